"""Tables in (.csv .tsv .xlsx; UTF-8 or CP932), results out, whole or not at all."""

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ENCODINGS = ("utf-8-sig", "cp932")
_LONGEST_CELL = 1_000_000
_LARGEST_INPUT = 1 << 30
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class InputError(ValueError):
    """The input can't be used; the message says why and what to do, in one line."""


@dataclass(frozen=True, slots=True)
class Table:
    """Column names and rows; every row is as long as ``columns``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """Return one column's cells; raises InputError when it is missing or twice there."""
        found = [at for at, column in enumerate(self.columns) if column == name]
        if not found:
            listed = "、".join(self.columns[:20])
            raise InputError(f"列「{name}」がありません。ある列: {listed}")
        if len(found) > 1:
            raise InputError(f"列「{name}」が{len(found)}つあります。見出しを直してください。")
        return [row[found[0]] for row in self.rows]


def read_table(path: Path) -> Table:
    """Read a table by its ending; raises InputError with one clear line."""
    if not path.is_file():
        raise InputError(f"ファイルがありません: {path}")
    if path.stat().st_size > _LARGEST_INPUT:
        raise InputError(f"ファイルが大きすぎます（上限1GiB）: {path}")
    match path.suffix.lower():
        case ".csv":
            rows = _delimited(path, ",")
        case ".tsv":
            rows = _delimited(path, "\t")
        case ".xlsx":
            rows = _sheet(path)
        case _:
            raise InputError(f"読めるのは .csv .tsv .xlsx です: {path}")
    return _table(rows, path)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write UTF-8 with BOM; text cells that a spreadsheet would run are made plain text."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([_inert(cell) for cell in row] for row in rows)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes ``target`` only when all went well.

    Files of an earlier run in ``target`` are replaced together; other files there stay.
    """
    if target.exists() and not target.is_dir():
        raise InputError(f"出力先がフォルダーではありません: {target}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise InputError(f"出力先に書けません: {target}（{error.strerror}）") from error
    try:
        yield draft
        _put_in_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put_in_place(draft: Path, target: Path) -> None:
    """Swap the finished folder in by renames, taking over what else the old one held."""
    draft.chmod(0o755)
    if not target.exists():
        draft.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.rename(old / "folder")
    draft.rename(target)
    for path in (old / "folder").iterdir():
        if not (target / path.name).exists():
            path.rename(target / path.name)
    shutil.rmtree(old, ignore_errors=True)


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _delimited(path: Path, delimiter: str) -> list[list[str]]:
    text = _decoded(path.read_bytes(), path).replace("\0", "")
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"表として読めません: {path}（{error}）") from error


def _decoded(data: bytes, path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"文字コードを判別できません（UTF-8 か CP932 で保存してください）: {path}")


def _sheet(path: Path) -> list[list[str]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise InputError(f"Excel ファイルとして読めません: {path}") from error
    return rows


def _table(rows: list[list[str]], path: Path) -> Table:
    """Check the shape; blank lines at the end of a file are nobody's opinion."""
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise InputError(f"ファイルが空です: {path}")
    columns = tuple(name.strip() for name in rows[0])
    width = len(columns)
    body = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            raise InputError(f"{number}行目の列数（{len(row)}）が見出し（{width}）より多い: {path}")
        body.append(tuple([*row, *[""] * width][:width]))
    return Table(columns, tuple(body))
