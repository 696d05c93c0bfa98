"""Results out, whole or not at all, and the error that bad input is told by."""

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class InputError(ValueError):
    """The input can't be used; the message says why and what to do, in one line."""


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
