"""Which part met which, for many pairs of names at once, and the measures the score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from borderdesk.matching.alike import By, Floats, Ints, compare_parts
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.parts import MOST_PARTS
from borderdesk.matching.prepared import (
    HALF,
    INITIAL,
    JOIN,
    LAST,
    LIGHT,
    PATRONYMIC,
    SURNAME,
    Names,
    Prepared,
    names_of,
)

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
    part of the first name (joins follow at `MOST_PARTS`), the place in the second name it met, or -1; `how` the `By`
    and `value` the likeness.
    """

    measures: Floats
    met: npt.NDArray[np.int8]
    how: npt.NDArray[np.uint8]
    value: Floats


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Rows of the first and the second name that may meet, by pair of names; each a column of likeness."""

    pair: Ints
    first: Ints
    second: Ints
    value: Floats
    by: npt.NDArray[np.uint8]
    channels: Floats

    def only(self, at: Any) -> _Meetings:
        return _Meetings(*(getattr(self, name)[at] for name in self.__slots__))


def align_all(
    first: Sequence[Prepared], second: Sequence[Prepared], truncated: npt.NDArray[np.bool_] | None = None
) -> Aligned:
    """Compare `first[n]` with `second[n]` for every n."""
    words = lexicon()
    return align(names_of(first, words), names_of(second, words), truncated)


def align(one: Names, two: Names, truncated: npt.NDArray[np.bool_] | None = None) -> Aligned:
    """Compare the n-th name of `one` with the n-th of `two` for every n; both stand in one lexicon. `truncated[n]`:
    the last part of the n-th name of `one` may be cut short."""
    may = _compared(one, two, *np.nonzero(_worth_comparing(one, two)))
    flags1, flags2 = one.flags[may.first, may.pair], two.flags[may.second, may.pair]
    # A join must earn its place: it is only taken where it is nearly the same, or two parts would too easily be one.
    may.value[((flags1 | flags2) & JOIN > 0) & (may.value < 0.86)] = 0
    if truncated is not None and truncated.any():
        cut = (may.by == By.BEGINNING) & (flags1 & LAST > 0) & truncated[may.pair]
        may.value[cut] = np.maximum(may.value[cut], 0.95)
    return _measured(one, two, _met(one, two, may.only(np.flatnonzero(may.value >= MEETS))))


def _worth_comparing(one: Names, two: Names) -> Any:
    """Which parts of two names are worth a closer look: those that share two thirds of their letters or all but one."""
    bits1, bits2 = (np.bitwise_count(name.letters).astype(np.uint8) for name in (one, two))
    common = np.bitwise_count(one.letters[:, None] & two.letters[None])
    worth = 3 * common >= 2 * np.maximum(bits1[:, None], bits2[None])
    # One slip of the hand changes one letter of either, which in a short word is more than a third.
    short = np.minimum(one.size[:, None], two.size[None]) > 3
    worth |= short & (common + 1 >= np.maximum(bits1[:, None], bits2[None])) & (common > 0)
    script1, script2 = one.script, two.script
    if script1.any() or script2.any():
        worth |= script1[:, None] | script2[None]
    joins = slice(one.wide, None), slice(two.wide, None)
    parts = worth[: one.wide, : two.wide]
    initial1, initial2 = ((n.size[: n.wide] == 1) & ~n.script[: n.wide] for n in (one, two))
    parts |= initial1[:, None] | initial2[None]
    grouped1, grouped2 = (n.lexicon.column("grouped")[n.ids] for n in (one, two))
    parts |= grouped1[:, None] & grouped2[None]
    # A join has to be nearly the same as a part, so its length must be as well.
    for rows in ((joins[0], slice(0, two.wide)), (slice(0, one.wide), joins[1])):
        near = np.abs(one.size[rows[0], None] - two.size[None, rows[1]]) <= 2
        worth[rows] &= near | script1[rows[0], None] | script2[None, rows[1]]
    worth[joins] = False
    worth &= (one.cover > 0)[:, None]
    worth &= (two.cover > 0)[None]
    return worth


def _compared(one: Names, two: Names, first: Ints, second: Ints, pair: Ints) -> _Meetings:
    """Every different pair of parts compared once."""
    lexicon = one.lexicon
    left, right = _places(one, first, pair), _places(two, second, pair)
    unique, back = np.unique(left << 32 | right, return_inverse=True)
    alike = compare_parts(lexicon, unique >> 32, unique & 0xFFFFFFFF)
    channels = np.stack([alike.plain, alike.fold, alike.skeleton])
    return _Meetings(pair, first, second, alike.value[back], alike.by[back], channels.T[back])


def _places(names: Names, rows: Ints, pair: Ints) -> Ints:
    """The numbers of these parts in the lexicon. Joins are made only here: few are ever looked at closely."""
    found = np.zeros(len(rows), np.int64)
    is_part = rows < names.wide
    found[is_part] = names.ids[rows[is_part], pair[is_part]]
    at = np.flatnonzero(~is_part)
    if len(at):
        keys = [names.join_key(row, name) for row, name in zip(rows[at].tolist(), pair[at].tolist(), strict=True)]
        found[at] = names.lexicon.places(keys)
    return found


def _met(one: Names, two: Names, may: _Meetings) -> _Meetings:
    """The best meetings, one after the other, each part only once."""
    weight = np.minimum(one.weight[may.first, may.pair], two.weight[may.second, may.pair])
    # Two dear parts meet before two cheap ones, a join before its pieces.
    dear = may.value * (1 + 0.02 * weight)
    left = may.only(np.lexsort((-dear, may.pair)))
    cover1, cover2 = one.cover[left.first, left.pair], two.cover[left.second, left.pair]
    used1, used2 = np.zeros(len(one.parts), np.uint16), np.zeros(len(two.parts), np.uint16)
    here = np.arange(len(left.pair))
    taken: list[Ints] = []
    while len(here):
        pairs = left.pair[here]
        best = here[np.append(True, pairs[1:] != pairs[:-1])]
        taken.append(best)
        used1[left.pair[best]] |= cover1[best]
        used2[left.pair[best]] |= cover2[best]
        here = here[(cover1[here] & used1[pairs] == 0) & (cover2[here] & used2[pairs] == 0)]
    return left.only(np.concatenate(taken) if taken else here)


def _measured(one: Names, two: Names, met: _Meetings) -> Aligned:
    """The measures. Sums go over rows one after the other, so that a score does not depend on its neighbours' width."""
    rows1, count = one.weight.shape
    n, i, j = met.pair, met.first, met.second
    at1, at2 = (i, n), (j, n)
    hit = np.zeros((rows1, count), bool)
    hit[at1] = True
    how = np.zeros((rows1, count), np.uint8)
    how[at1] = met.by
    got = np.zeros((rows1, count), np.float32)
    got[at1] = met.value
    to = np.full((rows1, count), -1, np.int8)
    to[at1] = j
    flags1, flags2, weight1, weight2 = one.flags, two.flags, one.weight, two.weight
    met_flags = np.zeros((rows1, count), np.uint8)
    met_flags[at1] = flags2[at2]
    light = (flags1 | met_flags) & LIGHT > 0
    heavy = hit & ~light
    weight = np.zeros((rows1, count), np.float32)
    weight[at1] = (weight1[at1] + weight2[at2]) / 2
    total = weight.sum(0)
    good = (weight * got).sum(0)

    lost1, lost2 = _lost(one, i, n), _lost(two, j, n)
    contradicted = np.minimum(lost1, lost2)
    missing = np.maximum(lost1, lost2) - contradicted

    cover = good / np.maximum(total + contradicted, 0.05)
    worst = np.where(heavy, got, 1).min(0, initial=1)
    worst = np.where(heavy.any(0), worst, 0)
    weak = (flags1 | met_flags) & (INITIAL | HALF | PATRONYMIC) > 0
    strong = heavy & (got >= 0.8) & ~weak
    # A join of two parts that met one part is one part of evidence.
    strong_count = strong.sum(0)
    rare = np.zeros((rows1, count), np.float32)
    rare[at1] = np.minimum(one.rare[at1], two.rare[at2]) * (met.value - 0.5) * 2
    rare = np.where(strong, rare, 0).sum(0)
    surname, given = _role_met(one, two, got, met)
    whole, ordered = _whole(one, two)

    def mean(channel: int) -> Any:
        likeness = np.zeros((rows1, count), np.float32)
        likeness[at1] = met.channels[:, channel]
        return (weight * likeness).sum(0) / np.maximum(total, 0.05)

    def counted(kind: By) -> Any:
        return np.minimum((heavy & (how == kind)).sum(0), 2)

    # A part that met only half is half a contradiction.
    doubt = np.where(heavy, np.clip((0.84 - got) / 0.26, 0, 1), 0)
    clash = contradicted + (weight * doubt).sum(0)
    clash_most = np.maximum(doubt.max(0, initial=0), np.minimum(contradicted, 1))
    joined = (hit & ((flags1 | met_flags) & JOIN > 0)).any(0)
    single = np.minimum(one.parts, two.parts) == 1
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
        mean(0),
        mean(1),
        mean(2),
        # An initial fits many; it says something beside a part that is surely met.
        counted(By.INITIAL) * (strong_count > 0),
        counted(By.NICKNAME),
        counted(By.LANGUAGE),
        counted(By.BEGINNING),
        counted(By.SCRIPT),
        single,
        joined,
        total < 0.3,
        np.minimum(clash, 2),
        clash_most,
        np.minimum(clash * np.minimum(strong_count, 3), 3),
    )
    measures = np.stack([column.astype(np.float32) for column in columns], axis=1)
    return Aligned(measures, *_by_place(one, two, to, how, got))


def _by_place(one: Names, two: Names, to: Any, how: Any, got: Any) -> tuple[Any, Any, Any]:
    """The meetings with joins at fixed places, so that pairs compared at different widths read alike."""
    shape = (to.shape[1], MOST_PARTS + len(one.first))
    to = np.where(to >= two.wide, to + (MOST_PARTS - two.wide), to)
    found = []
    for rows, nothing in ((to, -1), (how, 0), (got, 0)):
        placed = np.full(shape, nothing, rows.dtype)
        placed[:, : one.wide] = rows[: one.wide].T
        placed[:, MOST_PARTS:] = rows[one.wide :].T
        found.append(placed)
    return found[0].astype(np.int8), found[1], found[2]


def _lost(names: Names, rows: Ints, pair: Ints) -> Any:
    """The weight of the parts that met nothing."""
    used = np.zeros(len(names.parts), np.uint16)
    np.bitwise_or.at(used, pair, names.cover[rows, pair])
    cover = names.cover[: names.wide]
    return np.where((cover > 0) & (cover & used == 0), names.weight[: names.wide], 0).sum(0)


def _above(measure: Any, knee: float) -> Any:
    return np.maximum(measure - knee, 0) / (1 - knee)


def _role_met(one: Names, two: Names, got: Floats, met: _Meetings) -> list[Any]:
    """How well the parts somebody called surname were met, from the worse side; the others likewise."""
    back = np.zeros(two.weight.shape, np.float32)
    back[met.second, met.pair] = met.value
    sides = [(names, _through_joins(names, likeness)) for names, likeness in ((one, got), (two, back))]
    whole = np.maximum(*(_mean(names, covered, _real(names)) for names, covered in sides))
    found = []
    for is_surname in (True, False):
        means = []
        for names, covered in sides:
            real = _real(names)
            called = names.flags[: names.wide] & SURNAME > 0
            told = (real & called).any(0)
            mine = real & (called == is_surname)
            means.append(np.where(told & mine.any(0), _mean(names, covered, mine), np.nan))
        low = np.fmin(*means)
        found.append(np.where(np.isnan(low), whole, low))
    return found


def _real(names: Names) -> Any:
    return (names.cover[: names.wide] > 0) & (names.flags[: names.wide] & LIGHT == 0)


def _through_joins(names: Names, likeness: Floats) -> Any:
    """How well each part was met; one that was met only inside a join, as well as the join."""
    covered = likeness[: names.wide].copy()
    for join in range(names.wide, len(likeness)):
        at = np.flatnonzero(likeness[join] > 0)
        if len(at):
            inside = names.cover[: names.wide, at] & names.cover[join, at] > 0
            covered[:, at] = np.maximum(covered[:, at], np.where(inside, likeness[join, at], 0))
    return covered


def _mean(names: Names, covered: Any, mine: Any) -> Any:
    weight = np.where(mine, names.weight[: names.wide], 0)
    return (weight * covered).sum(0) / np.maximum(weight.sum(0), 0.01)


def _whole(one: Names, two: Names) -> tuple[Floats, Floats]:
    whole, ordered = (
        process.cpdist(first, second, scorer=OSA.normalized_similarity, dtype=np.float32, workers=1)
        for first, second in ((one.whole, two.whole), (one.ends, two.ends))
    )
    return np.maximum(whole, ordered), ordered
