"""The language of the search box: words, 「phrases」, exclusions, fields such as 自治体:埼玉県.

Nothing that was typed is passed over in silence: a field that does not exist is a ``Problem`` with
words for the reader, and a query with a problem is not carried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analysis.normalize import plain
from analysis.tokens import Tokenizer, search_words
from feedback.triage.search import usable

LONGEST_QUERY = 200
MOST_TERMS = 20
LONGEST_SHOWN = 20

#: A letter-only name before a colon; a clock's time or an address on the web is none.
_TERM = re.compile(
    r"(?P<minus>[-−‐–]?)"
    r"(?:(?P<field>[^\W\d_]{1,12}):(?!//))?"
    r'(?:["“”„](?P<quoted>[^"“”„]*)["“”„]?|「(?P<bracketed>[^」]*)」?|(?P<bare>[^\s]+)|(?=\s|$))'
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ALTERNATIVES = re.compile("[,、|]")


class Field(StrEnum):
    """What a term may ask of, by the name that is typed."""

    GOVERNMENT = "自治体"
    INITIATIVE = "取組"
    THEME = "テーマ"
    TAG = "タグ"
    SECTION = "課"
    ASSIGNEE = "担当"
    STATUS = "状態"
    KIND = "種類"
    CHANNEL = "経路"
    RECEIVED = "受付"
    AGE = "年代"
    MUNICIPALITY = "市区町村"
    RECEIPT = "受付番号"


#: Other names that people type for the same.
_ALSO = {
    "都県": Field.GOVERNMENT,
    "取り組み": Field.INITIATIVE,
    "施策": Field.INITIATIVE,
    "分類": Field.THEME,
    "担当課": Field.SECTION,
    "対応状況": Field.STATUS,
    "意見の種類": Field.KIND,
    "受付経路": Field.CHANNEL,
    "受付日": Field.RECEIVED,
    "期間": Field.RECEIVED,
    "年齢": Field.AGE,
    "市町村": Field.MUNICIPALITY,
    "番号": Field.RECEIPT,
}


@dataclass(frozen=True, slots=True)
class Term:
    """Words that are asked for: all of ``words``, or ``literal`` to the letter."""

    words: tuple[str, ...]
    literal: str | None
    """Set for a phrase in quotes, and for a term that no word can be made of."""
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A field and the values of which a case must have one (or must not)."""

    field: Field
    values: tuple[str, ...]
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a query is not carried out, in words for the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood."""

    terms: tuple[Term, ...] = ()
    fields: tuple[FieldTerm, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def needles(self) -> tuple[str, ...]:
        """What to mark in the texts that are found."""
        wanted = (term for term in self.terms if not term.is_excluded)
        return tuple(
            each for term in wanted for each in ((term.literal,) if term.literal else term.words)
        )


def parse(query: str, tokenizer: Tokenizer) -> Query:
    """Read what was typed: words are all asked for, ``-`` excludes, 「…」 or "…" is verbatim."""
    cleaned = plain(_UNPRINTABLE.sub(" ", query))[:LONGEST_QUERY]
    terms: list[Term] = []
    fields: list[FieldTerm] = []
    problems: list[Problem] = []
    for match in list(_TERM.finditer(cleaned)):
        if match["field"] is None:
            term = _term(match, tokenizer)
            terms += [term] if term else []
            continue
        read = _field_term(match)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            fields.append(read)
    return Query(tuple(terms[:MOST_TERMS]), tuple(fields[:MOST_TERMS]), tuple(problems))


def parts(query: str) -> list[str]:
    """A query cut into what stands between its terms, as it was typed."""
    cleaned = plain(_UNPRINTABLE.sub(" ", query))[:LONGEST_QUERY]
    return [match.group() for match in _TERM.finditer(cleaned) if match.group().strip("-−‐–")]


def shown(written: str) -> str:
    """What was typed, short enough for a message."""
    return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}…"


def _field_term(match: re.Match[str]) -> FieldTerm | Problem:
    name = match["field"]
    field = _ALSO.get(name) or (Field(name) if name in set(Field) else None)
    if field is None:
        return Problem(
            f"「{shown(name)}:」という項目はありません。使える項目は、{'、'.join(Field)}です。"
            f"ことばとして探すときは、「{shown(name)}:…」のようにかぎ括弧で囲んでください。"
        )
    written = _written(match)
    values = [each.strip() for each in _ALTERNATIVES.split(written)]
    if not any(values):
        return Problem(f"「{field.value}:」の後に、探す内容を続けて入力してください。")
    return FieldTerm(field, tuple(each for each in values if each), bool(match["minus"]))


def _written(match: re.Match[str]) -> str:
    found = (match[name] for name in ("quoted", "bracketed", "bare"))
    return next((each for each in found if each is not None), "").strip()


def _term(match: re.Match[str], tokenizer: Tokenizer) -> Term | None:
    written = _written(match)
    if not any(letter.isalnum() for letter in written):
        return None
    # A phrase may begin or end inside a word, so its own words prove nothing.
    is_phrase = match["bare"] is None
    found = set() if is_phrase else usable(search_words(written, tokenizer))
    words = tuple(sorted(_short_compounds(found)))
    return Term(words, None if words else written, bool(match["minus"]))


def _short_compounds(words: set[str]) -> set[str]:
    """Leave out compounds of three words and more: inside a longer one they are no index entry."""
    return {word for word in words if _parts(word, words - {word}) < 3}


def _parts(word: str, others: Iterable[str]) -> int:
    """Into how many of the other words a word can be cut at most; 1 when into none."""
    known = set(others)
    most = {0: 0}
    for end in range(1, len(word) + 1):
        cuts = [most[start] + 1 for start in most if word[start:end] in known]
        if cuts:
            most[end] = max(cuts)
    return most.get(len(word), 1)
