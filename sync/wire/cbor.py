"""CBOR (RFC 8949) in exactly one accepted form, and a strict reader for what it holds.

Core deterministic encoding (section 4.2.1) only: no tags, no floats, no indefinite lengths, no duplicate keys. A thing
therefore has one encoding, and a signature over bytes is a signature over the thing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, NoReturn

import cbor2

from borderdesk.words import Sentence
from sync.wire.refusals import Malformed, TooLarge

MAX_DEPTH: Final = 12
MAX_INT: Final = 2**53
"""Counters and times stay below what every JSON reader and database keeps exactly."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def encode(value: object) -> bytes:
    """The one encoding of lists, text, bytes, integers, booleans and None."""
    return cbor2.dumps(value, canonical=True)


class _TagFound(ValueError):
    pass


def _refuse_tag(*_: object) -> NoReturn:
    raise _TagFound("tags are not used here")


# Some built-in tags run parsers (dates, regular expressions, mail); none of them is ever reached.
_NO_TAGS: Final = dict.fromkeys([*range(64), 100, 256, 258, 260, 261, 1004, 43000, 55799], _refuse_tag)


def decode(data: bytes, what: Sentence, limit: int) -> object:
    """Read one value. Raises TooLarge, or Malformed for anything but the one encoding of it."""
    if len(data) > limit:
        raise TooLarge(what, limit)
    try:
        value: object = cbor2.loads(
            data,
            tag_hook=_refuse_tag,
            semantic_decoders=_NO_TAGS,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
        )
        again = encode(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Malformed(what, "not CBOR") from error
    if again != data:
        raise Malformed(what, "not in its shortest form")
    return value


class Fields:
    """The fields of one CBOR array, taken in order. Every method raises Malformed where the next one does not fit."""

    def __init__(self, value: object, what: Sentence, count: int) -> None:
        """`value` must be an array of exactly `count` fields."""
        self._what = what
        self._left = [*reversed(self._array(value))]
        if len(self._left) != count:
            self.refuse(f"{len(self._left)} fields instead of {count}")

    def refuse(self, detail: str) -> NoReturn:
        """Give up on the whole thing."""
        raise Malformed(self._what, detail)

    def text(self, longest: int, *, empty: bool = False) -> str:
        value = self._left.pop()
        if not isinstance(value, str) or len(value) > longest or not (value or empty):
            self.refuse(f"not a text of up to {longest} characters")
        return value

    def integer(self, least: int = 0, most: int = MAX_INT) -> int:
        value = self._left.pop()
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(f"not a number from {least} to {most}")
        return value

    def blob(self, longest: int, shortest: int = 0) -> bytes:
        value = self._left.pop()
        if not isinstance(value, bytes) or not shortest <= len(value) <= longest:
            self.refuse(f"not {shortest} to {longest} bytes")
        return value

    def array(self, longest: int) -> list[object]:
        value = self._array(self._left.pop())
        if len(value) > longest:
            self.refuse(f"more than {longest} entries")
        return value

    def texts(self, most: int, longest: int) -> tuple[str, ...]:
        """Texts of up to `longest` characters, which may be empty."""
        values = self.array(most)
        inner = Fields(values, self._what, len(values))
        return tuple(inner.text(longest, empty=True) for _ in values)

    def time(self) -> datetime:
        """Microseconds since 1970 in UTC, up to the year 2255."""
        return _EPOCH + timedelta(microseconds=self.integer())

    def moment(self) -> datetime | None:
        """The same, or 0 for None."""
        microseconds = self.integer()
        return _EPOCH + timedelta(microseconds=microseconds) if microseconds else None

    def day(self) -> date | None:
        """A proleptic Gregorian ordinal (1 is 0001-01-01), or 0 for None."""
        ordinal = self.integer(0, date.max.toordinal())
        return date.fromordinal(ordinal) if ordinal else None

    def mapping(self, most: int) -> dict[object, object]:
        value = self._left.pop()
        if not isinstance(value, dict) or len(value) > most:
            self.refuse(f"not a map of up to {most} entries")
        return value

    def _array(self, value: object) -> list[object]:
        if not isinstance(value, list):
            self.refuse("not an array")
        return value


def stamp(moment: datetime) -> int:
    """What `Fields.time` reads. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time on the wire has a zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def ordinal(day: date | None) -> int:
    """What `Fields.day` reads."""
    return day.toordinal() if day else 0
