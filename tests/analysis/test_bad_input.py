"""Whatever file is given: a right result, or one clear line, status 2 and no folder."""

import csv
import json
import os
import random
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from analysis import outputs
from analysis.cli import main
from tests.analysis.texts import VARIED, subject_texts

TEXTS = [text for _, text in subject_texts()]
LONG = "".join(TEXTS)[:4000]


def run(path, out, *options, command="themes"):
    options = ["--text-column", "本文", "--out", str(out), *options]
    return main([command, str(path), *options])


def table_of(tmp_path, cells, name="in.csv"):
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["本文"], *([cell] for cell in cells)])
    return path


def result(out):
    with (out / "assignments.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, json.loads((out / "themes.json").read_text(encoding="utf-8"))["themes"]


def refused(tmp_path, capsys, path, reason, **options):
    out = tmp_path / "out"
    before = sorted(tmp_path.iterdir())
    assert run(path, out, **options) == 2
    errors = capsys.readouterr().err.splitlines()
    assert [line for line in errors if "エラー" in line] == errors[-1:]
    assert reason in errors[-1]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "cells",
    [
        ["押印を廃止してください。"],
        ["同じ意見です。押印を廃止してください。"] * 50,
        ["I want English forms.", "我希望有中文的表格", "한국어 안내가 필요해요"] * 5,
        ["😀👍", "🎌", "♪♪♪", "…", "\u200b"],
        ["特になし", "なし", "わからない", "-"],
        [LONG] * 3 + [LONG[::-1], "あ" * 4000, "ああ。" * 1333],
        ["", *VARIED, *TEXTS, "", "I want English forms."],
        ["=1+1", "+81-3-1234-5678", "@here", "-5", "=HYPERLINK(A1)の廃止を求めます"],
        ["\u202e右から左\u202c", "𠮷野家の𠮷", "e\u0301cole", "か\u3099き\u3099", "\ufeff押印"],
        ["\x01\x02押\x07印", "押印\x1eの廃止\x1fを求めます"],
    ],
    ids=[
        "one row", "all equal", "no Japanese", "signs only", "nothing said", "4,000 letters",
        "mixed", "formulas", "odd letters", "control characters",
    ],
)  # fmt: skip
def test_odd_texts_give_a_right_result(tmp_path, cells):
    path, out = table_of(tmp_path, cells), tmp_path / "out"
    assert run(path, out, "--unit", "submission", "--cache", str(tmp_path / "kept")) == 0
    rows, themes = result(out)
    assert [int(row["row"]) for row in rows] == list(range(len(cells)))
    assert [row["text"].removeprefix("'") for row in rows] == cells
    placed = sum(row["theme_id"] != "" for row in rows)
    assert sum(theme["submissions"] for theme in themes) == placed
    again = tmp_path / "again"
    assert run(path, again, "--unit", "submission", "--cache", str(tmp_path / "kept")) == 0
    assert (out / "assignments.csv").read_bytes() == (again / "assignments.csv").read_bytes()


@pytest.mark.parametrize(
    "cells", [["同じ意見です。押印を廃止してください。"] * 50, [LONG, "", "😀"]]
)
def test_statements_of_odd_texts_are_parts_of_them(tmp_path, cells):
    out = tmp_path / "out"
    assert run(table_of(tmp_path, cells), out) == 0
    rows, _ = result(out)
    assert rows
    assert all(row["text"].removeprefix("'") in cells[int(row["row"])] for row in rows)


def test_what_is_not_japanese_has_no_theme(tmp_path):
    out = tmp_path / "out"
    english = ["I want English forms.", "Please add maps.", "More buses, please."] * 4
    assert run(table_of(tmp_path, english), out, "--unit", "submission") == 0
    rows, themes = result(out)
    assert {row["theme_id"] for row in rows} == {""}
    assert themes == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ファイルが空です"),
        (b"\n\n\r\n", "列「本文」がありません"),
        ("本文\r\n".encode(), "見出しの下に1行もありません"),
        ("本文\n\n\n , \n".encode(), "見出しの下に1行もありません"),
        ("意見,番号\nあ,1\n".encode(), "列「本文」がありません。ある列: 意見、番号"),
        ("本文,番号,本文\nあ,1,い\n".encode(), "列「本文」が2つあります"),
        ("本文\n押印,余り\n".encode(), "2行目の列数（2）が見出し（1）より多い"),
        ('本文\n"閉じない\n押印\n'.encode(), "引用符の閉じ忘れ"),
        ('本文\n"押"印\n'.encode(), "引用符の閉じ忘れ"),
        ("本文\n押印の廃止\n".encode()[:-3], None),
        ("本文\n押印の廃止を求める意見\n\xff".encode()[:-2] + b"\xff\n", "3行目の文字コード"),
        ("本文\n押印\n".encode("euc-jp"), "文字コード"),
        ("本文\n押印\n".encode("utf-16-le"), "列「本文」がありません"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "文字コード"),
        ("本文\n".encode() + "あ".encode() * 1_000_001, "引用符の閉じ忘れ"),
    ],
)
def test_broken_tables_are_refused_in_one_line(tmp_path, capsys, data, reason):
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    if reason is None:
        assert run(path, tmp_path / "out") in (0, 2)
    else:
        refused(tmp_path, capsys, path, reason)


def test_nul_bytes_are_left_out(tmp_path):
    path, out = tmp_path / "in.csv", tmp_path / "out"
    path.write_bytes("本\0文\n押\0印を廃止してください\0\n".encode())
    assert run(path, out) == 0
    assert result(out)[0][0]["text"] == "押印を廃止してください"


@pytest.mark.parametrize("command", ["themes", "campaigns"])
@pytest.mark.parametrize("name", ["なし.csv", "folder.csv", "in.pdf"])
def test_no_such_file(tmp_path, capsys, command, name):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "in.pdf").write_bytes(b"%PDF")
    reason = ".csv .tsv .xlsx" if name == "in.pdf" else "ファイルがありません"
    refused(tmp_path, capsys, tmp_path / name, reason, command=command)


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_workbook_is_read_or_refused(tmp_path, capsys, seed):
    path = tmp_path / "in.xlsx"
    book = openpyxl.Workbook()
    for text in ["本文", *TEXTS[:12]]:
        book.active.append([text])
    book.save(path)
    damage(path, random.Random(seed))
    status = run(path, tmp_path / "out", command="campaigns")
    assert status in (0, 2)
    assert (tmp_path / "out").exists() == (status == 0)
    assert "Traceback" not in capsys.readouterr().err


def damage(path, dice):
    """Change some bytes of the file, or of one of the files in it."""
    if dice.random() < 0.5:
        data = bytearray(path.read_bytes())
        for _ in range(5):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data[: dice.randrange(len(data) // 2, len(data) + 1)])
        return
    with zipfile.ZipFile(path) as archive:
        inner = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    victim = inner[dice.choice(sorted(inner))]
    for _ in range(8):
        victim[dice.randrange(len(victim))] = dice.randrange(33, 127)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in inner.items():
            archive.writestr(name, bytes(data))


def test_a_workbook_that_unpacks_to_more_than_fits_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("analysis.reading._LARGEST_SHEET", 1_000)
    path = tmp_path / "in.xlsx"
    openpyxl.Workbook().save(path)
    refused(tmp_path, capsys, path, "大きすぎます")


def test_the_saved_value_of_a_formula_is_read(tmp_path):
    path, out = tmp_path / "in.xlsx", tmp_path / "out"
    book = openpyxl.Workbook()
    for cell in ("本文", "=1+1", "'押印", 3.5, True):
        book.active.append([cell])
    book.save(path)
    assert run(path, out, "--unit", "submission") == 0
    assert [row["text"] for row in result(out)[0]] == ["", "'押印", "3.5", "TRUE"]


def test_a_failure_while_writing_leaves_the_last_result_whole(tmp_path, capsys, monkeypatch):
    path, out = table_of(tmp_path, TEXTS), tmp_path / "out"
    assert run(path, out) == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}

    def full(*arguments):
        raise OSError(28, "No space left on device", "themes.json")

    monkeypatch.setattr(outputs, "write_json", full)
    assert run(path, out) == 2
    assert "No space left on device: themes.json" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert sorted(tmp_path.iterdir()) == [path, out]


def test_an_interrupted_run_leaves_nothing(tmp_path, capsys, monkeypatch):
    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs, "write_themes", stopped)
    path = table_of(tmp_path, TEXTS)
    assert run(path, tmp_path / "out") == 130
    assert "中断しました" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_a_wrong_number_of_jobs_is_refused(tmp_path, jobs):
    with pytest.raises(SystemExit) as caught:
        run(table_of(tmp_path, TEXTS), tmp_path / "out", "--jobs", jobs)
    assert caught.value.code == 2


WITHIN = """
import resource, sys
from analysis.cli import main
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = main(sys.argv[1:])
print(status, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def within(path, out, program=WITHIN):
    """Return the status, how many MiB the run took, and what it said."""
    command = [sys.executable, "-c", program, "campaigns", str(path), "--text-column", "本文"]
    done = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True)
    status, taken = done.stdout.split()
    return int(status), int(taken), done.stderr


def test_half_a_gibibyte_without_a_line_break_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "in.csv"
    with path.open("wb") as file:
        file.write("本文\n".encode())
        os.truncate(file.fileno(), 1 << 29)
    status, taken, said = within(path, tmp_path / "out")
    assert status == 2
    assert "2行目が長すぎます" in said
    assert taken < 100


def test_a_large_file_is_streamed(tmp_path):
    """120 MB of other columns and copies; a 2-GiB file is the same, only longer."""
    path = tmp_path / "in.csv"
    rows = [f'{text},"{"備考" * 1_000}"\n' for text in TEXTS[:20]]
    with path.open("w", encoding="utf-8") as file:
        file.write("本文,備考\n")
        for _ in range(1_000):
            file.writelines(rows)
    assert path.stat().st_size > 120_000_000
    status, taken, _ = within(path, tmp_path / "out")
    assert status == 0
    assert taken < 100


IN_A_SMALL_ROOM = WITHIN.replace(
    "before =",
    """pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (100 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
before =""",
)


def test_more_distinct_texts_than_fit_are_refused_before_memory_runs_out(tmp_path):
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("本文\n")
        file.writelines(f"{number}番の{TEXTS[0]}\n" for number in range(60_000))
    status, taken, said = within(path, tmp_path / "out", IN_A_SMALL_ROOM)
    assert status == 2
    assert "入力が大きすぎます" in said.splitlines()[-1]
    assert taken < 100
    assert list(tmp_path.iterdir()) == [path]


def test_a_hundred_thousand_letters_in_one_cell_are_one_statement(tmp_path):
    out = tmp_path / "out"
    cells = ["押印の廃止" * 20_000, *TEXTS]
    assert run(table_of(tmp_path, cells), out, "--unit", "submission") == 0
    assert result(out)[0][0]["text"] == cells[0]
