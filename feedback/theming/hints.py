"""What the last run would have staff look at, with statements to read for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming import counts
from feedback.theming.counts import NONE, Counts
from feedback.theming.models import (
    Hint,
    HintKind,
    Theme,
    ThemeState,
    aparts_of,
    themes_of,
)
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

QUOTES = 3


@dataclass(frozen=True, slots=True)
class HintView:
    """A proposal that still stands, with what speaks for it."""

    id: int
    kind: HintKind
    theme: Theme
    other: Theme | None
    share: float
    counts: Counts
    other_counts: Counts
    quotes: tuple[str, ...]
    other_quotes: tuple[str, ...]


def hints_of(session: Session, call_id: int, *, actor: Actor) -> list[HintView]:
    """The proposals about standing themes that nobody has decided about, the strongest first."""
    themes = themes_of(session, call_id)
    apart = {(each.one_id, each.other_id) for each in aparts_of(session, call_id)}
    query = select(Hint).where(Hint.call_id == call_id).order_by(Hint.share.desc(), Hint.id)
    hints = [each for each in session.scalars(query) if _is_open(each, themes, apart)]
    texts = _texts(session, hints, actor)
    named = {each.theme_id for each in hints} | {each.other_id for each in hints if each.other_id}
    sizes = {each: counts.of_family(session, _family(themes, each)) for each in sorted(named)}
    return [_view(each, themes, sizes, texts) for each in hints]


def count(session: Session, call_id: int) -> int:
    """How many proposals the last run made; some may have been decided about since."""
    query = select(func.count(Hint.id)).where(Hint.call_id == call_id)
    return session.scalar(query) or 0


def _is_open(hint: Hint, themes: Mapping[int, Theme], apart: set[tuple[int, int]]) -> bool:
    theme = themes[hint.theme_id]
    other = themes[hint.other_id] if hint.other_id else None
    if theme.state is not ThemeState.OPEN:
        return False
    if other is None:
        return theme.whole_by is None
    pair = (min(theme.id, other.id), max(theme.id, other.id))
    is_related = theme.parent_id == other.id or other.parent_id == theme.id
    return other.state is ThemeState.OPEN and pair not in apart and not is_related


def _texts(session: Session, hints: Sequence[Hint], actor: Actor) -> dict[int, str]:
    """The words of the evidence, of governments whose themes the actor reads."""
    wanted = {each for hint in hints for each in (*hint.evidence, *hint.other_evidence)}
    query = (
        select(Statement.id, Statement.text)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(
            Statement.id.in_(wanted),
            Submission.government_slug.in_(actor.governments(Permission.READ_THEMES)),
        )
    )
    return {row.id: row.text for row in session.execute(query)}


def _some(evidence: Sequence[int], texts: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(texts[each] for each in evidence if each in texts)[:QUOTES]


def _family(themes: Mapping[int, Theme], theme_id: int) -> list[int]:
    below = [
        each.id
        for each in themes.values()
        if each.parent_id == theme_id and each.state is ThemeState.OPEN
    ]
    return [theme_id, *below]


def _view(
    hint: Hint,
    themes: Mapping[int, Theme],
    sizes: Mapping[int, Counts],
    texts: Mapping[int, str],
) -> HintView:
    return HintView(
        id=hint.id,
        kind=hint.kind,
        theme=themes[hint.theme_id],
        other=themes[hint.other_id] if hint.other_id else None,
        share=hint.share,
        counts=sizes[hint.theme_id],
        other_counts=sizes[hint.other_id] if hint.other_id else NONE,
        quotes=_some(hint.evidence, texts),
        other_quotes=_some(hint.other_evidence, texts),
    )
