"""Hand-over（回付）: everything follows the government in charge, and the reason stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts import sections
from feedback.accounts.models import Role
from feedback.intake import charge, contacts, receipts
from feedback.intake import service as intake
from feedback.intake.models import Submission
from feedback.intake.unmasking import Reason
from feedback.screening.page import masks_page
from feedback.screening.proposals import read_proposals
from feedback.storage import Database
from feedback.theming import service as theming
from feedback.theming.details import Order, statements_in
from feedback.theming.members import members_of, newest, within_reach
from feedback.triage import bulk_change, decisions, errors, handovers, notes
from feedback.triage import service as triage
from feedback.triage.bulk_change import BulkChange
from feedback.triage.decisions import ThemeChoice
from feedback.triage.errors import CaseChanged, HandoverRefused
from feedback.triage.filters import QueueFilter
from feedback.triage.listing import read_queue
from feedback.triage.models import Case, CaseStatus
from feedback.triage.page import case_page
from feedback.triage.service import CaseState
from feedback.undo import service as undo
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from tests.strict_client import StrictClient, text_of
from tests.triage.builders import MECAB, a_member, a_theme, an_actor, an_opinion, proposed

SignIn = Callable[..., StrictClient]
BODY = "押印を廃止してほしい。"
REASON = "県道の管理についての意見のため"


def handed_over(database: Database, actor: Actor, to: str = "saitama") -> int:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        handovers.hand_over(session, at, to, REASON, version=1, actor=actor)
        return at


def listed(database: Database, actor: Actor) -> list[int]:
    with database.reading() as session:
        page = read_queue(session, QueueFilter(), MECAB, page=1, actor=actor).page
        return [each.submission_id for each in page.rows]


def test_the_next_government_sees_it_and_the_first_no_longer_does(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    saitama = an_actor(database, "新井", Role.STAFF, "saitama")
    at = handed_over(database, tokyo)
    assert listed(database, tokyo) == []
    assert listed(database, saitama) == [at]
    with database.reading() as session:
        with pytest.raises(NotFound):
            case_page(session, at, QueueFilter(), MECAB, actor=tokyo)
        page = case_page(session, at, QueueFilter(), MECAB, actor=saitama)
        assert [(each.reason, each.staff_name) for each in page.handovers] == [(REASON, "高橋")]
        assert page.events[0].label == "ほかの自治体に回付した"
        assert page.events[0].detail == "東京都 → 埼玉県"


def test_words_and_contact_are_opened_where_the_charge_is(database: Database) -> None:
    tokyo = an_actor(database, "佐々木", Role.APPROVER)
    saitama = an_actor(database, "新井", Role.APPROVER, "saitama")
    at = handed_over(database, tokyo)
    with database.transaction() as session:
        why = Reason("回答案の作成")
        assert intake.words_of(session, at, why, actor=saitama).body == BODY
        for act in (
            lambda: intake.words_of(session, at, why, actor=tokyo),
            lambda: contacts.contact_of(session, at, contact_key="", actor=tokyo),
            lambda: contacts.delete_contact(session, at, actor=tokyo),
        ):
            with pytest.raises(NotFound):
                act()


def test_work_on_the_case_follows_the_charge(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    saitama = an_actor(database, "新井", Role.STAFF, "saitama")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "押印の廃止")
        (statement,) = proposed(session, at, theme)
        handovers.hand_over(session, at, "saitama", REASON, version=1, actor=tokyo)
        worker = a_member(session, "埼玉の職員", Role.STAFF, "saitama")
        old = a_member(session, "東京の職員")
        choice = [ThemeChoice(statement, theme)]
        for act in (
            lambda: notes.add_note(session, at, "x", actor=tokyo),
            lambda: decisions.choose_themes(session, at, choice, actor=tokyo),
            lambda: theming.decide(session, statement, theme, actor=tokyo),
            lambda: bulk_change.apply(
                session, at, BulkChange(CaseStatus.CLOSED), version=2, actor=tokyo
            ),
        ):
            with pytest.raises(NotFound):
                act()
        decisions.choose_themes(session, at, choice, actor=saitama)
        version = session.get_one(Case, at).version
        with pytest.raises(errors.AssigneeRefused):
            state = CaseState(CaseStatus.THEMED, old.id, None)
            triage.change_case(session, at, state, version=version, actor=saitama)
        state = CaseState(CaseStatus.THEMED, worker.id, None)
        assert triage.change_case(session, at, state, version=version, actor=saitama)


def test_an_answer_to_a_theme_answers_the_cases_in_the_governments_charge(
    database: Database,
) -> None:
    tokyo = an_actor(database, "高橋")
    with database.transaction() as session:
        stays, goes = an_opinion(session, BODY), an_opinion(session, BODY)
        theme = a_theme(session, "押印の廃止")
        proposed(session, stays, theme)
        proposed(session, goes, theme)
        handovers.hand_over(session, goes, "saitama", REASON, version=1, actor=tokyo)
        assert triage.mark_answered(session, theme, "tokyo") == 1
        assert session.get_one(Case, goes).status is CaseStatus.NEW
        assert triage.mark_answered(session, theme, "saitama") == 1
        assert session.get_one(Case, goes).status is CaseStatus.ANSWERED


def test_the_statements_of_a_theme_are_listed_where_the_charge_is(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    saitama = an_actor(database, "新井", Role.STAFF, "saitama")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "押印の廃止")
        proposed(session, at, theme)
        handovers.hand_over(session, at, "saitama", REASON, version=1, actor=tokyo)

        def rows(actor: Actor) -> int:
            page = statements_in(session, [theme], actor=actor, page=1, order=Order.SURE)
            assert page is not None
            return page.total

        assert (rows(tokyo), rows(saitama)) == (0, 1)


def test_masks_and_proposals_are_worked_on_where_the_charge_is(database: Database) -> None:
    tokyo = an_actor(database, "高橋", Role.APPROVER)
    saitama = an_actor(database, "新井", Role.APPROVER, "saitama")
    with database.transaction() as session:
        at = an_opinion(session, "特になし")
        handovers.hand_over(session, at, "saitama", REASON, version=1, actor=tokyo)
        assert masks_page(session, at, actor=saitama).may_unmask
        with pytest.raises(NotFound):
            masks_page(session, at, actor=tokyo)

        def waiting(actor: Actor) -> int:
            return read_proposals(session, None, number=1, actor=actor).page.total

        assert (waiting(tokyo), waiting(saitama)) == (0, 1)


def test_the_workshop_reaches_what_is_in_the_governments_charge(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    saitama = an_actor(database, "新井", Role.STAFF, "saitama")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "押印の廃止")
        (statement,) = proposed(session, at, theme)
        handovers.hand_over(session, at, "saitama", REASON, version=1, actor=tokyo)

        def reached(actor: Actor) -> list[int]:
            reach = within_reach(actor)
            found = members_of(session, [theme], governments=reach, upto=newest(session, [theme]))
            return [each.statement_id for each in found]

        assert (reached(tokyo), reached(saitama)) == ([], [statement])


def test_what_was_done_before_a_handover_is_not_taken_back_from_afar(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        done = undo.remember(session, "tests.look", "x", {"at": at}, actor=tokyo)
        handovers.hand_over(session, at, "saitama", REASON, version=1, actor=tokyo)

        def look(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
            triage.locked(session, payload["at"], actor=actor)

        undoers = undo.Undoers()
        undoers.register("tests.look", look)
        with pytest.raises(undo.CannotUndo, match="回付"):
            undo.take_back(session, done, undoers, actor=tokyo)


def test_it_can_be_sent_back_and_the_chain_stays(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    saitama = an_actor(database, "新井", Role.STAFF, "saitama")
    at = handed_over(database, tokyo)
    with database.transaction() as session:
        back = handovers.prepare(session, at, actor=saitama)
        assert back.came_from == "tokyo"
        handovers.hand_over(
            session, at, "tokyo", "県の事務ではないため", version=back.version, actor=saitama
        )
        chain = charge.handovers_of(session, at)
        assert [(each.from_government, each.to_government) for each in chain] == [
            ("tokyo", "saitama"),
            ("saitama", "tokyo"),
        ]
        assert session.get_one(Submission, at).government_slug == "tokyo"
    assert listed(database, tokyo) == [at]
    assert listed(database, saitama) == []


def test_the_origin_keeps_a_trace(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    chiba = an_actor(database, "千葉", Role.STAFF, "chiba")
    at = handed_over(database, tokyo)
    with database.reading() as session:
        (row,) = handovers.list_handovers(session, actor=tokyo, page=1).rows
        number = session.get_one(Submission, at).receipt_number
        assert row.receipt == receipts.display(number)
        assert (row.reason, row.staff_name, row.may_open) == (REASON, "高橋", False)
        assert handovers.list_handovers(session, actor=chiba, page=1).rows == []


def test_what_the_first_government_had_set_is_emptied_but_the_date(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        section = sections.add_section(session, "tokyo", "広報課", actor=admin)
        state = CaseState(CaseStatus.READING, tokyo.id, date(2026, 12, 1), section.id)
        triage.change_case(session, at, state, version=1, actor=tokyo)
        handovers.hand_over(session, at, "saitama", REASON, version=2, actor=tokyo)
        case = session.get_one(Case, at)
        assert (case.assignee_id, case.section_id) == (None, None)
        assert case.due_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("to", "reason", "words"),
    [
        ("tokyo", REASON, "回付する先"),
        ("osaka", REASON, "回付する先"),
        ("", REASON, "回付する先"),
        ("saitama", "  ", "理由を入力"),
        ("saitama", "あ" * 1001, "1,000文字"),
    ],
)
def test_a_handover_without_target_or_reason_is_refused(
    database: Database, to: str, reason: str, words: str
) -> None:
    tokyo = an_actor(database, "高橋")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        with pytest.raises(HandoverRefused, match=words):
            handovers.hand_over(session, at, to, reason, version=1, actor=tokyo)


def test_a_settled_case_and_a_stale_page_are_refused(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        state = CaseState(CaseStatus.CLOSED, None, None)
        triage.change_case(session, at, state, version=1, actor=tokyo)
        with pytest.raises(CaseChanged):
            handovers.hand_over(session, at, "saitama", REASON, version=1, actor=tokyo)
        with pytest.raises(HandoverRefused, match="対応不要"):
            handovers.hand_over(session, at, "saitama", REASON, version=2, actor=tokyo)


def test_who_only_reads_hands_nothing_over(database: Database) -> None:
    cio = an_actor(database, "統括", Role.CIO)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        with pytest.raises((NotFound, NotPermitted)):
            handovers.hand_over(session, at, "saitama", REASON, version=1, actor=cio)


def test_a_section_must_be_the_governments(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    admin = an_actor(database, "管理", Role.ADMINISTRATOR, "chiba")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        regional = an_opinion(session, BODY, government_slug="region")
        theirs = sections.add_section(session, "chiba", "広報課", actor=admin)
        state = CaseState(CaseStatus.READING, None, None, theirs.id)
        with pytest.raises(errors.SectionRefused):
            triage.change_case(session, at, state, version=1, actor=tokyo)
        assert triage.change_case(session, regional, state, version=1, actor=tokyo)


def test_the_way_in_a_browser_and_what_the_citizen_reads(
    database: Database, sign_in: SignIn, client: StrictClient
) -> None:
    number = receipts.new()
    with database.transaction() as session:
        at = an_opinion(session, BODY, receipt_number=number)
    staff = sign_in()
    url = f"/staff/cases/{at}/handover"
    assert "ほかの自治体に回付する" in staff.get(f"/staff/cases/{at}").text
    wrong = staff.post_form(url, {"government": "saitama", "reason": "", "version": "1"})
    assert wrong.status_code == 422
    assert "回付する理由を入力" in wrong.text
    done = staff.post_form(url, {"government": "saitama", "reason": REASON, "version": "1"})
    assert done.headers["Location"].endswith("/staff/handovers")
    assert REASON in staff.get("/staff/handovers").text
    assert staff.get(f"/staff/cases/{at}").status_code == 404
    assert staff.get(url).status_code == 404
    theirs = sign_in(Role.STAFF, "saitama")
    assert REASON in text_of(theirs.page(f"/staff/cases/{at}"))
    page = client.get(f"/status/{number}").text
    assert "埼玉県に引き継ぎました" in page
    assert REASON not in page
    for language, words in (
        ("en", "Passed on to Saitama"),
        ("zh", "已转交给"),
        ("ko", "인계했습니다"),
        ("ja-easy", "この意見を見ています"),
    ):
        assert words in client.get(f"/status/{number}?lang={language}").text


def test_two_who_hand_over_at_once_move_it_once(database: Database) -> None:
    tokyo = an_actor(database, "高橋")
    at = handed_over(database, tokyo)
    with database.transaction() as session:
        with pytest.raises(NotFound):
            handovers.hand_over(session, at, "chiba", REASON, version=1, actor=tokyo)
        assert session.scalar(sa.text("SELECT count(*) FROM handovers")) == 1


def test_the_queue_is_narrowed_to_ones_own_section(database: Database, sign_in: SignIn) -> None:
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    client = sign_in(login="hanako")
    with database.transaction() as session:
        ours, other = an_opinion(session, "窓口を増やして。"), an_opinion(session, "駅前に箱を。")
        section = sections.add_section(session, "tokyo", "広報課", actor=admin)
        me = session.scalar(sa.text("SELECT id FROM staff WHERE login = 'hanako'"))
        sections.set_members(session, section.id, [me], actor=admin)
    form = {"case": [f"{ours}:1"], "new_section": str(section.id)}
    client.post_form("/staff/cases/bulk", form, page_url="/staff/cases")
    with database.reading() as session:
        assert session.get_one(Case, ours).section_id == section.id
        assert session.get_one(Case, other).section_id is None
    text = text_of(client.page("/staff/cases?flag=section"))
    assert "窓口を増やして" in text
    assert "駅前に箱を" not in text
    assert "広報課" in text
