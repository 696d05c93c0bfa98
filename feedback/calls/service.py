"""The rules of calls, and the loading of reference data."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from sqlalchemy.orm import Session

from feedback.calls import population
from feedback.calls.models import (
    SOURCE_LANGUAGE,
    Call,
    Government,
    Initiative,
    Municipality,
    call_by_slug,
    governments_of,
    initiatives_of,
    replace_governments,
    replace_initiatives,
    replace_texts,
    texts_of,
)
from feedback.storage import utc_now

LANGUAGE_SUFFIXES = {"ja": "", "ja-easy": "_easy", "en": "_en", "zh": "_zh", "ko": "_ko"}


class CallNotFound(Exception):
    """No published call has this slug."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """A call as citizens read it, in one language."""

    id: int
    slug: str
    title: str
    question: str
    description: str
    opens_at: datetime
    closes_at: datetime | None
    governments: tuple[Government, ...]
    initiatives: tuple[Initiative, ...]

    def is_open(self, now: datetime) -> bool:
        """Whether opinions are taken at this moment."""
        return self.opens_at <= now and (self.closes_at is None or now < self.closes_at)


@dataclass(frozen=True, slots=True)
class CallWords:
    """A call's words in one language."""

    title: str
    question: str
    description: str


def open_page(session: Session, slug: str, language: str) -> CallPage:
    """A published call in a language, else in Japanese.

    Raises:
        CallNotFound: when there is none.
    """
    call = call_by_slug(session, slug)
    if call is None or not call.is_published:
        raise CallNotFound(slug)
    return page_of(session, call, language)


def page_of(session: Session, call: Call, language: str) -> CallPage:
    """A call with its words, governments and initiatives."""
    texts = texts_of(session, call.id)
    words = texts.get(language) or texts[SOURCE_LANGUAGE]
    return CallPage(
        id=call.id,
        slug=call.slug,
        title=words.title,
        question=words.question,
        description=words.description,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        governments=tuple(governments_of(session, call.id)),
        initiatives=tuple(initiatives_of(session, call.id)),
    )


def publish_call(
    session: Session,
    *,
    slug: str,
    opens_at: datetime,
    closes_at: datetime | None,
    words: Mapping[str, CallWords],
    governments: Sequence[str],
    initiatives: Sequence[str],
) -> Call:
    """Make a call and show it to citizens; Japanese words are required.

    Raises:
        ValueError: when the Japanese words are missing.
    """
    if SOURCE_LANGUAGE not in words:
        raise ValueError("a call needs its words in Japanese")
    call = Call(
        slug=slug,
        opens_at=opens_at,
        closes_at=closes_at,
        is_published=True,
        created_at=utc_now(),
    )
    session.add(call)
    session.flush()
    store_content(session, call.id, words, governments, initiatives)
    return call


def store_content(
    session: Session,
    call_id: int,
    words: Mapping[str, CallWords],
    governments: Sequence[str],
    initiatives: Sequence[str],
) -> None:
    """Store a call's words and choices in place of those before."""
    texts = {
        language: (each.title, each.question, each.description) for language, each in words.items()
    }
    replace_texts(session, call_id, texts)
    replace_governments(session, call_id, governments)
    replace_initiatives(session, call_id, initiatives)


def load_reference_data(session: Session) -> None:
    """Bring governments, municipalities, their people and initiatives up to the shipped files."""
    for row in _rows("governments"):
        session.merge(
            Government(
                slug=row["slug"],
                code=row["code"] or None,
                name=row["name"],
                short_name=row["short_name"],
                name_en=row["name_en"],
                position=int(row["order"]),
            )
        )
    session.flush()
    slug_of = {row["code"][:2]: row["slug"] for row in _rows("governments") if row["code"]}
    for row in _rows("municipalities"):
        session.merge(
            Municipality(
                code=row["code"],
                government_slug=slug_of[row["prefecture"]],
                name=row["name"],
                kana=row["kana"],
                name_en=row["name_en"],
                kind=row["kind"],
            )
        )
    for row in _rows("initiatives"):
        session.merge(
            Initiative(
                slug=row["slug"],
                government_slug=row["government"] or None,
                names={code: row[f"name{end}"] for code, end in LANGUAGE_SUFFIXES.items()},
                descriptions={
                    code: row[f"description{end}"] for code, end in LANGUAGE_SUFFIXES.items()
                },
                position=int(row["order"]),
            )
        )
    session.flush()
    population.load_shipped(session)


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files("feedback.calls").joinpath("data", f"{name}.csv")
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
