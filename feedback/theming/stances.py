"""What statements want（賛成・反対・要望など）, and how the voices of a theme lean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from analysis import dissent
from analysis import stance as analysis_stance
from analysis.results import Assignment as ModelPlace
from analysis.results import Document, Quote, Stance, StanceFound
from analysis.results import Theme as ModelTheme
from feedback.intake.models import Submission
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.theming import material
from feedback.theming.models import Assignment, StatementStance

#: What is read of a theme for its page; the surest statements come first.
MOST_STATEMENTS = 10_000
FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Told:
    """What one statement wants."""

    statement_id: int
    found: StanceFound


@dataclass(frozen=True, slots=True)
class Side:
    """A stance and how many voices of a theme have it."""

    stance: Stance
    voices: int


@dataclass(frozen=True, slots=True)
class Leaning:
    """How the voices of a theme lean, and statements against what most of them want."""

    sides: tuple[Side, ...]
    dissent: tuple[int, ...]
    """Ids of statements."""
    is_whole: bool
    """Whether every statement was read."""

    @property
    def voices(self) -> int:
        """How many voices were read."""
        return sum(side.voices for side in self.sides)


def untold(session: Session, call_id: int, *, limit: int) -> list[tuple[int, str]]:
    """Statements of a call, with their masked text, whose stance nobody has told yet."""
    query = (
        select(Statement.id, Statement.text)
        .join(Submission, Submission.id == Statement.submission_id)
        .outerjoin(StatementStance, StatementStance.statement_id == Statement.id)
        .where(
            Submission.call_id == call_id,
            StatementStance.statement_id.is_(None),
            material.has_words(),
        )
        .order_by(Statement.id)
        .limit(limit)
    )
    return [(row.id, row.text) for row in session.execute(query)]


def tell(statements: Sequence[tuple[int, str]]) -> list[Told]:
    """What each statement wants; touches no database."""
    found = analysis_stance.stances([text for _, text in statements])
    return [Told(at, one) for (at, _), one in zip(statements, found, strict=True)]


def store(session: Session, told: Sequence[Told]) -> None:
    """Keep what statements want; those that another worker told meanwhile stay as they are."""
    known = set(
        session.scalars(
            select(StatementStance.statement_id).where(
                StatementStance.statement_id.in_([each.statement_id for each in told])
            )
        )
    )
    rows = [
        {
            "statement_id": each.statement_id,
            "stance": each.found.stance,
            "confidence": each.found.confidence,
        }
        for each in told
        if each.statement_id not in known
    ]
    if rows:
        session.execute(insert(StatementStance), rows)


def leaning_of(
    session: Session,
    family: Sequence[int],
    *,
    keywords: Sequence[str],
    quoted: Mapping[int, str],
    governments: frozenset[str],
) -> Leaning:
    """How the voices of a theme and its subthemes lean now.

    ``quoted`` are the statements that the page shows already; only statements of ``governments``
    are shown as dissent.
    """
    rows = _rows(session, family)
    stances = [StanceFound(row.stance, row.stance_confidence, None) for row in rows]
    documents = [
        Document(row.text, (), row.submission_id, row.campaign_id, bool(row.is_original))
        for row in rows
    ]
    places = [ModelPlace(FAMILY, None, row.confidence, None) for row in rows]
    theme = ModelTheme(
        id=FAMILY,
        parent=None,
        label="",
        keywords=tuple(keywords),
        documents=len(rows),
        submissions=0,
        voices=0,
        quotes=tuple(Quote(-1, text) for text in quoted.values()),
    )
    whole = dissent.by_theme([theme], places, documents, stances)[FAMILY]
    shown = [at for at, row in enumerate(rows) if row.government_slug in governments]
    contrary = whole.dissent
    if len(shown) < len(rows):
        contrary = dissent.by_theme(
            [theme],
            [places[at] for at in shown],
            [documents[at] for at in shown],
            [stances[at] for at in shown],
        )[FAMILY].dissent
    return Leaning(
        sides=tuple(Side(stance, number) for stance, number in whole.voices.items()),
        dissent=tuple(rows[shown[quote.document]].id for quote in contrary),
        is_whole=len(rows) < MOST_STATEMENTS,
    )


def _rows(session: Session, family: Sequence[int]) -> list[Any]:
    query = (
        select(
            Statement.id,
            Statement.text,
            Statement.submission_id,
            Submission.government_slug,
            CampaignMember.campaign_id,
            (Campaign.representative_id == Statement.submission_id).label("is_original"),
            Assignment.confidence,
            StatementStance.stance,
            StatementStance.confidence.label("stance_confidence"),
        )
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(StatementStance, StatementStance.statement_id == Statement.id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Statement.submission_id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Statement.submission_id)
        .outerjoin(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(Assignment.theme_id.in_(family), ~Screening.is_set_aside)
        .order_by(Assignment.confidence.desc(), Statement.id)
        .limit(MOST_STATEMENTS)
    )
    return list(session.execute(query))
