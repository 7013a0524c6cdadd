"""How alike two name parts are: on paper, in sound, in consonants, by custom. Many pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from borderdesk.matching.lexicon import FULL, LOOSE, Lexicon
from borderdesk.matching.sounds import every_bones, every_loose, every_loose_bones, every_slavic, every_syllable

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


SLAVIC_TRUST: Final = 0.93
_WITHOUT_H: Final = 0.95
"""What the consonants count for at most where h is left out."""

_SHAPES: Final = str.maketrans("dqulfrbpnhvgzwkx", "oooiepppmmygsmkk")
"""Letters that readers and tired eyes take for one another, as the first of them."""


@dataclass(frozen=True, slots=True)
class Alike:
    """For each pair: `value` 0 to 1 over all, what spoke for it (`By`), and the channels it was made from."""

    value: Floats
    by: npt.NDArray[np.uint8]
    plain: Floats
    fold: Floats
    skeleton: Floats


def compare_parts(lexicon: Lexicon, left: Ints, right: Ints) -> Alike:
    """Compare the parts `left[n]` of the lexicon with the parts `right[n]` for every n."""
    count = len(left)
    kind, size = lexicon.column("kind"), lexicon.column("size")
    a, b = kind[left], kind[right]
    equal = left == right
    full = (a == FULL) & (b == FULL)
    plain = np.zeros(count, np.float32)
    folded = np.zeros(count, np.float32)
    bone = np.zeros(count, np.float32)

    at = np.flatnonzero(full & ~equal)
    if len(at):
        i, j = left[at], right[at]
        plain[at] = _each(JaroWinkler.normalized_similarity, lexicon.plain, i, j)
        doubt = np.flatnonzero((plain[at] > 0.55) & (np.minimum(size[i], size[j]) > 3))
        if len(doubt):
            shaped = _made(OSA.normalized_similarity, _shapes, lexicon, i[doubt], j[doubt])
            seen = np.where(shaped > 0.84, shaped, 0)
            plain[at[doubt]] = np.maximum(plain[at[doubt]], 0.97 * seen)
        best = _each(OSA.normalized_similarity, lexicon.sounds, i, j)
        bone[at] = _each(OSA.normalized_similarity, lexicon.skeleton, i, j)
        several = lexicon.column("several")
        more = np.flatnonzero(several[i] | several[j])
        if len(more):
            one, two = lexicon.sounds, lexicon.other_sounds
            for x, y in ((one, two), (two, one), (two, two)):
                best[more] = np.maximum(best[more], _both(OSA.normalized_similarity, x, y, i[more], j[more]))
        # Thai and Lao habits of spelling, where the ordinary sound says little but something.
        more = np.flatnonzero((best < 0.85) & (best > 0.3) & (np.minimum(size[i], size[j]) > 3))
        if len(more):
            loosened = _made(OSA.normalized_similarity, every_loose, lexicon, i[more], j[more])
            best[more] = np.maximum(best[more], 0.92 * loosened)
        bones = bone[at]
        _in_some_languages(lexicon, i, j, best, bones)
        bone[at] = bones
        folded[at] = best
    at = np.flatnonzero(~full & ~equal & ((a == LOOSE) | (b == LOOSE)))
    if len(at):
        bone[at] = _made(OSA.normalized_similarity, every_loose_bones, lexicon, left[at], right[at])
    at = np.flatnonzero(~full & ~equal & (a != LOOSE) & (b != LOOSE))
    if len(at):
        bone[at] = _bones_of_any_reading(lexicon, left[at], right[at])
    other = ~full
    plain[other] = folded[other] = bone[other]

    folded[full] = np.maximum(folded[full], np.where(plain[full] > 0.9, plain[full] - 0.08, 0))
    value = np.where(full, 0.35 * plain + 0.45 * folded + 0.2 * bone, 0.96 * bone).astype(np.float32)
    by = np.where(full, np.where(folded >= 0.999, By.SOUND, By.SPELLING), By.SCRIPT).astype(np.uint8)
    by[full & (bone >= 0.999) & (folded >= 0.6)] = By.SOUND
    short = full & (np.minimum(size[left], size[right]) == 1) & (np.maximum(size[left], size[right]) > 1)
    _initials(lexicon, left, right, np.flatnonzero(short), value, by)
    _beginnings(lexicon, left, right, np.flatnonzero(full & ~short & (value < 0.93) & (plain > 0.7)), value, by)
    grouped = lexicon.column("grouped")
    _customs(lexicon, left, right, np.flatnonzero(~equal & grouped[left] & grouped[right] & (value < 0.97)), value, by)
    for channel in (value, plain, folded, bone):
        channel[equal] = 1.0
    by[equal] = By.SAME
    return Alike(value, by, plain, folded, bone)


def _in_some_languages(lexicon: Lexicon, i: Ints, j: Ints, best: Floats, bone: Floats) -> None:
    """Raise the likeness of names that two languages, or two ways to spell one, write differently by rule."""
    size = lexicon.column("size")
    shorter = np.minimum(size[i], size[j])
    more = np.flatnonzero((best < 0.9) & (best > 0.3) & (shorter > 4))
    if len(more):
        one, two = _forms(every_slavic, lexicon, i[more], j[more])
        known = np.array([bool(a) and bool(b) for a, b in zip(one, two, strict=True)])
        near = _both_texts(OSA.normalized_similarity, one, two)
        best[more] = np.maximum(best[more], np.where(known, SLAVIC_TRUST * near, 0))
        bone[more] = np.maximum(bone[more], np.where(known & (near > 0.9), near, 0))
    more = np.flatnonzero((best < 0.9) & (shorter > 1) & (np.maximum(size[i], size[j]) < 7))
    if len(more):
        one, two = _forms(every_syllable, lexicon, i[more], j[more])
        same = np.array([bool(a) and a == b for a, b in zip(one, two, strict=True)])
        best[more[same]] = 0.95
        bone[more[same]] = 1.0


def _each(scorer: Any, forms: list[str], i: Ints, j: Ints) -> Floats:
    return _both(scorer, forms, forms, i, j)


def _made(scorer: Any, forms: Callable[[Sequence[str]], list[str]], lexicon: Lexicon, i: Ints, j: Ints) -> Floats:
    """As `_each`, with forms that are made only for the parts that need them."""
    needed = np.unique(np.concatenate([i, j])).tolist()
    made = dict(zip(needed, forms([lexicon.plain[n] for n in needed]), strict=True))
    found: Floats = process.cpdist(
        [made[n] for n in i.tolist()], [made[n] for n in j.tolist()], scorer=scorer, dtype=np.float32, workers=1
    )
    return found


def _bones_of_any_reading(lexicon: Lexicon, i: Ints, j: Ints) -> Floats:
    """How alike the consonants are; those of a letter that two languages speak each in its own way, in either."""
    one, two = (_made_of(every_bones, lexicon.plain, n) for n in (i, j))
    found = _both_texts(OSA.normalized_similarity, one, two)
    several = lexicon.column("several")
    more = np.flatnonzero(several[i] | several[j])
    if len(more):
        first = [[texts[n] for n in more.tolist()] for texts in (one, two)]
        last = [_made_of(every_bones, lexicon.last, n[more]) for n in (i, j)]
        for mine, theirs in ((first[0], last[1]), (last[0], first[1]), (last[0], last[1])):
            found[more] = np.maximum(found[more], _both_texts(OSA.normalized_similarity, mine, theirs))
    # Latin does not tell t and h from th (Fathi, Eshaq): an h may be a letter of its own or none.
    more = np.flatnonzero(found < _WITHOUT_H)
    if len(more):
        bare = [[texts[n].replace("H", "") for n in more.tolist()] for texts in (one, two)]
        near = _both_texts(OSA.normalized_similarity, *bare)
        near[[min(len(mine), len(theirs)) < 3 for mine, theirs in zip(*bare, strict=True)]] = 0
        found[more] = np.maximum(found[more], _WITHOUT_H * near)
    return found


def _made_of(forms: Callable[[Sequence[str]], list[str]], texts: Sequence[str], places: Ints) -> list[str]:
    needed = np.unique(places).tolist()
    made = dict(zip(needed, forms([texts[n] for n in needed]), strict=True))
    return [made[n] for n in places.tolist()]


def _forms(
    form: Callable[[Sequence[str]], list[str]], lexicon: Lexicon, i: Ints, j: Ints
) -> tuple[list[str], list[str]]:
    needed = np.unique(np.concatenate([i, j])).tolist()
    made = dict(zip(needed, form([lexicon.plain[n] for n in needed]), strict=True))
    return [made[n] for n in i.tolist()], [made[n] for n in j.tolist()]


def _both_texts(scorer: Any, first: list[str], second: list[str]) -> Floats:
    found: Floats = process.cpdist(first, second, scorer=scorer, dtype=np.float32, workers=1)
    return found


def _shapes(plain: Sequence[str]) -> list[str]:
    return [one.translate(_SHAPES) for one in plain]


def _both(scorer: Any, first: list[str], second: list[str], i: Ints, j: Ints) -> Floats:
    found: Floats = process.cpdist(
        [first[n] for n in i.tolist()], [second[n] for n in j.tolist()], scorer=scorer, dtype=np.float32, workers=1
    )
    return found


def _initials(lexicon: Lexicon, left: Ints, right: Ints, at: Ints, value: Floats, by: Any) -> None:
    plain, sounds = lexicon.plain, lexicon.sounds
    for n, i, j in zip(at.tolist(), left[at].tolist(), right[at].tolist(), strict=True):
        fits = plain[i][:1] == plain[j][:1] or sounds[i][:1] == sounds[j][:1]
        value[n] = 0.8 if fits else 0.0
        by[n] = By.INITIAL


def _beginnings(lexicon: Lexicon, left: Ints, right: Ints, at: Ints, value: Floats, by: Any) -> None:
    for n, i, j in zip(at.tolist(), left[at].tolist(), right[at].tolist(), strict=True):
        a, b = lexicon.plain[i], lexicon.plain[j]
        if (a.startswith(b) or b.startswith(a)) and min(len(a), len(b)) >= 2:
            value[n] = max(value[n], 0.74)
            by[n] = By.BEGINNING


def _customs(lexicon: Lexicon, left: Ints, right: Ints, at: Ints, value: Floats, by: Any) -> None:
    whole, short = lexicon.whole, lexicon.short
    for n, i, j in zip(at.tolist(), left[at].tolist(), right[at].tolist(), strict=True):
        if whole[i] & whole[j]:
            if value[n] < 0.93:
                value[n], by[n] = 0.93, By.LANGUAGE
        elif ((whole[i] & short[j]) or (short[i] & whole[j]) or (short[i] & short[j])) and value[n] < 0.9:
            value[n], by[n] = 0.9, By.NICKNAME
