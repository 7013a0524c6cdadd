"""Records as plain values, and back: what JSON and CBOR can carry.

A field that holds its default is left out, so a later program may add a field to a record type without changing what
older records look like, and with it without changing the state digest of lists that were published before.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from borderdesk.dates import PartialDate

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A record (or any frozen dataclass of the watchlist room) as dicts, lists, strings, numbers and None."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: to_plain(held) for name, default in _fields(type(value)) if (held := getattr(value, name)) != default
        }
    raise ValueError(f"not a value a record may hold: {value!r}")


def from_plain(kind: type[T], plain: Any) -> T:
    """The inverse of `to_plain` for a value of type `kind`. Raises ValueError where `plain` is not such a value."""
    try:
        read: T = _read(kind, plain)
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error
    return read


def _read(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (option for option in get_args(kind) if option is not types.NoneType)
        return None if plain is None else _read(inner, plain)
    if origin is tuple:
        (inner, _) = get_args(kind)
        return tuple(_read(inner, item) for item in plain)
    kind = getattr(kind, "__supertype__", kind)  # NewType
    if kind is PartialDate:
        return PartialDate.parse(plain)
    if kind is date:
        return date.fromisoformat(plain)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(plain, Mapping):
            raise ValueError(f"not a {kind.__name__}: {plain!r}")
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], held) for name, held in plain.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if not isinstance(plain, kind):
        raise ValueError(f"not a {kind.__name__}: {plain!r}")
    return plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Names and defaults; a field without a default gets `MISSING`, which equals no value."""
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))
