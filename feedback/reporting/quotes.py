"""Citizens' words for a report: masked, of people who consent to being quoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from feedback.calls.models import Municipality
from feedback.intake.models import AgeBand, Submission
from feedback.reporting.content import Quote
from feedback.reporting.scope import Scope, from_submissions
from feedback.screening.models import CampaignMember, Screening, Statement, voice_key
from feedback.theming.models import Assignment, Theme

#: A sentence that can stand alone on paper; others serve when there is none.
READABLE = (15, 140)
LONGEST = 240
CANDIDATES = 12

#: Never quoted: without consent, with wording that points to danger, unseen by screening, or
#: holding personal data, since a mask that the machine set may have missed the half of it.
MAY_BE_QUOTED = and_(
    Submission.consents_to_publish.is_(True),
    Screening.has_personal_data.is_(False),
    Screening.is_urgent.is_(False),
    Screening.is_set_aside.is_(False),
)


def quotes_of(
    session: Session, scope: Scope, themes: Sequence[Theme]
) -> Mapping[int, Sequence[Quote]]:
    """This month's quotes by theme, the most telling first, one for each voice.

    A theme's own list of representative statements comes first, then what was placed in it
    most surely. A first-level theme is also quoted through its subthemes.
    """
    ids = [theme.id for theme in themes]
    central = sorted({each for theme in themes for each in theme.quote_ids})
    found: dict[int, list[Quote]] = defaultdict(list)
    seen: set[tuple[int, Any]] = set()
    for key in (Assignment.theme_id, Theme.parent_id):
        for row in session.execute(_candidates(scope, key, ids, central)):
            theme_id, text, voice, age, place = row
            if (theme_id, voice) in seen or (theme_id, text) in seen:
                continue
            seen.update({(theme_id, voice), (theme_id, text)})
            found[theme_id].append(Quote(shortened(text), source(age, place)))
    return found


def campaign_quotes(
    session: Session, scope: Scope, campaigns: Mapping[int, int]
) -> dict[int, Quote]:
    """A masked quote for each campaign (id → its representative's submission id)."""
    order = func.row_number().over(
        partition_by=CampaignMember.campaign_id,
        order_by=(
            _first_when(Submission.id.in_(sorted(campaigns.values()))),
            CampaignMember.similarity.desc(),
            Submission.id,
        ),
    )
    ranked = (
        from_submissions(
            CampaignMember.campaign_id,
            Screening.body,
            order.label("place"),
        )
        .where(scope.belongs, MAY_BE_QUOTED, CampaignMember.campaign_id.in_(sorted(campaigns)))
        .where(Submission.received_at < scope.month.end)
        .subquery()
    )
    query = select(ranked.c.campaign_id, ranked.c.body).where(ranked.c.place == 1)
    return {row[0]: Quote(shortened(row[1]), "") for row in session.execute(query)}


def shortened(text: str) -> str:
    """At most a paragraph, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def source(age: AgeBand | None, place: str | None) -> str:
    """Who said it, as far as it may be said: 60代・川崎市."""
    return "・".join(part for part in (age.label if age else "", place or "") if part)


def _candidates(scope: Scope, key: Any, ids: Iterable[int], central: Sequence[int]) -> Select[Any]:
    length = func.length(Statement.text)
    is_readable = and_(length >= READABLE[0], length <= READABLE[1])
    telling = (
        _first_when(Statement.id.in_(central)),
        _first_when(is_readable),
        Assignment.confidence.desc(),
        Statement.id,
    )
    ranked = (
        from_submissions(
            key.label("theme_id"),
            Statement.text,
            voice_key().label("voice"),
            Submission.age_band,
            Municipality.name.label("place"),
            # One statement of each voice, so that copies do not crowd out the others.
            func.row_number()
            .over(partition_by=(key, voice_key()), order_by=telling)
            .label("place_in_voice"),
            func.row_number().over(partition_by=key, order_by=telling).label("place_in_theme"),
        )
        .join(Statement, Statement.submission_id == Submission.id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(Theme, Theme.id == Assignment.theme_id)
        .outerjoin(Municipality, Municipality.code == Submission.municipality_code)
        .where(scope.received(scope.month, scope.month), MAY_BE_QUOTED, key.in_(ids))
        .subquery()
    )
    order = func.row_number().over(partition_by=ranked.c.theme_id, order_by=ranked.c.place_in_theme)
    voices = (
        select(*list(ranked.c)[:5], order.label("rank"))
        .where(ranked.c.place_in_voice == 1)
        .subquery()
    )
    return (
        select(*list(voices.c)[:5])
        .where(voices.c.rank <= CANDIDATES)
        .order_by(voices.c.theme_id, voices.c.rank)
    )


def _first_when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 0), else_=1)
