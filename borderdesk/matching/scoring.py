"""The score of questions beside listed persons, for many pairs at once: a number for each, and what it came from.

The best of a person's names counts, in the best way of reading it and the question.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from borderdesk.matching.align import Aligned, align_all
from borderdesk.matching.facts import ListedFacts, facts_of, measure_facts
from borderdesk.matching.model import chance, coefficients
from borderdesk.matching.prepared import Prepared, prepare
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person, PersonName

FULL_LINES: Final = (30, 31, 39)
"""Characters in the name field of TD1, TD2 and TD3 documents (ICAO Doc 9303-4, -5, -6): a name that fills one of them
may have been cut."""

AT_ONCE: Final = 2048
"""Pairs compared in one go: large enough for numpy, small enough for the processor's cache."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready: every way to read the name, and whether its last part may be cut short."""

    query: PersonQuery
    ways: tuple[Prepared, ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed person made ready: every way to read every name (with the place of the name), and the facts."""

    ways: tuple[Prepared, ...]
    name_of: tuple[int, ...]
    facts: ListedFacts


class Way(NamedTuple):
    """The way of reading that spoke: its place among the question's and the person's, and its row in `aligned`."""

    asked: int
    listed: int
    aligned: Aligned
    row: int


@dataclass(frozen=True, slots=True)
class Scores:
    """For each pair: `chance` that it is one person, and the `odds` of names and facts it came from.

    `way` tells which ways of reading spoke and how their parts met, for whoever asks why; None where there was no name.
    """

    chance: npt.NDArray[np.float64]
    name_odds: npt.NDArray[np.float64]
    fact_measures: npt.NDArray[np.float32]
    birth: npt.NDArray[np.int64]
    way: tuple[Way | None, ...]


def asked_of(query: PersonQuery) -> Asked:
    """Make a question ready."""
    return Asked(query, prepare(query.full, query.surname, query.given), query.truncated or _fills_a_line(query))


def _fills_a_line(query: PersonQuery) -> bool:
    written = f"{query.surname}<<{query.given}" if query.surname and query.given else query.full.replace(" ", "<") + "<"
    return len(written) in FULL_LINES and written.isupper()


def listed_of(person: Person) -> Listed:
    """Make a listed person ready."""
    ways: list[Prepared] = []
    name_of: list[int] = []
    for at, name in enumerate(person.names):
        found = ways_of(name)
        ways += found
        name_of += [at] * len(found)
    return Listed(tuple(ways), tuple(name_of), facts_of(person))


def ways_of(name: PersonName) -> tuple[Prepared, ...]:
    """Every way to read a listed name."""
    return prepare(name.full, name.surname, name.given)


def score(asked: Sequence[Asked], listed: Sequence[Listed]) -> Scores:
    """The scores of `asked[n]` beside `listed[n]` for every n, without reasons."""
    learned = coefficients()
    best = [-math.inf] * len(asked)
    way: list[Way | None] = [None] * len(asked)
    pairs = [
        (n, i, j, one, other)
        for n, (mine, theirs) in enumerate(zip(asked, listed, strict=True))
        for i, one in enumerate(mine.ways)
        for j, other in enumerate(theirs.ways)
    ]
    # Long names beside long ones, so that the short ones need no room for them.
    pairs.sort(key=lambda pair: max(len(pair[3].parts), len(pair[4].parts)))
    for start in range(0, len(pairs), AT_ONCE):
        who, i, j, first, second = zip(*pairs[start : start + AT_ONCE], strict=True)
        found = align_all(first, second, np.array([asked[n].truncated for n in who]))
        odds = learned.of_names(found.measures)
        for row, (n, mine, theirs, value) in enumerate(zip(who, i, j, odds.tolist(), strict=True)):
            before = way[n]
            # Of equal ways the first one speaks.
            if value > best[n] or (before is not None and value == best[n] and (mine, theirs) < before[:2]):
                best[n] = value
                way[n] = Way(mine, theirs, found, row)
    names = np.array(best)
    nameless = ~np.isfinite(names)
    names[nameless] = learned.of_nothing()
    facts, birth = measure_facts([a.query for a in asked], [p.facts for p in listed])
    return Scores(chance(learned.of_all(names, facts)), names, facts, birth, tuple(way))
