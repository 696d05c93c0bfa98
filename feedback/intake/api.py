"""Take opinions from other systems, through the same rules as the form."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.accounts.tokens import ApiToken
from feedback.audit import service as audit
from feedback.calls.models import (
    SOURCE_LANGUAGE,
    Call,
    call_by_slug,
    governments_of,
    initiatives_of,
    published_calls,
    texts_of,
)
from feedback.intake import receipts, service
from feedback.intake.api_models import (
    CallOut,
    ChoiceOut,
    OpinionIn,
    ProblemOut,
    RefusedOut,
    StoredOut,
)
from feedback.intake.models import (
    AgeBand,
    Channel,
    Kind,
    Relation,
    Submission,
    submission_by_idempotency_key,
)
from feedback.intake.rules import LONGEST_BODY, LONGEST_NAME, LONGEST_TITLE, Draft, Problem
from feedback.intake.service import CallClosed, DraftWrong
from feedback.storage import utc_now
from feedback.web.actor import REGION
from feedback.web.errors import NotFound

RECEIVED = audit.declare("intake.api_received", "外部連携で意見を登録した", "call", "rows", "token")

MESSAGES = {
    (
        "initiative",
        "unknown",
    ): "この意見募集にない取組です。GET /api/v1/calls の一覧から選んでください。",
    (
        "initiative",
        "of_another_government",
    ): "ほかの自治体の取組です。自分の自治体の取組を選んでください。",
    ("title", "too_long"): f"題名は{LONGEST_TITLE}文字以内にしてください。",
    ("body", "missing"): "本文がありません。",
    ("body", "too_long"): f"本文は{LONGEST_BODY:,}文字以内にしてください。",
    ("municipality", "unknown"): "市区町村コードは、一都三県の6桁のコードで送ってください。",
    ("language", "unknown"): "言語は ja・ja-easy・en・zh・ko のどれかにしてください。",
    ("contact_name", "too_long"): f"連絡先の氏名は{LONGEST_NAME}文字以内にしてください。",
    ("contact_email", "too_long"): "連絡先のメールアドレスが長すぎます。",
    ("contact_email", "invalid"): "連絡先がメールアドレスの形になっていません。",
}

#: Clocks of two machines differ a little.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of the opinions of one request."""

    stored: tuple[StoredOut, ...]
    refused: tuple[RefusedOut, ...]


def receive(
    session: Session,
    token: ApiToken,
    slug: str,
    opinions: Sequence[OpinionIn],
    *,
    contact_key: str,
    site: str,
) -> Received:
    """Store each opinion that keeps the rules, once for each external id; say what became of each.

    Raises:
        NotFound: when there is no such call, or the token's government takes no part in it.
        CallClosed: when the call takes no opinions now.
    """
    call = open_call(session, slug, token.government_slug)
    outcomes = [_received(session, token, call, each, contact_key, site) for each in opinions]
    stored = tuple(each for each in outcomes if isinstance(each, StoredOut))
    refused = tuple(each for each in outcomes if isinstance(each, RefusedOut))
    fresh = sum(not each.repeated for each in stored)
    if fresh:
        audit.record(
            session,
            RECEIVED,
            actor=None,
            actor_name=f"外部連携：{token.name}",
            subject=f"token:{token.id}",
            government=token.government_slug,
            call=call.slug,
            rows=fresh,
            token=token.name,
        )
    return Received(stored, refused)


def open_call(session: Session, slug: str, government: str) -> Call:
    """A call that takes opinions for a government now.

    Raises:
        NotFound: when there is none, or the government takes no part in it.
        CallClosed: when it takes no opinions now.
    """
    call = call_by_slug(session, slug)
    if call is None or not call.is_published or government not in _taking_part(session, call):
        raise NotFound(f"call {slug}")
    if not _is_open(call, utc_now()):
        raise CallClosed(slug)
    return call


def open_calls(session: Session, government: str) -> list[CallOut]:
    """The calls that take opinions for a government now, with what may be chosen."""
    now = utc_now()
    return [
        _described(session, call, government)
        for call in published_calls(session)
        if _is_open(call, now) and government in _taking_part(session, call)
    ]


def _received(
    session: Session,
    token: ApiToken,
    call: Call,
    opinion: OpinionIn,
    contact_key: str,
    site: str,
) -> StoredOut | RefusedOut:
    if opinion.received_at is not None and opinion.received_at > utc_now() + CLOCK_SKEW:
        return RefusedOut(external_id=opinion.external_id, problems=[_in_the_future()])
    key = _key(token, call, opinion)
    known = submission_by_idempotency_key(session, key)
    if known is not None:
        return _stored(known, opinion, site, repeated=True)
    try:
        submission = service.submit(
            session,
            _draft(call, token, opinion),
            idempotency_key=key,
            contact_key=contact_key,
            channel=Channel(opinion.channel),
            received_at=opinion.received_at,
        )
    except DraftWrong as wrong:
        problems = [_told(problem) for problem in wrong.problems]
        return RefusedOut(external_id=opinion.external_id, problems=problems)
    return _stored(submission, opinion, site, repeated=False)


def _key(token: ApiToken, call: Call, opinion: OpinionIn) -> str:
    """The same for every token of a government, so that a new token sends nothing twice."""
    said = repr(("api", token.government_slug, call.id, opinion.external_id))
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def _draft(call: Call, token: ApiToken, opinion: OpinionIn) -> Draft:
    contact = opinion.contact
    return Draft(
        call_id=call.id,
        government=token.government_slug,
        initiative=opinion.initiative,
        kind=opinion.kind,
        title=opinion.title,
        body=opinion.body,
        consents_to_publish=opinion.consents_to_publish,
        language=opinion.language,
        municipality=opinion.municipality,
        age_band=opinion.age_band,
        relation=opinion.relation,
        contact_name=contact.name if contact else "",
        contact_email=contact.email if contact else "",
    )


def _stored(submission: Submission, opinion: OpinionIn, site: str, *, repeated: bool) -> StoredOut:
    number = receipts.display(submission.receipt_number)
    return StoredOut(
        external_id=opinion.external_id,
        receipt_number=number,
        status_url=f"{site.rstrip('/')}/status/{number}",
        received_at=submission.received_at,
        repeated=repeated,
    )


def _told(problem: Problem) -> ProblemOut:
    message = MESSAGES.get((problem.field, problem.code), "値を確かめてください。")
    return ProblemOut(field=problem.field, code=problem.code, message=message)


def _in_the_future() -> ProblemOut:
    return ProblemOut(
        field="received_at",
        code="in_the_future",
        message="受け付けた日時が未来になっています。時差（+09:00 など）を確かめてください。",
    )


def _is_open(call: Call, now: datetime) -> bool:
    return call.opens_at <= now and (call.closes_at is None or now < call.closes_at)


def _taking_part(session: Session, call: Call) -> set[str]:
    return {each.slug for each in governments_of(session, call.id)}


def _described(session: Session, call: Call, government: str) -> CallOut:
    return CallOut(
        slug=call.slug,
        title=texts_of(session, call.id)[SOURCE_LANGUAGE].title,
        closes_at=call.closes_at,
        initiatives=[
            ChoiceOut(value=each.slug, label=each.name)
            for each in initiatives_of(session, call.id)
            if each.government_slug in (None, REGION, government)
        ],
        kinds=_choices(list(Kind)),
        age_bands=_choices(list(AgeBand)),
        relations=_choices(list(Relation)),
        channels=_choices([each for each in Channel if each is not Channel.FORM]),
    )


def _choices(values: Sequence[Kind | AgeBand | Relation | Channel]) -> list[ChoiceOut]:
    return [ChoiceOut(value=each.value, label=each.label) for each in values]
