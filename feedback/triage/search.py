"""The search index over screened words: what goes in, and which submissions fulfil a term.

Two indexes, each SQLite's FTS5 or a PostgreSQL tsvector under GIN. ``submission_search`` holds
words, not byte runs, made by the same tokenizer that reads the query.
``submission_search_pairs`` holds every two letters that stand side by side: a phrase may begin or
end inside a word, so its words prove nothing, but its pairs must all be there. They only narrow;
the text decides. A pair that is left over from an older text is therefore harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TableClause,
    and_,
    cast,
    column,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy import literal as bound
from sqlalchemy import table as plain_table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from analysis.screening import PersonalDataKind
from analysis.tokens import Tokenizer, search_words
from feedback.screening.models import Screening

#: PostgreSQL refuses lexemes beyond 2 KB; no word that anybody types is this long.
LONGEST_WORD = 100
#: Pairs by which a phrase is narrowed down; more take longer than they leave out.
MOST_PAIRS = 4
WORDS = "submission_search"
PAIRS = "submission_search_pairs"

_MASK = re.compile("［(?:" + "|".join(kind.label for kind in PersonalDataKind) + ")］")
_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission as the index keeps it."""

    submission_id: int
    words: Sequence[str]
    pairs: Sequence[str]


def entry(submission_id: int, title: str, body: str, tokenizer: Tokenizer) -> Entry:
    """What the index keeps of a screened text."""
    return Entry(submission_id, index_words(title, body, tokenizer), pairs(f"{title}\n{body}"))


def index(session: Session, entries: Iterable[Entry]) -> None:
    """Put submissions into the index, in place of what it held of them."""
    rows = list(entries)
    if not rows:
        return
    if session.get_bind().dialect.name == "sqlite":
        _index_sqlite(session, rows)
    else:
        _index_postgresql(session, rows)


def _index_sqlite(session: Session, rows: Sequence[Entry]) -> None:
    session.execute(_FORGET, [{"id": row.submission_id} for row in rows])
    session.execute(
        _KEEP_WORDS, [{"id": row.submission_id, "words": " ".join(row.words)} for row in rows]
    )
    # It keeps no content, so it cannot forget; see above why it need not.
    session.execute(
        _KEEP_PAIRS, [{"id": row.submission_id, "pairs": " ".join(row.pairs)} for row in rows]
    )


_FORGET = text("DELETE FROM submission_search WHERE rowid = :id")
_KEEP_WORDS = text("INSERT INTO submission_search (rowid, words) VALUES (:id, :words)")
_KEEP_PAIRS = text("INSERT INTO submission_search_pairs (rowid, pairs) VALUES (:id, :pairs)")


def _index_postgresql(session: Session, rows: Sequence[Entry]) -> None:
    session.execute(
        _PUT_WORDS, [{"id": row.submission_id, "words": list(row.words)} for row in rows]
    )
    session.execute(
        _PUT_PAIRS, [{"id": row.submission_id, "pairs": list(row.pairs)} for row in rows]
    )


_PUT_WORDS = text(
    "INSERT INTO submission_search (submission_id, words)"
    " VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"
    " ON CONFLICT (submission_id) DO UPDATE SET words = excluded.words"
)
_PUT_PAIRS = text(
    "INSERT INTO submission_search_pairs (submission_id, pairs)"
    " VALUES (:id, array_to_tsvector(CAST(:pairs AS text[])))"
    " ON CONFLICT (submission_id) DO UPDATE SET pairs = excluded.pairs"
)


def clear(session: Session) -> None:
    """Empty the index before all of it is built anew."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DELETE FROM submission_search"))
        forget = "INSERT INTO submission_search_pairs (submission_search_pairs)"
        session.execute(text(f"{forget} VALUES ('delete-all')"))
    else:
        session.execute(text("TRUNCATE submission_search, submission_search_pairs"))


def index_words(title: str, body: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    """The distinct words under which a screened submission is found; masks are no words."""
    screened = _MASK.sub(" ", f"{title}\n{body}")
    return tuple(sorted(usable(search_words(screened, tokenizer))))


def pairs(written: str) -> tuple[str, ...]:
    """Every two letters side by side, and the last letter of each run, for phrases of one."""
    found: set[str] = set()
    for run in runs_of(written):
        found.update(run[at : at + 2] for at in range(len(run)))
    return tuple(sorted(found))


def runs_of(written: str) -> list[str]:
    """The stretches of letters in a text."""
    return _RUN.findall(written.lower())


def usable(words: Iterable[str]) -> set[str]:
    """Words that can be searched for, none longer than the index takes."""
    return {word[:LONGEST_WORD] for word in words if any(letter.isalnum() for letter in word)}


@dataclass(frozen=True, slots=True)
class Asked:
    """The words a query asks for: all of each group must be there, or must not be."""

    wanted: tuple[str, ...]
    excluded: tuple[tuple[str, ...], ...]


def ids_with_words(asked: Asked, dialect: str) -> Select[int]:
    """The submissions that hold all wanted words and none of the excluded groups."""
    return _ids(WORDS, "words", _expression(asked, dialect), dialect)


def has_words(asked: Asked, dialect: str, submission_id: Any) -> ColumnElement[bool]:
    """Whether a submission at hand holds the words."""
    search, key, held = _table(WORDS, "words", dialect)
    if dialect == "sqlite":
        # FTS5 would look through each word's list; the words of one row are quicker to read.
        line: ColumnElement[str] = literal_column("' ' || submission_search.words || ' '")
        asks = and_(
            *(func.instr(line, f" {word} ") > 0 for word in asked.wanted),
            *(
                not_(and_(*(func.instr(line, f" {word} ") > 0 for word in group)))
                for group in asked.excluded
            ),
        )
    else:
        asks = _matches(held, _expression(asked, dialect), dialect)
    return exists(select(key).select_from(search).where(key == submission_id, asks))


def ids_with_phrase(phrase: str, dialect: str) -> Select[int] | None:
    """Submissions among which all that hold the phrase are; None when it has no letters."""
    runs = runs_of(phrase)
    whole = sorted({run[at : at + 2] for run in runs for at in range(len(run) - 1)}, key=_is_common)
    whole = whole[:MOST_PAIRS]
    single = sorted({run for run in runs if len(run) == 1})
    if not whole and not single:
        return None
    if dialect == "sqlite":
        parts = [_quoted(pair) for pair in whole] + [f"{_quoted(one)} *" for one in single]
        return _ids(PAIRS, "pairs", " AND ".join(parts), dialect)
    lexemes = [_lexeme(pair) for pair in whole] + [f"{_lexeme(one)}:*" for one in single]
    return _ids(PAIRS, "pairs", " & ".join(lexemes), dialect)


def _is_common(pair: str) -> tuple[int, str]:
    """Pairs of kanji and katakana first: those of hiragana stand in nearly every text."""
    return sum("ぁ" <= letter <= "ん" for letter in pair), pair


def has_phrase(phrase: str, submission_id: Any) -> ColumnElement[bool]:
    """Whether a submission at hand holds the phrase to the letter."""
    return exists(
        select(Screening.submission_id).where(
            Screening.submission_id == submission_id,
            or_(
                Screening.body.icontains(phrase, autoescape=True),
                Screening.title.icontains(phrase, autoescape=True),
            ),
        )
    )


def _expression(asked: Asked, dialect: str) -> str:
    if dialect == "sqlite":
        found = " AND ".join(_quoted(word) for word in asked.wanted)
        without = [" AND ".join(_quoted(word) for word in group) for group in asked.excluded]
        return " NOT ".join([f"({found})", *(f"({each})" for each in without)])
    found = " & ".join(_lexeme(word) for word in asked.wanted)
    without = [" & ".join(_lexeme(word) for word in group) for group in asked.excluded]
    return " & ".join([f"({found})", *(f"!({each})" for each in without)])


def _ids(table: str, held: str, expression: str, dialect: str) -> Select[int]:
    search, key, column_ = _table(table, held, dialect)
    return select(key).select_from(search).where(_matches(column_, expression, dialect))


def _table(
    name: str, held: str, dialect: str
) -> tuple[TableClause, ColumnElement[int], ColumnElement[str]]:
    # FTS5 names what is matched by the table itself.
    key, held = ("rowid", name) if dialect == "sqlite" else ("submission_id", held)
    search = plain_table(name, column(key, Integer), column(held))
    return search, search.c[key], search.c[held]


def _matches(held: ColumnElement[str], expression: str, dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        return held.op("MATCH", is_comparison=True)(bound(expression))
    return held.op("@@", is_comparison=True)(cast(bound(expression), TSQUERY))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
