"""Other systems send opinions: with a token, once each, and told exactly what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from sqlalchemy import select
from werkzeug.test import TestResponse

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake.models import Channel, Contact, Submission, SubmissionWords
from feedback.storage import Database, utc_now
from tests.builders import CALL_SLUG, a_call
from tests.strict_client import StrictClient

ONE = f"/api/v1/calls/{CALL_SLUG}/submissions"
BATCH = f"{ONE}/batch"
Send = Callable[..., TestResponse]


def an_opinion(**changes: Any) -> dict[str, Any]:
    return {
        "external_id": "denwa-0001",
        "body": "窓口の混雑をスマートフォンで見られるようにしてください。",
        "initiative": "tokyo-gyosei-dx",
        "kind": "request",
        "channel": "phone",
        **changes,
    }


@pytest.fixture
def secret(database: Database, sign_in: Callable[..., StrictClient]) -> str:
    """The secret of a token for Tokyo, copied from the page that shows it once."""
    with database.transaction() as session:
        a_call(session)
    administrator = sign_in(Role.ADMINISTRATOR, "tokyo")
    page = administrator.post_form(
        "/staff/api-tokens",
        {"name": "コールセンター", "government": "tokyo", "days": "90"},
    )
    found = next(word for word in page.text.replace("<", " <").split() if "meyasu_" in word)
    return found[found.index("meyasu_") :]


@pytest.fixture
def send(client: StrictClient, secret: str, description: dict[str, Any]) -> Send:
    """Send JSON with the token; every answer is held against the description."""

    def send(url: str, value: Any, **more: Any) -> TestResponse:
        headers = more.pop("headers", {"Authorization": f"Bearer {secret}"})
        answer = client.post(url, json=value, headers=headers, **more)
        path = "/api/v1/calls/{slug}/submissions" + ("/batch" if url == BATCH else "")
        told = description["paths"][path]["post"]["responses"][str(answer.status_code)]
        schema = next(iter(told["content"].values()))["schema"]
        Draft202012Validator({**schema, "components": description["components"]}).validate(
            answer.json
        )
        return answer

    return send


@pytest.fixture
def description(client: StrictClient) -> dict[str, Any]:
    """The OpenAPI description, as a stranger reads it."""
    found = client.get("/api/v1/openapi.json").json
    assert isinstance(found, dict)
    return found


def stored(database: Database) -> list[Submission]:
    with database.reading() as session:
        return list(session.scalars(select(Submission).order_by(Submission.id)))


def test_the_description_is_valid_and_names_every_route(
    app: Flask, description: dict[str, Any]
) -> None:
    validate(description)
    routes = {
        rule.rule.replace("<slug>", "{slug}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.describe"
    }
    assert routes == set(description["paths"])


def test_an_opinion_is_stored_with_its_channel_and_gets_a_receipt(
    database: Database, send: Send, client: StrictClient, work: Callable[[], int]
) -> None:
    said_at = datetime(2026, 10, 1, 0, 30, tzinfo=UTC)
    answer = send(
        ONE,
        an_opinion(
            received_at="2026-10-01T09:30:00+09:00",
            municipality="131130",
            age_band="70s",
            contact={"name": "見本 花子", "email": "hanako@example.jp"},
        ),
    )
    assert answer.status_code == 201
    told = answer.json
    assert told is not None
    (submission,) = stored(database)
    assert (submission.channel, submission.received_at) == (Channel.PHONE, said_at)
    assert submission.government_slug == "tokyo"
    with database.reading() as session:
        assert session.scalar(select(sa.func.count()).select_from(Contact)) == 1
    work()
    assert told["receipt_number"] in client.get(told["status_url"]).text


def test_the_same_id_sent_again_gives_the_same_receipt(database: Database, send: Send) -> None:
    first, second = send(ONE, an_opinion()), send(ONE, an_opinion(body="書き直した本文です。"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json is not None
    assert second.json is not None
    assert first.json["receipt_number"] == second.json["receipt_number"]
    assert (first.json["repeated"], second.json["repeated"]) == (False, True)
    assert len(stored(database)) == 1


def test_a_batch_is_stored_each_by_itself_and_again_without_doubles(
    database: Database, send: Send
) -> None:
    items = [an_opinion(external_id=f"id-{at}", body=f"{at}番目の意見です。") for at in range(5)]
    items[2]["initiative"] = "saitama-dx"
    answer = send(BATCH, {"items": items}).json
    assert answer is not None
    assert [each["external_id"] for each in answer["refused"]] == ["id-2"]
    assert answer["refused"][0]["problems"][0]["field"] == "initiative"
    again = send(BATCH, {"items": items}).json
    assert again is not None
    assert all(each["repeated"] for each in again["stored"])
    assert len(stored(database)) == 4


def test_the_audit_log_names_the_system_and_no_words(database: Database, send: Send) -> None:
    send(ONE, an_opinion())
    with database.reading() as session:
        query = select(AuditEntry).where(AuditEntry.event == "intake.api_received")
        (entry,) = session.scalars(query)
    assert entry.actor_name == "外部連携：コールセンター"
    assert entry.details == {"call": CALL_SLUG, "rows": 1, "token": "コールセンター"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"body": ""}, "body"),
        ({"body": "あ" * 4_001}, "body"),
        ({"kind": "complaint"}, "kind"),
        ({"channel": "form"}, "channel"),
        ({"municipality": "13113"}, "municipality"),
        ({"municipality": "011002"}, "municipality"),
        ({"received_at": "2026-10-01T09:30:00"}, "received_at"),
        ({"received_at": (utc_now() + timedelta(days=2)).isoformat()}, "received_at"),
        ({"language": "fr"}, "language"),
        ({"contact": {"email": "どこか"}}, "contact_email"),
        ({"age": "70s"}, "age"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_stored(
    database: Database, send: Send, changes: dict[str, Any], field: str
) -> None:
    answer = send(ONE, an_opinion(**changes))
    assert answer.status_code == 422
    assert answer.json is not None
    assert [each["field"] for each in answer.json["problems"]] == [field]
    assert stored(database) == []


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer meyasu_wrong"}, {"Authorization": "Basic abc"}]
)
def test_without_a_good_token_nothing_is_told(
    database: Database, send: Send, headers: dict[str, str]
) -> None:
    answer = send(ONE, an_opinion(), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert stored(database) == []


def test_a_revoked_or_expired_token_is_no_good(
    database: Database, send: Send, sign_in: Callable[..., StrictClient]
) -> None:
    with database.transaction() as session:
        session.execute(sa.text("UPDATE api_tokens SET expires_on = '2020-01-01'"))
    assert send(ONE, an_opinion()).status_code == 401
    with database.transaction() as session:
        session.execute(sa.text("UPDATE api_tokens SET expires_on = '2099-01-01'"))
    assert send(ONE, an_opinion()).status_code == 201
    administrator = sign_in(Role.ADMINISTRATOR, "tokyo")
    administrator.post_form("/staff/api-tokens/1/revoke", {}, page_url="/staff/api-tokens")
    assert send(ONE, an_opinion(external_id="another")).status_code == 401
    assert "無効" in administrator.get("/staff/api-tokens").text


def test_an_administrator_makes_and_ends_tokens_of_the_own_government_only(
    secret: str, sign_in: Callable[..., StrictClient]
) -> None:
    other = sign_in(Role.ADMINISTRATOR, "chiba")
    assert "meyasu_" not in other.get("/staff/api-tokens").text
    answer = other.post_form("/staff/api-tokens/1/revoke", {}, page_url="/staff/api-tokens")
    assert answer.status_code == 404
    refused = other.post_form(
        "/staff/api-tokens", {"name": "よそ", "government": "tokyo", "days": "90"}
    )
    assert "自治体を選んでください" in refused.text


def test_the_secret_is_kept_nowhere(database: Database, secret: str) -> None:
    with database.reading() as session:
        row = session.execute(sa.text("SELECT * FROM api_tokens")).one()
        entries = [str(each.details) for each in session.scalars(select(AuditEntry))]
    assert all(secret not in str(value) for value in [*row, *entries])


def test_a_call_that_is_closed_or_unknown_says_so(
    database: Database, send: Send, client: StrictClient, secret: str
) -> None:
    with database.transaction() as session:
        session.execute(sa.text("UPDATE calls SET closes_at = '2026-05-01 00:00:00'"))
    assert send(ONE, an_opinion()).status_code == 409
    headers = {"Authorization": f"Bearer {secret}"}
    assert (
        client.post(
            "/api/v1/calls/none/submissions", json=an_opinion(), headers=headers
        ).status_code
        == 404
    )
    assert client.get("/api/v1/calls", headers=headers).json == {"calls": []}


def test_what_is_no_json_is_refused_in_words(
    client: StrictClient, secret: str, database: Database
) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    broken = client.post(ONE, data=b"{", content_type="application/json", headers=headers)
    assert (broken.status_code, broken.json["status"] if broken.json else 0) == (400, 400)
    form = client.post(ONE, data={"body": "x"}, headers=headers)
    assert form.status_code == 415
    with database.reading() as session:
        assert session.scalar(select(sa.func.count()).select_from(SubmissionWords)) == 0


def test_the_list_of_calls_offers_the_own_initiatives(client: StrictClient, secret: str) -> None:
    answer = client.get("/api/v1/calls", headers={"Authorization": f"Bearer {secret}"}).json
    assert answer is not None
    (call,) = answer["calls"]
    offered = {each["value"] for each in call["initiatives"]}
    assert "tokyo-gyosei-dx" in offered
    assert not any(each.startswith("saitama") for each in offered)
    assert "form" not in {each["value"] for each in call["channels"]}
