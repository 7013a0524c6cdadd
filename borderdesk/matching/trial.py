"""Searching a list for people under a name that was taken off it (`withheld`): how many are found, and who is found
first; beside ordinary travellers, of whom few may raise an alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final

import numpy as np

from borderdesk.matching.index import PersonIndex
from borderdesk.matching.practice import is_held_out
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.withheld import withhold
from borderdesk.watchlist import Person

ALERTED: Final = (0.01, 0.001)
"""Shares of ordinary travellers who raise an alert, at which it is counted who is found."""

_LOOKED_AT: Final = 10


@dataclass(frozen=True, slots=True)
class Line:
    """At the threshold where this share of ordinary travellers is alerted: that score, and the share found."""

    alerted: float
    score: float
    found: float


@dataclass(frozen=True, slots=True)
class Trial:
    """How a search does. `first`: the share for whom the right person stands first, whatever the score. `unrelated`
    names were left out."""

    asked: int
    travellers: int
    unrelated: int
    lines: tuple[Line, ...]
    first: float

    def as_plain(self) -> dict[str, Any]:
        """The form that JSON carries."""
        return asdict(self)


def try_search(
    persons: Mapping[str, Person],
    cluster_of: Mapping[str, str],
    travellers: Sequence[PersonQuery],
    *,
    most: int,
    random: Random,
) -> Trial:
    """Withhold names of at most `most` held-out persons and search for them, and for ordinary travellers."""
    withheld = withhold(persons, cluster_of, chosen=is_held_out, most=most, random=random)
    index, whose, asked = withheld.index(), withheld.whose, withheld.asked
    alarms = np.array([_best(index, query) for query in travellers])
    right = np.zeros(len(asked))
    first = 0
    for at, (cluster, query) in enumerate(asked):
        found = index.search(query, limit=_LOOKED_AT, at_least=0)
        scores = [candidate.score for candidate in found if whose[candidate.record.key] == cluster]
        right[at] = scores[0] if scores else 0.0
        first += bool(found) and whose[found[0].record.key] == cluster
    ordered = np.sort(alarms)[::-1]
    thresholds = [(share, float(ordered[int(share * len(ordered))])) for share in ALERTED] if len(ordered) else []
    lines = tuple(Line(share, least, float((right > least).mean())) for share, least in thresholds)
    return Trial(len(asked), len(travellers), withheld.unrelated, lines, first / max(len(asked), 1))


def _best(index: PersonIndex, query: PersonQuery) -> float:
    found = index.search(query, limit=1, at_least=0)
    return found[0].score if found else 0.0
