"""How acts of screening are taken back."""

from __future__ import annotations

from feedback.screening import asides, changes, marks, urgency
from feedback.undo.service import Undoers


def register_undo(undoers: Undoers) -> None:
    """Name the functions that take back what staff did to masks, urgency and what is set aside."""
    undoers.register(changes.ACT, marks.take_back)
    undoers.register(asides.ACT, asides.take_back)
    undoers.register(urgency.ACT, urgency.take_back)
