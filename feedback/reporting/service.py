"""The rules of monthly reports: draft, approve, who sees which.

Errors::

    ReportRefused
    ├── NothingToReport   the month has not begun, or the call does not know the government
    ├── AlreadyApproved   it is frozen; a change needs a new edition
    └── DraftChanged      somebody drafted anew after the approver had opened it
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calendar import Month
from feedback.calls.models import Call, Government, governments_of, published_calls
from feedback.reporting import build, content
from feedback.reporting.content import ReportContent
from feedback.reporting.models import Report, ReportState, editions_of, newest_edition, reported
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

DRAFTED = audit.declare("report.drafted", "月次報告を作成した", "month", "edition", "content_hash")
APPROVED = audit.declare(
    "report.approved", "月次報告を承認した", "month", "edition", "content_hash"
)


class ReportRefused(Exception):
    """What was asked of a report cannot be done; the message is for the reader."""


class NothingToReport(ReportRefused):
    """There is no such month or government to report on."""


class AlreadyApproved(ReportRefused):
    """An approved report never changes."""


class DraftChanged(ReportRefused):
    """The draft is not the one that the approver read."""


@dataclass(frozen=True, slots=True)
class Document:
    """A report to be read: its frozen content and where it stands."""

    id: int
    edition: int
    state: ReportState
    content: ReportContent
    content_hash: str
    approved_by: str | None
    approved_at: datetime | None
    remasked_at: datetime | None
    """When personal data that had been missed was masked in it."""
    is_intact: bool
    """Whether the content is still the one whose hash was kept."""

    @property
    def is_approved(self) -> bool:
        """Whether it is frozen."""
        return self.state is ReportState.APPROVED

    @property
    def made_at(self) -> datetime:
        """The moment that every form bears as its own, to the second: approval, else drafting."""
        moment = self.approved_at or self.content.colophon.drafted_at
        return moment.replace(microsecond=0)

    @property
    def file_stem(self) -> str:
        """The name of downloaded files without the ending."""
        head = self.content.head
        return f"report-{head.month}-{head.government_slug}-{self.edition}"


def draft(
    session: Session,
    call_id: int,
    month: Month,
    government_slug: str,
    *,
    actor: Actor,
    now: datetime | None = None,
) -> Report:
    """Draft a month's report; an earlier draft is replaced, an approved one gets a new edition.

    Raises:
        NotPermitted: when the actor may not draft for this government.
        NothingToReport: when the month has not begun or the call does not know the government.
    """
    actor.demand(Permission.DRAFT_REPORTS, government_slug)
    moment = now or utc_now()
    # Two people drafting the same month at once wait for each other here.
    call = session.get(Call, call_id, with_for_update=True)
    if call is None:
        raise NotFound(f"call {call_id}")
    government = _participant(session, call, government_slug)
    if month.start > moment or month < Month.of(call.opens_at):
        raise NothingToReport(f"{month.label}は、この意見募集の受付期間に入っていません。")
    written = build.build(session, call, month, government, drafted_by=actor.name, now=moment)
    return store_draft(session, written, actor=actor)


def store_draft(session: Session, written: ReportContent, *, actor: Actor | None) -> Report:
    """Keep content as the draft of its month: in the open draft's place, or a new edition."""
    data = content.to_dict(written)
    head, colophon = written.head, written.colophon
    month = Month.parse(head.month)
    newest = newest_edition(session, head.call_id, head.government_slug, month.first_day)
    report = newest
    if report is None or report.state is ReportState.APPROVED:
        report = Report(
            call_id=head.call_id,
            government_slug=head.government_slug,
            month=month.first_day,
            edition=newest.edition + 1 if newest else 1,
            state=ReportState.DRAFT,
        )
        session.add(report)
    report.content = data
    report.content_hash = content.hash_of(data)
    report.run_id = colophon.run_id
    report.software_version = colophon.software_version
    report.drafted_by = colophon.drafted_by
    report.drafted_at = colophon.drafted_at
    session.flush()
    _record(session, DRAFTED, report, actor)
    return report


def approve(
    session: Session,
    report_id: int,
    *,
    content_hash: str,
    actor: Actor,
    now: datetime | None = None,
) -> Report:
    """Freeze the draft that the approver has read, and show it to CIOs.

    Raises:
        NotFound: when there is no such report for this actor.
        NotPermitted: when the actor may not approve for this government.
        AlreadyApproved: when it is frozen already.
        DraftChanged: when it was drafted anew since the approver opened it.
    """
    report = _visible(session, report_id, actor, lock=True)
    actor.demand(Permission.APPROVE_REPORTS, report.government_slug)
    if report.state is ReportState.APPROVED:
        raise AlreadyApproved("この報告はすでに承認されています。")
    if not report.content_hash == content_hash == content.hash_of(report.content):
        raise DraftChanged(
            "画面を開いた後に報告が作り直されました。新しい内容を確認してから承認してください。"
        )
    report.state = ReportState.APPROVED
    report.approved_by = actor.name
    report.approved_at = now or utc_now()
    session.flush()
    _record(session, APPROVED, report, actor)
    return report


def open_document(session: Session, report_id: int, *, actor: Actor) -> Document:
    """A report for somebody who may see it.

    Raises:
        NotFound: when it is another government's, or a draft and the actor only reads.
    """
    return document_of(_visible(session, report_id, actor))


def editions(session: Session, document: Document, *, actor: Actor) -> list[Report]:
    """Every edition of the same month that the actor may see, the newest first."""
    head = document.content.head
    month = Month.parse(head.month).first_day
    rows = editions_of(session, head.call_id, head.government_slug, month)
    return [row for row in rows if is_visible(row, actor)]


def document_of(report: Report) -> Document:
    """A stored report as a frozen value."""
    return Document(
        id=report.id,
        edition=report.edition,
        state=report.state,
        content=content.from_dict(report.content),
        content_hash=report.content_hash,
        approved_by=report.approved_by,
        approved_at=report.approved_at,
        remasked_at=report.remasked_at,
        is_intact=content.hash_of(report.content) == report.content_hash,
    )


def is_visible(report: Report, actor: Actor) -> bool:
    """Approved reports to whoever may read the government's; drafts to those who draft them."""
    if report.state is ReportState.APPROVED:
        return actor.may(Permission.READ_REPORTS, report.government_slug)
    return actor.may(Permission.DRAFT_REPORTS, report.government_slug)


def unreported(session: Session, now: datetime) -> list[tuple[Call, Government, Month]]:
    """Last month's reports that nobody has drafted yet, of every published call."""
    month = Month.of(now).plus(-1)
    known = reported(session, month.first_day)
    return [
        (call, government, month)
        for call in published_calls(session)
        if month >= Month.of(call.opens_at)
        for government in governments_of(session, call.id)
        if (call.id, government.slug) not in known
    ]


def _participant(session: Session, call: Call, slug: str) -> Government:
    for government in governments_of(session, call.id):
        if government.slug == slug:
            return government
    raise NothingToReport("この意見募集に参加していない自治体の報告は作成できません。")


def _visible(session: Session, report_id: int, actor: Actor, *, lock: bool = False) -> Report:
    report = session.get(Report, report_id, with_for_update=lock or None)
    if report is None or not is_visible(report, actor):
        raise NotFound(f"report {report_id}")
    return report


def _record(session: Session, event: audit.Event, report: Report, actor: Actor | None) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"report:{report.id}",
        government=report.government_slug,
        month=report.month.isoformat()[:7],
        edition=report.edition,
        content_hash=report.content_hash,
    )
