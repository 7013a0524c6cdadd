"""The listed persons a traveller might be, found among a million without comparing all of them.

Persons stand in segments (`segments`). What is put is gathered in a young segment until that is large enough to be
left alone, so a delta costs what it changes. Every candidate's score is the one that `compare` gives.
"""

from __future__ import annotations

import heapq
import math
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

import numpy as np

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.matching.align import align
from borderdesk.matching.compare import compare_many
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.lookup import (
    MISJUDGED,
    Worth,
    carrying,
    facts_odds,
    sought_names,
    sought_person,
    worth_comparing,
)
from borderdesk.matching.model import coefficients
from borderdesk.matching.prepared import names_of
from borderdesk.matching.scoring import Asked, asked_of
from borderdesk.matching.segments import Segment, build
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.watchlist import Person

YOUNG: Final = 2_000
"""Persons that are gathered before a segment is left alone."""

COMPARED: Final = 600
"""Names that are compared closely for each way to read the question. With 300,000 persons 1,600 find one more of 438
who are accepted under the commonest names, and take more than half as long again; 300 lose thirteen."""

_NAMES_EACH: Final = 3
_ROUNDING: Final = 1e-3

_SPARE: Final = 2
_SPARE_UNSURE: Final = 6
"""Candidates beyond the limit that are looked at in full: the index rounds, and does not keep places and documents."""

Fetch = Callable[[ListName, RecordKey], Person | None]
"""Where the whole record of a person is kept."""


@dataclass(frozen=True, slots=True)
class _Found:
    odds: float
    list: ListName
    key: RecordKey


class PersonIndex:
    """Persons of any number of lists, found by their names.

    Without `fetch` the index keeps the records it is given; with it (the replica's look-up) it keeps only what finding
    needs, some 200 bytes a person.
    """

    def __init__(self, fetch: Fetch | None = None) -> None:
        self._kept: dict[tuple[ListName, RecordKey], Person] | None = {} if fetch is None else None
        self._fetch: Fetch = fetch if fetch is not None else self._own
        self._editions: dict[ListName, int] = {}
        self._segments: list[Segment] = []
        self._scratch = np.zeros(0, np.uint16)
        self._one_at_a_time = threading.Lock()
        self._young: dict[tuple[ListName, RecordKey], Person] = {}
        self._fresh: Segment | None = None

    def __len__(self) -> int:
        return len(self._young) + sum(len(segment) for segment in self._segments)

    @property
    def editions(self) -> dict[ListName, int]:
        """The edition in which each list's persons stand."""
        return dict(self._editions)

    def put(self, ref_list: ListName, edition: int, person: Person) -> None:
        """Add a person, or replace the one of the same list and key; the list is now at `edition`."""
        self.remove(ref_list, person.key)
        self.set_edition(ref_list, edition)
        self._young[ref_list, person.key] = person
        self._fresh = None
        if self._kept is not None:
            self._kept[ref_list, person.key] = person
        if len(self._young) >= YOUNG:
            self.settle()

    def put_all(self, ref_list: ListName, edition: int, persons: Iterable[Person]) -> None:
        """Add many new persons at once, in one segment of their own. None of them may be in the index already."""
        self.set_edition(ref_list, edition)
        people = sorted(persons, key=lambda person: person.key)
        if self._kept is not None:
            self._kept.update({(ref_list, person.key): person for person in people})
        self.add_segment(build((ref_list, person) for person in people))

    def remove(self, ref_list: ListName, key: RecordKey) -> None:
        """Forget a person; nothing happens where none is held."""
        if self._young.pop((ref_list, key), None) is not None:
            self._fresh = None
        for segment in self._segments:
            place = segment.place(ref_list, key)
            if place is not None:
                segment.alive[place] = False
        if self._kept is not None:
            self._kept.pop((ref_list, key), None)

    def clear(self, ref_list: ListName) -> None:
        """Forget all persons of one list."""
        for name, key in [at for at in self._young if at[0] == ref_list]:
            self.remove(name, key)
        for segment in self._segments:
            if ref_list in segment.lists:
                low, high = segment.range_of(ref_list)
                segment.alive[low:high] = False
        self._segments = [segment for segment in self._segments if segment.alive.any()]
        if self._kept is not None:
            self._kept = {at: person for at, person in self._kept.items() if at[0] != ref_list}

    def set_edition(self, ref_list: ListName, edition: int) -> None:
        """Say which edition the list's persons now stand in."""
        self._editions[ref_list] = edition

    def settle(self) -> Segment | None:
        """Leave the young segment alone from now on; returns it, or None where nothing was young."""
        segment = self._young_segment()
        if segment is not None:
            self.add_segment(segment)
            self._young, self._fresh = {}, None
        return segment

    def add_segment(self, segment: Segment) -> None:
        """Search this segment too. Its persons may not be in the index already."""
        self._segments.append(segment)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments that are left alone."""
        return tuple(self._segments)

    def search(self, query: PersonQuery, *, limit: int, at_least: float) -> tuple[Candidate, ...]:
        """At most `limit` candidates that score `at_least` or more, best first. Any thread may ask."""
        asked = asked_of(query)
        spare = _SPARE_UNSURE if query.birth_place or query.document_numbers else _SPARE
        with self._one_at_a_time:
            found = self._coarse(asked, limit + spare, _odds(at_least) - _places_add(query))
        pairs = [(one, self._fetch(one.list, one.key)) for one in found]
        whole = [(one, person) for one, person in pairs if person is not None]
        candidates = [
            Candidate(
                RecordRef(one.list, one.key, self._editions.get(one.list, 0)), person, scored.score, scored.explanation
            )
            for (one, person), scored in zip(whole, compare_many((query, person) for _, person in whole), strict=True)
            if scored.score >= at_least
        ]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.record))
        return tuple(candidates[:limit])

    def expect(self, queries: Iterable[PersonQuery]) -> None:
        """Make ready, all together, what searching for these takes: a list of people is searched faster after it.

        Give some twenty at a time: another thread's search waits meanwhile.
        """
        names = sought_names([way for query in queries for way in asked_of(query).ways])
        parts = [part for name in names for part, _ in (*name.parts, *name.joins)]
        with self._one_at_a_time:
            for segment in self._segments:
                segment.words.like(parts)

    def _coarse(self, asked: Asked, limit: int, enough: float) -> list[_Found]:
        """The best of all segments, scored by what the index keeps; none with odds below `enough`. Uses the scratch
        space."""
        young = self._young_segment()
        segments = (*self._segments, *([] if young is None else [young]))
        if not segments:
            return []
        largest = max(segment.size for segment in segments)
        if len(self._scratch) < largest:
            self._scratch = np.zeros(largest, np.uint16)
        wanted = sought_person(asked)
        best: dict[tuple[int, int], float] = {}
        for way in range(len(asked.ways)):
            found = [worth_comparing(segment, wanted, way, self._scratch, enough) for segment in segments]
            least = _least_worth(found, limit, enough)
            for n, (segment, worth) in enumerate(zip(segments, found, strict=True)):
                _score_closely(n, segment, asked, way, worth.at_least(least), limit, best)
        learned = coefficients()
        for n, segment in enumerate(segments):
            carriers = carrying(segment, wanted.documents)
            if not len(carriers):
                continue
            facts = facts_odds(segment, wanted, carriers)[0] + learned.of_nothing()
            for person, odds in zip(carriers.tolist(), facts.tolist(), strict=True):
                # Whoever carries a listed document is looked at in full, whatever the rest seems to say.
                best[n, person] = max(best.get((n, person), odds) + learned.facts["document same"], enough)
        scored = [
            _Found(odds, segments[n].list_of(person), segments[n].key_of(person))
            for (n, person), odds in heapq.nlargest(limit, best.items(), key=itemgetter(1))
            if odds >= enough
        ]
        scored.sort(key=lambda one: (-one.odds, one.list, one.key))
        return scored

    def _young_segment(self) -> Segment | None:
        if self._fresh is None and self._young:
            self._fresh = build((name, self._young[name, key]) for name, key in sorted(self._young))
        return self._fresh

    def _own(self, ref_list: ListName, key: RecordKey) -> Person | None:
        return None if self._kept is None else self._kept.get((ref_list, key))


def _least_worth(found: Sequence[Worth], limit: int, enough: float) -> float:
    """What a name must roughly score to be compared closely: enough, or as much as the best, but for what it may be
    misjudged; and it must be among the best `COMPARED`."""
    odds = np.sort(np.concatenate([np.empty(0), *(worth.odds for worth in found)]))[::-1]
    if not len(odds):
        return np.inf
    of_the_best = odds[min(_NAMES_EACH * limit, len(odds)) - 1]
    return float(max(max(enough, of_the_best) - MISJUDGED, odds[min(COMPARED, len(odds)) - 1]))


def _odds(chance: float) -> float:
    """A chance as log-odds."""
    return math.log(chance / (1 - chance)) if 0 < chance < 1 else -np.inf if chance <= 0 else np.inf


def _places_add(query: PersonQuery) -> float:
    """What the place of birth may add, which the index does not keep; and what rounding takes."""
    return _ROUNDING + (coefficients().facts["place same"] if query.birth_place else 0.0)


def _score_closely(
    n: int, segment: Segment, asked: Asked, way: int, worth: Worth, limit: int, best: dict[tuple[int, int], float]
) -> None:
    """Compare these names of segment `n` with one way to read the question; keep the best odds of each of the
    `limit` best persons."""
    count = len(worth.names)
    if not count:
        return
    words = lexicon()
    # Many persons bear one and the same name; it is compared once.
    different, back = segment.different(worth.names)
    mine = names_of([asked.ways[way]], words).repeated(len(different))
    found = align(mine, segment.names(different, words), np.full(len(different), asked.truncated))
    learned = coefficients()
    odds = learned.of_named(learned.of_names(found.measures)[back], worth.contradicted) + worth.facts
    # Names of one person stand together (`worth_comparing`).
    first = np.flatnonzero(np.append(True, worth.persons[1:] != worth.persons[:-1]))
    persons, odds = worth.persons[first], np.maximum.reduceat(odds, first)
    for at in np.argsort(-odds, kind="stable")[:limit].tolist():
        who, value = (n, int(persons[at])), float(odds[at])
        best[who] = max(value, best.get(who, value))
