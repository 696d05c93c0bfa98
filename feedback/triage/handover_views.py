"""Pages of hand-over（回付）."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.triage import handovers
from feedback.triage.errors import TriageError
from feedback.triage.forms import HandoverForm
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("handovers", __name__, url_prefix="/staff")

REFUSED = 422


@blueprint.get("/handovers")
@requires(Permission.READ_CASES)
def list_handovers() -> str:
    """What the reader's governments passed on and were given."""
    number = page_number(request.args.get("page"))
    with reading() as session:
        page = handovers.list_handovers(session, actor=acting(), page=number)
    return render_template("triage/list_handovers.html", page=page)


@blueprint.route("/cases/<int:submission_id>/handover", methods=["GET", "POST"])
@requires(Permission.TRIAGE_CASES)
def hand_over(submission_id: int) -> str | Response | tuple[str, int]:
    """Pass a case on to another government."""
    with reading() as session:
        case = handovers.prepare(session, submission_id, actor=acting())
    form = HandoverForm(request.form, government=case.came_from or "", version=case.version)
    form.offer(case)
    if request.method == "POST" and _handed_over(submission_id, form):
        flash(f"受付番号 {case.receipt} を回付しました。", "success")
        return redirect(url_for("handovers.list_handovers"))
    html = render_template(
        "triage/hand_over.html", case=case, form=form, limit=handovers.LONGEST_REASON
    )
    return (html, REFUSED) if form.errors else html


def _handed_over(submission_id: int, form: HandoverForm) -> bool:
    if not form.validate():
        return False
    try:
        with transaction() as session:
            handovers.hand_over(
                session,
                submission_id,
                form.government.data or "",
                form.reason.data or "",
                version=form.version.data,
                actor=acting(),
            )
    except TriageError as error:
        form.form_errors.append(str(error))
        return False
    return True
