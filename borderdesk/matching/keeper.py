"""The name index inside the encrypted store: written where an edition is applied, loaded where the desk unlocks.

What is written is written in the transaction that applies the edition; the index in memory follows only what was
committed (`refresh`). A delta adds one small segment and marks who is gone from the others; small segments are made
one again when there are many. An index that does not stand at the edition its list is at (written by an older program,
or never finished) is made anew before anybody is searched: a listed person who is not found would pass.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final, Protocol

import numpy as np
from sqlite_utils import Database, Migrations

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching.index import PersonIndex
from borderdesk.matching.merging import merged
from borderdesk.matching.segments import Segment, build, from_blobs, to_blobs
from borderdesk.matching.types import PersonQuery
from borderdesk.replica.types import PersonsChanged
from borderdesk.store import Store
from borderdesk.watchlist import Edition, Person

MIGRATIONS: Final = Migrations("name_index")

PIECE: Final = 8 << 20
"""Bytes of one stored piece of an array."""

MOST_SEGMENTS: Final = 6
"""Segments of one list beyond which the small ones are made one."""

READ_BY: Final = 5
"""Counts the changes of `parts`, `scripts`, `sounds`, `words`, `segments` and of numbers in `facts` after which
persons are read otherwise, so that an index that an older program made is made anew. Changed tables are seen by
themselves."""

_SCORE_ONLY: Final = ("coefficients.json", "panel.json")
"""Tables that say nothing of how a name is read."""

AT_ONCE: Final = 50_000
"""Persons of one transaction while an index is made anew: what is lost where the desk is switched off meanwhile."""


class PersonSource(Protocol):
    """The persons as the replica keeps them; `borderdesk.replica.persons` is one."""

    def one(self, db: Database, name: ListName, key: RecordKey) -> Person | None:
        """One person."""

    def editions(self, db: Database) -> dict[ListName, int]:
        """The edition every list of persons is at."""

    def of_list(self, db: Database, name: ListName, after: RecordKey | None) -> Iterator[Person]:
        """The persons of one list by their keys, those behind `after`."""


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


@MIGRATIONS()
def forget_the_first_form(db: Database) -> None:
    """Segments have another form now; they are made anew from the lists when the desk is next unlocked."""
    db.conn.execute("DELETE FROM name_segments")
    db.conn.execute("DELETE FROM name_editions WHERE list <> ''")
    db.conn.execute(
        """CREATE TABLE name_unfinished (
            list TEXT PRIMARY KEY,
            edition INTEGER NOT NULL,  -- the edition whose persons are being filed
            after TEXT                 -- the last key that was filed; null where none was
        ) STRICT"""
    )


@MIGRATIONS()
def keep_the_form(db: Database) -> None:
    """Whatever was filed before nobody knows by which rules."""
    db.conn.execute("DELETE FROM name_segments")
    db.conn.execute("DELETE FROM name_editions WHERE list <> ''")
    db.conn.execute("CREATE TABLE name_form (form TEXT NOT NULL) STRICT")


class NameIndexKeeper:
    """Keeps the name index of a desk. An `EditionListener` of the replica."""

    def __init__(self, source: PersonSource) -> None:
        """`source` reads persons of the replica, from the database it is given."""
        self._source = source
        self._loaded: dict[int, Segment] = {}

    def persons_changed(self, db: Database, change: PersonsChanged) -> None:
        """Write what an edition changed, in the transaction that applies it."""
        name = change.edition.watchlist.name
        if change.whole or not _is_kept(db, name):
            # There is nothing to which the change could be added: file the whole list as it now stands.
            _forget(db, name)
            self.write(db, change.edition, build((name, person) for person in self._source.of_list(db, name, None)))
            return
        keys = [withdrawal.key for withdrawal in change.withdrawals] + [person.key for person in change.persons]
        self._take_out(db, name, keys)
        ordered = sorted(change.persons, key=lambda person: person.key)
        self.write(db, change.edition, build((name, person) for person in ordered))

    def write(self, db: Database, edition: Edition, segment: Segment) -> None:
        """Write a segment of persons that are new to the index, and that their list is now at `edition`."""
        name = edition.watchlist.name
        if len(segment):
            _write(db, name, segment)
        self._make_one(db, name)
        _kept_at(db, name, edition.number)

    def refresh(self, store: Store) -> PersonIndex:
        """The index as last committed, made anew first where it does not stand where its lists do.

        Loads only the segments that are not loaded yet.
        """
        self._catch_up(store)
        db = store.reader
        held = self._segments(db)
        gone: dict[int, list[int]] = defaultdict(list)
        for number, person in db.conn.execute("SELECT segment, person FROM name_gone"):
            gone[number].append(person)
        held = {number: _without(segment, gone[number]) for number, segment in held.items()}
        self._loaded = held
        index = PersonIndex(lambda name, key: self._source.one(store.reader, name, key))
        for segment in held.values():
            index.add_segment(segment)
        for name, edition in db.conn.execute("SELECT list, edition FROM name_editions WHERE list <> ''"):
            index.set_edition(ListName(name), edition)
        # The first traveller shall not wait for tables that are read when they are first needed.
        index.search(PersonQuery(full="rehearsal"), limit=1, at_least=1.0)
        return index

    @property
    def loaded(self) -> tuple[Segment, ...]:
        """The segments as last refreshed."""
        return tuple(self._loaded.values())

    def _catch_up(self, store: Store) -> None:
        """File every list anew whose index does not stand at its edition or was made by other rules of reading, in
        steps that outlive a power cut."""
        held = store.reader.conn.execute("SELECT form FROM name_form").fetchone()
        if held is not None and held != (form(),):
            with store.transaction() as db:
                db.conn.execute("DELETE FROM name_segments")
                db.conn.execute("DELETE FROM name_unfinished")
                db.conn.execute("DELETE FROM name_editions WHERE list <> ''")
                db.conn.execute("DELETE FROM name_form")
        for name, edition in self._source.editions(store.reader).items():
            while not _stands_at(store.reader, name, edition):
                with store.transaction() as db:
                    self._file_more(db, name)

    def _file_more(self, db: Database, name: ListName) -> None:
        """File the next persons of a list, or, where all are filed, make their segments one."""
        edition = self._source.editions(db)[name]
        begun = db.conn.execute("SELECT edition, after FROM name_unfinished WHERE list = ?", (name,)).fetchone()
        if begun is None or begun[0] != edition:
            _forget(db, name)
            begun = (edition, None)
        people = list(islice(self._source.of_list(db, name, begun[1]), AT_ONCE))
        if people:
            _write(db, name, build((name, person) for person in people))
            db.conn.execute("INSERT OR REPLACE INTO name_unfinished VALUES (?, ?, ?)", (name, edition, people[-1].key))
        if len(people) < AT_ONCE:
            self._merge(db, name, _numbers(db, name))
            _kept_at(db, name, edition)

    def _segments(self, db: Database, name: ListName | None = None) -> dict[int, Segment]:
        return {number: self._loaded.get(number) or _read(db, number) for number in _numbers(db, name)}

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
        """Make the small segments of a list one where there are many; the largest stays as it is."""
        numbers = _numbers(db, name)
        if len(numbers) > MOST_SEGMENTS:
            self._merge(db, name, numbers[1:])

    def _merge(self, db: Database, name: ListName, numbers: list[int]) -> None:
        if len(numbers) < 2:
            return
        segments = []
        for number in numbers:
            segment = _read(db, number)
            gone = db.conn.execute("SELECT person FROM name_gone WHERE segment = ?", (number,)).fetchall()
            segment.alive[np.array([person for (person,) in gone], np.int64)] = False
            segments.append(segment)
            db.conn.execute("DELETE FROM name_segments WHERE id = ?", (number,))
        if any(len(segment) for segment in segments):
            _write(db, name, merged(segments))


@cache
def form() -> str:
    """Names the rules by which names were read into the index: the number `READ_BY`, and the tables as they are."""
    folder = files("borderdesk.matching") / "data"
    tables = sorted((table.name, table.read_bytes()) for table in folder.iterdir() if table.name.endswith(".json"))
    digest = hashlib.sha256()
    for name, content in tables:
        if name not in _SCORE_ONLY:
            digest.update(name.encode() + b"\0" + content)
    return f"{READ_BY}:{digest.hexdigest()[:16]}"


def _without(segment: Segment, persons: list[int]) -> Segment:
    """The segment without these. The one at hand stays as it is: whoever searches it now must still find those whose
    new record stands in a segment that is not there yet."""
    if not segment.alive[persons].any():
        return segment
    alive = segment.alive.copy()
    alive[persons] = False
    return replace(segment, alive=alive)


def _numbers(db: Database, name: ListName | None) -> list[int]:
    """The segments of one list, or of all that are finished, the largest first."""
    rows = db.conn.execute(
        "SELECT id FROM name_segments WHERE list = ?1 OR (?1 IS NULL AND list IN (SELECT list FROM name_editions)) "
        "ORDER BY persons DESC, id",
        (name,),
    )
    return [number for (number,) in rows]


def _is_kept(db: Database, name: ListName) -> bool:
    return db.conn.execute("SELECT 1 FROM name_editions WHERE list = ?", (name,)).fetchone() is not None


def _stands_at(db: Database, name: ListName, edition: int) -> bool:
    row = db.conn.execute("SELECT edition FROM name_editions WHERE list = ?", (name,)).fetchone()
    return row is not None and row[0] == edition


def _kept_at(db: Database, name: ListName, edition: int) -> None:
    db.conn.execute("DELETE FROM name_unfinished WHERE list = ?", (name,))
    db.conn.execute("INSERT OR REPLACE INTO name_editions VALUES (?, ?)", (name, edition))
    db.conn.execute("INSERT INTO name_form SELECT ? WHERE NOT EXISTS (SELECT 1 FROM name_form)", (form(),))


def _forget(db: Database, name: ListName) -> None:
    db.conn.execute("DELETE FROM name_segments WHERE list = ?", (name,))
    db.conn.execute("DELETE FROM name_unfinished WHERE list = ?", (name,))
    db.conn.execute("DELETE FROM name_editions WHERE list = ?", (name,))


def _write(db: Database, name: ListName, segment: Segment) -> None:
    # Numbers are never used again, so that a loaded segment is never taken for another one.
    (number,) = db.conn.execute(
        "SELECT 1 + max(coalesce((SELECT max(id) FROM name_segments), 0), coalesce((SELECT max(edition) FROM "
        "name_editions WHERE list = ''), 0))"
    ).fetchone()
    db.conn.execute("INSERT INTO name_segments VALUES (?, ?, ?)", (number, name, len(segment)))
    db.conn.execute("INSERT OR REPLACE INTO name_editions VALUES ('', ?)", (number,))
    for blob_name, blob in to_blobs(segment):
        for piece, start in enumerate(range(0, max(len(blob), 1), PIECE)):
            db.conn.execute(
                "INSERT INTO name_pieces VALUES (?, ?, ?, ?)", (number, blob_name, piece, blob[start : start + PIECE])
            )


def _read(db: Database, number: int) -> Segment:
    sizes = db.conn.execute(
        "SELECT name, sum(length(data)) FROM name_pieces WHERE segment = ? GROUP BY name", (number,)
    ).fetchall()
    # Room for each array is taken once and filled piece by piece: joined pieces would need it twice.
    room = {name: bytearray(size) for name, size in sizes}
    at = dict.fromkeys(room, 0)
    rows = db.conn.execute("SELECT name, data FROM name_pieces WHERE segment = ? ORDER BY name, piece", (number,))
    for name, data in rows:
        room[name][at[name] : at[name] + len(data)] = data
        at[name] += len(data)
    return from_blobs(room)
