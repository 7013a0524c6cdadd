"""The rule files of this room, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A personal number in the optional data of one State's documents. `sure` says that this number is known to stand
    there; `sex` where it tells the sex, empty where the module knows or nothing does."""

    state: str
    pattern: re.Pattern[str]
    module: str
    sure: bool
    sex: str
    name: str


def _rows(name: str) -> list[list[str]]:
    text = files("borderdesk.documents.authenticity").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def specimen_numbers() -> frozenset[tuple[str, str]]:
    """Document numbers of published specimens with their issuing State, empty for numbers that no State issues."""
    return frozenset((row[1], row[2]) for row in _rows("specimens.tsv") if row[0] == "number")


@cache
def specimen_names() -> dict[str, bool]:
    """Surnames, given names and whole names of published specimens, and whether living people bear them too."""
    return {row[1]: row[2] == "borne" for row in _rows("specimens.tsv") if row[0] == "name"}


@cache
def national_numbers() -> dict[str, tuple[NationalNumber, ...]]:
    """The rules by issuing State."""
    found: dict[str, tuple[NationalNumber, ...]] = {}
    for state, pattern, module, how, sex, name in _rows("national_numbers.tsv"):
        rule = NationalNumber(state, re.compile(pattern), module, how == "sure", sex.strip("-"), name)
        found[state] = (*found.get(state, ()), rule)
    return found


@cache
def number_shapes() -> dict[tuple[str, str], re.Pattern[str]]:
    """The known shapes by issuing State and first letter of the document code."""
    return {(state, code): re.compile(pattern) for state, code, pattern in _rows("number_shapes.tsv")}
