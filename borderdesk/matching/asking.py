"""A question ready to be looked up in any segment: its parts with their hashes, and what each year of birth may add.

Whatever is the same for all segments is worked out here, once, and for many questions together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from borderdesk.dates import PartialDate
from borderdesk.matching.facts import BIRTHS, BUDDHIST_YEARS, Birth, document_number
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.model import BENDS, TOP, Coefficients, coefficients
from borderdesk.matching.parts import Role
from borderdesk.matching.prepared import Prepared, names_of
from borderdesk.matching.scoring import Asked
from borderdesk.matching.segments import FIRST_YEAR, NO_YEAR, SOME_YEAR
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.words import Sought, sought

_LOWEST: Final = -1e3
"""Log-odds that no rough score of a name falls below."""

_LIGHT: Final = (Role.PARTICLE, Role.TITLE)

Line = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Where the line over the names' log-odds bends, and what they weigh there."""


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
    born then can score (`most`); `line` is where the line over the names' log-odds bends, and what they weigh there."""

    ways: tuple[SoughtName, ...]
    asked: Asked
    documents: frozenset[str]
    days: npt.NDArray[np.int32]
    years: npt.NDArray[np.float32]
    most: npt.NDArray[np.float32]
    best_facts: float
    line: Line


def sought_people(asked: Sequence[Asked]) -> list[SoughtPerson]:
    """Questions, ready to be looked up in any segment. Of many together each takes much less time."""
    ready = iter(sought_names([way for each in asked for way in each.ways]))
    learned = coefficients()
    line, best_names = _line(learned), _best_names(learned)
    found = []
    for each in asked:
        query = each.query
        numbers = map(document_number, query.document_numbers)
        days = near_days(query.birth) if query.birth is not None else np.empty(0, np.int32)
        years, another = _year_odds(query.birth)
        ways = tuple(islice(ready, len(each.ways)))
        most = _most_odds(query, best_names, years, another)
        found.append(SoughtPerson(ways, each, frozenset(numbers), days, years, most, _best_facts(query), line))
    return found


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


def _best_names(learned: Coefficients) -> tuple[float, float]:
    """The most that a name can say, and where the births are others."""
    odds = learned.of_named(learned.of_name_odds(np.full(2, TOP)), np.array([False, True]))
    return float(odds[0]), float(odds[1])


def _most_odds(
    query: PersonQuery, names: tuple[float, float], years: npt.NDArray[np.float32], another: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Per `name_year` the most that anybody born in that year can score, but on one of the near days."""
    learned = coefficients()
    sex = max(learned.facts["sex same"], 0.0) if query.sex else 0.0
    nationality = max(learned.facts["nationality same"], 0.0) if query.nationality else 0.0
    best, contradicted = names
    most: npt.NDArray[np.float32] = (np.where(another, contradicted, best) + years + sex + nationality).astype(
        np.float32
    )
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


def _line(learned: Coefficients) -> Line:
    """Where the line over the names' log-odds bends, and what they weigh there."""
    bends = np.array([_LOWEST, *BENDS, TOP])
    return bends, learned.of_name_odds(bends)
