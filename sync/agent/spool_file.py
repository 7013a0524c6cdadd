"""The file of the spool, its tables, and short transactions on it. What is kept there is said by its neighbours."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import say
from sync.wire.cbor import Fields, decode

MIGRATIONS: Final = Migrations("spool")


@MIGRATIONS()
def lay_the_spool(db: Database) -> None:
    """Everything plain SQLite needs to know about what is on its way."""
    for statement in (
        "CREATE TABLE state (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE held (list TEXT PRIMARY KEY, edition INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE grants (scope TEXT, epoch INTEGER, signed BLOB NOT NULL, PRIMARY KEY (scope, epoch)) STRICT",
        "CREATE TABLE pieces (file TEXT, start INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (file, start)) STRICT",
        """CREATE TABLE outbox (
            counter INTEGER PRIMARY KEY,
            urgency INTEGER NOT NULL,
            content_hash BLOB NOT NULL,
            envelope BLOB NOT NULL,
            receipt BLOB,
            received_at INTEGER
        ) STRICT""",
        "CREATE INDEX outbox_waiting ON outbox (urgency, counter) WHERE receipt IS NULL",
    ):
        db.conn.execute(statement)


@MIGRATIONS()
def make_room_for_letters(db: Database) -> None:
    """Letters of the bureau, sealed; `signed` is NULL once the store has taken one in."""
    db.conn.execute("CREATE TABLE letters (number INTEGER PRIMARY KEY, signed BLOB) STRICT")


@MIGRATIONS()
def make_room_for_roots(db: Database) -> None:
    """The roots of trust that were followed since the one of the enrolment, and the pages once believed."""
    db.conn.execute("CREATE TABLE roots (version INTEGER PRIMARY KEY, signed BLOB NOT NULL) STRICT")
    db.conn.execute("CREATE TABLE pages (sequence INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT")


@MIGRATIONS()
def make_room_for_repairs(db: Database) -> None:
    """Lists whose content is not what it should be, and the shards that came to mend them (`repairs`)."""
    db.conn.execute("CREATE TABLE repairs (list TEXT PRIMARY KEY, asked BLOB, complete INTEGER NOT NULL) STRICT")
    db.conn.execute("CREATE TABLE shards (list TEXT, shard INTEGER, sealed BLOB, PRIMARY KEY (list, shard)) STRICT")


@MIGRATIONS()
def keep_shards_as_files(db: Database) -> None:
    """A shard comes in pieces like any file; here is only which one it is."""
    db.conn.execute("DROP TABLE shards")
    db.conn.execute("DELETE FROM repairs")
    db.conn.execute(
        """CREATE TABLE shards (
            list TEXT, shard INTEGER, file BLOB NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (list, shard)
        ) STRICT"""
    )


class SpoolFile:
    """One open file, used by any thread, also of another process. Methods raise DiskFull or DiskFailed."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = Database(connection)
        self._guard = threading.RLock()

    def close(self) -> None:
        with self._guard:
            self._db.conn.close()

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """One short transaction, for a neighbour that keeps its own tables here."""
        return self._transaction()

    def _get(self, name: str) -> bytes | None:
        with self._transaction() as db:
            row = db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def _put(self, name: str, value: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def _fields(self, name: str, count: int) -> Fields | None:
        value = self._get(name)
        what = say("spool")
        return None if value is None else Fields(decode(value, what, len(value)), what, count)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._db.conn
        with self._guard, translated_errors(self.path), all_or_nothing(connection):
            yield connection


@contextmanager
def all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes: what the block did is kept whole, or, where it raises, not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """SQLite's errors about the disk, as sentences. Bugs (wrong SQL) pass through untouched."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "disk is full" in text:
            raise DiskFull(path) from error
        if any(sign in text for sign in ("disk I/O", "malformed", "unable to open", "readonly", "not a database")):
            raise DiskFailed(path, text) from error
        raise


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, making it where there is none. Raises DiskFull or DiskFailed."""
    with translated_errors(path):
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # What was fetched over a bad link, or is the only copy of a receipt, survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            MIGRATIONS.apply(Database(connection))
        except BaseException:
            connection.close()
            raise
    return connection
