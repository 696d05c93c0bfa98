"""What the pages of screening show, as frozen values. Nothing here is unmasked but ``OwnText``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from analysis.screening import PersonalDataKind, SetAsideKind, UrgentKind
from feedback.intake import charge, receipts
from feedback.intake import service as intake
from feedback.intake.unmasking import Reason
from feedback.screening import access, marks, redo
from feedback.screening.kinds import Decision, MarkOrigin, MarkState, set_aside_label
from feedback.screening.masking import Masked
from feedback.screening.models import PersonalDataMark, Screening, marks_of
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

CONTEXT = 14
PART_LABELS = {"title": "題名", "body": "本文"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``kind`` names what a mask hides."""

    text: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mask in its surroundings, none of it unmasked."""

    id: int
    kind: str
    part: str
    state: MarkState
    is_by_staff: bool
    decided_by: str | None
    decided_at: datetime | None
    before: str
    shown: str
    after: str
    own: str | None = None
    """What it hides, only on the page that shows the citizen's words."""


@dataclass(frozen=True, slots=True)
class MasksPage:
    """個人情報の確認 of one submission."""

    submission_id: int
    receipt: str
    version: int
    is_withheld: bool
    texts: Mapping[str, tuple[Piece, ...]]
    """Part → its masked text in pieces; put together they are the text, letter for letter."""
    masks: tuple[MarkRow, ...]
    refused: tuple[MarkRow, ...]
    may_unmask: bool
    own: Mapping[str, tuple[Piece, ...]] | None = None
    """The citizen's own words with what is masked set apart; shown once."""

    @property
    def waiting(self) -> int:
        """Masks that nobody has confirmed yet."""
        return sum(each.state is not MarkState.CONFIRMED for each in self.masks)


@dataclass(frozen=True, slots=True)
class Findings:
    """What screening and staff say of a submission as a whole, for the page of its case."""

    submission_id: int
    version: int
    set_aside: str | None
    """Why it is not heard, or might not be."""
    set_aside_kind: SetAsideKind | None
    set_aside_state: Decision | None
    set_aside_by: str | None
    is_set_aside: bool
    is_urgent: bool
    urgent_labels: tuple[str, ...]
    urgent_state: Decision | None
    urgent_by: str | None
    waiting_masks: int


def findings_of(session: Session, screening: Screening) -> Findings:
    """What is said of one submission."""
    masks = marks_of(session, screening.submission_id)
    return Findings(
        submission_id=screening.submission_id,
        version=screening.version,
        set_aside=set_aside_label(screening.set_aside_kind, screening.set_aside_state),
        set_aside_kind=screening.set_aside_kind,
        set_aside_state=screening.set_aside_state,
        set_aside_by=screening.set_aside_by,
        is_set_aside=screening.is_set_aside,
        is_urgent=screening.is_urgent,
        urgent_labels=tuple(UrgentKind(each).label for each in screening.urgent_kinds),
        urgent_state=screening.urgent_state,
        urgent_by=screening.urgent_by,
        waiting_masks=sum(each.state in (MarkState.PROPOSED, MarkState.DOUBTED) for each in masks),
    )


def masks_page(
    session: Session, submission_id: int, *, reason: Reason | None = None, actor: Actor
) -> MasksPage:
    """The masks of one submission; with a reason, once, also what they hide.

    Raises:
        NotFound: when the actor may not see the submission.
        NotPermitted: when the actor may not edit masks, or read unmasked words.
    """
    submission = access.visible(session, submission_id, Permission.EDIT_MASKS, actor=actor)
    words = intake.words_of(session, submission_id, reason, actor=actor) if reason else None
    screening = access.screening_of(session, submission_id)
    layouts = marks.layouts_of(session, screening)
    texts = marks.shown_texts(screening)
    own = {"title": words.title, "body": words.body} if words else None
    rows = [
        (each, _row(each, layouts.get(each.part), texts.get(each.part, ""), own))
        for each in marks_of(session, submission_id)
    ]
    spans = redo.spans_of(mark for mark, _ in rows)
    return MasksPage(
        submission_id=submission_id,
        receipt=receipts.display(submission.receipt_number),
        version=screening.version,
        is_withheld=screening.is_withheld,
        texts={part: _pieces(layouts[part], text) for part, text in texts.items()},
        masks=tuple(row for mark, row in rows if mark.is_masking),
        refused=tuple(row for mark, row in rows if not mark.is_masking),
        may_unmask=actor.may(Permission.UNMASK_WORDS, charge.government_of(session, submission)),
        own={
            part: cut(text, ((s.start, s.end, s.kind.label) for s in spans[part]))
            for part, text in own.items()
        }
        if own
        else None,
    )


def cut(text: str, spans: Iterable[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """A text in pieces; the spans, in order and not overlapping, carry their names."""
    pieces = []
    at = 0
    for start, end, kind in spans:
        pieces += [Piece(text[at:start]), Piece(text[start:end], kind)]
        at = end
    pieces.append(Piece(text[at:]))
    return tuple(each for each in pieces if each.text)


def _pieces(layout: Masked, text: str) -> tuple[Piece, ...]:
    return tuple(
        Piece(text[each.shown_start : each.shown_end], each.span.kind.label if each.span else None)
        for each in layout.stretches
    )


def _row(
    mark: PersonalDataMark, layout: Masked | None, text: str, own: Mapping[str, str] | None
) -> MarkRow:
    start, end = layout.shown(mark.start, mark.end) if layout else (0, 0)
    return MarkRow(
        id=mark.id,
        kind=PersonalDataKind(mark.kind).label,
        part=PART_LABELS[mark.part],
        state=mark.state,
        is_by_staff=mark.origin is MarkOrigin.STAFF,
        decided_by=mark.decided_by,
        decided_at=mark.decided_at,
        before=_line(text[max(0, start - CONTEXT) : start]),
        shown=_line(text[start:end]),
        after=_line(text[end : end + CONTEXT]),
        own=own[mark.part][mark.start : mark.end] if own else None,
    )


def _line(text: str) -> str:
    return text.replace("\n", " ")


def evidence_pieces(
    screening: Screening, own_marks: Sequence[PersonalDataMark]
) -> tuple[Piece, ...]:
    """The masked body with the wording set apart that speaks for setting it aside."""
    layout = marks.layout_of(screening.body, "body", own_marks)
    length = layout.own_length
    places = sorted(
        layout.shown(each["start"], each["end"])
        for each in screening.set_aside_evidence
        if each["part"] == "body" and 0 <= each["start"] < each["end"] <= length
    )
    spans, at = [], 0
    for start, end in places:
        if start >= at:
            spans.append((start, end, "理由となった語"))
            at = end
    return cut(screening.body, spans)
