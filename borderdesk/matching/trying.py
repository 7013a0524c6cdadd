"""Other coefficients and counts than the shipped ones, for as long as they are tried: for learning, and for judging
what was learned from one part of the people by the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from borderdesk.matching.lexicon import forget_lexicon
from borderdesk.matching.model import Coefficients, coefficients, use_coefficients
from borderdesk.matching.rarity import Counts, counts, use_counts


@contextmanager
def trying(*, learned: Coefficients | None = None, bearers: Counts | None = None) -> Iterator[None]:
    """Score by these coefficients, and call parts rare by these counts, until the block ends.

    An index holds what its words weigh: make it anew inside. For a process that does nothing else meanwhile.
    """
    before, before_counts = coefficients(), counts()
    use_coefficients(learned or before)
    if bearers is not None:
        use_counts(bearers)
        forget_lexicon()
    try:
        yield
    finally:
        use_coefficients(before)
        if bearers is not None:
            use_counts(before_counts)
            forget_lexicon()
