"""Questions beside listed persons: a score between 0 and 1 for each, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from borderdesk.matching.explain import explain
from borderdesk.matching.scoring import AT_ONCE, asked_of, listed_of, score
from borderdesk.matching.types import PersonQuery, Scored
from borderdesk.watchlist import Person


def compare(query: PersonQuery, person: Person) -> Scored:
    """How likely the traveller is this listed person, with the reasons. Between 0 and 1; the same number means the
    same everywhere. A person without any name, or a question without one, is compared by the other facts alone."""
    (scored,) = compare_many([(query, person)])
    return scored


def compare_many(pairs: Iterable[tuple[PersonQuery, Person]]) -> Iterator[Scored]:
    """`compare` for many pairs, much faster per pair."""
    block: list[tuple[PersonQuery, Person]] = []
    for pair in pairs:
        block.append(pair)
        if len(block) == AT_ONCE:
            yield from _explained(block)
            block.clear()
    if block:
        yield from _explained(block)


def _explained(block: list[tuple[PersonQuery, Person]]) -> Iterator[Scored]:
    asked = [asked_of(query) for query, _ in block]
    listed = [listed_of(person) for _, person in block]
    scores = score(asked, listed)
    for at, (_, person) in enumerate(block):
        yield Scored(float(scores.chance[at]), explain(asked[at], listed[at], person, scores, at))
