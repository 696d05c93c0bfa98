import sqlite3

import pytest

from analysis import cache, pipeline
from analysis.campaigns import CampaignMember
from analysis.io import InputError
from analysis.tokens import JanomeTokenizer, tokenizer
from tests.analysis.texts import VARIED, subject_texts

TEXTS = [*VARIED, *(text for _, text in subject_texts()), "", VARIED[0]]


def test_equal_rows_have_equal_pieces_in_row_order():
    pieces = pipeline.read(
        [
            "押印を廃止してください。\n電話を増やしてください。",
            "",
            "押印を廃止してください。\n電話を増やしてください。",
        ]
    )
    assert [(one.row, one.number) for one in pieces] == [(0, 0), (0, 1), (2, 0), (2, 1)]
    assert pieces[0].words is pieces[2].words


def test_whole_keeps_each_row_as_it_was_written():
    pieces = pipeline.read(TEXTS, whole=True)
    assert [one.text for one in pieces] == TEXTS


def test_statements_stand_in_their_rows():
    for piece in pipeline.read(TEXTS):
        assert piece.text in TEXTS[piece.row]


def test_documents_carry_the_campaign_of_their_row():
    pieces = pipeline.read(["押印の廃止を。"])
    member = CampaignMember(0, 4, 1.0, is_representative=True)
    assert [one.campaign for one in pipeline.documents(pieces, [member])] == [4]


@pytest.mark.parametrize("whole", [True, False])
def test_a_second_run_reads_the_words_from_the_cache(tmp_path, monkeypatch, whole):
    def read():
        with cache.opened(tmp_path / "kept", tokenizer("janome"), whole=whole) as kept:
            return pipeline.read(TEXTS, whole=whole, engine="janome", cache=kept)

    first = read()
    assert first == pipeline.read(TEXTS, whole=whole, engine="janome")
    monkeypatch.setattr(JanomeTokenizer, "tokens", None)
    assert read() == first


def test_the_cache_holds_no_text_and_is_the_owners_alone(tmp_path):
    text = "私の番地は三丁目の角です。押印を廃止してください。"
    with cache.opened(tmp_path / "kept", tokenizer("janome"), whole=True) as kept:
        pipeline.read([text], whole=True, cache=kept)
    (file,) = (tmp_path / "kept").iterdir()
    assert text.encode() not in file.read_bytes()
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_other_engines_units_and_rules_have_other_files(tmp_path, monkeypatch):
    for engine, whole in (("janome", True), ("janome", False), ("mecab", True)):
        with cache.opened(tmp_path, tokenizer(engine), whole=whole):
            pass
    monkeypatch.setattr(cache, "_rules", lambda: "changed")
    with cache.opened(tmp_path, tokenizer("janome"), whole=True):
        pass
    assert len(list(tmp_path.iterdir())) == 4


def test_a_broken_cache_is_named_in_one_line(tmp_path):
    with cache.opened(tmp_path, tokenizer("janome"), whole=True):
        pass
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"not a database, not at all" * 200)
    with (
        pytest.raises(InputError, match="消してから"),
        cache.opened(tmp_path, tokenizer("janome"), whole=True),
    ):
        pass


def test_two_runs_may_share_a_cache(tmp_path):
    cutter = tokenizer("janome")
    with (
        cache.opened(tmp_path, cutter, whole=True) as one,
        cache.opened(tmp_path, cutter, whole=True) as other,
    ):
        one.keep([("あ", [(0, 1, ("押印",))])])
        other.keep([("い", [])])
        assert other.found(["あ", "い", "う"]) == {"あ": [(0, 1, ("押印",))], "い": []}


def test_lone_surrogates_can_be_kept(tmp_path):
    with cache.opened(tmp_path, tokenizer("janome"), whole=True) as kept:
        kept.keep([("\ud800", [(0, 1, ("\ud800",))])])
        assert kept.found(["\ud800"]) == {"\ud800": [(0, 1, ("\ud800",))]}


def test_an_error_of_the_run_is_not_the_caches(tmp_path):
    with (
        pytest.raises(sqlite3.OperationalError, match="mine"),
        cache.opened(tmp_path, tokenizer("janome"), whole=True),
    ):
        raise sqlite3.OperationalError("mine")
