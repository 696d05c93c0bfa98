"""Administrators manage staff: what they see, what they may change, and what stops them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from feedback.accounts import members
from feedback.accounts import service as accounts
from feedback.accounts.models import Role, Staff, memberships_of, staff_by_login
from feedback.audit.models import AuditEntry
from feedback.storage import Database
from feedback.web.actor import Actor
from feedback.web.permissions import Permission
from tests.conftest import PASSWORD
from tests.strict_client import StrictClient, parse, text_of

SignIn = Callable[..., StrictClient]
INITIAL_PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")


def a_person(database: Database, login: str, *roles: tuple[Role, str]) -> int:
    with database.transaction() as session:
        staff = accounts.add_staff(
            session,
            login=login,
            name=f"{login}さん",
            password=PASSWORD,
            actor=None,
            must_change_password=False,
        )
        for role, government in roles:
            accounts.give_role(session, staff, role, government, actor=None)
        return staff.id


def add(client: StrictClient, **changes: str) -> TestResponse:
    data = {
        "name": "神田 花子",
        "login": "Kanda.Hanako",
        "government": "tokyo",
        "role": "staff",
        **changes,
    }
    return client.post_form("/staff/members/new", data)


def roles_of(database: Database, staff_id: int) -> set[tuple[str, str]]:
    with database.reading() as session:
        return {
            (each.role.value, each.government_slug) for each in memberships_of(session, staff_id)
        }


def flashed(client: StrictClient, url: str) -> str:
    return text_of(client.page(url))


def test_a_new_member_signs_in_with_the_password_shown_once_and_must_change_it(
    sign_in: SignIn, client: StrictClient
) -> None:
    admin = sign_in(Role.ADMINISTRATOR)
    shown = add(admin, role="administrator")
    assert shown.headers["Cache-Control"] == "no-store"
    found = INITIAL_PASSWORD.search(shown.text)
    assert found is not None
    assert found[0] not in admin.get("/staff/members").text

    answer = client.post_form("/staff/sign-in", {"login": "kanda.hanako", "password": found[0]})
    assert answer.status_code == 302
    kept_away = client.get("/staff/")
    assert kept_away.headers["Location"].endswith("/staff/password")
    changed = client.post_form(
        "/staff/password",
        {"current": found[0], "new": "new horse battery", "again": "new horse battery"},
    )
    assert changed.headers["Location"].endswith("/staff/")
    assert not client.get("/staff/").headers["Location"].endswith("/staff/password")


def test_the_initial_password_cannot_be_kept(sign_in: SignIn, client: StrictClient) -> None:
    found = INITIAL_PASSWORD.search(add(sign_in(Role.ADMINISTRATOR)).text)
    assert found is not None
    client.post_form("/staff/sign-in", {"login": "kanda.hanako", "password": found[0]})
    answer = client.post_form(
        "/staff/password", {"current": found[0], "new": found[0], "again": found[0]}
    )
    assert "今のパスワードとは違うパスワードを入力してください。" in answer.text


def test_a_login_in_use_is_refused_with_what_was_typed_kept(
    sign_in: SignIn, database: Database
) -> None:
    admin = sign_in(Role.ADMINISTRATOR)
    add(admin)
    again = add(admin, name="神田 次郎")
    assert "すでに使われています" in again.text
    assert 'value="神田 次郎"' in again.text


@pytest.mark.parametrize("login", ["", "かんだ", "a b", "x" * 65, "=cmd"])
def test_a_login_that_cannot_be_typed_is_refused(
    sign_in: SignIn, database: Database, login: str
) -> None:
    answer = add(sign_in(Role.ADMINISTRATOR), login=login)
    assert answer.status_code == 200
    assert parse(answer.text).find(".//div[@class='error-summary']") is not None
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Staff)) == 1


def test_an_administrator_gives_roles_only_where_they_manage(
    sign_in: SignIn, database: Database
) -> None:
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    assert add(admin, government="saitama").status_code == 200
    assert add(admin, government="region").status_code == 200
    with database.reading() as session:
        assert staff_by_login(session, "kanda.hanako") is None


def test_the_list_shows_ones_own_people_and_those_without_a_role(
    sign_in: SignIn, database: Database
) -> None:
    a_person(database, "here", (Role.STAFF, "tokyo"))
    a_person(database, "elsewhere", (Role.STAFF, "chiba"))
    a_person(database, "nowhere")
    page = sign_in(Role.ADMINISTRATOR, "tokyo").get("/staff/members").text
    assert "hereさん" in page
    assert "nowhereさん" in page
    assert "elsewhereさん" not in page


def test_the_list_is_searched_by_name_or_login(sign_in: SignIn, database: Database) -> None:
    a_person(database, "suzuki", (Role.STAFF, "tokyo"))
    a_person(database, "100%", (Role.STAFF, "tokyo"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    assert "100%さん" not in admin.get("/staff/members?search=suzu").text
    assert "suzukiさん" not in admin.get("/staff/members?search=0%25").text
    assert "該当する職員はいません" in admin.get("/staff/members?search=%00nobody").text


def test_the_list_takes_few_queries(sign_in: SignIn, database: Database) -> None:
    for number in range(60):
        a_person(database, f"person{number:02}", (Role.STAFF, "tokyo"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    selects: list[str] = []
    sa.event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_rest: selects.append(statement),
    )
    page = admin.get("/staff/members?page=2")
    assert "全61件中 51〜61件" in page.text
    # Guard: person, roles. Page: count, rows, their roles. Names of governments.
    assert len([each for each in selects if each.startswith("SELECT")]) <= 6


def test_people_of_other_governments_do_not_exist_here(sign_in: SignIn, database: Database) -> None:
    other = a_person(database, "other", (Role.STAFF, "chiba"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    assert admin.get(f"/staff/members/{other}").status_code == 404
    for action in ("roles", "stop", "restart", "password"):
        answer = admin.post_form(
            f"/staff/members/{other}/{action}",
            {"government": "tokyo", "role": "staff"},
            page_url="/staff/members/new",
        )
        assert answer.status_code == 404, action
    assert roles_of(database, other) == {("staff", "chiba")}


def test_roles_are_given_and_taken(sign_in: SignIn, database: Database) -> None:
    person = a_person(database, "person", (Role.STAFF, "tokyo"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    url = f"/staff/members/{person}"
    given = admin.post_form(
        f"{url}/roles", {"government": "tokyo", "role": "approver"}, page_url=url
    )
    assert given.headers["Location"].endswith(url)
    assert roles_of(database, person) == {("staff", "tokyo"), ("approver", "tokyo")}
    assert "役割「承認者」を与えました。" in flashed(admin, url)
    with database.reading() as session:
        first = memberships_of(session, person)[0]
    admin.post_form(f"{url}/roles/{first.id}/take", {}, page_url=url)
    assert roles_of(database, person) == {("approver", "tokyo")}


def test_a_role_for_somebody_elses_government_is_refused(
    sign_in: SignIn, database: Database
) -> None:
    person = a_person(database, "person", (Role.STAFF, "tokyo"), (Role.STAFF, "chiba"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    url = f"/staff/members/{person}"
    admin.post_form(f"{url}/roles", {"government": "chiba", "role": "cio"}, page_url=url)
    with database.reading() as session:
        chiba = next(
            each for each in memberships_of(session, person) if each.government_slug == "chiba"
        )
    refused = admin.post_form(f"{url}/roles/{chiba.id}/take", {}, page_url=url)
    assert refused.status_code == 403
    assert roles_of(database, person) == {("staff", "tokyo"), ("staff", "chiba")}


def test_a_person_of_another_government_gets_a_role_by_login(
    sign_in: SignIn, database: Database
) -> None:
    person = a_person(database, "person", (Role.STAFF, "chiba"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    url = "/staff/members/existing"
    data = {"login": "nobody", "government": "tokyo", "role": "staff"}
    assert "登録されていません" in admin.post_form(url, data).text
    assert admin.post_form(url, {**data, "login": "PERSON"}).status_code == 302
    assert roles_of(database, person) == {("staff", "tokyo"), ("staff", "chiba")}


def test_whole_accounts_of_people_with_roles_elsewhere_are_left_alone(
    sign_in: SignIn, database: Database
) -> None:
    person = a_person(database, "person", (Role.STAFF, "tokyo"), (Role.APPROVER, "chiba"))
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    url = f"/staff/members/{person}"
    for action in ("stop", "password"):
        admin.post_form(f"{url}/{action}", {}, page_url=url)
        assert "管理していない自治体" in flashed(admin, url)
    with database.reading() as session:
        staff = session.get_one(Staff, person)
        assert staff.is_active
        assert not staff.must_change_password


def test_stopping_ends_the_persons_sessions_at_once(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    client = sign_in(Role.STAFF, "tokyo", login="stopped")
    assert client.get("/staff/password").status_code == 200
    with database.reading() as session:
        staff = staff_by_login(session, "stopped")
    assert staff is not None
    url = f"/staff/members/{staff.id}"
    admin.post_form(f"{url}/stop", {}, page_url=url)
    assert "/staff/sign-in" in client.get("/staff/password").headers["Location"]
    refused = client.post_form("/staff/sign-in", {"login": "stopped", "password": PASSWORD})
    assert "職員IDまたはパスワードが正しくありません。" in refused.text
    admin.post_form(f"{url}/restart", {}, page_url=url)
    assert "/staff/sign-in" in client.get("/staff/password").headers["Location"]
    again = client.post_form("/staff/sign-in", {"login": "stopped", "password": PASSWORD})
    assert again.status_code == 302


def test_a_reset_password_replaces_the_old_one_and_ends_sessions(
    sign_in: SignIn, database: Database
) -> None:
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    client = sign_in(Role.STAFF, "tokyo", login="forgetful")
    with database.reading() as session:
        staff = staff_by_login(session, "forgetful")
    assert staff is not None
    url = f"/staff/members/{staff.id}"
    shown = admin.post_form(f"{url}/password", {}, page_url=url)
    found = INITIAL_PASSWORD.search(shown.text)
    assert found is not None
    assert "/staff/sign-in" in client.get("/staff/password").headers["Location"]
    old = client.post_form("/staff/sign-in", {"login": "forgetful", "password": PASSWORD})
    assert old.status_code == 200
    new = client.post_form("/staff/sign-in", {"login": "forgetful", "password": found[0]})
    assert new.status_code == 302


def test_the_last_administrator_cannot_be_removed(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMINISTRATOR, "tokyo", login="last")
    a_person(database, "chiba-admin", (Role.ADMINISTRATOR, "chiba"))
    with database.reading() as session:
        last = staff_by_login(session, "last")
        assert last is not None
        held = memberships_of(session, last.id)[0]
    url = f"/staff/members/{last.id}"
    admin.post_form(f"{url}/roles/{held.id}/take", {}, page_url=url)
    assert "最後の管理者です" in flashed(admin, url)
    assert roles_of(database, last.id) == {("administrator", "tokyo")}
    second = a_person(database, "second", (Role.ADMINISTRATOR, "tokyo"))
    admin.post_form(f"/staff/members/{second}/stop", {}, page_url=f"/staff/members/{second}")
    admin.post_form(f"{url}/roles/{held.id}/take", {}, page_url=url)
    assert "最後の管理者です" in flashed(admin, url), "a stopped administrator does not count"


def test_nobody_stops_themselves(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMINISTRATOR, "tokyo", login="me")
    a_person(database, "second", (Role.ADMINISTRATOR, "tokyo"))
    with database.reading() as session:
        me = staff_by_login(session, "me")
    assert me is not None
    url = f"/staff/members/{me.id}"
    for action in ("stop", "password"):
        admin.post_form(f"{url}/{action}", {}, page_url="/staff/members/new")
        assert "自分自身の停止やパスワードの再発行はできません。" in flashed(admin, url)


def test_two_administrators_who_remove_each_other_leave_one(database: Database) -> None:
    ids = [a_person(database, name, (Role.ADMINISTRATOR, "tokyo")) for name in ("a", "b")]
    refusals: list[Exception] = []
    start = threading.Barrier(2)

    def remove(other: int, me: int) -> None:
        actor = Actor(me, "管理者", {Permission.MANAGE_STAFF: frozenset({"tokyo"})})
        start.wait()
        try:
            with database.transaction() as session:
                members.set_active(session, other, is_active=False, actor=actor)
        except members.LastAdministrator as error:
            refusals.append(error)

    threads = [threading.Thread(target=remove, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Staff.is_active)) == 1


def test_every_change_leaves_one_entry(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMINISTRATOR, "tokyo")
    person = a_person(database, "person", (Role.STAFF, "tokyo"))
    url = f"/staff/members/{person}"
    with database.reading() as session:
        before = session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
    for action in ("stop", "stop", "restart", "password"):
        admin.post_form(f"{url}/{action}", {}, page_url=url)
    with database.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.id > before).order_by(AuditEntry.id)
        ).all()
    assert [entry.event for entry in entries] == [
        "accounts.staff_deactivated",
        "accounts.staff_reactivated",
        "accounts.password_reset",
    ]
    assert {entry.subject for entry in entries} == {f"staff:{person}"}
    assert all(entry.details == {} for entry in entries), "the password is nowhere"


def test_the_pages_are_refused_to_those_who_do_not_manage(sign_in: SignIn) -> None:
    for role in (Role.STAFF, Role.APPROVER, Role.CIO):
        client = sign_in(role, "tokyo")
        assert client.get("/staff/members").status_code == 403
        assert client.get("/staff/members/new").status_code == 403


def test_initial_passwords_are_long_and_never_the_same() -> None:
    made = {members.initial_password() for _ in range(200)}
    assert len(made) == 200
    assert all(INITIAL_PASSWORD.fullmatch(each) for each in made)
