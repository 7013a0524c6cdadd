"""How telling a name part is, from how many listed persons bear it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

from borderdesk.matching.forgetting import forgettable
from borderdesk.matching.sounds import fold
from borderdesk.matching.tables import table

_NEVER_SEEN: Final = 1.3


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of so many `persons` bear a name part, by its sound (`sounds.fold`)."""

    persons: int
    bearers: Mapping[str, int]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Counts:
        """From the content of `data/common.json`."""
        return cls(plain["persons"], plain["counts"])


class _InUse:
    counts: ClassVar[Counts] = Counts.from_plain(table("common"))


def counts() -> Counts:
    """The counts in use: those of `data/common.json`, but while others are tried (`trying`)."""
    return _InUse.counts


def use_counts(given: Counts) -> None:
    """Put other counts in use. What was made ready by the old ones must be forgotten too: `trying` does both."""
    _InUse.counts = given
    rarity.cache_clear()


@forgettable
@lru_cache(maxsize=65_536)
def rarity(latin: str) -> float:
    """How telling a part is: about 0.4 for the commonest (Muhammad) to 1.3 for one never seen."""
    return rarity_of_fold(fold(latin))


def rarity_of_fold(folded: str) -> float:
    """As `rarity`, of a part whose fold this is."""
    known = _InUse.counts
    count = known.bearers.get(folded)
    return _NEVER_SEEN if count is None else _NEVER_SEEN - 0.065 * math.log2(1 + count * 20_000 / known.persons)
