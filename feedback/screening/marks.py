"""Masks（個人情報を伏せる箇所）as staff confirm, question, add and lift them. Always audited.

Confirming and adding need no sight of the words. Lifting or narrowing a mask does: without it
one can only doubt a mask, and it stays until somebody who may see the words has looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from analysis.screening import PersonalDataKind
from feedback.intake import charge
from feedback.intake import service as intake
from feedback.intake.models import Submission
from feedback.screening import access, changes, masking, redo
from feedback.screening.changes import Change, Decided, record
from feedback.screening.errors import (
    KindRefused,
    ScreeningChanged,
    SelectionRefused,
    WordsNotFound,
)
from feedback.screening.kinds import MarkState
from feedback.screening.masking import Masked
from feedback.screening.models import PersonalDataMark, Screening, marks_of
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class Selection:
    """A stretch of the masked text as it was shown; ``text`` is what the reader saw there."""

    part: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Words of the masked text that were typed, where they first stand or wherever they do."""

    words: str
    everywhere: bool = False


class Verdict(StrEnum):
    """What staff say of one mask."""

    YES = "yes"
    NO = "no"
    """Said without sight of the words: it asks somebody who may see them to look."""
    LIFT = "lift"
    """Said by somebody who may see the words: they are shown from now on."""


_AFTER = {
    Verdict.YES: MarkState.CONFIRMED,
    Verdict.NO: MarkState.DOUBTED,
    Verdict.LIFT: MarkState.REJECTED,
}


def add(
    session: Session,
    submission_id: int,
    chosen: Selection | Typed,
    kind: str,
    *,
    version: int,
    actor: Actor,
) -> Decided:
    """Mask what was selected in the masked text, or words that were typed.

    Raises:
        SelectionRefused: when there is nothing in it, or it is masked already.
        WordsNotFound: when typed words do not stand in the text.
        ScreeningChanged: when the text is no longer as it was seen.
        KindRefused: when there is no such kind.
    """
    submission, screening = _locked(session, submission_id, version, actor)
    if kind not in set(PersonalDataKind):
        raise KindRefused
    texts = shown_texts(screening) or _own_texts(session, submission, actor)
    places = _selected(texts, chosen) if isinstance(chosen, Selection) else _found(texts, chosen)
    layouts = layouts_of(session, screening)
    change = Change(session, submission, screening, actor)
    for part, start, end in places:
        own = layouts[part].own(start, end) if layouts else (start, end)
        if not layouts or layouts[part].shows_any(*own):
            change.add(part, kind, *own)
    if not change.added:
        raise SelectionRefused("選んだ箇所は、すでに伏せています。")
    return change.done()


def wanted(
    session: Session, submission_id: int, said: tuple[Verdict, int | None] | None, *, actor: Actor
) -> dict[int, Verdict]:
    """A verdict for one mark, or, without its number, for all that nobody has confirmed yet."""
    if said is None:
        return {}
    verdict, mark_id = said
    if mark_id is not None:
        return {mark_id: verdict}
    access.visible(session, submission_id, Permission.EDIT_MASKS, actor=actor)
    marks = marks_of(session, submission_id)
    return {each.id: verdict for each in marks if each.state is MarkState.PROPOSED}


def decide(
    session: Session,
    submission_id: int,
    verdicts: Mapping[int, Verdict],
    *,
    version: int,
    actor: Actor,
) -> Decided:
    """Say of masks whether they hide personal data.

    A no only asks for a second look, because lifting the mask would show the words to somebody
    who may not have seen them.

    Raises:
        NotFound: when one is not a mask of this submission.
        NotPermitted: when a mask is to be lifted by somebody who may not read the words.
        ScreeningChanged: when somebody changed them meanwhile.
    """
    submission, screening = _locked(session, submission_id, version, actor)
    if Verdict.LIFT in verdicts.values():
        actor.demand(Permission.UNMASK_WORDS, charge.government_of(session, submission))
    wanted = {at: _AFTER[verdict] for at, verdict in verdicts.items()}
    change = Change(session, submission, screening, actor)
    for mark in _own(session, submission_id, wanted):
        change.set_state(mark, wanted[mark.id])
    return change.done()


def narrow(
    session: Session,
    submission_id: int,
    mark_id: int,
    words: str,
    *,
    version: int,
    actor: Actor,
) -> Decided:
    """Hide only these words of what a mask hides; for those who may read them.

    Raises:
        WordsNotFound: when the mask does not hide these words.
        NotPermitted: when the actor may not read the words.
        ScreeningChanged: when somebody changed the masks meanwhile.
    """
    submission, screening = _locked(session, submission_id, version, actor)
    actor.demand(Permission.UNMASK_WORDS, charge.government_of(session, submission))
    (mark,) = _own(session, submission_id, [mark_id])
    (own,) = intake.words_for_screening(session, [submission_id])
    text = own.title if mark.part == "title" else own.body
    wanted = words.replace("\r\n", "\n").strip()
    at = text.find(wanted, mark.start, mark.end) if wanted else -1
    if at < 0:
        raise WordsNotFound
    change = Change(session, submission, screening, actor)
    change.set_state(mark, MarkState.REJECTED)
    change.add(mark.part, mark.kind, at, at + len(wanted))
    return change.done()


def release(session: Session, submission_id: int, *, version: int, actor: Actor) -> None:
    """Show a text that the machine could not read, after a person has read and masked it.

    Raises:
        NotPermitted: when the actor may not read the words.
        ScreeningChanged: when somebody was faster.
    """
    submission, screening = _locked(session, submission_id, version, actor)
    actor.demand(Permission.UNMASK_WORDS, charge.government_of(session, submission))
    screening.is_withheld = False
    redo.mask_anew(session, screening)
    redo.enqueue_rereading(session, [submission_id])
    record(session, changes.RELEASED, submission, actor)


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Undo a change of masks.

    Raises:
        CannotUndo: when somebody has changed the masks since.
    """
    submission_id = payload["submission_id"]
    try:
        submission, screening = _locked(session, submission_id, payload["version"], actor)
    except ScreeningChanged:
        raise undo.CannotUndo("その後に、この意見の確認結果が変更されています。") from None
    before = {int(at): state for at, state in payload["before"].items()}
    for mark in marks_of(session, submission_id):
        if mark.id in payload["added"]:
            session.delete(mark)
        elif mark.id in before:
            state, mark.decided_by = before[mark.id]
            mark.state = MarkState(state)
    session.flush()
    redo.mask_anew(session, screening)
    redo.enqueue_rereading(session, [submission_id])
    changed = len(before) + len(payload["added"])
    record(session, changes.RESTORED, submission, actor, masks=changed)


def _selected(texts: Mapping[str, str], selection: Selection) -> list[tuple[str, int, int]]:
    """The place that was selected, without the white space that a double click takes along."""
    kept = selection.text.strip()
    if not kept or not 0 <= selection.start < selection.end:
        raise SelectionRefused("伏せる箇所を、文章の中で選んでください。")
    if texts.get(selection.part, "")[selection.start : selection.end] != selection.text:
        raise ScreeningChanged
    start = selection.start + selection.text.index(kept)
    return [(selection.part, start, start + len(kept))]


def _found(texts: Mapping[str, str], typed: Typed) -> list[tuple[str, int, int]]:
    """The places where typed words stand."""
    words = typed.words.strip()
    if not words:
        raise SelectionRefused("伏せる文言を入力してください。")
    places = [
        (part, at, at + len(words)) for part, text in texts.items() for at in _places(text, words)
    ]
    if not places:
        raise WordsNotFound
    return places if typed.everywhere else places[:1]


def _own_texts(session: Session, submission: Submission, actor: Actor) -> dict[str, str]:
    """The citizen's words themselves, where nothing is shown: only for those who may read them."""
    actor.demand(Permission.UNMASK_WORDS, charge.government_of(session, submission))
    (words,) = intake.words_for_screening(session, [submission.id])
    return {"title": words.title, "body": words.body}


def layouts_of(session: Session, screening: Screening) -> dict[str, Masked]:
    """How each part's masked text lies beside the citizen's own words."""
    marks = marks_of(session, screening.submission_id)
    return {part: layout_of(text, part, marks) for part, text in shown_texts(screening).items()}


def layout_of(shown: str, part: str, marks: Sequence[PersonalDataMark]) -> Masked:
    """The same of one part, with the marks given."""
    return masking.from_shown(len(shown), redo.spans_of(marks)[part])


def shown_texts(screening: Screening) -> dict[str, str]:
    """The masked texts by part; none when they are withheld."""
    if screening.is_withheld:
        return {}
    return {"title": screening.title, "body": screening.body}


def _locked(
    session: Session, submission_id: int, version: int, actor: Actor
) -> tuple[Submission, Screening]:
    submission = access.visible(session, submission_id, Permission.EDIT_MASKS, actor=actor)
    return submission, access.locked(session, submission_id, version)


def _own(
    session: Session, submission_id: int, mark_ids: Mapping[int, object] | Sequence[int]
) -> list[PersonalDataMark]:
    found = [each for each in marks_of(session, submission_id) if each.id in mark_ids]
    if len(found) != len(mark_ids):
        raise NotFound(f"marks of submission {submission_id}")
    return found


def _places(text: str, wanted: str) -> list[int]:
    found = []
    at = text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + len(wanted))
    return found
