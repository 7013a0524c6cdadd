"""Dates as lists write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum

from borderdesk.dates import PartialDate
from borderdesk.documents.mrz.dates import read_birth, read_expiry

_MONTHS = {m: n for n, m in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}  # noqa: SIM905
_BUDDHIST_YEARS = range(2393, 2694)
"""543 years ahead of the common era; no document has a date so far to come."""

_SPREADSHEETS_BEGIN = date(1899, 12, 30)
_SLASHED = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")


class Order(Enum):
    """What stands first in the dates of a list that parts them by strokes."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    MIXED = "mixed"

    @classmethod
    def of(cls, dates: Iterable[str]) -> Order:
        """What the dates of one list show; the day where they show nothing."""
        found = [each for raw in dates if (each := _SLASHED.match(raw.strip()))]
        day_first = any(int(each[1]) > 12 for each in found)
        month_first = any(int(each[2]) > 12 for each in found)
        if day_first and month_first:
            return cls.MIXED
        return cls.MONTH_FIRST if month_first else cls.DAY_FIRST


def listed_date(raw: str, today: date, *, expiry: bool = False, order: Order = Order.DAY_FIRST) -> PartialDate | None:
    """A date in any of the ways lists write it, or None where it is none.

    `YYMMDD` (with the century rule of births or of expiries), `YYYYMMDD`, `DDMMYYYY` with `00` for what is unknown
    (Czech Ubyport), ISO 8601, `DD.MM.YYYY`, `DD/MM/YYYY` or as `order` says (the other way only where it must be),
    `12 MAR 1980`, a year; with a year of the Buddhist era, as Thai lists have it; the day count of a spreadsheet.
    """
    text = re.sub(r"[T ]\d\d:\d\d.*$", "", raw.strip().upper())
    digits = re.sub(r"\D", "", text)
    if re.fullmatch(r"[0-9<]{6}", text):
        return (read_expiry(text) if expiry else read_birth(text, today)).date
    if found := re.fullmatch(r"(\d{1,2})[ \-./]?([A-Z]{3})[A-Z]*[ \-./,]*(\d{4})", text):
        return _date(int(found[3]), _MONTHS.get(found[2], 13), int(found[1]))
    if found := re.fullmatch(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?", text):
        return _date(int(found[1]), int(found[2]), int(found[3] or 0))
    if found := _SLASHED.fullmatch(text):
        day, month, year = map(int, found.groups())
        if order is Order.MONTH_FIRST:
            day, month = month, day
        return _date(year, month, day) or _date(year, day, month)
    if len(digits) == 8 and digits == text:
        if text.startswith("00"):
            return _date(int(text[4:]), int(text[2:4]), 0)
        return _date(int(text[:4]), int(text[4:6]), int(text[6:])) or _date(
            int(text[4:]), int(text[2:4]), int(text[:2])
        )
    if re.fullmatch(r"(19|20|24|25)\d\d", text):
        return _date(int(text), 0, 0)
    if re.fullmatch(r"\d{5}", text):
        counted = _SPREADSHEETS_BEGIN + timedelta(days=int(text))
        return _date(counted.year, counted.month, counted.day)
    return None


def _date(year: int, month: int, day: int) -> PartialDate | None:
    if year in _BUDDHIST_YEARS:
        year -= 543
    if not 1850 <= year <= 2150:
        return None
    try:
        return PartialDate(year, month, day if month else 0)
    except ValueError:
        return None
