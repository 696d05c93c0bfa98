"""What staff see of the calls that they manage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.calls.draft import CallDraft, Choices
from feedback.calls.models import (
    SOURCE_LANGUAGE,
    Call,
    CallState,
    all_governments,
    all_initiatives,
    calls_of,
    government_slugs_of,
    governments_of,
    initiatives_of,
    texts_of,
    titles_of,
)
from feedback.calls.offered import OfferedCall, first_day, last_day, offered
from feedback.calls.service import CallWords, page_of
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list of staff."""

    id: int
    title: str
    state: CallState
    opens_on: date
    closes_on: date | None
    """The last day; None when the call has no end."""
    governments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallStanding:
    """A call as those who manage it find it."""

    id: int
    draft: CallDraft
    """What is stored, in the shape of the form."""
    state: CallState
    version: int
    offered: OfferedCall
    """As citizens see it; a draft, as they will on its first day."""

    @property
    def title(self) -> str:
        """The Japanese title."""
        return self.draft.words[SOURCE_LANGUAGE].title


def list_calls(session: Session, *, actor: Actor) -> list[CallRow]:
    """The calls that the actor manages, newest first."""
    calls = calls_of(session, actor.governments(Permission.MANAGE_CALLS))
    ids = [each.id for each in calls]
    titles, governments = titles_of(session, ids), government_slugs_of(session, ids)
    now = utc_now()
    return [
        CallRow(
            id=each.id,
            title=titles[each.id],
            state=each.state(now),
            opens_on=first_day(each.opens_at),
            closes_on=last_day(each.closes_at),
            governments=tuple(governments[each.id]),
        )
        for each in calls
    ]


def choices_for(session: Session, actor: Actor) -> Choices:
    """What a call may be made of."""
    own = actor.governments(Permission.MANAGE_CALLS)
    return Choices(all_governments(session), all_initiatives(session), own)


def standing(
    session: Session, call_id: int, *, actor: Actor, language: str = SOURCE_LANGUAGE
) -> CallStanding:
    """A call for those who manage it, its words in a language.

    Raises:
        NotFound: when there is none, or the actor manages none of its governments' calls.
    """
    call = managed(session, session.get(Call, call_id), actor)
    now, page = utc_now(), page_of(session, call, language)
    return CallStanding(
        id=call.id,
        draft=stored_draft(session, call),
        state=call.state(now),
        version=call.version,
        offered=offered(page, now if call.is_published else max(now, call.opens_at)),
    )


def stored_draft(session: Session, call: Call) -> CallDraft:
    """What is stored of a call, in the shape of the form."""
    return CallDraft(
        slug=call.slug,
        opens_on=first_day(call.opens_at),
        closes_on=last_day(call.closes_at),
        words={
            language: CallWords(each.title, each.question, each.description)
            for language, each in texts_of(session, call.id).items()
        },
        governments=tuple(each.slug for each in governments_of(session, call.id)),
        initiatives=tuple(each.slug for each in initiatives_of(session, call.id)),
    )


def managed(session: Session, call: Call | None, actor: Actor) -> Call:
    """The call, if there is one and the actor manages the calls of one of its governments.

    Raises:
        NotFound: when that is not so.
    """
    if call is None:
        raise NotFound("no such call")
    slugs = government_slugs_of(session, [call.id])[call.id]
    if not any(actor.may(Permission.MANAGE_CALLS, each) for each in slugs):
        raise NotFound(f"call {call.slug}")
    return call
