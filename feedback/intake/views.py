"""The citizen's form, the page to check it, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from feedback.calls import service as calls
from feedback.calls.models import all_municipalities
from feedback.intake import before_sending, qr, receipts, service, words
from feedback.intake.forms import OpinionForm
from feedback.intake.models import Submission
from feedback.intake.rules import LONGEST_BODY, SHORTEST_BODY, rules_of
from feedback.storage import utc_now
from feedback.web.database import reading, settings, transaction
from feedback.web.errors import NotFound
from feedback.web.languages import current_language
from feedback.web.look_ups import count_look_up
from feedback.web.permissions import public
from feedback.web.security import csrf

blueprint = Blueprint("intake", __name__)

EDIT, CHECK, HIDE, SEND = "edit", "check", "hide", "send"
#: The id of the form in both of its pages; a choice of language sends it along.
FORM_ID = "opinion"
#: Far more than the longest opinion takes; what is a little too long still comes back as typed.
LARGEST_FORM = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A call and the form to answer it."""

    call: calls.CallPage
    form: OpinionForm


@blueprint.route("/calls/<slug>/opinion", methods=["GET", "POST"])
@public
def write_opinion(slug: str) -> Response:
    """Write an opinion, check it, send it; three steps of one address."""
    request.max_content_length = LARGEST_FORM
    page = _open_form(slug)
    if not page.call.is_open(utc_now()):
        return _closed(page)
    return _step(page, request.form.get("step", ""))


# The form checks its token itself, so that an expired one gives the text back.
csrf.exempt(write_opinion)


@blueprint.get("/receipts/<number>")
@public
def show_receipt(number: str) -> Response:
    """The receipt of a submission."""
    count_look_up()
    with reading() as session:
        submission = service.submission_of(session, receipts.parse(number) or "")
    shown = receipts.display(submission.receipt_number)
    address = url_for("publishing.show_status", number=shown, _external=True)
    return _personal(
        render_template(
            "intake/receipt.html",
            number=shown,
            code=qr.svg(address),
            government=words.GOVERNMENTS[submission.government_slug],
            submission=submission,
        )
    )


def _step(page: OpenForm, step: str) -> Response:
    if step not in {CHECK, HIDE, SEND}:
        return _form_page(page)
    if step == HIDE:
        page.form.hide_personal_data()
    is_right, has_expired = _is_filled_in(page)
    if step == SEND and is_right and not has_expired:
        return _send(page)
    is_right = _keeps_the_rules(page) and is_right
    if not is_right or has_expired:
        return _form_page(page, has_expired=has_expired)
    return _check_page(page)


def _check_page(page: OpenForm) -> Response:
    found = before_sending.advice(page.form.title.data or "", page.form.body.data or "")
    return _personal(
        _page(
            "check_opinion",
            page,
            language_choice={"form": FORM_ID, "step": CHECK, "enter": SEND},
            personal=[(words.PERSONAL_PARTS[each.kind], each.words) for each in found.personal],
            is_in_need=bool(found.needs),
            help_lines=words.help_lines(found.needs),
        )
    )


def _personal(answer: ResponseReturnValue) -> Response:
    """Out of every cache, also a shared computer's, and out of search engines."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(template: str, page: OpenForm, **more: object) -> str:
    with reading() as session:
        municipalities = all_municipalities(session)
    page.form.offer_municipalities(page.call, municipalities, current_language())
    return render_template(f"intake/{template}.html", call=page.call, form=page.form, **more)


def _closed(page: OpenForm) -> Response:
    # A link to another language would open a fresh page without what was typed.
    more: dict[str, object] = {"languages": ()} if request.method == "POST" else {}
    return _personal(_page("closed", page, is_early=utc_now() < page.call.opens_at, **more))


def _open_form(slug: str) -> OpenForm:
    language = current_language()
    # Only what a form sends: neither JSON nor an uploaded file is an opinion.
    form = OpinionForm(formdata=request.form if request.method == "POST" else None)
    with reading() as session:
        try:
            call = calls.open_page(session, slug, language.code)
        except calls.CallNotFound as error:
            raise NotFound(slug) from error
    form.offer(call, language)
    return OpenForm(call, form)


def _is_filled_in(page: OpenForm) -> tuple[bool, bool]:
    """Whether the form is whole and its choices are ours, and whether its page had expired."""
    form = page.form
    form.validate()
    has_expired = form.forget_expiry()
    _draft, forged = form.draft(page.call.id, current_language())
    form.show(forged)
    return not form.errors, has_expired


def _keeps_the_rules(page: OpenForm) -> bool:
    """Whether the opinion would be taken in; what would not is said beside its field."""
    form = page.form
    draft, _forged = form.draft(page.call.id, current_language())
    with reading() as session:
        draft, problems = service.check(rules_of(session, page.call.id), draft)
    form.tidy(draft)
    form.show(problems)
    return not form.errors


def _form_page(page: OpenForm, *, has_expired: bool = False) -> Response:
    html = _page(
        "write_opinion",
        page,
        language_choice={"form": FORM_ID, "step": EDIT, "enter": CHECK},
        has_errors=bool(page.form.errors),
        has_expired=has_expired,
        shortest=SHORTEST_BODY,
        longest=LONGEST_BODY,
    )
    response = _personal(html)
    # The browser may keep it, so that going back finds the text again; no shared cache may.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _send(page: OpenForm) -> Response:
    draft, _forged = page.form.draft(page.call.id, current_language())
    try:
        submission = _stored(draft, page.form.form_id.data)
    except service.CallClosed:
        return _closed(page)
    except service.DraftWrong:
        _keeps_the_rules(page)
        return _form_page(page)
    number = receipts.display(submission.receipt_number)
    return _personal(redirect(url_for("intake.show_receipt", number=number), code=303))


def _stored(draft: service.Draft, form_id: str) -> Submission:
    with transaction() as session:
        return service.submit(
            session,
            draft,
            idempotency_key=service.form_key(form_id, draft),
            contact_key=settings().contact_key,
        )
