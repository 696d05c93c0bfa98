"""Governments（自治体）, municipalities（市区町村）, initiatives（取組）, calls（意見募集）."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier

SOURCE_LANGUAGE = "ja"


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
