"""The score: a few dozen coefficients over the measures of names and facts, read from a data file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching import align, facts
from borderdesk.matching.tables import table

BENDS: Final = (-2.0, 0.0, 2.0, 4.0, 7.0)
"""Where the line over the names' log-odds bends; the last is where it ends, as far as learning goes."""

TOP: Final = 13.0
"""Up to here a still rarer and fuller name goes on to count, with the last slope, unless the births contradict: then
namesakes are likelier than a slip, however rare their name."""

NOTHING_IN_COMMON: Final = -5.0
"""Log-odds of two names without a common part."""

_CONTRADICTING: Final = [facts.MEASURES.index(f"birth {level.value}") for level in facts.CONTRADICTING]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """All that was learned. Each number is in log-odds per unit of its measure."""

    name_bias: float
    names: Mapping[str, float]
    bias: float
    slopes: tuple[float, ...]
    facts: Mapping[str, float]

    def as_plain(self) -> dict[str, object]:
        """The form of the data file."""
        return {
            "name_bias": round(self.name_bias, 4),
            "names": {name: round(value, 4) for name, value in self.names.items() if abs(value) >= 0.00005},
            "bias": round(self.bias, 4),
            "slopes": [round(slope, 4) for slope in self.slopes],
            "facts": dict(self.facts),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Coefficients:
        """The inverse of `as_plain`."""
        return cls(plain["name_bias"], plain["names"], plain["bias"], tuple(plain["slopes"]), plain["facts"])

    def of_names(self, measures: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """What the names alone say, in log-odds of the whole score, for every row of measures."""
        weights = np.array([self.names.get(name, 0.0) for name in align.MEASURES])
        # Sums over more columns of nothing differ in the last digits; a score must not depend on its neighbours.
        return self.of_name_odds(np.round(measures @ weights + self.name_bias, 4))

    def of_name_odds(self, odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What log-odds of the names alone weigh among those of the whole score."""
        rarer = np.clip(odds, BENDS[-1], TOP) - BENDS[-1]
        found: npt.NDArray[np.float64] = bent(odds) @ np.array(self.slopes) + self.bias + rarer * self.slopes[-1]
        return found

    def of_named(self, names: npt.NDArray[np.float64], contradicted: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """What the names say where the births may contradict: then a rare name counts for no more than a full one."""
        return np.where(contradicted, np.minimum(names, _full_name(self.slopes, self.bias)), names)

    def of_all(self, names: npt.NDArray[np.float64], measures: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """The log-odds of the whole score, from what the names say and the measures of the facts."""
        return self.of_named(names, np.any(measures[:, _CONTRADICTING] > 0, axis=1)) + self.of_facts(measures)

    def of_nothing(self) -> float:
        """What is said where there is no name to compare: as two names that have nothing in common."""
        return float((bent(np.array([NOTHING_IN_COMMON])) @ np.array(self.slopes))[0] + self.bias)

    def of_facts(self, measures: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """What the facts add, in log-odds."""
        found: npt.NDArray[np.float64] = measures @ np.array([self.facts[name] for name in facts.MEASURES])
        return found


@cache
def _full_name(slopes: tuple[float, ...], bias: float) -> float:
    """What a full name says, however rare."""
    return float((bent(np.array([BENDS[-1]])) @ np.array(slopes))[0] + bias)


def bent(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The log-odds of names cut into pieces between `BENDS`, one column per piece; each grows with the odds."""
    columns = [np.minimum(odds, BENDS[0])]
    columns += [np.clip(odds, low, high) - low for low, high in pairwise(BENDS)]
    return np.column_stack(columns)


def chance(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Log-odds as a probability between 0 and 1."""
    found: npt.NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return found


class _InUse:
    tried: ClassVar[Coefficients | None] = None


def coefficients() -> Coefficients:
    """What was learned: `data/coefficients.json`, but while others are tried (`trying`)."""
    return _InUse.tried or _shipped()


def use_coefficients(given: Coefficients | None) -> None:
    """Put others in use; None for those of the data file."""
    _InUse.tried = given


@cache
def _shipped() -> Coefficients:
    return Coefficients.from_plain(table("coefficients"))
