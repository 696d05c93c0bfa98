import openpyxl
import pytest

from analysis.io import InputError, read_table, whole_folder, write_csv

ROWS = "番号,本文\n1,押印の廃止\n2,図書館の予約\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_in_the_usual_encodings(tmp_path, encoding):
    path = tmp_path / "in.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert read_table(path).column("本文") == ["押印の廃止", "図書館の予約"]


def test_tsv(tmp_path):
    path = tmp_path / "in.tsv"
    path.write_text(ROWS.replace(",", "\t"), encoding="utf-8")
    assert read_table(path).columns == ("番号", "本文")


def test_xlsx(tmp_path):
    path = tmp_path / "in.xlsx"
    book = openpyxl.Workbook()
    for row in (["番号", "本文"], [1, "押印の廃止"], [2, None]):
        book.active.append(row)
    book.save(path)
    assert read_table(path).column("本文") == ["押印の廃止", ""]


def test_line_breaks_quotes_and_nul_inside_a_cell(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes('本文\n"一行目\n二行目の「""引用""」"\n押\x00印\n'.encode())
    assert read_table(path).column("本文") == ['一行目\n二行目の「"引用"」', "押印"]


def test_short_rows_are_filled_and_blank_last_lines_dropped(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("番号,本文\n1\n\n2,あ\n,\n\n", encoding="utf-8")
    assert read_table(path).column("本文") == ["", "", "あ"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("no.csv", None, "ファイルがありません"),
        ("a.txt", b"x", ".csv .tsv .xlsx"),
        ("a.csv", b"", "ファイルが空です"),
        ("a.csv", b"\xff\xfe\x00\x81", "文字コード"),
        ("a.csv", "本文\n押印,余り\n".encode(), "2行目の列数"),
        ("a.csv", '本文\n"閉じない\n'.encode(), "表として読めません"),
        ("a.xlsx", b"not a zip", "Excel"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path, name, data, message):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_table(path)
    assert "\n" not in str(caught.value)


def test_missing_and_doubled_columns_are_named(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("本文,本文\nあ,い\n", encoding="utf-8")
    with pytest.raises(InputError, match="2つ"):
        read_table(path).column("本文")
    with pytest.raises(InputError, match="列「意見」がありません"):
        read_table(path).column("意見")


def test_formulas_are_made_inert(tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, ("text", "number"), [["=1+1", -1], ["@a", 0.5], ["押印", 2]])
    text = path.read_bytes().decode("utf-8-sig")
    assert text.splitlines() == ["text,number", "'=1+1,-1", "'@a,0.5", "押印,2"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out"
    with pytest.raises(RuntimeError), whole_folder(target) as folder:
        (folder / "half.csv").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with whole_folder(target) as folder:
        (folder / "a.csv").write_text("1")
    (target / "note.txt").write_text("mine")
    with whole_folder(target) as folder:
        (folder / "a.csv").write_text("2")
    assert (target / "a.csv").read_text() == "2"
    assert (target / "note.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "out").write_text("x")
    with (
        pytest.raises(InputError, match="フォルダーではありません"),
        whole_folder(tmp_path / "out"),
    ):
        pass
