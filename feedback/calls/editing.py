"""How staff make a call for opinions: draft, change, publish, end early, put away.

Errors, each with words for the reader::

    CallError
    ├── CallRefused      something is wrong with it; says what, by field
    ├── StaleCall        somebody else changed the call meanwhile
    └── CallStateRefused what was asked does not fit how the call stands
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calendar import jst_midnight, today_jst
from feedback.calls.desk import choices_for, managed, stored_draft
from feedback.calls.draft import (
    CallDraft,
    Problems,
    problems_after_publishing,
    problems_of,
)
from feedback.calls.models import (
    Call,
    CallState,
    call_by_slug,
    call_to_change,
    government_slugs_of,
)
from feedback.calls.offered import end_of
from feedback.calls.service import CallWords, store_content
from feedback.storage import is_unique_violation, utc_now
from feedback.web.actor import REGION, Actor

_PERIOD = ("opens_on", "closes_on")
MADE = audit.declare("calls.made", "意見募集の下書きを作った", "name", *_PERIOD)
CHANGED = audit.declare(
    "calls.changed",
    "意見募集を変更した",
    "name",
    "changed",
    "governments",
    "initiatives",
    *_PERIOD,
)
PUBLISHED = audit.declare("calls.published", "意見募集を公開した", "name", *_PERIOD)
ENDED = audit.declare("calls.ended", "意見募集の受付を終えた", "name")
ARCHIVED = audit.declare("calls.archived", "意見募集を保管した", "name")
RESTORED = audit.declare("calls.restored", "意見募集を保管から戻した", "name")

_TAKEN = "このアドレスは、すでに別の意見募集で使われています。別のアドレスにしてください。"


class CallError(Exception):
    """A change of a call was refused; the text is for the reader."""


class CallRefused(CallError):
    """Something is wrong with the call."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class StaleCall(CallError):
    """Somebody else changed the call meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "画面を開いた後に、ほかの職員がこの意見募集を変更しました。内容を確かめてください。"
        )


class CallStateRefused(CallError):
    """What was asked does not fit how the call stands."""


def problems(
    session: Session, draft: CallDraft, *, actor: Actor, before: CallDraft | None = None
) -> Problems:
    """Everything that is wrong with a draft; ``before`` is what a published call is now."""
    choices = choices_for(session, actor)
    found = problems_of(draft, choices)
    if before is not None:
        today = today_jst(utc_now())
        found = {**found, **problems_after_publishing(draft, before, choices, today)}
    return found


def add_call(session: Session, draft: CallDraft, *, actor: Actor) -> Call:
    """Keep a new call that only staff see.

    Raises:
        CallRefused: when something is wrong with it, or its address is taken.
    """
    _demand_right(problems(session, draft, actor=actor))
    _demand_free(session, draft.slug)
    call = Call(slug=draft.slug, is_published=False, created_at=utc_now(), version=1)
    _set_period(call, draft, None)
    session.add(call)
    _flush(session)
    store_content(session, call.id, draft.words, draft.governments, draft.initiatives)
    _record(session, MADE, call, actor, **_period_details(draft))
    return call


def change_call(
    session: Session, call_id: int, draft: CallDraft, *, version: int, actor: Actor
) -> Call:
    """Change a call; of a published one only what nobody relies on.

    Raises:
        CallRefused: when something is wrong with it, or its address is taken.
        StaleCall: when somebody changed it meanwhile.
        CallStateRefused: when it is put away.
    """
    call = _to_change(session, call_id, version, actor)
    _demand_state(call, "保管した意見募集は変更できません。保管から戻してください。", *_CHANGEABLE)
    before = stored_draft(session, call)
    published = before if call.is_published else None
    _demand_right(problems(session, draft, actor=actor, before=published))
    changed = changed_parts(before, draft)
    if not changed:
        return call
    if draft.slug != call.slug:
        _demand_free(session, draft.slug)
        call.slug = draft.slug
    _set_period(call, draft, before)
    call.version += 1
    _flush(session)
    store_content(session, call.id, draft.words, draft.governments, draft.initiatives)
    _record(
        session,
        CHANGED,
        call,
        actor,
        changed=changed,
        governments=list(draft.governments),
        initiatives=len(draft.initiatives),
        **_period_details(draft),
    )
    return call


def publish_call(session: Session, call_id: int, *, version: int, actor: Actor) -> Call:
    """Show a draft to citizens; it opens with its first day.

    Raises:
        CallRefused: when its last day is over, or something else is wrong with it.
        StaleCall: when somebody changed it meanwhile.
        CallStateRefused: when it is public already.
    """
    call = _to_change(session, call_id, version, actor)
    _demand_state(call, "この意見募集は、すでに公開されています。", CallState.DRAFT)
    draft = stored_draft(session, call)
    found = problems(session, draft, actor=actor)
    if draft.closes_on is not None and draft.closes_on < today_jst(utc_now()):
        found["closes_on"] = (
            "受付の最終日が過ぎています。今日以降の日に直してから公開してください。"
        )
    _demand_right(found)
    call.is_published = True
    call.version += 1
    session.flush()
    _record(session, PUBLISHED, call, actor, **_period_details(draft))
    return call


def end_call(session: Session, call_id: int, *, version: int, actor: Actor) -> Call:
    """Take no more opinions from now on.

    Raises:
        StaleCall: when somebody changed it meanwhile.
        CallStateRefused: when it is not open.
    """
    call = _to_change(session, call_id, version, actor)
    _demand_state(call, "受付中ではないため、受付を終えられません。", CallState.OPEN)
    call.closes_at = utc_now()
    return _stepped(session, ENDED, call, actor)


def archive_call(session: Session, call_id: int, *, version: int, actor: Actor) -> Call:
    """Take a closed call off the front page; its addresses stay.

    Raises:
        StaleCall: when somebody changed it meanwhile.
        CallStateRefused: when it is not closed.
    """
    call = _to_change(session, call_id, version, actor)
    _demand_state(call, "保管できるのは、受付が終わった意見募集だけです。", CallState.CLOSED)
    call.archived_at = utc_now()
    return _stepped(session, ARCHIVED, call, actor)


def restore_call(session: Session, call_id: int, *, version: int, actor: Actor) -> Call:
    """List an archived call on the front page again.

    Raises:
        StaleCall: when somebody changed it meanwhile.
        CallStateRefused: when it is not put away.
    """
    call = _to_change(session, call_id, version, actor)
    _demand_state(call, "この意見募集は保管されていません。", CallState.ARCHIVED)
    call.archived_at = None
    return _stepped(session, RESTORED, call, actor)


def changed_parts(before: CallDraft, after: CallDraft) -> list[str]:
    """What differs between two drafts, as the audit entry names it."""
    plain = [each for each in ("slug", *_PERIOD) if getattr(before, each) != getattr(after, each)]
    languages = dict.fromkeys((*before.words, *after.words))
    words = [f"words:{each}" for each in languages if _differ(before.words, after.words, each)]
    choices = [
        each
        for each in ("governments", "initiatives")
        if set(getattr(before, each)) != set(getattr(after, each))
    ]
    return [*plain, *words, *choices]


_CHANGEABLE = frozenset(CallState) - {CallState.ARCHIVED}


def _differ(one: Mapping[str, CallWords], other: Mapping[str, CallWords], language: str) -> bool:
    return one.get(language) != other.get(language)


def _to_change(session: Session, call_id: int, version: int, actor: Actor) -> Call:
    call = managed(session, call_to_change(session, call_id), actor)
    if call.version != version:
        raise StaleCall
    return call


def _demand_right(found: Problems) -> None:
    if found:
        raise CallRefused(found)


def _demand_free(session: Session, slug: str) -> None:
    if call_by_slug(session, slug) is not None:
        raise CallRefused({"slug": _TAKEN})


def _demand_state(call: Call, otherwise: str, *wanted: CallState) -> None:
    if call.state(utc_now()) not in wanted:
        raise CallStateRefused(otherwise)


def _flush(session: Session) -> None:
    """Send the call itself; another may have taken the address in the same moment."""
    try:
        session.flush()
    except IntegrityError as error:
        if not is_unique_violation(error, "slug"):
            raise
        raise CallRefused({"slug": _TAKEN}) from error


def _set_period(call: Call, draft: CallDraft, before: CallDraft | None) -> None:
    """Set what differs: a call that opened or ended within a day keeps its moment."""
    if draft.opens_on is not None and (before is None or draft.opens_on != before.opens_on):
        call.opens_at = jst_midnight(draft.opens_on)
    if before is None or draft.closes_on != before.closes_on:
        call.closes_at = end_of(draft.closes_on)


def _period_details(draft: CallDraft) -> dict[str, str | None]:
    return {
        each: day.isoformat() if day else None
        for each, day in (("opens_on", draft.opens_on), ("closes_on", draft.closes_on))
    }


def _stepped(session: Session, event: audit.Event, call: Call, actor: Actor) -> Call:
    call.version += 1
    session.flush()
    _record(session, event, call, actor)
    return call


def _record(session: Session, event: audit.Event, call: Call, actor: Actor, **more: Any) -> None:
    slugs: Collection[str] = government_slugs_of(session, [call.id])[call.id]
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"call:{call.id}",
        government=next(iter(slugs)) if len(slugs) == 1 else REGION,
        name=call.slug,
        **more,
    )
