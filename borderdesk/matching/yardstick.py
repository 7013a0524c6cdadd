"""What anybody has at hand, as a yardstick: names spelt in plain Latin letters by anyascii, the mean of rapidfuzz's two
ratios over sorted and common words, and a penalty where birth years disagree. Reports print it beside the score of this
room, from the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from anyascii import anyascii
from rapidfuzz import fuzz, process, utils

from borderdesk.matching.parts import MOST_LETTERS
from borderdesk.matching.practice import Example
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person, PersonName

Floats = npt.NDArray[np.float64]

YEARS_DISAGREE: Final = 0.25
"""Taken off where both sides know a birth and no year is the same."""


def yardstick(examples: Sequence[Example]) -> Floats:
    """The score of every example between 0 and 1: the best of the person's names, and the penalty."""
    pairs = [(n, _asked(e.query), _written(name)) for n, e in enumerate(examples) for name in e.person.names]
    asked, listed = [a for _, a, _ in pairs], [b for _, _, b in pairs]
    both: Any = sum(
        process.cpdist(asked, listed, scorer=scorer, workers=1) / 200.0
        for scorer in (fuzz.token_sort_ratio, fuzz.token_set_ratio)
    )
    best = np.zeros(len(examples))
    np.maximum.at(best, [n for n, _, _ in pairs], np.asarray(both, float))
    found: Floats = best - np.array([_penalty(e.query, e.person) for e in examples])
    return found


class YardstickList:
    """A list of persons, searched by the same measure: everybody is compared."""

    def __init__(self, persons: Mapping[str, Person]) -> None:
        named = [(key, person, name) for key, person in persons.items() for name in person.names]
        self._keys = [key for key, _, _ in named]
        self._names = [_written(name) for _, _, name in named]
        self._persons = [person for _, person, _ in named]

    def search(self, query: PersonQuery, limit: int) -> list[tuple[str, float]]:
        """The keys of the best persons and their scores, best first."""
        asked = [_asked(query)]
        both: Any = sum(
            process.cdist(asked, self._names, scorer=scorer, workers=1)[0] / 200.0
            for scorer in (fuzz.token_sort_ratio, fuzz.token_set_ratio)
        )
        # Nobody gains by the penalty: whoever is far behind without it stays behind.
        order = np.argsort(-both, kind="stable")[: 50 * limit].tolist()
        found: dict[str, float] = {}
        for at in order:
            score = float(both[at]) - _penalty(query, self._persons[at])
            found[self._keys[at]] = max(score, found.get(self._keys[at], 0.0))
        return sorted(found.items(), key=lambda one: -one[1])[:limit]


def _penalty(query: PersonQuery, person: Person) -> float:
    if query.birth is None or not person.births:
        return 0.0
    return 0.0 if any(birth.year == query.birth.year for birth in person.births) else YEARS_DISAGREE


def _asked(query: PersonQuery) -> str:
    return _plain(query.full or f"{query.surname} {query.given}")


def _written(name: PersonName) -> str:
    return _plain(name.full or f"{name.surname} {name.given}")


def _plain(text: str) -> str:
    return utils.default_process(anyascii(text[:MOST_LETTERS]))
