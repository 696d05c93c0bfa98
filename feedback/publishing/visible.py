"""Which themes citizens may see: standing ones that staff have checked, of published calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback.publishing import queries
from feedback.publishing.queries import ThemeRow
from feedback.theming.models import ThemeState
from feedback.theming.reading import ThemeSummary


@dataclass(frozen=True, slots=True)
class VisibleThemes:
    """The themes of some calls, by id, and what of them is public."""

    rows: Mapping[int, ThemeRow]

    @classmethod
    def read(cls, session: Session, call_ids: Iterable[int] | None = None) -> VisibleThemes:
        """The themes of these calls; of every published call when none is named."""
        return cls(queries.theme_rows(session, call_ids))

    def standing(self, theme_id: int) -> int | None:
        """The theme that stands where this one was; None when it is not known here."""
        row = self.rows.get(theme_id)
        while row is not None and row.merged_into_id is not None:
            row = self.rows.get(row.merged_into_id)
        return row.id if row else None

    def is_public(self, theme_id: int) -> bool:
        """Whether citizens may open this theme."""
        row = self.rows.get(theme_id)
        return row is not None and row.state is ThemeState.OPEN and row.checked_at is not None

    def shown_for(self, theme_id: int) -> int | None:
        """The public theme under which a statement of this theme is shown: its own, or above."""
        standing = self.standing(theme_id)
        if standing is None or self.is_public(standing):
            return standing
        above = self.rows[standing].parent_id
        is_open = self.rows[standing].state is ThemeState.OPEN
        return above if is_open and above is not None and self.is_public(above) else None

    def public_ids(self) -> frozenset[int]:
        """Every public theme."""
        return frozenset(each for each in self.rows if self.is_public(each))

    def covered_ids(self) -> frozenset[int]:
        """Every standing theme whose statements are counted in a public theme."""
        return frozenset(
            each
            for each, row in self.rows.items()
            if row.state is ThemeState.OPEN and self.shown_for(each) is not None
        )


def checked_tree(themes: Iterable[ThemeSummary]) -> list[ThemeSummary]:
    """The checked themes of a call's tree; a subtheme of an unchecked theme stands alone."""
    shown: list[ThemeSummary] = []
    for top in themes:
        below = tuple(each for each in top.children if each.checked_at is not None)
        if top.checked_at is not None:
            shown.append(replace(top, children=below))
        else:
            shown.extend(below)
    return sorted(shown, key=lambda each: (-each.counts.voices, -each.counts.submissions, each.id))
