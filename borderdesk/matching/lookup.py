"""From a question to the few names of a segment that are worth comparing closely.

Coarse passes over flat arrays, each keeping what might win: names that share telling words with the question and
persons born about that day; then what their shares, birth, sex and nationality would roughly score. What is left is
compared with the real score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.dates import PartialDate
from borderdesk.matching.facts import (
    BIRTHS,
    BUDDHIST_YEARS,
    CONTRADICTING,
    Birth,
    birth_levels,
    date_number,
    several_years,
)
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.model import BENDS, TOP, Coefficients, coefficients
from borderdesk.matching.parts import Role
from borderdesk.matching.pool import distinct, ranges
from borderdesk.matching.prepared import Prepared, names_of
from borderdesk.matching.scoring import Asked
from borderdesk.matching.segments import FIRST_YEAR, NO_YEAR, SOME_YEAR, UNIT, Segment
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.words import Sought, sought

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

_LOWEST: Final = -1e3
"""Log-odds that no rough score of a name falls below."""

_LIGHT: Final = (Role.PARTICLE, Role.TITLE)
_MALE, _FEMALE = 1, 2


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
class SoughtName:
    """One way to read the question: its parts and joins with their weights, and the weight of all parts."""

    parts: tuple[tuple[Sought, float], ...]
    joins: tuple[tuple[Sought, float], ...]
    total: float


@dataclass(frozen=True, slots=True)
class SoughtPerson:
    """A question as it is looked up: the ways to read its name, the facts, the `days` of birth that are near; and for
    each `name_year` of a segment what another day of that year can add at most (`years`), and the most that anybody
    born then can score (`most`)."""

    ways: tuple[SoughtName, ...]
    asked: Asked
    documents: frozenset[str]
    days: npt.NDArray[np.int32]
    years: npt.NDArray[np.float32]
    most: npt.NDArray[np.float32]
    best_facts: float


def sought_person(asked: Asked) -> SoughtPerson:
    """A question, ready to be looked up in any segment."""
    query = asked.query
    numbers = ("".join(c for c in number.upper() if c.isalnum()) for number in query.document_numbers)
    days = near_days(query.birth) if query.birth is not None else np.empty(0, np.int32)
    ways = sought_names(asked.ways)
    years, another = _year_odds(query.birth)
    most = _most_odds(asked, years, another)
    return SoughtPerson(ways, asked, frozenset(numbers), days, years, most, _best_facts(query))


def _best_facts(query: PersonQuery) -> float:
    """The most that birth, sex and nationality can add; 0 for what is not asked or not listed."""
    learned = coefficients().facts
    births = [f"birth {level}" for level in BIRTHS] if query.birth is not None else []
    best = max([0.0, *(learned[birth] for birth in births)]) + max(0.0, learned["birth several years"])
    best += max(0.0, learned["sex same"], learned["sex other"]) if query.sex else 0.0
    return best + (max(0.0, learned["nationality same"], learned["nationality other"]) if query.nationality else 0.0)


def _year_odds(birth: PartialDate | None) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Per `name_year` what a birth in that year adds at most, where it is none of the near days; and whether it is then
    another birth."""
    odds, another = np.zeros(SOME_YEAR + 1, np.float32), np.zeros(SOME_YEAR + 1, np.bool_)
    if birth is None or not FIRST_YEAR < birth.year < FIRST_YEAR + SOME_YEAR:
        return odds, another
    learned = coefficients().facts
    apart = np.abs(np.arange(NO_YEAR + 1, SOME_YEAR) + FIRST_YEAR - birth.year)
    odds[1:-1] = max(learned[f"birth {level}"] for level in (Birth.PARTS, Birth.NEAR, Birth.OTHER))
    odds[1:-1][apart <= 2] = learned[f"birth {Birth.NEAR_YEAR}"]
    another[1:-1] = True
    if not birth.day or (birth.month, birth.day) == (1, 1):
        odds[1:-1][apart == 0] = learned[f"birth {Birth.YEAR}"]
        another[1:-1][apart == 0] = False
    odds[SOME_YEAR] = learned[f"birth {Birth.CALENDAR}"]
    return odds, another


def _most_odds(asked: Asked, years: npt.NDArray[np.float32], another: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Per `name_year` the most that anybody born in that year can score, but on one of the near days."""
    learned = coefficients()
    best_name = learned.of_named(learned.of_name_odds(np.full(len(years), TOP)), another)
    sex = max(learned.facts["sex same"], 0.0) if asked.query.sex else 0.0
    nationality = max(learned.facts["nationality same"], 0.0) if asked.query.nationality else 0.0
    most: npt.NDArray[np.float32] = (best_name + years + sex + nationality).astype(np.float32)
    return most


def sought_names(ways: Sequence[Prepared]) -> tuple[SoughtName, ...]:
    """Ways to read a name, ready to be looked up. Of many ways together each takes much less time."""
    if not ways:
        return ()
    names = names_of(ways, lexicon())
    weights, cover = names.weight.T.tolist(), names.cover.T.tolist()
    parts = [
        [(part.key, weight) for part, weight in zip(way.parts, weights[at], strict=False) if part.role not in _LIGHT]
        for at, way in enumerate(ways)
    ]
    joins = [
        [(names.join_key(row, at), weights[at][row]) for row in range(names.wide, len(covers)) if covers[row]]
        for at, covers in enumerate(cover)
    ]
    ready = iter(sought([key for keys in (*parts, *joins) for key, _ in keys]))
    found = [[tuple((next(ready), weight) for _, weight in keys) for keys in kind] for kind in (parts, joins)]
    return tuple(
        SoughtName(mine, joined, max(sum(weight for _, weight in mine), 0.1))
        for mine, joined in zip(*found, strict=True)
    )


def near_days(birth: PartialDate) -> npt.NDArray[np.int32]:
    """The days (`yyyymmdd`) that are nearly as good as this one: itself, slips of one part, the year alone, the
    Buddhist year."""
    year, month, day = birth.year, birth.month, birth.day
    found = {(year, month, day), (year, 0, 0), (year, 1, 1), (year, month, 0), (year, day, month)}
    found |= {(other, month, day) for other in _slips(year, 4)}
    found |= {(year, other, day) for other in _slips(month, 2)}
    found |= {(year, month, other) for other in _slips(day, 2)}
    found |= {(year + shift, month, day) for shift in (BUDDHIST_YEARS, -BUDDHIST_YEARS)}
    return np.array(sorted({y * 10_000 + m * 100 + d for y, m, d in found if y > 0}), np.int32)


def _slips(number: int, digits: int) -> set[int]:
    """One more, one less, two neighbouring digits swapped, or, of two digits, one digit another."""
    text = f"{number:0{digits}d}"
    swapped = {int(text[:at] + text[at + 1] + text[at] + text[at + 2 :]) for at in range(digits - 1)}
    if digits == 2:
        swapped |= {number // 10 * 10 + last for last in range(10)} | {first + number % 10 for first in (0, 10, 20, 30)}
    return {number - 1, number + 1, *swapped} - {number} if number else set()


def worth_comparing(
    segment: Segment, wanted: SoughtPerson, way: int, scratch: npt.NDArray[np.uint16], enough: float
) -> Worth:
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
    odds = _rough_odds(segment, name.total, names, scratch[names])
    names = _best(names, odds + wanted.years[segment.arrays["name_year"][names]], _MOST)
    names = distinct(np.append(names, near))
    odds = _rough_odds(segment, name.total, names, scratch[names])
    scratch[touched] = 0
    # Facts cost more than rough names: they are looked at only where the best of them would be enough.
    hopeful = odds + wanted.best_facts >= enough - MISJUDGED
    names, odds = names[hopeful], odds[hopeful]
    persons = segment.person_of(names)
    living = segment.alive[persons]
    names, persons, odds = names[living], persons[living], odds[living]
    # Names ascend, so those of one person stand together.
    first = np.append(True, persons[1:] != persons[:-1])[: len(persons)]
    whose = np.cumsum(first) - 1
    facts, contradicted = (found[whose] for found in facts_odds(segment, wanted, persons[first]))
    return Worth(names, persons, facts, contradicted, coefficients().of_named(odds.astype(float), contradicted) + facts)


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


def _rough_odds(segment: Segment, total: float, names: Any, shared: Any) -> npt.NDArray[np.float32]:
    """Roughly what the names will say."""
    theirs = segment.arrays["name_weight"][names] / np.float32(UNIT)
    least = np.minimum(np.float32(total), theirs)
    shared = np.minimum(shared / np.float32(UNIT), least + 0.1)
    contradicted = np.maximum(least - shared, 0)
    missing = np.maximum(np.maximum(np.float32(total), theirs) - shared - contradicted, 0)
    odds = 8 * shared / (shared + contradicted + 0.2 * missing + 0.05) - 1.5 * contradicted + 0.8 * shared - 4
    # The line of `of_name_odds` through its bends: for the 200,000 names of a common question a third of the time.
    bends, heights = _line(coefficients())
    found: npt.NDArray[np.float32] = np.interp(odds, bends, heights).astype(np.float32)
    return found


def _line(learned: Coefficients) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where the line over the names' log-odds bends, and what they weigh there."""
    bends = np.array([_LOWEST, *BENDS, TOP])
    return bends, learned.of_name_odds(bends)


def facts_odds(
    segment: Segment, wanted: SoughtPerson, persons: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """What birth, sex and nationality add, the best of all births listed counting; and whether that is another one."""
    query, arrays, learned = wanted.asked.query, segment.arrays, coefficients().facts
    odds, contradicted = np.zeros(len(persons)), np.zeros(len(persons), np.bool_)
    if query.birth is not None:
        owner, places = _several(arrays["birth_start"], persons)
        listed = arrays["births"][places].astype(np.int64)
        levels = birth_levels(np.full(len(listed), date_number(query.birth), np.int64), listed)
        best = np.full(len(persons), len(BIRTHS))
        np.minimum.at(best, owner, levels)
        odds += np.array([*(learned[f"birth {level.value}"] for level in BIRTHS), 0.0])[best]
        listings = np.bincount(owner, minlength=len(persons))
        odds += np.where(best == BIRTHS.index(Birth.YEAR), several_years(listings) * learned["birth several years"], 0)
        contradicted = np.isin(best, [BIRTHS.index(level) for level in CONTRADICTING])
    if query.sex in ("M", "F"):
        sex = arrays["sex"][persons]
        same = sex == (_MALE if query.sex == "M" else _FEMALE)
        odds += np.where(sex == 0, 0, np.where(same, learned["sex same"], learned["sex other"]))
    if query.nationality:
        owner, places = _several(arrays["nation_start"], persons)
        code = segment.nation_names.index(query.nationality) if query.nationality in segment.nation_names else -1
        same = np.zeros(len(persons), bool)
        same[owner[arrays["nations"][places] == code]] = True
        known = np.zeros(len(persons), bool)
        known[owner] = True
        odds += np.where(same, learned["nationality same"], np.where(known, learned["nationality other"], 0))
    return odds, contradicted


def _several(start: npt.NDArray[Any], persons: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Whose each of the values of these persons is, and where it stands."""
    low, high = start[persons].astype(np.int64), start[persons + 1].astype(np.int64)
    return np.repeat(np.arange(len(persons)), high - low), ranges(low, high)
