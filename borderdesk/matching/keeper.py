"""The name index inside the encrypted store: written where an edition is applied, loaded where the desk unlocks.

What is written is written in the transaction that applies the edition; the index in memory follows only what was
committed (`refresh`). A delta adds one small segment and marks who is gone from the others; small segments are made
one again when there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching.index import PersonIndex
from borderdesk.matching.segments import Segment, build, from_blobs, to_blobs
from borderdesk.replica.types import PersonsChanged
from borderdesk.store import Store
from borderdesk.watchlist import Edition, Person

MIGRATIONS: Final = Migrations("name_index")

PIECE: Final = 8 << 20
"""Bytes of one stored piece of an array."""

MOST_SEGMENTS: Final = 8
"""Segments of one list beyond which the small ones are made one."""

FetchFrom = Callable[[Database, ListName, RecordKey], Person | None]
"""Reads one person of the replica."""


@MIGRATIONS()
def make_name_index(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE name_segments (
            id INTEGER PRIMARY KEY,
            list TEXT NOT NULL,
            persons INTEGER NOT NULL
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE name_pieces (
            segment INTEGER NOT NULL REFERENCES name_segments ON DELETE CASCADE,
            name TEXT NOT NULL,
            piece INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (segment, name, piece)
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE name_gone (
            segment INTEGER NOT NULL REFERENCES name_segments ON DELETE CASCADE,
            person INTEGER NOT NULL,
            PRIMARY KEY (segment, person)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute("CREATE TABLE name_editions (list TEXT PRIMARY KEY, edition INTEGER NOT NULL) STRICT")


class NameIndexKeeper:
    """Keeps the name index of a desk. An `EditionListener` of the replica."""

    def __init__(self, fetch: FetchFrom) -> None:
        """`fetch` reads a person of the replica, from the database it is given."""
        self._fetch = fetch
        self._loaded: dict[int, Segment] = {}

    def persons_changed(self, db: Database, change: PersonsChanged) -> None:
        """Write what an edition changed, in the transaction that applies it."""
        name = change.edition.watchlist.name
        if change.whole:
            db.conn.execute("DELETE FROM name_segments WHERE list = ?", (name,))
        else:
            keys = [withdrawal.key for withdrawal in change.withdrawals] + [person.key for person in change.persons]
            self._take_out(db, name, keys)
        ordered = sorted(change.persons, key=lambda person: person.key)
        self.write(db, change.edition, build((name, person) for person in ordered))

    def write(self, db: Database, edition: Edition, segment: Segment) -> None:
        """Write a segment of persons that are new to the index, and that their list is now at `edition`."""
        name = edition.watchlist.name
        if segment.keys:
            _write(db, name, segment)
        self._make_one(db, name)
        db.conn.execute("INSERT OR REPLACE INTO name_editions VALUES (?, ?)", (name, edition.number))

    def refresh(self, store: Store) -> PersonIndex:
        """The index as last committed. Loads only the segments that are not loaded yet."""
        db = store.reader
        held = self._segments(db)
        for segment, person in db.conn.execute("SELECT segment, person FROM name_gone"):
            held[segment].alive[person] = False
        self._loaded = held
        index = PersonIndex(lambda name, key: self._fetch(store.reader, name, key))
        for segment in held.values():
            index.add_segment(segment)
        for name, edition in db.conn.execute("SELECT list, edition FROM name_editions"):
            index.set_edition(ListName(name), edition)
        return index

    @property
    def loaded(self) -> tuple[Segment, ...]:
        """The segments as last refreshed."""
        return tuple(self._loaded.values())

    def _segments(self, db: Database, name: ListName | None = None) -> dict[int, Segment]:
        rows = db.conn.execute(
            "SELECT id FROM name_segments WHERE ?1 IS NULL OR list = ?1 ORDER BY persons DESC, id", (name,)
        ).fetchall()
        return {number: self._loaded.get(number) or _read(db, number) for (number,) in rows}

    def _take_out(self, db: Database, name: ListName, keys: Iterable[RecordKey]) -> None:
        segments = self._segments(db, name)
        gone = [
            (number, place)
            for key in keys
            for number, segment in segments.items()
            if (place := segment.place(name, key)) is not None
        ]
        db.conn.executemany("INSERT OR IGNORE INTO name_gone VALUES (?, ?)", gone)

    def _make_one(self, db: Database, name: ListName) -> None:
        """Make the small segments of a list one; the largest stays as it is."""
        numbers = [
            number
            for (number,) in db.conn.execute(
                "SELECT id FROM name_segments WHERE list = ? ORDER BY persons DESC, id", (name,)
            )
        ]
        if len(numbers) <= MOST_SEGMENTS:
            return
        gone = set(db.conn.execute("SELECT segment, person FROM name_gone").fetchall())
        people: list[tuple[ListName, Person]] = []
        for number in numbers[1:]:
            segment = self._loaded.get(number) or _read(db, number)
            for place, key in enumerate(segment.keys):
                person = None if (number, place) in gone else self._fetch(db, name, key)
                if person is not None:
                    people.append((name, person))
            db.conn.execute("DELETE FROM name_segments WHERE id = ?", (number,))
        if people:
            people.sort(key=lambda one: one[1].key)
            _write(db, name, build(people))


def _write(db: Database, name: ListName, segment: Segment) -> None:
    # Numbers are never used again, so that a loaded segment is never taken for another one.
    (number,) = db.conn.execute(
        "SELECT 1 + max(coalesce((SELECT max(id) FROM name_segments), 0), coalesce((SELECT max(edition) FROM "
        "name_editions WHERE list = ''), 0))"
    ).fetchone()
    db.conn.execute("INSERT INTO name_segments VALUES (?, ?, ?)", (number, name, len(segment.keys)))
    db.conn.execute("INSERT OR REPLACE INTO name_editions VALUES ('', ?)", (number,))
    for blob_name, blob in to_blobs(segment).items():
        for piece, start in enumerate(range(0, max(len(blob), 1), PIECE)):
            db.conn.execute(
                "INSERT INTO name_pieces VALUES (?, ?, ?, ?)", (number, blob_name, piece, blob[start : start + PIECE])
            )


def _read(db: Database, number: int) -> Segment:
    pieces: dict[str, list[bytes]] = {}
    for name, data in db.conn.execute(
        "SELECT name, data FROM name_pieces WHERE segment = ? ORDER BY name, piece", (number,)
    ):
        pieces.setdefault(name, []).append(data)
    return from_blobs({name: parts[0] if len(parts) == 1 else b"".join(parts) for name, parts in pieces.items()})
