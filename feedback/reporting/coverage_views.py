"""The page of who is speaking against who lives here（声の偏り）."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from feedback.calls.population import SOURCE
from feedback.reporting import coverage
from feedback.reporting.forms import CoverageForm
from feedback.theming import overview
from feedback.web.database import reading
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("coverage", __name__, url_prefix="/staff/coverage")


@blueprint.get("")
@requires(Permission.READ_REPORTS)
def show_coverage() -> str:
    """Who was heard, by place and age, against the population."""
    form = CoverageForm(request.args)
    with reading() as session:
        call = overview.call_of(session, form.call.data or None)
        form.call.data = call.slug
        form.offer(
            coverage.call_choices(session),
            [(each.slug, each.name) for each in coverage.prefectures(session)],
            overview.theme_options(session, call.id),
        )
        found = coverage.coverage(session, form.wanted(call.id))
    return render_template("reporting/coverage.html", form=form, found=found, source=SOURCE)
