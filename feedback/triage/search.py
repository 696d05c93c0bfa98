"""The search index over screened words: what goes in, and what a reader's query asks of it.

The index holds words, not byte runs: SQLite FTS5, or a PostgreSQL tsvector under GIN, both filled
with the tokens of the same tokenizer that reads the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    column,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy import literal as bound
from sqlalchemy import table as plain_table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from analysis.normalize import plain
from analysis.screening import PersonalDataKind
from analysis.tokens import Tokenizer, search_words
from feedback.intake.models import Submission
from feedback.screening.models import Screening

LONGEST_QUERY = 200
MOST_TERMS = 20
#: PostgreSQL refuses lexemes beyond 2 KB; no word that anybody types is this long.
LONGEST_WORD = 100

_MASK = re.compile("［(?:" + "|".join(kind.label for kind in PersonalDataKind) + ")］")
_TERM = re.compile(
    r'(?P<minus>-?)(?:["“”„](?P<quoted>[^"“”„]*)["“”„]?|「(?P<bracketed>[^」]*)」?|(?P<bare>[^\s]+))'
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a query asks for: all of ``words``, or ``literal`` to the letter."""

    words: tuple[str, ...]
    literal: str | None
    """Set for a phrase in quotes, and for a term that no word can be made of."""
    is_excluded: bool


def index(session: Session, words: Mapping[int, Sequence[str]]) -> None:
    """Put submissions' words into the index, in place of what it held of them."""
    if not words:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    key = "rowid" if is_sqlite else "submission_id"
    value = ":words" if is_sqlite else "array_to_tsvector(CAST(:words AS text[]))"
    rows = [
        {"id": at, "words": " ".join(found) if is_sqlite else list(found)}
        for at, found in words.items()
    ]
    session.execute(
        text(f"DELETE FROM submission_search WHERE {key} = :id"),  # noqa: S608 - a column's name
        [{"id": row["id"]} for row in rows],
    )
    session.execute(
        text(f"INSERT INTO submission_search ({key}, words) VALUES (:id, {value})"),  # noqa: S608
        rows,
    )


def index_words(title: str, body: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    """The distinct words under which a screened submission is found; masks are no words."""
    screened = _MASK.sub(" ", f"{title}\n{body}")
    return tuple(sorted(_usable(search_words(screened, tokenizer))))


def parse(query: str, tokenizer: Tokenizer) -> tuple[Term, ...]:
    """Read a query: words are all asked for, ``-word`` is excluded, 「…」 or "…" is verbatim."""
    cleaned = plain(_UNPRINTABLE.sub(" ", query))[:LONGEST_QUERY]
    terms = [_term(match, tokenizer) for match in _TERM.finditer(cleaned)]
    return tuple(term for term in terms if term is not None)[:MOST_TERMS]


def condition(terms: Iterable[Term], dialect: str) -> ColumnElement[bool]:
    """What a submission must fulfil; the query must join ``Submission`` and ``Screening``."""
    return and_(true(), *(_fulfils(term, dialect) for term in terms))


def _term(match: re.Match[str], tokenizer: Tokenizer) -> Term | None:
    phrase = match["quoted"] if match["quoted"] is not None else match["bracketed"]
    written = (match["bare"] if phrase is None else phrase).strip()
    if not any(letter.isalnum() for letter in written):
        return None
    # A phrase may begin or end inside a word, so its own words prove nothing.
    found = _usable(search_words(written, tokenizer)) if phrase is None else set()
    words = tuple(sorted(_short_compounds(found)))
    return Term(words, None if words else written, bool(match["minus"]))


def _usable(words: Iterable[str]) -> set[str]:
    return {word[:LONGEST_WORD] for word in words if any(letter.isalnum() for letter in word)}


def _short_compounds(words: set[str]) -> set[str]:
    """Leave out compounds of three words and more: inside a longer one they are no index entry."""
    return {word for word in words if _parts(word, words - {word}) < 3}


def _parts(word: str, others: set[str]) -> int:
    """Into how many of the other words a word can be cut at most; 1 when into none."""
    most = {0: 0}
    for end in range(1, len(word) + 1):
        cuts = [most[start] + 1 for start in most if word[start:end] in others]
        if cuts:
            most[end] = max(cuts)
    return most.get(len(word), 1)


def _fulfils(term: Term, dialect: str) -> ColumnElement[bool]:
    found: ColumnElement[bool]
    if term.literal is None:
        found = Submission.id.in_(_holding(term.words, dialect))
    else:
        found = or_(
            Screening.body.icontains(term.literal, autoescape=True),
            Screening.title.icontains(term.literal, autoescape=True),
        )
    return not_(found) if term.is_excluded else found


def _holding(words: Sequence[str], dialect: str) -> Select[int]:
    """The ids of submissions that hold all of the words."""
    if dialect == "sqlite":
        search = plain_table("submission_search", column("rowid", Integer), column("words"))
        asked = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
        return select(search.c.rowid).where(search.c.words.op("MATCH")(bound(asked)))
    search = plain_table("submission_search", column("submission_id", Integer), column("words"))
    asked = " & ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words)
    return select(search.c.submission_id).where(
        search.c.words.op("@@")(cast(bound(asked), TSQUERY))
    )
