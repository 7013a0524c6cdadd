"""Which skeletons a list does not hold, told from memory.

A search one edit around a number probes some five hundred places of the table, of which hardly any exist. In a list of
128 million each probe would fetch and decrypt a page of its own. So every part of a list has a Bloom filter (eight bits
a document, two probes: one page in twenty is fetched in vain); those of the parts asked for are kept in memory. What
deltas add is noted beside them; what they take out only makes a filter a little less sharp. A filter can say *perhaps*
where nothing is, never *no* where something is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from borderdesk.replica.packed import part_of

_BITS_EACH: Final = 8
_FIRST: Final = 0x9E3779B97F4A7C15
_SECOND: Final = 0xC2B2AE3D27D4EB4F
_WORD: Final = (1 << 64) - 1
_SHIFT: Final = 20


def write_filter(db: Database, slot: int, part: int, skeletons: npt.NDArray[np.int64]) -> None:
    """Make the filter of a part from all its skeletons."""
    size = max(64, _BITS_EACH * len(skeletons))
    marked = np.zeros(size, bool)
    for factor in (_FIRST, _SECOND):
        spread = skeletons.astype(np.uint64) * np.uint64(factor)
        marked[(spread >> np.uint64(_SHIFT)) % np.uint64(size)] = True
    bits = np.packbits(marked, bitorder="little").tobytes()
    db.conn.execute("INSERT INTO filters VALUES (?, ?, ?, ?)", (slot, part, size, bits))


def note_added(db: Database, slot: int, skeletons: Iterable[int]) -> None:
    """Note skeletons that a delta brought to a list after its filters were made."""
    db.conn.executemany("INSERT INTO added_skeletons (slot, skeleton) VALUES (?, ?)", [(slot, s) for s in skeletons])


class Filters:
    """The filters of all lists, as far as they were asked for. Kept by a replica for all its threads.

    What was read stays true: filters are never changed, and skeletons are only ever added.
    """

    def __init__(self) -> None:
        self._parts: dict[tuple[int, int], tuple[int, bytes]] = {}
        self._added: dict[int, tuple[int, frozenset[int]]] = {}

    def perhaps(self, db: Database, slot: int, skeletons: Iterable[int]) -> set[int]:
        """Those of the skeletons that the list may hold."""
        added = self._added_to(db, slot)
        found: set[int] = set()
        for skeleton in skeletons:
            known = self._part(db, slot, part_of(skeleton))
            if known is None:
                found.add(skeleton)
                continue
            size, bits = known
            first = (((skeleton * _FIRST) & _WORD) >> _SHIFT) % size
            second = (((skeleton * _SECOND) & _WORD) >> _SHIFT) % size
            marked = bits[first >> 3] >> (first & 7) & bits[second >> 3] >> (second & 7) & 1
            if marked or skeleton in added:
                found.add(skeleton)
        return found

    def _part(self, db: Database, slot: int, part: int) -> tuple[int, bytes] | None:
        """A part's filter, or None for a list that came in before there were filters."""
        known = self._parts.get((slot, part))
        if known is None:
            known = db.conn.execute(
                "SELECT size, bits FROM filters WHERE slot = ? AND part = ?", (slot, part)
            ).fetchone()
            if known is not None:
                self._parts[slot, part] = known
        return known

    def _added_to(self, db: Database, slot: int) -> frozenset[int]:
        last, known = self._added.get(slot, (0, frozenset()))
        rows = db.conn.execute("SELECT id, skeleton FROM added_skeletons WHERE slot = ? AND id > ?", (slot, last))
        fresh = rows.fetchall()
        if fresh:
            known |= {skeleton for _, skeleton in fresh}
            self._added[slot] = (max(id_ for id_, _ in fresh), known)
        return known
