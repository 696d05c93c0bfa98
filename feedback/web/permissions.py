"""What a page asks of its reader; deny by default.

Views only *declare* (``@public`` or ``@requires(Permission.X)``). Who holds which permission is
decided in one place, ``accounts/policy.py``; enforcement happens before every request in
``accounts/guard.py``. A route that declares nothing is refused, and a test names it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a person may do. The value is also the name in the policy table of the docs."""

    SIGNED_IN = "signed_in"
    READ_CASES = "read_cases"
    TRIAGE_CASES = "triage_cases"
    EDIT_MASKS = "edit_masks"
    UNMASK_WORDS = "unmask_words"
    IMPORT_OPINIONS = "import_opinions"
    READ_THEMES = "read_themes"
    EDIT_THEMES = "edit_themes"
    DRAFT_ANSWERS = "draft_answers"
    PUBLISH_ANSWERS = "publish_answers"
    DRAFT_REPLIES = "draft_replies"
    SEND_REPLIES = "send_replies"
    READ_REPORTS = "read_reports"
    DRAFT_REPORTS = "draft_reports"
    APPROVE_REPORTS = "approve_reports"
    READ_AUDIT = "read_audit"
    MANAGE_CALLS = "manage_calls"
    MANAGE_STAFF = "manage_staff"


PUBLIC = "public"
_ATTRIBUTE = "meyasubako_permission"


def public(view: View) -> View:
    """Declare a page that anybody may open."""
    setattr(view, _ATTRIBUTE, PUBLIC)
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a page asks for."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def declared(view: Callable[..., Any]) -> Permission | str | None:
    """What a view declared; None when it declared nothing."""
    return getattr(view, _ATTRIBUTE, None)
