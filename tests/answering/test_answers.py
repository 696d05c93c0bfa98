"""An answer: drafted, looked at, published, revised; and the cases it answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role
from feedback.answering import service as answering
from feedback.answering.models import Answer, AnswerState
from feedback.answering.service import AnswerText
from feedback.audit.models import AuditEntry
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.storage import Database, utc_now
from feedback.theming import service as theming
from feedback.theming.models import Assignment, Theme, ThemeState
from feedback.triage import service as triage
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import NotPermitted
from feedback.web.errors import NotFound
from tests.builders import a_call
from tests.strict_client import StrictClient, text_of
from tests.theming.builders import an_actor, bodies, opinions

SignIn = Callable[..., StrictClient]

TEXT = AnswerText("窓口のキャッシュレス決済を始めました。", "令和9年度に全ての窓口へ広げます。")
TOKYO = an_actor("tokyo", publishes=True)


def a_theme(session: Session, call: Call, label: str, *, parent: Theme | None = None) -> Theme:
    theme = Theme(
        call_id=call.id,
        parent_id=parent.id if parent else None,
        label=label,
        keywords=["窓口"],
        quote_ids=[],
        state=ThemeState.OPEN,
        created_at=call.created_at,
        answer_states={},
        version=1,
    )
    session.add(theme)
    session.flush()
    return theme


def put_into(session: Session, theme: Theme, submission_ids: list[int]) -> None:
    query = sa.select(Statement.id).where(Statement.submission_id.in_(submission_ids))
    for statement_id in session.scalars(query).all():
        session.add(
            Assignment(statement_id=statement_id, theme_id=theme.id, confidence=0.9, reasons=[])
        )
    session.flush()


@pytest.fixture
def theme(database: Database) -> Theme:
    """A theme with eight opinions of four governments, four of them in its subtheme."""
    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "窓口の支払い")
        theme.checked_at = utc_now()
        below = a_theme(session, call, "自動精算機", parent=theme)
        ids = opinions(session, call, bodies(2))
        put_into(session, theme, ids[:4])
        put_into(session, below, ids[4:])
        triage.open_cases(session, ids)
    return theme


def statuses(session: Session, government: str) -> list[CaseStatus]:
    query = (
        sa.select(Case.status)
        .join(Submission, Submission.id == Case.submission_id)
        .where(Submission.government_slug == government)
    )
    return list(session.scalars(query))


def draft(database: Database, theme: Theme, text: AnswerText = TEXT, version: int = 0) -> Answer:
    with database.transaction() as session:
        return answering.save_draft(session, theme.id, "tokyo", text, version=version, actor=TOKYO)


def publish(database: Database, theme: Theme, version: int) -> int:
    with database.transaction() as session:
        return answering.publish(session, theme.id, "tokyo", version=version, actor=TOKYO)


def test_publishing_answers_the_governments_cases_of_the_theme_and_its_subthemes(
    database: Database, theme: Theme
) -> None:
    draft(database, theme)
    with database.reading() as session:
        assert answering.cases_waiting(session, theme.id, "tokyo") == 2
        assert answering.published_of(session, [theme.id]) == {theme.id: []}
    assert publish(database, theme, 1) == 2
    with database.reading() as session:
        assert set(statuses(session, "tokyo")) == {CaseStatus.ANSWERED}
        assert set(statuses(session, "chiba")) == {CaseStatus.NEW}
        (answer,) = answering.published_of(session, [theme.id])[theme.id]
        assert answer.government_name == "東京都"
        assert answer.current_action == TEXT.current_action
        events = session.scalars(sa.select(AuditEntry.event).order_by(AuditEntry.id)).all()
        assert events == ["answering.drafted", "triage.answered", "answering.published"]


def test_a_revision_keeps_the_old_one(database: Database, theme: Theme) -> None:
    draft(database, theme)
    publish(database, theme, 1)
    second = AnswerText(TEXT.current_action, "令和8年度中に広げます。")
    assert draft(database, theme, second).revision == 2
    with database.reading() as session:
        (answer,) = answering.published_of(session, [theme.id])[theme.id]
        assert answer.future_policy == TEXT.future_policy
    publish(database, theme, 1)
    with database.reading() as session:
        (answer,) = answering.published_of(session, [theme.id])[theme.id]
        assert (answer.revision, answer.future_policy) == (2, second.future_policy)
        assert answer.first_published_at < answer.published_at
        old = session.scalars(sa.select(Answer).where(Answer.revision == 1)).one()
        assert old.state is AnswerState.SUPERSEDED
        assert old.future_policy == TEXT.future_policy


def test_a_draft_changed_meanwhile_is_not_overwritten(database: Database, theme: Theme) -> None:
    draft(database, theme)
    with pytest.raises(answering.StaleAnswer):
        draft(database, theme, AnswerText("別の人の文", ""))
    draft(database, theme, AnswerText("書き足した文", "方針"), version=1)
    with pytest.raises(answering.StaleAnswer):
        publish(database, theme, 1)


@pytest.mark.parametrize(
    "text", [AnswerText("", " \r\n "), AnswerText("あ" * 2001, ""), AnswerText("", "い" * 2001)]
)
def test_empty_and_overlong_drafts_are_refused(
    database: Database, theme: Theme, text: AnswerText
) -> None:
    with pytest.raises(answering.AnswerRefused):
        draft(database, theme, text)


def test_half_an_answer_can_be_kept_but_not_published(database: Database, theme: Theme) -> None:
    draft(database, theme, AnswerText("今の対応だけ", ""))
    with pytest.raises(answering.AnswerRefused, match="両方"):
        publish(database, theme, 1)


def test_line_breaks_count_once(database: Database, theme: Theme) -> None:
    assert draft(database, theme, AnswerText("あ\r\n" * 1000, "")).current_action.count("\n") == 999


def test_who_may_draft_and_publish(database: Database, theme: Theme) -> None:
    with database.transaction() as session, pytest.raises(NotPermitted):
        answering.save_draft(session, theme.id, "chiba", TEXT, version=0, actor=TOKYO)
    draft(database, theme)
    with database.transaction() as session, pytest.raises(NotPermitted):
        answering.publish(session, theme.id, "tokyo", version=1, actor=an_actor("tokyo"))
    with database.transaction() as session, pytest.raises(NotFound):
        answering.save_draft(session, theme.id, "osaka", TEXT, version=0, actor=TOKYO)


def test_an_answer_follows_its_theme_into_a_merge(database: Database, theme: Theme) -> None:
    draft(database, theme)
    publish(database, theme, 1)
    with database.transaction() as session:
        call = session.get_one(Call, theme.call_id)
        target = a_theme(session, call, "支払い方法全般")
        target.checked_at = utc_now()
        now = session.get_one(Theme, theme.id)
        theming.merge(session, theme.id, target.id, version=now.version, actor=TOKYO)
    with database.reading() as session:
        (answer,) = answering.published_of(session, [target.id])[target.id]
        assert answer.theme_id == target.id
        assert answer.current_action == TEXT.current_action
        assert session.get_one(Theme, target.id).answer_states == {"tokyo": "published"}
    with pytest.raises(answering.ThemeNotAnswerable):
        draft(database, theme)
    own = AnswerText("統合したテーマへの回答です。", "方針です。")
    draft(database, target, own)
    publish(database, target, 1)
    with database.reading() as session:
        (answer,) = answering.published_of(session, [target.id])[target.id]
        assert answer.current_action == own.current_action


def test_the_pages_lead_from_draft_to_publication(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    staff, approver = sign_in(Role.STAFF, "tokyo"), sign_in(Role.APPROVER, "tokyo")
    url = f"/staff/themes/{theme.id}/answers/tokyo"
    form = {
        "current_action": TEXT.current_action,
        "future_policy": TEXT.future_policy,
        "version": 0,
        "next": "preview",
    }
    answer = staff.post_form(url, form)
    assert answer.headers["Location"] == f"{url}/preview"
    preview = text_of(staff.page(f"{url}/preview"))
    assert "公開は承認者が行います" in preview
    assert "回答を公開する" not in preview
    preview = text_of(approver.page(f"{url}/preview"))
    assert "意見2件が「回答済み」になり" in preview
    answer = approver.post_form(f"{url}/publish", {"version": 1}, page_url=f"{url}/preview")
    assert "意見2件が回答済みになりました" in approver.get(answer.headers["Location"]).text
    assert "公開中" in text_of(staff.page(f"/staff/themes/{theme.id}"))
    cio = sign_in(Role.CIO, "tokyo")
    assert TEXT.current_action in text_of(cio.page(f"/staff/themes/{theme.id}/answers"))
    assert cio.get(url).status_code == 403


def test_what_was_typed_is_not_lost_when_the_draft_is_stale(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    draft(database, theme)
    url = f"/staff/themes/{theme.id}/answers/tokyo"
    form = {"current_action": "書いていた文", "future_policy": "", "version": 0}
    answer = sign_in(Role.STAFF, "tokyo").post_form(url, form)
    assert answer.status_code == 200
    assert "ほかの職員がこの回答を変更しました" in answer.text
    assert "書いていた文" in answer.text


def test_another_governments_answer_is_not_mine_to_write(theme: Theme, sign_in: SignIn) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    assert client.get(f"/staff/themes/{theme.id}/answers/chiba").status_code == 403
    assert client.get(f"/staff/themes/{theme.id}/answers/nowhere").status_code == 404
    assert client.get("/staff/themes/9999/answers").status_code == 404


def test_a_preview_without_a_draft_leads_to_writing(theme: Theme, sign_in: SignIn) -> None:
    answer = sign_in(Role.STAFF, "tokyo").get(f"/staff/themes/{theme.id}/answers/tokyo/preview")
    assert answer.status_code == 302


def test_a_theme_that_nobody_checked_is_not_answered_in_public(
    database: Database, theme: Theme
) -> None:
    draft(database, theme)
    with database.transaction() as session:
        session.get_one(Theme, theme.id).checked_at = None
    with pytest.raises(answering.ThemeUnchecked, match="確認済み"):
        publish(database, theme, 1)
    with database.reading() as session:
        assert answering.published_of(session, [theme.id]) == {theme.id: []}
        assert set(statuses(session, "tokyo")) == {CaseStatus.NEW}
