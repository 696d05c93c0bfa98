"""What a page says after a change: done, with a way back, or refused, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from feedback.theming.errors import ThemeError
from feedback.undo import views as undo_views


@dataclass(slots=True)
class Note:
    """What is to be said once the transaction stands."""

    done: str
    act: int | None = None
    """The act to take back, when there is one."""


@contextmanager
def refusals_shown(done: str) -> Iterator[Note]:
    """Tell the reader on the next page what was done, or why it was refused."""
    note = Note(done)
    try:
        yield note
    except ThemeError as error:
        flash(str(error), "error")
        return
    if note.act is None:
        flash(note.done, "success")
    else:
        undo_views.flash_done(note.done, note.act)


def to_theme(theme_id: int) -> Response:
    """The way back to a theme's page."""
    return redirect(url_for("theming.show_theme", theme_id=theme_id))
