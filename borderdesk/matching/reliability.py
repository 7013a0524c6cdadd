"""Whether a score means what it says: of what scores 0.9, nine in ten ought to be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

BINS: Final = (0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
"""Scores between which the share of right ones is counted."""

NINE_IN_TEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Bin:
    """Of what scores between `low` and `high`: what the scores say on average, the share that is right, how many."""

    low: float
    high: float
    says: float
    right: float
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """The table; the share that is right of all that score 0.9 or more, and how many do."""

    bins: tuple[Bin, ...]
    right_from_09: float
    count_from_09: int


def reliability(scores: Sequence[float] | Any, right: Sequence[bool] | Any) -> Reliability:
    """The table of these scores and of whether each was right."""
    score, truth = np.asarray(scores, float), np.asarray(right, bool)
    bins = [
        Bin(low, high, float(score[mine].mean()), float(truth[mine].mean()), int(mine.sum()))
        for low, high in pairwise(BINS)
        if (mine := (score >= low) & ((score < high) | (high == BINS[-1]))).any()
    ]
    high = score >= NINE_IN_TEN
    return Reliability(tuple(bins), float(truth[high].mean()) if high.any() else 0.0, int(high.sum()))
