"""Governments（自治体）, municipalities（市区町村）, initiatives（取組）, calls（意見募集）."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


class Call(Base):
    """A call for opinions（意見募集）."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    is_published: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


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


def all_calls(session: Session) -> Sequence[Call]:
    """Every call, newest first."""
    return session.scalars(select(Call).order_by(Call.opens_at.desc(), Call.id.desc())).all()


def published_calls(session: Session) -> Sequence[Call]:
    """The calls that citizens see, newest first."""
    query = select(Call).where(Call.is_published).order_by(Call.opens_at.desc(), Call.id.desc())
    return session.scalars(query).all()


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
