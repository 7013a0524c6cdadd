"""Learning the coefficients: a logistic regression whose signs are fixed, in plain numpy.

Fixed signs are what makes the score monotone: more agreement can never lower it. Two steps. First the measures of
names, on pairs that names alone can tell apart. Then the whole: a bent line over the first result (so that a name alone
never makes a certainty) plus what each fact adds, on all pairs, once with their facts and once without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching import align, facts
from borderdesk.matching.align import align_all as aligned
from borderdesk.matching.facts import ListedFacts, measure_facts
from borderdesk.matching.model import BENDS, TOP, Coefficients, bent
from borderdesk.matching.prepared import Prepared
from borderdesk.matching.types import PersonQuery

Floats = npt.NDArray[np.float64]

AGAINST: Final = frozenset(
    (
        "contradicted", "contradicted_some", "missing", "missing_more", "nickname", "language", "beginning",
        "script", "single", "joined", "nothing", "clash", "clash_most", "clash_given",
    )
)  # fmt: skip
"""Measures of names that may only lower the score; all others may only raise it."""

MANY_YEARS: Final = -math.log(8)
"""One of n years agrees n times as easily as one, so that the agreement counts for ln n less (see `facts.MEASURES`)."""

FACT_BOUNDS: Final = {
    "birth same": (0.0, 9.0),
    "birth slip": (0.0, 9.0),
    "birth same year": (0.0, 9.0),
    "birth several years": (MANY_YEARS, MANY_YEARS),
    "nationality same": (0.0, 9.0),
    "nationality other": (-2.5, 0.0),
    "sex same": (0.0, 9.0),
    "sex other": (-3.0, 0.0),
}
"""Bounds of the facts. Whoever hides travels on another State's passport, and sex is often misrecorded: neither may
outweigh a name and a birth date, however clean the pairs learned from."""

SET_BY_HAND: Final = {"birth other calendar": 2.0, "place same": 1.0, "document same": 14.0}
"""Facts that occur in no pair to learn from."""

SLIPS_COUNT_LESS: Final = {"birth slip": 0.5, "birth one digit": 1.0}
"""By how much a birth date with a slip counts less than the same one, at least."""

SLIPS_COUNT_AT_LEAST: Final = {"birth slip": 3.5, "birth one digit": 2.5}
"""What slips say at least, in log-odds. One birth date in fifty is written with a slip, one in a hundred with another
digit; one stranger in 2,400 is born so near, and one in 1,500. Names taken off a list come with dates that hold no
slips."""

LEAST_SLOPE: Final = 0.25
"""Better names always rank higher, even where they no longer make a match more likely."""


def constraints() -> dict[str, Any]:
    """Every bound that holds whatever the pairs say, as the data file states it."""
    return {
        "only lower": sorted(AGAINST),
        "only raise": sorted(set(align.MEASURES) - AGAINST),
        "bounds of facts": {name: list(bounds) for name, bounds in FACT_BOUNDS.items()},
        "occur in no pair": dict(SET_BY_HAND),
        "slips count at least": dict(SLIPS_COUNT_AT_LEAST),
        "slips count less than the same date by": dict(SLIPS_COUNT_LESS),
        "slope of names at least": LEAST_SLOPE,
        "names bend at": [*BENDS, TOP],
    }


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """One pair to learn from: every way to read either name, the facts, and whether it is one person.

    `names_tell` is False where names alone cannot tell (namesakes; aliases that share nothing): such pairs are kept
    out of the first step. `weight` counts the pair.
    """

    asked: tuple[Prepared, ...]
    listed: tuple[Prepared, ...]
    query: PersonQuery
    facts: ListedFacts
    same_person: bool
    names_tell: bool = True
    facts_tell: bool = True
    weight: float = 1.0
    truncated: bool = False


def learn(pairs: list[LabelledPair], *, ridge: float = 3.0, rounds: int = 3) -> Coefficients:
    """The coefficients that make these labels most likely. Needs a few thousand pairs; seconds."""
    kept = [pair for pair in pairs if pair.asked and pair.listed]
    measures, owner = _all_ways(kept)
    label = np.array([pair.same_person for pair in kept], float)
    weight = np.array([pair.weight for pair in kept])
    telling = np.array([pair.names_tell for pair in kept])
    low = np.array([-np.inf if name in AGAINST else 0.0 for name in align.MEASURES])
    high = np.array([0.0 if name in AGAINST else np.inf for name in align.MEASURES])
    best = _best_way(owner, measures[:, 0], len(kept))
    slopes, bias = np.zeros(len(low)), 0.0
    for _ in range(rounds):
        slopes, bias = fit(measures[best][telling], label[telling], weight[telling], low, high, ridge=ridge)
        best = _best_way(owner, measures @ slopes, len(kept))
    named = measures[best] @ slopes + bias
    fact_rows, _ = measure_facts([pair.query for pair in kept], [pair.facts for pair in kept])
    whole_bias, whole = _learn_whole(kept, named, fact_rows.astype(float), label, weight)
    return Coefficients(
        name_bias=float(bias),
        names=dict(zip(align.MEASURES, (float(value) for value in slopes), strict=True)),
        bias=whole_bias,
        slopes=tuple(float(value) for value in whole[: len(BENDS)]),
        facts=ordered_facts(dict(zip(facts.MEASURES, (float(v) for v in whole[len(BENDS) :]), strict=True))),
    )


def _learn_whole(
    pairs: list[LabelledPair], named: Floats, fact_rows: Floats, label: Floats, weight: Floats
) -> tuple[float, Floats]:
    lines = bent(named)
    usable = np.array([pair.facts_tell for pair in pairs])
    rows = np.vstack([np.hstack([lines, fact_rows]), np.hstack([lines, 0 * fact_rows])])[np.tile(usable, 2)]
    labels = np.tile(label, 2)[np.tile(usable, 2)]
    weights = np.concatenate([weight, weight / 2])[np.tile(usable, 2)]
    bounds = [FACT_BOUNDS.get(name, (-9.0, 9.0)) for name in facts.MEASURES]
    low = np.array([LEAST_SLOPE] * len(BENDS) + [bound[0] for bound in bounds])
    high = np.array([np.inf] * len(BENDS) + [bound[1] for bound in bounds])
    found, bias = fit(rows, labels, weights, low, high, ridge=0.5)
    return float(bias), found


def ordered_facts(found: dict[str, float]) -> dict[str, float]:
    """Set what cannot be learned, and keep a better agreement of birth dates from counting less than a worse one."""
    ordered = {**found, **SET_BY_HAND}
    falling = ("slip", "one digit", "some parts", "near", "other")
    values = [ordered[f"birth {level}"] for level in falling]
    for at in range(len(values) - 1, 0, -1):
        values[at - 1] = max(values[at - 1], values[at])
    ordered.update({f"birth {level}": value for level, value in zip(falling, values, strict=True)})
    ordered["birth near year"] = min(ordered["birth near year"], ordered["birth same year"])
    ordered["birth several years"] = max(ordered["birth several years"], -ordered["birth same year"])
    ordered["birth same"] = max(value for name, value in ordered.items() if name.startswith("birth "))
    # The pairs learned from hold far more slips than travellers make.
    for level, less in SLIPS_COUNT_LESS.items():
        ordered[level] = min(max(ordered[level], SLIPS_COUNT_AT_LEAST[level]), ordered["birth same"] - less)
    return {name: round(ordered[name], 3) for name in facts.MEASURES}


def fit(
    rows: Floats, label: Floats, weight: Floats, low: Floats, high: Floats, *, ridge: float, steps: int = 60
) -> tuple[Floats, float]:
    """Logistic regression with a ridge and bounds: Newton's steps, each a bounded quadratic solved one slope at a time.

    Returns the slopes and what is added to their sum.
    """
    middle, spread = rows.mean(0), rows.std(0) + 1e-6
    scaled = np.column_stack([(rows - middle) / spread, np.ones(len(rows))])
    low, high = np.append(low * spread, -np.inf), np.append(high * spread, np.inf)
    penalty = np.append(np.full(rows.shape[1], ridge), 0)

    def loss(at: Floats) -> float:
        odds = scaled @ at
        return float((weight * (np.logaddexp(0, odds) - label * odds)).sum() + (penalty * at * at).sum() / 2)

    at = np.clip(np.zeros(scaled.shape[1]), low, high)
    reached = loss(at)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-scaled @ at))
        slope = scaled.T @ (weight * (chance - label)) + penalty * at
        curve = (scaled * (weight * chance * (1 - chance))[:, None]).T @ scaled + np.diag(penalty + 1e-9)
        aim = _bounded(at, slope, curve, low, high)
        share = 1.0
        while (got := loss(at + share * (aim - at))) > reached and share > 1e-6:
            share /= 2
        if reached - got <= 1e-9 * max(1.0, abs(reached)):
            break
        at, reached = at + share * (aim - at), got
    slopes = at[:-1] / spread
    return slopes, float(at[-1] - (slopes * middle).sum())


def _bounded(at: Floats, slope: Floats, curve: Floats, low: Floats, high: Floats) -> Floats:
    """Where a quadratic with this slope and curve at `at` is least, within bounds."""
    aim, rest = at.copy(), slope.copy()
    for _ in range(500):
        moved = 0.0
        for n in range(len(aim)):
            new = min(max(aim[n] - rest[n] / curve[n, n], low[n]), high[n])
            rest += curve[:, n] * (new - aim[n])
            moved = max(moved, abs(new - aim[n]))
            aim[n] = new
        if moved < 1e-8:
            break
    return aim


def _all_ways(pairs: list[LabelledPair]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The measures of every way to read every pair, and whose they are."""
    ways = [(n, a, b) for n, pair in enumerate(pairs) for a in pair.asked for b in pair.listed]
    blocks = [
        aligned(
            [a for _, a, _ in ways[at : at + 4096]],
            [b for _, _, b in ways[at : at + 4096]],
            np.array([pairs[n].truncated for n, _, _ in ways[at : at + 4096]]),
        ).measures
        for at in range(0, len(ways), 4096)
    ]
    return np.vstack(blocks).astype(float), np.array([n for n, _, _ in ways])


def _best_way(owner: npt.NDArray[np.int64], value: Floats, count: int) -> npt.NDArray[np.int64]:
    order = np.lexsort((-value, owner))
    best: npt.NDArray[np.int64] = order[np.unique(owner[order], return_index=True)[1]]
    if len(best) != count:
        raise ValueError("every pair needs a way to be read")
    return best
