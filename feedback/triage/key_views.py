"""The keys of triage: what each does, and whether letters alone do anything."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.triage.shared_views import blueprint
from feedback.web.addresses import own_path
from feedback.web.permissions import Permission, requires

COOKIE = "keys"
OFF = "off"
COOKIE_SECONDS = 365 * 24 * 3600


@blueprint.get("/keys")
@requires(Permission.READ_CASES)
def show_keys() -> str:
    """Each key and what it does."""
    return render_template("triage/show_keys.html", are_off=request.cookies.get(COOKIE) == OFF)


@blueprint.post("/keys")
@requires(Permission.READ_CASES)
def set_keys() -> Response:
    """Turn keys of a single letter off or on, in this browser（WCAG 2.1.4）."""
    off = request.form.get("keys") == OFF
    flash(f"1文字のキー操作を{'使わない' if off else '使う'}ようにしました。", "success")
    answer = redirect(own_path(request.form.get("next"), url_for("triage.show_keys")))
    answer.set_cookie(
        COOKIE,
        OFF if off else "on",
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return answer
