"""Japanese words for what entries name by code: their subjects and the fields of their details.

Every room declares its own events; a house test sees to it that each field has its word here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")

SUBJECTS: Mapping[str, str] = {
    "act": "操作",
    "staff": "職員",
    "submission": "意見",
    "case": "対応",
    "statement": "意見文",
    "theme": "テーマ",
    "call": "意見募集",
    "import": "取込",
    "answer": "回答",
    "report": "月次報告",
    "run": "分析",
    "view": "保存した表示",
    "token": "連携トークン",
    "bundle": "紙の束",
}

FIELDS: Mapping[str, str] = {
    "after": "変更後",
    "before": "変更前",
    "call": "意見募集",
    "cases": "意見の件数",
    "channel": "受付経路",
    "content_hash": "内容の指紋",
    "edition": "版",
    "kind": "種類",
    "into": "統合先のテーマ",
    "login": "職員ID",
    "month": "月",
    "note": "メモの番号",
    "result_hash": "結果の指紋",
    "revision": "版",
    "role": "役割",
    "rows": "件数",
    "statement": "意見文",
    "statements": "意見文の数",
    "subthemes": "小テーマの数",
    "tag": "タグ",
    "step": "段階",
    "name": "名前",
    "expires_on": "有効期限",
    "token": "連携トークン",
    "bundle": "紙の束",
    "sheet": "用紙の番号",
    "theme": "テーマ",
    "themes": "テーマの数",
    "version": "版",
}

VALUES: Mapping[str, str] = {
    "staff": "職員",
    "approver": "承認者",
    "cio": "CIO",
    "administrator": "管理者",
    "paper": "紙",
    "email": "電子メール",
    "phone": "電話",
    "sns": "SNS",
    "new": "未確認",
    "reading": "確認中",
    "themed": "整理済み",
    "answered": "回答済み",
    "closed": "対応不要",
}


def subject_label(subject: str) -> str:
    """``submission:12`` → 意見 12; what has no word stays as it is."""
    kind, _, number = subject.partition(":")
    return f"{SUBJECTS[kind]} {number}" if kind in SUBJECTS and number else subject


def details_label(details: Mapping[str, Any]) -> str:
    """``{"role": "cio"}`` → 役割：CIO."""
    return "、".join(
        f"{FIELDS.get(name, name)}：{_value_label(value)}" for name, value in details.items()
    )


def _value_label(value: Any) -> str:
    match value:
        case None | "":
            return "なし"
        case bool():
            return "はい" if value else "いいえ"
        case str() if _FINGERPRINT.fullmatch(value):
            return f"{value[:12]}…"
        case list():
            return "・".join(_value_label(each) for each in value)
        case _:
            return VALUES.get(str(value), str(value))
