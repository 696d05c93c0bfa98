"""Jobs of theming."""

from __future__ import annotations

from feedback.queue.service import Registry


def register(registry: Registry) -> None:
    """Name the room's handlers."""
