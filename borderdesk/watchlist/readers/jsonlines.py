"""JSON, bounded: one array of objects, one object, or one object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from borderdesk.watchlist.readers.report import UnreadableList
from borderdesk.words import say

MAX_LINE: Final = 8 << 20
MAX_WHOLE: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class JsonEntry:
    """One object, and the line on which it stands (its place in the array, where the file is one array)."""

    line: int
    value: dict[str, Any]


def json_lines(stream: IO[bytes], format_: str) -> Iterator[JsonEntry]:
    """One object per line. Raises UnreadableList."""
    line = 0
    while text := stream.readline(MAX_LINE + 1):
        line += 1
        if len(text) > MAX_LINE:
            raise UnreadableList(format_, line, say("it is longer than {limit} bytes.", limit=MAX_LINE))
        if text.strip():
            yield JsonEntry(line, _object(_load(text, format_, line), format_, line))


def json_entries(stream: IO[bytes], format_: str, inside: tuple[str, ...] = ()) -> Iterator[JsonEntry]:
    """The objects of one array, one object alone, or the array found at `inside`. Raises UnreadableList."""
    text = stream.read(MAX_WHOLE + 1)
    if len(text) > MAX_WHOLE:
        raise UnreadableList(format_, 1, say("it is longer than {limit} bytes.", limit=MAX_WHOLE))
    value = _load(text, format_, 1)
    if isinstance(value, dict):
        found: Any = value
        for name in inside:
            found = found.get(name) if isinstance(found, dict) else None
        value = found if isinstance(found, list) else [value]
    if not isinstance(value, list):
        raise UnreadableList(format_, 1, say("it is no list of objects."))
    for place, entry in enumerate(value, start=1):
        yield JsonEntry(place, _object(entry, format_, place))


def texts(value: object) -> list[str]:
    """A text, a list of texts, or nothing, as a list of texts."""
    if isinstance(value, list):
        return [_clean(item) for item in value if isinstance(item, (str, int, float)) and _clean(item)]
    return [_clean(value)] if isinstance(value, (str, int, float)) and _clean(value) else []


def text(value: object) -> str:
    """The first text, or empty."""
    return next(iter(texts(value)), "")


def _clean(value: float | str) -> str:
    """As text. Halves of characters and NUL, which JSON can write and nothing else can hold, become question marks."""
    return str(value).encode("utf-8", "replace").decode().replace("\0", "?").strip()


def _load(data: bytes, format_: str, line: int) -> object:
    try:
        loaded: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableList(format_, line, say("it is not JSON ({what}).", what=str(error))) from error
    return loaded


def _object(value: object, format_: str, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableList(format_, line, say("it is no object."))
    return value
