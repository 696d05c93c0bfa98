"""Pages of replies to people: write, have approved, look at, send, write down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.answering import replies, reply_models, sending
from feedback.answering.reply_errors import RecordRefused, ReplyError
from feedback.answering.reply_forms import (
    ChooseTemplateForm,
    NoteForm,
    RecordForm,
    ReplyForm,
    SeenForm,
)
from feedback.answering.reply_models import Reply
from feedback.answering.reply_text import BODY_CHARACTERS
from feedback.intake.contacts import WrongContactKey
from feedback.mail import message_id
from feedback.web.actor import acting
from feedback.web.database import reading, settings, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("replies", __name__, url_prefix="/staff/cases/<int:submission_id>/reply")

FormT = TypeVar("FormT", bound=SeenForm)
Answer = str | Response | tuple[str, int]
REFUSED = 422


def init_app(app: Flask) -> None:
    """Lend the case page of an earlier room what this room knows of its replies."""
    app.add_template_global(_replies_of, "replies_of")


def _replies_of(submission_id: int) -> list[Reply]:
    with reading() as session:
        return list(reply_models.replies_of(session, submission_id))


@blueprint.get("")
@requires(Permission.DRAFT_REPLIES)
def show_reply(submission_id: int) -> Answer:
    """The reply under way and those before it."""
    return _page(submission_id)


@blueprint.post("")
@requires(Permission.DRAFT_REPLIES)
def save_draft(submission_id: int) -> Answer:
    """Keep the text."""
    form = ReplyForm()
    page = _read(submission_id)
    try:
        with transaction() as session:
            replies.save(
                session,
                submission_id,
                form.text(),
                seen=form.seen(),
                status_url=_status_url(page.receipt),
                actor=acting(),
            )
    except ReplyError as error:
        form.form_errors.append(str(error))
        return _page(submission_id, form=form)
    flash("下書きを保存しました。", "success")
    return redirect(url_for("replies.preview_reply", submission_id=submission_id))


@blueprint.get("/preview")
@requires(Permission.DRAFT_REPLIES)
def preview_reply(submission_id: int) -> Answer:
    """The text as it will be sent, but for the name and the address, which stay closed."""
    page = _read(submission_id)
    if page.current is None:
        return redirect(url_for("replies.show_reply", submission_id=submission_id))
    return _preview(page, page.text, None)


@blueprint.post("/preview")
@requires(Permission.SEND_REPLIES)
def check_reply(submission_id: int) -> Answer:
    """Exactly what will be sent and to whom; the audit log says who opened it."""
    try:
        with transaction() as session:
            page = replies.reply_page(session, submission_id, actor=acting())
            to = replies.recipient(
                session, submission_id, contact_key=settings().contact_key, actor=acting()
            )
            text = sending.signed(page.text, to)
    except (ReplyError, WrongContactKey) as error:
        flash(str(error), "error")
        return redirect(url_for("replies.preview_reply", submission_id=submission_id))
    return _preview(page, text, to.email)


@blueprint.post("/submit")
@requires(Permission.DRAFT_REPLIES)
def submit_reply(submission_id: int) -> Response:
    """Ask for approval."""

    def submit(session: Session, form: SeenForm) -> None:
        replies.submit(session, submission_id, seen=form.seen(), actor=acting())

    return _done(submission_id, SeenForm(), submit, "承認を依頼しました。")


@blueprint.post("/send")
@requires(Permission.SEND_REPLIES)
def send_reply(submission_id: int) -> Response:
    """Let the reply go."""

    def approve(session: Session, form: SeenForm) -> None:
        replies.approve(session, submission_id, seen=form.seen(), actor=acting())

    if settings().mail is None:
        flash("メールサーバーが設定されていないため、送れません。", "error")
        return redirect(url_for("replies.show_reply", submission_id=submission_id))
    return _done(
        submission_id, SeenForm(), approve, "送信を始めました。結果はこの画面に表示します。"
    )


@blueprint.post("/return")
@requires(Permission.SEND_REPLIES)
def return_reply(submission_id: int) -> Response:
    """Give a draft back to its author."""

    def send_back(session: Session, form: NoteForm) -> None:
        note = form.note.data or ""
        replies.send_back(session, submission_id, note, seen=form.seen(), actor=acting())

    return _done(submission_id, NoteForm(), send_back, "下書きを差し戻しました。")


@blueprint.post("/record")
@requires(Permission.DRAFT_REPLIES)
def record_reply(submission_id: int) -> Answer:
    """Write down an answer by letter, telephone or over the counter."""
    form = RecordForm()
    try:
        with transaction() as session:
            _record(session, submission_id, form)
    except ReplyError as error:
        form.form_errors.append(str(error))
        return _page(submission_id, record=form)
    flash("回答したことを記録しました。", "success")
    return redirect(url_for("replies.show_reply", submission_id=submission_id))


@blueprint.post("/withdraw")
@requires(Permission.DRAFT_REPLIES)
def withdraw_reply(submission_id: int) -> Response:
    """Call the reply off."""

    def withdraw(session: Session, form: SeenForm) -> None:
        replies.withdraw(session, submission_id, seen=form.seen(), actor=acting())

    return _done(submission_id, SeenForm(), withdraw, "この回答を取りやめました。")


@blueprint.post("/resolve")
@requires(Permission.SEND_REPLIES)
def resolve_reply(submission_id: int) -> Response:
    """Say whether a mail arrived of which nobody could know."""
    arrived = request.form.get("arrived") == "yes"

    def resolve(session: Session, form: SeenForm) -> None:
        replies.resolve(session, submission_id, arrived=arrived, seen=form.seen(), actor=acting())

    words = "届いていたことを記録しました。" if arrived else "届いていないことを記録しました。"
    return _done(submission_id, SeenForm(), resolve, words)


def _done(
    submission_id: int, form: Any, act: Callable[[Session, Any], None], words: str
) -> Response:
    """Do one thing to the reply and say how it went."""
    try:
        with transaction() as session:
            act(session, form)
    except ReplyError as error:
        flash(str(error), "error")
    else:
        flash(words, "success")
    return redirect(url_for("replies.show_reply", submission_id=submission_id))


def _record(session: Session, submission_id: int, form: RecordForm) -> None:
    method, day = form.how(), form.day()
    if method is None or day is None:
        raise RecordRefused("回答の方法を選び、回答した日を「2026-11-24」の形で入力してください。")
    replies.record_outside(
        session,
        submission_id,
        method,
        day,
        form.note.data or "",
        seen=form.seen(),
        actor=acting(),
    )


def _page(
    submission_id: int, *, form: ReplyForm | None = None, record: RecordForm | None = None
) -> Answer:
    chooser = ChooseTemplateForm(request.args)
    page = _read(submission_id)
    chooser.offer(page.templates)
    has_errors = bool(form or record)
    html = render_template(
        "replies/reply.html",
        page=page,
        form=form or _form(page, chooser.template.data),
        record=record or _shown(RecordForm(formdata=None), page),
        act=_shown(SeenForm(formdata=None), page),
        chooser=chooser,
        limit=BODY_CHARACTERS,
        mail_id=_mail_id(page),
        has_errors=has_errors,
    )
    return (html, REFUSED) if has_errors else html


def _preview(page: replies.ReplyPage, text: Any, to: str | None) -> str:
    mail = settings().mail
    return render_template(
        "replies/preview.html",
        page=page,
        text=text,
        to=to,
        sender=mail.sender if mail else None,
        act=_shown(SeenForm(formdata=None), page),
        back=_shown(NoteForm(formdata=None), page),
    )


def _read(submission_id: int) -> replies.ReplyPage:
    with reading() as session:
        return replies.reply_page(session, submission_id, actor=acting())


def _form(page: replies.ReplyPage, template: str | None) -> ReplyForm:
    text = page.text
    if template and template.isascii() and template.isdigit() and len(template) < 16:
        with reading() as session:
            text = replies.text_from_template(
                session,
                page.submission_id,
                int(template),
                status_url=_status_url(page.receipt),
                actor=acting(),
            )
    form = ReplyForm(formdata=None, subject=text.subject, body=text.body)
    return _shown(form, page)


def _shown(form: FormT, page: replies.ReplyPage) -> FormT:
    form.show(page)
    return form


def _mail_id(page: replies.ReplyPage) -> str | None:
    mail = settings().mail
    return message_id(page.current.mail_key, mail) if page.current and mail else None


def _status_url(number: str) -> str:
    mail = settings().mail
    base = mail.public_url if mail else request.url_root.rstrip("/")
    return base + url_for("publishing.show_status", number=number)
