"""Governments（自治体）, municipalities（市区町村）, initiatives（取組）, calls（意見募集）."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier

SOURCE_LANGUAGE = "ja"
#: Ten years of age each; children below ten are counted apart, since hardly any of them writes.
POPULATION_BANDS = (
    "under10", "10s", "20s", "30s", "40s", "50s", "60s", "70s", "80plus",
)  # fmt: skip


class Government(Base):
    """A government（自治体）: tokyo, saitama, chiba, kanagawa, or region for all four."""

    __tablename__ = "governments"

    slug: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str | None] = mapped_column(String(6), unique=True)
    """JIS X 0401 with its check digit; None for the region."""
    name: Mapped[str] = mapped_column(String(20))
    short_name: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]


class Municipality(Base):
    """A municipality（市区町村）with its JIS X 0402 code."""

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    kana: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(4))


class Population(Base):
    """How many people of an age live in a municipality（人口）.

    Source: 総務省「住民基本台帳に基づく人口、人口動態及び世帯数」, 市区町村別・年齢階級別の総計.
    """

    __tablename__ = "populations"

    municipality_code: Mapped[str] = mapped_column(
        ForeignKey("municipalities.code"), primary_key=True
    )
    age_band: Mapped[str] = mapped_column(String(8), primary_key=True)
    """A value of ``POPULATION_BANDS``."""
    people: Mapped[int]
    as_of: Mapped[date] = mapped_column(Date)
    """The day of the count, 1 January."""


class Initiative(Base):
    """A digital initiative（取組）that one may comment on."""

    __tablename__ = "initiatives"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    government_slug: Mapped[str | None] = mapped_column(ForeignKey("governments.slug"))
    """None for その他, which belongs to every government."""
    names: Mapped[dict[str, str]]
    """Language code → name; ``ja`` is always there."""
    descriptions: Mapped[dict[str, str]]
    position: Mapped[int]

    @property
    def name(self) -> str:
        """The Japanese name."""
        return self.names[SOURCE_LANGUAGE]

    def name_in(self, language: str) -> str:
        """The name in a language, else in Japanese."""
        return self.names.get(language) or self.name

    def description_in(self, language: str) -> str:
        """The description in a language, else in Japanese."""
        return self.descriptions.get(language) or self.descriptions[SOURCE_LANGUAGE]


class CallState(StrEnum):
    """How a call stands（募集の状態）."""

    DRAFT = "draft"
    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return CALL_STATE_LABELS[self]


CALL_STATE_LABELS = {
    CallState.DRAFT: "下書き",
    CallState.EARLY: "受付前",
    CallState.OPEN: "受付中",
    CallState.CLOSED: "締切",
    CallState.ARCHIVED: "保管",
}


class Call(Base):
    """A call for opinions（意見募集）."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    is_published: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Grows with every change, so that nobody overwrites what they have not seen."""
    archived_at: Mapped[datetime | None]
    """Since when the front page no longer lists it; its addresses stay."""

    def state(self, now: datetime) -> CallState:
        """How the call stands at a moment."""
        if not self.is_published:
            return CallState.DRAFT
        if self.archived_at is not None:
            return CallState.ARCHIVED
        if now < self.opens_at:
            return CallState.EARLY
        is_over = self.closes_at is not None and self.closes_at <= now
        return CallState.CLOSED if is_over else CallState.OPEN


class CallText(Base):
    """A call's words in one language."""

    __tablename__ = "call_texts"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)


class CallGovernment(Base):
    """A government that takes part in a call."""

    __tablename__ = "call_governments"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"), primary_key=True)


class CallInitiative(Base):
    """An initiative that one may comment on in a call."""

    __tablename__ = "call_initiatives"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    initiative_slug: Mapped[str] = mapped_column(ForeignKey("initiatives.slug"), primary_key=True)


def call_by_slug(session: Session, slug: str) -> Call | None:
    """The call with this slug."""
    return session.scalars(select(Call).where(Call.slug == slug)).first()


def call_to_change(session: Session, call_id: int) -> Call | None:
    """The call as it stands now, locked until the transaction ends."""
    return session.get(Call, call_id, with_for_update=True, populate_existing=True)


def published_calls(session: Session) -> Sequence[Call]:
    """The calls that citizens see, newest first."""
    query = select(Call).where(Call.is_published).order_by(Call.opens_at.desc(), Call.id.desc())
    return session.scalars(query).all()


def calls_of(session: Session, governments: Collection[str]) -> Sequence[Call]:
    """Every call in which one of these governments takes part, newest first."""
    ids = select(CallGovernment.call_id).where(CallGovernment.government_slug.in_(governments))
    query = select(Call).where(Call.id.in_(ids)).order_by(Call.opens_at.desc(), Call.id.desc())
    return session.scalars(query).all()


def titles_of(session: Session, call_ids: Collection[int]) -> dict[int, str]:
    """The Japanese titles of calls."""
    query = select(CallText.call_id, CallText.title).where(
        CallText.call_id.in_(call_ids), CallText.language == SOURCE_LANGUAGE
    )
    return dict(session.execute(query).all())


def published_titles(session: Session) -> list[tuple[int, str]]:
    """The published calls with their Japanese titles, in the order of ``published_calls``."""
    ids = [each.id for each in published_calls(session)]
    titles = titles_of(session, ids)
    return [(each, titles[each]) for each in ids]


def government_slugs_of(session: Session, call_ids: Collection[int]) -> dict[int, list[str]]:
    """The governments of calls, in their order."""
    query = (
        select(CallGovernment.call_id, Government.slug)
        .join(Government, Government.slug == CallGovernment.government_slug)
        .where(CallGovernment.call_id.in_(call_ids))
        .order_by(Government.position)
    )
    found: dict[int, list[str]] = {each: [] for each in call_ids}
    for call_id, slug in session.execute(query):
        found[call_id].append(slug)
    return found


def texts_of(session: Session, call_id: int) -> dict[str, CallText]:
    """A call's words by language."""
    rows = session.scalars(select(CallText).where(CallText.call_id == call_id))
    return {row.language: row for row in rows}


def all_governments(session: Session) -> Sequence[Government]:
    """The governments in their order, the region last."""
    return session.scalars(select(Government).order_by(Government.position)).all()


def governments_of(session: Session, call_id: int) -> Sequence[Government]:
    """The governments of a call, in their order."""
    slugs = select(CallGovernment.government_slug).where(CallGovernment.call_id == call_id)
    query = select(Government).where(Government.slug.in_(slugs)).order_by(Government.position)
    return session.scalars(query).all()


def initiatives_of(session: Session, call_id: int) -> Sequence[Initiative]:
    """The initiatives of a call, in their order."""
    slugs = select(CallInitiative.initiative_slug).where(CallInitiative.call_id == call_id)
    query = select(Initiative).where(Initiative.slug.in_(slugs)).order_by(Initiative.position)
    return session.scalars(query).all()


def all_initiatives(session: Session) -> Sequence[Initiative]:
    """Every initiative, in order."""
    return session.scalars(select(Initiative).order_by(Initiative.position)).all()


def all_municipalities(session: Session) -> Sequence[Municipality]:
    """All 212 municipalities in the order of their codes."""
    return session.scalars(select(Municipality).order_by(Municipality.code)).all()


def municipality_codes(session: Session) -> frozenset[str]:
    """The code of every municipality."""
    return frozenset(session.scalars(select(Municipality.code)))


@dataclass(frozen=True, slots=True)
class People:
    """How many people of an age live in a municipality."""

    government: str
    municipality: str
    age_band: str
    people: int
    as_of: date


def populations(session: Session) -> list[People]:
    """The population of every municipality by age."""
    query = (
        select(
            Municipality.government_slug,
            Population.municipality_code,
            Population.age_band,
            Population.people,
            Population.as_of,
        )
        .join(Municipality, Municipality.code == Population.municipality_code)
        .order_by(Population.municipality_code, Population.age_band)
    )
    return [People(*row) for row in session.execute(query)]


def population_as_of(session: Session) -> date | None:
    """The day of the population count that is stored; None when there is none."""
    return session.scalar(select(func.max(Population.as_of)))


def replace_populations(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store a count of the whole population in place of the one before."""
    session.execute(delete(Population))
    session.execute(insert(Population), rows)


def replace_texts(
    session: Session, call_id: int, words: Mapping[str, tuple[str, str, str]]
) -> None:
    """Store a call's title, question and description by language in place of those before."""
    session.execute(delete(CallText).where(CallText.call_id == call_id))
    session.execute(
        insert(CallText),
        [
            {
                "call_id": call_id,
                "language": language,
                "title": title,
                "question": question,
                "description": description,
            }
            for language, (title, question, description) in words.items()
        ],
    )


def replace_governments(session: Session, call_id: int, slugs: Collection[str]) -> None:
    """Store who takes part in a call in place of those before."""
    session.execute(delete(CallGovernment).where(CallGovernment.call_id == call_id))
    rows = [{"call_id": call_id, "government_slug": each} for each in dict.fromkeys(slugs)]
    if rows:
        session.execute(insert(CallGovernment), rows)


def replace_initiatives(session: Session, call_id: int, slugs: Collection[str]) -> None:
    """Store what one may comment on in a call in place of what was before."""
    session.execute(delete(CallInitiative).where(CallInitiative.call_id == call_id))
    rows = [{"call_id": call_id, "initiative_slug": each} for each in dict.fromkeys(slugs)]
    if rows:
        session.execute(insert(CallInitiative), rows)
