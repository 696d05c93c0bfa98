"""``make screenshots``: the pictures of README and of the guides, taken of the demo as it is.

Full colour is not needed for flat pages: a palette makes each picture a quarter as large.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from feedback.demo.people import PASSPHRASE
from tests.browser.conftest import ARGUMENTS
from tests.browser.people import sign_in
from tests.browser.site import Site, a_demo
from tests.conftest import migrated
from tests.processes import ROOT
from tools.find_browser import find

FOLDER = ROOT / "docs" / "screenshots"
PHONE, DESK = 375, 1280
HEIGHTS = {PHONE: 812, DESK: 900}
COLOURS = 128

#: File name → the address (a query gives its number), how wide, and who looks.
PICTURES = {
    "home-phone": ("/", PHONE, None),
    "form-phone": ("/calls/shin-tosei/opinion", PHONE, None),
    "status-phone": ("/status/{answered}", PHONE, None),
    "themes": ("/calls/shin-tosei/themes", DESK, None),
    "theme-and-answer": ("/calls/shin-tosei/themes/{theme}", DESK, None),
    "queue": ("/staff/cases", DESK, "tokyo-staff"),
    "queue-phone": ("/staff/cases", PHONE, "tokyo-staff"),
    "case": ("/staff/cases/{case}", DESK, "tokyo-staff"),
    "theme-workshop": ("/staff/themes/{theme}", DESK, "tokyo-approver"),
    "review": ("/staff/themes/{reviewed}/review", DESK, "tokyo-approver"),
    "learning": ("/staff/themes/learning", DESK, "tokyo-approver"),
    "copies": ("/staff/cases/{copied}/copies", DESK, "tokyo-staff"),
    "masks": ("/staff/cases/{masked}/masks", DESK, "tokyo-staff"),
    "tasks": ("/staff/tasks", DESK, "tokyo-approver"),
    "coverage": ("/staff/coverage", DESK, "tokyo-approver"),
    "paper": ("/staff/paper", DESK, "tokyo-staff"),
    "import": ("/staff/imports/new", DESK, "tokyo-staff"),
    "report": ("/staff/reports/{report}", DESK, "tokyo-cio"),
}
NUMBERS = {
    "theme": (
        "SELECT theme_id FROM answers WHERE state = 'published' AND government_slug = 'tokyo'"
    ),
    "answered": (
        "SELECT receipt_number FROM cases JOIN submissions ON id = submission_id"
        " WHERE status = 'answered' ORDER BY id DESC LIMIT 1"
    ),
    "case": (
        "SELECT submission_id FROM cases"
        " WHERE status = 'reading' AND government_slug = 'tokyo' ORDER BY submission_id LIMIT 1"
    ),
    "reviewed": (
        "SELECT theme_id FROM assignments WHERE decided_by IS NULL AND theme_id IS NOT NULL"
        " GROUP BY theme_id ORDER BY count(*) DESC LIMIT 1"
    ),
    "copied": (
        "SELECT submission_id FROM cases WHERE copies IS NOT NULL AND government_slug = 'tokyo'"
        " ORDER BY copies DESC LIMIT 1"
    ),
    "masked": (
        "SELECT submission_id FROM cases WHERE has_personal_data AND government_slug = 'tokyo'"
        " ORDER BY submission_id LIMIT 1"
    ),
    "report": (
        "SELECT id FROM reports WHERE state = 'approved' AND government_slug = 'tokyo'"
        " ORDER BY month DESC LIMIT 1"
    ),
}


def main() -> int:
    """Load a fresh demo, look at it, keep the pictures; the exit status."""
    path = find()
    if path is None:
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{Path(folder) / 'demo.sqlite3'}"
        migrated(url)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with a_demo(url, Path(folder)) as site:
            take_all(site, browser)
        browser.close()
    return 0


def take_all(site: Site, browser: Browser) -> None:
    """Every picture, with one sign-in for each person."""
    with site.database.reading() as session:
        numbers = {name: session.scalar(sa.text(query)) for name, query in NUMBERS.items()}
    states: dict[str | None, Any] = {None: None}
    for name, (address, width, login) in PICTURES.items():
        if login not in states:
            states[login] = state_of(site, browser, login)
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="ja-JP",
            storage_state=states[login],
        )
        page = context.new_page()
        page.goto(site.url + address.format(**numbers))
        page.wait_for_load_state("networkidle")
        keep(page.screenshot(), FOLDER / f"{name}.png")
        context.close()


def state_of(site: Site, browser: Browser, login: str | None) -> Any:
    """The cookies of a person who has signed in."""
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    sign_in(page, site, login or "", PASSPHRASE)
    state = context.storage_state()
    context.close()
    return state


def keep(picture: bytes, path: Path) -> None:
    """Store a picture with a palette."""
    with Image.open(io.BytesIO(picture)) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
