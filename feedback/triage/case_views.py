"""One submission's page, and what staff do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from feedback.calendar import today_jst
from feedback.intake.unmasking import Reason, ReasonMissing
from feedback.screening.forms import AsideForm, UnmaskForm
from feedback.storage import utc_now
from feedback.theming import service as theming
from feedback.triage import acts, bulk, conflicts, notes
from feedback.triage.acts import Done
from feedback.triage.bulk_change import BulkChange
from feedback.triage.bulk_forms import read_moment
from feedback.triage.case_forms import (
    CaseForm,
    NoteForm,
    TagForm,
    ThemeForm,
    read_choices,
    read_pairs,
)
from feedback.triage.conflicts import Conflict
from feedback.triage.decisions import ThemeChoice
from feedback.triage.errors import CaseChanged, NoteRefused, TagRefused, TriageError
from feedback.triage.forms import QueueForm, number_or_none
from feedback.triage.page import CasePage, OwnWords, case_page, own_words
from feedback.triage.service import CaseState
from feedback.triage.shared_views import (
    CONFLICT,
    REFUSED,
    Answer,
    blueprint,
    case_url,
    onward,
    queue_tokenizer,
    seen_view,
    tell_bulk,
    view_arguments,
)
from feedback.undo import views as undo
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

#: Unmasked words are shown once: no cache may keep them.
NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(slots=True)
class Shown:
    """What a case's page shows beside the case: forms that came back, words, a conflict."""

    form: CaseForm | None = None
    note: NoteForm = field(default_factory=NoteForm)
    tag: TagForm = field(default_factory=TagForm)
    words: OwnWords | None = None
    unmask: UnmaskForm = field(default_factory=UnmaskForm)
    conflict: Conflict | None = None
    code: int = 200


@blueprint.get("/<int:submission_id>")
@requires(Permission.READ_CASES)
def show_case(submission_id: int) -> Answer:
    """One submission."""
    return _show(submission_id, Shown())


@blueprint.post("/<int:submission_id>")
@requires(Permission.TRIAGE_CASES)
def change_case(submission_id: int) -> Answer:
    """Set status, assignee and due date, unless somebody else was faster."""
    form = CaseForm(request.form)
    if not form.is_sound:
        return _show(submission_id, Shown(form=form, code=REFUSED))
    wanted = form.wanted(request.form.get("due_in"), today_jst(utc_now()))
    version = form.version.data
    try:
        with transaction() as session:
            done = acts.change_case(session, submission_id, wanted, version=version, actor=acting())
    except CaseChanged:
        return _changed_meanwhile(submission_id, wanted, form)
    except TriageError as error:
        form.form_errors.append(str(error))
        return _show(submission_id, Shown(form=form, code=REFUSED))
    _tell(done, "変更はありませんでした。")
    return onward(submission_id)


@blueprint.post("/<int:submission_id>/notes")
@requires(Permission.TRIAGE_CASES)
def add_note(submission_id: int) -> Answer:
    """Write a note."""
    form = NoteForm(request.form)
    try:
        with transaction() as session:
            done = acts.add_note(session, submission_id, form.body.data or "", actor=acting())
    except NoteRefused as error:
        form.body.errors = [str(error)]
        return _show(submission_id, Shown(note=form, code=REFUSED))
    _tell(done)
    return redirect(case_url(submission_id, "notes"))


@blueprint.post("/<int:submission_id>/notes/remove")
@requires(Permission.TRIAGE_CASES)
def remove_note(submission_id: int) -> Response:
    """Take one's own note away again."""
    note_id = number_or_none(request.form.get("note")) or 0
    try:
        with transaction() as session:
            notes.remove_note(session, submission_id, note_id, actor=acting())
    except NoteRefused as error:
        flash(str(error), "error")
    else:
        flash("メモを削除しました。", "success")
    return redirect(case_url(submission_id, "notes"))


@blueprint.post("/<int:submission_id>/tags")
@requires(Permission.TRIAGE_CASES)
def add_tag(submission_id: int) -> Answer:
    """Put a tag on the case."""
    form = TagForm(request.form)
    try:
        with transaction() as session:
            done = acts.add_tag(session, submission_id, form.tag.data or "", actor=acting())
    except TagRefused as error:
        form.tag.errors = [str(error)]
        return _show(submission_id, Shown(tag=form, code=REFUSED))
    _tell(done, "このタグは、すでに付いています。")
    return redirect(case_url(submission_id, "tags"))


@blueprint.post("/<int:submission_id>/tags/remove")
@requires(Permission.TRIAGE_CASES)
def remove_tag(submission_id: int) -> Response:
    """Take a tag off the case."""
    with transaction() as session:
        done = acts.remove_tag(session, submission_id, request.form.get("tag", ""), actor=acting())
    _tell(done, "このタグは、すでに外されています。")
    return redirect(case_url(submission_id, "tags"))


@blueprint.post("/<int:submission_id>/statements/<int:statement_id>")
@requires(Permission.EDIT_THEMES)
def decide_theme(submission_id: int, statement_id: int) -> Answer:
    """Put a statement into the theme that was chosen from the list."""
    form = ThemeForm(request.form, prefix=f"statement-{statement_id}")
    theme_id, mark = number_or_none(form.theme.data), request.form.get("mark", "")
    return _choose(submission_id, [ThemeChoice(statement_id, theme_id, mark)])


@blueprint.post("/<int:submission_id>/themes/choose")
@requires(Permission.EDIT_THEMES)
def choose_themes(submission_id: int) -> Answer:
    """Put statements into themes that stood on the page, each with its mark."""
    return _choose(submission_id, read_choices(request.form.getlist("choice")))


@blueprint.post("/<int:submission_id>/themes")
@requires(Permission.EDIT_THEMES)
def accept_themes(submission_id: int) -> Answer:
    """Confirm proposals as they were shown, here or in the queue; with them those of the copies."""
    seen = read_pairs(" ".join(request.form.getlist("seen")).split())
    # The form around the queue sends its tick for every row; only some rows stand for copies.
    stands_for_copies = "then" not in request.args or "copies_of" in request.args
    if "copies" in request.form and stands_for_copies and seen:
        return _accept_copies(submission_id, seen)
    try:
        with transaction() as session:
            done = acts.accept_themes(session, submission_id, seen, actor=acting())
    except theming.ThemeError as error:
        return _refused(submission_id, seen, error)
    _tell(done)
    return _after_themes(submission_id, done)


@blueprint.post("/<int:submission_id>/words")
@requires(Permission.UNMASK_WORDS)
def unmask_words(submission_id: int) -> Answer:
    """Show the citizen's own words once; the audit log says who read them, and why."""
    form = UnmaskForm(request.form)
    try:
        reason = Reason.given(form.reason.data, form.detail.data)
    except ReasonMissing as error:
        form.reason.errors = [str(error)]
        return _show(submission_id, Shown(unmask=form, code=REFUSED))
    with transaction() as session:
        words = own_words(session, submission_id, reason, actor=acting())
    return _show(submission_id, Shown(words=words))


def _changed_meanwhile(submission_id: int, wanted: CaseState, form: CaseForm) -> Answer:
    page = _page(submission_id)
    found = conflicts.of_state(page, wanted, form.seen_state)
    return _render(page, Shown(conflict=found, code=CONFLICT))


def _choose(submission_id: int, choices: list[ThemeChoice]) -> Answer:
    try:
        with transaction() as session:
            done = acts.choose_themes(session, submission_id, choices, actor=acting())
    except theming.ThemeError as error:
        wanted = {each.statement_id: each.theme_id for each in choices}
        return _refused(submission_id, wanted, error)
    _tell(done)
    return _after_themes(submission_id, done)


def _accept_copies(submission_id: int, seen: Mapping[int, int]) -> Response:
    """The proposals that were seen, on this opinion and on every copy of its text."""
    themes = tuple(sorted(set(seen.values())))
    shown = seen_view(read_moment(request.form.get("seen_at")))
    with transaction() as session:
        begun = bulk.start_copies(
            session,
            submission_id,
            BulkChange(accept_from=0.0, only_themes=themes),
            shown,
            queue_tokenizer(),
            view=view_arguments(),
        )
    tell_bulk(begun)
    return onward(submission_id, "statements")


def _refused(
    submission_id: int, wanted: Mapping[int, int | None], error: theming.ThemeError
) -> Answer:
    """Somebody was faster, or the theme has gone: what was wanted, and how it stands now."""
    if "then" in request.args or not isinstance(error, theming.StaleStatement):
        flash(str(error), "error")
        return onward(submission_id, "statements", is_through=False)
    page = _page(submission_id)
    found = conflicts.of_themes(page, wanted)
    if not found.rows:
        flash("同じテーマに、すでに確定されています。", "info")
        return onward(submission_id, "statements")
    return _render(page, Shown(conflict=found, code=CONFLICT))


def _after_themes(submission_id: int, done: Done) -> Response:
    if not done.is_settled and "next" in request.form:
        flash("テーマがまだ決まっていない意見文があります。", "info")
    return onward(submission_id, done.anchor, is_through=done.is_settled)


def _tell(done: Done | None, otherwise: str = "") -> None:
    if done is None:
        flash(otherwise, "info")
    else:
        undo.flash_done(done.summary, done.act_id)


def _show(submission_id: int, shown: Shown) -> Answer:
    return _render(_page(submission_id), shown)


def _page(submission_id: int) -> CasePage:
    view = QueueForm(request.args).wanted()
    with reading() as session:
        return case_page(session, submission_id, view, queue_tokenizer(), actor=acting())


def _render(page: CasePage, shown: Shown) -> Answer:
    form = shown.form or CaseForm.showing(page)
    form.offer(page)
    html = render_template(
        "triage/case.html",
        page=page,
        form=form,
        note=shown.note,
        tag=shown.tag,
        theme_forms=[_theme_form(each.place, page) for each in page.statements],
        conflict=shown.conflict,
        overwriting=_overwriting(page, shown.conflict),
        words=shown.words,
        unmask=shown.unmask,
        aside=AsideForm(),
        view=view_arguments(),
        has_errors=shown.code != 200,
    )
    return html, shown.code, NOT_KEPT


def _overwriting(page: CasePage, conflict: Conflict | None) -> dict[str, str]:
    """The fields of the form that saves once more what somebody else has changed."""
    wanted = conflict.overwrites if conflict else None
    return CaseForm.overwriting(page, wanted) if wanted else {}


def _theme_form(place: theming.StatementPlace, page: CasePage) -> ThemeForm:
    form = ThemeForm(prefix=f"statement-{place.statement_id}", theme=str(place.theme_id or ""))
    form.offer(page.themes)
    return form
