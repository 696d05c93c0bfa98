"""The text of an e-mail that was written as a web page only."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = {"script", "style", "head", "title", "template"}
_BLOCKS = {
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6",
    "section", "article", "header", "footer", "pre", "hr",
}  # fmt: skip
_MANY_BLANK_LINES = re.compile(r"\n{3,}")
LONGEST_PAGE = 2_000_000


def text_of(page: str) -> str:
    """What a person reads on the page; quoted parts begin with > as in plain mail."""
    reader = _Reader()
    reader.feed(page[:LONGEST_PAGE])
    reader.close()
    lines = [line.rstrip() for line in "".join(reader.pieces).split("\n")]
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []
        self._quotes = 0
        self._is_at_start = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "blockquote":
            self._break()
            self._quotes += 1
        elif tag == "br":
            self._new_line()
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag == "blockquote":
            self._break()
            self._quotes = max(0, self._quotes - 1)
        elif tag in _BLOCKS and tag != "br":
            self._break()
            if tag == "p":
                self._new_line()

    def handle_data(self, data: str) -> None:
        # A page's body follows its head even where a careless program did not close it.
        if self._silent and not (self._silent == ["head"] and data.strip()):
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data.replace("\xa0", " "))
        if self._is_at_start:
            words = words.lstrip(" ")
            if words:
                self.pieces.append("> " * self._quotes)
        if words:
            self.pieces.append(words)
            self._is_at_start = False

    def _break(self) -> None:
        if not self._is_at_start:
            self._new_line()

    def _new_line(self) -> None:
        self.pieces.append("\n")
        self._is_at_start = True
