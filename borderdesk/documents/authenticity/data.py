"""The rule files of this room, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A personal number in the optional data of one State's documents."""

    state: str
    pattern: re.Pattern[str]
    module: str
    name: str


def _rows(name: str) -> list[list[str]]:
    text = files("borderdesk.documents.authenticity").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def specimen_numbers() -> frozenset[str]:
    """Document numbers of published specimens."""
    return frozenset(value for what, value in _rows("specimens.tsv") if what == "number")


@cache
def specimen_names() -> frozenset[str]:
    """Surnames, given names and whole names of published specimens."""
    return frozenset(value for what, value in _rows("specimens.tsv") if what == "name")


@cache
def national_numbers() -> dict[str, tuple[NationalNumber, ...]]:
    """The rules by issuing State."""
    found: dict[str, tuple[NationalNumber, ...]] = {}
    for state, pattern, module, name in _rows("national_numbers.tsv"):
        found[state] = (*found.get(state, ()), NationalNumber(state, re.compile(pattern), module, name))
    return found


@cache
def number_shapes() -> dict[tuple[str, str], re.Pattern[str]]:
    """The known shapes by issuing State and first letter of the document code."""
    return {(state, code): re.compile(pattern) for state, code, pattern in _rows("number_shapes.tsv")}
