"""What every page shares: headers, error pages, page numbers."""

from __future__ import annotations

import pytest
from flask import Flask

from feedback.web.pagination import Page, page_number
from tests.strict_client import StrictClient


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, 1), ("", 1), ("3", 3), ("0", 1), ("-2", 1), ("２", 1), ("9" * 12, 1), ("1e3", 1)],
)
def test_anything_that_is_no_page_number_is_the_first(text: str | None, number: int) -> None:
    assert page_number(text) == number


def test_a_page_knows_where_it_stands() -> None:
    page = Page(rows=list(range(10)), number=3, size=20, total=50)
    assert (page.pages, page.first, page.last) == (3, 41, 50)
    assert page.has_previous
    assert not page.has_next
    empty: Page[int] = Page(rows=[], number=1, size=20, total=0)
    assert (empty.pages, empty.first, empty.last) == (1, 0, 0)


def test_page_links_keep_the_other_questions(app: Flask) -> None:
    page = Page(rows=[1], number=1, size=1, total=9)
    with app.test_request_context("/list?tag=a&tag=b&page=1"):
        assert page.url(2) == "/list?tag=a&tag=b&page=2"


def test_the_process_and_the_database_answer(client: StrictClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_every_answer_carries_the_security_headers(client: StrictClient) -> None:
    for url in ("/", "/no-such-page", "/staff/sign-in", "/healthz"):
        headers = client.get(url).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], url
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_error_pages_say_what_to_do_next(client: StrictClient) -> None:
    missing = client.get("/no-such-page")
    assert missing.status_code == 404
    assert "アドレスが正しいか確認してください。" in missing.text
    wrong_way = client.post("/healthz")
    assert wrong_way.status_code in {400, 405}
