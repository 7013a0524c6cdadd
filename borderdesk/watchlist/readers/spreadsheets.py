"""What spreadsheets do to numbers and days that pass through them, and how it is noticed.

They write `123456789012` as `1.23457E+11`, keep fifteen digits of a longer number, drop the zeros a number begins with,
and count days from 1900. What was lost cannot be had back from the file, so it is said and never guessed.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from borderdesk.words import Sentence, say

_ALTERED: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]\d+|\d+[.,]0+", re.IGNORECASE)
_KEPT_DIGITS: Final = 15
_SERIAL: Final = re.compile(r"(\d{5})(?:[.,]\d+)?")
_FIRST_DAY: Final = date(1899, 12, 30)
_LIKELY: Final = range(_FIRST_DAY.toordinal() + 18_000, _FIRST_DAY.toordinal() + 75_000)
"""Days from 1949 to 2105: other numbers of five digits are no days that a list would name."""

ALTERED: Final = say("A spreadsheet has altered this number, and digits of it are lost. Export the column as text.")
AS_A_NUMBER: Final = say("The cell holds a number and no text: zeros at its beginning would be lost.")
NO_DAY: Final = say("It is no date.")


def is_altered(text: str, *, from_number: bool = False) -> bool:
    """Whether a number is not as it was written: `1.23457E+11`, `12345678.0`; as a number, also one of many digits."""
    return bool(_ALTERED.fullmatch(text)) or (from_number and len(text.lstrip("-")) > _KEPT_DIGITS)


def why_no_day(text: str) -> Sentence:
    """Why a text was not taken for a day, with the day it may have been before a spreadsheet had it."""
    day = _counted_day(text)
    if day is None:
        return NO_DAY
    return say("It is no date. It may be a day as spreadsheets count them: {day}.", day=day.isoformat())


def _counted_day(text: str) -> date | None:
    """The day that `45123` would be if a spreadsheet had counted it; None where it is no such number."""
    found = _SERIAL.fullmatch(text.strip())
    if not found:
        return None
    day = _FIRST_DAY + timedelta(days=int(found[1]))
    return day if day.toordinal() in _LIKELY else None
