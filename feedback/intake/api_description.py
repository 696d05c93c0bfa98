"""The OpenAPI 3.1 description of the JSON API, made from the models that the API itself uses."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from feedback.intake.api_models import (
    BATCH_AT_MOST,
    BatchIn,
    BatchOut,
    CallsOut,
    ErrorOut,
    OpinionIn,
    StoredOut,
)

VERSION = "1.0.0"
JSON = "application/json"
PROBLEM = "application/problem+json"
_REFERENCE = "#/components/schemas/{model}"
_TAKEN: tuple[type[BaseModel], ...] = (OpinionIn, BatchIn)
_GIVEN: tuple[type[BaseModel], ...] = (StoredOut, BatchOut, CallsOut, ErrorOut)

INTRODUCTION = f"""
目安箱に、ほかのシステムから意見を登録するためのAPIです。庁内のネットワークの中だけで使います。

- 認証：管理者が「システム連携」の画面で発行したトークンを `Authorization: Bearer …` で送ります。
  登録先の自治体は、トークンで決まります。
- 同じ `external_id` を再び送っても、二重には登録しません。同じ受付番号を返します。
  通信が途中で切れたときは、同じ内容をそのまま送り直してください。
- 一度に{BATCH_AT_MOST}件まで送れます。1件ずつ登録または拒否し、結果をすべて返します。
- 誤りは RFC 9457（Problem Details）の形で返します。
""".strip()


def description(server: str) -> dict[str, Any]:
    """The description; ``server`` is the address of this site."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "目安箱 意見登録API", "version": VERSION, "description": INTRODUCTION},
        "servers": [{"url": server.rstrip("/")}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _schemas() -> dict[str, Any]:
    inputs = [(model, "validation") for model in _TAKEN]
    outputs = [(model, "serialization") for model in _GIVEN]
    _, found = models_json_schema([*inputs, *outputs], ref_template=_REFERENCE)  # type: ignore[list-item]
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _paths() -> dict[str, Any]:
    call = {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": "意見募集の識別名",
        "schema": {"type": "string"},
    }
    return {
        "/api/v1/calls": {
            "get": {
                "operationId": "list_calls",
                "summary": "受付中の意見募集と、選べる値の一覧",
                "responses": {"200": _answer("一覧", CallsOut), **_errors("401")},
            }
        },
        "/api/v1/calls/{slug}/submissions": {
            "post": {
                "operationId": "submit_opinion",
                "summary": "意見を1件登録する",
                "parameters": [call],
                "requestBody": _body(OpinionIn),
                "responses": {
                    "201": _answer("登録した", StoredOut),
                    "200": _answer("すでに登録されていた（同じ external_id）", StoredOut),
                    **_errors("400", "401", "404", "409", "413", "415", "422"),
                },
            }
        },
        "/api/v1/calls/{slug}/submissions/batch": {
            "post": {
                "operationId": "submit_batch",
                "summary": f"意見をまとめて登録する（{BATCH_AT_MOST}件まで）",
                "parameters": [call],
                "requestBody": _body(BatchIn),
                "responses": {
                    "200": _answer("1件ごとの結果", BatchOut),
                    **_errors("400", "401", "404", "409", "413", "415", "422"),
                },
            }
        },
    }


_ERRORS = {
    "400": "JSONとして読めない",
    "401": "トークンがない、または無効",
    "404": "意見募集がない、または自治体が参加していない",
    "409": "意見募集が受付期間の外",
    "413": "内容が大きすぎる",
    "415": "Content-Type が application/json でない",
    "422": "値に誤りがある（problems に項目ごとの理由）",
}


def _errors(*codes: str) -> dict[str, Any]:
    return {code: _answer(_ERRORS[code], ErrorOut, PROBLEM) for code in codes}


def _answer(words: str, model: type[BaseModel], kind: str = JSON) -> dict[str, Any]:
    return {"description": words, "content": {kind: {"schema": _reference(model)}}}


def _body(model: type[BaseModel]) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": _reference(model)}}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}
