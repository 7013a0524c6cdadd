"""How alike two name parts are: on paper, in sound, in consonants, by custom. Many pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from borderdesk.matching.nicknames import full_groups, short_groups
from borderdesk.matching.scripts import Kind
from borderdesk.matching.sounds import bones, fold, loose, loose_bones, skeleton

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class By(IntEnum):
    """What spoke for two parts being one."""

    SAME = 0
    SPELLING = 1
    SOUND = 2
    SCRIPT = 3
    LANGUAGE = 4
    NICKNAME = 5
    INITIAL = 6
    BEGINNING = 7


@dataclass(frozen=True, slots=True)
class Sound:
    """The forms of one part that are compared most often. Derived from its key alone."""

    plain: str
    folds: tuple[str, str]
    skeleton: str
    kind: int
    whole: frozenset[int]
    short: frozenset[int]


@dataclass(frozen=True, slots=True)
class Glance:
    """What is seen of a part at a glance, to pass over hopeless pairs: its length, which letters it holds (coarsely,
    one bit each), and whether letters decide at all (not where it is an initial, has familiar forms, or comes from a
    script that does not write them all)."""

    size: int
    letters: int
    script: bool
    initial: bool
    grouped: bool


_FULL, _BONES, _LOOSE = 0, 1, 2
_NO_GROUPS: Final[frozenset[int]] = frozenset()
_SHAPES: Final = str.maketrans("dqulfrbpnhvgzwkx", "oooiepppmmygsmkk")
"""Letters that readers and tired eyes take for one another, as the first of them."""

_COARSE: Final = str.maketrans("eiouyvqcgxzjpft", "aaaaawkkkkssbbd", "h")
"""Letters that spellings exchange, as one of them."""


@lru_cache(maxsize=262_144)
def glance_of(key: str) -> Glance:
    """What is seen of the part with this key at a glance."""
    kind = _kind(key)
    first, _, second = (key[1:] if kind else key).partition("/")
    full = kind == _FULL
    grouped = full and bool(full_groups(first) or short_groups(first))
    return Glance(len(first), _mask((first + second).translate(_COARSE)), not full, full and len(first) == 1, grouped)


@lru_cache(maxsize=262_144)
def sound_of(key: str) -> Sound:
    """The forms of the part with this key (`parts.part_key`)."""
    kind = _kind(key)
    found = (key[1:] if kind else key).split("/")
    first, second = found[0], found[-1]
    folded = fold(first)
    other = fold(second) if second != first else folded
    full = kind == _FULL
    return Sound(
        first,
        (folded, other),
        skeleton(first),
        kind,
        full_groups(first) | full_groups(second) if full else _NO_GROUPS,
        short_groups(first) if full else _NO_GROUPS,
    )


def _kind(key: str) -> int:
    return _BONES if key[:1] == Kind.BONES else _LOOSE if key[:1] == Kind.LOOSE else _FULL


def _mask(letters: str) -> int:
    mask = 0
    for letter in set(letters):
        mask |= 1 << (ord(letter) & 31)
    return mask


@dataclass(frozen=True, slots=True)
class Alike:
    """For each pair: `value` 0 to 1 over all, what spoke for it (`By`), and the channels it was made from."""

    value: Floats
    by: npt.NDArray[np.uint8]
    plain: Floats
    fold: Floats
    skeleton: Floats


def compare_sounds(sounds: Sequence[Sound], left: Ints, right: Ints) -> Alike:
    """Compare `sounds[left[n]]` with `sounds[right[n]]` for every n."""
    count = len(left)
    kind = np.fromiter((sound.kind for sound in sounds), np.int8, len(sounds))
    size = np.fromiter((len(sound.plain) for sound in sounds), np.int16, len(sounds))
    a, b = kind[left], kind[right]
    full = (a == _FULL) & (b == _FULL)
    plain = np.zeros(count, np.float32)
    folded = np.zeros(count, np.float32)
    bone = np.zeros(count, np.float32)

    at = np.flatnonzero(full)
    if len(at):
        i, j = left[at], right[at]
        plain[at] = _each(JaroWinkler.normalized_similarity, [s.plain for s in sounds], i, j)
        doubt = np.flatnonzero((plain[at] > 0.55) & (np.minimum(size[i], size[j]) > 3))
        if len(doubt):
            shaped = _made(OSA.normalized_similarity, _shape, sounds, i[doubt], j[doubt])
            seen = np.where(shaped > 0.84, shaped, 0)
            plain[at[doubt]] = np.maximum(plain[at[doubt]], 0.97 * seen)
        best = _each(OSA.normalized_similarity, [s.folds[0] for s in sounds], i, j)
        bone[at] = _each(OSA.normalized_similarity, [s.skeleton for s in sounds], i, j)
        several = np.fromiter((s.folds[0] != s.folds[1] for s in sounds), np.bool_, len(sounds))
        more = np.flatnonzero(several[i] | several[j])
        if len(more):
            one, two = [s.folds[0] for s in sounds], [s.folds[1] for s in sounds]
            for x, y in ((one, two), (two, one), (two, two)):
                best[more] = np.maximum(best[more], _both(OSA.normalized_similarity, x, y, i[more], j[more]))
        # Thai and Lao habits of spelling, where the ordinary sound says little but something.
        more = np.flatnonzero((best < 0.85) & (best > 0.3) & (np.minimum(size[i], size[j]) > 3))
        if len(more):
            loosened = _made(OSA.normalized_similarity, loose, sounds, i[more], j[more])
            best[more] = np.maximum(best[more], 0.92 * loosened)
        folded[at] = best
    at = np.flatnonzero(~full & ((a == _LOOSE) | (b == _LOOSE)))
    if len(at):
        bone[at] = _made(OSA.normalized_similarity, loose_bones, sounds, left[at], right[at])
    at = np.flatnonzero(~full & (a != _LOOSE) & (b != _LOOSE))
    if len(at):
        bone[at] = _made(OSA.normalized_similarity, bones, sounds, left[at], right[at])
    other = ~full
    plain[other] = folded[other] = bone[other]

    folded[full] = np.maximum(folded[full], np.where(plain[full] > 0.9, plain[full] - 0.08, 0))
    value = np.where(full, 0.35 * plain + 0.45 * folded + 0.2 * bone, 0.96 * bone).astype(np.float32)
    by = np.where(full, np.where(folded >= 0.999, By.SOUND, By.SPELLING), By.SCRIPT).astype(np.uint8)
    by[full & (bone >= 0.999) & (folded >= 0.6)] = By.SOUND
    short = full & (np.minimum(size[left], size[right]) == 1) & (np.maximum(size[left], size[right]) > 1)
    _initials(sounds, left, right, np.flatnonzero(short), value, by)
    _beginnings(sounds, left, right, np.flatnonzero(full & ~short & (value < 0.93) & (plain > 0.7)), value, by)
    grouped = np.fromiter((bool(s.whole or s.short) for s in sounds), np.bool_, len(sounds))
    _customs(sounds, left, right, np.flatnonzero(grouped[left] & grouped[right] & (value < 0.97)), value, by)
    equal = left == right
    for channel in (value, plain, folded, bone):
        channel[equal] = 1.0
    by[equal] = By.SAME
    return Alike(value, by, plain, folded, bone)


def _each(scorer: Any, forms: list[str], i: Ints, j: Ints) -> Floats:
    return _both(scorer, forms, forms, i, j)


def _made(scorer: Any, form: Callable[[str], str], sounds: Sequence[Sound], i: Ints, j: Ints) -> Floats:
    """As `_each`, with a form that is made only for the parts that need it."""
    needed = np.unique(np.concatenate([i, j]))
    made = {n: form(sounds[n].plain) for n in needed.tolist()}
    found: Floats = process.cpdist(
        [made[n] for n in i.tolist()], [made[n] for n in j.tolist()], scorer=scorer, dtype=np.float32, workers=1
    )
    return found


def _shape(plain: str) -> str:
    return plain.translate(_SHAPES)


def _both(scorer: Any, first: list[str], second: list[str], i: Ints, j: Ints) -> Floats:
    found: Floats = process.cpdist(
        [first[n] for n in i.tolist()], [second[n] for n in j.tolist()], scorer=scorer, dtype=np.float32, workers=1
    )
    return found


def _initials(sounds: Sequence[Sound], left: Ints, right: Ints, at: Ints, value: Floats, by: Any) -> None:
    for n, i, j in zip(at.tolist(), left[at].tolist(), right[at].tolist(), strict=True):
        a, b = sounds[i], sounds[j]
        fits = a.plain[:1] == b.plain[:1] or a.folds[0][:1] == b.folds[0][:1]
        value[n] = 0.8 if fits else 0.0
        by[n] = By.INITIAL


def _beginnings(sounds: Sequence[Sound], left: Ints, right: Ints, at: Ints, value: Floats, by: Any) -> None:
    for n, i, j in zip(at.tolist(), left[at].tolist(), right[at].tolist(), strict=True):
        a, b = sounds[i].plain, sounds[j].plain
        if min(len(a), len(b)) >= 2 and (a.startswith(b) or b.startswith(a)):
            value[n] = max(value[n], 0.74)
            by[n] = By.BEGINNING


def _customs(sounds: Sequence[Sound], left: Ints, right: Ints, at: Ints, value: Floats, by: Any) -> None:
    for n, i, j in zip(at.tolist(), left[at].tolist(), right[at].tolist(), strict=True):
        a, b = sounds[i], sounds[j]
        if a.whole & b.whole:
            if value[n] < 0.93:
                value[n], by[n] = 0.93, By.LANGUAGE
        elif ((a.whole & b.short) or (a.short & b.whole) or (a.short & b.short)) and value[n] < 0.9:
            value[n], by[n] = 0.9, By.NICKNAME
