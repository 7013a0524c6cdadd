"""Which part met which, for many pairs of names at once, and the measures the score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from borderdesk.matching.alike import By, Floats, Ints, compare_sounds, glance_of, sound_of
from borderdesk.matching.prepared import INITIAL, JOIN, LAST, LIGHT, PATRONYMIC, SURNAME, Prepared, rows_of

MEETS: Final = 0.58
"""Below this two parts are not put together: they contradict each other."""

MEASURES: Final = (
    "cover",
    "cover_high",
    "cover_higher",
    "contradicted",
    "contradicted_some",
    "missing",
    "missing_more",
    "worst",
    "worst_high",
    "worst_higher",
    "two_parts",
    "three_parts",
    "rare",
    "rare_more",
    "surname",
    "surname_high",
    "given",
    "whole",
    "whole_high",
    "ordered",
    "plain",
    "fold",
    "skeleton",
    "initial",
    "nickname",
    "language",
    "beginning",
    "script",
    "single",
    "joined",
    "nothing",
    "clash",
    "clash_most",
    "clash_given",
)


@dataclass(frozen=True, slots=True)
class Aligned:
    """The measures of every pair, and which part met which.

    `measures` has one row a pair and one column per name in `MEASURES`. `met` holds for pair n, at the place of each
    part or join of the first name, the place in the second name it met, or -1; `how` the `By` and `value` the likeness.
    """

    measures: Floats
    met: npt.NDArray[np.int8]
    how: npt.NDArray[np.uint8]
    value: Floats


def align(
    first: Sequence[Prepared], second: Sequence[Prepared], truncated: npt.NDArray[np.bool_] | None = None
) -> Aligned:
    """Compare `first[n]` with `second[n]` for every n. `truncated[n]`: the last part of `first[n]` may be cut short."""
    count = len(first)
    one, two = rows_of(first), rows_of(second)
    wide1, wide2 = int(one["size"].max(initial=1)), int(two["size"].max(initial=1))
    flags1, flags2 = one["flags"][:, :wide1], two["flags"][:, :wide2]
    weight1, weight2 = one["weight"][:, :wide1], two["weight"][:, :wide2]
    cover1, cover2 = one["cover"][:, :wide1], two["cover"][:, :wide2]
    keys, ids1, ids2 = _intern(first, second, one["size"], two["size"], wide1, wide2)
    n, i, j = np.nonzero(_worth_comparing(keys, ids1, ids2, one, two))
    pairs, back = _compared(keys, ids1[n, i], ids2[n, j])
    shape = (count, wide1, wide2)
    value = np.zeros(shape, np.float32)
    value[n, i, j] = pairs.value[back]
    where = np.zeros(shape, np.int32)
    where[n, i, j] = back
    by = np.zeros(shape, np.uint8)
    by[n, i, j] = pairs.by[back]
    # A join must earn its place: it is only taken where it is nearly the same, or two parts would too easily be one.
    joins = ((flags1 & JOIN) > 0)[:, :, None] | ((flags2 & JOIN) > 0)[:, None, :]
    value[joins & (value < 0.86)] = 0
    if truncated is not None and truncated.any():
        cut = (by == By.BEGINNING) & ((flags1 & LAST) > 0)[:, :, None] & truncated[:, None, None]
        value[cut] = np.maximum(value[cut], 0.95)

    met = np.full((count, wide1), -1, np.int8)
    got = np.zeros((count, wide1), np.float32)
    free = value.copy()
    rows = np.arange(count)
    # Two dear parts meet before two cheap ones, a join before its pieces.
    free *= 1 + 0.02 * np.minimum(weight1[:, :, None], weight2[:, None, :])
    free[value < MEETS] = 0
    for _ in range(min(int(one["parts"].max(initial=1)), int(two["parts"].max(initial=1)))):
        best = free.reshape(count, -1).argmax(1)
        x, y = best // wide2, best % wide2
        taken = free[rows, x, y] > 0
        if not taken.any():
            break
        live = rows[taken]
        x, y = x[taken], y[taken]
        met[live, x] = y
        got[live, x] = value[live, x, y]
        free[live] *= ((cover1[live] & cover1[live, x][:, None]) == 0)[:, :, None]
        free[live] *= ((cover2[live] & cover2[live, y][:, None]) == 0)[:, None, :]
    return _measured(first, second, one, two, pairs, where, by, met, got, value)


def _intern(
    first: Sequence[Prepared], second: Sequence[Prepared], size1: Any, size2: Any, wide1: int, wide2: int
) -> Any:
    known: dict[str, int] = {}
    flat1 = [known.setdefault(key, len(known)) for name in first for key in name.keys]
    flat2 = [known.setdefault(key, len(known)) for name in second for key in name.keys]
    ids1 = np.zeros((len(first), wide1), np.int32)
    ids1[np.arange(wide1) < size1[:, None]] = flat1
    ids2 = np.zeros((len(second), wide2), np.int32)
    ids2[np.arange(wide2) < size2[:, None]] = flat2
    return list(known), ids1, ids2


def _worth_comparing(keys: list[str], ids1: Any, ids2: Any, one: Any, two: Any) -> Any:
    """Which parts of two names are worth a closer look: those that share two thirds of their letters, roughly."""
    glances = [glance_of(key) for key in keys]
    letters = np.array([glance.letters for glance in glances], np.uint32)
    sizes = np.array([glance.size for glance in glances], np.int16)
    script = np.array([glance.script for glance in glances])
    initial = np.array([glance.initial for glance in glances])
    grouped = np.array([glance.grouped for glance in glances])
    bits = np.bitwise_count(letters)
    wide1, wide2 = ids1.shape[1], ids2.shape[1]
    a, b = ids1[:, :, None], ids2[:, None, :]
    join1 = (one["flags"][:, :wide1] & JOIN) > 0
    join2 = (two["flags"][:, :wide2] & JOIN) > 0
    common = np.bitwise_count(letters[a] & letters[b])
    enough = 3 * common >= 2 * np.maximum(bits[a], bits[b])
    either = script[a] | script[b]
    parts = ~join1[:, :, None] & ~join2[:, None, :]
    alone = initial[a] | initial[b] | (grouped[a] & grouped[b])
    # A join has to be nearly the same as a part, so its length must be as well.
    near = np.abs(sizes[a] - sizes[b]) <= 2
    joins = (join1[:, :, None] ^ join2[:, None, :]) & (enough | either) & (near | either)
    worth = (parts & (enough | either | alone)) | joins
    worth &= (np.arange(wide1) < one["size"][:, None])[:, :, None]
    worth &= (np.arange(wide2) < two["size"][:, None])[:, None, :]
    return worth


def _compared(keys: list[str], left: Any, right: Any) -> tuple[Any, Any]:
    """Every different pair of parts compared once; and which of them each pair is."""
    unique, back = np.unique(left.astype(np.int64) * len(keys) + right, return_inverse=True)
    needed, at = np.unique(np.concatenate([unique // len(keys), unique % len(keys)]), return_inverse=True)
    sounds = [sound_of(keys[n]) for n in needed.tolist()]
    return compare_sounds(sounds, at[: len(unique)], at[len(unique) :]), back


def _measured(
    first: Any, second: Any, one: Any, two: Any, pairs: Any, where: Any, by: Any, met: Any, got: Any, value: Any
) -> Aligned:
    count, wide1 = met.shape
    wide2 = value.shape[2]
    rows = np.arange(count)[:, None]
    hit = met >= 0
    to = np.where(hit, met, 0)
    spot = np.arange(wide1)[None, :]
    how = np.where(hit, by[rows, spot, to], 0).astype(np.uint8)
    place = where[rows, spot, to]
    flags1, flags2 = one["flags"][:, :wide1], two["flags"][:, :wide2]
    weight1, weight2 = one["weight"][:, :wide1], two["weight"][:, :wide2]
    cover1, cover2 = one["cover"][:, :wide1], two["cover"][:, :wide2]
    met_flags = flags2[rows, to]
    light = ((flags1 & LIGHT) > 0) | ((met_flags & LIGHT) > 0)
    heavy = hit & ~light
    weight = np.where(hit, (weight1 + weight2[rows, to]) / 2, 0)
    total = weight.sum(1)
    good = (weight * got).sum(1)

    used1 = np.bitwise_or.reduce(np.where(hit, cover1, 0), axis=1)
    used2 = np.bitwise_or.reduce(np.where(hit, cover2[rows, to], 0), axis=1)
    part1 = (np.arange(wide1) < one["parts"][:, None]) & ((cover1 & used1[:, None]) == 0)
    part2 = (np.arange(wide2) < two["parts"][:, None]) & ((cover2 & used2[:, None]) == 0)
    lost1 = np.where(part1, weight1, 0).sum(1)
    lost2 = np.where(part2, weight2, 0).sum(1)
    contradicted = np.minimum(lost1, lost2)
    missing = np.maximum(lost1, lost2) - contradicted

    cover = good / np.maximum(total + contradicted, 0.05)
    worst = np.where(heavy, got, 1).min(1, initial=1)
    worst = np.where(heavy.any(1), worst, 0)
    strong = (
        heavy & (got >= 0.8) & ((flags1 & INITIAL) == 0) & ((met_flags & INITIAL) == 0) & ((flags1 & PATRONYMIC) == 0)
    )
    # A join of two parts that met one part is one part of evidence.
    strong_count = strong.sum(1)
    rare = np.where(
        strong, np.minimum(one["rare"][:, :wide1], two["rare"][:, :wide2][rows, to]) * (got - 0.5) * 2, 0
    ).sum(1)
    surname, given = _role_met(one, two, hit, got, flags1, flags2, met, wide2)
    whole, ordered = _whole(first, second)

    def mean(channel: Floats) -> Any:
        return (weight * np.where(hit, channel[place] if len(channel) else 0, 0)).sum(1) / np.maximum(total, 0.05)

    def counted(kind: By) -> Any:
        return np.minimum((heavy & (how == kind)).sum(1), 2)

    # A part that met only half is half a contradiction.
    doubt = np.where(heavy, np.clip((0.84 - got) / 0.26, 0, 1), 0)
    clash = contradicted + (weight * doubt).sum(1)
    clash_most = np.maximum(doubt.max(1, initial=0), np.minimum(contradicted, 1))
    joined = (hit & (((flags1 | met_flags) & JOIN) > 0)).sum(1)
    single = np.minimum(one["parts"], two["parts"]) == 1
    columns = (
        cover,
        _above(cover, 0.8),
        _above(cover, 0.92),
        np.minimum(contradicted, 2),
        contradicted > 0.3,
        np.minimum(missing, 1),
        np.clip(missing - 1, 0, 2),
        worst,
        _above(worst, 0.75),
        _above(worst, 0.9),
        strong_count >= 2,
        strong_count >= 3,
        np.minimum(rare, 1.5),
        np.clip(rare - 1.5, 0, 2),
        surname,
        _above(surname, 0.8),
        given,
        whole,
        _above(whole, 0.75),
        ordered,
        mean(pairs.plain),
        mean(pairs.fold),
        mean(pairs.skeleton),
        counted(By.INITIAL),
        counted(By.NICKNAME),
        counted(By.LANGUAGE),
        counted(By.BEGINNING),
        counted(By.SCRIPT),
        single,
        joined > 0,
        total < 0.3,
        np.minimum(clash, 2),
        clash_most,
        np.minimum(clash * np.minimum(strong_count, 3), 3),
    )
    return Aligned(np.column_stack(columns).astype(np.float32), met, how, got)


def _above(measure: Any, knee: float) -> Any:
    return np.maximum(measure - knee, 0) / (1 - knee)


def _role_met(one: Any, two: Any, hit: Any, got: Any, flags1: Any, flags2: Any, met: Any, wide2: int) -> Any:
    """How well the parts somebody called surname were met, from the worse side; the others likewise."""
    back = np.zeros((len(met), wide2), np.float32)
    n, i = np.nonzero(hit)
    back[n, met[n, i]] = got[n, i]
    found = []
    for is_surname in (True, False):
        sides = []
        for row, flags, likeness in ((one, flags1, got), (two, flags2, back)):
            size = flags.shape[1]
            real = (np.arange(size) < row["parts"][:, None]) & ((flags & LIGHT) == 0)
            told = (real & ((flags & SURNAME) > 0)).any(1)
            mine = real & (((flags & SURNAME) > 0) == is_surname)
            covered = _through_joins(row, likeness, size)
            weight = np.where(mine, row["weight"][:, :size], 0)
            mean = (weight * covered).sum(1) / np.maximum(weight.sum(1), 0.01)
            sides.append(np.where(told & mine.any(1), mean, np.nan))
        with np.errstate(all="ignore"):
            low = np.fmin(sides[0], sides[1])
        whole = np.maximum(_mean_all(one, got, flags1), _mean_all(two, back, flags2))
        every = np.where(np.isnan(low), whole, low)
        found.append(every)
    return found


def _through_joins(row: Any, likeness: Any, size: int) -> Any:
    """A part that was met only inside a join was met as well as the join."""
    covered = likeness.copy()
    cover = row["cover"][:, :size]
    for at in range(size):
        joined = (likeness[:, at] > 0) & (at >= row["parts"])
        if joined.any():
            inside = (cover[joined] & cover[joined, at][:, None]) > 0
            covered[joined] = np.maximum(covered[joined], np.where(inside, likeness[joined, at][:, None], 0))
    return covered


def _mean_all(one: Any, got: Any, flags1: Any) -> Any:
    size = flags1.shape[1]
    real = (np.arange(size) < one["parts"][:, None]) & ((flags1 & LIGHT) == 0)
    weight = np.where(real, one["weight"][:, :size], 0)
    return (weight * _through_joins(one, got, size)).sum(1) / np.maximum(weight.sum(1), 0.01)


def _whole(first: Sequence[Prepared], second: Sequence[Prepared]) -> tuple[Ints, Ints]:
    whole = process.cpdist(
        [n.whole for n in first],
        [n.whole for n in second],
        scorer=OSA.normalized_similarity,
        dtype=np.float32,
        workers=1,
    )
    ordered = process.cpdist(
        [n.ends for n in first], [n.ends for n in second], scorer=OSA.normalized_similarity, dtype=np.float32, workers=1
    )
    return np.maximum(whole, ordered), ordered
