"""One delta instead of many: what a desk that was away for weeks fetches in one piece."""

from __future__ import annotations

from collections.abc import Iterable

from borderdesk.ids import RecordKey
from borderdesk.watchlist import Delta, Record, Withdrawal

LADDER = (1, 2, 4, 8, 16, 32, 64)
"""Spans of the aligned deltas that a mirror or stick carries, in editions."""


def merge(deltas: Iterable[Delta]) -> Delta:
    """The one delta that does what these, in order, do. Raises ValueError where they do not follow each other.

    Exact, because deltas carry absolute values: the last word on a key is the only one that counts. What was added
    and withdrawn in between stays as a withdrawal; to a desk that never had the record it is harmless.
    """
    steps = list(deltas)
    if not steps:
        raise ValueError("nothing to merge")
    last: dict[RecordKey, Record | Withdrawal] = {}
    for before, step in zip([None, *steps], steps, strict=False):
        if before is not None and (step.base, step.edition.watchlist) != (
            before.edition.number,
            before.edition.watchlist,
        ):
            raise ValueError(f"a delta from {step.base} does not follow one to {before.edition.number}")
        for withdrawal in step.withdrawals:
            last[withdrawal.key] = withdrawal
        for record in step.records:
            last[record.key] = record
    return Delta(
        base=steps[0].base,
        edition=steps[-1].edition,
        withdrawals=tuple(change for change in last.values() if isinstance(change, Withdrawal)),
        records=tuple(change for change in last.values() if not isinstance(change, Withdrawal)),
    )


def rungs(edition: int) -> list[int]:
    """The bases of the aligned deltas that end at `edition`: of every span that divides it, 1, 2, 4 … 64.

    A desk forty editions behind needs two to seven of these files; each is made once, when its edition is published,
    and never again.
    """
    return [edition - span for span in LADDER if edition % span == 0 and edition - span > 0]
