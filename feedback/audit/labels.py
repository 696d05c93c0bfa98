"""Japanese words for what entries name by code: their subjects and the fields of their details.

Every room declares its own events; a house test sees to it that each field has its word here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.screening import PersonalDataKind, SetAsideKind, UrgentKind

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")

SUBJECTS: Mapping[str, str] = {
    "act": "操作",
    "bulk": "一括変更",
    "staff": "職員",
    "government": "自治体",
    "reply": "個別の回答",
    "section": "課",
    "submission": "意見",
    "template": "ひな形",
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
    "changed": "変更した項目",
    "closes_on": "受付の最終日",
    "governments": "自治体",
    "initiatives": "取組の数",
    "opens_on": "受付の開始日",
    "channel": "受付経路",
    "attempts": "送信の回数",
    "content_hash": "内容の指紋",
    "due_days": "対応期限（開庁日）",
    "edition": "版",
    "kind": "種類",
    "left": "変更しなかった件数",
    "failed": "取り込めなかった行",
    "file": "ファイルの形式",
    "into": "統合先のテーマ",
    "known": "取り込み済みの件数",
    "label": "候補の名前",
    "given_on": "回答した日",
    "handover": "回付の番号",
    "is_active": "使用中",
    "login": "職員ID",
    "members": "人数",
    "method": "回答の方法",
    "position": "並び順",
    "reply": "回答の番号",
    "kinds": "種類",
    "masks": "箇所",
    "month": "月",
    "part": "場所",
    "reason": "理由",
    "note": "メモの番号",
    "other": "もう一方のテーマ",
    "parts": "分けてできたテーマ",
    "result_hash": "結果の指紋",
    "revision": "版",
    "role": "役割",
    "rows": "件数",
    "statement": "意見文",
    "statements": "意見文の数",
    "subthemes": "小テーマの数",
    "state": "状態",
    "tag": "タグ",
    "step": "段階",
    "name": "名前",
    "expires_on": "有効期限",
    "token": "連携トークン",
    "bundle": "紙の束",
    "sheet": "用紙の番号",
    "theme": "テーマ",
    "themes": "テーマの数",
    "urgent_hours": "緊急の知らせ（時間）",
    "version": "版",
}

VALUES: Mapping[str, str] = {
    **{kind.value: kind.label for kind in PersonalDataKind},
    **{kind.value: kind.label for kind in SetAsideKind},
    **{kind.value: kind.label for kind in UrgentKind},
    "title": "題名",
    "slug": "アドレス",
    "opens_on": "受付の開始日",
    "closes_on": "受付の最終日",
    "governments": "自治体",
    "initiatives": "取組",
    "words:ja": "日本語の文",
    "words:ja-easy": "やさしい日本語の文",
    "words:en": "英語の文",
    "words:zh": "中国語の文",
    "words:ko": "韓国語の文",
    "body": "本文",
    "proposed": "未確認",
    "confirmed": "確認済み",
    "rejected": "該当しない",
    "staff": "職員",
    "approver": "承認者",
    "cio": "CIO",
    "administrator": "管理者",
    "paper": "紙",
    "email": "電子メール",
    "phone": "電話",
    "sns": "SNS",
    "counter": "窓口",
    "meeting": "会議・説明会",
    "api": "システム連携",
    "csv": "CSV",
    "xlsx": "Excel",
    "new": "未確認",
    "reading": "確認中",
    "themed": "整理済み",
    "answered": "回答済み",
    "closed": "対応不要",
    "tokyo": "東京都",
    "saitama": "埼玉県",
    "chiba": "千葉県",
    "kanagawa": "神奈川県",
    "region": "一都三県",
    "letter": "郵送",
    "sent": "送信済み",
    "failed": "送信できず",
    "unknown": "届いたか確認が必要",
}


def subject_label(subject: str) -> str:
    """``submission:12`` → 意見 12; what has no word stays as it is."""
    kind, _, number = subject.partition(":")
    return f"{SUBJECTS[kind]} {number}" if kind in SUBJECTS and number else subject


def details_label(details: Mapping[str, Any]) -> str:
    """``{"role": "cio"}`` → 役割：CIO."""
    return "、".join(
        f"{FIELDS.get(name, name)}：{value_label(value)}" for name, value in details.items()
    )


def value_label(value: Any) -> str:
    """A value of a detail in Japanese, where it has a word.

    The names of governments stand here too, as an entry is read without the database.
    """
    match value:
        case None | "":
            return "なし"
        case bool():
            return "はい" if value else "いいえ"
        case str() if _FINGERPRINT.fullmatch(value):
            return f"{value[:12]}…"
        case list():
            return "・".join(value_label(each) for each in value)
        case _:
            return VALUES.get(str(value), str(value))
