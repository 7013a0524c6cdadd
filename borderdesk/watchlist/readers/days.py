"""Dates as lists write them: in every order, approximate, alternative, or only a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from borderdesk.dates import PartialDate

MAX_YEARS: Final = 15
"""A range of birth years longer than this says too little to be spelt out year by year."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ABOUT: Final = re.compile(r"\b(?:circa|c\.|approx\w*|about|possibly|est\w*)\s*:?\s*", re.IGNORECASE)
_OR: Final = re.compile(r"\s*(?:;|\bor\b|\()\s*", re.IGNORECASE)
_RANGE: Final = re.compile(r"(?:.*\D)?(\d{4})\s*(?:to|-|–|and)\s*(?:.*\D)?(\d{4})")
_FORMS: Final = (
    re.compile(r"(?P<y>\d{4})(?:[-/](?P<m>\d{1,2})(?:[-/](?P<d>\d{1,2}))?)?"),
    re.compile(r"(?P<d>\d{1,2})\s*[./]\s*(?P<m>\d{1,2})\s*[./]\s*(?P<y>\d{4})"),
    re.compile(r"(?:(?P<d>\d{1,2})\.?\s+)?(?P<month>[A-Za-z]{3,9})\.?\s+(?P<y>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class DaysRead:
    """What a text says of a day: every day or year it may be, and whether it says so with certainty."""

    days: tuple[PartialDate, ...]
    about: bool = False


def read_days(text: str) -> DaysRead | None:
    """Read `10 Dec 1948`, `19.11.1956`, `1948/05`, `circa 1960`, `6.7.1993 or 6.7.1991`, `1970 to 1973`.

    None where any part of it is no date: half an answer would look like a whole one.
    """
    about = bool(_ABOUT.search(text))
    plain = _ABOUT.sub("", text).strip(" .,;)")
    one = _one(plain)
    if one:
        return DaysRead((one,), about)
    # Days one by one before a range: `1961-05-09; 1962` is none, though it has two years and a hyphen between them.
    parts = [_one(part.strip(" .,;)")) for part in _OR.split(plain) if part.strip(" .,;)")]
    days = tuple(day for day in parts if day is not None)
    if days and len(days) == len(parts):
        return DaysRead(tuple(dict.fromkeys(days)), about)
    span = _RANGE.fullmatch(plain)
    if span and 0 <= int(span[2]) - int(span[1]) <= MAX_YEARS:
        return DaysRead(tuple(PartialDate(year) for year in range(int(span[1]), int(span[2]) + 1)), True)
    return None


def _one(text: str) -> PartialDate | None:
    for form in _FORMS:
        found = form.fullmatch(text)
        if not found:
            continue
        parts = found.groupdict()
        month = parts.get("m") or _month(parts.get("month"))
        try:
            return PartialDate(int(parts["y"]), int(month or 0), int(parts["d"] or 0))
        except ValueError:
            return None
    return None


def _month(name: str | None) -> int | None:
    if name is None:
        return None
    return next((at + 1 for at, known in enumerate(_MONTHS) if name.lower().startswith(known)), 99)
