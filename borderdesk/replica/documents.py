"""The documents of one list: filling, changing, searching.

A list that came in whole stands in one big table that is never changed again. What deltas bring, change and withdraw
stands in a small table above it, in the same order: a day's changes then touch some hundred pages instead of one each.
A row of the small table counts for the one of the big table with the same key; without facts it says that the document
was withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, Final

import numpy as np
from sqlite_utils import Database

from borderdesk.replica.filters import Filters, Numbers, forget_filter, forget_touched
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.numbers import near_entries, write_number
from borderdesk.replica.packed import KIND_BITS, Packed, Row, as_rows, code_of, document_of, part_bounds, unpack
from borderdesk.replica.schema import changes_table, document_table
from borderdesk.watchlist import DocumentColumns, TravelDocument

_KEY: Final = "skeleton, rest, which"

Key = tuple[int, str, int]
"""Skeleton, rest and which: the first three values of a row."""

_READ_AT_ONCE: Final = 50_000
_AT_ONCE: Final = 50
"""Rows per INSERT: one statement for fifty rows takes two thirds of the time of fifty statements."""


class DocumentTable:
    """One list's documents in `db`, which must be the writing database for whatever changes them."""

    def __init__(self, db: Database, slot: int, kinds: Kinds, filters: Filters | None = None) -> None:
        self._db = db
        self._slot = slot
        self._filters = filters or Filters()
        self._whole = document_table(slot)
        self._changes = changes_table(slot)
        self._kinds = kinds

    def fill(self, rows: Packed) -> None:
        """Put in documents in the order of the table. Raises the database's IntegrityError where one comes twice."""
        single = f"INSERT INTO {self._whole} VALUES (?, ?, ?, ?)"
        every = as_rows(rows)
        flat = chain.from_iterable(islice(every, len(rows) - len(rows) % _AT_ONCE))
        self._db.conn.executemany(
            single + ", (?, ?, ?, ?)" * (_AT_ONCE - 1), zip(*[flat] * (4 * _AT_ONCE), strict=True)
        )
        self._db.conn.executemany(single, every)

    def has(self, state: str, type_: str, number: str) -> bool:
        """Whether this very document is listed."""
        key = self.key(state, type_, number)
        return key is not None and self.one(key) is not None

    def key(self, state: str, type_: str, number: str) -> Key | None:
        """Where this document's row stands if there is one, or None where no list has held its state and type."""
        code = self._kinds.find(self._db, state, type_)
        if code is None:
            return None
        skeleton, rest, variant = write_number(number)
        return skeleton, rest, (variant << KIND_BITS) | code

    def one(self, key: Key, *, perhaps_whole: bool = True) -> TravelDocument | None:
        """The document listed under a key. Without `perhaps_whole` it is known that it did not come with the list."""
        row = self._one(self._changes, key)
        if row is None and perhaps_whole:
            row = self._one(self._whole, key)
        return None if row is None or row[3] is None else self.document(row)

    def perhaps_whole(self, rows: list[Row]) -> list[bool]:
        """Which of the rows may have come with the whole list."""
        skeletons = np.array([row[0] for row in rows], np.int64)
        found: list[bool] = self._filters.perhaps(self._db, self._slot, skeletons).tolist()
        return found

    def numbered(self, number: str) -> list[TravelDocument]:
        """The documents of any state and type with exactly this number."""
        skeleton, rest, variant = write_number(number)
        lowest = variant << KIND_BITS
        rows = self._select(
            "skeleton = ?1 AND rest = ?2 AND which BETWEEN ?3 AND ?4",
            (skeleton, rest, lowest, lowest + (1 << KIND_BITS) - 1),
        )
        return [self.document(row) for row in rows]

    def alike(self, number: str, wanted: Callable[[str], bool]) -> list[TravelDocument]:
        """The documents whose first nine characters look like this number's, itself included.

        `wanted` says of what goes on after the ninth character whether it may answer: a dense series of long numbers
        has a thousand documents under one skeleton.
        """
        rows = self._select("skeleton = ?1", (write_number(number).skeleton,))
        return [self.document(row) for row in rows if wanted(row[1])]

    def near(self, number: str) -> list[TravelDocument]:
        """Documents that may be one edit away and do not look like it in the first nine characters."""
        entries = near_entries(number)
        every = np.concatenate(list(entries.values()))
        perhaps = self._filters.perhaps(self._db, self._slot, every)
        touched = self._filters.touched(self._db, self._slot, every)
        found: list[TravelDocument] = []
        end = 0
        for rest, skeletons in entries.items():
            here = slice(end, end := end + len(skeletons))
            rows = self._among(self._whole, rest, skeletons[perhaps[here]])
            changes = self._among(self._changes, rest, skeletons[touched[here]])
            found.extend(self.document(row) for row in _together(rows, changes))
        return found

    def document(self, row: Row) -> TravelDocument:
        """The document that a row means."""
        return document_of(row, self._kinds.of(self._db, code_of(row)))

    def blocks(self) -> Iterator[DocumentColumns]:
        """Every document that came with the whole list, in the order of the table, many at once."""
        return self._blocks(f"SELECT * FROM {self._whole}")

    def changed_blocks(self) -> Iterator[DocumentColumns]:
        """Those among `blocks` that count no longer: withdrawn or given new values."""
        return self._blocks(f"SELECT whole.* FROM {self._changes} JOIN {self._whole} AS whole USING ({_KEY})")

    def new_blocks(self) -> Iterator[DocumentColumns]:
        """Every document that counts beside or instead of those."""
        return self._blocks(f"SELECT * FROM {self._changes} WHERE facts IS NOT NULL")

    def count(self) -> int:
        """How many documents came with the whole list; reads all of it."""
        (rows,) = self._db.conn.execute(f"SELECT count(*) FROM {self._whole}").fetchone()
        return int(rows)

    def empty_part(self, part: int) -> None:
        """Delete one part of the list, with its filter."""
        forget_filter(self._db, self._slot, part)
        for table in (self._whole, self._changes):
            self._db.conn.execute(f"DELETE FROM {table} WHERE skeleton >= ? AND skeleton < ?", part_bounds(part))

    def drop(self) -> None:
        """Delete the tables, which should be empty: those of a big list would block every other act meanwhile."""
        forget_touched(self._db, self._slot)
        for table in (self._whole, self._changes):
            self._db.conn.execute(f"DROP TABLE {table}")

    def _one(self, table: str, key: Key) -> Row | None:
        row: Row | None = self._db.conn.execute(
            f"SELECT * FROM {table} WHERE skeleton = ? AND rest = ? AND which = ?", key
        ).fetchone()
        return row

    def _select(self, where: str, values: tuple[Any, ...]) -> list[Row]:
        """The rows of both tables that count. `where` is one of this module's own literals; the values are bound."""
        rows = self._db.conn.execute(
            f"SELECT *, 0 FROM {self._whole} WHERE {where} UNION ALL SELECT *, 1 FROM {self._changes} WHERE {where}",
            values,
        ).fetchall()
        changes = [row[:4] for row in rows if row[4]]
        return _together([row[:4] for row in rows if not row[4]], changes)

    def _among(self, table: str, rest: str, skeletons: Numbers) -> list[Row]:
        if not len(skeletons):
            return []
        # One statement for all of them: json_each is driven row by row into the index.
        return self._db.conn.execute(
            f"SELECT d.* FROM json_each(?) AS asked CROSS JOIN {table} AS d ON d.skeleton = asked.value AND d.rest = ?",
            (json.dumps(sorted(set(skeletons.tolist()))), rest),
        ).fetchall()

    def _blocks(self, select: str) -> Iterator[DocumentColumns]:
        kinds = self._kinds.all(self._db)
        cursor = self._db.conn.execute(select)
        while rows := cursor.fetchmany(_READ_AT_ONCE):
            yield unpack(rows, kinds)


def _together(whole: list[Row], changes: list[Row]) -> list[Row]:
    """What the rows of both tables say together."""
    if not changes:
        return whole
    return [row for row in {row[:3]: row for row in (*whole, *changes)}.values() if row[3] is not None]
