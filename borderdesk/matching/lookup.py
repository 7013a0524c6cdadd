"""From a question to the few names of a segment that are worth comparing closely.

Two coarse passes over flat arrays, each keeping what might win: names that share telling words with the question, then
those whose birth year and sex do not speak against them. What is left is compared with the real score.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching.facts import BIRTHS, birth_levels, date_number
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.model import coefficients
from borderdesk.matching.parts import Role
from borderdesk.matching.prepared import Prepared, names_of
from borderdesk.matching.scoring import Asked
from borderdesk.matching.segments import Segment

COMPARED: Final = 96
"""Names of a segment that are compared closely."""

_ENOUGH: Final = 1500
_LOOKED_AT: Final = 2000
"""Names whose facts are looked at one by one."""

_SHARES: Final = (0.75, 0.6, 0.45, 0.3, 0.18)
_LIGHT: Final = (Role.PARTICLE, Role.TITLE)


def worth_comparing(segment: Segment, asked: Asked, documents: frozenset[str]) -> npt.NDArray[np.int64]:
    """The places of the names that are worth comparing closely, at most `COMPARED` per way of reading the question,
    and all of whoever has the same document."""
    if not len(segment.scratch):
        return np.empty(0, np.int64)
    born = np.empty(0, np.uint32)
    if asked.query.birth is not None and asked.query.birth.is_whole:
        born = np.unique(segment.born(date_number(asked.query.birth)))
    found = [segment.names_of(np.unique(segment.naming(number))) for number in documents]
    found += [_best(segment, asked, way, born) for way in asked.ways]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _best(segment: Segment, asked: Asked, way: Prepared, born: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    scratch, arrays = segment.scratch, segment.arrays
    total = _add_up(segment, way)
    names = _reached(scratch, total)
    if len(born):
        names = _with(names, segment.names_of(born))
    shared = scratch[names]
    scratch.fill(0)
    if not len(names):
        return names
    persons = arrays["name_person"][names]
    theirs = segment.name_weight[names]
    shared = np.minimum(shared, np.minimum(total, theirs) + 0.1)
    contradicted = np.maximum(np.minimum(total, theirs) - shared, 0)
    missing = np.maximum(np.maximum(total, theirs) - shared - contradicted, 0)
    odds = 8 * shared / (shared + contradicted + 0.2 * missing + 0.05) - 1.5 * contradicted + 0.8 * shared
    odds[~segment.alive[persons]] = -np.inf
    rough = odds + _facts(segment, asked, persons, born)
    if len(names) > _LOOKED_AT:
        near = np.argpartition(-rough, _LOOKED_AT)[:_LOOKED_AT]
        names, persons, odds = names[near], persons[near], odds[near]
    odds = odds + _exact_facts(segment, asked, persons)
    if len(names) > COMPARED:
        names = names[np.argpartition(-odds, COMPARED)[:COMPARED]]
    kept: npt.NDArray[np.int64] = names[segment.alive[arrays["name_person"][names]]]
    return kept


def _add_up(segment: Segment, way: Prepared) -> float:
    """Give every name the weight of the question's words it holds, in `segment.scratch`; returns the whole weight."""
    post_start, post_names = segment.arrays["post_start"], segment.arrays["post_names"]
    scratch = segment.scratch
    names = names_of([way], lexicon())
    total = 0.0
    for at in range(len(names.weight)):
        is_part = at < len(way.parts)
        if is_part and way.parts[at].role in _LIGHT:
            continue
        key = way.parts[at].key if is_part else names.join_key(at, 0)
        weight = float(names.weight[at, 0])
        total += weight if is_part else 0.0
        places, alike = segment.words.like(key)
        if not is_part:
            # A join counts for its parts only where it is nearly a word of its own.
            places, alike = places[alike > 0.8], alike[alike > 0.8]
        for place, likeness in zip(places.tolist(), alike.tolist(), strict=True):
            scratch[post_names[post_start[place] : post_start[place + 1]]] += weight * likeness
        if is_part:
            for left, right in _halves(segment, key):
                for half in (left, right):
                    scratch[post_names[post_start[half] : post_start[half + 1]]] += weight * 0.45
    return max(total, 0.1)


def _halves(segment: Segment, key: str) -> list[tuple[int, int]]:
    """Two words of the segment that the question wrote as one (`JONGRIN`)."""
    if len(key) < 5 or not key.isalpha():
        return []
    found = []
    for cut in range(2, len(key) - 1):
        left, right = segment.words.place(key[:cut]), segment.words.place(key[cut:])
        if left is not None and right is not None:
            found.append((left, right))
    return found


def _reached(scratch: npt.NDArray[np.float32], total: float) -> npt.NDArray[np.int64]:
    """The names with the largest share of the question, so many that the facts can still turn the order."""
    names = np.flatnonzero(scratch > _SHARES[-1] * total)
    shares = scratch[names]
    for share in _SHARES:
        reached = shares > share * total
        if np.count_nonzero(reached) >= _ENOUGH:
            return names[reached]
    return names


def _with(names: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Ascending names and the others that are not among them."""
    if not len(names):
        return others
    place = np.minimum(np.searchsorted(names, others), len(names) - 1)
    return np.concatenate([names, others[names[place] != others]])


def _exact_facts(segment: Segment, asked: Asked, persons: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """What birth and sex will add, the best of all births listed counting."""
    query, arrays, learned = asked.query, segment.arrays, coefficients().facts
    odds = np.zeros(len(persons))
    if query.birth is not None:
        first = arrays["birth_start"][persons].astype(np.int64)
        counts = arrays["birth_start"][persons + 1] - first
        owner = np.repeat(np.arange(len(persons)), counts)
        places = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + first[owner]
        if len(owner):
            listed = arrays["births"][places].astype(np.int64)
            levels = birth_levels(np.full(len(listed), date_number(query.birth), np.int64), listed)
            best = np.full(len(persons), len(BIRTHS))
            np.minimum.at(best, owner, levels)
            added = np.array([*(learned[f"birth {level.value}"] for level in BIRTHS), 0.0])
            odds += added[best]
    if query.sex in ("M", "F"):
        sex = arrays["sex"][persons]
        odds += np.where((sex != 0) & (sex != (1 if query.sex == "M" else 2)), learned["sex other"], 0)
    return odds


def _facts(segment: Segment, asked: Asked, persons: npt.NDArray[Any], born: npt.NDArray[Any]) -> Any:
    """Roughly what birth and sex will add."""
    query = asked.query
    odds = np.zeros(len(persons), np.float32)
    if query.birth is not None:
        years = segment.years[persons]
        known = years[:, 0] > 0
        year = query.birth.year
        fits = (years[:, 0] - 1 <= year) & (year <= years[:, 1] + 1)
        same = (years[:, 0] <= year) & (year <= years[:, 1])
        odds += np.where(known, np.where(same, 2.5, np.where(fits, 0.5, -3.5)), 0)
        if len(born):
            at = np.minimum(np.searchsorted(born, persons), len(born) - 1)
            odds += np.where(born[at] == persons, 4.0, 0)
    if query.sex in ("M", "F"):
        code = 1 if query.sex == "M" else 2
        sex = segment.arrays["sex"][persons]
        odds -= np.where((sex != 0) & (sex != code), 2.5, 0)
    return odds
