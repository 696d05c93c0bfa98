"""現在の対応 and 今後の方針 of each government, on the theme's page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.answering import reading
from feedback.answering.reading import PublishedAnswer
from feedback.calls.models import governments_of
from feedback.theming.models import Theme, ThemeState
from feedback.theming.panels import Panel
from feedback.web.actor import Actor
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class Position:
    """A government's position on a theme, as far as it has one."""

    government_slug: str
    government_name: str
    published: PublishedAnswer | None
    has_draft: bool
    may_draft: bool

    @property
    def state(self) -> str:
        """How far the answer is, in Japanese."""
        if self.published:
            return "公開中"
        return "下書き" if self.has_draft else "未回答"


@dataclass(frozen=True, slots=True)
class Positions:
    """Every government's position on a theme."""

    theme_id: int
    each: tuple[Position, ...]
    has_history: bool


def positions(session: Session, theme: Theme, actor: Actor) -> Panel:
    """The panel with what every government of the call does and means to do."""
    published = {
        answer.government_slug: answer
        for answer in reading.published_of(session, [theme.id])[theme.id]
    }
    drafting = actor.governments(Permission.DRAFT_ANSWERS)
    is_open = theme.state is ThemeState.OPEN
    each = tuple(
        Position(
            government_slug=government.slug,
            government_name=government.name,
            published=published.get(government.slug),
            has_draft=theme.answer_states.get(government.slug) == "draft",
            may_draft=is_open and government.slug in drafting,
        )
        for government in governments_of(session, theme.call_id)
    )
    return Panel(
        "現在の対応と今後の方針",
        "answering/positions.html",
        Positions(theme.id, each, bool(theme.answer_states)),
    )
