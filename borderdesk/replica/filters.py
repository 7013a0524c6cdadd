"""Which skeletons a list does not hold, told from memory.

A search one edit around a number probes some five hundred places of the table, of which hardly any exist. In a list of
128 million each probe would fetch and decrypt a page of its own. So every part of a list has a Bloom filter (eight bits
a document, three probes: three pages in a hundred are fetched in vain); those of the parts asked for are kept in
memory. What deltas add is noted beside them; what they take out only makes a filter a little less sharp. A filter can
say *perhaps* where nothing is, never *no* where something is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from borderdesk.replica.packed import PARTS, parts_of

_BITS_EACH: Final = 8
_SPREADERS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_HALF: Final = np.uint64(32)
_LOW_HALF: Final = np.uint64(0xFFFFFFFF)

Numbers = npt.NDArray[np.int64]


def write_filter(db: Database, slot: int, part: int, skeletons: Numbers) -> None:
    """Make the filter of a part from all its skeletons."""
    size = max(64, -(-_BITS_EACH * len(skeletons) // 8) * 8)
    marked = np.zeros(size, bool)
    for probe in _probes(skeletons, np.uint64(size)):
        marked[probe] = True
    bits = np.packbits(marked, bitorder="little").tobytes()
    db.conn.execute("INSERT INTO skeleton_filters VALUES (?, ?, ?, ?)", (slot, part, size, bits))


def note_added(db: Database, slot: int, skeletons: Iterable[int]) -> None:
    """Note skeletons that a delta brought to a list after its filters were made."""
    packed = np.array(sorted(set(skeletons)), "<i8")
    if len(packed):
        db.conn.execute("INSERT INTO skeletons_added (slot, skeletons) VALUES (?, ?)", (slot, packed.tobytes()))


def forget_filter(db: Database, slot: int, part: int) -> None:
    """Delete the filter of a part."""
    db.conn.execute("DELETE FROM skeleton_filters WHERE slot = ? AND part = ?", (slot, part))


def forget_added(db: Database, slot: int) -> None:
    """Delete what was noted of a list."""
    db.conn.execute("DELETE FROM skeletons_added WHERE slot = ?", (slot,))


class Filters:
    """The filters of all lists, as far as they were asked for. Kept by a replica for all its threads.

    What was read stays true: filters are never changed, and skeletons are only ever added.
    """

    def __init__(self) -> None:
        self._lists: dict[int, _OfList] = {}

    def perhaps(self, db: Database, slot: int, skeletons: Numbers) -> Numbers:
        """Those of the skeletons that the list may hold."""
        known = self._lists.get(slot)
        if known is None:
            self._forget_replaced(db)
            known = self._lists[slot] = _OfList(db, slot)
        return known.perhaps(db, skeletons)

    def _forget_replaced(self, db: Database) -> None:
        """Free what is known of lists that are no longer in use: a new slot is asked for because one was replaced."""
        in_use = {slot for (slot,) in db.conn.execute("SELECT slot FROM lists")}
        for gone in self._lists.keys() - in_use:
            self._lists.pop(gone, None)


class _OfList:
    """The filters of one list, one behind the other in an array whose untouched parts take no memory."""

    def __init__(self, db: Database, slot: int) -> None:
        self._slot = slot
        self._sizes = np.zeros(PARTS, np.uint64)
        for part, size in db.conn.execute("SELECT part, size FROM skeleton_filters WHERE slot = ?", (slot,)):
            self._sizes[part] = size
        ends = np.cumsum(self._sizes // np.uint64(8))
        self._starts = ends - self._sizes // np.uint64(8)
        # One to spare, so that the start of an empty last part is a place too.
        self._bits = np.zeros(int(ends[-1]) + 1, np.uint8)
        self._read = np.zeros(PARTS, bool)
        # The last note read, and all skeletons noted: one value, so that no thread sees one without the other.
        self._added: tuple[int, Numbers] = (0, np.empty(0, np.int64))

    def perhaps(self, db: Database, skeletons: Numbers) -> Numbers:
        added = self._read_added(db)
        parts = parts_of(skeletons)
        missing = parts[~self._read[parts]]
        if len(missing):
            self._read_parts(db, np.unique(missing).tolist())
        sizes, starts = self._sizes[parts], self._starts[parts]
        # A list that came in before there were filters has none: everything may be there.
        marked = np.ones(len(skeletons), bool)
        for probe in _probes(skeletons, sizes):
            byte = self._bits[starts + (probe >> np.uint64(3))]
            marked &= (byte >> (probe & np.uint64(7)).astype(np.uint8) & 1).astype(bool)
        marked |= sizes == 0
        if len(added):
            place = np.minimum(np.searchsorted(added, skeletons), len(added) - 1)
            marked |= added[place] == skeletons
        return skeletons[marked]

    def _read_parts(self, db: Database, parts: list[int]) -> None:
        for part in parts:
            row = db.conn.execute(
                "SELECT bits FROM skeleton_filters WHERE slot = ? AND part = ?", (self._slot, part)
            ).fetchone()
            if row is not None:
                start = int(self._starts[part])
                self._bits[start : start + len(row[0])] = np.frombuffer(row[0], np.uint8)
            # After the bits: another thread that sees it set may use them.
            self._read[part] = True

    def _read_added(self, db: Database) -> Numbers:
        last, added = self._added
        fresh = db.conn.execute(
            "SELECT id, skeletons FROM skeletons_added WHERE slot = ? AND id > ?", (self._slot, last)
        ).fetchall()
        if fresh:
            added = np.unique(np.concatenate([added, *(np.frombuffer(blob, "<i8") for _, blob in fresh)]))
            self._added = (max(id_ for id_, _ in fresh), added)
        return added


def _probes(skeletons: Numbers, sizes: npt.NDArray[np.uint64] | np.uint64) -> Iterable[npt.NDArray[np.uint64]]:
    """Three places below `sizes` for each skeleton, from two hashes (double hashing; Kirsch and Mitzenmacher 2006)."""
    whole = skeletons.astype(np.uint64)
    first, second = ((whole * spreader) >> _HALF for spreader in _SPREADERS)
    for each in (first, second, (first + second) & _LOW_HALF):
        yield (each * sizes) >> _HALF
