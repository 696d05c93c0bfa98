"""The demo's offices: sections, deadlines, templates, replies, and a hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts import sections
from feedback.accounts.models import staff_by_login
from feedback.answering import replies, reply_templates
from feedback.answering.replies import Seen
from feedback.answering.reply_models import Method
from feedback.answering.reply_text import ReplyText
from feedback.calendar import add_working_days, is_working_day, today_jst
from feedback.calls.models import Call
from feedback.demo.people import acting_as
from feedback.intake import contacts
from feedback.intake.contacts import Reachable
from feedback.intake.models import Submission
from feedback.screening.models import Screening
from feedback.triage import deadlines, handovers
from feedback.triage import service as triage
from feedback.triage.deadlines import Rule
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor

#: The one government whose administrator the demo has.
GOVERNMENT = "tokyo"
#: Its sections, and who sits there.
SECTIONS: dict[str, tuple[str, ...]] = {
    "デジタルサービス推進課": ("tokyo-staff", "tokyo-approver"),
    "広報広聴課": ("tokyo-staff",),
    "情報基盤課": (),
}

#: Working days from today until which the newest cases of Tokyo are due; some are late already.
DUE_IN = (-2, -1, 0, 1, 2, 3, 5, 8)

TEMPLATES = (
    (
        "お礼と検討の報告",
        "ご意見へのお礼（受付番号 {受付番号}）",
        "{氏名} 様\n\n"
        "{受付日}に「{取組}」についてご意見をお寄せいただき、ありがとうございました。\n"
        "いただいたご意見は、担当の{課名}で拝読しました。\n\n"
        "同じ趣旨のご意見への回答は、次のページで公表します。\n{回答URL}\n\n"
        "今後とも{自治体}のデジタル化の取組にお力添えをお願いいたします。\n\n"
        "{今日}\n{自治体} {課名}\n担当 {担当者}",
    ),
    (
        "確認に時間がかかるとき",
        "ご意見の状況について（受付番号 {受付番号}）",
        "{氏名} 様\n\nお寄せいただいたご意見について、事実関係の確認を進めています。\n"
        "{期限}までに、あらためてご連絡します。\n\n{自治体} {課名}",
    ),
)
HANDOVER_REASON = "埼玉県の窓口の手続きについてのご意見のため、担当の埼玉県に引き継ぎます。"
CALL_NOTE = "お電話で、手続きの進み具合の確かめ方をご案内した。"
#: Fictional people at a domain that is reserved for examples（RFC 6761）.
WRITERS = (
    Reachable("見本 花子", "hanako@example.jp"),
    Reachable("見本 太郎", "taro@example.jp"),
    Reachable("", "nameless@example.jp"),
)


def set_up(session: Session, call: Call, *, contact_key: str, now: datetime) -> None:
    """Everything an office has beside its opinions."""
    ids = _make_sections(session)
    staff = acting_as(session, "tokyo-staff")
    for name, subject, body in TEMPLATES:
        text = ReplyText(subject, body)
        reply_templates.add(session, GOVERNMENT, name, text, actor=staff)
    newest = _newest_cases(session, call)
    _assign(session, newest[: len(DUE_IN)], ids, today_jst(now), staff)
    _reply(session, newest[: len(WRITERS)], contact_key, now, staff)
    handovers.hand_over(
        session, newest[len(DUE_IN)], "saitama", HANDOVER_REASON, version=1, actor=staff
    )


def _make_sections(session: Session) -> list[int]:
    actor = acting_as(session, "tokyo-admin")
    deadlines.set_rule(session, Rule(GOVERNMENT, deadlines.SUGGESTED_DUE_DAYS), actor=actor)
    made = []
    for name, logins in SECTIONS.items():
        section = sections.add_section(session, GOVERNMENT, name, actor=actor)
        found = (staff_by_login(session, login) for login in logins)
        people = [each.id for each in found if each is not None]
        sections.set_members(session, section.id, people, actor=actor)
        made.append(section.id)
    return made


def _assign(
    session: Session, cases: Sequence[int], section_ids: Sequence[int], today: date, actor: Actor
) -> None:
    """The newest cases lie with two sections in turn, some with a person, due around today."""
    for place, (submission_id, days) in enumerate(zip(cases, DUE_IN, strict=True)):
        case = session.get_one(Case, submission_id)
        wanted = triage.CaseState(
            CaseStatus.READING,
            actor.id if place % 4 < 3 else None,
            _working_day(today, days),
            section_ids[place % 2],
        )
        triage.change_case(session, submission_id, wanted, version=case.version, actor=actor)


def _working_day(today: date, days: int) -> date:
    """The day so many working days from today, before it when the number is negative."""
    if days > 0:
        return add_working_days(today, days)
    current = today
    for _ in range(-days):
        current -= timedelta(days=1)
        while not is_working_day(current):
            current -= timedelta(days=1)
    return current


def _reply(
    session: Session, cases: Sequence[int], contact_key: str, now: datetime, actor: Actor
) -> None:
    """One draft waits for approval, one is being written, one person was called."""
    for submission_id, writer in zip(cases, WRITERS, strict=True):
        contacts.keep(session, submission_id, writer, contact_key)
    waiting, drafted, called = cases
    for submission_id in (waiting, drafted):
        page = replies.reply_page(session, submission_id, actor=actor)
        url = f"http://127.0.0.1/status/{page.receipt}"
        text = replies.text_from_template(
            session, submission_id, page.templates[0].id, status_url=url, actor=actor
        )
        reply = replies.save(session, submission_id, text, seen=Seen(), status_url=url, actor=actor)
        if submission_id == waiting:
            seen = Seen(reply.id, reply.version)
            replies.submit(session, submission_id, seen=seen, actor=actor)
    replies.record_outside(
        session, called, Method.PHONE, today_jst(now), CALL_NOTE, seen=Seen(), actor=actor
    )


def _newest_cases(session: Session, call: Call) -> Sequence[int]:
    query = (
        select(Case.submission_id)
        .join(Submission, Submission.id == Case.submission_id)
        .join(Screening, Screening.submission_id == Case.submission_id)
        .where(
            Submission.call_id == call.id,
            Case.government_slug == GOVERNMENT,
            Case.status == CaseStatus.NEW,
            ~Screening.is_urgent,
            ~Screening.is_set_aside,
            Submission.language == "ja",
        )
        .order_by(Submission.received_at.desc(), Submission.id.desc())
    )
    return session.scalars(query.limit(len(DUE_IN) + 1)).all()
