"""Staff confirm, add, question, narrow and lift masks, and take it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake import service as intake
from feedback.intake.unmasking import Reason
from feedback.screening import errors, marks
from feedback.screening import service as screening
from feedback.screening.changes import Decided
from feedback.screening.kinds import MarkState
from feedback.screening.marks import Selection, Typed, Verdict
from feedback.screening.models import Screening, marks_of, statements_of
from feedback.screening.page import masks_page
from feedback.storage import Database
from feedback.triage.asking import parse
from feedback.undo import service as undo
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from tests.screening.builders import stored
from tests.triage.builders import MECAB, an_actor, an_opinion

BODY = "窓口の予約を。\n担当は甲野乙彦、電話は090-1234-5678です。甲野乙彦までお願いします。"
LEAK = "甲野乙彦"


@pytest.fixture
def staff(database: Database) -> Actor:
    return an_actor(database)


@pytest.fixture
def approver(database: Database) -> Actor:
    return an_actor(database, "承認 花子", Role.APPROVER)


def an_opinion_in(database: Database, body: str = BODY, **facts: str) -> int:
    with database.transaction() as session:
        return an_opinion(session, body, **facts)


def select_text(database: Database, at: int, words: str, *, part: str = "body") -> Selection:
    """What a reader selects in the masked text."""
    with database.reading() as session:
        found = session.get_one(Screening, at)
        text = found.body if part == "body" else found.title
    start = text.index(words)
    return Selection(part, start, start + len(words), words)


def version_of(database: Database, at: int) -> int:
    with database.reading() as session:
        return session.get_one(Screening, at).version


def masked(database: Database, at: int) -> tuple[str, str, list[str]]:
    with database.reading() as session:
        found = session.get_one(Screening, at)
        return found.title, found.body, [each.text for each in statements_of(session, at)]


def add(
    database: Database,
    at: int,
    chosen: Selection | Typed,
    actor: Actor,
    kind: str = "name",
    version: int = 1,
) -> Decided:
    with database.transaction() as session:
        return marks.add(session, at, chosen, kind, version=version, actor=actor)


def decide(
    database: Database, at: int, verdict: Verdict, actor: Actor, version: int | None = None
) -> Decided:
    """Say the same of every mask."""
    version = version or version_of(database, at)
    with database.transaction() as session:
        wanted = {each.id: verdict for each in marks_of(session, at)}
        return marks.decide(session, at, wanted, version=version, actor=actor)


def events(database: Database, at: int) -> list[tuple[str, dict[str, object]]]:
    with database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.subject == f"submission:{at}")
        rows = session.scalars(query.order_by(AuditEntry.id)).all()
        return [(each.event, each.details) for each in rows]


def test_what_is_selected_in_the_masked_text_is_hidden_at_once_and_everywhere_behind(
    database: Database, staff: Actor, work: Callable[[], int]
) -> None:
    at = an_opinion_in(database)
    assert LEAK in masked(database, at)[1]
    start = BODY.index(LEAK)
    add(database, at, select_text(database, at, LEAK), staff)
    _, body, statements = masked(database, at)
    assert body.count(LEAK) == 1
    assert "担当は［氏名］、電話は［電話番号］です。" in body
    assert statements[0] in body
    with database.reading() as session:
        (mark,) = [each for each in marks_of(session, at) if each.kind == "name"]
        assert (mark.start, mark.end) == (start, start + len(LEAK))
    # The second one stands behind a mask: masked and own places differ there.
    add(database, at, select_text(database, at, LEAK), staff, version=2)
    assert LEAK not in "".join([masked(database, at)[1], *masked(database, at)[2]])
    assert any(LEAK[:2] in word for word in words_of(database, at))
    work()
    assert not any(LEAK[:2] in word for word in words_of(database, at))
    assert events(database, at)[-1] == (
        "screening.masks_added",
        {"kind": "name", "part": "body", "masks": 1},
    )


def words_of(database: Database, at: int) -> set[str]:
    with database.reading() as session:
        return {word for each in statements_of(session, at) for word in each.words}


def test_what_is_masked_is_not_found_by_the_search_any_more(
    database: Database, staff: Actor, work: Callable[[], int]
) -> None:
    from feedback.triage.filters import QueueFilter
    from feedback.triage.listing import read_queue

    at = an_opinion_in(database)

    def finds(query: str) -> bool:
        assert parse(query, MECAB).terms
        with database.reading() as session:
            found = read_queue(session, QueueFilter(query=query), MECAB, page=1, actor=staff)
            return at in [row.submission_id for row in found.page.rows]

    assert finds(LEAK)
    add(database, at, Typed(LEAK, everywhere=True), staff)
    work()
    assert not finds(LEAK)
    assert finds("予約")


@pytest.mark.parametrize(("everywhere", "left"), [(False, 1), (True, 0)])
def test_words_that_are_typed_are_hidden_once_or_wherever_they_stand(
    database: Database, staff: Actor, everywhere: bool, left: int
) -> None:
    at = an_opinion_in(database, title="甲野乙彦について")
    done = add(database, at, Typed(f" {LEAK}\r\n", everywhere=everywhere), staff)
    title, body, _ = masked(database, at)
    assert title == "［氏名］について"
    assert body.count(LEAK) == (0 if everywhere else 2)
    assert done.summary.startswith("3か所" if everywhere else "1か所")
    assert left == (body.count(LEAK) > 0)


@pytest.mark.parametrize(
    ("chosen", "kind", "error"),
    [
        (Typed(" "), "name", errors.SelectionRefused),
        (Typed("乙野"), "name", errors.WordsNotFound),
        (Typed("090-1234-5678"), "phone", errors.WordsNotFound),
        (Typed("［電話番号］"), "phone", errors.SelectionRefused),
        (Typed(LEAK), "", errors.KindRefused),
        (Typed(LEAK), "alias", errors.KindRefused),
        (Selection("body", 0, 2, "  "), "name", errors.SelectionRefused),
        (Selection("body", 5, 5, "x"), "name", errors.SelectionRefused),
        (Selection("body", 0, 2, "別の"), "name", errors.ScreeningChanged),
        (Selection("body", 9000, 9002, "窓口"), "name", errors.ScreeningChanged),
        (Selection("note", 0, 2, "窓口"), "name", errors.ScreeningChanged),
    ],
)
def test_what_cannot_be_hidden_is_said_and_nothing_changes(
    database: Database,
    staff: Actor,
    chosen: Selection | Typed,
    kind: str,
    error: type[errors.ScreeningError],
) -> None:
    at = an_opinion_in(database)
    before = masked(database, at)
    with pytest.raises(error):
        add(database, at, chosen, staff, kind)
    assert masked(database, at) == before
    assert version_of(database, at) == 1


def test_a_no_of_those_who_may_not_see_only_asks_for_a_second_look(
    database: Database, staff: Actor, approver: Actor
) -> None:
    at = an_opinion_in(database)
    before = masked(database, at)
    decide(database, at, Verdict.NO, staff)
    assert masked(database, at) == before
    with database.reading() as session:
        (mark,) = marks_of(session, at)
        assert (mark.state, mark.decided_by) == (MarkState.DOUBTED, staff.name)
    with pytest.raises(NotPermitted):
        decide(database, at, Verdict.LIFT, staff)
    decide(database, at, Verdict.LIFT, approver)
    assert "090-1234-5678" in masked(database, at)[1]
    decide(database, at, Verdict.YES, staff)
    assert masked(database, at) == before
    assert [event for event, _ in events(database, at)] == [
        "screening.masks_doubted",
        "screening.masks_lifted",
        "screening.masks_confirmed",
    ]
    assert all("090" not in str(details) for _, details in events(database, at))


def test_a_mask_is_narrowed_only_by_those_who_may_see(
    database: Database, staff: Actor, approver: Actor
) -> None:
    at = an_opinion_in(database)
    with database.reading() as session:
        (mark,) = marks_of(session, at)
    for actor, words, error in (
        (staff, "1234-5678", NotPermitted),
        (approver, "1234-9999", errors.WordsNotFound),
        (approver, " ", errors.WordsNotFound),
    ):
        with pytest.raises(error), database.transaction() as session:
            marks.narrow(session, at, mark.id, words, version=1, actor=actor)
    with database.transaction() as session:
        marks.narrow(session, at, mark.id, "1234-5678", version=1, actor=approver)
    assert "電話は090-［電話番号］です。" in masked(database, at)[1]


def test_every_change_can_be_taken_back_unless_somebody_went_on(
    database: Database, staff: Actor, approver: Actor
) -> None:
    at = an_opinion_in(database)
    before = masked(database, at)
    done = add(database, at, Typed(LEAK), staff)
    take_back(database, done, staff)
    assert masked(database, at) == before

    lifted = decide(database, at, Verdict.LIFT, approver)
    assert "090-1234-5678" in masked(database, at)[1]
    take_back(database, lifted, approver)
    assert masked(database, at) == before

    first = add(database, at, Typed(LEAK), staff, version=version_of(database, at))
    decide(database, at, Verdict.YES, approver)
    with pytest.raises(undo.CannotUndo):
        take_back(database, first, staff)


def take_back(database: Database, done: Decided, actor: Actor) -> None:
    from feedback.app import create_undoers

    with database.transaction() as session:
        undo.take_back(session, done.act_id, create_undoers(), actor=actor)


def test_two_people_never_overwrite_each_other(
    database: Database, staff: Actor, approver: Actor
) -> None:
    at = an_opinion_in(database)
    selection = select_text(database, at, LEAK)
    add(database, at, Typed(LEAK, everywhere=True), staff)
    with pytest.raises(errors.ScreeningChanged):
        add(database, at, selection, approver)
    with pytest.raises(errors.ScreeningChanged):
        decide(database, at, Verdict.NO, approver, version=1)


def test_another_government_sees_nothing(database: Database) -> None:
    at = an_opinion_in(database)
    stranger = an_actor(database, "千葉", Role.APPROVER, "chiba")
    staff = an_actor(database)
    with pytest.raises(NotFound), database.transaction() as session:
        marks.add(session, at, Typed(LEAK), "name", version=1, actor=stranger)
    with pytest.raises(NotFound), database.reading() as session:
        masks_page(session, at, actor=stranger)
    with pytest.raises(NotFound), database.transaction() as session:
        marks.decide(session, at, {987654: Verdict.YES}, version=1, actor=staff)


def test_the_page_shows_the_words_only_for_a_reason(
    database: Database, staff: Actor, approver: Actor
) -> None:
    at = an_opinion_in(database)
    with database.reading() as session:
        page = masks_page(session, at, actor=staff)
    assert "".join(piece.text for piece in page.texts["body"]) == masked(database, at)[1]
    assert (page.masks[0].before[-4:], page.masks[0].shown) == ("、電話は", "［電話番号］")
    assert page.masks[0].own is None
    assert "090-1234" not in repr(page)
    reason = Reason.given("masks", "")
    with pytest.raises(NotPermitted), database.transaction() as session:
        masks_page(session, at, reason=reason, actor=staff)
    with database.transaction() as session:
        shown = masks_page(session, at, reason=reason, actor=approver)
    assert shown.masks[0].own == "090-1234-5678"
    assert events(database, at) == [
        ("intake.words_unmasked", {"reason": "伏せる箇所を確かめるため"})
    ]


class Stumbles:
    """A tokenizer that cannot read anything."""

    name = "stumbles"
    version = "1"

    def tokens(self, text: str) -> list[object]:
        raise RuntimeError(text)


def test_a_text_that_could_not_be_read_is_masked_and_released_by_a_person(
    database: Database, staff: Actor, approver: Actor, work: Callable[[], int]
) -> None:
    with database.transaction() as session:
        at = stored(session, BODY).id
        words = intake.words_for_screening(session, [at])
        screening.screen(session, words, Stumbles())  # type: ignore[arg-type]
    assert LEAK not in masked(database, at)[1]
    with pytest.raises(NotPermitted):
        add(database, at, Typed(LEAK), staff)
    add(database, at, Typed(LEAK, everywhere=True), approver)
    add(database, at, Typed("090-1234-5678"), approver, "phone", version=2)
    assert "自動確認ができなかった" in masked(database, at)[1]
    with pytest.raises(NotPermitted), database.transaction() as session:
        marks.release(session, at, version=3, actor=staff)
    with database.transaction() as session:
        marks.release(session, at, version=3, actor=approver)
    _, body, _ = masked(database, at)
    assert "担当は［氏名］、電話は［電話番号］です。［氏名］まで" in body
    work()
    _, body, statements = masked(database, at)
    assert statements[0] == "窓口の予約を。" or len(statements) > 0
    assert not any(LEAK in each or "090" in each for each in statements)
