"""Six characters into a date: unknown parts, and which century.

ICAO Doc 9303 has no rule for the century; these are BorderDesk's. A birth is taken in the newest century that is not
after today. An expiry is never before 1980, when machine readable documents began, so 80 to 99 are of the last
century unless the holder was not yet born.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from borderdesk.dates import PartialDate

FIRST_EXPIRY_YEAR = 1980
OLDEST_AGE = 110


class DateShape(StrEnum):
    """What the six characters are."""

    WHOLE = "whole"
    PARTIAL = "partial"
    UNKNOWN = "unknown"  # filler only, or no year
    NO_DATE = "no date"  # digits that are in no calendar
    NO_DIGITS = "no digits"  # a letter where only digits and filler may be


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date as read. `other` is the same date in the century that was not chosen, where that is possible too."""

    shape: DateShape
    date: PartialDate | None = None
    other: PartialDate | None = None


_NO_DATE = ReadDate(DateShape.NO_DATE)


@lru_cache(maxsize=65536)
def read_birth(raw: str, today: date) -> ReadDate:
    """A date of birth; `raw` is six characters."""
    shape, parts = _parts(raw)
    if parts is None:
        return ReadDate(shape)
    year, month, day = parts
    century = today.year - today.year % 100
    if (century + year, month, day) > (today.year, today.month, today.day):
        found = _date(century - 100, parts)
        return ReadDate(shape, found) if found else _NO_DATE
    found = _date(century, parts)
    older = _date(century - 100, parts) if today.year - (century - 100 + year) <= OLDEST_AGE else None
    if found is None:
        # 29 February may be a day of the other century only.
        found, older = _date(century - 100, parts), None
    return ReadDate(shape, found, older) if found else _NO_DATE


@lru_cache(maxsize=65536)
def read_expiry(raw: str, born_year: int = 0) -> ReadDate:
    """A date of expiry; `raw` is six characters, `born_year` the holder's year of birth where it is known."""
    shape, parts = _parts(raw)
    if parts is None:
        return ReadDate(shape)
    earliest = max(FIRST_EXPIRY_YEAR, born_year)
    newer = _date(2000, parts) if 2000 + parts[0] >= earliest else None
    older = _date(1900, parts) if 1900 + parts[0] >= earliest else None
    found = older or newer
    return ReadDate(shape, found, newer if older else None) if found else _NO_DATE


def _parts(raw: str) -> tuple[DateShape, tuple[int, int, int] | None]:
    if raw.isdigit() and raw.isascii():
        month, day = int(raw[2:4]), int(raw[4:])
        if not 1 <= month <= 12 or not 1 <= day <= 31:
            return DateShape.NO_DATE, None
        return DateShape.WHOLE, (int(raw[:2]), month, day)
    pieces = (raw[:2], raw[2:4], raw[4:])
    if not all(piece == "<<" or (piece.isdigit() and piece.isascii()) for piece in pieces):
        return DateShape.NO_DIGITS, None
    if pieces[0] == "<<":
        return DateShape.UNKNOWN, None
    if pieces[1] == "<<" and pieces[2] != "<<":
        # A day without its month says nothing that a date can hold.
        pieces = (pieces[0], "<<", "<<")
    month = 0 if pieces[1] == "<<" else int(pieces[1])
    day = 0 if pieces[2] == "<<" else int(pieces[2])
    if (pieces[1] != "<<" and not 1 <= month <= 12) or (pieces[2] != "<<" and not 1 <= day <= 31):
        return DateShape.NO_DATE, None
    return DateShape.PARTIAL, (int(pieces[0]), month, day)


def _date(century: int, parts: tuple[int, int, int]) -> PartialDate | None:
    year, month, day = parts
    try:
        return PartialDate(century + year, month, day)
    except ValueError:
        return None
