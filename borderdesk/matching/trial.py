"""Searching a list for people under a name that was taken off it (`withheld`): how many are found, and who is found
first; beside ordinary travellers, of whom few may raise an alert.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final

import numpy as np

from borderdesk.matching.reliability import Reliability, reliability
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.withheld import Withheld, withhold
from borderdesk.matching.yardstick import YardstickList
from borderdesk.watchlist import Person

ALERTED: Final = (0.01, 0.001)
"""Shares of ordinary travellers who raise an alert, at which it is counted who is found."""

_LOOKED_AT: Final = 10

Search = Callable[[PersonQuery], Sequence[tuple[str, float]]]
"""The keys of the best persons of a list with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Line:
    """At the threshold where this share of ordinary travellers is alerted: that score, the share found, and where
    several parts of the people were tried the part of which the fewest were found."""

    alerted: float
    score: float
    found: float
    worst: float


@dataclass(frozen=True, slots=True)
class Trial:
    """How a search does. `first`: the share for whom the right person stands first, whatever the score; `worst_first`
    as in `Line`. `unrelated` names were left out. `calibration` is that of the first candidates of all questions."""

    asked: int
    travellers: int
    unrelated: int
    lines: tuple[Line, ...]
    first: float
    worst_first: float
    calibration: Reliability

    def as_plain(self) -> dict[str, Any]:
        """The form that JSON carries."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one search of one part of the people gave: of each person asked for the score (0 where not found), and
    whether he stood first; the best score of each traveller; the score of each first candidate, and whether right."""

    right: tuple[float, ...]
    first: tuple[bool, ...]
    alarms: tuple[float, ...]
    best: tuple[tuple[float, bool], ...]
    unrelated: int


def take_off(
    persons: Mapping[str, Person],
    cluster_of: Mapping[str, str],
    *,
    chosen: Callable[[str], bool],
    most: int,
    random: Random,
) -> Withheld:
    """The list with names of at most `most` of the chosen people taken off it."""
    return withhold(persons, cluster_of, chosen=chosen, most=most, random=random)


def try_search(withheld: Withheld, travellers: Sequence[PersonQuery], search: Search | None = None) -> Tried:
    """Search for the withheld names, and for ordinary travellers; by the index where no other search is given."""
    look = _by_index(withheld) if search is None else search
    alarms = [found[0][1] if (found := look(query)) else 0.0 for query in travellers]
    right: list[float] = []
    first: list[bool] = []
    best = [(alarm, False) for alarm in alarms if alarm > 0]
    for cluster, query in withheld.asked:
        found = look(query)
        mine = [score for key, score in found if withheld.whose[key] == cluster]
        right.append(mine[0] if mine else 0.0)
        first.append(bool(found) and withheld.whose[found[0][0]] == cluster)
        if found:
            best.append((found[0][1], first[-1]))
    return Tried(tuple(right), tuple(first), tuple(alarms), tuple(best), withheld.unrelated)


def by_yardstick(withheld: Withheld) -> Search:
    """The same list, searched by what anybody has at hand."""
    held = YardstickList(withheld.listed)
    return lambda query: held.search(query, _LOOKED_AT)


def trial_of(parts: Sequence[Tried]) -> Trial:
    """What the parts say together. One threshold holds for all: each traveller was asked about in one part only."""
    asked = sum(len(part.right) for part in parts)
    ordered = np.sort(np.concatenate([np.empty(0), *(np.array(part.alarms) for part in parts)]))[::-1]
    thresholds = [(share, float(ordered[int(share * len(ordered))])) for share in ALERTED] if len(ordered) else []
    lines = []
    for share, least in thresholds:
        mean, worst = _mean_and_worst([[score > least for score in part.right] for part in parts])
        lines.append(Line(share, least, mean, worst))
    first, worst_first = _mean_and_worst([part.first for part in parts])
    best = [one for part in parts for one in part.best]
    return Trial(
        asked,
        len(ordered),
        sum(part.unrelated for part in parts),
        tuple(lines),
        first,
        worst_first,
        reliability([score for score, _ in best], [right for _, right in best]),
    )


def _mean_and_worst(parts: Sequence[Sequence[bool]]) -> tuple[float, float]:
    shares = [sum(part) / len(part) for part in parts if part]
    return (sum(map(sum, parts)) / sum(map(len, parts)), min(shares)) if shares else (0.0, 0.0)


def _by_index(withheld: Withheld) -> Search:
    index = withheld.index()
    return lambda query: [
        (candidate.record.key, candidate.score) for candidate in index.search(query, limit=_LOOKED_AT, at_least=0)
    ]
