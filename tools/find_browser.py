"""Find the Chromium that the browser tests drive, or say how to get one.

``CHROMIUM`` names one; else Debian's ``chromium``, else the one that Playwright downloaded.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """The path of a Chromium; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__" and find() is None:
    sys.exit(
        "meyasubako: ブラウザの試験には Chromium が必要です。「apt install chromium」または"
        "「.venv/bin/playwright install chromium」を実行するか、CHROMIUM に場所を設定してください。"
        " / The browser tests need Chromium."
    )
