"""The statements of themes as staff work through them: copies of a campaign are one row.

A row stands for one statement, or for all that the copies of one campaign say in one theme:
deciding it decides them all. Only statements of the governments whose themes the person edits are
rows; the others are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.theming.models import Assignment, Theme
from feedback.web.actor import Actor
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class Member:
    """A statement in a theme, without its words."""

    statement_id: int
    theme_id: int
    submission_id: int
    campaign_id: int | None
    is_original: bool
    government: str
    confidence: float
    decided_by: str | None
    decided_at: datetime | None

    @property
    def key(self) -> str:
        """Names the row that it belongs to: a campaign's or its own, in this theme."""
        if self.campaign_id is None:
            return f"s{self.statement_id}-{self.theme_id}"
        return f"c{self.campaign_id}-{self.theme_id}"


@dataclass(frozen=True, slots=True)
class Row:
    """What is decided together: one statement, or the copies of a campaign in one theme."""

    key: str
    theme_id: int
    members: tuple[Member, ...]

    @property
    def confidence(self) -> float:
        """That of the least sure of them: none is carried over the line by its copies."""
        return min(member.confidence for member in self.members)

    @property
    def is_decided(self) -> bool:
        """Whether staff decided about all of them."""
        return all(member.decided_by is not None for member in self.members)

    @property
    def statement_ids(self) -> tuple[int, ...]:
        """The statements that are decided together."""
        return tuple(member.statement_id for member in self.members)

    @property
    def submissions(self) -> int:
        """How many opinions say it."""
        return len({member.submission_id for member in self.members})

    @property
    def spoken(self) -> tuple[int, ...]:
        """The statements to read: one submission's, the campaign's original's where it is here."""
        first = min(self.members, key=lambda each: (not each.is_original, each.statement_id))
        return tuple(
            each.statement_id for each in self.members if each.submission_id == first.submission_id
        )

    @property
    def first(self) -> Member:
        """The one whose submission the row leads to."""
        return next(each for each in self.members if each.statement_id == self.spoken[0])


def rows_of(members: Iterable[Member]) -> list[Row]:
    """Fold copies together."""
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        found[member.key].append(member)
    return [Row(key, each[0].theme_id, tuple(each)) for key, each in found.items()]


def within_reach(actor: Actor) -> frozenset[str]:
    """The governments whose statements the person reads and may decide about."""
    return actor.governments(Permission.READ_CASES) & actor.governments(Permission.EDIT_THEMES)


def members_of(
    session: Session, family: Collection[int], *, governments: Collection[str], upto: int
) -> list[Member]:
    """The statements of these governments in these themes, by number.

    What came or was placed anew after the page was shown has a higher number than ``upto`` and is
    not among them.
    """
    query = (
        _members()
        .where(
            Assignment.theme_id.in_(family),
            Assignment.id <= upto,
            charge.in_charge_of(governments),
        )
        .order_by(Statement.id)
    )
    return [Member(*row) for row in session.execute(query)]


def newest(session: Session, family: Collection[int]) -> int:
    """The number that tells what stands in these themes now from what comes later."""
    query = select(func.max(Assignment.id)).where(Assignment.theme_id.in_(family))
    return session.scalar(query) or 0


def texts_of(session: Session, statement_ids: Sequence[int]) -> dict[int, str]:
    """The masked words of these statements."""
    query = select(Statement.id, Statement.text).where(Statement.id.in_(statement_ids))
    return {row.id: row.text for row in session.execute(query)}


def _members() -> Select[int, int, int, int | None, bool, str, float, str | None, datetime | None]:
    is_original = func.coalesce(Campaign.representative_id == Submission.id, false())
    return (
        select(
            Statement.id,
            Theme.id,
            Submission.id,
            CampaignMember.campaign_id,
            is_original,
            Submission.government_slug,
            Assignment.confidence,
            Assignment.decided_by,
            Assignment.decided_at,
        )
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(Theme, Theme.id == Assignment.theme_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .outerjoin(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(~Screening.is_set_aside)
    )
