"""Pages of reporting: the list, a report, its approval, its other forms."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Redirect

from feedback.calendar import Month
from feedback.reporting import charts, narrative, overview, pdf, service, tables, workbook
from feedback.reporting.overview import Overview
from feedback.reporting.service import Document
from feedback.storage import utc_now
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.errors import NotFound
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("reporting", __name__, url_prefix="/staff/reports")
blueprint.add_app_template_filter(narrative.signed, "signed")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@requires(Permission.READ_REPORTS)
def list_reports() -> str:
    """Months by governments, where each report stands."""
    with reading() as session:
        listed = overview.overview(
            session,
            call_slug=request.args.get("call"),
            page=page_number(request.args.get("page")),
            actor=acting(),
            now=utc_now(),
        )
    return render_template(
        "reporting/list_reports.html",
        listed=listed,
        columns=[{"label": name} for name in listed.governments] if listed else [],
        call_tabs=_call_tabs(listed) if listed else [],
    )


@blueprint.post("/")
@requires(Permission.DRAFT_REPORTS)
def draft_report() -> Redirect:
    """Draft a month's report, or draft it anew."""
    call_id, month, government = _draft_form()
    try:
        with transaction() as session:
            report = service.draft(session, call_id, month, government, actor=acting())
    except service.ReportRefused as refusal:
        flash(str(refusal), "error")
        return redirect(url_for(".list_reports"))
    flash(f"{month.label}の報告を作成しました。内容を確認してください。", "success")
    return redirect(url_for(".show_report", report_id=report.id))


@blueprint.get("/<int:report_id>")
@requires(Permission.READ_REPORTS)
def show_report(report_id: int) -> str:
    """A report to read and print."""
    with reading() as session:
        document = service.open_document(session, report_id, actor=acting())
        editions = service.editions(session, document, actor=acting())
    return render_template(
        "reporting/show_report.html",
        document=document,
        content=document.content,
        charts=charts.charts_of(document.content),
        editions=editions,
        may_draft=acting().may(Permission.DRAFT_REPORTS, document.content.head.government_slug),
        may_approve=acting().may(Permission.APPROVE_REPORTS, document.content.head.government_slug),
    )


@blueprint.route("/<int:report_id>/approval", methods=["GET", "POST"])
@requires(Permission.APPROVE_REPORTS)
def approve_report(report_id: int) -> str | Redirect:
    """Ask once more, then freeze the report."""
    if request.method == "POST":
        return _approved(report_id)
    document = _opened(report_id)
    acting().demand(Permission.APPROVE_REPORTS, document.content.head.government_slug)
    return render_template(
        "reporting/approve_report.html", document=document, content=document.content
    )


@blueprint.get("/<int:report_id>/charts/<name>.svg")
@requires(Permission.READ_REPORTS)
def show_chart(report_id: int, name: str) -> Response:
    """One chart of a report."""
    document = _opened(report_id)
    chart = charts.chart_of(document.content, name)
    if chart is None:
        raise NotFound(f"chart {name} of report {report_id}")
    return Response(chart.svg(), mimetype="image/svg+xml")


@blueprint.get("/<int:report_id>.pdf")
@requires(Permission.READ_REPORTS)
def download_pdf(report_id: int) -> Response:
    """The report typeset on A4."""
    document = _opened(report_id)
    return _file(pdf.typeset(document), document, "pdf", "application/pdf")


@blueprint.get("/<int:report_id>.xlsx")
@requires(Permission.READ_REPORTS)
def download_workbook(report_id: int) -> Response:
    """The report's figures as a workbook."""
    document = _opened(report_id)
    return _file(workbook.written(document), document, "xlsx", XLSX)


@blueprint.get("/<int:report_id>.csv")
@requires(Permission.READ_REPORTS)
def download_themes(report_id: int) -> Response:
    """The report's themes as CSV."""
    document = _opened(report_id)
    return _file(tables.themes_csv(document), document, "csv", "text/csv; charset=utf-8")


def _call_tabs(listed: Overview) -> list[dict[str, object]]:
    return [
        {
            "label": title,
            "url": url_for(".list_reports", call=slug),
            "current": slug == listed.call.slug,
        }
        for slug, title in listed.calls
    ]


def _opened(report_id: int) -> Document:
    with reading() as session:
        return service.open_document(session, report_id, actor=acting())


def _approved(report_id: int) -> Redirect:
    read_hash = request.form.get("content_hash", "")
    try:
        with transaction() as session:
            service.approve(session, report_id, content_hash=read_hash, actor=acting())
    except service.ReportRefused as refusal:
        flash(str(refusal), "error")
    else:
        flash("報告を承認しました。CIOが閲覧できます。", "success")
    return redirect(url_for(".show_report", report_id=report_id))


def _draft_form() -> tuple[int, Month, str]:
    try:
        month = Month.parse(request.form["month"])
        return int(request.form["call"]), month, request.form["government"]
    except ValueError as error:
        raise BadRequest from error


def _file(body: bytes, document: Document, ending: str, mimetype: str) -> Response:
    response = Response(body, content_type=mimetype)
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{document.file_stem}.{ending}"
    )
    return response
