"""Pairs to learn from and to report on, and people as travellers.

People are split by a hash of their entity: two in five are held out, never learned from, and reported on.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

import numpy as np

from borderdesk.dates import PartialDate
from borderdesk.matching.align import MEASURES
from borderdesk.matching.learning import LabelledPair
from borderdesk.matching.plain import person_from_plain, query_from_plain
from borderdesk.matching.scoring import Asked, Listed, asked_of, listed_of
from borderdesk.matching.scripts import Kind
from borderdesk.matching.sounds import fold
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person, PersonName

FEWEST_BEARERS: Final = 8
"""Persons who must bear a name part before it is counted: what few bear says who they are."""

_UNRELATED: Final = "alias-unrelated"
_COVER: Final = MEASURES.index("cover")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled pair. `kind` names the difference, `entity` the person of the list; `names_tell` is False for
    namesakes."""

    query: PersonQuery
    person: Person
    same_person: bool
    kind: str
    entity: str
    names_tell: bool = True

    @property
    def held_out(self) -> bool:
        """Whether this person is never learned from."""
        return is_held_out(self.entity)


def is_held_out(entity: str) -> bool:
    """True for the people who are never learned from."""
    return fold_of(entity, 5) < 2


def fold_of(entity: str, folds: int) -> int:
    """The fold of a person: 0 to `folds` - 1, the same for ever."""
    return int(hashlib.sha256(entity.encode()).hexdigest(), 16) % folds


def examples(lines: Iterable[Mapping[str, Any]], cluster_of: Mapping[str, str]) -> Iterator[Example]:
    """Labelled pairs from JSON lines with `query`, `target`, `label`, `kind` and `needs_dob`.

    `cluster_of` maps the entities of several lists that are one person to one name, so that nobody is on both sides.
    """
    for line in lines:
        query, target = line.get("query"), line.get("target")
        if not isinstance(query, Mapping) or not isinstance(target, Mapping):
            continue
        person = person_from_plain(target)
        if not person.names:
            continue
        entity = str(target.get("entity") or person.names[0].full)
        yield Example(
            query_from_plain(query),
            person,
            bool(line.get("label")),
            str(line.get("kind") or ""),
            cluster_of.get(entity, entity),
            not line.get("needs_dob"),
        )


def labelled(found: Iterable[Example]) -> list[LabelledPair]:
    """Examples in the form in which they are learned from. Aliases that share nothing with the name teach nothing."""
    pairs = []
    for example in found:
        related = example.kind != _UNRELATED
        pairs.append(as_pair(asked_of(example.query), listed_of(example.person), example.same_person))
        pairs[-1] = replace(pairs[-1], names_tell=example.names_tell and related, facts_tell=related)
    return [pair for pair in pairs if pair.asked and pair.listed]


def as_pair(asked: Asked, listed: Listed, same: bool, weight: float = 1.0) -> LabelledPair:
    """A pair in the form in which it is learned from."""
    return LabelledPair(
        asked.ways, listed.ways, asked.query, listed.facts, same, weight=weight, truncated=asked.truncated
    )


def as_query(person: Person, name: PersonName, random: Random, *, invent: bool = True) -> PersonQuery:
    """A traveller of this name with the person's facts: one of the births, made whole. Where the person has none, an
    invented one, unless `invent` is False."""
    birth = None
    if person.births:
        listed = random.choice(person.births)
        birth = PartialDate(listed.year, listed.month or random.randint(1, 12), listed.day or random.randint(1, 28))
    elif invent:
        birth = PartialDate(random.randint(1945, 2000), random.randint(1, 12), random.randint(1, 28))
    nationality = random.choice(person.nationalities) if person.nationalities else ""
    return PersonQuery(name.full, name.surname, name.given, birth, nationality, person.sex)


def count_parts(people: Iterable[tuple[str, Person]]) -> dict[str, Any]:
    """How many persons bear each name part, by its sound: the content of `data/common.json`. Rare ones are left out."""
    bearers: dict[str, set[str]] = defaultdict(set)
    clusters = set()
    for cluster, person in people:
        clusters.add(cluster)
        for way in listed_of(person).ways:
            for part in way.parts:
                if part.readings[0].kind is Kind.FULL:
                    bearers[fold(part.readings[0].latin)].add(cluster)
    counts = {sound: len(who) for sound, who in bearers.items() if sound and len(who) >= FEWEST_BEARERS}
    ordered = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return {"persons": len(clusters), "counts": ordered}


def found_at(score: np.ndarray[Any, Any], same: np.ndarray[Any, Any], false_share: float) -> float:
    """The share of true pairs that score above all but `false_share` of the false ones. Needs some of either."""
    false = np.sort(score[~same])[::-1]
    return float((score[same] > false[int(false_share * len(false))]).mean())


def area(score: np.ndarray[Any, Any], same: np.ndarray[Any, Any]) -> float:
    """The area under the ROC curve: how often a true pair scores above a false one, ties counting half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    rank = (last - (count - 1) / 2)[place]
    true = int(same.sum())
    return float((rank[same].sum() - true * (true + 1) / 2) / (true * (len(same) - true)))
