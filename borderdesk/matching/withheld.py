"""A list of people with a name of some of them taken off it, to be asked for.

Names that share nothing with the others cannot be found by name and stay on the list. The list holds some people twice
without saying so: entries with the same whole birth date and much the same name count as one person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from borderdesk.ids import ListName
from borderdesk.matching.align import MEASURES, align_all
from borderdesk.matching.index import PersonIndex
from borderdesk.matching.practice import as_query
from borderdesk.matching.scoring import ways_of
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person, PersonName

_LIST: Final = ListName("withheld")
_COVER: Final = MEASURES.index("cover")
_RELATED: Final = 0.6
_ONE_PERSON: Final = 0.85


@dataclass(frozen=True, slots=True)
class Withheld:
    """The people as they are now `listed`, by key; `whose` entry each is; the withheld names as they are `asked` for,
    with whose they are; and how many names were `unrelated` to the others."""

    listed: Mapping[str, Person]
    whose: Mapping[str, str]
    asked: tuple[tuple[str, PersonQuery], ...]
    unrelated: int

    def index(self) -> PersonIndex:
        """The people as they are now listed, ready to be searched."""
        index = PersonIndex()
        index.put_all(_LIST, 1, [person for person in self.listed.values() if person.names])
        return index


def withhold(
    persons: Mapping[str, Person],
    cluster_of: Mapping[str, str],
    *,
    chosen: Callable[[str], bool],
    most: int,
    random: Random,
) -> Withheld:
    """Take one name each off at most `most` people whose cluster is `chosen`."""
    whose = _one_person(persons, cluster_of)
    clusters: dict[str, list[str]] = defaultdict(list)
    for key in persons:
        clusters[whose[key]].append(key)
    listed = dict(persons)
    asked: list[tuple[str, PersonQuery]] = []
    unrelated = 0
    people = sorted(
        cluster for cluster in clusters if chosen(cluster_of.get(clusters[cluster][0], clusters[cluster][0]))
    )
    random.shuffle(people)
    for cluster in people:
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
    return Withheld(listed, whose, tuple(asked), unrelated)


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
