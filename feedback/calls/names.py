"""The names of governments for every template, by slug."""

from __future__ import annotations

from flask import Flask, g

from feedback.calls.models import all_governments
from feedback.web.database import reading


def init_app(app: Flask) -> None:
    """Register the filters ``government_name``（東京都）and ``government_short``（東京）."""
    app.add_template_filter(government_name, "government_name")
    app.add_template_filter(government_short, "government_short")


def government_name(slug: str | None) -> str:
    """The full name; a dash for none, the slug itself when it is unknown."""
    return _names().get(slug, (slug, slug))[0] if slug else "—"


def government_short(slug: str | None) -> str:
    """The name without 都 or 県; a dash for none, the slug itself when it is unknown."""
    return _names().get(slug, (slug, slug))[1] if slug else "—"


def _names() -> dict[str, tuple[str, str]]:
    """Slug → name and short name, read once per request."""
    if "government_names" not in g:
        with reading() as session:
            g.government_names = {
                each.slug: (each.name, each.short_name) for each in all_governments(session)
            }
    names: dict[str, tuple[str, str]] = g.government_names
    return names
