"""Changing a list of documents: what one delta withdraws and brings, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.filters import Filters, note_touched
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.packed import Row, row_of
from borderdesk.replica.schema import changes_table
from borderdesk.watchlist import TravelDocument
from borderdesk.watchlist.digest import StateDigest


@contextmanager
def changing(
    db: Database, slot: int, filters: Filters, digest: StateDigest, give_way: Callable[[], None] = lambda: None
) -> Iterator[Changing]:
    """Change a list in the writing database, and note at the end what was touched."""
    change = Changing(db, slot, filters, digest, give_way)
    yield change
    note_touched(db, slot, change.touched)


class Changing:
    """A list of documents while a delta is applied to it; `digest` follows. `give_way` is called at every row."""

    def __init__(
        self, db: Database, slot: int, filters: Filters, digest: StateDigest, give_way: Callable[[], None]
    ) -> None:
        self.touched: list[int] = []
        self._db = db
        self._digest = digest
        self._give_way = give_way
        self._kinds = Kinds()
        self._table = DocumentTable(db, slot, self._kinds, filters)
        self._write = f"INSERT OR REPLACE INTO {changes_table(slot)} VALUES (?, ?, ?, ?)"

    def take_out(self, state: str, type_: str, number: str) -> TravelDocument | None:
        """Withdraw one document. Returns what it was, or None where it was not there."""
        key = self._table.key(state, type_, number)
        old = None if key is None else self._table.one(key)
        if key is not None and old is not None:
            self._digest.remove(old)
            self._db.conn.execute(self._write, (*key, None))
            self.touched.append(key[0])
        return old

    def put(self, documents: Iterable[TravelDocument]) -> tuple[int, int]:
        """Add documents or give them new values. Returns how many there were, and how many of them are new."""
        rows: list[Row] = []
        for document in documents:
            self._give_way()
            rows.append(row_of(document, self._kinds.code(self._db, document.state, document.type)))
            self._digest.add(document)
        rows.sort()
        new = 0
        for row, perhaps_whole in zip(rows, self._table.perhaps_whole(rows), strict=True):
            self._give_way()
            old = self._table.one(row[:3], perhaps_whole=perhaps_whole)
            if old is None:
                new += 1
            else:
                self._digest.remove(old)
            self._db.conn.execute(self._write, row)
            self.touched.append(row[0])
        return len(rows), new
