"""How the acts of the theme workshop are taken back."""

from __future__ import annotations

from feedback.theming import (
    apart,
    decisions,
    emerging,
    marks,
    merging,
    naming,
    parents,
    parting,
)
from feedback.undo.service import Undoers


def register_undo(undoers: Undoers) -> None:
    """Name the function for each kind of act."""
    undoers.register(decisions.KIND, decisions.take_back)
    undoers.register(naming.KIND, naming.take_back)
    undoers.register(marks.KIND, marks.take_back)
    undoers.register(merging.KIND, merging.take_back)
    undoers.register(parting.KIND, parting.take_back)
    undoers.register(parents.KIND, parents.take_back)
    undoers.register(apart.KIND, apart.take_back)
    undoers.register(emerging.KIND, emerging.take_back)
