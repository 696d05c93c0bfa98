"""The encoding of a text file: by its mark, else UTF-8, else CP932, and never by half.

Excel in Japan writes CP932 (which it calls Shift_JIS), UTF-8 with a mark, and UTF-16 with a mark
（Unicode テキスト）; other programs write UTF-8 without one.
"""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

_BYTES_AT_ONCE = 1 << 20
_SURELY_UTF8 = 10
# What CP932 makes of bytes that no Japanese file holds: a UTF-8 file with a fault, most often.
_NOT_CP932 = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnknownEncodingError(ValueError):
    """The file makes sense in no encoding; ``line`` is where it stops to."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding that the whole file makes sense in; it is read from its beginning."""
    file.seek(0)
    start = file.read(3)
    if start.startswith(_UTF16_MARKS):
        found, fault = "utf-16", _fault(file, "utf-16")
    else:
        found, fault = "utf-8-sig", _fault(file, "utf-8")
    if fault is None:
        return found
    sure = start == codecs.BOM_UTF8 or fault.letters >= _SURELY_UTF8 or found == "utf-16"
    if not sure and _fault(file, "cp932") is None:
        return "cp932"
    raise UnknownEncodingError(fault.line)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where a file stops making sense in an encoding, and how much did before."""

    line: int
    letters: int


def _fault(file: BinaryIO, encoding: str) -> _Fault | None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, letters = 1, 0
    while True:
        part = file.read(_BYTES_AT_ONCE)
        try:
            text = decoder.decode(part, final=not part)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            letters += _beyond_ascii(before.decode(encoding, "ignore"))
            return _Fault(line + before.count(b"\n"), letters)
        if encoding == "cp932" and not _NOT_CP932.isdisjoint(text):
            return _Fault(line, letters)
        line += text.count("\n")
        letters += _beyond_ascii(text) if letters < _SURELY_UTF8 else 0
        if not part:
            return None


def _beyond_ascii(text: str) -> int:
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
