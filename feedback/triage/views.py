"""Pages of triage: the queue, one submission, and what staff do there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from analysis.tokens import Tokenizer, tokenizer
from feedback.theming import service as theming
from feedback.triage import chips, copies, listing, saved, service
from feedback.triage.asking import Field
from feedback.triage.choices import KeptView
from feedback.triage.counting import Count
from feedback.triage.filters import QueueFilter
from feedback.triage.forms import (
    BulkForm,
    CaseForm,
    NamedViewForm,
    NoteForm,
    QueueForm,
    TagForm,
    ThemeForm,
    number_or_none,
)
from feedback.triage.models import CaseStatus
from feedback.triage.page import CasePage, OwnWords, case_page, own_words
from feedback.triage.service import BulkChange, CaseState, TriageError
from feedback.web.actor import acting
from feedback.web.database import reading, settings, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("triage", __name__, url_prefix="/staff/cases")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
REFUSED = 422
CONFLICT = 409
#: Unmasked words are shown once: no cache may keep them.
NOT_KEPT = {"Cache-Control": "no-store"}
_OF_ONE_TAB = ("status", "page")
#: The address of the whole queue, also for those who begin with a view of their own.
WHOLE = {"view": ["all"]}


@blueprint.get("")
@requires(Permission.READ_CASES)
def show_queue() -> Answer:
    """The queue, as its address says; without any, as this person wants to begin."""
    begun = _begin() if not request.args else None
    if begun is not None:
        return redirect(begun)
    form = QueueForm(request.args)
    wanted = form.wanted()
    with reading() as session:
        number = page_number(request.args.get("page"))
        queue = listing.read_queue(session, wanted, _tokenizer(), page=number, actor=acting())
    return render_template("triage/queue.html", queue=queue, **_queue_parts(form, wanted, queue))


def _begin() -> str | None:
    """The address of the view with which this person begins."""
    with reading() as session:
        arguments = saved.default_arguments(session, actor=acting())
    return url_for("triage.show_queue", **arguments) if arguments else None


def _queue_parts(form: QueueForm, wanted: QueueFilter, queue: listing.Queue) -> dict[str, object]:
    bulk, keeping = BulkForm(), NamedViewForm(conditions=request.query_string.decode())
    form.offer(queue.choices)
    bulk.offer(queue.choices)
    keeping.offer(acting(), queue.choices)
    return {
        "form": form,
        "bulk": bulk,
        "keeping": keeping,
        "chips": chips.chips_of(wanted, queue.choices, _view_arguments()),
        "saved_views": _view_links(queue.choices.views),
        "fields": list(Field),
        "status_tabs": _status_tabs(queue, wanted.status),
        "view": _view_arguments(),
    }


@blueprint.get("/<int:submission_id>/copies")
@requires(Permission.READ_CASES)
def show_copies(submission_id: int) -> str:
    """Every copy of a mass post, with what sets it apart."""
    with reading() as session:
        page = copies.read_copies(
            session,
            submission_id,
            _tokenizer(),
            page=page_number(request.args.get("page")),
            actor=acting(),
        )
    return render_template("triage/copies.html", page=page)


@blueprint.post("/bulk")
@requires(Permission.TRIAGE_CASES)
def change_cases() -> Response:
    """Change the ticked cases and say how it went."""
    form = BulkForm(request.form)
    status = CaseStatus(form.new_status.data) if form.new_status.data in set(CaseStatus) else None
    change = BulkChange(status, number_or_none(form.new_assignee.data))
    selected = form.selected()
    if not selected or change == BulkChange():
        flash("変更する意見と、変更後の対応状況または担当を選んでください。", "error")
        return redirect(url_for("triage.show_queue", **_view_arguments()))
    with transaction() as session:
        result = service.change_cases(session, selected, change, actor=acting())
    _tell(result)
    return redirect(url_for("triage.show_queue", **_view_arguments()))


@blueprint.get("/<int:submission_id>")
@requires(Permission.READ_CASES)
def show_case(submission_id: int) -> Answer:
    """One submission."""
    return _case_page(submission_id)


@blueprint.post("/<int:submission_id>")
@requires(Permission.TRIAGE_CASES)
def change_case(submission_id: int) -> Answer:
    """Set status, assignee and due date, unless somebody else was faster."""
    form = CaseForm(request.form)
    if not form.validate() or form.status.data not in set(CaseStatus):
        return _case_page(submission_id, form=form, code=REFUSED)
    wanted = CaseState(
        CaseStatus(form.status.data), number_or_none(form.assignee.data), form.due_on.data
    )
    version = form.version.data
    try:
        with transaction() as session:
            service.change_case(session, submission_id, wanted, version=version, actor=acting())
    except service.CaseChanged as error:
        return _case_page(submission_id, form=form, stale=error, code=CONFLICT)
    except TriageError as error:
        form.form_errors.append(str(error))
        return _case_page(submission_id, form=form, code=REFUSED)
    flash("保存しました。", "success")
    return redirect(_case_url(submission_id))


@blueprint.post("/<int:submission_id>/notes")
@requires(Permission.TRIAGE_CASES)
def add_note(submission_id: int) -> Answer:
    """Write a note."""
    form = NoteForm(request.form)
    try:
        with transaction() as session:
            service.add_note(session, submission_id, form.body.data or "", actor=acting())
    except service.NoteRefused as error:
        form.body.errors = [str(error)]
        return _case_page(submission_id, note=form, code=REFUSED)
    return redirect(_case_url(submission_id, "notes"))


@blueprint.post("/<int:submission_id>/tags")
@requires(Permission.TRIAGE_CASES)
def add_tag(submission_id: int) -> Answer:
    """Put a tag on the case."""
    form = TagForm(request.form)
    try:
        with transaction() as session:
            service.add_tag(session, submission_id, form.tag.data or "", actor=acting())
    except service.TagRefused as error:
        form.tag.errors = [str(error)]
        return _case_page(submission_id, tag=form, code=REFUSED)
    return redirect(_case_url(submission_id, "tags"))


@blueprint.post("/<int:submission_id>/tags/remove")
@requires(Permission.TRIAGE_CASES)
def remove_tag(submission_id: int) -> Response:
    """Take a tag off the case."""
    with transaction() as session:
        service.remove_tag(session, submission_id, request.form.get("tag", ""), actor=acting())
    return redirect(_case_url(submission_id, "tags"))


@blueprint.post("/<int:submission_id>/statements/<int:statement_id>")
@requires(Permission.EDIT_THEMES)
def decide_theme(submission_id: int, statement_id: int) -> Response:
    """Put a statement into the theme that was chosen."""
    form = ThemeForm(request.form, prefix=f"statement-{statement_id}")
    theme_id = number_or_none(form.theme.data)
    try:
        with transaction() as session:
            service.decide_theme(session, submission_id, statement_id, theme_id, actor=acting())
    except theming.ThemeError as error:
        flash(str(error), "error")
    return redirect(_case_url(submission_id, f"statement-{statement_id}"))


@blueprint.post("/<int:submission_id>/themes")
@requires(Permission.EDIT_THEMES)
def accept_themes(submission_id: int) -> Response:
    """Confirm proposals as they were shown."""
    seen = {
        int(statement): int(theme)
        for statement, _, theme in (each.partition(":") for each in request.form.getlist("seen"))
        if number_or_none(statement) and number_or_none(theme)
    }
    try:
        with transaction() as session:
            service.accept_themes(session, submission_id, seen, actor=acting())
    except theming.ThemeError as error:
        flash(str(error), "error")
    return redirect(_case_url(submission_id, "statements"))


@blueprint.post("/<int:submission_id>/words")
@requires(Permission.UNMASK_WORDS)
def unmask_words(submission_id: int) -> Answer:
    """Show the citizen's own words once; the audit log says who read them."""
    with transaction() as session:
        words = own_words(session, submission_id, actor=acting())
    return _case_page(submission_id, words=words)


def _case_page(
    submission_id: int,
    *,
    form: CaseForm | None = None,
    note: NoteForm | None = None,
    tag: TagForm | None = None,
    stale: service.CaseChanged | None = None,
    words: OwnWords | None = None,
    code: int = 200,
) -> Answer:
    view = QueueForm(request.args).wanted()
    with reading() as session:
        page = case_page(session, submission_id, view, _tokenizer(), actor=acting())
    case = page.case
    form = form or CaseForm(
        status=case.status.value, assignee=str(case.assignee_id or ""), due_on=case.due_on
    )
    form.offer(page)
    html = render_template(
        "triage/case.html",
        page=page,
        form=form,
        note=note or NoteForm(),
        tag=tag or TagForm(),
        theme_forms=[_theme_form(each.place, page) for each in page.statements],
        stale=stale,
        words=words,
        view=_view_arguments(),
        has_errors=code != 200,
    )
    return html, code, NOT_KEPT


def _theme_form(place: theming.StatementPlace, page: CasePage) -> ThemeForm:
    form = ThemeForm(prefix=f"statement-{place.statement_id}", theme=str(place.theme_id or ""))
    form.offer(page.themes)
    return form


def _tell(result: service.BulkResult) -> None:
    if result.changed:
        flash(f"{result.changed:,}件を変更しました。", "success")
    if result.stale:
        flash(
            f"{result.stale:,}件は、表示した後にほかの職員が更新したため、変更していません。",
            "warning",
        )
    for reason in result.refused:
        flash(f"変更できなかった意見があります。{reason}", "warning")
    if not (result.changed or result.stale or result.refused):
        flash("変更はありませんでした。", "info")


def _case_url(submission_id: int, anchor: str | None = None) -> str:
    return url_for(
        "triage.show_case", submission_id=submission_id, _anchor=anchor, **_view_arguments()
    )


def _view_arguments() -> dict[str, Any]:
    """The view of the queue that this address carries along, and nothing else of it."""
    names = (*QueueForm()._fields, "view", "page")
    return {
        name: values
        for name in names
        if (values := [each for each in request.args.getlist(name) if each])
    }


def _status_tabs(queue: listing.Queue, current: CaseStatus | None) -> list[dict[str, object]]:
    kept = {name: each for name, each in _view_arguments().items() if name not in _OF_ONE_TAB}
    tabs: list[CaseStatus | None] = [None, *CaseStatus]
    return [
        {
            "label": status.label if status else "すべて",
            "url": url_for(
                "triage.show_queue", **kept or WHOLE, status=status.value if status else None
            ),
            "current": status is current,
            **_number(queue.counts.get(status)),
        }
        for status in tabs
    ]


def _number(count: Count | None) -> dict[str, object]:
    return {"count": count.number, "is_more": not count.is_exact} if count else {}


def _view_links(views: tuple[KeptView, ...]) -> list[dict[str, object]]:
    """The saved views with their addresses; the one that is shown is marked."""
    shown = request.args.get("view", "")
    return [
        {
            "label": each.name,
            "url": url_for("triage.show_queue", **saved.arguments_of(each.id, each.conditions)),
            "current": shown == str(each.id),
            "is_shared": each.is_shared,
        }
        for each in views
    ]


def _tokenizer() -> Tokenizer:
    return tokenizer(settings().tokenizer)
