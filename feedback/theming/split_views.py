"""Splitting a theme: the machine's proposal, what staff make of it, and the split itself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.calls.models import Call
from feedback.theming import details, overview, parting, split_proposal
from feedback.theming.errors import SplitRefused, ThemeError
from feedback.theming.outcome_views import to_theme
from feedback.theming.parting import How
from feedback.theming.split_proposal import Proposal
from feedback.theming.workshop_forms import SplitForm, WaysForm, wanted_parts
from feedback.undo import views as undo_views
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

ROWS_SHOWN = 60
STALE = (
    "表示した後に、このテーマの意見文が変わりました。まだ何も分けていません。"
    "新しい案を確認して、もう一度分けてください。"
)

blueprint = Blueprint("split", __name__, url_prefix="/staff/themes/<int:theme_id>/split")


@blueprint.get("")
@requires(Permission.EDIT_THEMES)
def propose_split(theme_id: int) -> str | Response:
    """How the theme may be split, each part with a name, quotes and its statements."""
    try:
        return _page(theme_id, WaysForm(request.args))
    except ThemeError as error:
        flash(str(error), "error")
        return to_theme(theme_id)


@blueprint.post("")
@requires(Permission.EDIT_THEMES)
def split_theme(theme_id: int) -> str | Response:
    """Split the theme as staff want it."""
    form = SplitForm()
    if not form.validate():
        return redirect(url_for("split.propose_split", theme_id=theme_id))
    try:
        act, count = _split(theme_id, form)
    except ThemeError as error:
        ways = WaysForm(formdata=None, parts=str(form.parts.data), how=form.how.data)
        return _page(theme_id, ways, sent=request.form.to_dict(), error=str(error))
    undo_views.flash_done(f"テーマを{count}つに分けました。", act)
    return to_theme(theme_id)


def _split(theme_id: int, form: SplitForm) -> tuple[int, int]:
    """The act's id, and into how many."""
    with reading() as session:
        proposal = split_proposal.propose(
            session, theme_id, form.parts.data, actor=acting(), upto=form.upto.data
        )
    if proposal.fingerprint != form.fingerprint.data:
        raise SplitRefused(STALE)
    parts = wanted_parts(proposal, request.form.to_dict())
    with transaction() as session:
        act = parting.split(
            session,
            theme_id,
            parts,
            how=How(form.how.data),
            version=form.version.data,
            actor=acting(),
        )
    return act, len(parts)


def _page(
    theme_id: int,
    ways: WaysForm,
    *,
    sent: dict[str, str] | None = None,
    error: str | None = None,
) -> str:
    with reading() as session:
        theme = details.theme_of(session, theme_id)
        ways.offer(parting.ways(session, theme))
        proposal = split_proposal.propose(session, theme_id, ways.number, actor=acting())
        call = session.get_one(Call, theme.call_id)
        governments = overview.government_names(session)
    return render_template(
        "theming/split_theme.html",
        theme=theme,
        call=call,
        ways=ways,
        how=How(ways.how.data),
        view=proposal,
        form=_form(proposal, ways),
        sent=sent or {},
        error=error,
        shown=ROWS_SHOWN,
        governments=governments,
    )


def _form(proposal: Proposal, ways: WaysForm) -> SplitForm:
    return SplitForm(
        formdata=None,
        version=proposal.theme.version,
        parts=len(proposal.parts),
        how=ways.how.data,
        upto=proposal.upto,
        fingerprint=proposal.fingerprint,
    )
