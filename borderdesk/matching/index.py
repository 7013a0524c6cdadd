"""The listed persons a traveller might be, found without comparing all of them."""

from __future__ import annotations

from collections import Counter, defaultdict

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.matching.alike import sound_of
from borderdesk.matching.compare import asked_of, compare_many, listed_of
from borderdesk.matching.prepared import Prepared
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.watchlist import Person

_MOST_COMPARED = 400


class PersonIndex:
    """Persons of any number of lists, found by pieces of three letters of their names."""

    def __init__(self) -> None:
        self._people: dict[tuple[ListName, RecordKey], Person] = {}
        self._editions: dict[ListName, int] = {}
        self._holding: dict[str, set[tuple[ListName, RecordKey]]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._people)

    def put(self, ref_list: ListName, edition: int, person: Person) -> None:
        """Add a person, or replace the one of the same list and key; the list is now at `edition`."""
        self.remove(ref_list, person.key)
        self.set_edition(ref_list, edition)
        self._people[ref_list, person.key] = person
        for piece in _pieces_of_person(person):
            self._holding[piece].add((ref_list, person.key))

    def remove(self, ref_list: ListName, key: RecordKey) -> None:
        """Forget a person; nothing happens where none is held."""
        person = self._people.pop((ref_list, key), None)
        if person is not None:
            for piece in _pieces_of_person(person):
                self._holding[piece].discard((ref_list, key))

    def clear(self, ref_list: ListName) -> None:
        """Forget all persons of one list."""
        for name, key in list(self._people):
            if name == ref_list:
                self.remove(name, key)

    def set_edition(self, ref_list: ListName, edition: int) -> None:
        """Say which edition the list's persons now stand in."""
        self._editions[ref_list] = edition

    def search(self, query: PersonQuery, *, limit: int, at_least: float) -> tuple[Candidate, ...]:
        """At most `limit` candidates that score `at_least` or more, best first."""
        votes: Counter[tuple[ListName, RecordKey]] = Counter()
        for piece in _pieces(asked_of(query).ways):
            votes.update(self._holding.get(piece, ()))
        likely = [at for at, _ in votes.most_common(_MOST_COMPARED)]
        found: list[Candidate] = []
        scored_all = compare_many((query, self._people[at]) for at in likely)
        for (name, key), scored in zip(likely, scored_all, strict=True):
            if scored.score >= at_least:
                ref = RecordRef(name, key, self._editions[name])
                found.append(Candidate(ref, self._people[name, key], scored.score, scored.explanation))
        found.sort(key=lambda candidate: (-candidate.score, candidate.record))
        return tuple(found[:limit])


def _pieces_of_person(person: Person) -> set[str]:
    return _pieces(listed_of(person).ways)


def _pieces(ways: tuple[Prepared, ...]) -> set[str]:
    padded = {f"^{sound_of(key).folds[0]}$" for way in ways for key in way.keys}
    bones = {f"~{sound_of(key).bones}" for way in ways for key in way.keys}
    return {word[start : start + 3] for word in padded for start in range(max(1, len(word) - 2))} | bones
