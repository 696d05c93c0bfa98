"""Tags（タグ）on cases."""

from __future__ import annotations

import unicodedata

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.triage import service
from feedback.triage.errors import TagRefused
from feedback.triage.models import CaseTag
from feedback.web.actor import Actor

LONGEST_TAG = 20

TAGGED = audit.declare("triage.tagged", "タグを付けた", "tag")
UNTAGGED = audit.declare("triage.untagged", "タグを外した", "tag")


def add_tag(session: Session, submission_id: int, tag: str, *, actor: Actor) -> bool:
    """Put a tag on a case; whether it was not there already.

    Raises:
        TagRefused: when it is empty or too long.
    """
    case = service.locked(session, submission_id, actor=actor)
    name = checked_name(tag)
    if is_tagged(session, submission_id, name):
        return False
    session.add(CaseTag(submission_id=submission_id, tag=name))
    session.flush()
    service.record(session, TAGGED, case, actor, tag=name)
    return True


def remove_tag(session: Session, submission_id: int, tag: str, *, actor: Actor) -> bool:
    """Take a tag off a case; whether it was there."""
    case = service.locked(session, submission_id, actor=actor)
    name = tag_name(tag)
    found = session.get(CaseTag, (submission_id, name))
    if found is None:
        return False
    session.delete(found)
    session.flush()
    service.record(session, UNTAGGED, case, actor, tag=name)
    return True


def is_tagged(session: Session, submission_id: int, name: str) -> bool:
    """Whether a case bears a tag."""
    return session.get(CaseTag, (submission_id, name)) is not None


def checked_name(written: str) -> str:
    """The one spelling of a tag that somebody wants to put.

    Raises:
        TagRefused: when it is empty or too long.
    """
    name = tag_name(written)
    if not name or len(name) > LONGEST_TAG:
        raise TagRefused(f"タグは1文字以上{LONGEST_TAG}文字以内で入力してください。")
    return name


def tag_name(written: str) -> str:
    """The one spelling of a tag: NFKC, single spaces, nothing unprintable."""
    even = unicodedata.normalize("NFKC", written)
    return " ".join("".join(each for each in even if each.isprintable()).split())
