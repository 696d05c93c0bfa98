"""What becomes of a call's themes when a run is stored.

A theme that staff touched never vanishes: when the run does not find it again it stays open with
the statements that staff put there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from analysis.identity import Fate
from analysis.themes import Theme as ModelTheme
from feedback.storage import utc_now
from feedback.theming.heirs import Heirs
from feedback.theming.models import (
    Run,
    RunTheme,
    Theme,
    ThemeState,
    standing,
    themes_of,
)
from feedback.theming.standing import is_placed_by_staff, kept_themes

LABEL_CHARACTERS = 100


def settle(
    session: Session,
    run: Run,
    model_themes: Sequence[ModelTheme],
    heirs: Heirs,
    statement_ids: Sequence[int],
) -> dict[str, int]:
    """Create, continue, merge or end themes; the theme that each model key is called now."""
    themes = themes_of(session, run.call_id)
    kept = kept_themes(session, themes)
    own: dict[str, int] = {}
    joined: dict[str, int] = {}
    # Parents come first, so that a new subtheme finds its parent's row.
    for found in sorted(model_themes, key=lambda each: (each.parent is not None, each.id)):
        whole = _joins(found, themes, own, heirs, kept)
        if whole is not None:
            own[found.id] = joined[found.id] = whole
            continue
        theme = _row_of(session, run, found, themes, heirs)
        own[found.id] = theme.id
        _bring_up(theme, run, found, statement_ids)
        if found.parent is not None and theme.state is ThemeState.OPEN:
            _set_above(themes, theme, _top(themes, standing(themes, own[found.parent])), kept, own)
        session.add(_as_seen(run, found, theme, own, heirs, statement_ids))
    run.joined = joined
    session.flush()
    _end_the_lost(themes, own, heirs, kept)
    return own


def _joins(
    found: ModelTheme,
    themes: dict[int, Theme],
    own: Mapping[str, int],
    heirs: Heirs,
    kept: frozenset[int],
) -> int | None:
    """The theme that a group is only a part of, because staff keep that theme in one piece."""
    if found.id in heirs.joined:
        whole = standing(themes, heirs.joined[found.id])
        return whole.id if whole.state is ThemeState.OPEN else None
    if found.parent is None or heirs.known.get(found.id) in kept:
        return None
    above = standing(themes, own[found.parent])
    # Staff made a subtheme of what the run sees as a theme: there is no third level.
    return above.id if above.parent_id is not None else None


def _set_above(
    themes: Mapping[int, Theme],
    theme: Theme,
    above: Theme,
    kept: frozenset[int],
    own: Mapping[str, int],
) -> None:
    """Let a subtheme stand under the theme in which the run sees it, unless staff keep it."""
    stays_with_kept = theme.parent_id in kept and theme.parent_id not in own.values()
    if theme.id == above.id or stays_with_kept or is_placed_by_staff(theme, themes):
        return
    theme.parent_id = above.id


def _row_of(
    session: Session, run: Run, found: ModelTheme, themes: dict[int, Theme], heirs: Heirs
) -> Theme:
    known = heirs.known.get(found.id)
    if known is not None:
        return themes[known]
    theme = Theme(
        call_id=run.call_id,
        parent_id=None,
        label="",
        keywords=[],
        quote_ids=[],
        state=ThemeState.OPEN,
        first_run_id=run.id,
        created_at=utc_now(),
        answer_states={},
        version=1,
    )
    _bring_up(theme, run, found, ())
    session.add(theme)
    session.flush()
    themes[theme.id] = theme
    return theme


def _bring_up(theme: Theme, run: Run, found: ModelTheme, statement_ids: Sequence[int]) -> None:
    if theme.pinned_by is None:
        theme.label = found.label[:LABEL_CHARACTERS]
    theme.keywords = list(found.keywords)
    theme.quote_ids = _quotes(found, statement_ids) if statement_ids else []
    theme.last_run_id = run.id
    if theme.state is ThemeState.GONE:
        theme.state = ThemeState.OPEN


def _as_seen(
    run: Run,
    found: ModelTheme,
    theme: Theme,
    own: Mapping[str, int],
    heirs: Heirs,
    statement_ids: Sequence[int],
) -> RunTheme:
    return RunTheme(
        run_id=run.id,
        theme_id=theme.id,
        parent_id=own[found.parent] if found.parent else None,
        model_key=found.id,
        label=theme.label,
        keywords=list(found.keywords),
        quote_ids=_quotes(found, statement_ids),
        statements=found.documents,
        submissions=found.submissions,
        voices=found.voices,
        change=heirs.changes.get(found.id, Fate.NEW).value,
    )


def _quotes(found: ModelTheme, statement_ids: Sequence[int]) -> list[int]:
    return [statement_ids[quote.document] for quote in found.quotes]


def _top(themes: Mapping[int, Theme], theme: Theme) -> Theme:
    return themes[theme.parent_id] if theme.parent_id else theme


def _end_the_lost(
    themes: dict[int, Theme], own: Mapping[str, int], heirs: Heirs, touched: frozenset[int]
) -> None:
    kept = {standing(themes, theme_id).id for theme_id in own.values()} | touched
    kept |= {themes[each].parent_id or each for each in kept}
    for theme in themes.values():
        if theme.state is not ThemeState.OPEN or theme.id in kept:
            continue
        heir = heirs.merged.get(theme.id)
        if heir is None:
            theme.state = ThemeState.GONE
        else:
            theme.state = ThemeState.MERGED
            theme.merged_into_id = standing(themes, own[heir]).id
