"""Pages for typing in paper（紙の入力）: a bundle, then sheet after sheet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.calendar import today_jst
from feedback.calls.models import (
    Municipality,
    all_governments,
    all_initiatives,
    all_municipalities,
    initiatives_of,
    published_titles,
)
from feedback.intake import import_values, paper, service
from feedback.intake.differences import differing
from feedback.intake.import_values import Vocabulary
from feedback.intake.paper_forms import BundleForm, SheetForm, shown
from feedback.intake.paper_models import PaperBundle
from feedback.storage import utc_now
from feedback.web.actor import acting
from feedback.web.database import reading, settings, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("paper", __name__, url_prefix="/staff/paper")

Answer = str | Response | tuple[str, int]
REFUSED = 422


@dataclass(frozen=True, slots=True)
class Desk:
    """A bundle with everything that its form needs."""

    bundle: PaperBundle
    form: SheetForm
    vocabulary: Vocabulary
    towns: tuple[Municipality, ...]
    waiting: int | None
    """The number of the sheet to type again next."""


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def list_bundles() -> Answer:
    """The bundles, and the form to begin one."""
    form = _bundle_form()
    if form.validate_on_submit():
        with transaction() as session:
            bundle = paper.open_bundle(session, form.facts(), actor=acting())
        return redirect(url_for("paper.type_sheet", bundle_id=bundle.id))
    with reading() as session:
        rows = paper.list_bundles(session, actor=acting())
    return render_template("paper/list.html", form=form, rows=rows)


@blueprint.route("/<int:bundle_id>", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def type_sheet(bundle_id: int) -> Answer:
    """Type a sheet, and the next."""
    desk = _desk(bundle_id)
    if request.method == "POST":
        done = _typed(desk)
        if done is not None:
            _tell(done)
            return redirect(url_for("paper.type_sheet", bundle_id=bundle_id))
        return render_template("paper/sheet.html", desk=desk, number=None), REFUSED
    desk.form.start(desk.bundle, service.new_form_id())
    return render_template("paper/sheet.html", desk=desk, number=None)


@blueprint.get("/<int:bundle_id>/again")
@requires(Permission.IMPORT_OPINIONS)
def choose_again(bundle_id: int) -> Response:
    """Go to the sheet to type a second time next."""
    with reading() as session:
        number = paper.next_waiting(session, bundle_id, actor=acting())
    if number is None:
        flash("2回目の入力を待っている用紙はありません。", "info")
        return redirect(url_for("paper.type_sheet", bundle_id=bundle_id))
    return redirect(url_for("paper.type_again", bundle_id=bundle_id, sheet=number))


@blueprint.route("/<int:bundle_id>/again/<int:sheet>", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def type_again(bundle_id: int, sheet: int) -> Answer:
    """Type a sheet a second time; where the two differ, both are shown."""
    desk = _desk(bundle_id)
    if request.method == "GET":
        desk.form.start(desk.bundle, service.new_form_id())
        return render_template("paper/sheet.html", desk=desk, number=sheet)
    return _compared(desk, sheet)


@blueprint.post("/<int:bundle_id>/again/<int:sheet>/withdraw")
@requires(Permission.IMPORT_OPINIONS)
def withdraw_sheet(bundle_id: int, sheet: int) -> Response:
    """Take back a sheet that was typed by mistake."""
    try:
        with transaction() as session:
            paper.withdraw(session, bundle_id, sheet, actor=acting())
    except paper.PaperError as error:
        flash(str(error), "error")
    else:
        flash(f"{sheet}番の用紙の入力を取り下げました。", "success")
    return redirect(url_for("paper.choose_again", bundle_id=bundle_id))


def _typed(desk: Desk) -> paper.Typed | None:
    sheet = desk.form.sheet(desk.vocabulary) if desk.form.validate() else None
    if sheet is None:
        return None
    try:
        with transaction() as session:
            return paper.type_sheet(
                session,
                desk.bundle.id,
                sheet,
                desk.form.form_id.data or "",
                contact_key=settings().contact_key,
                actor=acting(),
            )
    except service.DraftWrong as wrong:
        desk.form.show(wrong.problems)
        return None


def _compared(desk: Desk, number: int) -> Answer:
    sheet = desk.form.sheet(desk.vocabulary) if desk.form.validate() else None
    differences: list[dict[str, object]] = []
    try:
        if sheet is not None:
            with transaction() as session:
                done = paper.type_again(
                    session,
                    desk.bundle.id,
                    number,
                    sheet,
                    is_settled=desk.form.settled.data == "yes",
                    contact_key=settings().contact_key,
                    actor=acting(),
                )
            _tell(done)
            return redirect(url_for("paper.choose_again", bundle_id=desk.bundle.id))
    except service.DraftWrong as wrong:
        desk.form.show(wrong.problems)
    except paper.SheetsDiffer as error:
        differences = _told(desk, error)
        desk.form.settled.data = "yes"
    except paper.SheetGone as gone:
        flash(str(gone), "error")
        return redirect(url_for("paper.choose_again", bundle_id=desk.bundle.id))
    page = render_template("paper/sheet.html", desk=desk, number=number, differences=differences)
    return page, REFUSED


def _told(desk: Desk, error: paper.SheetsDiffer) -> list[dict[str, object]]:
    towns = {each.code: each.name for each in desk.towns}
    return [
        {
            "label": desk.form[name].label.text,
            "pieces": differing(shown(name, error.first, towns), shown(name, error.second, towns)),
        }
        for name in error.fields
    ]


def _tell(done: paper.Typed) -> None:
    if done.receipt_number:
        flash(f"{done.number}番の用紙を登録しました（受付番号 {done.receipt_number}）。", "success")
    else:
        flash(f"{done.number}番の用紙を預かりました。用紙に番号を書いてください。", "success")


def _desk(bundle_id: int) -> Desk:
    form = SheetForm()
    with reading() as session:
        bundle = paper.bundle_of(session, bundle_id, actor=acting())
        initiatives = initiatives_of(session, bundle.call_id)
        towns = all_municipalities(session)
        vocabulary = import_values.vocabulary(all_governments(session), initiatives, towns)
        waiting = paper.next_waiting(session, bundle_id, actor=acting())
    form.offer([(each.slug, each.name) for each in initiatives])
    own = [each for each in towns if each.government_slug == bundle.government_slug]
    others = [each for each in towns if each.government_slug != bundle.government_slug]
    return Desk(bundle, form, vocabulary, (*own, *others), waiting)


def _bundle_form() -> BundleForm:
    form = BundleForm()
    own = acting().governments(Permission.IMPORT_OPINIONS)
    with reading() as session:
        calls = published_titles(session)
        governments = [
            (each.slug, each.name) for each in all_governments(session) if each.slug in own
        ]
        initiatives = [(each.slug, each.name) for each in reversed(all_initiatives(session))]
    form.offer(calls, governments, initiatives)
    if request.method == "GET":
        form.received_on.data = today_jst(utc_now())
    return form
