"""Open a call for opinions from a TOML file, so that an office can prepare its words in peace."""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from feedback.calls import offered, service
from feedback.calls.models import Call, all_governments, all_initiatives, call_by_slug

#: The standing call that every installation may begin with.
STANDING_CALL = resources.files("feedback.calls").joinpath("data", "shin-tosei.toml")
WORDS = ("title", "question", "description")


class CallFileError(Exception):
    """The file cannot become a call; the message says why."""


def open_call(session: Session, file: Path | Traversable, *, opens_at: datetime) -> Call:
    """Publish the call that a file describes.

    Raises:
        CallFileError: when the file is wrong or the call is there already.
    """
    content = _read(file)
    if call_by_slug(session, content["slug"]) is not None:
        raise CallFileError(f"意見募集「{content['slug']}」はすでにあります。")
    governments = _known(content, "governments", [each.slug for each in all_governments(session)])
    choices = [
        each.slug
        for each in all_initiatives(session)
        if each.government_slug is None or each.government_slug in governments
    ]
    return service.publish_call(
        session,
        slug=content["slug"],
        opens_at=opens_at,
        closes_at=offered.end_of(content.get("closes_on")),
        words=_words(content),
        governments=governments,
        initiatives=_known(content, "initiatives", choices),
    )


def _read(file: Path | Traversable) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CallFileError(f"{file} を読めません（{error}）。") from error
    if not isinstance(content.get("slug"), str) or "ja" not in content.get("words", {}):
        raise CallFileError(f"{file} には slug と [words.ja] が必要です。")
    return content


def _words(content: dict[str, Any]) -> dict[str, service.CallWords]:
    words = {}
    for language, texts in content["words"].items():
        missing = [name for name in WORDS if not str(texts.get(name, "")).strip()]
        if missing:
            raise CallFileError(f"[words.{language}] に {'・'.join(missing)} がありません。")
        words[language] = service.CallWords(*(str(texts[name]).strip() for name in WORDS))
    return words


def _known(content: dict[str, Any], name: str, choices: list[str]) -> list[str]:
    chosen = content.get(name, choices)
    unknown = [str(each) for each in chosen if each not in choices]
    if unknown:
        raise CallFileError(f"{name} の {'・'.join(unknown)} はありません。")
    return list(chosen)
