"""What the demo's staff know to look for: a name for a theme, its words, prepared answers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """A government's answer, ready to be put in."""

    government: str
    current_action: str
    future_policy: str
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """A name for a theme, the words by which it is found, and the answers to it."""

    name: str
    cues: re.Pattern[str]
    answers: tuple[PreparedAnswer, ...]


def read_topics() -> tuple[Topic, ...]:
    """The topics of answers.toml, in its order."""
    file = resources.files("feedback.demo").joinpath("answers.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        Topic(
            each["name"],
            re.compile(each["cues"]),
            tuple(_answer(answer) for answer in each.get("answers", ())),
        )
        for each in content["themes"]
    )


def _answer(row: dict[str, str | bool]) -> PreparedAnswer:
    return PreparedAnswer(
        government=str(row["government"]),
        current_action=str(row["current_action"]).strip(),
        future_policy=str(row["future_policy"]).strip(),
        is_draft=bool(row.get("is_draft")),
    )
