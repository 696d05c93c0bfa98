"""Panels that rooms further down put on a theme's page; ``create_app`` names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.theming.models import Theme
from feedback.web.actor import Actor

EXTENSION = "meyasubako_theme_panels"


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: its heading, the template that shows it and what it shows."""

    title: str
    template: str
    value: object


PanelMaker = Callable[[Session, Theme, Actor], Panel]
