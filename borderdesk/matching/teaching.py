"""The whole lesson: from labelled pairs and a list of persons to the two data files that scoring reads.

What comes out depends on what is given and on the rules of reading and comparing, on nothing learned before: the counts
of name parts come first, then coefficients from the labelled pairs alone; with both the list is searched for the names
taken off it, and the coefficients are learned from all pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from borderdesk.matching.learning import learn
from borderdesk.matching.mining import met
from borderdesk.matching.model import Coefficients
from borderdesk.matching.practice import Example, count_parts, labelled
from borderdesk.matching.rarity import Counts
from borderdesk.matching.trying import trying
from borderdesk.watchlist import Person

MET: Final = 1_200
"""Names taken off the list and searched for."""

SEED: Final = 7
"""Of the choice of these names."""


@dataclass(frozen=True, slots=True)
class Taught:
    """The coefficients, and how many persons bear each common name part."""

    coefficients: Coefficients
    counts: Counts


def teach(
    known: Sequence[Example],
    persons: Mapping[str, Person],
    cluster_of: Mapping[str, str],
    *,
    searched: int = MET,
    seed: int = SEED,
) -> Taught:
    """Learn from these pairs and persons; whoever is to be judged by the result may be in neither. Some minutes."""
    bearers: Iterable[tuple[str, Person]] = ((cluster_of.get(key, key), person) for key, person in persons.items())
    counts = Counts.from_plain(count_parts(bearers))
    with trying(bearers=counts):
        pairs = labelled(known)
        first = learn(pairs)
        with trying(learned=first):
            pairs += met(persons, cluster_of, searched, Random(seed))
        return Taught(learn(pairs), counts)
