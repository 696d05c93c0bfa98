"""The page on which administrators keep the rules for due dates（期限の決まり）."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.triage import deadlines
from feedback.triage.errors import RuleRefused
from feedback.triage.forms import RuleForm
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("deadlines", __name__, url_prefix="/staff/deadlines")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def list_rules() -> str | Response:
    """The rule of each government whose staff the reader manages."""
    with reading() as session:
        every = deadlines.rules(session)
    managed = acting().governments(Permission.MANAGE_STAFF)
    forms = {
        slug: RuleForm(prefix=slug, due_days=rule.due_days, urgent_hours=rule.urgent_hours)
        for slug, rule in every.items()
        if slug in managed
    }
    asked = request.form.get("government", "")
    if request.method == "POST" and asked in forms:
        forms[asked].process(request.form)
        if _saved(asked, forms[asked]):
            flash("期限の決まりを保存しました。これから受け付ける意見に使います。", "success")
            return redirect(url_for("deadlines.list_rules"))
    return render_template("deadlines/list.html", forms=forms)


def _saved(government: str, form: RuleForm) -> bool:
    if not form.validate():
        return False
    rule = deadlines.Rule(government, form.due_days.data, form.urgent_hours.data or 0)
    try:
        with transaction() as session:
            deadlines.set_rule(session, rule, actor=acting())
    except RuleRefused as error:
        form.form_errors.append(str(error))
        return False
    return True
