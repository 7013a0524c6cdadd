"""The listed persons a traveller might be, found among a million without comparing all of them.

Persons stand in segments (`segments`). What is put is gathered in a young segment until that is large enough to be
left alone, so a delta costs what it changes. Every candidate's score is the one that `compare` gives.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.matching.align import align
from borderdesk.matching.compare import compare_many
from borderdesk.matching.facts import measure_facts
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.lookup import Worth, carrying, sought_person, worth_comparing
from borderdesk.matching.model import chance, coefficients
from borderdesk.matching.prepared import names_of
from borderdesk.matching.scoring import Asked, asked_of
from borderdesk.matching.segments import Segment, build
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.watchlist import Person

YOUNG: Final = 2_000
"""Persons that are gathered before a segment is left alone."""

COMPARED: Final = 160
"""Names that are compared closely for each way to read the question."""

_SPARE: Final = 6
"""Candidates beyond the limit that are looked at in full, because the index does not keep every fact."""

Fetch = Callable[[ListName, RecordKey], Person | None]
"""Where the whole record of a person is kept."""


@dataclass(frozen=True, slots=True)
class _Found:
    chance: float
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
        with self._one_at_a_time:
            found = self._coarse(asked, limit + _SPARE)
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

    def _coarse(self, asked: Asked, limit: int) -> list[_Found]:
        """The best of all segments, scored by what the index keeps. Uses the scratch space."""
        young = self._young_segment()
        segments = (*self._segments, *([] if young is None else [young]))
        largest = max((segment.size for segment in segments), default=0)
        if len(self._scratch) < largest:
            self._scratch = np.zeros(largest, np.uint16)
        wanted = sought_person(asked)
        best: dict[tuple[int, int], float] = {}
        for way in range(len(asked.ways)):
            found = [worth_comparing(segment, wanted, way, self._scratch, COMPARED) for segment in segments]
            _score_closely(asked, way, segments, _best_of(found), best)
        facts = {(n, p): segments[n].facts(p, wanted.documents) for n, p in best}
        for n, segment in enumerate(segments):
            for person in carrying(segment, wanted.documents).tolist():
                facts[n, person] = segment.facts(person, wanted.documents)
                best.setdefault((n, person), coefficients().of_nothing())
        ordered = list(best)
        odds = np.array([best[at] for at in ordered])
        measures, _ = measure_facts([asked.query] * len(ordered), [facts[at] for at in ordered])
        chances = chance(odds + coefficients().of_facts(measures)).tolist()
        scored = [
            _Found(value, segments[n].list_of(person), segments[n].key_of(person))
            for (n, person), value in zip(ordered, chances, strict=True)
        ]
        scored.sort(key=lambda one: (-one.chance, one.list, one.key))
        return scored[:limit]

    def _young_segment(self) -> Segment | None:
        if self._fresh is None and self._young:
            self._fresh = build((name, self._young[name, key]) for name, key in sorted(self._young))
        return self._fresh

    def _own(self, ref_list: ListName, key: RecordKey) -> Person | None:
        return None if self._kept is None else self._kept.get((ref_list, key))


def _best_of(found: Sequence[Worth]) -> list[npt.NDArray[np.int64]]:
    """Of the names worth comparing in all segments, those that are roughly the best: their places, by segment."""
    odds = np.concatenate([worth.odds for worth in found]) if found else np.empty(0)
    if len(odds) <= COMPARED:
        return [worth.names for worth in found]
    least = np.partition(odds, -COMPARED)[-COMPARED]
    return [worth.names[worth.odds >= least] for worth in found]


def _score_closely(
    asked: Asked, way: int, segments: Sequence[Segment], chosen: list[Any], best: dict[tuple[int, int], float]
) -> None:
    """Compare these names of each segment with one way to read the question; keep the best odds of each person."""
    for n, (segment, names) in enumerate(zip(segments, chosen, strict=True)):
        if not len(names):
            continue
        words = lexicon()
        mine = names_of([asked.ways[way]] * len(names), words)
        found = align(mine, segment.names(names, words), np.full(len(names), asked.truncated))
        odds = coefficients().of_names(found.measures).tolist()
        for person, value in zip(segment.person_of(names).tolist(), odds, strict=True):
            best[n, person] = max(best.get((n, person), -np.inf), value)
