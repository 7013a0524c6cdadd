"""Changing a list of documents: worked out beside what is held, then written in the caller's transaction.

Working out reads every document that a delta touches, which takes nearly all the time and holds up nobody. Writing is
one pass over rows that lie ready, so a hit that is recorded meanwhile waits for that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlite_utils import Database

from borderdesk.replica.documents import DocumentTable, Key
from borderdesk.replica.filters import Filters, note_touched
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.packed import Row, row_of
from borderdesk.replica.schema import changes_table
from borderdesk.watchlist import TravelDocument
from borderdesk.watchlist.digest import StateDigest

_WRITTEN_AT_ONCE: Final = 500
"""Rows between two looks at whether somebody goes first: some five milliseconds."""


@contextmanager
def changing(db: Database, slot: int, filters: Filters, digest: StateDigest) -> Iterator[Changing]:
    """Change a list in the writing database: what the block does is written at its end."""
    change = Changing(db, slot, filters, digest)
    yield change
    change.write(db)


class Changing:
    """A list of documents while a delta is worked out; `digest` follows. `give_way` is called at every document.

    `db` may be a reading one, which then must know the kinds of all documents that come (`know_kinds`) and see one
    state throughout.
    """

    def __init__(
        self,
        db: Database,
        slot: int,
        filters: Filters,
        digest: StateDigest,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._slot = slot
        self._digest = digest
        self._give_way = give_way
        self._kinds = Kinds()
        self._table = DocumentTable(db, slot, self._kinds, filters)
        self._facts: dict[Key, int | None] = {}

    def take_out(self, state: str, type_: str, number: str) -> TravelDocument | None:
        """Withdraw one document. Returns what it was, or None where it was not there."""
        self._give_way()
        key = self._table.key(state, type_, number)
        old = None if key is None else self._one(key)
        if key is not None and old is not None:
            self._digest.remove(old)
            self._facts[key] = None
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
            old = self._one(row[:3], perhaps_whole=perhaps_whole)
            if old is None:
                new += 1
            else:
                self._digest.remove(old)
            self._facts[row[:3]] = row[3]
        return len(rows), new

    def write(self, db: Database) -> None:
        """Write what was worked out, in the order of the table, to the writing database. `give_way` is called often."""
        rows = [(*key, self._facts[key]) for key in sorted(self._facts)]
        for start in range(0, len(rows), _WRITTEN_AT_ONCE):
            self._give_way()
            db.conn.executemany(
                f"INSERT OR REPLACE INTO {changes_table(self._slot)} VALUES (?, ?, ?, ?)",
                rows[start : start + _WRITTEN_AT_ONCE],
            )
        note_touched(db, self._slot, [row[0] for row in rows])

    def _one(self, key: Key, *, perhaps_whole: bool = True) -> TravelDocument | None:
        """The document that counts under a key, with what is worked out so far."""
        if key not in self._facts:
            return self._table.one(key, perhaps_whole=perhaps_whole)
        facts = self._facts[key]
        return None if facts is None else self._table.document((*key, facts))
