"""Sign-in: who gets in, who is slowed down, and when a session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, Type, extract_parameters
from flask import Flask

from feedback.accounts import guard, passwords
from feedback.accounts import service as accounts
from feedback.accounts.models import Role, SignInFailure, Staff, staff_by_login
from feedback.audit.models import AuditEntry
from feedback.storage import Database, utc_now
from tests.conftest import PASSWORD
from tests.strict_client import StrictClient

SignIn = Callable[..., StrictClient]
PAGE = "/staff/sign-in"
WRONG = "職員IDまたはパスワードが正しくありません。"
WAIT = "しばらく時間をおいてから"


@pytest.fixture
def suzuki(database: Database) -> int:
    with database.transaction() as session:
        staff = accounts.add_staff(
            session,
            login="Suzuki",
            name="鈴木",
            password=PASSWORD,
            actor=None,
            must_change_password=False,
        )
        accounts.give_role(session, staff, Role.ADMINISTRATOR, "tokyo", actor=None)
        return staff.id


def attempt(
    client: StrictClient, password: str, *, login: str = "suzuki", network: str = "192.0.2.1"
) -> str:
    answer = client.post_form(
        PAGE, {"login": login, "password": password}, environ_base={"REMOTE_ADDR": network}
    )
    return "in" if answer.status_code == 302 else answer.text


def is_inside(client: StrictClient) -> bool:
    return PAGE not in client.get("/staff/password").headers.get("Location", "")


def test_a_login_is_the_same_in_any_case(client: StrictClient, suzuki: int) -> None:
    assert attempt(client, PASSWORD, login=" SUZUKI ") == "in"


@pytest.mark.parametrize("login", ["suzuki", "nobody", "suz\0uki", "ｓｕｚｕｋｉ", "' OR 1=1 --"])
def test_a_wrong_login_and_a_wrong_password_read_the_same(
    client: StrictClient, suzuki: int, login: str
) -> None:
    assert WRONG in attempt(client, "wrong password", login=login)
    assert not is_inside(client)


def test_eight_failures_close_the_door_even_to_the_right_password(
    client: StrictClient, suzuki: int
) -> None:
    for _ in range(accounts.FAILURES_ALLOWED):
        assert WRONG in attempt(client, "wrong")
    assert WAIT in attempt(client, PASSWORD)


def test_nobody_can_lock_a_colleague_out(
    client: StrictClient, suzuki: int, database: Database
) -> None:
    for _ in range(accounts.FAILURES_ALLOWED + 1):
        attempt(client, "wrong")
    assert attempt(client, PASSWORD, network="198.51.100.7") == "in"
    assert WRONG in attempt(client, "wrong", login="another"), "another login, the same network"


def test_the_door_opens_again_after_a_while(
    client: StrictClient, suzuki: int, database: Database
) -> None:
    for _ in range(accounts.FAILURES_ALLOWED):
        attempt(client, "wrong")
    with database.transaction() as session:
        long_ago = utc_now() - accounts.FAILURE_WINDOW - timedelta(seconds=1)
        session.execute(sa.update(SignInFailure).values(at=long_ago))
    assert attempt(client, PASSWORD) == "in"


def test_failures_store_neither_login_nor_network(
    client: StrictClient, suzuki: int, database: Database
) -> None:
    attempt(client, "wrong")
    with database.reading() as session:
        source = session.scalars(sa.select(SignInFailure.source)).one()
    assert len(source) == 64
    assert "suzuki" not in source
    assert "192.0.2.1" not in source


def test_passwords_cost_at_least_what_owasp_asks_for(real_hasher: PasswordHasher) -> None:
    """19 MiB and two rounds: OWASP Password Storage Cheat Sheet, Argon2id."""
    used = extract_parameters(real_hasher.hash(PASSWORD))
    assert used.type is Type.ID
    assert used.memory_cost >= 19 * 1024
    assert used.time_cost >= 2


def test_a_password_kept_at_another_cost_is_hashed_anew_at_sign_in(
    client: StrictClient, suzuki: int, database: Database
) -> None:
    with database.transaction() as session:
        old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
        session.get_one(Staff, suzuki).password_hash = old
    assert attempt(client, PASSWORD) == "in"
    with database.reading() as session:
        new = session.get_one(Staff, suzuki).password_hash
    assert extract_parameters(new).memory_cost == 8
    assert passwords.verifies(new, PASSWORD)


def test_a_sign_in_is_audited_and_a_failure_is_not(
    client: StrictClient, suzuki: int, database: Database
) -> None:
    attempt(client, "wrong")
    attempt(client, PASSWORD)
    with database.reading() as session:
        events = session.scalars(sa.select(AuditEntry.event)).all()
    assert events.count("accounts.signed_in") == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/staff/",
        "//evil.example/staff",
        "/\\evil.example",
        "\\\\evil.example",
        "/staff\\@evil.example",
        "javascript:alert(1)",
        "https:/staff",
        "/elsewhere",
        "staff/audit",
        "",
        "/staff/\r\nSet-Cookie: x=1",
    ],
)
def test_the_way_on_never_leads_off_the_site(
    client: StrictClient, suzuki: int, target: str
) -> None:
    answer = client.post_form(
        PAGE, {"login": "suzuki", "password": PASSWORD}, query_string={"next": target}
    )
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith("/staff/")
    assert "\n" not in location
    assert "\\" not in location


def test_after_sign_in_one_gets_the_page_one_asked_for(client: StrictClient, suzuki: int) -> None:
    sent = client.get("/staff/audit?event=accounts.signed_in").headers["Location"]
    assert sent.startswith(f"{PAGE}?next=")
    answer = client.post_form(sent, {"login": "suzuki", "password": PASSWORD})
    assert answer.headers["Location"] == "/staff/audit?event=accounts.signed_in"


def test_a_session_ends_after_its_hours(
    sign_in: SignIn, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    assert is_inside(client)
    hours = timedelta(hours=app.extensions["meyasubako_settings"].session_hours)
    later = utc_now() + hours + timedelta(seconds=1)
    monkeypatch.setattr(guard, "utc_now", lambda: later)
    assert not is_inside(client)


def test_a_clock_set_back_does_not_keep_a_session(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    earlier = utc_now() - timedelta(days=1)
    monkeypatch.setattr(guard, "utc_now", lambda: earlier)
    assert not is_inside(client)


def test_a_change_of_password_ends_the_other_sessions(
    sign_in: SignIn, app: Flask, database: Database
) -> None:
    here = sign_in(Role.STAFF, login="two-places")
    there = app.test_client()
    assert isinstance(there, StrictClient)
    there.post_form(PAGE, {"login": "two-places", "password": PASSWORD})
    assert is_inside(there)
    new = "new horse battery"
    here.post_form("/staff/password", {"current": PASSWORD, "new": new, "again": new})
    assert is_inside(here)
    assert not is_inside(there)


@pytest.mark.parametrize(
    ("current", "new", "again", "message"),
    [
        ("wrong", "new horse battery", "new horse battery", "今のパスワードが正しくありません。"),
        (PASSWORD, "short", "short", "12文字以上にしてください。"),
        (PASSWORD, "new horse battery", "other", "同じものを入力してください。"),
        (PASSWORD, PASSWORD, PASSWORD, "違うパスワードを入力してください。"),
    ],
)
def test_a_password_is_changed_only_by_the_rules(
    sign_in: SignIn, current: str, new: str, again: str, message: str
) -> None:
    client = sign_in(Role.STAFF)
    answer = client.post_form("/staff/password", {"current": current, "new": new, "again": again})
    assert message in answer.text


def test_a_deleted_account_is_out_at_once(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.STAFF, login="gone")
    with database.transaction() as session:
        staff = staff_by_login(session, "gone")
        assert staff is not None
        session.delete(staff)
    assert not is_inside(client)


def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    client = sign_in(Role.STAFF)
    client.post_form("/staff/sign-out", {}, page_url="/staff/password")
    assert not is_inside(client)


def test_a_forged_session_opens_nothing(app: Flask, client: StrictClient, suzuki: int) -> None:
    client.set_cookie("meyasubako", "eyJzdGFmZl9pZCI6MX0.aaaa.bbbb")
    assert not is_inside(client)


def test_a_role_taken_ends_with_the_next_page(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.ADMINISTRATOR, login="until-now")
    assert client.get("/staff/audit").status_code == 200
    with database.transaction() as session:
        session.execute(sa.text("DELETE FROM memberships"))
    assert client.get("/staff/audit").status_code == 403


@pytest.mark.parametrize(
    "url", ["/staff/sign-in", "/staff/password", "/staff/members/new", "/staff/audit"]
)
def test_a_form_without_its_token_gets_a_page_that_says_what_to_do(
    sign_in: SignIn, url: str
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    answer = client.post(url, data={"login": "x", "csrf_token": "stale"})
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert "前のページに戻り、もう一度お試しください。" in answer.text


def test_what_staff_see_is_kept_in_no_cache(sign_in: SignIn, client: StrictClient) -> None:
    assert sign_in(Role.ADMINISTRATOR).get("/staff/audit").headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts(client: StrictClient, suzuki: int) -> None:
    answer = client.post_form(PAGE, {"login": "suzuki", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
