import openpyxl
import pytest

from analysis.io import InputError, whole_folder, write_csv
from analysis.reading import read_columns

ROWS = "番号,本文\n1,押印の廃止\n2,図書館の予約\n"


def texts_of(path, name="本文"):
    return read_columns(path, [name])[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_in_the_usual_encodings(tmp_path, encoding):
    path = tmp_path / "in.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert texts_of(path) == ["押印の廃止", "図書館の予約"]


def test_several_columns_of_a_tsv(tmp_path):
    path = tmp_path / "in.tsv"
    path.write_text(ROWS.replace(",", "\t"), encoding="utf-8")
    assert read_columns(path, ["本文", "番号"]) == [["押印の廃止", "図書館の予約"], ["1", "2"]]


def test_xlsx(tmp_path):
    path = tmp_path / "in.xlsx"
    book = openpyxl.Workbook()
    for row in (["番号", "本文"], [1, "押印の廃止"], [2, None]):
        book.active.append(row)
    book.save(path)
    assert texts_of(path) == ["押印の廃止", ""]


def test_line_breaks_quotes_and_nul_inside_a_cell(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes('本文\n"一行目\n二行目の「""引用""」"\n押\x00印\n'.encode())
    assert texts_of(path) == ['一行目\n二行目の「"引用"」', "押印"]


def test_short_rows_are_filled_and_blank_last_lines_dropped(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("番号,本文\n1\n\n2,あ\n,\n\n", encoding="utf-8")
    assert texts_of(path) == ["", "", "あ"]


def test_equal_cells_are_kept_once(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("本文\n" + "押印の廃止\n" * 3, encoding="utf-8")
    assert len({id(text) for text in texts_of(path)}) == 1


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("no.csv", None, "ファイルがありません"),
        ("a.txt", b"x", ".csv .tsv .xlsx"),
        ("a.csv", b"", "ファイルが空です"),
        ("a.csv", "本文\n".encode(), "見出しの下に1行もありません"),
        ("a.csv", b"\xff\xfe\x00\xd8", "1行目の文字コード"),
        ("a.csv", b"\x81\xff\n", "1行目の文字コード"),
        ("a.csv", "本文\n押印の廃止を求めます\n".encode() + b"\x81\xff\n", "3行目の文字コード"),
        ("a.csv", "本文\n".encode("utf-8-sig") + b"\x88\xf3\n", "2行目の文字コード"),
        ("a.csv", b"name\n\x80\xa0\n", "文字コード"),
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
        texts_of(path)
    assert "\n" not in str(caught.value)


def test_missing_and_doubled_columns_are_named(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("本文,本文\nあ,い\n", encoding="utf-8")
    with pytest.raises(InputError, match="2つ"):
        texts_of(path)
    with pytest.raises(InputError, match="列「意見」がありません"):
        texts_of(path, "意見")


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
