"""What staff do on a case's page: each act is kept, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback.accounts.models import Staff, section_name
from feedback.intake import receipts
from feedback.intake.models import Submission
from feedback.theming.models import Theme
from feedback.triage import decisions, notes, service, tags, traces
from feedback.triage.decisions import ThemeChoice
from feedback.triage.errors import NoteRefused
from feedback.triage.models import CaseNote, first_undecided
from feedback.triage.service import CaseState, StateChange
from feedback.triage.traces import Trace
from feedback.undo import service as undo
from feedback.web.actor import Actor

CASE, NOTE = "triage.case", "triage.note"


@dataclass(frozen=True, slots=True)
class Done:
    """An act in words, with its number for taking it back."""

    summary: str
    act_id: int
    waiting: int | None = None
    """The first statement of the case that still waits for a decision."""

    @property
    def is_settled(self) -> bool:
        """Whether every statement of the case is decided now."""
        return self.waiting is None

    @property
    def anchor(self) -> str:
        """Where on the case's page to go on."""
        return f"statement-{self.waiting}" if self.waiting else "statements"


def register_undo(undoers: undo.Undoers) -> None:
    """Name the functions that take these acts back."""
    undoers.register(CASE, take_back)
    undoers.register(NOTE, take_back_note)


def change_case(
    session: Session, submission_id: int, wanted: CaseState, *, version: int, actor: Actor
) -> Done | None:
    """Set status, assignee and due date; None when nothing was different.

    Raises:
        CaseChanged: when the case is no longer as the form showed it.
        TriageError: when it is refused for another reason.
    """
    change = service.change_case(session, submission_id, wanted, version=version, actor=actor)
    if change is None:
        return None
    return _kept(session, submission_id, Trace(state=change), _state_words(session, change), actor)


def choose_themes(
    session: Session, submission_id: int, choices: Sequence[ThemeChoice], *, actor: Actor
) -> Done:
    """Decide the themes of statements.

    Raises:
        StaleStatement: when somebody has decided about one of them since.
        UnknownTheme: when a theme no longer stands.
    """
    change = decisions.choose_themes(session, submission_id, choices, actor=actor)
    themes = list(dict.fromkeys(each.theme_id for each in choices))
    words = f"テーマを{'・'.join(_theme_name(session, each) for each in themes)}に決めました"
    return _kept(session, submission_id, Trace(themes=change), words, actor)


def accept_themes(
    session: Session, submission_id: int, seen: Mapping[int, int], *, actor: Actor
) -> Done:
    """Confirm the proposals as they were seen.

    Raises:
        StaleStatement: when a proposal is another by now, or somebody has decided already.
        UnknownTheme: when a theme no longer stands.
    """
    change = decisions.accept_themes(session, submission_id, seen, actor=actor)
    themes = list(dict.fromkeys(seen.values()))
    words = f"テーマ{'・'.join(_theme_name(session, each) for each in themes)}を確定しました"
    return _kept(session, submission_id, Trace(themes=change), words, actor)


def add_tag(session: Session, submission_id: int, tag: str, *, actor: Actor) -> Done | None:
    """Put a tag on a case; None when it was there already.

    Raises:
        TagRefused: when it is empty or too long.
    """
    if not tags.add_tag(session, submission_id, tag, actor=actor):
        return None
    name = tags.tag_name(tag)
    return _kept(session, submission_id, Trace(tag_put=name), f"タグ「{name}」を付けました", actor)


def remove_tag(session: Session, submission_id: int, tag: str, *, actor: Actor) -> Done | None:
    """Take a tag off a case; None when it was not there."""
    if not tags.remove_tag(session, submission_id, tag, actor=actor):
        return None
    name = tags.tag_name(tag)
    return _kept(
        session, submission_id, Trace(tag_taken=name), f"タグ「{name}」を外しました", actor
    )


def add_note(session: Session, submission_id: int, body: str, *, actor: Actor) -> Done:
    """Write a note.

    Raises:
        NoteRefused: when it is empty or too long.
    """
    note = notes.add_note(session, submission_id, body, actor=actor)
    summary = f"{_named(session, submission_id)}：メモを書きました"
    payload = {"submission": submission_id, "note": note.id}
    return Done(summary, undo.remember(session, NOTE, summary, payload, actor=actor))


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Take back an act on a case.

    Raises:
        CannotUndo: when somebody has changed it since.
    """
    traces.take_back(session, payload["submission"], Trace.kept(payload["trace"]), actor=actor)


def take_back_note(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Take a note away again.

    Raises:
        CannotUndo: when it is gone or no longer new.
    """
    if session.get(CaseNote, payload["note"]) is None:
        raise undo.CannotUndo("このメモは、すでに削除されています。")
    try:
        notes.remove_note(session, payload["submission"], payload["note"], actor=actor)
    except NoteRefused as error:
        raise undo.CannotUndo(str(error)) from error


def _kept(session: Session, submission_id: int, trace: Trace, words: str, actor: Actor) -> Done:
    summary = f"{_named(session, submission_id)}：{words}"
    payload = {"submission": submission_id, "trace": trace.payload()}
    act_id = undo.remember(session, CASE, summary, payload, actor=actor)
    return Done(summary, act_id, first_undecided(session, submission_id))


def _named(session: Session, submission_id: int) -> str:
    return receipts.display(session.get_one(Submission, submission_id).receipt_number)


def _state_words(session: Session, change: StateChange) -> str:
    before, after = change.before, change.after
    words = []
    if after.status is not before.status:
        words.append(f"対応状況を「{after.status.label}」に")
    if after.assignee_id != before.assignee_id:
        person = session.get(Staff, after.assignee_id) if after.assignee_id else None
        words.append(f"担当を{person.name if person else 'なし'}に")
    if after.section_id != before.section_id:
        words.append(f"担当課を{section_name(session, after.section_id) or 'なし'}に")
    if after.due_on != before.due_on:
        words.append(f"期限を{after.due_on.strftime('%Y/%m/%d') if after.due_on else 'なし'}に")
    return f"{'、'.join(words)}変更しました"


def _theme_name(session: Session, theme_id: int | None) -> str:
    theme = session.get(Theme, theme_id) if theme_id is not None else None
    return f"「{theme.name}」" if theme else "「未分類」"
