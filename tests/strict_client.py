"""A test client that reads every page as a strict browser would.

Each HTML answer must be valid HTML with a language, a title, one h1, unique ids, a label for every
field, no inline script or style, and the security headers.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}


def parse(text: str) -> Element:
    """Parse HTML; any error that a validator would report fails the test."""
    parser = html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False, strict=False
    )
    tree: Element = parser.parse(text)
    assert not parser.errors, [(position, code, data) for position, code, data in parser.errors[:5]]
    return tree


def text_of(element: Element) -> str:
    """All text inside an element."""
    return "".join(element.itertext()).strip()


def check_page(tree: Element) -> None:
    """Fail when the page lacks what every page must have."""
    assert tree.get("lang"), "no lang on <html>"
    title = tree.find(".//title")
    assert title is not None, "no title"
    assert text_of(title), "an empty title"
    assert len(tree.findall(".//h1")) == 1, "not exactly one h1"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), sorted({each for each in ids if ids.count(each) > 1})
    for element in tree.iter():
        assert element.get("style") is None, f"inline style on {element.tag}"
        handlers = [name for name in element.attrib if str(name).startswith("on")]
        assert not handlers, f"inline handler {handlers} on {element.tag}"
    for script in tree.iter("script"):
        assert script.get("src"), "inline script"
    assert tree.find(".//style") is None, "inline style sheet"
    _check_labels(tree)


def _check_labels(tree: Element) -> None:
    targets = {label.get("for") for label in tree.iter("label")}
    wrapped = {id(field) for label in tree.iter("label") for field in label.iter()}
    for field in tree.iter():
        if field.tag not in LABELLED or field.get("type") in UNLABELLED_TYPES:
            continue
        is_labelled = (
            field.get("id") in targets
            or id(field) in wrapped
            or field.get("aria-label")
            or field.get("aria-labelledby")
        )
        assert is_labelled, f"no label for {field.tag} {field.get('name')}"


class StrictClient(FlaskClient):
    """The client; use ``get`` and ``post`` as usual, and ``post_form`` for forms with CSRF."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request and check the answer when it is a page."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            check_page(parse(response.text))
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        return response

    def page(self, url: str) -> Element:
        """GET a page that must be there, parsed."""
        response = self.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return parse(response.text)

    def post_form(
        self, url: str, data: dict[str, Any], *, page_url: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Open the page with the form, take its CSRF token, and send the form."""
        tree = self.page(page_url or url)
        token = tree.find(".//input[@name='csrf_token']")
        assert token is not None, f"no CSRF token on {page_url or url}"
        return self.post(url, data={"csrf_token": token.get("value"), **data}, **kwargs)
