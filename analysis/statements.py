"""A submission cut into statements: one claim each, as the citizen wrote it.

A sentence that only tells the story leading to a claim stays with that claim. Greetings,
self-introductions, signatures and references to the draft are dropped, and so are headings: they
claim nothing, but each statement below one remembers it as its context.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from analysis import joints, lexicon
from analysis.normalize import plain
from analysis.sentences import Sentence, sentences

_SHORTEST_SENTENCE = 6
_LONGEST_COURTESY = 60
_LONGEST_HEADING = 60
_LONGEST_NAME_OF_AN_ITEM = 30

_LEANS_BACK = re.compile(
    r"(?:そう(?:す|し|な|で)|それ(?!から|と)|これ(?!から)|その|この|だから|なので|ですから|"
    r"そのため|よって|つまり|例えば|たとえば|特に|もちろん|なぜなら|というのも|ただし?、|"
    r"理由[はと]|でないと|さもないと|と(?:言わ|言っ|言う|いわ|いっ|いう|書か|聞か))"
)
_OPENS_A_CLAIM = re.compile(
    r"(?:また|それから|それと|一方|さらに|更に|あと|次に|加えて|そして|しかし|"
    r"もう[一1]つ|[二三2-9][つ点]目)"
)
_LISTS_REASONS = re.compile(r"理由.{0,8}(?:次|以下|下記|[二三四五2-9]つ|[二三四五2-9]点)")
# Present trouble is a claim; past trouble tells why the next sentence asks for something.
_PAST = re.compile(r"(?:ませんでした|なかった(?:です)?|(?:困り|迷い|待ち)ました)$")
_ASKS_ITSELF = re.compile(
    r"(?:ほしい|欲しい|ください|下さい|べき|たい|お願い|必要)[^、。]{0,12}$|反対"
)
_POINTS = re.compile(
    r"(?:(?:素案|原案|案|計画|資料|別紙|本文|第?[0-9０-９一二三四五六七八九十]+(?:章|節|条|項|号|頁|ページ|行目?)?"
    r"|[PpＰｐ][.．]?[0-9０-９]+|[（(][0-9０-９ア-ン]+[）)]|[-－~〜・.．の \u3000])+)"
    r"(?:について|に関して|に関し|では)、?"
)
_MARKS_AT_END = "。.!?、…♪ "
_SPACES = re.compile(r"[ \n]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim; ``text`` is ``original[start:end]``, letter for letter."""

    start: int
    end: int
    text: str
    heading: str = ""
    """The heading it stands below, as written; its context, and no part of ``text``."""


@dataclass(slots=True)
class _Said:
    """A sentence as it is read: its letters made even, and what it does."""

    sentence: Sentence
    bare: str
    opens_block: bool
    heading: str = ""
    claims: bool = False
    stands: bool = False

    @property
    def leans_back(self) -> bool:
        """Whether it says nothing without the sentence before."""
        if self.opens_block:
            return False
        if self.bare.startswith("ただ") and _ASKS_ITSELF.search(self.bare):
            return False
        return bool(_LEANS_BACK.match(self.bare)) or len(self.bare) < _SHORTEST_SENTENCE


def split(text: str) -> list[Statement]:
    """Cut ``text`` into statements; any visible content gives at least one."""
    read = [_Said(one, _bare(one.text), one.opens_block) for one in sentences(text)] or _whole(text)
    kept = _without_signature([one for one in read if not _is_courtesy(one.bare)])
    said = [part for one in _below_headings(kept) for part in _parts(one)] or kept[:1] or read[:1]
    return [
        Statement(
            start := group[0].sentence.start,
            end := group[-1].sentence.end,
            text[start:end],
            group[0].heading,
        )
        for group in _by_claim(said)
    ]


def _whole(text: str) -> list[_Said]:
    """Return the visible part of a text that has no sentence, such as a lone bullet."""
    trimmed = text.strip()
    start = text.find(trimmed)
    whole = Sentence(start, start + len(trimmed), trimmed)
    return [_Said(whole, trimmed, opens_block=True)] if trimmed else []


def _without_signature(said: list[_Said]) -> list[_Said]:
    """Drop what stands below a ruled line when it claims nothing: a name, an address."""
    below = [one for one in said if one.sentence.signed]
    if not below or any(_is_claim(one.bare) for one in below):
        return said
    return [one for one in said if not one.sentence.signed]


def _below_headings(said: Sequence[_Said]) -> list[_Said]:
    """Take headings out and note them on what stands below, up to the next heading."""
    found: list[_Said] = []
    above: list[tuple[int, str]] = []
    before: _Said | None = None
    for one, below in zip_longest(said, said[1:]):
        indent = one.sentence.indent
        if indent >= 0:
            above = [(at, text) for at, text in above if at < indent]
        if one.sentence.alone and _is_heading(one, below, before):
            above = [(at, text) for at, text in above if at < indent]
            above.append((indent, one.sentence.text))
            before = None
            continue
        one.heading = "\n".join(text for _, text in above)
        one.opens_block |= before is None
        before = one
        found.append(one)
    return found


def _is_heading(one: _Said, below: _Said | None, before: _Said | None) -> bool:
    """Tell whether a line only names what the lines below speak of.

    An item does when its sub-items or its own text follow, but the last of a list does not when
    the writer goes on without marks.
    """
    bare, indent = one.bare, one.sentence.indent
    if joints.asks_and_goes_on(one.sentence.text):
        return False
    if len(bare) <= _LONGEST_HEADING and _is_all(bare, "headings"):
        return below is not None or not one.sentence.text.endswith("。")
    ends_a_list = before is not None and before.sentence.indent >= indent
    return (
        below is not None
        and indent >= 0
        and len(bare) <= _LONGEST_NAME_OF_AN_ITEM
        and (below.sentence.indent > indent or not (below.opens_block or ends_a_list))
        and one.sentence.text[-1] not in "。.!?！？"
        and not _is_claim(bare)
    )


def _parts(said: _Said) -> Iterator[_Said]:
    """Yield the claims that joints make of one sentence, without what only points at the draft."""
    whole = said.sentence
    begins = _begins_after_reference(whole.text)
    edges = [begins, *(at for at in joints.cuts(whole.text) if at > begins), len(whole.text)]
    if len(edges) == 2 and not begins:
        yield _judged(said)
        return
    opens = said.opens_block
    for first, last in pairwise(edges):
        piece = whole.text[first:last]
        at = whole.start + last - len(piece.lstrip())
        piece = piece.strip()
        part = replace(whole, start=at, end=at + len(piece), text=piece)
        yield _judged(_Said(part, _bare(piece), opens, said.heading, claims=len(edges) > 2))
        opens = False


def _judged(said: _Said) -> _Said:
    """Note whether a sentence claims something, or may."""
    claims = said.claims or _is_claim(said.bare)
    past = claims and bool(_PAST.search(said.bare))
    said.claims = claims and not past
    said.stands = past or bool(_OPENS_A_CLAIM.match(said.bare))
    return said


def _begins_after_reference(sentence: str) -> int:
    """Return where a sentence says something of its own: 「P12 3(2)について、…」."""
    match = _POINTS.match(sentence)
    return match.end() if match and len(sentence) - match.end() >= _SHORTEST_SENTENCE else 0


def _by_claim(said: Sequence[_Said]) -> list[list[_Said]]:
    """Put each story sentence with the claim it leads to; what follows a claim may lean on it."""
    groups: list[list[_Said]] = []
    waiting: list[_Said] = []
    gives_reasons = False
    for one in said:
        if waiting and (one.opens_block or _begins_anew(one, waiting, groups)):
            groups.append(waiting)
            waiting = []
        is_item = one.sentence.indent >= 0
        if not waiting and groups and ((gives_reasons and is_item) or one.leans_back):
            groups[-1].append(one)
            gives_reasons = (gives_reasons and is_item) or bool(_LISTS_REASONS.match(one.bare))
            continue
        gives_reasons = False
        if one.claims:
            groups.append([*waiting, one])
            waiting = []
        else:
            waiting.append(one)
    if waiting and groups and not waiting[0].opens_block and not any(o.stands for o in waiting):
        groups[-1].extend(waiting)
    elif waiting:
        groups.append(waiting)
    return groups


def _begins_anew(one: _Said, waiting: Sequence[_Said], groups: Sequence[Sequence[_Said]]) -> bool:
    """Tell whether what waits is complete: it opens a matter of its own, or it ends a list."""
    if one.stands and waiting[-1].stands:
        return True
    item, before = waiting[-1].sentence, groups[-1][-1].sentence if groups else None
    ends_a_list = before is not None and before.indent >= 0 and item.indent >= 0
    return ends_a_list and one.sentence.indent < 0 and item.alone


def _bare(sentence: str) -> str:
    """Return the letters made even, without full stops at the end or Easy Japanese's spaces."""
    even = plain(sentence)
    if " " in even or "\n" in even:
        even = _SPACES.sub("", even)
    return even.rstrip("。.! ")


def _is_courtesy(bare: str) -> bool:
    bare = bare.rstrip(_MARKS_AT_END)
    return not bare or (len(bare) <= _LONGEST_COURTESY and _is_all(bare, "courtesies"))


def _is_all(bare: str, name: str) -> bool:
    for pattern in lexicon.patterns(name):  # noqa: SIM110  # a generator costs as much again
        if pattern.fullmatch(bare):
            return True
    return False


def _is_claim(bare: str) -> bool:
    for pattern in lexicon.patterns("claims"):  # noqa: SIM110  # as above
        if pattern.search(bare):
            return True
    return False
