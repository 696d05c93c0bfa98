"""Acts that are taken back: by the one who did them, once, and only while nothing changed since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.accounts.models import Role, staff_by_login
from feedback.audit.models import EntryFilter
from feedback.audit.service import list_entries
from feedback.storage import Database
from feedback.undo import service as undo
from feedback.undo import views
from feedback.web.actor import Actor
from tests.strict_client import StrictClient


class Shelf:
    """A room of one shelf, whose acts add a name to it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def take_back(self, _session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
        if payload["name"] not in self.names:
            raise undo.CannotUndo(f"その後に{payload['name']}が変更されました。")
        self.names.remove(payload["name"])


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    """The shelf, known to the application."""
    shelf = Shelf()
    app.extensions[views.EXTENSION].register("shelf.put", shelf.take_back)
    return shelf


@pytest.fixture
def put(shelf: Shelf, database: Database) -> Callable[[str, str], int]:
    """Put a name on the shelf as the person with this login."""

    def put(login: str, name: str) -> int:
        with database.transaction() as session:
            staff = staff_by_login(session, login)
            assert staff is not None
            shelf.names.append(name)
            return undo.remember(
                session,
                "shelf.put",
                f"{name}を置きました",
                {"name": name},
                actor=Actor(staff.id, staff.name, {}),
            )

    return put


@pytest.fixture
def clerk(sign_in: Callable[..., StrictClient]) -> StrictClient:
    """One member of staff."""
    return sign_in(Role.STAFF, "tokyo", login="clerk")


def test_the_last_act_that_stands_is_taken_back_first(
    clerk: StrictClient, shelf: Shelf, put: Callable[[str, str], int]
) -> None:
    put("clerk", "一")
    put("clerk", "二")
    clerk.post_form("/staff/undo", {})
    assert shelf.names == ["一"]
    clerk.post_form("/staff/undo", {})
    assert shelf.names == []
    answer = clerk.post_form("/staff/undo", {}, follow_redirects=True)
    assert "取り消せる操作はありません" in answer.text


def test_a_named_act_is_taken_back_once(
    clerk: StrictClient, shelf: Shelf, put: Callable[[str, str], int], database: Database
) -> None:
    first = put("clerk", "一")
    put("clerk", "二")
    clerk.post_form("/staff/undo", {"act": str(first)})
    assert shelf.names == ["二"]
    again = clerk.post_form("/staff/undo", {"act": str(first)}, follow_redirects=True)
    assert "すでに取り消されています" in again.text
    with database.reading() as session:
        entries = list_entries(session, EntryFilter(frozenset(), event="undo.undone"), page=1)
    assert [entry.subject for entry in entries.rows] == [f"act:{first}"]


def test_what_was_changed_since_stays_and_the_reader_learns_why(
    clerk: StrictClient, shelf: Shelf, put: Callable[[str, str], int]
) -> None:
    put("clerk", "一")
    shelf.names.clear()
    answer = clerk.post_form("/staff/undo", {}, follow_redirects=True)
    assert "その後に一が変更されました" in answer.text
    shelf.names.append("一")
    clerk.post_form("/staff/undo", {})
    assert shelf.names == [], "a refusal leaves the act standing"


def test_nobody_takes_back_what_another_did(
    clerk: StrictClient,
    shelf: Shelf,
    put: Callable[[str, str], int],
    sign_in: Callable[..., StrictClient],
) -> None:
    act = put("clerk", "一")
    other = sign_in(Role.STAFF, "tokyo", login="other")
    answer = other.post_form("/staff/undo", {"act": str(act)})
    assert answer.status_code == 404
    assert shelf.names == ["一"]
    assert "一を置きました" not in other.get("/staff/undo").text
    assert "一を置きました" in clerk.get("/staff/undo").text


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", "/"])
def test_it_leads_back_to_a_staff_page_only(clerk: StrictClient, target: str) -> None:
    answer = clerk.post_form("/staff/undo", {"next": target})
    assert answer.headers["Location"] == "/staff/undo"
