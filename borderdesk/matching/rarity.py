"""How telling a name part is, from how many listed persons bear it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from borderdesk.matching.sounds import fold
from borderdesk.matching.tables import table

_COMMON: Final[dict[str, float]] = table("common")["counts"]
_PERSONS: Final[float] = table("common")["persons"]
_NEVER_SEEN: Final = 1.3


@lru_cache(maxsize=65_536)
def rarity(latin: str) -> float:
    """How telling a part is: about 0.4 for the commonest (Muhammad) to 1.3 for one never seen."""
    return rarity_of_fold(fold(latin))


def rarity_of_fold(folded: str) -> float:
    """As `rarity`, of a part whose fold this is."""
    count = _COMMON.get(folded)
    return _NEVER_SEEN if count is None else _NEVER_SEEN - 0.065 * math.log2(1 + count * 20_000 / _PERSONS)
