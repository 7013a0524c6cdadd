"""Colours of notices and diffusions, as data: new ones come (silver did), and none of them is an instruction.

The table is `notices.tsv` beside this module; its head names source and date. A colour that is not in it is shown as it
is written, not refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class NoticeColour:
    """One row of the table: the code that records carry, the name, and what such notices are published for."""

    code: str
    name: str
    purpose: str


def notice_colours() -> tuple[NoticeColour, ...]:
    """Every row of the table, ordered by code."""
    return _table()


def notice_colour(code: str) -> NoticeColour | None:
    """The row of a colour, or None where the table does not know it."""
    return next((row for row in _table() if row.code == code), None)


@cache
def _table() -> tuple[NoticeColour, ...]:
    text = files("borderdesk.codes").joinpath("notices.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(NoticeColour(code, name, purpose) for code, name, purpose in lines)
