"""The listed persons a traveller might be, found among a million without comparing all of them.

Persons stand in segments (`segments`). What is put is gathered in a young segment until that is large enough to be
left alone, so a delta costs what it changes. Every candidate's score is the one that `compare` gives.
"""

from __future__ import annotations

import heapq
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.matching.align import align
from borderdesk.matching.asking import SoughtPerson, sought_people
from borderdesk.matching.compare import compare_many
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.lookup import (
    MISJUDGED,
    Rough,
    Worth,
    carrying,
    facts_odds,
    rough,
    worth_comparing,
)
from borderdesk.matching.model import coefficients
from borderdesk.matching.prepared import names_of
from borderdesk.matching.scoring import AT_ONCE, asked_of
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


class _Way(NamedTuple):
    """One way to read one of the questions."""

    question: int
    way: int


@dataclass(frozen=True, slots=True)
class _Close:
    """Persons of one segment, and the odds of the best of their names."""

    persons: npt.NDArray[np.int64]
    odds: npt.NDArray[np.float64]


_NOBODY: Final = _Close(np.empty(0, np.int64), np.empty(0))


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
        (found,) = self.search_many([query], limit=limit, at_least=at_least)
        return found

    def search_many(
        self, queries: Sequence[PersonQuery], *, limit: int, at_least: float
    ) -> list[tuple[Candidate, ...]]:
        """`search` for each of several questions, faster together. Give some twenty-five at a time: what is compared
        for all of them is in memory at once."""
        found = self._coarse(queries, limit, at_least)
        pairs = [(n, one, self._fetch(one.list, one.key)) for n, each in enumerate(found) for one in each]
        whole = [(n, one, person) for n, one, person in pairs if person is not None]
        scores = compare_many((queries[n], person) for n, _, person in whole)
        candidates: list[list[Candidate]] = [[] for _ in queries]
        for (n, one, person), scored in zip(whole, scores, strict=True):
            if scored.score >= at_least:
                ref = RecordRef(one.list, one.key, self._editions.get(one.list, 0))
                candidates[n].append(Candidate(ref, person, scored.score, scored.explanation))
        for each in candidates:
            each.sort(key=lambda candidate: (-candidate.score, candidate.record))
        return [tuple(each[:limit]) for each in candidates]

    def _coarse(self, queries: Sequence[PersonQuery], limit: int, at_least: float) -> list[list[_Found]]:
        """For each question the best of all segments, scored by what the index keeps; none with odds that may not be
        enough."""
        wanted = sought_people([asked_of(query) for query in queries])
        limits = [limit + (_SPARE_UNSURE if q.birth_place or q.document_numbers else _SPARE) for q in queries]
        enough = [_odds(at_least) - _places_add(query) for query in queries]
        segments, found = self._rough(wanted, enough)
        worth = [worth_comparing(segment, found[n]) for n, segment in enumerate(segments)]
        # One for each way to read each question, in that order; `worth` and `found` hold as many for each segment.
        ways = [_Way(n, way) for n, each in enumerate(wanted) for way in range(len(each.ways))]
        best: list[dict[tuple[int, int], float]] = [{} for _ in queries]
        least = [
            _least_worth([each[at] for each in worth], limits[way.question], enough[way.question])
            for at, way in enumerate(ways)
        ]
        close = [
            _score_closely(segment, wanted, ways, [one.at_least(low) for one, low in zip(each, least, strict=True)])
            for segment, each in zip(segments, worth, strict=True)
        ]
        for at, way in enumerate(ways):
            for n, each in enumerate(close):
                _keep_best(best[way.question], n, each[at], limits[way.question])
        for question, person in enumerate(wanted):
            _add_carriers(best[question], segments, person, enough[question])
        return [_best_of(best[n], segments, limits[n], enough[n]) for n in range(len(queries))]

    def _rough(
        self, wanted: Sequence[SoughtPerson], enough: Sequence[float]
    ) -> tuple[tuple[Segment, ...], list[list[Rough]]]:
        """The segments, and for each of them what each way to read each question roughly finds. Another thread's
        question may come between two of these."""
        with self._one_at_a_time:
            young = self._young_segment()
            segments = (*self._segments, *([] if young is None else [young]))
            largest = max((segment.size for segment in segments), default=0)
            if len(self._scratch) < largest:
                self._scratch = np.zeros(largest, np.uint16)
            parts = [part for each in wanted for way in each.ways for part, _ in (*way.parts, *way.joins)]
            for segment in segments:
                segment.words.like(parts)
        found: list[list[Rough]] = [[] for _ in segments]
        for each, odds in zip(wanted, enough, strict=True):
            with self._one_at_a_time:
                for way in range(len(each.ways)):
                    for n, segment in enumerate(segments):
                        found[n].append(rough(segment, each, way, self._scratch, odds))
        return segments, found

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


def _best_of(
    best: dict[tuple[int, int], float], segments: Sequence[Segment], limit: int, enough: float
) -> list[_Found]:
    scored = [
        _Found(odds, segments[n].list_of(person), segments[n].key_of(person))
        for (n, person), odds in heapq.nlargest(limit, best.items(), key=itemgetter(1))
        if odds >= enough
    ]
    scored.sort(key=lambda one: (-one.odds, one.list, one.key))
    return scored


def _odds(chance: float) -> float:
    """A chance as log-odds."""
    return math.log(chance / (1 - chance)) if 0 < chance < 1 else -np.inf if chance <= 0 else np.inf


def _places_add(query: PersonQuery) -> float:
    """What the place of birth may add, which the index does not keep; and what rounding takes."""
    return _ROUNDING + (coefficients().facts["place same"] if query.birth_place else 0.0)


def _score_closely(
    segment: Segment, wanted: Sequence[SoughtPerson], ways: Sequence[_Way], worth: Sequence[Worth]
) -> list[_Close]:
    """Compare these names of a segment with the way to read a question that they are for; many ways at once."""
    found = [_NOBODY] * len(ways)
    block: list[tuple[int, npt.NDArray[Any], npt.NDArray[np.int64]]] = []
    for at, each in enumerate(worth):
        if len(each.names):
            # Many persons bear one and the same name; it is compared once.
            block.append((at, *segment.different(each.names)))
        if block and (at + 1 == len(worth) or sum(len(names) for _, names, _ in block) >= AT_ONCE):
            for n, odds in _name_odds(segment, wanted, ways, block):
                found[n] = _of_persons(worth[n], odds)
            block.clear()
    return found


def _name_odds(
    segment: Segment,
    wanted: Sequence[SoughtPerson],
    ways: Sequence[_Way],
    block: Sequence[tuple[int, npt.NDArray[Any], npt.NDArray[np.int64]]],
) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
    """What the names say, for each of several ways: its number, the different names, and which of them each one is."""
    words = lexicon()
    asked = [wanted[ways[at].question].asked for at, _, _ in block]
    counts = [len(names) for _, names, _ in block]
    mine = names_of([each.ways[ways[at].way] for each, (at, _, _) in zip(asked, block, strict=True)], words)
    theirs = segment.names(np.concatenate([names for _, names, _ in block]), words)
    found = align(mine.repeated(counts), theirs, np.repeat([each.truncated for each in asked], counts))
    odds = coefficients().of_names(found.measures)
    end = 0
    for (at, _, back), count in zip(block, counts, strict=True):
        here = odds[end : end + count]
        end += count
        yield at, here[back]


def _of_persons(worth: Worth, names: npt.NDArray[np.float64]) -> _Close:
    odds = coefficients().of_named(names, worth.contradicted) + worth.facts
    # Names of one person stand together (`worth_comparing`).
    first = np.flatnonzero(np.append(True, worth.persons[1:] != worth.persons[:-1]))
    return _Close(worth.persons[first], np.maximum.reduceat(odds, first))


def _keep_best(best: dict[tuple[int, int], float], n: int, close: _Close, limit: int) -> None:
    """Keep the best odds of each of the `limit` best persons of segment `n`."""
    for at in np.argsort(-close.odds, kind="stable")[:limit].tolist():
        who, value = (n, int(close.persons[at])), float(close.odds[at])
        best[who] = max(value, best.get(who, value))


def _add_carriers(
    best: dict[tuple[int, int], float], segments: Sequence[Segment], wanted: SoughtPerson, enough: float
) -> None:
    """Whoever carries a listed document is looked at in full, whatever the rest seems to say."""
    learned = coefficients()
    for n, segment in enumerate(segments):
        carriers = carrying(segment, wanted.documents)
        if not len(carriers):
            continue
        nobody_else = np.zeros(len(carriers), np.int64)
        facts = facts_odds(segment, [wanted.asked.query], nobody_else, carriers)[0] + learned.of_nothing()
        for person, odds in zip(carriers.tolist(), facts.tolist(), strict=True):
            best[n, person] = max(best.get((n, person), odds) + learned.facts["document same"], enough)
