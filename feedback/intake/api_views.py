"""The JSON API for other systems. A token opens it; no cookie does, so it needs no CSRF token."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from feedback.accounts import tokens
from feedback.accounts.tokens import ApiToken
from feedback.intake import api, api_description
from feedback.intake.api_models import BatchIn, BatchOut, CallsOut, ErrorOut, OpinionIn, ProblemOut
from feedback.intake.service import CallClosed
from feedback.web.database import reading, settings, transaction
from feedback.web.errors import NotFound
from feedback.web.permissions import public
from feedback.web.security import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)

#: Five hundred opinions of the longest kind.
LARGEST_REQUEST = 12 * 1024 * 1024
Model = TypeVar("Model", bound=BaseModel)


class Unauthorized(Exception):
    """No good token was shown."""


@blueprint.get("/openapi.json")
@public
def describe() -> Response:
    """The description of the API; it holds nothing secret."""
    return jsonify(api_description.description(url_for("publishing.home", _external=True)))


@blueprint.get("/calls")
@public
def list_calls() -> Response:
    """The calls that take opinions now."""
    token = _token()
    with reading() as session:
        calls = api.open_calls(session, token.government_slug)
    return _json(CallsOut(calls=calls))


@blueprint.post("/calls/<slug>/submissions")
@public
def submit_opinion(slug: str) -> ResponseReturnValue:
    """Store one opinion."""
    token = _token()
    received = _receive(token, slug, [_read(OpinionIn)])
    if received.refused:
        return _problem(422, "登録できませんでした", problems=received.refused[0].problems)
    stored = received.stored[0]
    return _json(stored), 200 if stored.repeated else 201


@blueprint.post("/calls/<slug>/submissions/batch")
@public
def submit_batch(slug: str) -> Response:
    """Store several opinions, each by itself."""
    token = _token()
    received = _receive(token, slug, _read(BatchIn).items)
    return _json(BatchOut(stored=list(received.stored), refused=list(received.refused)))


def _token() -> ApiToken:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    with reading() as session:
        token = tokens.good_token(session, secret.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise Unauthorized
    return token


def _receive(token: ApiToken, slug: str, opinions: list[OpinionIn]) -> api.Received:
    with transaction() as session:
        tokens.mark_used(session, token.id)
        return api.receive(
            session,
            token,
            slug,
            opinions,
            contact_key=settings().contact_key,
            site=url_for("publishing.home", _external=True),
        )


def _read(model: type[Model]) -> Model:
    """The request's JSON as a model.

    Raises:
        ValidationError: when it is not of that shape.
        HTTPException: when it is too large or no JSON.
    """
    request.max_content_length = LARGEST_REQUEST
    return model.model_validate(request.get_json())


def _json(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), mimetype="application/json")


@blueprint.errorhandler(Unauthorized)
def _unauthorized(_error: Unauthorized) -> ResponseReturnValue:
    """No good token."""
    response, code = _problem(
        401, "有効なトークンが必要です。「Authorization: Bearer トークン」を付けてください。"
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response, code


@blueprint.errorhandler(NotFound)
def _not_found(_error: NotFound) -> ResponseReturnValue:
    """No such call for this token's government."""
    return _problem(404, "この意見募集はないか、トークンの自治体が参加していません。")


@blueprint.errorhandler(CallClosed)
def _closed(_error: CallClosed) -> ResponseReturnValue:
    """The call takes no opinions now."""
    return _problem(409, "この意見募集は、今は受け付けていません。")


@blueprint.errorhandler(ValidationError)
def _invalid(error: ValidationError) -> ResponseReturnValue:
    """Values of the wrong shape, each named."""
    problems = [
        ProblemOut(
            field=".".join(str(part) for part in each["loc"]),
            code=each["type"],
            message=_SHAPES.get(each["type"], each["msg"]),
        )
        for each in error.errors(include_url=False, include_input=False)
    ]
    return _problem(422, "送られた値に誤りがあります。何も登録していません。", problems=problems)


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> ResponseReturnValue:
    """What the web server itself refuses."""
    return _problem(error.code or 500, _HTTP.get(error.code or 500, "処理できませんでした。"))


#: pydantic's kinds of errors, as far as they happen often.
_SHAPES = {
    "missing": "この項目は必要です。",
    "extra_forbidden": "知らない項目です。項目名を確かめてください。",
    "string_type": "文字列にしてください。",
    "string_too_short": "空にはできません。",
    "string_too_long": "長すぎます。",
    "string_pattern_mismatch": "形が違います。",
    "enum": "選べる値ではありません。/api/v1/calls の一覧を見てください。",
    "literal_error": "選べる値ではありません。/api/v1/calls の一覧を見てください。",
    "bool_type": "true または false にしてください。",
    "bool_parsing": "true または false にしてください。",
    "timezone_aware": "日時には時差（+09:00 など）を付けてください。",
    "datetime_from_date_parsing": "日時は 2026-11-24T09:30:00+09:00 の形にしてください。",
    "too_long": "一度に送れる件数を超えています。",
    "too_short": "1件以上送ってください。",
    "model_type": "JSONのオブジェクトにしてください。",
    "list_type": "JSONの配列にしてください。",
}

_HTTP = {
    400: "本文をJSONとして読めません。文字コードはUTF-8にしてください。",
    413: "内容が大きすぎます。件数を減らして、分けて送ってください。",
    415: "Content-Type を application/json にしてください。",
}


def _problem(
    code: int, detail: str, *, problems: list[ProblemOut] | None = None
) -> tuple[Response, int]:
    error = ErrorOut(title=detail, status=code, detail=detail, problems=problems or [])
    return Response(error.model_dump_json(), mimetype=api_description.PROBLEM), code
