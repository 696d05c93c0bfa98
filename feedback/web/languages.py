"""The five languages of citizens' pages; staff pages are in Japanese."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Request, Response, g, request
from flask_babel import Babel

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Language:
    """A language that citizens can choose."""

    code: str
    """As in URLs, cookies and the database."""
    tag: str
    """BCP 47, for the ``lang`` attribute."""
    locale: str
    """The name of its catalogue below translations/.

    Plain Japanese is a gettext variant, as ``sr@latin`` is: with a territory (``ja_JP``) its
    catalogue would also be found for ``ja``, whose texts are the source itself.
    """
    name: str
    """Its name in itself."""


LANGUAGES = (
    Language("ja", "ja", "ja", "日本語"),
    Language("ja-easy", "ja", "ja@easy", "やさしい日本語"),
    Language("en", "en", "en", "English"),
    Language("zh", "zh-Hans", "zh", "中文"),
    Language("ko", "ko", "ko", "한국어"),
)
BY_CODE = {language.code: language for language in LANGUAGES}
SOURCE = BY_CODE["ja"]
STAFF_PREFIX = "/staff"

babel = Babel()


def init_app(app: Flask) -> None:
    """Choose each request's language and tell every template about it."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=SOURCE.locale,
        BABEL_DEFAULT_TIMEZONE="Asia/Tokyo",
        BABEL_TRANSLATION_DIRECTORIES=str(app.extensions["meyasubako_root"] / "translations"),
    )
    babel.init_app(app, locale_selector=lambda: current_language().locale)

    @app.context_processor
    def languages_for_templates() -> dict[str, object]:
        current = current_language()
        return {
            "current_language": current,
            "page_lang": current.tag,
            "languages": LANGUAGES,
        }

    @app.after_request
    def remember_choice(response: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in BY_CODE:
            response.set_cookie(
                COOKIE,
                chosen,
                max_age=COOKIE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            )
        return response


def current_language() -> Language:
    """The language of this request; Japanese outside of one and on staff pages."""
    if not request:
        return SOURCE
    if "language" not in g:
        g.language = _choose(request)
    language: Language = g.language
    return language


def _choose(incoming: Request) -> Language:
    if incoming.path.startswith(STAFF_PREFIX):
        return SOURCE
    for code in (incoming.args.get("lang"), incoming.cookies.get(COOKIE)):
        if code in BY_CODE:
            return BY_CODE[code]
    best = incoming.accept_languages.best_match(["ja", "en", "zh", "ko"], default="ja")
    return BY_CODE[best or "ja"]
