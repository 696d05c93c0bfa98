"""Keep what lists filter and sort by in step with the rooms on the left.

Everything here can be thrown away and recomputed: ``refresh`` compares a case with what stands
on the left and writes what differs, so that running it twice, or late, does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, true, type_coerce, union_all
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
    return Case(submission_id=submission.id, **_facts(submission), **state)


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
        restand(session, {(at, slug) for at, slug in session.execute(held.distinct())})


def moved(session: Session, cases: Iterable[Case]) -> None:
    """The status of these cases has changed: other copies may stand for their campaigns now.

    It is said again by a job, which sees what others changed in the same moment.
    """
    groups = {
        (each.campaign_id, each.government_slug) for each in cases if each.campaign_id is not None
    }
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
    for submission, screening, campaign_id in session.execute(_left(ids)):
        found = cases.get(submission.id)
        if found is None:
            continue
        before = _group_and_place(found)
        _write(found, {**_facts(submission), **_marks(screening), "campaign_id": campaign_id})
        after = _group_and_place(found)
        if before != after:
            groups |= {group for group, _ in (before, after) if group is not None}
            _stand_alone(found)
    for at, lowest, unthemed in session.execute(_themes(ids)):
        if at in cases:
            _write(cases[at], {"lowest_confidence": lowest, "has_unthemed": bool(unthemed)})
    return groups


def _left(ids: Sequence[int]) -> Any:
    return (
        select(Submission, Screening, CampaignMember.campaign_id)
        .outerjoin(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(Submission.id.in_(ids))
        .execution_options(populate_existing=True)
    )


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


def _facts(submission: Submission) -> dict[str, Any]:
    names = (
        *("government_slug", "initiative_slug", "kind", "channel"),
        *("municipality_code", "age_band", "received_at"),
    )
    return {name: getattr(submission, name) for name in names}


def _marks(screening: Screening | None) -> dict[str, bool]:
    """What screening found; the one place that says what is hidden from lists."""
    return {
        "is_urgent": screening is not None and screening.is_urgent,
        "is_set_aside": screening is not None and screening.is_non_opinion,
        "has_personal_data": screening is not None and screening.has_personal_data,
    }


def _write(found: Listed, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if getattr(found, name) != value:
            setattr(found, name, value)


def _group_and_place(found: Case) -> tuple[Group | None, bool]:
    """The group whose copies it is one of; what was set aside stands by itself."""
    if found.campaign_id is None or found.is_set_aside:
        return None, found.is_set_aside
    return (found.campaign_id, found.government_slug), False


def _stand_alone(found: Case) -> None:
    is_alone = _group_and_place(found)[0] is None
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
    original = campaign and session.get(Case, campaign.representative_id)
    if original is not None and original.campaign_id == campaign_id:
        if original.government_slug == government and not original.is_set_aside:
            firsts = {**firsts, original.status: original.submission_id}
        else:
            original = None
    else:
        original = None
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
