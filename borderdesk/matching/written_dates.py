"""Dates as lists and people write them: ISO 8601, `circa 1964`, `18 Sep 1964`, `18/09/1964`, `19640918`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from borderdesk.dates import PartialDate

_LONGEST: Final = 40
_MONTHS: Final = {
    month: at
    for at, month in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_ABOUT: Final = re.compile(r"(?:circa|approximately|approx\.?|about|around|c\.?|ca\.?|year)\s*(\d{4})", re.IGNORECASE)
_WORDS: Final = re.compile(r"(?:(\d{1,2})\.?\s+)?([a-z]{3})[a-z]*\.?,?\s+(\d{4})", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})")
_RUN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ZEROS: Final = re.compile(r"(\d{4})-(\d{2}|00)-00")
_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ].*")


@lru_cache(maxsize=65_536)
def read_date(text: str) -> PartialDate | None:
    """The date; None where nothing can be read. Of `05/06/1964` the day is taken to stand first, as most States write;
    where that is no date the month is."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError:
        for year, month, day in _readings(text):
            try:
                return PartialDate(year, month, day)
            except ValueError:
                continue
    return None


def _readings(text: str) -> list[tuple[int, int, int]]:
    """Year, month and day in each way this may be meant, the likeliest first; 0 for what is not said."""
    if found := _ABOUT.fullmatch(text):
        return [(int(found[1]), 0, 0)]
    if (found := _WORDS.fullmatch(text)) and (month := _MONTHS.get(found[2].lower())):
        return [(int(found[3]), month, int(found[1] or 0))]
    if found := _DAY_FIRST.fullmatch(text):
        first, second, year = map(int, found.groups())
        return [(year, second, first), (year, first, second)]
    if found := _YEAR_FIRST.fullmatch(text) or _RUN.fullmatch(text):
        return [(int(found[1]), int(found[2]), int(found[3]))]
    if found := _ZEROS.fullmatch(text):
        return [(int(found[1]), int(found[2]), 0)]
    if found := _TIME.fullmatch(text):
        return [tuple(map(int, found[1].split("-")))]  # type: ignore[list-item]
    return []
