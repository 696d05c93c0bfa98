"""Pages of 個人情報の確認: the masks of one submission."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.intake.unmasking import Reason, ReasonMissing
from feedback.screening import marks
from feedback.screening.errors import ScreeningError
from feedback.screening.forms import MaskForm, UnmaskForm, number, verdict
from feedback.screening.page import masks_page
from feedback.undo.views import flash_done
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("masks", __name__, url_prefix="/staff/cases/<int:submission_id>/masks")

REFUSED = 422
Answer = str | Response | tuple[str, int]


@blueprint.get("")
@requires(Permission.EDIT_MASKS)
def show_masks(submission_id: int) -> Answer:
    """The masks of one submission, to confirm and to add to."""
    return _masks_page(submission_id)


@blueprint.post("")
@requires(Permission.EDIT_MASKS)
def add_mask(submission_id: int) -> Answer:
    """Mask what was selected, or the words that were typed."""
    form = MaskForm(request.form)
    try:
        with transaction() as session:
            done = marks.add(
                session,
                submission_id,
                form.selection() or form.typed(),
                form.kind.data or "",
                version=form.version.data or 0,
                actor=acting(),
            )
    except ScreeningError as error:
        form.form_errors.append(str(error))
        return _masks_page(submission_id, form=form)
    flash_done(done.summary, done.act_id)
    return redirect(url_for(".show_masks", submission_id=submission_id))


@blueprint.post("/decide")
@requires(Permission.EDIT_MASKS)
def decide_masks(submission_id: int) -> Response:
    """Say of one mask, or of all, whether it hides personal data."""
    said = verdict(request.form.get("decision", ""))
    version = number(request.form.get("version")) or 0
    try:
        with transaction() as session:
            which = marks.wanted(session, submission_id, said, actor=acting())
            done = marks.decide(session, submission_id, which, version=version, actor=acting())
    except ScreeningError as error:
        flash(str(error), "error")
    else:
        flash_done(done.summary, done.act_id)
    return redirect(url_for(".show_masks", submission_id=submission_id))


@blueprint.post("/words")
@requires(Permission.UNMASK_WORDS)
def show_words(submission_id: int) -> Answer:
    """Show once what the masks hide, to lift or narrow them; the audit log says who and why."""
    form = UnmaskForm(request.form)
    try:
        reason = Reason.given(form.reason.data, form.detail.data)
    except ReasonMissing as error:
        form.reason.errors = [str(error)]
        return _masks_page(submission_id, unmask=form)
    with transaction() as session:
        page = masks_page(session, submission_id, reason=reason, actor=acting())
    return render_template("screening/words.html", page=page, form=MaskForm())


@blueprint.post("/narrow")
@requires(Permission.UNMASK_WORDS)
def narrow_mask(submission_id: int) -> Response:
    """Hide only some of the words that a mask hides."""
    form = request.form
    mark, version = number(form.get("mark")) or 0, number(form.get("version")) or 0
    words = form.get("words", "")
    try:
        with transaction() as session:
            done = marks.narrow(
                session, submission_id, mark, words, version=version, actor=acting()
            )
    except ScreeningError as error:
        flash(str(error), "error")
    else:
        flash_done(done.summary, done.act_id)
    return redirect(url_for(".show_masks", submission_id=submission_id))


@blueprint.post("/release")
@requires(Permission.UNMASK_WORDS)
def release_words(submission_id: int) -> Response:
    """Show a text that the machine could not read, after a person has."""
    version = number(request.form.get("version")) or 0
    try:
        with transaction() as session:
            marks.release(session, submission_id, version=version, actor=acting())
    except ScreeningError as error:
        flash(str(error), "error")
    else:
        flash("確認を終え、伏せた文章を表示しました。", "success")
    return redirect(url_for(".show_masks", submission_id=submission_id))


def _masks_page(
    submission_id: int, *, form: MaskForm | None = None, unmask: UnmaskForm | None = None
) -> Answer:
    with reading() as session:
        page = masks_page(session, submission_id, actor=acting())
    is_wrong = form is not None or unmask is not None
    html = render_template(
        "screening/masks.html",
        page=page,
        form=form or MaskForm(),
        unmask=unmask or UnmaskForm(),
        has_errors=is_wrong,
    )
    return (html, REFUSED) if is_wrong else html
