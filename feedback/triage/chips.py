"""The conditions of a view, one by one, each with the address of the view without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedback.triage import asking
from feedback.triage.choices import Choice, Choices
from feedback.triage.filters import QueueFilter

Arguments = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that is set."""

    label: str
    without: Arguments
    """The arguments of the address that sets all others."""


def chips_of(wanted: QueueFilter, choices: Choices, arguments: Arguments) -> tuple[Chip, ...]:
    """Everything that narrows the view but its tab, in the order of the form."""
    kept = {name: values for name, values in arguments.items() if name not in ("page", "view")}
    return (*_of_query(wanted, kept), *_of_form(wanted, choices, kept))


def _of_query(wanted: QueueFilter, kept: Arguments) -> Iterator[Chip]:
    parts = asking.parts(wanted.query)
    for at, part in enumerate(parts):
        others = " ".join([*parts[:at], *parts[at + 1 :]])
        without = {**kept, "q": [others]} if others else _dropped(kept, "q")
        yield Chip(part, without)


def _of_form(wanted: QueueFilter, choices: Choices, kept: Arguments) -> Iterator[Chip]:
    theme = str(wanted.theme_id) if wanted.theme_id is not None else None
    found = (
        ("government", "自治体", _name(choices.governments, wanted.government)),
        ("theme", "テーマ", _name(choices.themes, theme)),
        ("initiative", "取組", _name(choices.initiatives, wanted.initiative)),
        ("kind", "種類", wanted.kind and wanted.kind.label),
        ("channel", "経路", wanted.channel and wanted.channel.label),
        ("since", "受付日", wanted.since and f"{wanted.since:%Y/%m/%d}から"),
        ("until", "受付日", wanted.until and f"{wanted.until:%Y/%m/%d}まで"),
        ("tag", "タグ", wanted.tag),
        ("copies", "同文の意見", None if wanted.folds_copies else "1件ずつ"),
    )
    for name, label, value in found:
        if value:
            yield Chip(f"{label}：{value}", _dropped(kept, name))
    for flag in sorted(wanted.flags):
        others = [each for each in kept.get("flag", ()) if each != flag.value]
        yield Chip(flag.label, {**_dropped(kept, "flag"), **({"flag": others} if others else {})})


def _dropped(kept: Arguments, name: str) -> Arguments:
    return {each: values for each, values in kept.items() if each != name}


def _name(choices: Sequence[Choice], value: str | None) -> str | None:
    """What a chosen value is called; the value itself when it is offered no more."""
    return next((each.label.strip() for each in choices if each.value == value), value)
