"""The table of one list of travel documents: filling, changing, searching it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final

from sqlite_utils import Database

from borderdesk.replica.filters import Filters, forget_added, forget_filter, note_added
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.numbers import near_entries, write_number
from borderdesk.replica.packed import KIND_BITS, Packed, Row, as_rows, code_of, document_of, part_bounds, row_of, unpack
from borderdesk.replica.schema import document_table
from borderdesk.watchlist import DocumentColumns, TravelDocument
from borderdesk.watchlist.digest import StateDigest, record_bytes

_READ_AT_ONCE: Final = 50_000
_AT_ONCE: Final = 50
"""Rows per INSERT: one statement for fifty rows takes two thirds of the time of fifty statements."""


class DocumentTable:
    """One list's documents in `db`, which must be the writing database for whatever changes them."""

    def __init__(self, db: Database, slot: int, kinds: Kinds, filters: Filters | None = None) -> None:
        self._db = db
        self._slot = slot
        self._filters = filters or Filters()
        self._name = document_table(slot)
        self._kinds = kinds

    def fill(self, rows: Packed) -> None:
        """Put in documents in the order of the table. Raises the database's IntegrityError where one comes twice."""
        single = f"INSERT INTO {self._name} VALUES (?, ?, ?, ?)"
        every = as_rows(rows)
        flat = chain.from_iterable(islice(every, len(rows) - len(rows) % _AT_ONCE))
        self._db.conn.executemany(
            single + ", (?, ?, ?, ?)" * (_AT_ONCE - 1), zip(*[flat] * (4 * _AT_ONCE), strict=True)
        )
        self._db.conn.executemany(single, every)

    def put(self, documents: Iterable[TravelDocument], digest: StateDigest) -> tuple[int, int]:
        """Add documents or give them new values. Returns how many there were, and how many of them are new."""
        old: list[bytes] = []
        rows: list[Row] = []
        for document in documents:
            row = row_of(document, self._kinds.code(self._db, document.state, document.type))
            rows.append(row)
            digest.add(document)
        rows.sort()
        added: list[int] = []
        for row in rows:
            was = self._one(row[0], row[1], row[2])
            if was is not None:
                old.append(record_bytes(was))
            else:
                added.append(row[0])
            self._db.conn.execute(f"INSERT OR REPLACE INTO {self._name} VALUES (?, ?, ?, ?)", row)
        note_added(self._db, self._slot, added)
        digest.remove_bytes(old)
        return len(rows), len(rows) - len(old)

    def take_out(self, state: str, type_: str, number: str, digest: StateDigest) -> TravelDocument | None:
        """Delete one document. Returns what it was, or None where it was not there."""
        key = self._key(state, type_, number)
        old = None if key is None else self._one(*key)
        if key is not None and old is not None:
            digest.remove(old)
            self._db.conn.execute(f"DELETE FROM {self._name} WHERE skeleton = ? AND rest = ? AND which = ?", key)
        return old

    def has(self, state: str, type_: str, number: str) -> bool:
        """Whether this very document is in the table."""
        key = self._key(state, type_, number)
        return key is not None and self._one(*key) is not None

    def numbered(self, number: str) -> list[TravelDocument]:
        """The documents of any state and type with exactly this number."""
        skeleton, rest, variant = write_number(number)
        lowest = variant << KIND_BITS
        return self._select(
            "skeleton = ? AND rest = ? AND which BETWEEN ? AND ?",
            (skeleton, rest, lowest, lowest + (1 << KIND_BITS) - 1),
        )

    def alike(self, number: str, wanted: Callable[[str], bool]) -> list[TravelDocument]:
        """The documents whose first nine characters look like this number's, itself included.

        `wanted` says of what goes on after the ninth character whether it may answer: a dense series of long numbers
        has a thousand documents under one skeleton.
        """
        rows = self._db.conn.execute(f"SELECT * FROM {self._name} WHERE skeleton = ?", (write_number(number).skeleton,))
        return [self._document(row) for row in rows if wanted(row[1])]

    def near(self, number: str) -> list[TravelDocument]:
        """Documents that may be one edit away and do not look like it in the first nine characters."""
        found: list[TravelDocument] = []
        for rest, skeletons in near_entries(number).items():
            perhaps = self._filters.perhaps(self._db, self._slot, skeletons)
            if not len(perhaps):
                continue
            # One statement for all of them: json_each is driven row by row into the index.
            rows = self._db.conn.execute(
                f"SELECT d.* FROM json_each(?) AS asked CROSS JOIN {self._name} AS d"
                " ON d.skeleton = asked.value AND d.rest = ?",
                (json.dumps(sorted(set(perhaps.tolist()))), rest),
            )
            found.extend(self._document(row) for row in rows)
        return found

    def blocks(self) -> Iterator[DocumentColumns]:
        """Every document, in the order of the table, many at once."""
        kinds = self._kinds.all(self._db)
        cursor = self._db.conn.execute(f"SELECT * FROM {self._name}")
        while rows := cursor.fetchmany(_READ_AT_ONCE):
            yield unpack(rows, kinds)

    def count(self) -> int:
        """How many documents stand in the table; reads all of it."""
        (rows,) = self._db.conn.execute(f"SELECT count(*) FROM {self._name}").fetchone()
        return int(rows)

    def empty_part(self, part: int) -> None:
        """Delete one part of the list, with its filter."""
        forget_filter(self._db, self._slot, part)
        self._db.conn.execute(f"DELETE FROM {self._name} WHERE skeleton >= ? AND skeleton < ?", part_bounds(part))

    def drop(self) -> None:
        """Delete the table, which should be empty: that of a big list would block every other act meanwhile."""
        forget_added(self._db, self._slot)
        self._db.conn.execute(f"DROP TABLE {self._name}")

    def _key(self, state: str, type_: str, number: str) -> tuple[int, str, int] | None:
        code = self._kinds.find(self._db, state, type_)
        if code is None:
            return None
        skeleton, rest, variant = write_number(number)
        return skeleton, rest, (variant << KIND_BITS) | code

    def _one(self, skeleton: int, rest: str, which: int) -> TravelDocument | None:
        found = self._select("skeleton = ? AND rest = ? AND which = ?", (skeleton, rest, which))
        return found[0] if found else None

    def _select(self, where: str, values: tuple[Any, ...]) -> list[TravelDocument]:
        # `where` is one of this module's own literals; the values are bound.
        rows = self._db.conn.execute(f"SELECT * FROM {self._name} WHERE {where}", values)
        return [self._document(row) for row in rows]

    def _document(self, row: Row) -> TravelDocument:
        return document_of(row, self._kinds.of(self._db, code_of(row)))
