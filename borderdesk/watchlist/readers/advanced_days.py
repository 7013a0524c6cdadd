"""Days in OFAC's advanced data model: a period from a start to an end, each of them a span by itself.

A day has four times the same; a month or a year that is known no better spans from its first day to its last.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from borderdesk.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Period:
    """`text` as `read_days` reads it, no finer than what is known; `said` for the officer."""

    text: str
    said: str


def day_of(element: Element | None) -> PartialDate | None:
    """`Year`, `Month` and `Day` below an element; None where they make no date."""
    if element is None:
        return None
    try:
        year, month, day = (int(element.findtext(tag) or 0) for tag in ("Year", "Month", "Day"))
        return PartialDate(year, month, day if month else 0)
    except ValueError:
        return None


def period(element: Element | None) -> Period | None:
    """What a `DatePeriod` says; None where it says nothing."""
    if element is None:
        return None
    ends = [day_of(element.find(f"{end}/{side}")) for end in ("Start", "End") for side in ("From", "To")]
    days = [day for day in ends if day is not None]
    if not days:
        return None
    first, last = min(days), max(days)
    about = any(element.find(f"{end}[@Approximate='true']") is not None for end in ("Start", "End"))
    text = _spanned(first, last)
    said = text if first == last or _is_whole(first, last) else f"{first.iso} to {last.iso}"
    return Period(f"circa {text}" if about else text, f"circa {said}" if about else said)


def _spanned(first: PartialDate, last: PartialDate) -> str:
    """The finest date that holds both ends, or the years between them."""
    if first == last:
        return first.iso
    if first.year != last.year:
        return f"{first.year} to {last.year}"
    return PartialDate(first.year, first.month if first.month == last.month else 0).iso


def _is_whole(first: PartialDate, last: PartialDate) -> bool:
    """Whether a span is exactly one month, or years from their first day to their last."""
    from_first = first.day <= 1 and (first.month <= 1 or first.month == last.month)
    to_last = last.day in (0, monthrange(last.year, last.month or 12)[1])
    return from_first and to_last and (last.month in (0, 12) or (first.year, first.month) == (last.year, last.month))
