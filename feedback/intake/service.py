"""Take submissions in, and the one door to citizens' own words."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calls.models import Call
from feedback.intake import charge, contacts, receipts
from feedback.intake.models import (
    Channel,
    Submission,
    SubmissionWords,
    submission_by_idempotency_key,
    submission_by_receipt,
)
from feedback.intake.rules import CallRules, Draft, Problem, cleaned, rules_of, shortest_body
from feedback.intake.unmasking import Reason
from feedback.queue import service as queue
from feedback.storage import is_unique_violation, utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

__all__ = ["Draft", "Problem"]

SCREENED_TOGETHER = 200

WORDS_UNMASKED = audit.declare("intake.words_unmasked", "意見の原文を表示した", "reason")


class SubmissionRefused(Exception):
    """Base of why a draft was not stored."""


class CallClosed(SubmissionRefused):
    """The call takes no opinions now."""


class DraftWrong(SubmissionRefused):
    """The draft breaks the rules; ``problems`` says where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{each.field}: {each.code}" for each in problems))


@dataclass(frozen=True, slots=True)
class Words:
    """A citizen's own words, unmasked."""

    submission_id: int
    title: str
    body: str


def new_form_id() -> str:
    """A random id for one filling of the form, carried along however often it is sent."""
    return secrets.token_urlsafe(24)


def form_key(form_id: str, draft: Draft) -> str:
    """The idempotency key of a filled form: the same form with the same content, the same key.

    The content is part of it so that a person who goes back after sending, writes on and sends
    again is not answered with the receipt of the first text. The form's id, random and not kept,
    keeps the key from telling anything of the words.
    """
    content = repr((form_id, astuple(tidied(draft))))
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()


def submit(
    session: Session,
    draft: Draft,
    *,
    idempotency_key: str,
    contact_key: str,
    channel: Channel = Channel.FORM,
    received_at: datetime | None = None,
    import_id: int | None = None,
) -> Submission:
    """Store a submission with its words and contact, and have it screened.

    The same key gives back the same submission, whatever else is sent with it.

    Raises:
        CallClosed: when a citizen's form arrives outside of the call's period.
        DraftWrong: when the draft breaks the rules.
    """
    known = submission_by_idempotency_key(session, idempotency_key)
    if known is not None:
        return known
    if channel is Channel.FORM and received_at is None:
        _demand_open(session, draft.call_id)
    rules = rules_of(session, draft.call_id)
    draft, problems = check(rules, draft, channel)
    if problems:
        raise DraftWrong(problems)
    try:
        with session.begin_nested():
            submission = store(
                session,
                draft,
                idempotency_key=idempotency_key,
                contact_key=contact_key,
                channel=channel,
                received_at=received_at or utc_now(),
                import_id=import_id,
            )
            session.flush()
    except IntegrityError as error:
        return _stored_meanwhile(session, idempotency_key, error)
    enqueue_screening(session, [submission.id])
    return submission


def check(
    rules: CallRules, draft: Draft, channel: Channel = Channel.FORM
) -> tuple[Draft, tuple[Problem, ...]]:
    """A tidied draft and everything that is wrong with it, without storing anything."""
    draft = tidied(draft)
    return draft, rules.problems(draft, shortest_body=shortest_body(channel))


def store(
    session: Session,
    draft: Draft,
    *,
    idempotency_key: str,
    contact_key: str,
    channel: Channel,
    received_at: datetime,
    import_id: int | None = None,
) -> Submission:
    """Store a draft that was tidied and checked; the caller has it screened."""
    submission = Submission(
        receipt_number=receipts.new(),
        idempotency_key=idempotency_key,
        call_id=draft.call_id,
        government_slug=draft.government,
        initiative_slug=draft.initiative,
        kind=draft.kind,
        municipality_code=draft.municipality,
        age_band=draft.age_band,
        relation=draft.relation,
        consents_to_publish=draft.consents_to_publish,
        language=draft.language,
        channel=channel,
        received_at=received_at,
        import_id=import_id,
    )
    session.add(submission)
    session.flush()
    session.add(SubmissionWords(submission_id=submission.id, title=draft.title, body=draft.body))
    if draft.contact_name or draft.contact_email:
        reachable = contacts.Reachable(draft.contact_name, draft.contact_email)
        contacts.keep(session, submission.id, reachable, contact_key)
    return submission


def enqueue_screening(session: Session, submission_ids: Sequence[int]) -> None:
    """Have submissions screened, some hundred a job."""
    for start in range(0, len(submission_ids), SCREENED_TOGETHER):
        chunk = list(submission_ids[start : start + SCREENED_TOGETHER])
        queue.enqueue(session, "screening.screen", {"submission_ids": chunk})


def tidied(draft: Draft) -> Draft:
    """A draft with its texts as they are stored."""
    return replace(
        draft,
        title=" ".join(cleaned(draft.title).split("\n")),
        body=cleaned(draft.body),
        contact_name=cleaned(draft.contact_name),
        contact_email=cleaned(draft.contact_email),
    )


def words_of(session: Session, submission_id: int, reason: Reason, *, actor: Actor) -> Words:
    """A citizen's own words, for a person who may read them; leaves an audit entry with why.

    Raises:
        NotFound: when the actor may not know of the submission.
        NotPermitted: when the actor may not read its unmasked words.
    """
    government = charge.readable(session, submission_id, actor=actor).government
    actor.demand(Permission.UNMASK_WORDS, government)
    audit.record(
        session,
        WORDS_UNMASKED,
        actor=actor,
        subject=f"submission:{submission_id}",
        government=government,
        reason=reason.text,
    )
    return words_for_screening(session, [submission_id])[0]


def words_for_screening(session: Session, submission_ids: Sequence[int]) -> list[Words]:
    """Citizens' own words for the machine's screening, in the order of their ids."""
    query = (
        select(SubmissionWords)
        .where(SubmissionWords.submission_id.in_(submission_ids))
        .order_by(SubmissionWords.submission_id)
    )
    return [Words(row.submission_id, row.title, row.body) for row in session.scalars(query)]


def submission_of(session: Session, receipt_number: str) -> Submission:
    """The submission with a receipt number, as ``receipts.parse`` gives it.

    Raises:
        NotFound: when there is none.
    """
    submission = submission_by_receipt(session, receipt_number)
    if submission is None:
        raise NotFound("no submission has this receipt number")
    return submission


def _stored_meanwhile(session: Session, key: str, error: IntegrityError) -> Submission:
    """What a simultaneous request stored under the same key: a double click, nothing wrong."""
    known = submission_by_idempotency_key(session, key)
    if known is None or not is_unique_violation(error, "idempotency_key"):
        raise error
    return known


def _demand_open(session: Session, call_id: int) -> None:
    call = session.get_one(Call, call_id)
    now = utc_now()
    is_open = call.is_published and call.opens_at <= now
    if not is_open or (call.closes_at is not None and now >= call.closes_at):
        raise CallClosed(call.slug)
