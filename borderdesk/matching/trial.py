"""Searching a list for people under a name that was taken off it: how many are found, and who is found first.

Of every held-out person with several names one name is withheld and asked for. Names that share nothing with the others
cannot be found by name and are left out. The list holds some people twice without saying so: entries with the same
whole birth date and much the same name count as one person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any, Final

import numpy as np

from borderdesk.ids import ListName
from borderdesk.matching.align import MEASURES, align_all
from borderdesk.matching.index import PersonIndex
from borderdesk.matching.practice import as_query, is_held_out
from borderdesk.matching.scoring import ways_of
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person, PersonName

ALERTED: Final = (0.01, 0.001)
"""Shares of ordinary travellers who raise an alert, at which it is counted who is found."""

_LIST: Final = ListName("trial")
_COVER: Final = MEASURES.index("cover")
_RELATED: Final = 0.6
_ONE_PERSON: Final = 0.85
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
    known = _one_person(persons, cluster_of)
    clusters: dict[str, list[str]] = defaultdict(list)
    for key in persons:
        clusters[known[key]].append(key)
    listed = dict(persons)
    asked: list[tuple[str, PersonQuery]] = []
    unrelated = 0
    held_out = sorted(
        cluster for cluster in clusters if is_held_out(cluster_of.get(clusters[cluster][0], clusters[cluster][0]))
    )
    random.shuffle(held_out)
    for cluster in held_out:
        if len(asked) >= most:
            break
        members = [persons[key] for key in clusters[cluster]]
        names = [(member, name) for member in members for name in member.names]
        person, name = random.choice(names) if names else (None, None)
        others = [other for _, other in names if name is not None and _written(other) != _written(name)]
        if person is None or name is None or not others:
            continue
        if _alike([name], others) < _RELATED:
            unrelated += 1
            continue
        births = tuple(birth for member in members for birth in member.births)
        asked.append((cluster, as_query(replace(person, births=births), name, random, invent=False)))
        for key in clusters[cluster]:
            kept = tuple(other for other in persons[key].names if _written(other) != _written(name))
            listed[key] = replace(persons[key], names=kept)
    index = PersonIndex()
    index.put_all(_LIST, 1, [person for person in listed.values() if person.names])
    alarms = np.array([_best(index, query) for query in travellers])
    right = np.zeros(len(asked))
    first = 0
    for at, (cluster, query) in enumerate(asked):
        found = index.search(query, limit=_LOOKED_AT, at_least=0)
        scores = [candidate.score for candidate in found if known[candidate.record.key] == cluster]
        right[at] = scores[0] if scores else 0.0
        first += bool(found) and known[found[0].record.key] == cluster
    ordered = np.sort(alarms)[::-1]
    thresholds = [(share, float(ordered[int(share * len(ordered))])) for share in ALERTED] if len(ordered) else []
    lines = tuple(Line(share, least, float((right > least).mean())) for share, least in thresholds)
    return Trial(len(asked), len(travellers), unrelated, lines, first / max(len(asked), 1))


def _best(index: PersonIndex, query: PersonQuery) -> float:
    found = index.search(query, limit=1, at_least=0)
    return found[0].score if found else 0.0


def _written(name: PersonName) -> str:
    return "".join(sorted((name.full or name.surname + name.given).casefold())).strip(" ,.-'")


def _alike(first: Sequence[PersonName], second: Sequence[PersonName]) -> float:
    pairs = [(a, b) for one in first for a in ways_of(one) for other in second for b in ways_of(other)]
    if not pairs:
        return 0.0
    return float(align_all([a for a, _ in pairs], [b for _, b in pairs]).measures[:, _COVER].max())


def _one_person(persons: Mapping[str, Person], cluster_of: Mapping[str, str]) -> dict[str, str]:
    """Whose entry each is, entries of one birth date and much the same name taken together."""
    root: dict[str, str] = {}

    def top(cluster: str) -> str:
        while root.get(cluster, cluster) != cluster:
            cluster = root[cluster]
        return cluster

    born: dict[str, list[str]] = defaultdict(list)
    for key, person in persons.items():
        for birth in person.births:
            if birth.is_whole:
                born[birth.iso].append(key)
    for keys in born.values():
        for at, key in enumerate(keys):
            for other in keys[:at]:
                one, two = top(cluster_of.get(key, key)), top(cluster_of.get(other, other))
                if one != two and _alike(persons[key].names, persons[other].names) > _ONE_PERSON:
                    root[one] = two
    return {key: top(cluster_of.get(key, key)) for key in persons}
