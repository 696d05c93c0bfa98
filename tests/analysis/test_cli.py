import csv
import json
import subprocess
import sys

import pytest

from analysis import encoder, senses, tokens
from analysis.cli import main
from tests.analysis.texts import subject_texts

COPY = (
    "公園の完全キャッシュレス化に断固反対します。"
    "小銭しか持たない子どももいます。現金を残してください。"
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["分類", "本文"])
        writer.writerows(subject_texts())
        writer.writerows(
            [["その他", COPY], ["その他", "私の意見です。" + COPY], ["その他", "特になし"]]
        )
        writer.writerow(["その他", "=SUM(A1)のような式の廃止"])
    return path


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run(*arguments):
    return main([str(one) for one in arguments])


def test_themes_writes_every_file_of_the_contract(table, tmp_path):
    out = tmp_path / "deep" / "out"
    assert run("themes", table, "--text-column", "本文", "--out", out) == 0
    assert {path.name for path in out.iterdir()} == {
        "assignments.csv", "campaigns.csv", "map.csv", "map.svg", "model.zip", "stances.csv",
        "themes.json", "run.json",
    }  # fmt: skip
    rows = read(out / "assignments.csv")
    assert list(rows[0]) == [
        "row", "statement", "text", "theme_id", "subtheme_id", "confidence", "campaign_id",
    ]  # fmt: skip
    assert (out / "assignments.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows[-1]["text"].startswith("'=SUM")
    assert [one["theme_id"] for one in rows if one["text"] == "特になし"] == [""]
    themes = json.loads((out / "themes.json").read_text(encoding="utf-8"))["themes"]
    first = themes[0]
    assert set(first) == {
        "id", "label", "keywords", "statements", "submissions", "voices", "stances", "quotes",
        "dissent", "children", "x", "y", "together", "stability",
    }  # fmt: skip
    assert {"row", "statement", "text", "stance"} == set(first["quotes"][0])
    assert sum(first["stances"].values()) == first["voices"]
    stances = read(out / "stances.csv")
    assert list(stances[0]) == ["row", "statement", "stance", "certainty", "cue"]
    assert [(one["row"], one["statement"]) for one in stances] == [
        (one["row"], one["statement"]) for one in rows
    ]
    assert len(first["quotes"]) >= 3
    facts = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert {"parameters", "versions", "seed", "timings_seconds", "peak_memory_mib"} <= set(facts)
    assert list(facts["timings_seconds"]) == [
        "read", "tokens", "campaigns", "stances", "themes", "findings", "write",
    ]  # fmt: skip
    assert facts["versions"]["word vectors"] == senses.version()
    assert facts["versions"]["sentence encoder"] == encoder.version()
    assert facts["choice"]["reason"]


def test_one_line_a_row_in_order_when_the_unit_is_the_submission(table, tmp_path):
    out = tmp_path / "out"
    options = ("--out", out, "--unit", "submission", "--themes", "6")
    assert run("themes", table, "--text-column", "本文", *options) == 0
    rows = read(out / "assignments.csv")
    assert [int(one["row"]) for one in rows] == list(range(len(subject_texts()) + 4))
    assert len({one["theme_id"] for one in rows if one["theme_id"]}) == 6
    assert {one["subtheme_id"] for one in rows} == {""}


def test_the_same_input_gives_the_same_bytes_with_either_engine(table, tmp_path):
    for name, engine in (("a", "mecab"), ("b", "mecab"), ("c", "janome")):
        arguments = ("--text-column", "本文", "--out", tmp_path / name, "--tokenizer", engine)
        assert run("themes", table, *arguments) == 0
    files = [(tmp_path / name / "assignments.csv").read_bytes() for name in "abc"]
    assert files[0] == files[1] == files[2]


def test_a_second_month_is_linked_to_the_first(table, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("themes", table, "--text-column", "本文", "--out", first) == 0
    again = ("--out", second, "--previous", first)
    assert run("themes", table, "--text-column", "本文", *again) == 0
    links = json.loads((second / "identity.json").read_text(encoding="utf-8"))
    assert {link["fate"] for link in links} == {"continued"}
    assert all(link["heir"] for link in links)


def places(out):
    themes = json.loads((out / "themes.json").read_text(encoding="utf-8"))["themes"]
    return {one["label"]: (one["x"], one["y"]) for one in themes}


def test_the_map_of_a_second_month_keeps_the_places_of_the_first(table, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("themes", table, "--text-column", "本文", "--out", first) == 0
    facts = json.loads((first / "themes.json").read_text(encoding="utf-8"))
    for theme in facts["themes"]:
        theme["x"] += 2
    (first / "themes.json").write_text(json.dumps(facts), encoding="utf-8")
    again = ("--out", second, "--previous", first)
    assert run("themes", table, "--text-column", "本文", *again) == 0
    before, after = places(first), places(second)
    assert set(before) == set(after)
    assert all(abs(after[label][0] - x) < 0.3 for label, (x, _) in before.items())


def test_a_last_run_from_before_there_were_maps_still_links(table, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("themes", table, "--text-column", "本文", "--out", first) == 0
    for name in ("themes.json", "map.csv", "map.svg", "model.zip"):
        (first / name).unlink()
    again = ("--out", second, "--previous", first)
    assert run("themes", table, "--text-column", "本文", *again) == 0
    links = json.loads((second / "identity.json").read_text(encoding="utf-8"))
    assert {link["fate"] for link in links} == {"continued"}


def test_a_last_run_whose_themes_cannot_be_read_is_one_line(table, tmp_path, capsys):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("themes", table, "--text-column", "本文", "--out", first) == 0
    (first / "themes.json").write_text("{", encoding="utf-8")
    again = ("--out", second, "--previous", first)
    assert run("themes", table, "--text-column", "本文", *again) == 2
    assert "themes.json" in capsys.readouterr().err
    assert not second.exists()


def test_the_map_has_a_line_for_every_statement_and_the_same_bytes_each_time(table, tmp_path):
    outs = [tmp_path / name for name in "ab"]
    for out in outs:
        assert run("themes", table, "--text-column", "本文", "--out", out) == 0
    lines, themed = read(outs[0] / "map.csv"), read(outs[0] / "assignments.csv")
    assert list(lines[0]) == ["row", "statement", "x", "y", "theme_id"]
    keys = ("row", "statement", "theme_id")
    assert [[one[key] for key in keys] for one in lines] == [
        [one[key] for key in keys] for one in themed
    ]
    for name in ("map.csv", "map.svg", "themes.json", "model.zip"):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()


def test_a_statement_of_a_finished_run_can_be_explained(table, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("themes", table, "--text-column", "本文", "--out", out) == 0
    row = next(at for at, (subject, _) in enumerate(subject_texts()) if subject == "図書館")
    capsys.readouterr()
    assert run("explain", out, "--row", row) == 0
    told = json.loads(capsys.readouterr().out)
    stood = [one for one in read(out / "assignments.csv") if one["row"] == str(row)]
    assert [one["text"] for one in told] == [one["text"] for one in stood]
    assert [one["theme"]["id"] for one in told] == [
        one["subtheme_id"] or one["theme_id"] for one in stood
    ]
    assert told[0]["theme"]["words"][0]["word"] in told[0]["text"]
    assert told[0]["runner_up"]["id"] != stood[0]["theme_id"]
    assert run("explain", out, "--text", "図書館の予約を増やしてください。") == 0
    assert json.loads(capsys.readouterr().out)[0]["theme"]["words"][0]["word"] == "図書館"


@pytest.mark.parametrize("spoil", ["no model", "not a model", "no such row"])
def test_what_cannot_be_explained_is_one_line(table, tmp_path, capsys, spoil):
    out = tmp_path / "out"
    assert run("themes", table, "--text-column", "本文", "--out", out) == 0
    if spoil == "no model":
        (out / "model.zip").unlink()
    if spoil == "not a model":
        (out / "model.zip").write_bytes(b"PK")
    assert run("explain", out, "--row", 10_000 if spoil == "no such row" else 0) == 2
    assert "エラー: " in capsys.readouterr().err


def test_campaigns_lists_only_rows_that_are_not_alone(table, tmp_path):
    out = tmp_path / "out"
    assert run("campaigns", table, "--text-column", "本文", "--out", out) == 0
    rows = read(out / "campaigns.csv")
    assert list(rows[0]) == ["row", "campaign_id", "similarity", "is_representative", "kind"]
    assert [one["campaign_id"] for one in rows] == ["c001", "c001"]
    assert [one["is_representative"] for one in rows].count("1") == 1


def test_evaluate_prints_agreement(table, capsys):
    options = ("--label-column", "分類", "--themes", "6", "--folds", "2")
    assert run("evaluate", table, "--text-column", "本文", *options) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["themes"]["ami"] > 0.6
    assert set(result["held_out"]) == {"folds", "ami", "ari", "v_measure", "b_cubed"}


@pytest.mark.parametrize("command", ["themes", "campaigns"])
def test_bad_input_is_one_line_status_two_and_no_folder(tmp_path, capsys, command):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    out = tmp_path / "out"
    assert run(command, empty, "--text-column", "本文", "--out", out) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "エラー" in line]
    assert len(errors) == 1
    assert not out.exists()


@pytest.mark.parametrize(
    "cells", [[], ["押印"], ["同じ意見です"] * 9, ["😀", "…", ""], ["x" * 4000]]
)
def test_odd_tables_give_a_right_result(tmp_path, cells):
    path, out = tmp_path / "in.csv", tmp_path / "out"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["本文"], *([cell] for cell in cells), ["終わり"]])
    assert run("themes", path, "--text-column", "本文", "--out", out, "--unit", "submission") == 0
    assert len(read(out / "assignments.csv")) == len(cells) + 1


@pytest.mark.parametrize("wrong", [("--themes", "0"), ("--themes", "many"), ("--tokenizer", "x")])
def test_wrong_options_end_with_status_two(table, tmp_path, wrong):
    with pytest.raises(SystemExit) as caught:
        run("themes", table, "--text-column", "本文", "--out", tmp_path / "o", *wrong)
    assert caught.value.code == 2


def test_the_module_runs_from_the_shell(table, tmp_path):
    command = [sys.executable, "-m", "analysis", "themes", str(table), "--text-column", "ない列"]
    done = subprocess.run([*command, "--out", str(tmp_path / "o")], capture_output=True, text=True)
    assert done.returncode == 2
    assert "列「ない列」がありません" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lexicon_that_cannot_be_used_ends_in_one_line(table, tmp_path, capsys):
    options = ("--text-column", "本文", "--out", tmp_path / "out", "--lexicon", tmp_path / "none")
    assert run("themes", table, *options) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_auto_says_which_engine_runs_and_why(table, tmp_path, capsys, monkeypatch):
    def said(engine):
        options = ("--text-column", "本文", "--out", tmp_path / "out", "--tokenizer", engine)
        run("themes", table, *options)
        return next(one for one in capsys.readouterr().err.split("\n") if "形態素解析" in one)

    assert "mecab" in said("auto")
    assert "janome と同じ結果が速く出るため" in said("auto")
    assert "auto" not in said("janome")
    monkeypatch.setattr(tokens, "mecab_installed", lambda: False)
    tokens.tokenizer.cache_clear()
    assert "pip install fugashi ipadic" in said("auto")
    tokens.tokenizer.cache_clear()
