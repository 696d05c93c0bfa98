"""What citizens' pages show: calls, checked themes, published answers, honest figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.answering import service as answering
from feedback.answering.service import PublishedAnswer
from feedback.calls import service as calls
from feedback.calls.models import published_calls
from feedback.calls.offered import OfferedCall, offered
from feedback.calls.service import CallPage
from feedback.publishing import queries
from feedback.publishing.queries import Quote, ThemeRow
from feedback.publishing.visible import VisibleThemes, checked_tree
from feedback.theming.counts import Counts
from feedback.theming.reading import ThemeSummary, themes_of_call
from feedback.web.errors import NotFound

LATEST_ANSWERS = 4
LATELY = timedelta(days=30)
QUOTES = 8


class ThemeMoved(Exception):
    """The theme was merged into another, which is public."""

    def __init__(self, theme_id: int) -> None:
        super().__init__(theme_id)
        self.theme_id = theme_id


@dataclass(frozen=True, slots=True)
class AnsweredTheme:
    """A published answer with the theme it answers."""

    theme: ThemeRow
    call_slug: str
    answer: PublishedAnswer


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the front page shows."""

    open_calls: Sequence[OfferedCall]
    other_calls: Sequence[OfferedCall]
    """Published calls that are not open yet, or not any more and not put away."""
    lately: Counts
    in_all: Counts
    themes: int
    answered: int
    answers: Sequence[AnsweredTheme]


@dataclass(frozen=True, slots=True)
class ThemeList:
    """The checked themes of a call."""

    call: CallPage
    themes: Sequence[ThemeSummary]
    answered_by: dict[int, Sequence[str]]
    """Theme → the governments that have published an answer."""
    unsorted: int
    """Opinions of which nothing is counted in these themes yet."""


@dataclass(frozen=True, slots=True)
class ThemePage:
    """A checked theme."""

    call: CallPage
    theme: ThemeSummary
    parent: ThemeRow | None
    quotes: Sequence[Quote]
    answers: Sequence[PublishedAnswer]
    answered_by: dict[int, Sequence[str]]
    unsorted: int


def home_page(session: Session, language: str, *, now: datetime) -> HomePage:
    """The calls, what was heard lately, and the last answers."""
    every = published_calls(session)
    away = {each.id for each in every if each.archived_at is not None}
    shown = [offered(calls.page_of(session, call, language), now) for call in every]
    visible = VisibleThemes.read(session)
    answered = _answered_public(session, visible)
    slugs = {each.page.id: each.page.slug for each in shown}
    return HomePage(
        open_calls=[each for each in shown if each.period.is_open],
        other_calls=[
            each for each in shown if not each.period.is_open and each.page.id not in away
        ],
        lately=queries.heard(session, since=now - LATELY),
        in_all=queries.heard(session),
        themes=len(visible.public_ids()),
        answered=len(answered),
        answers=_latest_answers(session, visible, answered, slugs),
    )


def call_page(session: Session, slug: str, language: str, *, now: datetime) -> OfferedCall:
    """One published call.

    Raises:
        NotFound: when there is none.
    """
    return offered(published_call(session, slug, language), now)


def theme_list(session: Session, slug: str, language: str) -> ThemeList:
    """The checked themes of a published call, the most voices first.

    Raises:
        NotFound: when there is no such call.
    """
    call = published_call(session, slug, language)
    visible = VisibleThemes.read(session, [call.id])
    return ThemeList(
        call=call,
        themes=checked_tree(themes_of_call(session, call.id)),
        answered_by=_answered_by(session, visible.public_ids()),
        unsorted=queries.unsorted(session, call.id, visible.covered_ids()),
    )


def theme_page(session: Session, slug: str, theme_id: int, language: str) -> ThemePage:
    """A checked theme with quotes, counts and answers.

    Raises:
        NotFound: when there is no such theme, or staff have not checked it.
        ThemeMoved: when it was merged into a theme that is public.
    """
    call = published_call(session, slug, language)
    visible = VisibleThemes.read(session, [call.id])
    _demand_public(visible, theme_id)
    theme = _summary(session, call.id, theme_id)
    checked = checked_tree([theme])[0]
    family = [theme.id, *(child.id for child in theme.children)]
    shown = [theme.id, *(child.id for child in checked.children)]
    is_below = theme.parent_id is not None and visible.is_public(theme.parent_id)
    return ThemePage(
        call=call,
        theme=checked,
        parent=visible.rows[theme.parent_id] if is_below and theme.parent_id else None,
        quotes=queries.quotes_of(session, family, theme.quote_ids, QUOTES),
        answers=answering.published_of(session, [theme.id])[theme.id],
        answered_by=_answered_by(session, shown),
        unsorted=queries.unsorted(session, call.id, visible.covered_ids()),
    )


def _summary(session: Session, call_id: int, theme_id: int) -> ThemeSummary:
    for top in themes_of_call(session, call_id):
        for each in (top, *top.children):
            if each.id == theme_id:
                return each
    raise NotFound(f"theme {theme_id}")


def _demand_public(visible: VisibleThemes, theme_id: int) -> None:
    if visible.is_public(theme_id):
        return
    standing = visible.standing(theme_id)
    if standing is not None and standing != theme_id and visible.is_public(standing):
        raise ThemeMoved(standing)
    raise NotFound(f"theme {theme_id}")


def published_call(session: Session, slug: str, language: str) -> CallPage:
    """A published call in a language.

    Raises:
        NotFound: when there is none.
    """
    try:
        return calls.open_page(session, slug, language)
    except calls.CallNotFound as error:
        raise NotFound(slug) from error


def _answered_by(session: Session, theme_ids: Collection[int]) -> dict[int, Sequence[str]]:
    answers = answering.published_of(session, theme_ids)
    return {each: [answer.government_slug for answer in given] for each, given in answers.items()}


def _answered_public(session: Session, visible: VisibleThemes) -> list[int]:
    """The public themes with an answer of their own or of one merged in, the last first."""
    standing = (visible.standing(each) for each in queries.answered_theme_ids(session))
    return list(dict.fromkeys(each for each in standing if each and visible.is_public(each)))


def _latest_answers(
    session: Session, visible: VisibleThemes, answered: Sequence[int], slugs: dict[int, str]
) -> list[AnsweredTheme]:
    published = answering.published_of(session, answered[:LATEST_ANSWERS])
    answers = sorted(
        (answer for given in published.values() for answer in given),
        key=lambda answer: answer.published_at,
        reverse=True,
    )
    rows = [(visible.rows[answer.theme_id], answer) for answer in answers[:LATEST_ANSWERS]]
    return [AnsweredTheme(theme, slugs[theme.call_id], answer) for theme, answer in rows]
