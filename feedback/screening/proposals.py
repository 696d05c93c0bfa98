"""仕分けの確認: what the machine proposes to set aside, by kind, the oldest first.

Three SELECTs whatever the page holds: the counts, the rows, the rows' masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.screening import SetAsideKind
from feedback.calls.models import Government, Initiative
from feedback.intake import charge, receipts
from feedback.intake.models import Channel, Submission
from feedback.screening.kinds import Decision
from feedback.screening.models import PersonalDataMark, Screening
from feedback.screening.page import Piece, evidence_pieces
from feedback.web.actor import Actor
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

PAGE_SIZE = 50
LONGEST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One submission that might be set aside."""

    submission_id: int
    version: int
    receipt: str
    title: str
    pieces: tuple[Piece, ...]
    is_cut: bool
    government: str
    initiative: str
    channel: Channel
    received_at: datetime
    is_set_aside: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Proposals:
    """One page of one kind, and how many wait of each."""

    kind: SetAsideKind
    counts: dict[SetAsideKind, int]
    page: Page[ProposalRow]


def read_proposals(session: Session, wanted: str | None, *, number: int, actor: Actor) -> Proposals:
    """What waits for a decision; without a kind asked for, the first that has any."""
    counts = _counts(session, actor)
    first = next((each for each in SetAsideKind if counts.get(each)), SetAsideKind.NON_OPINION)
    kind = SetAsideKind(wanted) if wanted in set(SetAsideKind) else first
    total = counts.get(kind, 0)
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    query = (
        _waiting(
            actor,
            Screening,
            Submission.receipt_number,
            Submission.channel,
            Submission.received_at,
            Government.short_name,
            Initiative,
        )
        .join(Government, Government.slug == Submission.government_slug)
        .join(Initiative, Initiative.slug == Submission.initiative_slug)
        .where(Screening.set_aside_kind == kind)
        .order_by(Submission.received_at, Submission.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    found = session.execute(query).all()
    marks = _marks_of(session, [row.Screening.submission_id for row in found])
    rows = [_row(row, marks.get(row.Screening.submission_id, [])) for row in found]
    return Proposals(kind, counts, Page(rows, number, PAGE_SIZE, total))


def _counts(session: Session, actor: Actor) -> dict[SetAsideKind, int]:
    query = _waiting(actor, Screening.set_aside_kind, func.count(Screening.submission_id))
    return dict(session.execute(query.group_by(Screening.set_aside_kind)).all())


def _waiting(actor: Actor, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Screening)
        .join(Submission, Submission.id == Screening.submission_id)
        .where(
            Screening.set_aside_state == Decision.PROPOSED,
            charge.in_charge_of(actor.governments(Permission.TRIAGE_CASES)),
        )
    )


def _marks_of(session: Session, ids: Sequence[int]) -> dict[int, list[PersonalDataMark]]:
    query = select(PersonalDataMark).where(PersonalDataMark.submission_id.in_(ids))
    found: dict[int, list[PersonalDataMark]] = {}
    for mark in session.scalars(query):
        found.setdefault(mark.submission_id, []).append(mark)
    return found


def _row(row: Any, marks: Sequence[PersonalDataMark]) -> ProposalRow:
    screening: Screening = row.Screening
    pieces, is_cut = _beginning(evidence_pieces(screening, marks))
    return ProposalRow(
        submission_id=screening.submission_id,
        version=screening.version,
        receipt=receipts.display(row.receipt_number),
        title=screening.title,
        pieces=pieces,
        is_cut=is_cut,
        government=row.short_name,
        initiative=row.Initiative.name,
        channel=row.channel,
        received_at=row.received_at,
        is_set_aside=screening.is_set_aside,
        is_urgent=screening.is_urgent,
    )


def _beginning(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], bool]:
    """As much of a text as can be read at a glance; never less than its first evidence."""
    kept: list[Piece] = []
    left = LONGEST_SHOWN
    for at, piece in enumerate(pieces):
        has_evidence = any(each.kind for each in kept)
        if left <= 0 and (has_evidence or not any(each.kind for each in pieces[at:])):
            return tuple(kept), True
        text = piece.text if piece.kind else piece.text[: max(left, 0)]
        if piece.kind is None and len(text) < len(piece.text):
            text += "…"
        kept.append(Piece(text, piece.kind))
        left -= len(piece.text)
    return tuple(kept), left < 0
