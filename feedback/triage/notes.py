"""Notes between staff（メモ）: written, and for a short while taken away by who wrote them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.triage import service
from feedback.triage.errors import NoteRefused
from feedback.triage.models import CaseNote
from feedback.web.actor import Actor
from feedback.web.errors import NotFound

LONGEST_NOTE = 2000
#: Long enough to see a slip, too short for a colleague to have acted on what the note says.
REMOVABLE_FOR = timedelta(minutes=10)

NOTED = audit.declare("triage.noted", "メモを書いた", "note")
NOTE_REMOVED = audit.declare("triage.note_removed", "自分のメモを削除した", "note")


def add_note(session: Session, submission_id: int, body: str, *, actor: Actor) -> CaseNote:
    """Write a note between staff.

    Raises:
        NoteRefused: when it is empty or too long.
    """
    case = service.locked(session, submission_id, actor=actor)
    body = body.replace("\r\n", "\n").replace("\0", "").strip()
    if not body or len(body) > LONGEST_NOTE:
        raise NoteRefused(f"メモは1文字以上{LONGEST_NOTE:,}文字以内で入力してください。")
    note = CaseNote(
        submission_id=submission_id,
        staff_id=actor.id,
        staff_name=actor.name,
        body=body,
        created_at=utc_now(),
    )
    session.add(note)
    session.flush()
    service.record(session, NOTED, case, actor, note=note.id)
    return note


def remove_note(session: Session, submission_id: int, note_id: int, *, actor: Actor) -> None:
    """Take one's own note away again, as long as it is new.

    Raises:
        NotFound: when there is no such note on the case, or it is another's.
        NoteRefused: when it is no longer new.
    """
    case = service.locked(session, submission_id, actor=actor)
    note = session.get(CaseNote, note_id) if note_id <= service.LARGEST_ID else None
    if note is None or note.submission_id != submission_id or note.staff_id != actor.id:
        raise NotFound(f"note {note_id} of submission {submission_id}")
    if not is_removable(note, actor, utc_now()):
        minutes = int(REMOVABLE_FOR.total_seconds() // 60)
        raise NoteRefused(
            f"メモを削除できるのは、書いてから{minutes}分までです。訂正は新しいメモに書いてください。"
        )
    session.delete(note)
    session.flush()
    service.record(session, NOTE_REMOVED, case, actor, note=note_id)


def is_removable(note: CaseNote, actor: Actor, now: datetime) -> bool:
    """Whether this person may still take the note away."""
    return note.staff_id == actor.id and now - note.created_at <= REMOVABLE_FOR
