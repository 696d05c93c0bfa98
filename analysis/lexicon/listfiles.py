"""Files of word lists: those of the package, and those a government adds in a folder of its own."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

Extra = tuple[tuple[str, str], ...]
"""Names and texts of the files that were added; it can be sent to another process."""

_LARGEST = 10 * 2**20
_PATTERNS = frozenset(
    ("abuse_not", "claims", "courtesies", "headings", "non_opinions", "urgent_not")
)
_KINDS = frozenset(("abuse_cues", "scope_cues", "spam_cues", "stance_cues", "urgent_cues"))


class LexiconError(ValueError):
    """The added lists can't be used; says which and why in one line."""


def read(folder: Path) -> Extra:
    """Return the lists of a folder; raises LexiconError when they can't be used."""
    if not folder.is_dir():
        raise LexiconError(f"辞書のフォルダーがありません: {folder}")
    found = tuple((path.stem, _text(path)) for path in sorted(folder.glob("*.txt")))
    unknown = sorted({name for name, _ in found} - set(names()))
    if unknown:
        raise LexiconError(
            f"辞書の名前が違います: {unknown[0]}.txt（使える名前: {', '.join(names())}）"
        )
    if not found:
        raise LexiconError(f"辞書のファイル（.txt）がありません: {folder}")
    for name, text in found:
        _demand_sound(name, text, folder)
    return found


def names() -> tuple[str, ...]:
    """Return the names of all lists."""
    return tuple(
        sorted(
            entry.name.removesuffix(".txt")
            for entry in files(__package__).iterdir()
            if entry.name.endswith(".txt")
        )
    )


@cache
def shipped(name: str) -> str:
    """Return the text of a list of the package."""
    return (files(__package__) / f"{name}.txt").read_text(encoding="utf-8")


def entries(text: str) -> Iterator[str]:
    """Yield the entries of a list, comments and blank lines dropped."""
    for line in text.splitlines():
        entry = line.split("#", 1)[0].strip()
        if entry:
            yield entry


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise LexiconError(f"辞書が大きすぎます（10MiBまで）: {path}")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LexiconError(f"辞書は UTF-8 で保存してください: {path}") from error


def _demand_sound(name: str, text: str, folder: Path) -> None:
    """Refuse a pair without a sign, and an expression that doesn't compile."""
    place = f"{folder}/{name}.txt"
    for entry in entries(text):
        if name == "variants" and not all(side.strip() for side in entry.partition("=")):
            raise LexiconError(f"「書き方 = そろえる語」の形にしてください: {place} {entry}")
        expression = entry
        if name in _KINDS:
            kind, sign, expression = entry.partition(" = ")
            if not sign or kind not in _kinds(name):
                raise LexiconError(f"「種類 = 正規表現」の形にしてください: {place} {entry}")
        if name in _KINDS or name in _PATTERNS:
            try:
                re.compile(expression)
            except re.error as error:
                raise LexiconError(
                    f"正規表現として読めません（{error}）: {place} {expression}"
                ) from error


def _kinds(name: str) -> frozenset[str]:
    return frozenset(entry.partition(" = ")[0] for entry in entries(shipped(name)))
