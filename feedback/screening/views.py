"""Pages of screening: what is set aside, what is urgent."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.screening import asides, proposals, urgency
from feedback.screening.errors import KindRefused, ScreeningError
from feedback.screening.forms import AsideForm, number, seen
from feedback.undo.views import flash_done
from feedback.web.actor import acting
from feedback.web.addresses import own_path
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("screening", __name__, url_prefix="/staff")


@blueprint.post("/cases/<int:submission_id>/set-aside")
@requires(Permission.TRIAGE_CASES)
def decide_aside(submission_id: int) -> Response:
    """Set one submission aside, or hear it as an opinion."""
    one = asides.Seen(submission_id, number(request.form.get("version")) or 0)
    _decide_asides([one], request.form.get("verdict", ""))
    return _back(submission_id)


@blueprint.post("/cases/<int:submission_id>/urgent")
@requires(Permission.TRIAGE_CASES)
def decide_urgent(submission_id: int) -> Response:
    """Say that a submission is urgent, and why, or that it is not."""
    form, actor = request.form, acting()
    version = number(form.get("version")) or 0
    try:
        with transaction() as session:
            if form.get("verdict") == "dismiss":
                done = urgency.dismiss(session, submission_id, version=version, actor=actor)
            else:
                kinds = form.getlist("kind")
                done = urgency.confirm(session, submission_id, kinds, version=version, actor=actor)
    except ScreeningError as error:
        flash(str(error), "error")
    else:
        flash_done(done.summary, done.act_id)
    return _back(submission_id)


@blueprint.get("/screening")
@requires(Permission.TRIAGE_CASES)
def list_proposals() -> str:
    """What the machine proposes to set aside."""
    with reading() as session:
        found = proposals.read_proposals(
            session,
            request.args.get("kind"),
            number=page_number(request.args.get("page")),
            actor=acting(),
        )
    tabs = [
        {
            "label": kind.label,
            "url": url_for(".list_proposals", kind=kind.value),
            "current": kind is found.kind,
            "count": found.counts.get(kind, 0),
        }
        for kind in type(found.kind)
    ]
    return render_template("screening/proposals.html", found=found, tabs=tabs, form=AsideForm())


@blueprint.post("/screening")
@requires(Permission.TRIAGE_CASES)
def decide_proposals() -> Response:
    """Decide on the ticked ones, or on the one whose button was pressed."""
    said, _, one = request.form.get("decision", "").partition("=")
    chosen = seen([one] if one else request.form.getlist("case"))
    if chosen:
        _decide_asides(chosen, said)
    else:
        flash("仕分ける意見を選んでください。", "error")
    return redirect(url_for(".list_proposals", kind=request.args.get("kind")))


def _decide_asides(chosen: list[asides.Seen], said: str) -> None:
    form = AsideForm(request.form)
    try:
        given = asides.Verdict.HEAR if said == "hear" else asides.Verdict.CONFIRM
        kind = form.chosen() if said == "as" else None
        if said == "as" and kind is None:
            raise KindRefused
        with transaction() as session:
            outcome = asides.decide(session, chosen, given, kind=kind, actor=acting())
    except ScreeningError as error:
        flash(str(error), "error")
        return
    if outcome.act_id is not None:
        flash_done(outcome.summary, outcome.act_id)
    if outcome.stale:
        flash(f"{outcome.stale:,}件は、ほかの職員が変更したため、そのままにしました。", "warning")


def _back(submission_id: int) -> Response:
    default = url_for("triage.show_case", submission_id=submission_id)
    return redirect(own_path(request.form.get("next"), default))
