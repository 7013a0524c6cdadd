"""From a question to the few names of a segment that are worth comparing closely.

Coarse passes over flat arrays, each keeping what might win: names that share telling words with the question and
persons born about that day; then what their shares, birth, sex and nationality would roughly score. What is left is
compared with the real score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching.asking import Line, SoughtName, SoughtPerson
from borderdesk.matching.facts import (
    BIRTHS,
    CONTRADICTING,
    Birth,
    birth_levels,
    date_number,
    several_years,
)
from borderdesk.matching.model import coefficients
from borderdesk.matching.pool import distinct, ranges
from borderdesk.matching.segments import UNIT, Segment
from borderdesk.matching.types import PersonQuery

_ENOUGH: Final = 1200
"""Names with the largest share of the question, so many that the facts can still turn the order."""

_MOST: Final = 4000
"""Names whose facts are looked at, beside those of persons born about that day."""

_SHARES: Final = (0.85, 0.7, 0.55, 0.4, 0.27, 0.18)
_TOO_MANY: Final = 200_000
"""Names that are not added to, however many of them are born in another year."""

_ANOTHER: Final = -3.0
"""What birth in quite another year adds at most."""

MISJUDGED: Final = 4.0
"""Log-odds by which a name may score more than it roughly seems to."""

_SEXES: Final = {"M": 1, "F": 2}


@dataclass(frozen=True, slots=True)
class Worth:
    """Names of one segment that are worth comparing closely: whose they are, what that person's birth, sex and
    nationality add, whether that birth is another one, and roughly what each will score, in log-odds."""

    names: npt.NDArray[np.int64]
    persons: npt.NDArray[np.int64]
    facts: npt.NDArray[np.float64]
    contradicted: npt.NDArray[np.bool_]
    odds: npt.NDArray[np.float64]

    def at_least(self, odds: float) -> Worth:
        """Those that roughly score this or more."""
        kept = self.odds >= odds
        return Worth(*(getattr(self, field)[kept] for field in self.__slots__))


@dataclass(frozen=True, slots=True)
class Rough:
    """Names of one segment that may be worth comparing closely with one way to read a question, and roughly what each
    name alone says, in log-odds."""

    query: PersonQuery
    names: npt.NDArray[np.int64]
    odds: npt.NDArray[np.float32]


def rough(segment: Segment, wanted: SoughtPerson, way: int, scratch: npt.NDArray[np.uint16], enough: float) -> Rough:
    """The names that may be worth comparing closely with one way to read the question, and may score `enough`; of those
    that roughly score less than that by more than `MISJUDGED` some or none.
    `scratch` holds zeros, at least one for each name, and is left so."""
    name = wanted.ways[way]
    scratch = scratch[: segment.size]
    touched = _add_up(segment, name, scratch)
    # Whoever was born about that day is accepted with a name that shares hardly a word.
    near = segment.names_of(segment.born(wanted.days))
    may = touched
    if wanted.most.min() < enough:
        may = touched[(wanted.most >= enough)[segment.arrays["name_year"][touched]]]
    names = _reached(segment, scratch, may, name.total, wanted.years)
    odds = _rough_odds(segment, name.total, names, scratch[names], wanted.line)
    names = _best(names, odds + wanted.years[segment.arrays["name_year"][names]], _MOST)
    names = distinct(np.append(names, near))
    odds = _rough_odds(segment, name.total, names, scratch[names], wanted.line)
    scratch[touched] = 0
    # Facts cost more than rough names: they are looked at only where the best of them would be enough.
    hopeful = odds + wanted.best_facts >= enough - MISJUDGED
    return Rough(wanted.asked.query, names[hopeful], odds[hopeful])


def worth_comparing(segment: Segment, found: Sequence[Rough]) -> list[Worth]:
    """The living ones of these names, with what the facts add. For many questions together, which is much faster."""
    asked = np.repeat(np.arange(len(found)), [len(each.names) for each in found])
    names = np.concatenate([np.empty(0, np.int64), *(each.names for each in found)])
    odds = np.concatenate([np.empty(0, np.float32), *(each.odds for each in found)])
    persons = segment.person_of(names)
    living = segment.alive[persons]
    asked, names, persons, odds = asked[living], names[living], persons[living], odds[living]
    # For each question names ascend, so those of one person stand together.
    first = np.append(True, (persons[1:] != persons[:-1]) | (asked[1:] != asked[:-1]))[: len(persons)]
    whose = np.cumsum(first) - 1
    queries = [each.query for each in found]
    facts, contradicted = (of[whose] for of in facts_odds(segment, queries, asked[first], persons[first]))
    total = coefficients().of_named(odds.astype(float), contradicted) + facts
    ends = np.searchsorted(asked, np.arange(len(found) + 1)).tolist()
    return [
        Worth(names[part], persons[part], facts[part], contradicted[part], total[part])
        for part in starmap(slice, pairwise(ends))
    ]


def _best(names: Any, by: Any, most: int) -> Any:
    return names if len(names) <= most else names[np.argpartition(by, -most)[-most:]]


def carrying(segment: Segment, documents: frozenset[str]) -> npt.NDArray[np.int64]:
    """The living persons whose record mentions one of these document numbers."""
    found = np.unique(np.concatenate([np.empty(0, np.int64), *(segment.naming(number) for number in documents)]))
    persons: npt.NDArray[np.int64] = found[segment.alive[found.astype(np.int64)]].astype(np.int64)
    return persons


def _add_up(segment: Segment, name: SoughtName, scratch: npt.NDArray[np.uint16]) -> npt.NDArray[np.intp]:
    """Give every name the weight of the question's parts it holds, each by the word most alike. Returns the names,
    some of them more than once."""
    touched = [np.empty(0, np.intp)]
    like = iter(segment.words.like([part for part, _ in (*name.parts, *name.joins)]))
    for part, weight in name.parts:
        places, alike = next(like)
        for left, right in _halves(segment, part.key):
            places = np.append([left, right], places)
            alike = np.append(np.full(2, 0.45, np.float32), alike)
        touched.append(_give(segment, scratch, places, (weight + segment.words.weights[places]) / 2 * alike))
    for _, weight in name.joins:
        places, alike = next(like)
        # A join counts for its parts only where it is nearly a word of its own.
        near = alike > 0.8
        weights = (weight + segment.words.weights[places[near]]) / 2 * alike[near]
        touched.append(_give(segment, scratch, places[near], weights))
    return np.concatenate(touched)


def _give(segment: Segment, scratch: npt.NDArray[np.uint16], places: Any, weights: Any) -> npt.NDArray[np.intp]:
    start, posted = segment.arrays["post_start"], segment.arrays["post_names"]
    low, high = start[places].tolist(), start[places + 1].tolist()
    if not low:
        return np.empty(0, np.intp)
    # A common word stands in some hundred thousand names: its list is copied once, in the type that numpy looks up by.
    names: npt.NDArray[np.intp] = np.concatenate(
        [posted[first:last] for first, last in zip(low, high, strict=True)], dtype=np.intp
    )
    given = np.repeat((weights * UNIT).astype(np.uint16), np.subtract(high, low))
    # Of several words in one name that are alike, the last one counts, and the most alike come last.
    given += scratch.take(names)
    scratch[names] = given
    return names


def _halves(segment: Segment, key: str) -> list[tuple[int, int]]:
    """Two words of the segment that the question wrote as one (`JONGRIN`)."""
    if len(key) < 5 or not key.isalpha():
        return []
    found = []
    for cut in range(2, len(key) - 1):
        left = segment.words.keys.find(key[:cut])
        right = None if left is None else segment.words.keys.find(key[cut:])
        if left is not None and right is not None:
            found.append((left, right))
    return found


def _reached(
    segment: Segment, scratch: npt.NDArray[np.uint16], touched: npt.NDArray[Any], total: float, years: Any
) -> npt.NDArray[np.int64]:
    """The names with the largest share of the question, so many that enough of them are not born in another year."""
    shares = scratch.take(touched)
    names = touched
    for share in _SHARES:
        reached = shares > np.uint16(share * total * UNIT)
        if np.count_nonzero(reached) < _ENOUGH and share != _SHARES[-1]:
            continue
        names = touched[reached]
        if len(names) > _TOO_MANY or np.count_nonzero(years[segment.arrays["name_year"][names]] > _ANOTHER) >= _ENOUGH:
            break
    return distinct(names).astype(np.int64)


def _rough_odds(segment: Segment, total: float, names: Any, shared: Any, line: Line) -> npt.NDArray[np.float32]:
    """Roughly what the names will say."""
    theirs = segment.arrays["name_weight"][names] / np.float32(UNIT)
    least = np.minimum(np.float32(total), theirs)
    shared = np.minimum(shared / np.float32(UNIT), least + 0.1)
    contradicted = np.maximum(least - shared, 0)
    missing = np.maximum(np.maximum(np.float32(total), theirs) - shared - contradicted, 0)
    odds = 8 * shared / (shared + contradicted + 0.2 * missing + 0.05) - 1.5 * contradicted + 0.8 * shared - 4
    # The line of `of_name_odds` through its bends: for the 200,000 names of a common question a third of the time.
    bends, heights = line
    found: npt.NDArray[np.float32] = np.interp(odds, bends, heights).astype(np.float32)
    return found


def facts_odds(
    segment: Segment, queries: Sequence[PersonQuery], asked: npt.NDArray[Any], persons: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """What birth, sex and nationality add for `queries[asked[n]]` beside `persons[n]`, the best of all births listed
    counting; and whether that is another one."""
    arrays, learned = segment.arrays, coefficients().facts
    odds, contradicted = np.zeros(len(persons)), np.zeros(len(persons), np.bool_)
    births = np.array([0 if query.birth is None else date_number(query.birth) for query in queries], np.int64)[asked]
    dated = np.flatnonzero(births)
    if len(dated):
        owner, places = _several(arrays["birth_start"], persons[dated])
        levels = birth_levels(births[dated][owner], arrays["births"][places].astype(np.int64))
        best = np.full(len(dated), len(BIRTHS))
        np.minimum.at(best, owner, levels)
        odds[dated] += np.array([*(learned[f"birth {level.value}"] for level in BIRTHS), 0.0])[best]
        listings = np.bincount(owner, minlength=len(dated))
        several = several_years(listings) * learned["birth several years"]
        odds[dated] += np.where(best == BIRTHS.index(Birth.YEAR), several, 0)
        contradicted[dated] = np.isin(best, [BIRTHS.index(level) for level in CONTRADICTING])
    sexes = np.array([_SEXES.get(query.sex, 0) for query in queries])[asked]
    if sexes.any():
        sex = arrays["sex"][persons]
        agrees = np.where(sex == sexes, learned["sex same"], learned["sex other"])
        odds += np.where((sex == 0) | (sexes == 0), 0, agrees)
    if any(query.nationality for query in queries):
        names = {name: code for code, name in enumerate(segment.nation_names)}
        codes = np.array([names.get(query.nationality, -1) for query in queries])[asked]
        owner, places = _several(arrays["nation_start"], persons)
        same = np.zeros(len(persons), bool)
        same[owner[arrays["nations"][places] == codes[owner]]] = True
        known = np.zeros(len(persons), bool)
        known[owner] = True
        known &= np.array([bool(query.nationality) for query in queries])[asked]
        odds += np.where(known, np.where(same, learned["nationality same"], learned["nationality other"]), 0)
    return odds, contradicted


def _several(start: npt.NDArray[Any], persons: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Whose each of the values of these persons is, and where it stands."""
    low, high = start[persons].astype(np.int64), start[persons + 1].astype(np.int64)
    return np.repeat(np.arange(len(persons)), high - low), ranges(low, high)
