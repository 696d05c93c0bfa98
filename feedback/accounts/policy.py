"""The one policy module: which role may do what, for which government. Deny by default.

The table below is the whole policy. A role is held for one government. Submissions, themes and
reports of the region（一都三県）are shared: who may do a thing for one government may do it for
the region too, except what publishes or speaks in its name, which only the region's own approvers
may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedback.accounts.models import Membership, Role
from feedback.web.actor import REGION
from feedback.web.permissions import Permission

_READING = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.READ_CASES,
        Permission.READ_THEMES,
        Permission.READ_REPORTS,
    }
)

_WORKING = _READING | {
    Permission.TRIAGE_CASES,
    Permission.EDIT_MASKS,
    Permission.IMPORT_OPINIONS,
    Permission.EDIT_THEMES,
    Permission.DRAFT_ANSWERS,
    Permission.DRAFT_REPLIES,
    Permission.DRAFT_REPORTS,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.STAFF: _WORKING,
    Role.APPROVER: _WORKING
    | {
        Permission.UNMASK_WORDS,
        Permission.PUBLISH_ANSWERS,
        Permission.SEND_REPLIES,
        Permission.APPROVE_REPORTS,
        Permission.MANAGE_CALLS,
    },
    Role.CIO: frozenset({Permission.SIGNED_IN, Permission.READ_REPORTS, Permission.READ_THEMES}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.SIGNED_IN,
            Permission.MANAGE_CALLS,
            Permission.MANAGE_STAFF,
            Permission.READ_AUDIT,
        }
    ),
}

#: Not shared with the region by a role in one government.
REGION_ONLY_BY_MEMBERSHIP = frozenset(
    {
        Permission.PUBLISH_ANSWERS,
        Permission.SEND_REPLIES,
        Permission.APPROVE_REPORTS,
        Permission.MANAGE_CALLS,
        Permission.MANAGE_STAFF,
    }
)


def permissions_of(memberships: Iterable[Membership]) -> dict[Permission, frozenset[str]]:
    """For each permission, the governments for which these memberships give it."""
    held: dict[Permission, set[str]] = {}
    for membership in memberships:
        for permission in ROLE_PERMISSIONS[membership.role]:
            governments = held.setdefault(permission, set())
            governments.add(membership.government_slug)
            if permission not in REGION_ONLY_BY_MEMBERSHIP:
                governments.add(REGION)
    return {permission: frozenset(governments) for permission, governments in held.items()}
