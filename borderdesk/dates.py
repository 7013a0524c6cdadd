"""Dates as documents and lists really give them: whole, or only a year, or a year and a month."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A calendar date of which the month or the day may be unknown (0).

    Raises ValueError where the known parts make no date of the Gregorian calendar.
    """

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999 or not 0 <= self.month <= 12 or (self.day and not self.month):
            raise ValueError(f"not a date: {self.year}-{self.month}-{self.day}")
        # Every month has 28 days; only beyond them the calendar is asked, which costs more than all the rest.
        if not 0 <= self.day <= 28 and self.day not in range(calendar.monthrange(self.year, self.month)[1] + 1):
            raise ValueError(f"not a date: {self.year}-{self.month}-{self.day}")

    @property
    def is_whole(self) -> bool:
        """True where year, month and day are all known."""
        return bool(self.day)

    @property
    def iso(self) -> str:
        """ISO 8601 with reduced precision: `1971`, `1971-05` or `1971-05-02`."""
        text = f"{self.year:04d}"
        if self.month:
            text += f"-{self.month:02d}"
        if self.day:
            text += f"-{self.day:02d}"
        return text

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read what `iso` writes. Raises ValueError for anything else."""
        found = _ISO.fullmatch(text)
        if not found:
            raise ValueError(f"not an ISO date: {text!r}")
        year, month, day = (int(part or 0) for part in found.groups())
        return cls(year, month, day)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """A whole date."""
        return cls(day.year, day.month, day.day)
