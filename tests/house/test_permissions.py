"""Every route, its methods and its permission, kept in routes.csv; and that they are enforced.

Addresses are printed on paper and in QR codes: a changed line here is a decision, not an accident.
After a wanted change: ``python -m tests.house.test_permissions`` writes the table anew.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from feedback.accounts.models import Role
from feedback.accounts.policy import ROLE_PERMISSIONS
from feedback.app import create_app
from feedback.settings import from_environment
from feedback.storage import Database
from feedback.web.permissions import PUBLIC, Permission, declared
from tests.strict_client import StrictClient

TABLE = Path(__file__).with_name("routes.csv")


def routes_of(app: Flask) -> list[tuple[str, str, str]]:
    """Route, method, permission."""
    return sorted(
        (rule.rule, method, str(declared(app.view_functions[rule.endpoint])))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def address(rule: Rule) -> str:
    """The route with something in place of its parts."""
    return re.sub(
        r"<(?:(\w+):)?\w+>", lambda part: "987654" if part[1] == "int" else "x", rule.rule
    )


def staff_rules(app: Flask) -> list[tuple[Rule, Permission]]:
    found = []
    for rule in app.url_map.iter_rules():
        permission = (
            None if rule.endpoint == "static" else declared(app.view_functions[rule.endpoint])
        )
        if isinstance(permission, Permission):
            found.append((rule, permission))
    return found


def test_the_table_holds_every_route(app: Flask) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        kept = [tuple(row) for row in csv.reader(file)][1:]
    assert routes_of(app) == kept, "python -m tests.house.test_permissions"


def test_whatever_is_below_staff_asks_for_a_permission(app: Flask) -> None:
    open_to_all = [
        route
        for route, _method, permission in routes_of(app)
        if route.startswith("/staff") and permission == PUBLIC
    ]
    assert set(open_to_all) == {"/staff/sign-in"}


def test_every_permission_is_asked_for_and_held_by_somebody(app: Flask) -> None:
    held = {each for permissions in ROLE_PERMISSIONS.values() for each in permissions}
    assert held == set(Permission)


def test_nobody_who_is_not_signed_in_opens_a_staff_page(app: Flask, client: StrictClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for rule, _permission in staff_rules(app):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 302, (rule.rule, method)
            assert "/staff/sign-in" in answer.headers["Location"], (rule.rule, method)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_the_policy_says_and_nothing_else(
    app: Flask, sign_in: Callable[..., StrictClient], role: Role
) -> None:
    client = sign_in(role)
    app.config["WTF_CSRF_ENABLED"] = False
    for rule, permission in staff_rules(app):
        may = permission in ROLE_PERMISSIONS[role]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if may and (method != "GET" or rule.endpoint == "accounts.sign_out"):
                continue
            answer = client.open(address(rule), method=method)
            assert (answer.status_code == 403) is not may, (rule.rule, method, answer.status_code)


def main() -> None:
    """Write the table anew."""
    settings = from_environment({"MEYASUBAKO_MODE": "demo", "DATABASE_URL": "sqlite://"})
    app = create_app(settings, Database("sqlite://"))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("route", "method", "permission"), *routes_of(app)])


if __name__ == "__main__":
    main()
