"""A name made ready for comparing: its parts, and the joins of neighbouring parts, as columns of numbers.

Joins let `AL QASIM` meet `ALQASIM` and `JONG RIN` meet `JONGRIN`: a join covers the two parts it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from borderdesk.matching.forgetting import forgettable
from borderdesk.matching.lexicon import FULL, Lexicon
from borderdesk.matching.parts import MOST_PARTS, Part, Role, ways_to_read
from borderdesk.matching.scripts import Kind

WIDEST: Final = 16
"""Most parts and joins of one name."""

LIGHT, INITIAL, PATRONYMIC, SURNAME, JOIN, LAST, HALF = 1, 2, 4, 8, 16, 32, 64
"""Bits of `flags`."""

ROLES: Final = tuple(Role)
_CODES: Final = {role: at + 1 for at, role in enumerate(ROLES)}
_WEIGHTS: Final = {
    Role.NAME: 1.0,
    Role.PATRONYMIC: 0.5,
    Role.INITIAL: 0.35,
    Role.PARTICLE: 0.05,
    Role.TITLE: 0.12,
    Role.HALF: 0.4,
}
_FLAGS: Final = {
    Role.NAME: 0,
    Role.PATRONYMIC: PATRONYMIC,
    Role.INITIAL: INITIAL,
    Role.PARTICLE: LIGHT,
    Role.TITLE: LIGHT,
    Role.HALF: HALF,
}
_WEIGHT_OF: Final = np.array([0.0, *(_WEIGHTS[role] for role in ROLES)])
_FLAGS_OF: Final = np.array([0, *(_FLAGS[role] for role in ROLES)], np.uint8)
_NAME: Final = _CODES[Role.NAME]
_BITS: Final = 3
_ROLE_SHIFTS: Final = np.arange(0, _BITS * MOST_PARTS, _BITS, dtype=np.uint32)[:, None]
_BEFORE_NAMES: Final = (Role.PARTICLE, Role.TITLE)
_KINDS_OF_ROWS: Final = {
    "weight": np.float32,
    "rare": np.float32,
    "cover": np.uint16,
    "flags": np.uint8,
    "size": np.int16,
    "letters": np.uint32,
    "script": np.bool_,
}
_KINDS: Final = tuple(Kind)
"""In the order of the lexicon's kinds."""


class Prepared(NamedTuple):
    """One way to read one name: its `parts`; their `roles`, three bits for each, the first part's lowest; `surname`,
    one bit for each part that somebody called part of the surname."""

    parts: tuple[Part, ...]
    roles: int
    surname: int


@forgettable
@lru_cache(maxsize=65_536)
def prepare(full: str, surname: str = "", given: str = "") -> tuple[Prepared, ...]:
    """Every way to read a name, ready for comparing."""
    ways = ways_to_read(full, surname, given)
    return (prepared(ways[0]),) if len(ways) == 1 else tuple([prepared(way) for way in ways])


def prepared(way: tuple[Part, ...]) -> Prepared:
    """One way to read a name, ready for comparing."""
    roles = surname = 0
    for at, part in enumerate(way):
        # Most are names; to look up a member of an enumeration takes longer than all the rest.
        roles |= (_NAME if part.role is Role.NAME else _CODES[part.role]) << _BITS * at
        if part.surname:
            surname |= 1 << at
    return Prepared(way, roles, surname)


@dataclass(frozen=True, slots=True)
class _Build:
    """What follows from the roles of a name's parts alone: how many there are, which are joined, which are heard."""

    parts: int
    joins: tuple[tuple[int, int], ...]
    heard: tuple[int, ...]
    is_pair: bool
    """Two parts, both heard: most names are."""


@forgettable
@lru_cache(maxsize=16_384)
def build_of(roles: int) -> _Build:
    """What follows from the roles of a name's parts (`Prepared.roles`)."""
    codes = [roles >> shift & 7 for shift in range(0, _BITS * MOST_PARTS, _BITS)]
    way = [ROLES[code - 1] for code in codes if code]
    heavy = [at for at, role in enumerate(way) if role is not Role.TITLE and role is not Role.PARTICLE]
    # A father's name is left out as often as not; where enough is left without it, it is not heard.
    own = tuple([at for at in heavy if way[at] is not Role.PATRONYMIC])
    joins = list(pairwise(heavy))
    if len(heavy) > 2:
        joins.append((heavy[-1], heavy[0]))  # the surname may stand first or last
    joins += [(at, at + 1) for at in range(len(way) - 1) if way[at] in _BEFORE_NAMES and at + 1 in heavy]
    heard = own if len(own) > 1 else tuple(heavy)
    return _Build(len(way), tuple(joins[: WIDEST - len(way)]), heard, len(way) == 2 and heard == (0, 1))


@dataclass(frozen=True, slots=True)
class Names:
    """Many names as numbers: a column for each name; a row for each of `wide` parts, then one for each join.

    `ids` are the parts' numbers in the lexicon (no rows for joins), `parts` says how many rows of a name hold a part.
    `cover` has a bit for every part that a part or join is made of. `first` and `second` are the rows each join is
    made of.
    `size`, `letters`, `script` as in the lexicon; rows that hold nothing have no cover.
    `whole` are the sounds of all parts in alphabetical order, `ends` in the order written.
    """

    lexicon: Lexicon
    ids: npt.NDArray[np.int32]
    parts: npt.NDArray[np.int64]
    wide: int
    weight: npt.NDArray[np.float32]
    rare: npt.NDArray[np.float32]
    cover: npt.NDArray[np.uint16]
    flags: npt.NDArray[np.uint8]
    first: npt.NDArray[np.int8]
    second: npt.NDArray[np.int8]
    size: npt.NDArray[np.int16]
    letters: npt.NDArray[np.uint32]
    script: npt.NDArray[np.bool_]
    whole: list[str]
    ends: list[str]

    def repeated(self, times: Sequence[int]) -> Names:
        """The n-th name `times[n]` times, one after the other."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        for name, value in values.items():
            if isinstance(value, np.ndarray):
                values[name] = np.repeat(value, times, axis=-1)
            elif isinstance(value, list):
                values[name] = [each for each, count in zip(value, times, strict=True) for _ in range(count)]
        return Names(**values)

    def join_key(self, row: int, name: int) -> str:
        """The key of the part that a join would be."""
        lexicon = self.lexicon
        join = row - self.wide
        a, b = int(self.ids[self.first[join, name], name]), int(self.ids[self.second[join, name], name])
        kinds = lexicon.column("kind")
        kind = kinds[a] if kinds[b] == FULL else kinds[b]
        joined = f"{_KINDS[kind]}{lexicon.plain[a]}{lexicon.plain[b]}"
        several = kind != FULL and (lexicon.last[a] != lexicon.plain[a] or lexicon.last[b] != lexicon.plain[b])
        return f"{joined}/{lexicon.last[a]}{lexicon.last[b]}" if several else joined


def names_of(names: Sequence[Prepared], lexicon: Lexicon) -> Names:
    """Many names as numbers."""
    places = lexicon.places([part.key for name in names for part in name.parts])
    roles = np.array([name.roles for name in names], np.uint32)
    return as_names(places, roles, np.array([name.surname for name in names], np.uint16), lexicon)


def as_names(places: Sequence[int], roles: Any, surname: Any, lexicon: Lexicon) -> Names:
    """Names whose parts stand one after the other in `places`, by their numbers in the lexicon."""
    different, back = np.unique(roles, return_inverse=True)
    builds = [build_of(code) for code in different.tolist()]
    parts = np.array([build.parts for build in builds], np.int64)[back]
    wide = int(parts.max(initial=1))
    joins = max((len(build.joins) for build in builds), default=0)
    held = np.arange(wide)[:, None] < parts
    ids = np.zeros((wide, len(roles)), np.int32)
    ids.T[held.T] = places
    codes = roles >> _ROLE_SHIFTS[:wide] & 7
    weight, rare = _weights(ids, codes, lexicon)
    rows = {
        "weight": weight,
        "rare": rare,
        "cover": np.where(held, 1 << np.arange(wide)[:, None], 0),
        "flags": _flags(codes, surname, parts, held),
        "size": lexicon.column("size")[ids],
        "letters": lexicon.column("letters")[ids],
        "script": lexicon.column("kind")[ids] != FULL,
    }
    first, second = _pairs(builds, back, joins)
    if joins:
        joined = _joined(rows, ids, first, second, lexicon)
        rows = {name: np.concatenate([row, joined[name]]) for name, row in rows.items()}
    rows = {name: row.astype(_KINDS_OF_ROWS[name], copy=False) for name, row in rows.items()}
    whole, ends = _texts(places, builds, back, lexicon)
    return Names(lexicon, ids, parts, wide, first=first, second=second, whole=whole, ends=ends, **rows)


def _joined(rows: Mapping[str, Any], ids: Any, first: Any, second: Any, lexicon: Lexicon) -> dict[str, Any]:
    """The rows of joins, made from those of the parts."""
    name = np.arange(ids.shape[1])
    kinds = lexicon.column("kind")[ids]
    kind1, kind2 = kinds[first, name], kinds[second, name]
    # Consonants of one script and of another make no word.
    made = (first >= 0) & ((kind1 == FULL) | (kind2 == FULL) | (kind1 == kind2))
    # Which letters a join of full words holds is asked of its first way to be read only.
    letters = lexicon.column("first_letters")[ids]
    weight, rare, cover, flags, size = (rows[name] for name in ("weight", "rare", "cover", "flags", "size"))
    joined = {
        "weight": weight[first, name] + weight[second, name],
        "rare": np.maximum(rare[first, name], rare[second, name]),
        "cover": cover[first, name] | cover[second, name],
        "flags": JOIN | (flags[first, name] & SURNAME) | (flags[second, name] & (LAST | SURNAME)),
        "size": size[first, name] + size[second, name],
        "letters": letters[first, name] | letters[second, name],
        "script": (kind1 != FULL) | (kind2 != FULL),
    }
    return {row: np.where(made, values, 0) for row, values in joined.items()}


def _weights(ids: Any, codes: Any, lexicon: Lexicon) -> tuple[Any, Any]:
    rare = lexicon.column("rare")[ids]
    is_name = codes == _NAME
    return np.where(is_name, rare, _WEIGHT_OF[codes]), np.where(is_name, rare, np.where(codes > 0, 0.2, 0.0))


def _flags(codes: Any, surname: Any, parts: Any, held: Any) -> Any:
    flags = _FLAGS_OF[codes]
    told = surname >> np.arange(len(codes), dtype=np.uint16)[:, None] & 1
    flags |= (told * SURNAME).astype(np.uint8)
    some = np.flatnonzero(parts)
    flags[parts[some] - 1, some] |= LAST
    return np.where(held, flags, np.uint8(0))


def _pairs(builds: Sequence[_Build], back: Any, joins: int) -> tuple[Any, Any]:
    """Per join the rows of the parts it is made of; -1 where a name has fewer joins."""
    pairs = np.full((2, joins, len(builds)), -1, np.int8)
    for at, build in enumerate(builds):
        for place, (first, second) in enumerate(build.joins):
            pairs[:, place, at] = first, second
    return pairs[0][:, back], pairs[1][:, back]


def _texts(places: Sequence[int], builds: Sequence[_Build], back: Any, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    sounds = lexicon.sounds
    whole, ends = [], []
    at = 0
    for build in map(builds.__getitem__, back.tolist()):
        if build.is_pair:
            one, two = sounds[places[at]], sounds[places[at + 1]]
            at += 2
            ends.append(one + two)
            whole.append(one + two if one <= two else two + one)
            continue
        folds = [sounds[places[at + part]] for part in build.heard]
        at += build.parts
        ends.append("".join(folds))
        folds.sort()
        whole.append("".join(folds))
    return whole, ends
