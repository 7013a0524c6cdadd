"""What a threshold would have done, from the officers' own decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

STEPS: Final = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99)
"""The thresholds that are looked at."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A candidate that an officer confirmed or refused, with the score it was shown with."""

    score: float
    confirmed: bool
    list: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one threshold would have done: confirmed candidates shown and lost, refused ones shown and spared."""

    threshold: float
    confirmed_shown: int
    confirmed_lost: int
    refused_shown: int
    refused_spared: int


def effects(decisions: Iterable[Decision], steps: Sequence[float] = STEPS) -> tuple[Effect, ...]:
    """The effect of every step on these decisions.

    Only what was once shown can be judged: nothing here speaks of candidates that never reached an officer.
    """
    known = tuple(decisions)
    return tuple(
        Effect(
            step,
            sum(one.confirmed and one.score >= step for one in known),
            sum(one.confirmed and one.score < step for one in known),
            sum(not one.confirmed and one.score >= step for one in known),
            sum(not one.confirmed and one.score < step for one in known),
        )
        for step in steps
    )


def highest_without_loss(found: Sequence[Effect], allowed: float = 0.0) -> Effect | None:
    """The highest threshold that loses at most this share of the confirmed; None where nothing was ever confirmed."""
    fitting = [
        effect
        for effect in found
        if (whole := effect.confirmed_shown + effect.confirmed_lost) and effect.confirmed_lost <= allowed * whole
    ]
    return max(fitting, key=lambda effect: effect.threshold, default=None)
