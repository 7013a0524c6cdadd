"""A name made ready for comparing: its parts, and the joins of neighbouring parts, as rows of numbers.

Joins let `AL QASIM` meet `ALQASIM` and `JONG RIN` meet `JONGRIN`: a join covers the two parts it is made of.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching.parts import Part, Role, part_key, ways_to_read
from borderdesk.matching.scripts import Kind, Reading
from borderdesk.matching.sounds import fold
from borderdesk.matching.tables import table

WIDEST: Final = 16
"""Most parts and joins of one name."""

LIGHT, INITIAL, PATRONYMIC, SURNAME, JOIN, LAST = 1, 2, 4, 8, 16, 32
"""Bits of `flags`."""

ROW: Final = np.dtype(
    [
        ("weight", "<f4", WIDEST),
        ("rare", "<f4", WIDEST),
        ("cover", "<u2", WIDEST),
        ("flags", "u1", WIDEST),
        ("size", "u1"),
        ("parts", "u1"),
    ]
)
_PACK: Final = struct.Struct(f"<{WIDEST}f{WIDEST}f{WIDEST}H{WIDEST}BBB")
_ZEROS: Final = (0,) * WIDEST
_WEIGHTS: Final = {Role.NAME: 1.0, Role.PATRONYMIC: 0.5, Role.INITIAL: 0.35, Role.PARTICLE: 0.05, Role.TITLE: 0.12}
_FLAGS: Final = {
    Role.NAME: 0,
    Role.PATRONYMIC: PATRONYMIC,
    Role.INITIAL: INITIAL,
    Role.PARTICLE: LIGHT,
    Role.TITLE: LIGHT,
}
_COMMON: Final[dict[str, float]] = table("common")["counts"]
_PERSONS: Final[float] = table("common")["persons"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One way to read one name. `keys` name the parts first and the joins after them; `row` is one record of `ROW`.

    `cover` has a bit for every part that a part or join is made of; `whole` are the sounds of all parts in alphabetical
    order, `ends` in the order written.
    """

    parts: tuple[Part, ...]
    keys: tuple[str, ...]
    row: bytes
    cover: tuple[int, ...]
    whole: str
    ends: str


@lru_cache(maxsize=65_536)
def prepare(full: str, surname: str = "", given: str = "") -> tuple[Prepared, ...]:
    """Every way to read a name, ready for comparing."""
    return tuple(prepared(way) for way in ways_to_read(full, surname, given))


@lru_cache(maxsize=65_536)
def rarity(latin: str) -> float:
    """How telling a part is: about 0.4 for the commonest (Muhammad) to 1.3 for one never seen."""
    return 1.3 - 0.065 * math.log2(1 + _COMMON.get(fold(latin), 0.0) * 20_000 / _PERSONS)


def prepared(way: tuple[Part, ...], keys: list[str] | None = None) -> Prepared:
    """One way to read a name, ready for comparing. Give the `keys` of its parts where they are known already."""
    keys = [part.key for part in way] if keys is None else keys
    names = [part.role is Role.NAME for part in way]
    rare = [rarity(part.readings[0].latin) if is_name else 0.2 for part, is_name in zip(way, names, strict=True)]
    weight = [dear if is_name else _WEIGHTS[part.role] for part, is_name, dear in zip(way, names, rare, strict=True)]
    cover = [1 << at for at in range(len(way))]
    flags = [_FLAGS[part.role] | (SURNAME if part.surname else 0) for part in way]
    if flags:
        flags[-1] |= LAST
    heavy = [at for at, part in enumerate(way) if part.role is not Role.TITLE and part.role is not Role.PARTICLE]
    for first, second in _neighbours(way, heavy)[: WIDEST - len(way)]:
        joined = _join(way[first], way[second])
        if joined is None:
            continue
        keys.append(joined)
        weight.append(weight[first] + weight[second])
        rare.append(max(rare[first], rare[second]))
        cover.append((1 << first) | (1 << second))
        flags.append(JOIN | (flags[first] & SURNAME) | (flags[second] & (LAST | SURNAME)))
    size = len(keys)
    spare = WIDEST - size
    row = _PACK.pack(
        *weight,
        *_ZEROS[:spare],
        *rare,
        *_ZEROS[:spare],
        *cover,
        *_ZEROS[:spare],
        *flags,
        *_ZEROS[:spare],
        size,
        len(way),
    )
    folds = [fold(way[at].readings[0].latin) for at in heavy]
    return Prepared(way, tuple(keys), row, tuple(cover), "".join(sorted(folds)), "".join(folds))


def _neighbours(way: Sequence[Part], heavy: list[int]) -> list[tuple[int, int]]:
    pairs = list(pairwise(heavy))
    if len(heavy) > 2:
        pairs.append((heavy[-1], heavy[0]))  # the surname may stand first or last
    pairs += [(at, at + 1) for at in range(len(way) - 1) if way[at].role is Role.PARTICLE and at + 1 in heavy]
    return pairs


def _join(first: Part, second: Part) -> str | None:
    a, b = first.readings[0], second.readings[0]
    kind = a.kind if b.kind is Kind.FULL else b.kind
    return part_key((Reading(a.latin + b.latin, kind),)) if Kind.FULL in (a.kind, b.kind) or a.kind is b.kind else None


def rows_of(names: Sequence[Prepared]) -> npt.NDArray[Any]:
    """Their rows as one array of `ROW`."""
    return np.frombuffer(b"".join([name.row for name in names]), ROW)
