"""Pairs as a search meets them, made from a list of persons: names taken off the list beside the person they belong to,
and beside whomever the search puts next to him.

Labelled pairs show what two spellings of one name look like. Only a search shows how good the wrong person looks whom
a whole list has to offer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

from borderdesk.matching.index import PersonIndex
from borderdesk.matching.learning import LabelledPair
from borderdesk.matching.practice import as_pair
from borderdesk.matching.scoring import asked_of, listed_of, score
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.withheld import withhold
from borderdesk.watchlist import Person

RIGHT_WEIGHT: Final = 0.1
"""How much such a pair counts beside a labelled one: its label is a guess (aliases share little, people are listed
twice)."""

WRONG_WEIGHT: Final = 0.03
"""As `RIGHT_WEIGHT`, of each of the `_WRONG` wrong persons, who are more."""

_WRONG: Final = 3
_LIMIT: Final = 10


def met(
    persons: Mapping[str, Person], cluster_of: Mapping[str, str], count: int, random: Random
) -> Iterator[LabelledPair]:
    """Pairs of `count` withheld names on a list of these persons."""
    withheld = withhold(persons, cluster_of, chosen=lambda _: True, most=count, random=random)
    index = withheld.index()
    entries: dict[str, list[Person]] = defaultdict(list)
    for key, person in withheld.listed.items():
        if person.names:
            entries[withheld.whose[key]].append(person)
    for cluster, query in withheld.asked:
        if entries[cluster]:
            yield _pair(query, _nearest(query, entries[cluster]), same=True)
        others = [other for other in _found(index, query) if withheld.whose[other.key] != cluster]
        yield from (_pair(query, other, same=False) for other in others[:_WRONG])


def _found(index: PersonIndex, query: PersonQuery) -> list[Person]:
    return [candidate.person for candidate in index.search(query, limit=_LIMIT, at_least=0.0)]


def _nearest(query: PersonQuery, entries: Sequence[Person]) -> Person:
    """Of several entries of one person the one that the search would find."""
    chances = score([asked_of(query)] * len(entries), [listed_of(person) for person in entries]).chance
    return entries[int(chances.argmax())]


def _pair(query: PersonQuery, person: Person, *, same: bool) -> LabelledPair:
    return as_pair(asked_of(query), listed_of(person), same, RIGHT_WEIGHT if same else WRONG_WEIGHT)
