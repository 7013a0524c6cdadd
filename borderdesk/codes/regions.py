"""Regions, as data: members of organizations of states, by which a bureau says whose documents a post needs in detail.

The table is `regions.tsv` beside this module; its head names source and date.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """One row of the table: its short code, its name, and its members by their ICAO codes."""

    code: str
    name: str
    states: tuple[str, ...]


def regions() -> tuple[Region, ...]:
    """Every row of the table, ordered by code."""
    return _table()


def region(code: str) -> Region | None:
    """The row of that code, in any capitals; None where the table does not know it."""
    return next((row for row in _table() if row.code == code.strip().lower()), None)


@cache
def _table() -> tuple[Region, ...]:
    text = files("borderdesk.codes").joinpath("regions.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(sorted((Region(code, name, tuple(members.split())) for code, name, members in lines), key=_code))


def _code(region: Region) -> str:
    return region.code
