import os
import re
import subprocess
import sys

import pytest

from analysis import cache, lexicon, pipeline, statements
from analysis.lexicon import LexiconError
from analysis.tokens import tokenizer


def test_comments_and_blank_lines_are_no_entries():
    assert all(line and "#" not in line for line in lexicon.lines("stopwords"))


@pytest.mark.parametrize(
    "name", ["courtesies", "claims", "good_wishes", "headings", "non_opinions", "urgent_not"]
)
def test_every_pattern_compiles(name):
    assert all(re.compile(line) for line in lexicon.lines(name))


def test_variants_lead_to_a_final_spelling():
    pairs = lexicon.pairs("variants")
    assert all(pairs.get(meant, meant) == meant for meant in pairs.values())


def test_terms_are_words():
    assert "押印" in lexicon.words("terms")


@pytest.fixture
def own(tmp_path):
    """A government's own lists."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "terms.txt").write_text("# 地元の事業\nさいたま愛ちゃん号\n", encoding="utf-8-sig")
    (folder / "variants.txt").write_text("愛ちゃん号 = さいたま愛ちゃん号\n", encoding="utf-8")
    return folder


def words_of(text):
    return pipeline.theme_words(text, tokenizer("auto"))


TEXT = "さいたま愛ちゃん号の時刻を増便してほしい。"


def test_added_lists_hold_inside_the_block_only(own):
    before = words_of(TEXT)
    assert "さいたま愛ちゃん号" not in before
    with lexicon.using(own):
        assert words_of(TEXT)[0] == "さいたま愛ちゃん号"
        assert "押印" in lexicon.words("terms")
    assert words_of(TEXT) == before


def test_added_courtesies_are_no_statements(tmp_path):
    (tmp_path / "courtesies.txt").write_text("おばんです\n", encoding="utf-8")
    text = "おばんです。\n窓口を増やしてください。"
    assert len(statements.split(text)[0].text) == len(text)
    with lexicon.using(tmp_path):
        assert statements.split(text)[0].text == "窓口を増やしてください。"


def test_other_lists_have_another_digest_and_another_cache(own, tmp_path):
    def cached():
        with cache.opened(tmp_path / "kept", tokenizer("auto"), whole=True) as kept:
            return pipeline.read([TEXT], whole=True, cache=kept)[0].words

    before, plain = lexicon.digest(), cached()
    with lexicon.using(own):
        assert lexicon.digest() != before
        assert cached() != plain
    assert cached() == plain
    assert len(list((tmp_path / "kept").iterdir())) == 2


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("term.txt", "押印", "辞書の名前が違います: term.txt"),
        ("variants.txt", "手続き 手続", "書き方 = そろえる語"),
        ("courtesies.txt", "(よろしく", "正規表現として読めません"),
        ("urgent_cues.txt", "ALARM = 火事", "種類 = 正規表現"),
        ("notes.md", "押印", "辞書のファイル（.txt）がありません"),
    ],
)
def test_a_list_that_cannot_be_used_is_named_in_one_line(tmp_path, name, text, reason):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=re.escape(reason)), lexicon.using(tmp_path):
        pass


def test_a_folder_that_is_missing_or_not_utf8_is_named(tmp_path):
    with pytest.raises(LexiconError, match="フォルダーがありません"):
        lexicon.read(tmp_path / "none")
    (tmp_path / "terms.txt").write_bytes("押印".encode("cp932"))
    with pytest.raises(LexiconError, match="UTF-8"):
        lexicon.read(tmp_path)


def test_a_process_takes_the_lists_its_environment_names(own):
    code = "from analysis import lexicon; print('さいたま愛ちゃん号' in lexicon.words('terms'))"
    for folder, expected in ((str(own), "True"), ("", "False")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, lexicon.VARIABLE: folder},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == expected


def test_an_added_spelling_holds_for_what_leads_to_it(tmp_path):
    (tmp_path / "variants.txt").write_text("手続 = 行政手続\n", encoding="utf-8")
    with lexicon.using(tmp_path):
        assert lexicon.pairs("variants")["手続き"] == "行政手続"
