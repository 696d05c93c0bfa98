"""Pages for what went wrong: what happened, and what to do next."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from feedback.web.actor import NotPermitted

STATUS_FORBIDDEN = 403
STATUS_NOT_FOUND = 404


class NotFound(Exception):
    """What the address names is not there, or not for this reader; becomes the 404 page."""


def init_app(app: Flask) -> None:
    """Register the error pages."""
    app.register_error_handler(NotPermitted, lambda _error: error_page(STATUS_FORBIDDEN))
    app.register_error_handler(NotFound, lambda _error: error_page(STATUS_NOT_FOUND))
    app.register_error_handler(HTTPException, _http_error)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return error_page(error.code)


def error_page(code: int) -> tuple[str, int]:
    """The page for an HTTP status code, in the reader's language."""
    title, advice = _words(code)
    is_staff = request.path.startswith("/staff")
    return (
        render_template("web/error.html", title=title, advice=advice, code=code, is_staff=is_staff),
        code,
    )


def _words(code: int) -> tuple[str, str]:
    match code:
        case 400:
            return (
                _("送信された内容を確認できませんでした"),
                _("前のページに戻り、もう一度お試しください。"),
            )
        case 403:
            return (
                _("このページを見る権限がありません"),
                _("担当の自治体や役割を確認し、必要なときは管理者に連絡してください。"),
            )
        case 404:
            return (
                _("ページが見つかりません"),
                _("アドレスが正しいか確認してください。ページが移動した可能性もあります。"),
            )
        case 413:
            return (
                _("送信された内容が大きすぎます"),
                _("文章を短くするか、ファイルを分けて、もう一度お試しください。"),
            )
        case 429:
            return (
                _("短い時間に多くの操作がありました"),
                _("少し時間をおいて、もう一度お試しください。"),
            )
        case _:
            return (
                _("ただいま処理できませんでした"),
                _("少し時間をおいて、もう一度お試しください。入力した内容は保存されていません。"),
            )
