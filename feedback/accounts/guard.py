"""Before every request: who is it, and may they open this page?"""

from __future__ import annotations

from flask import Flask, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from feedback.accounts.models import Staff
from feedback.accounts.service import actor_of
from feedback.storage import utc_now
from feedback.web.actor import Actor, NotPermitted, current_actor, set_current_actor
from feedback.web.database import reading, settings
from feedback.web.permissions import PUBLIC, Permission, declared

STAFF_KEY = "staff_id"
EPOCH_KEY = "staff_epoch"
SINCE_KEY = "signed_in_since"
PASSWORD_PAGES = frozenset({"accounts.change_password", "accounts.sign_out", "static"})


def init_app(app: Flask) -> None:
    """Guard every route of the application."""
    app.before_request(_guard)
    app.after_request(_keep_out_of_caches)


def remember(staff: Staff) -> None:
    """Begin a session for a person who has just shown who they are."""
    session.clear()
    session[STAFF_KEY] = staff.id
    session[EPOCH_KEY] = staff.session_epoch
    session[SINCE_KEY] = utc_now().timestamp()


def forget() -> None:
    """End the session."""
    session.clear()
    set_current_actor(None)


def _guard() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    permission = declared(current_app.view_functions[request.endpoint])
    must_change = _load_actor()
    if permission == PUBLIC:
        return None
    actor = current_actor()
    if actor is None:
        return redirect(url_for("accounts.sign_in", next=_return_path()))
    if must_change and request.endpoint not in PASSWORD_PAGES:
        return redirect(url_for("accounts.change_password"))
    if not isinstance(permission, Permission) or not _holds(actor, permission):
        raise NotPermitted(f"{request.endpoint} asks for {permission}")
    return None


def _holds(actor: Actor, permission: Permission) -> bool:
    return permission is Permission.SIGNED_IN or actor.may(permission)


def _load_actor() -> bool:
    """Set the actor from the session; whether the person must change their password first."""
    set_current_actor(None)
    staff_id = session.get(STAFF_KEY)
    if staff_id is None:
        return False
    with reading() as database:
        staff = database.get(Staff, staff_id)
        if staff is None or not staff.is_active or not _is_fresh(staff):
            session.clear()
            return False
        set_current_actor(actor_of(database, staff))
        return staff.must_change_password


def _is_fresh(staff: Staff) -> bool:
    age_seconds = utc_now().timestamp() - float(session.get(SINCE_KEY, 0))
    is_recent = 0 <= age_seconds < settings().session_hours * 3600
    return is_recent and session.get(EPOCH_KEY) == staff.session_epoch


def _keep_out_of_caches(response: Response) -> Response:
    """What staff see is not for a shared computer's cache or its back button."""
    if current_actor() is not None and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _return_path() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
