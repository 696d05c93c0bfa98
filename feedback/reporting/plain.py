"""Frozen dataclasses to plain JSON values and back."""

from __future__ import annotations

import types
from collections.abc import Hashable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumped(value: Any) -> Any:
    """A value made of dataclasses, tuples, dates and scalars as plain JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: dumped(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [dumped(each) for each in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def loaded(kind: type[T], data: dict[str, Any]) -> T:
    """An instance of a dataclass from what ``dumped`` made of it.

    Raises:
        KeyError: when a field is missing.
    """
    hints = _hints(cast(Hashable, kind))
    known = {name: hint for name, hint in hints.items() if name in data or name not in _added(kind)}
    return kind(**{name: _revived(hint, data[name]) for name, hint in known.items()})


def _added(kind: Any) -> set[str]:
    """Fields that came later: content that was frozen before has none of them."""
    return {field.name for field in fields(kind) if field.default is not MISSING}


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _revived(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_revived(inner, each) for each in value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    return loaded(cast(type[Any], hint), value) if is_dataclass(hint) else value
