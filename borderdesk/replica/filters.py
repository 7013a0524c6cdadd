"""Which skeletons a list does not hold, told from memory.

A search one edit around a number probes some five hundred places of the table, of which hardly any exist. In a list of
128 million each probe would fetch and decrypt a page of its own. So every part of a list has a Bloom filter made of
64-bit words: twelve bits a document, of which each sets five of one word, so that a probe is one access to memory, and
one page in a hundred is fetched in vain. Filters are kept in memory, read when first asked for or all at once
(`Filters.read_all`). Which skeletons deltas touched is noted beside them, and exactly. A filter can say *perhaps* where
nothing is, never *no* where something is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from borderdesk.replica.packed import PARTS, parts_of

_BITS_EACH: Final = 12
_BITS_SET: Final = 5
_WORD_BITS: Final = 64
_PLACE_BITS: Final = np.uint64(6)
_PLACE: Final = np.uint64(_WORD_BITS - 1)
_ONE: Final = np.uint64(1)
_HALF: Final = np.uint64(32)
_SPREADERS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))

Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


def write_filter(db: Database, slot: int, part: int, skeletons: Numbers) -> None:
    """Make the filter of a part from all its skeletons."""
    words = np.zeros(max(1, -(-_BITS_EACH * len(skeletons) // _WORD_BITS)), np.uint64)
    places, bits = _marks(skeletons, np.uint64(len(words)))
    np.bitwise_or.at(words, places, bits)
    db.conn.execute(
        "INSERT INTO word_filters VALUES (?, ?, ?, ?)", (slot, part, len(words), words.astype("<u8").tobytes())
    )


def note_touched(db: Database, slot: int, skeletons: Iterable[int]) -> None:
    """Note the skeletons of what a delta brought, changed or withdrew."""
    packed = np.array(sorted(set(skeletons)), "<i8")
    if len(packed):
        db.conn.execute("INSERT INTO skeletons_touched (slot, skeletons) VALUES (?, ?)", (slot, packed.tobytes()))


def forget_filter(db: Database, slot: int, part: int) -> None:
    """Delete the filter of a part."""
    db.conn.execute("DELETE FROM word_filters WHERE slot = ? AND part = ?", (slot, part))


def forget_touched(db: Database, slot: int) -> None:
    """Delete what was noted of a list."""
    db.conn.execute("DELETE FROM skeletons_touched WHERE slot = ?", (slot,))


class Filters:
    """The filters of all lists, as far as they were asked for. Kept by a replica for all its threads.

    What was read stays true: filters are never changed, and skeletons are only ever noted.
    """

    def __init__(self) -> None:
        self._lists: dict[int, _OfList] = {}

    def perhaps(self, db: Database, slot: int, skeletons: Numbers) -> Mask:
        """Which of the skeletons may be in the list as it came in whole."""
        return self._of(db, slot).perhaps(db, skeletons)

    def touched(self, db: Database, slot: int, skeletons: Numbers) -> Mask:
        """Which of the skeletons deltas touched since. `db` must see committed states only."""
        return self._of(db, slot).touched(db, skeletons)

    def read_all(self, db: Database, slot: int, go_on: Callable[[], bool]) -> None:
        """Read what is not in memory yet, as long as `go_on` says so: asking then waits for no filter."""
        self._of(db, slot).read_all(db, go_on)

    def _of(self, db: Database, slot: int) -> _OfList:
        known = self._lists.get(slot)
        if known is None:
            self._forget_replaced(db)
            known = self._lists.setdefault(slot, _OfList(db, slot))
        return known

    def _forget_replaced(self, db: Database) -> None:
        """Free what is known of lists that are no longer in use: a new slot is asked for because one was replaced."""
        in_use = {slot for (slot,) in db.conn.execute("SELECT slot FROM lists")}
        for gone in self._lists.keys() - in_use:
            self._lists.pop(gone, None)


class _Touched(NamedTuple):
    """The last note read, and all skeletons noted: one value, so that no thread sees one without the other."""

    last: int
    skeletons: Numbers


class _OfList:
    """The filters of one list, one behind the other in an array whose untouched parts take no memory."""

    def __init__(self, db: Database, slot: int) -> None:
        self._slot = slot
        self._sizes = np.zeros(PARTS, np.uint64)
        for part, size in db.conn.execute("SELECT part, size FROM word_filters WHERE slot = ?", (slot,)):
            self._sizes[part] = size
        ends = np.cumsum(self._sizes)
        self._starts = ends - self._sizes
        # One to spare, so that the start of an empty last part is a place too.
        self._words = np.zeros(int(ends[-1]) + 1, np.uint64)
        self._read = np.zeros(PARTS, bool)
        self._touched = _Touched(0, np.empty(0, np.int64))

    def perhaps(self, db: Database, skeletons: Numbers) -> Mask:
        parts = parts_of(skeletons)
        read = self._read[parts]
        if not read.all():
            self._read_parts(db, np.unique(parts[~read]).tolist())
        sizes = self._sizes[parts]
        places, bits = _marks(skeletons, sizes)
        # A list that came in before there were filters has none: everything may be there.
        perhaps: Mask = (self._words[self._starts[parts] + places] & bits == bits) | (sizes == 0)
        return perhaps

    def touched(self, db: Database, skeletons: Numbers) -> Mask:
        noted = self._read_touched(db)
        if not len(noted):
            return np.zeros(len(skeletons), bool)
        place = np.minimum(np.searchsorted(noted, skeletons), len(noted) - 1)
        touched: Mask = noted[place] == skeletons
        return touched

    def read_all(self, db: Database, go_on: Callable[[], bool]) -> None:
        self._read_touched(db)
        for part in np.flatnonzero(~self._read).tolist():
            if not go_on():
                return
            self._read_parts(db, [part])

    def _read_parts(self, db: Database, parts: list[int]) -> None:
        for part in parts:
            row = db.conn.execute(
                "SELECT words FROM word_filters WHERE slot = ? AND part = ?", (self._slot, part)
            ).fetchone()
            if row is not None:
                start = int(self._starts[part])
                words = np.frombuffer(row[0], "<u8")
                self._words[start : start + len(words)] = words
            # After the words: another thread that sees it set may use them.
            self._read[part] = True

    def _read_touched(self, db: Database) -> Numbers:
        last, noted = self._touched
        fresh = db.conn.execute(
            "SELECT id, skeletons FROM skeletons_touched WHERE slot = ? AND id > ?", (self._slot, last)
        ).fetchall()
        if fresh:
            noted = np.unique(np.concatenate([noted, *(np.frombuffer(blob, "<i8") for _, blob in fresh)]))
            self._touched = _Touched(max(id_ for id_, _ in fresh), noted)
        return noted


def _marks(skeletons: Numbers, sizes: Words | np.uint64) -> tuple[Words, Words]:
    """For each skeleton the word below `sizes` that it marks, and the bits it sets there."""
    mixed = skeletons.astype(np.uint64) * _SPREADERS[0]
    mixed ^= mixed >> _HALF
    mixed *= _SPREADERS[1]
    places = ((mixed >> _HALF) * sizes) >> _HALF
    mixed ^= mixed >> _HALF
    bits = _ONE << (mixed & _PLACE)
    for _ in range(_BITS_SET - 1):
        mixed >>= _PLACE_BITS
        bits |= _ONE << (mixed & _PLACE)
    return places, bits
