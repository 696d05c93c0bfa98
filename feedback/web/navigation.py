"""The staff navigation: rooms register their entrance, each person sees what they may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from feedback.web.actor import Actor, current_actor
from feedback.web.permissions import Permission

EXTENSION = "meyasubako_navigation"


@dataclass(frozen=True, slots=True)
class Entrance:
    """A room's entry in the staff navigation."""

    label: str
    endpoint: str
    permission: Permission
    also: tuple[str, ...] = ()
    """Rooms whose pages are reached from here."""

    @property
    def rooms(self) -> tuple[str, ...]:
        """The blueprints on whose pages this entry is the current one."""
        return (self.endpoint.split(".")[0], *self.also)


@dataclass(frozen=True, slots=True)
class Item:
    """An entrance as one person sees it on one page."""

    label: str
    url: str
    current: bool


def init_app(app: Flask, entrances: tuple[Entrance, ...]) -> None:
    """Keep the entrances in their order and give each template its items."""
    app.extensions[EXTENSION] = entrances

    @app.context_processor
    def navigation_for_templates() -> dict[str, object]:
        actor = current_actor()
        if actor is None:
            return {"actor": None, "home_url": "/"}
        return {
            "actor": actor,
            "navigation": items_for(actor),
            "staff_name": actor.name,
            "staff_home_url": url_for("accounts.home"),
            "sign_out_url": url_for("accounts.sign_out"),
            "home_url": "/",
        }


def items_for(actor: Actor) -> list[Item]:
    """The entrances that the person may open."""
    entrances: tuple[Entrance, ...] = current_app.extensions[EXTENSION]
    return [
        Item(
            entrance.label,
            url_for(entrance.endpoint),
            request.blueprint in entrance.rooms,
        )
        for entrance in entrances
        if actor.may(entrance.permission)
    ]
