"""The figures of a theme's page: when, by whom, on which initiatives, in which campaigns, and why.

Always submissions（意見）and voices（声の数）beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.calendar import Month
from feedback.calls.models import SOURCE_LANGUAGE, Initiative
from feedback.intake.models import AgeBand, Submission
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.theming import counts
from feedback.theming.counts import NONE, Counts
from feedback.theming.models import Assignment, RunTheme, Theme

NOT_GIVEN = "無回答"
CAMPAIGNS_SHOWN = 10
EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a theme's submissions and its size."""

    key: str
    label: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class CampaignSlice:
    """A campaign whose copies speak of the theme."""

    representative_id: int
    excerpt: str
    """The beginning of the representative's masked words."""
    government_slug: str
    copies: int
    """How many of its submissions speak of the theme."""
    size: int


@dataclass(frozen=True, slots=True)
class SharedWord:
    """A word of the theme: how many statements hold it, here and in all other themes."""

    word: str
    here: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Together:
    """Why the last run kept the theme's statements together."""

    statements: int
    words: tuple[SharedWord, ...]
    inside: float
    beside: float
    nearest: Theme | None

    @property
    def clarity(self) -> str:
        """How clearly the theme stands apart, in words."""
        apart = self.inside - self.beside
        if apart >= CLEAR:
            return "ほかのテーマとはっきり分かれています"
        return (
            "ほかのテーマとおおむね分かれています"
            if apart >= FAIR
            else "ほかのテーマと重なりがあります"
        )


#: Differences of mean cosines; thirds of the themes of the demo's runs.
CLEAR, FAIR = 0.4, 0.29


@dataclass(frozen=True, slots=True)
class Portrait:
    """Who spoke of a theme, when, of what, and why it is one theme."""

    timeline: tuple[Slice, ...]
    """By month, the oldest first."""
    ages: tuple[Slice, ...]
    initiatives: tuple[Slice, ...]
    campaigns: tuple[CampaignSlice, ...]
    together: Together | None

    @property
    def loudest_month(self) -> int:
        """The most submissions of a month."""
        return max((each.counts.submissions for each in self.timeline), default=0)

    @property
    def largest_age(self) -> int:
        """The most voices of an age."""
        return max((each.counts.voices for each in self.ages), default=0)


def portrait(
    session: Session, theme: Theme, family: Sequence[int], months: Sequence[Month]
) -> Portrait:
    """The figures of a theme with its subthemes."""
    return Portrait(
        timeline=_timeline(session, family, months),
        ages=_ages(counts.by(session, family, Submission.age_band)),
        initiatives=_initiatives(session, counts.by(session, family, Submission.initiative_slug)),
        campaigns=_campaigns(session, family),
        together=_together(session, theme),
    )


def _timeline(
    session: Session, family: Sequence[int], months: Sequence[Month]
) -> tuple[Slice, ...]:
    found = counts.in_months(session, family, months)
    return tuple(
        Slice(str(month), f"{month.number}月", counted)
        for month, counted in zip(months, found, strict=True)
    )


def _ages(counted: Mapping[AgeBand | None, Counts]) -> tuple[Slice, ...]:
    told = [Slice(age.value, age.label, counted.get(age, NONE)) for age in AgeBand]
    return (*told, Slice("", NOT_GIVEN, counted.get(None, NONE)))


def _initiatives(session: Session, counted: Mapping[str, Counts]) -> tuple[Slice, ...]:
    query = select(Initiative.slug, Initiative.names).where(Initiative.slug.in_(list(counted)))
    slices = [
        Slice(row.slug, row.names[SOURCE_LANGUAGE], counted[row.slug])
        for row in session.execute(query)
    ]
    return tuple(sorted(slices, key=lambda each: (-each.counts.voices, each.key)))


def _campaigns(session: Session, family: Sequence[int]) -> tuple[CampaignSlice, ...]:
    copies = func.count(CampaignMember.submission_id.distinct()).label("copies")
    inside = (
        select(CampaignMember.campaign_id, copies)
        .join(Statement, Statement.submission_id == CampaignMember.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(Screening, Screening.submission_id == Statement.submission_id)
        .where(Assignment.theme_id.in_(family), ~Screening.is_set_aside)
        .group_by(CampaignMember.campaign_id)
        .subquery()
    )
    query = (
        select(
            Campaign.representative_id,
            Screening.body,
            Submission.government_slug,
            inside.c.copies,
            Campaign.size,
        )
        .join(inside, inside.c.campaign_id == Campaign.id)
        .join(Screening, Screening.submission_id == Campaign.representative_id)
        .join(Submission, Submission.id == Campaign.representative_id)
        .order_by(inside.c.copies.desc(), Campaign.id)
        .limit(CAMPAIGNS_SHOWN)
    )
    return tuple(
        CampaignSlice(row[0], _beginning(row[1]), *row[2:]) for row in session.execute(query)
    )


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def _together(session: Session, theme: Theme) -> Together | None:
    if theme.last_run_id is None:
        return None
    seen = session.get(RunTheme, (theme.last_run_id, theme.id))
    why: dict[str, Any] | None = seen.together if seen else None
    if why is None:
        return None
    words = tuple(
        SharedWord(each["word"], each["statements"], each["elsewhere"]) for each in why["words"]
    )
    nearest = session.get(Theme, why["sibling"]) if why["sibling"] else None
    return Together(why["statements"], words, why["inside"], why["beside"], nearest)
