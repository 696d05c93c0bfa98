"""Columns of a table (.csv .tsv .xlsx), read row by row: only what is asked for stays in memory.

Texts are UTF-8, UTF-16 with its mark, or CP932. Equal cells are kept once, so that a hundred
thousand copies of one post weigh as much as one.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from analysis import delimited, encodings, memory, sheets
from analysis.delimited import DelimitedError
from analysis.io import InputError

_LARGEST_SHEET = 1 << 32


def read_columns(path: Path, names: Sequence[str]) -> list[list[str]]:
    """Return the cells of each named column; raises InputError with one clear line."""
    if not path.is_file():
        raise InputError(f"ファイルがありません: {path}")
    rows = _rows(path)
    header = next(rows, None)
    if header is None:
        raise InputError(f"ファイルが空です: {path}")
    places = [_place([cell.strip() for cell in header], name) for name in names]
    columns: list[list[str]] = [[] for _ in names]
    kept: dict[str, str] = {}
    room, letters = memory.available(), 0
    for number, row in enumerate(_body(rows, len(header), path), start=1):
        for column, place in zip(columns, places, strict=True):
            cell = row[place] if place < len(row) else ""
            own = kept.setdefault(cell, cell)
            letters += len(cell) if own is cell else 0
            column.append(own)
        if room is not None and memory.needed(number, letters) > room:
            raise InputError(_too_large(number, room, path))
    if not columns[0]:
        raise InputError(f"見出しの下に1行もありません: {path}")
    return columns


def _too_large(rows: int, room: int, path: Path) -> str:
    return (
        f"入力が大きすぎます。使えるメモリー（{room / (1 << 30):.1f} GiB）で扱えるのは"
        f"{rows:,}行目までです。分けてください: {path}"
    )


def _place(header: Sequence[str], name: str) -> int:
    found = [at for at, column in enumerate(header) if column == name]
    if not found:
        listed = "、".join(" ".join(column.split()) for column in header[:20])
        raise InputError(f"列「{name}」がありません。ある列: {listed}")
    if len(found) > 1:
        raise InputError(f"列「{name}」が{len(found)}つあります。見出しを直してください。")
    return found[0]


def _body(rows: Iterable[list[str]], width: int, path: Path) -> Iterator[list[str]]:
    """Check the shape; blank lines at the end of a file are nobody's opinion."""
    blank = 0
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            blank += 1
            continue
        if any(cell.strip() for cell in row[width:]):
            raise InputError(f"{number}行目の列数（{len(row)}）が見出し（{width}）より多い: {path}")
        for _ in range(blank):
            yield []
        blank = 0
        yield row


def _rows(path: Path) -> Iterator[list[str]]:
    match path.suffix.lower():
        case ".csv":
            return _delimited(path, ",")
        case ".tsv":
            return _delimited(path, "\t")
        case ".xlsx":
            return _sheet(path)
        case _:
            raise InputError(f"読めるのは .csv .tsv .xlsx です: {path}")


def _delimited(path: Path, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        try:
            yield from delimited.rows(file, delimiter)
        except DelimitedError as error:
            reason = (
                f"{error.line}行目が長すぎます。表ではないようです"
                if error.is_too_long
                else f"{error.line}行目までに引用符の閉じ忘れなどがあり、表として読めません"
            )
            raise InputError(f"{reason}: {path}") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        try:
            return encodings.encoding_of(file)
        except encodings.UnknownEncodingError as error:
            raise InputError(
                f"{error.line}行目の文字コードを判別できません"
                f"（UTF-8 か CP932 で保存し直してください）: {path}"
            ) from error


def _sheet(path: Path) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that is not hidden."""
    try:
        with path.open("rb") as file, sheets.opened(file, largest=_LARGEST_SHEET) as book:
            yield from book.rows(book.names[0])
    except sheets.TooLargeError as error:
        raise InputError(f"ファイルが大きすぎます（展開して4GiBまで）: {path}") from error
    except sheets.SheetError as error:
        raise InputError(f"Excel ファイルとして読めません: {path}") from error
