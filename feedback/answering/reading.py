"""What pages and later rooms read of answers, as frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.answering.models import Answer, AnswerState, answers_to
from feedback.calls.models import Government, all_governments
from feedback.theming.models import Theme
from feedback.web.errors import NotFound


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """A government's answer to a theme, as citizens see it."""

    theme_id: int
    """The theme that was asked for, also when the answer was given to one merged into it."""
    government_slug: str
    government_name: str
    current_action: str
    """現在の対応."""
    future_policy: str
    """今後の方針."""
    revision: int
    published_at: datetime
    first_published_at: datetime


def published_of(session: Session, theme_ids: Collection[int]) -> dict[int, list[PublishedAnswer]]:
    """The published answers to each theme, in the order of governments.

    An answer to a theme that was merged into another stands for that one too, until the
    government answers the joined theme itself.
    """
    families = families_of(session, theme_ids)
    governments = {each.slug: each for each in all_governments(session)}
    answers = answers_to(session, {each for family in families.values() for each in family})
    by_theme: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_theme[answer.theme_id].append(answer)
    return {
        theme_id: _standing_answers(
            theme_id, [answer for each in family for answer in by_theme[each]], governments
        )
        for theme_id, family in families.items()
    }


def families_of(session: Session, theme_ids: Collection[int]) -> dict[int, list[int]]:
    """Each theme with all that were ever merged into it, itself first."""
    families = {theme_id: [theme_id] for theme_id in theme_ids}
    home = {theme_id: theme_id for theme_id in theme_ids}
    newest: list[int] = list(home)
    while newest:
        query = (
            select(Theme.id, Theme.merged_into_id)
            .where(Theme.merged_into_id.in_(newest))
            .order_by(Theme.id)
        )
        found = [(merged, into) for merged, into in session.execute(query) if into is not None]
        for merged, into in found:
            home[merged] = home[into]
            families[home[into]].append(merged)
        newest = [merged for merged, _ in found]
    return families


def _standing_answers(
    theme_id: int, answers: Sequence[Answer], governments: Mapping[str, Government]
) -> list[PublishedAnswer]:
    first: dict[str, datetime] = {}
    standing: dict[str, Answer] = {}
    for answer in answers:
        slug, moment = answer.government_slug, answer.published_at
        if moment is None:
            continue
        first[slug] = min(moment, first.get(slug, moment))
        if answer.state is AnswerState.PUBLISHED and _counts_before(
            answer, standing.get(slug), theme_id
        ):
            standing[slug] = answer
    return [
        _published(theme_id, standing[slug], governments[slug], first[slug])
        for slug in sorted(standing, key=lambda each: governments[each].position)
    ]


def _counts_before(answer: Answer, other: Answer | None, theme_id: int) -> bool:
    """The theme's own answer counts first, then the one published last."""
    if other is None:
        return True
    return _rank(answer, theme_id) > _rank(other, theme_id)


def _rank(answer: Answer, theme_id: int) -> tuple[bool, datetime | None, int]:
    return (answer.theme_id == theme_id, answer.published_at, answer.id)


def _published(
    theme_id: int, answer: Answer, government: Government, first: datetime
) -> PublishedAnswer:
    return PublishedAnswer(
        theme_id=theme_id,
        government_slug=government.slug,
        government_name=government.name,
        current_action=answer.current_action,
        future_policy=answer.future_policy,
        revision=answer.revision,
        published_at=answer.published_at or first,
        first_published_at=first,
    )


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a government's answer that was or is public."""

    government_name: str
    answer: Answer
    theme_name: str


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The public answers to a theme and the revisions before them."""

    theme: Theme
    published: Sequence[PublishedAnswer]
    earlier: Sequence[Revision]


def answers_page(session: Session, theme_id: int) -> AnswersPage:
    """Everything that governments have published on a theme; drafts are left out.

    Raises:
        NotFound: when there is no such theme.
    """
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    names = {each.slug: each.name for each in all_governments(session)}
    family = families_of(session, [theme_id])[theme_id]
    themes = {each.id: each for each in session.scalars(select(Theme).where(Theme.id.in_(family)))}
    return AnswersPage(
        theme=theme,
        published=published_of(session, [theme_id])[theme_id],
        earlier=[
            Revision(names[each.government_slug], each, themes[each.theme_id].name)
            for each in reversed(answers_to(session, family))
            if each.state is AnswerState.SUPERSEDED
        ],
    )
