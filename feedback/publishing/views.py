"""Citizens' pages: calls, themes, answers, the status of one's own opinion."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from feedback.calls.offered import initiative_groups
from feedback.intake import receipts
from feedback.intake import words as intake_words
from feedback.publishing import service, status
from feedback.publishing.forms import LookUpForm
from feedback.storage import utc_now
from feedback.web.actor import REGION
from feedback.web.database import reading
from feedback.web.languages import BY_CODE, current_language
from feedback.web.look_ups import count_look_up
from feedback.web.permissions import public

blueprint = Blueprint("publishing", __name__)


@blueprint.app_context_processor
def footer_of_public_pages() -> dict[str, object]:
    """The links at the foot of every public page."""
    links = {
        _("受付番号で調べる"): "publishing.look_up",
        _("目安箱について"): "publishing.show_about",
        _("個人情報の取扱い"): "publishing.show_privacy",
        _("アクセシビリティ"): "publishing.show_accessibility",
    }
    return {
        "footer_links": [
            {"label": label, "url": url_for(endpoint)} for label, endpoint in links.items()
        ]
    }


@blueprint.context_processor
def names_for_templates() -> dict[str, object]:
    """Names in the reader's language for this room's pages."""
    return {"government_label": government_label, "tag_of": tag_of}


def government_label(slug: str) -> str:
    """東京都, … in the reader's language."""
    return _("一都三県") if slug == REGION else str(intake_words.GOVERNMENTS[slug])


def tag_of(language: str) -> str:
    """The ``lang`` attribute for a language of the database."""
    return BY_CODE[language].tag if language in BY_CODE else language


@blueprint.get("/")
@public
def home() -> str:
    """The front page."""
    with reading() as session:
        page = service.home_page(session, current_language().code, now=utc_now())
    return render_template("publishing/home.html", page=page, form=LookUpForm())


@blueprint.get("/calls/<slug>")
@public
def show_call(slug: str) -> str:
    """What a call asks, of whom, and until when."""
    language = current_language().code
    with reading() as session:
        offered = service.call_page(session, slug, language, now=utc_now())
    return render_template(
        "publishing/show_call.html",
        call=offered.page,
        period=offered.period,
        names=[government_label(each.slug) for each in offered.page.governments],
        groups=initiative_groups(offered.page),
        level=1,
        is_preview=False,
    )


@blueprint.get("/calls/<slug>/themes")
@public
def list_themes(slug: str) -> str:
    """The checked themes of a call."""
    with reading() as session:
        page = service.theme_list(session, slug, current_language().code)
    return render_template("publishing/list_themes.html", page=page)


@blueprint.get("/calls/<slug>/themes/<int:theme_id>")
@public
def show_theme(slug: str, theme_id: int) -> ResponseReturnValue:
    """A theme with quotes, counts and answers."""
    try:
        with reading() as session:
            page = service.theme_page(session, slug, theme_id, current_language().code)
    except service.ThemeMoved as moved:
        address = url_for(".show_theme", slug=slug, theme_id=moved.theme_id)
        return redirect(address, code=301)
    return render_template("publishing/show_theme.html", page=page)


@blueprint.get("/status")
@public
def look_up() -> ResponseReturnValue:
    """The form to look up an opinion; a right number leads to its page."""
    form = LookUpForm(request.args)
    if "number" not in request.args:
        return _look_up_page(form, 200)
    if form.validate():
        number = receipts.display(receipts.parse(form.number.data or "") or "")
        return _private(redirect(url_for(".show_status", number=number)))
    count_look_up()
    return _look_up_page(form, 400)


@blueprint.get("/status/<number>")
@public
def show_status(number: str) -> ResponseReturnValue:
    """How far one opinion has come."""
    count_look_up()
    form = LookUpForm(data={"number": number})
    if not form.validate():
        return _look_up_page(form, 404)
    try:
        with reading() as session:
            page = status.status_page(session, receipts.parse(number) or "")
    except status.NumberUnknown:
        form.say_unknown()
        return _look_up_page(form, 404)
    return _private(current_app.make_response(render_template("publishing/status.html", page=page)))


@blueprint.get("/about")
@public
def show_about() -> str:
    """What this is and how it works."""
    return render_template("publishing/about.html")


@blueprint.get("/privacy")
@public
def show_privacy() -> str:
    """What is kept, and how it is protected."""
    return render_template("publishing/privacy.html")


@blueprint.get("/accessibility")
@public
def show_accessibility() -> str:
    """The accessibility statement."""
    return render_template("publishing/accessibility.html")


def _look_up_page(form: LookUpForm, code: int) -> Response:
    html = render_template("publishing/look_up.html", form=form, has_errors=bool(form.errors))
    return _private(current_app.make_response((html, code)))


def _private(response: Response) -> Response:
    """Keep pages about one person's opinion out of caches and search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
