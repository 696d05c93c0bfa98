"""Keep what lists filter and sort by in step with the rooms on the left.

Everything here can be thrown away and recomputed: ``refresh`` compares a case with what stands
on the left and writes what differs, so that running it twice, or late, does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    case,
    false,
    func,
    literal,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.queue import service as queue
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.theming.models import Assignment
from feedback.triage.listed import Listed
from feedback.triage.models import Case, CaseStatus

CHUNK = 500

#: A campaign's copies in one government: one of them stands for all.
Group = tuple[int, str]


def new_case(submission: Submission, **state: Any) -> Case:
    """A case with what lists need to know of its submission."""
    facts = {name: getattr(submission, name) for name in _FACTS}
    return Case(submission_id=submission.id, **facts, **state)


def refresh(session: Session, submission_ids: Collection[int]) -> None:
    """Bring what lists know of these cases up to what stands on the left."""
    session.flush()
    groups: set[Group] = set()
    for chunk in _chunks(sorted(set(submission_ids))):
        groups |= _refresh(session, chunk)
    session.flush()
    restand(session, groups)


def refresh_campaigns(session: Session, campaign_ids: Iterable[int]) -> None:
    """Say anew which copies stand for these campaigns, and for how many."""
    session.flush()
    for chunk in _chunks(sorted(set(campaign_ids))):
        held = select(Case.campaign_id, Case.government_slug).where(Case.campaign_id.in_(chunk))
        found = session.execute(held.distinct())
        restand(session, {(at, slug) for at, slug in found if at is not None})


def moved(session: Session, cases: Iterable[Case]) -> None:
    """The status of these cases has changed: other copies may stand for their campaigns now.

    It is said again by a job, which sees what others changed in the same moment.
    """
    groups = {group for each in cases if (group := _group_of(each))}
    if not groups:
        return
    session.flush()
    restand(session, groups)
    for campaign_id in sorted({at for at, _ in groups}):
        queue.enqueue(
            session,
            "triage.refold",
            {"campaign_ids": [campaign_id]},
            key=f"refold:{campaign_id}",
        )


def handed_over(session: Session, found: Case, before: str) -> None:
    """A case has gone from one government to another: other copies may stand in either."""
    if found.campaign_id is not None:
        session.flush()
        groups = [(found.campaign_id, each) for each in (before, found.government_slug)]
        _stand_alone(found)
        restand(session, groups)


def restand(session: Session, groups: Iterable[Group]) -> None:
    """Say which copy stands for each group, and for its copies in each status."""
    for group in sorted(groups):
        _restand(session, *group)
    session.flush()


def _refresh(session: Session, ids: Sequence[int]) -> set[Group]:
    """Write what differs on these cases; the groups whose copies came, went or were set aside."""
    # Locked first, so that what is read on the left afterwards is never older than what is there.
    query = select(Case).where(Case.submission_id.in_(ids)).order_by(Case.submission_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    cases = {each.submission_id: each for each in session.scalars(query)}
    groups: set[Group] = set()
    for at, *values in session.execute(_left(ids)):
        if at not in cases:
            continue
        before = (_group_of(cases[at]), cases[at].is_set_aside)
        _write(cases[at], dict(zip(_LEFT, values, strict=True)))
        after = (_group_of(cases[at]), cases[at].is_set_aside)
        if before != after:
            groups |= {group for group, _ in (before, after) if group is not None}
            _stand_alone(cases[at])
    for at, lowest, unthemed in session.execute(_themes(ids)):
        if at in cases:
            _write(cases[at], {"lowest_confidence": lowest, "has_unthemed": bool(unthemed)})
    return groups


_FACTS = (
    *("initiative_slug", "kind", "channel"),
    *("municipality_code", "age_band", "received_at"),
)
_LEFT = (*_FACTS, "is_urgent", "is_set_aside", "has_personal_data", "campaign_id")


def _left(ids: Sequence[int]) -> Any:
    """What stands on the left, in the order of ``_LEFT``; what is not screened yet has no mark."""
    return (
        select(
            Submission.id,
            *(getattr(Submission, name) for name in _FACTS),
            func.coalesce(Screening.is_urgent, false()),
            func.coalesce(is_set_aside(), false()),
            func.coalesce(Screening.has_personal_data, false()),
            CampaignMember.campaign_id,
        )
        .outerjoin(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(Submission.id.in_(ids))
    )


def is_set_aside() -> ColumnElement[bool]:
    """What is hidden from lists unless asked for; the one place that says so."""
    return Screening.is_set_aside.expression


def _themes(ids: Sequence[int]) -> Any:
    """For each submission the least sure place that waits for a decision, and whether one has none.

    A submission without statements has neither.
    """
    is_open = Assignment.decided_by.is_(None)
    return (
        select(
            Submission.id,
            func.min(case((is_open, Assignment.confidence))),
            func.max(case((Statement.id.is_not(None) & Assignment.theme_id.is_(None), 1), else_=0)),
        )
        .outerjoin(Statement, Statement.submission_id == Submission.id)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .where(Submission.id.in_(ids))
        .group_by(Submission.id)
    )


def _write(found: Listed, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if getattr(found, name) != value:
            setattr(found, name, value)


def _group_of(found: Case) -> Group | None:
    """The group whose copies it is one of; what was set aside stands by itself."""
    if found.campaign_id is None or found.is_set_aside:
        return None
    return (found.campaign_id, found.government_slug)


def _stand_alone(found: Case) -> None:
    is_alone = _group_of(found) is None
    _write(found, {"leads": is_alone, "leads_in_status": is_alone, "copies": None})


def _restand(session: Session, campaign_id: int, government: str) -> None:
    campaign = session.get(Campaign, campaign_id, populate_existing=True)
    here = (Case.campaign_id == campaign_id, Case.government_slug == government)
    firsts: dict[CaseStatus, int] = dict(
        session.execute(
            union_all(*(_first(status, *here, Case.status == status) for status in CaseStatus))
        ).all()
    )
    firsts = {CaseStatus(status): at for status, at in firsts.items() if at is not None}
    original = session.get(Case, campaign.representative_id) if campaign else None
    if original is not None and _group_of(original) != (campaign_id, government):
        original = None
    if original is not None:
        firsts[original.status] = original.submission_id
    first = original.submission_id if original else min(firsts.values(), default=None)
    wanted = set(firsts.values())
    copies = campaign.size if campaign else None
    standing = select(Case.submission_id).where(*here, Case.copies.is_not(None))
    touched = wanted | set(session.scalars(standing))
    for found in session.scalars(select(Case).where(Case.submission_id.in_(touched))):
        is_wanted = found.submission_id in wanted
        _write(
            found,
            {
                "leads": found.submission_id == first,
                "leads_in_status": is_wanted,
                "copies": copies if is_wanted else None,
            },
        )


def _first(status: CaseStatus, *here: ColumnElement[bool]) -> Any:
    """The first copy in a status, straight from the index."""
    query = select(Case.submission_id).where(*here, Case.is_set_aside != true())
    first = query.order_by(Case.submission_id).limit(1).scalar_subquery()
    return select(literal(status.value), type_coerce(first, Case.submission_id.type))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
