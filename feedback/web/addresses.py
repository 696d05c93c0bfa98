"""Addresses that a request names."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(target: str | None, default: str) -> str:
    """A staff page of this site, else the default: no address may lead elsewhere."""
    parts = urlsplit(target or "")
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith("/staff")
    is_plain = (target or "").isprintable() and "\\" not in (target or "")
    return target if target and is_own and is_plain else default
