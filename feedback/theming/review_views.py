"""The review page: theme by theme, from sure to doubtful."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.calls.models import Call
from feedback.theming import overview, review
from feedback.theming.outcome_views import Note, refusals_shown
from feedback.theming.review import Look, Order, Show
from feedback.theming.review_forms import (
    AcceptAboveForm,
    Command,
    RowsForm,
    Verb,
    address_of,
    look_of,
)
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("review", __name__, url_prefix="/staff/themes/<int:theme_id>/review")


@blueprint.get("")
@requires(Permission.EDIT_THEMES)
def review_theme(theme_id: int) -> str:
    """A theme's statements from sure to doubtful, with the line between them."""
    look = _look()
    with reading() as session:
        page = review.review(session, theme_id, look, actor=acting())
        call = session.get_one(Call, page.theme.call_id)
        rows = RowsForm(formdata=None, upto=page.upto)
        rows.offer(overview.theme_options(session, call.id, without=theme_id))
        governments = overview.government_names(session)
    return render_template(
        "theming/review.html",
        view=page,
        rows=rows,
        above=_above(page),
        call=call,
        governments=governments,
        tabs=_tabs(page),
        orders=[(each.label, _to(theme_id, look, order=each.value)) for each in Order],
        here=_to(theme_id, look),
        kept=address_of(look, line=None, page=None),
    )


@blueprint.post("")
@requires(Permission.EDIT_THEMES)
def decide_rows(theme_id: int) -> Response:
    """Confirm or move one row, or all that are ticked."""
    form = RowsForm()
    with reading() as session:
        theme = review.theme_of(session, theme_id)
        form.offer(overview.theme_options(session, theme.call_id))
    command = form.command
    if isinstance(command, str):
        flash(command, "error")
    else:
        with refusals_shown("") as note:
            _obey(command, theme_id, form.upto.data, note)
    return redirect(_to(theme_id, _look(), anchor=f"row-{form.place}" if form.place else None))


@blueprint.post("/above")
@requires(Permission.EDIT_THEMES)
def accept_above(theme_id: int) -> Response:
    """Confirm all that lies above the line, as it was seen."""
    form = AcceptAboveForm()
    if form.validate():
        with refusals_shown("") as note, transaction() as session:
            count, note.act = review.accept_above(
                session,
                theme_id,
                where=form.line.data,
                upto=form.upto.data,
                fingerprint=form.fingerprint.data,
                actor=acting(),
            )
            note.done = f"境目より上の意見文{count}文を確定しました。"
    return redirect(_to(theme_id, _look(), page=None))


def _obey(command: Command, theme_id: int, upto: int, note: Note) -> None:
    with transaction() as session:
        if command.verb is Verb.ACCEPT:
            count, note.act = review.accept_rows(
                session, theme_id, command.keys, upto=upto, actor=acting()
            )
            note.done = f"意見文{count}文を確定しました。"
        else:
            count, note.act = review.move_rows(
                session, theme_id, command.keys, command.target, upto=upto, actor=acting()
            )
            note.done = f"意見文{count}文を移しました。"


def _look() -> Look:
    return look_of(request.args.to_dict(), page_number(request.args.get("page")))


def _to(theme_id: int, look: Look, anchor: str | None = None, **changes: str | int | None) -> str:
    arguments = address_of(look, **changes)
    return url_for("review.review_theme", theme_id=theme_id, _anchor=anchor, **arguments)


def _above(page: review.Review) -> AcceptAboveForm:
    seen = page.above.fingerprint
    return AcceptAboveForm(formdata=None, line=page.line, upto=page.upto, fingerprint=seen)


def _tabs(page: review.Review) -> list[dict[str, object]]:
    return [
        {
            "label": each.label,
            "url": _to(page.theme.id, page.look, show=each.value, page=None),
            "current": page.look.show is each,
            "count": page.counts[each],
        }
        for each in Show
    ]
