"""The chain of audit entries and the page that shows it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.audit import labels
from feedback.audit import service as audit
from feedback.audit.models import AuditEntry
from feedback.storage import Database
from tests.strict_client import StrictClient, parse, text_of

SignIn = Callable[..., StrictClient]
TOUCHED = audit.declare("tests.touched", "さわった", "what")
PAGE = "/staff/audit"


def touch(database: Database, *whats: str, government: str | None = "tokyo") -> None:
    with database.transaction() as session:
        for what in whats:
            audit.record(
                session,
                TOUCHED,
                actor=None,
                subject=f"submission:{what}",
                government=government,
                what=what,
            )


def problems(database: Database) -> tuple[str, ...]:
    with database.reading() as session:
        return audit.verify(session).problems


def tamper(database: Database, statement: str) -> None:
    with database.transaction() as session:
        session.execute(sa.text(statement))


def rows(client: StrictClient, url: str = PAGE) -> list[str]:
    table = client.page(url).find(".//table[@id='entries']")
    return [] if table is None else [text_of(row) for row in table.findall("./tbody/tr")]


def test_an_untouched_chain_is_whole(database: Database) -> None:
    touch(database, "1", "2", "3")
    assert problems(database) == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "'別人'"),
        ("subject", "'submission:9'"),
        ("government", "NULL"),
        ("actor_id", "7"),
        ("event", "'tests.other'"),
        ("details", '\'{"what": "x"}\''),
        ("at", "'2020-01-01 00:00:00'"),
    ],
)
def test_a_change_of_any_column_is_found(database: Database, column: str, value: str) -> None:
    touch(database, "1", "2", "3")
    tamper(database, f"UPDATE audit_entries SET {column} = {value} WHERE id = 2")
    assert problems(database) == ("監査記録 2 が書き換えられています",)


def test_an_edit_with_its_hash_made_new_breaks_the_next_link(database: Database) -> None:
    touch(database, "1", "2", "3")
    with database.transaction() as session:
        entry = session.get_one(AuditEntry, 2)
        entry.actor_name = "別人"
        entry.hash = audit.entry_hash(entry)
    assert problems(database) == ("監査記録 3 が直前の記録につながっていません",)


def test_deleted_entries_are_named(database: Database) -> None:
    touch(database, "1", "2", "3", "4")
    tamper(database, "DELETE FROM audit_entries WHERE id IN (2, 3)")
    assert problems(database) == (
        "監査記録 2 から 3 が失われています",
        "監査記録 4 が直前の記録につながっていません",
    )


def test_details_must_be_the_declared_ones(database: Database) -> None:
    with database.transaction() as session, pytest.raises(ValueError, match=r"tests\.touched"):
        audit.record(session, TOUCHED, actor=None, subject="x", other="y")


def test_an_event_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared already"):
        audit.declare("tests.touched", "もう一度")


def test_writers_side_by_side_keep_one_chain(database: Database) -> None:
    def write(name: str) -> None:
        for number in range(10):
            touch(database, f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        found = audit.verify(session)
    assert found == audit.Verification(30, ())


def test_an_entry_is_kept_or_lost_with_the_change_it_tells_of(database: Database) -> None:
    def change_that_fails() -> None:
        with database.transaction() as session:
            audit.record(session, TOUCHED, actor=None, subject="x", what="x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_that_fails()
    with database.reading() as session:
        assert audit.verify(session).entries == 0


def test_the_page_shows_the_newest_first(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, "1", "2")
    newest, older = rows(client)[:2]
    assert "意見 2" in newest
    assert "さわった" in newest
    assert "what：2" in newest
    assert "意見 1" in older


def test_an_administrator_sees_their_own_governments_and_those_of_none(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.ADMINISTRATOR, "tokyo")
    touch(database, "11", government="tokyo")
    touch(database, "12", government="chiba")
    touch(database, "13", government=None)
    touch(database, "14", government="region")
    shown = " ".join(rows(client))
    assert "意見 11" in shown
    assert "意見 12" not in shown
    assert "意見 13" in shown
    assert "意見 14" in shown
    assert rows(client, f"{PAGE}?subject=submission:12") == []


def test_the_page_is_filtered_by_event_subject_and_name(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.ADMINISTRATOR, name="記録 係")
    touch(database, "1", "2", "1")
    assert len(rows(client, f"{PAGE}?subject=submission:1")) == 2
    assert len(rows(client, f"{PAGE}?event=tests.touched")) == 3
    assert len(rows(client, f"{PAGE}?event=accounts.signed_in&name=記録")) == 1
    assert rows(client, f"{PAGE}?name=%25") == []
    assert rows(client, f"{PAGE}?event=no.such") == []


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=９", "page=x", "page=99999999999"])
def test_a_page_number_that_is_none_is_the_first(
    sign_in: SignIn, database: Database, query: str
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, "1")
    assert rows(client, f"{PAGE}?{query}")


def test_nul_in_a_filter_is_ignored(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, "1")
    assert len(rows(client, f"{PAGE}?subject=submission%00:1")) == 1


def test_long_lists_have_pages_and_keep_their_filter(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, *(str(number) for number in range(60)))
    first = client.get(f"{PAGE}?event=tests.touched")
    assert "全60件中 1〜50件" in first.text
    assert "event=tests.touched&amp;page=2" in first.text
    assert len(rows(client, f"{PAGE}?event=tests.touched&page=2")) == 10


def test_the_button_says_that_the_chain_is_whole(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, "1", "2")
    answer = client.post_form(PAGE, {})
    assert "監査記録はつながっています" in answer.text


def test_the_button_names_the_broken_entries(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, *(str(number) for number in range(40)))
    tamper(database, "UPDATE audit_entries SET actor_name = '別人' WHERE id > 10")
    text = text_of(parse(client.post_form(PAGE, {}).text))
    assert "監査記録に問題があります" in text
    assert "監査記録 11 が書き換えられています" in text
    assert "監査記録 31 が" not in text
    assert "ほか" in text


def test_only_administrators_read_the_entries(sign_in: SignIn, client: StrictClient) -> None:
    for role in (Role.STAFF, Role.APPROVER, Role.CIO):
        assert sign_in(role).get(PAGE).status_code == 403
    assert "/staff/sign-in" in client.get(PAGE).headers["Location"]


def test_the_page_takes_few_queries(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    touch(database, *(str(number) for number in range(60)))
    selects: list[str] = []
    sa.event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_rest: selects.append(statement),
    )
    client.get(PAGE)
    # Guard: person, roles. Page: count, rows. Names of governments.
    assert len([each for each in selects if each.startswith("SELECT")]) <= 5


def test_details_are_told_in_japanese() -> None:
    assert labels.details_label({"role": "cio"}) == "役割：CIO"
    assert labels.details_label({"role": None, "rows": [1, 2]}) == "役割：なし、件数：1・2"
    assert labels.details_label({"content_hash": "ab" * 32}) == "内容の指紋：abababababab…"
    assert labels.subject_label("submission:12") == "意見 12"
    assert labels.subject_label("unknown:1") == "unknown:1"
