"""Who is acting: the signed-in member of staff as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from feedback.web.permissions import Permission

#: The government slug of the region（一都三県）; its cases are everybody's.
REGION = "region"


class NotPermitted(Exception):
    """The actor may not do this; becomes the 403 page."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in member of staff and, per permission, the governments it holds for."""

    id: int
    name: str
    permissions: Mapping[Permission, frozenset[str]]

    def may(self, permission: Permission, government: str | None = None) -> bool:
        """Whether the permission is held: for this government, or for any when None."""
        held = self.permissions.get(permission, frozenset())
        return bool(held) if government is None else government in held

    def governments(self, permission: Permission) -> frozenset[str]:
        """The governments for which the permission is held, the region's included."""
        return self.permissions.get(permission, frozenset())

    def demand(self, permission: Permission, government: str) -> None:
        """Refuse unless the permission is held for this government.

        Raises:
            NotPermitted: when it is not.
        """
        if not self.may(permission, government):
            raise NotPermitted(f"{permission} for {government}")


def set_current_actor(actor: Actor | None) -> None:
    """Remember who makes this request (called by the guard only)."""
    g.actor = actor


def current_actor() -> Actor | None:
    """Who makes this request; None for citizens."""
    actor: Actor | None = g.get("actor")
    return actor


def acting() -> Actor:
    """The signed-in member of staff, on pages that ask for a permission.

    Raises:
        NotPermitted: when nobody is signed in.
    """
    actor = current_actor()
    if actor is None:
        raise NotPermitted("nobody is signed in")
    return actor
