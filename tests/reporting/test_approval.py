"""Draft, approved, frozen: who may do what, and what never changes any more."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.audit.models import AuditEntry
from feedback.calendar import Month
from feedback.reporting import pdf, service, tables, workbook
from feedback.reporting.models import Report, ReportState
from feedback.storage import Database
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission
from tests.builders import a_call
from tests.reporting.builders import NOVEMBER_NOW, a_busy_october, a_submission, an_actor

OCTOBER = Month(2026, 10)


def a_report(database: Database, government: str = "tokyo") -> Report:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        return service.draft(
            session, call.id, OCTOBER, government, actor=an_actor(government), now=NOVEMBER_NOW
        )


def approve(database: Database, report: Report) -> Report:
    with database.transaction() as session:
        return service.approve(
            session,
            report.id,
            content_hash=report.content_hash,
            actor=an_actor(report.government_slug),
        )


def redraft(database: Database, report: Report) -> Report:
    with database.transaction() as session:
        return service.draft(
            session,
            report.call_id,
            OCTOBER,
            report.government_slug,
            actor=an_actor(report.government_slug, name="別の 担当"),
            now=NOVEMBER_NOW,
        )


def forms_of(database: Database, report: Report) -> tuple[bytes, bytes, bytes]:
    with database.reading() as session:
        document = service.open_document(session, report.id, actor=an_actor("tokyo"))
    return pdf.typeset(document), workbook.written(document), tables.themes_csv(document)


def add_another_submission(database: Database, report: Report) -> None:
    with database.transaction() as session:
        call = session.get_one(service.Call, report.call_id)
        a_submission(session, call, "承認の後に届いた意見です。")


def test_drafting_again_replaces_the_draft(database: Database) -> None:
    report = a_report(database)
    add_another_submission(database, report)
    again = redraft(database, report)
    assert (again.id, again.edition) == (report.id, 1)
    assert again.content_hash != report.content_hash
    assert again.drafted_by == "別の 担当"


def test_an_approved_report_keeps_its_content_and_its_bytes(database: Database) -> None:
    report = approve(database, a_report(database))
    content, forms = report.content, forms_of(database, report)
    add_another_submission(database, report)
    with database.transaction() as session:
        session.execute(sa.text("UPDATE themes SET staff_label = '別の名前'"))
        session.execute(sa.text("UPDATE answers SET current_action = '別の回答'"))
    with database.reading() as session:
        kept = session.get_one(Report, report.id)
        assert kept.content == content
        assert kept.content_hash == report.content_hash
    assert forms_of(database, report) == forms


def test_drafting_after_approval_makes_a_new_edition(database: Database) -> None:
    first = approve(database, a_report(database))
    add_another_submission(database, first)
    second = redraft(database, first)
    assert (second.edition, second.state) == (2, ReportState.DRAFT)
    assert second.id != first.id
    with database.reading() as session:
        document = service.open_document(session, second.id, actor=an_actor("tokyo"))
        editions = service.editions(session, document, actor=an_actor("tokyo"))
    assert [(each.edition, each.state) for each in editions] == [
        (2, ReportState.DRAFT),
        (1, ReportState.APPROVED),
    ]


def test_a_draft_that_changed_under_the_approver_is_not_approved(database: Database) -> None:
    report = a_report(database)
    add_another_submission(database, report)
    redraft(database, report)
    with database.transaction() as session, pytest.raises(service.DraftChanged):
        service.approve(
            session, report.id, content_hash=report.content_hash, actor=an_actor("tokyo")
        )


def test_a_report_is_approved_once(database: Database) -> None:
    report = approve(database, a_report(database))
    with pytest.raises(service.AlreadyApproved):
        approve(database, report)


def test_an_approver_of_one_government_does_not_approve_the_regions(database: Database) -> None:
    report = a_report(database, "region")
    actor = Actor(
        2,
        "東京 承認",
        {
            Permission.DRAFT_REPORTS: frozenset({"tokyo", "region"}),
            Permission.READ_REPORTS: frozenset({"tokyo", "region"}),
            Permission.APPROVE_REPORTS: frozenset({"tokyo"}),
        },
    )
    with database.transaction() as session, pytest.raises(NotPermitted):
        service.approve(session, report.id, content_hash=report.content_hash, actor=actor)


def test_a_reader_sees_approved_reports_only(database: Database) -> None:
    report = a_report(database)
    reader = Actor(3, "CIO", {Permission.READ_REPORTS: frozenset({"tokyo", "region"})})
    other = Actor(4, "埼玉 CIO", {Permission.READ_REPORTS: frozenset({"saitama", "region"})})
    with database.reading() as session, pytest.raises(NotFound):
        service.open_document(session, report.id, actor=reader)
    approve(database, report)
    with database.reading() as session:
        assert service.open_document(session, report.id, actor=reader).is_approved
        with pytest.raises(NotFound):
            service.open_document(session, report.id, actor=other)


def test_nobody_drafts_for_another_government(database: Database) -> None:
    report = a_report(database)
    with database.transaction() as session, pytest.raises(NotPermitted):
        service.draft(session, report.call_id, OCTOBER, "saitama", actor=an_actor("tokyo"))


@pytest.mark.parametrize("month", [Month(2026, 3), Month(2026, 12)])
def test_a_month_outside_the_call_has_no_report(database: Database, month: Month) -> None:
    report = a_report(database)
    with database.transaction() as session, pytest.raises(service.NothingToReport):
        service.draft(
            session, report.call_id, month, "tokyo", actor=an_actor("tokyo"), now=NOVEMBER_NOW
        )


def test_drafting_and_approving_are_in_the_audit_log(database: Database) -> None:
    report = approve(database, a_report(database))
    with database.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.subject == f"report:{report.id}")
        ).all()
    assert [entry.event for entry in entries] == ["report.drafted", "report.approved"]
    assert entries[1].details == {
        "month": "2026-10",
        "edition": 1,
        "content_hash": report.content_hash,
    }
    assert entries[1].government == "tokyo"


def test_content_that_was_changed_in_the_database_is_noticed(database: Database) -> None:
    report = approve(database, a_report(database))
    with database.transaction() as session:
        stored = session.get_one(Report, report.id)
        stored.content = {**stored.content, "received": 999}
    with database.reading() as session:
        assert not service.open_document(session, report.id, actor=an_actor("tokyo")).is_intact
