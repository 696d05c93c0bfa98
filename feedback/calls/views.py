"""Pages on which staff make calls for opinions（意見募集）without a developer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from feedback.calls import desk, editing, forms
from feedback.calls.desk import CallStanding
from feedback.calls.draft import PARTS, word_field
from feedback.calls.editing import CallError, CallRefused, StaleCall
from feedback.calls.forms import CallForm, StepForm
from feedback.calls.models import Call, CallState
from feedback.calls.offered import initiative_groups
from feedback.web.actor import REGION, acting
from feedback.web.database import reading, transaction
from feedback.web.languages import BY_CODE, LANGUAGES, SOURCE, Language
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("calls", __name__, url_prefix="/staff/calls")

LOOK = "preview"


@blueprint.get("")
@requires(Permission.MANAGE_CALLS)
def list_calls() -> str:
    """The calls that the reader manages."""
    with reading() as session:
        rows = desk.list_calls(session, actor=acting())
    return render_template("calls/list.html", rows=rows)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_CALLS)
def new_call() -> str | Response:
    """Write a new call, which only staff see at first."""
    own = acting().governments(Permission.MANAGE_CALLS) - {REGION}
    form = CallForm(governments=sorted(own))
    _offer(form)
    if form.is_submitted():
        made = _kept(form, None)
        if made is not None:
            return _onward(made, "下書きを保存しました。公開するまで、市民には表示されません。")
    return _form_page(form, None)


@blueprint.route("/<int:call_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CALLS)
def edit_call(call_id: int) -> str | Response:
    """Change a call."""
    now = _standing(call_id)
    if now.state is CallState.ARCHIVED and request.method == "GET":
        return redirect(url_for("calls.preview_call", call_id=call_id))
    form = CallForm(version=str(now.version), **forms.values_of(now.draft))
    _offer(form)
    if now.state is not CallState.DRAFT:
        form.fix()
    if form.is_submitted():
        kept = _kept(form, now)
        if kept is not None:
            return _onward(kept, "意見募集の内容を保存しました。")
    return _form_page(form, now)


@blueprint.get("/<int:call_id>/preview")
@requires(Permission.MANAGE_CALLS)
def preview_call(call_id: int) -> str:
    """See the call as citizens see it, or will."""
    return _preview_page(call_id, is_asking=False)


@blueprint.route("/<int:call_id>/publish", methods=["GET", "POST"])
@requires(Permission.MANAGE_CALLS)
def publish_call(call_id: int) -> str | Response:
    """Look at a draft once more, and publish it."""
    if request.method == "POST":
        return _stepped(call_id, editing.publish_call, "意見募集を公開しました。")
    return _preview_page(call_id, is_asking=True)


@blueprint.route("/<int:call_id>/end", methods=["GET", "POST"])
@requires(Permission.MANAGE_CALLS)
def end_call(call_id: int) -> str | Response:
    """Take no more opinions from now on, once it is confirmed."""
    if request.method == "POST":
        return _stepped(call_id, editing.end_call, "受付を終えました。")
    now = _standing(call_id)
    form = StepForm(formdata=None, version=str(now.version))
    return render_template("calls/end.html", view=now, form=form)


@blueprint.post("/<int:call_id>/archive")
@requires(Permission.MANAGE_CALLS)
def archive_call(call_id: int) -> Response:
    """Take a closed call off the front page."""
    return _stepped(
        call_id,
        editing.archive_call,
        "保管しました。ページのアドレスは引き続き使えます。",
    )


@blueprint.post("/<int:call_id>/restore")
@requires(Permission.MANAGE_CALLS)
def restore_call(call_id: int) -> Response:
    """List an archived call on the front page again."""
    return _stepped(call_id, editing.restore_call, "意見募集を保管から戻しました。")


def _standing(call_id: int, language: Language = SOURCE) -> CallStanding:
    with reading() as session:
        return desk.standing(session, call_id, actor=acting(), language=language.code)


def _offer(form: CallForm) -> None:
    with reading() as session:
        form.offer(desk.choices_for(session, acting()))


def _kept(form: CallForm, now: CallStanding | None) -> Call | None:
    """The call as it was stored; None when something is wrong, which the form then says."""
    is_readable = form.validate()
    draft = form.draft(now.draft if now else None)
    try:
        with transaction() as session:
            if not is_readable:
                published = now.draft if now and now.state is not CallState.DRAFT else None
                found = editing.problems(session, draft, actor=acting(), before=published)
                raise CallRefused(found)
            if now is None:
                return editing.add_call(session, draft, actor=acting())
            return editing.change_call(session, now.id, draft, version=form.seen(), actor=acting())
    except CallRefused as refused:
        form.show(refused.problems)
    except CallError as error:
        form.form_errors.append(str(error))
    return None


def _onward(call: Call, message: str) -> Response:
    flash(message, "success")
    step = "publish_call" if request.form.get("next") == LOOK else "edit_call"
    return redirect(url_for(f"calls.{step}", call_id=call.id))


def _form_page(form: CallForm, now: CallStanding | None) -> str:
    differences = None
    with reading() as session:
        choices = desk.choices_for(session, acting())
    if now is not None and form.is_submitted() and form.seen() != now.version:
        differences = forms.comparison(form.draft(now.draft), now.draft, choices)
        # Who saves again has seen what the other wrote.
        form.version.data = str(now.version)
    return render_template(
        "calls/edit.html",
        form=form,
        view=now,
        differences=differences,
        hints=forms.initiative_hints(choices),
        others=forms.OTHER_LANGUAGES,
        parts=PARTS,
        word_field=word_field,
    )


def _preview_page(call_id: int, *, is_asking: bool) -> str:
    language = BY_CODE.get(request.args.get("language", ""), SOURCE)
    now = _standing(call_id, language)
    return render_template(
        "calls/preview.html",
        view=now,
        is_asking=is_asking and now.state is CallState.DRAFT,
        language=language,
        all_languages=LANGUAGES,
        missing=[each.name for each in LANGUAGES if each.code not in now.draft.words],
        page=_as_citizens_see_it(now, language),
        form=StepForm(formdata=None, version=str(now.version)),
    )


def _as_citizens_see_it(now: CallStanding, language: Language) -> str:
    page = now.offered.page
    with force_locale(language.locale):
        # The names are marked for translation where citizens' pages have them.
        names = {each.slug: gettext(each.name) for each in page.governments}
        return render_template(
            "publishing/call_body.html",
            call=page,
            period=now.offered.period,
            names=list(names.values()),
            groups=initiative_groups(page),
            government_label=names.__getitem__,
            current_language=language,
            level=2,
            is_preview=True,
        )


def _stepped(call_id: int, act: Callable[..., Call], message: str) -> Response:
    form = StepForm()
    try:
        with transaction() as session:
            act(session, call_id, version=form.seen(), actor=acting())
    except StaleCall as error:
        flash(str(error), "error")
        return redirect(url_for("calls.preview_call", call_id=call_id))
    except CallError as error:
        flash(str(error), "error")
        return redirect(url_for("calls.edit_call", call_id=call_id))
    flash(message, "success")
    return redirect(url_for("calls.preview_call", call_id=call_id))
