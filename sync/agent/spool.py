"""The spool: what waits at the desk on its way in or out, kept beside the encrypted store.

Plain SQLite, because it must work while the desk is locked: it holds only what is sealed, signed or public. Everything
a restart needs is here, so that nothing is ever fetched or sent from the beginning again. Used by any thread, also of
another process: each method is one short transaction.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.hits.types import SealedItem
from borderdesk.ids import ListName
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import Sentence, say
from sync.agent.lanes import Lane, lane_of_upload
from sync.agent.state import LinkState, LinkWord
from sync.trust import TimeMark
from sync.wire import Envelope, FileRef, Receipt, Scope, SignedBytes
from sync.wire.cbor import Fields, decode, encode, ordinal, stamp
from sync.wire.refusals import ENVELOPE
from sync.wire.uploads import MAX_ENVELOPE

MIGRATIONS: Final = Migrations("spool")

MOST_PAGES: Final = 1000
"""Manifests whose hash is remembered, to be compared with checkpoints."""


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


@dataclass(frozen=True, slots=True)
class StagedFile:
    """How much of a file is here. `whole` says that all of it is; its hash may still turn out wrong."""

    file: FileRef
    have: int

    @property
    def left(self) -> int:
        return self.file.length - self.have

    @property
    def whole(self) -> bool:
        return self.have >= self.file.length


class Spool:
    """An open spool. Made by `open_spool`; close it when done. Methods raise DiskFull or DiskFailed."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = Database(connection)
        self._guard = threading.RLock()

    def close(self) -> None:
        with self._guard:
            self._db.conn.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- outbox ----------------------------------------------------------------------------------------------------

    def queue(self, items: Iterable[SealedItem]) -> int:
        """Offer sealed items for upload; how many are new.

        Those already here stay as they are, so offering twice is harmless.
        """
        new = 0
        with self._transaction() as db:
            for item in items:
                signed = SignedBytes.decode(item.envelope, ENVELOPE, MAX_ENVELOPE)
                kind = Envelope.decode(signed.payload).kind
                urgency = int(lane_of_upload(kind))
                new += db.execute(
                    "INSERT OR IGNORE INTO outbox (counter, urgency, content_hash, envelope) VALUES (?, ?, ?, ?)",
                    (item.counter, urgency, item.content_hash, item.envelope),
                ).rowcount
        return new

    def waiting(
        self, *, most: int, most_bytes: int, skip: Set[int] = frozenset(), last: Lane = Lane.BULK
    ) -> list[SealedItem]:
        """The next items of one lane without a receipt, at least one if there is any: small ones first.

        `skip` names counters to pass over; lanes after `last` are left alone.
        """
        with self._transaction() as db:
            rows = db.execute(
                "SELECT counter, urgency, length(envelope) FROM outbox WHERE receipt IS NULL AND urgency <= ?"
                " ORDER BY urgency, length(envelope), counter",
                (int(last),),
            ).fetchall()
            rows = [row for row in rows if row[0] not in skip]
            chosen: list[int] = []
            size = 0
            for counter, urgency, length in rows[:most]:
                size += length
                if urgency != rows[0][1] or (chosen and size > most_bytes):
                    break
                chosen.append(counter)
            return [self._item(db, counter) for counter in chosen]

    def first_lane(self, skip: Set[int] = frozenset()) -> Lane | None:
        """The lane of the most urgent item without a receipt, None where nothing waits."""
        with self._transaction() as db:
            rows = db.execute("SELECT counter, urgency FROM outbox WHERE receipt IS NULL ORDER BY urgency")
            found = next((urgency for counter, urgency in rows if counter not in skip), None)
        return None if found is None else Lane(min(found, Lane.BULK))

    @staticmethod
    def _item(db: sqlite3.Connection, counter: int) -> SealedItem:
        content_hash, envelope = db.execute(
            "SELECT content_hash, envelope FROM outbox WHERE counter = ?", (counter,)
        ).fetchone()
        return SealedItem(counter, bytes(content_hash), bytes(envelope))

    def count_waiting(self) -> int:
        with self._transaction() as db:
            (count,) = db.execute("SELECT count(*) FROM outbox WHERE receipt IS NULL").fetchone()
        return int(count)

    def content_hash(self, counter: int) -> bytes | None:
        """What was queued under a counter, if anything."""
        with self._transaction() as db:
            row = db.execute("SELECT content_hash FROM outbox WHERE counter = ?", (counter,)).fetchone()
        return bytes(row[0]) if row else None

    def accept(self, receipt: Receipt, signed: bytes) -> bool:
        """Keep a receipt that was verified and fits. False where it was here before."""
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE outbox SET receipt = ?, received_at = ? WHERE counter = ? AND content_hash = ?"
                " AND receipt IS NULL",
                (signed, stamp(receipt.received_at), receipt.counter, receipt.content_hash),
            )
            return changed.rowcount == 1

    def receipts(self) -> dict[int, bytes]:
        """The signed receipts that the store has not taken in yet, by counter."""
        with self._transaction() as db:
            rows = db.execute("SELECT counter, receipt FROM outbox WHERE receipt IS NOT NULL ORDER BY counter")
            return {int(counter): bytes(signed) for counter, signed in rows}

    def forget_receipted(self, counters: Iterable[int]) -> None:
        """The store has taken in the receipts of these items: they may go. Items without receipt never do."""
        with self._transaction() as db:
            db.executemany(
                "DELETE FROM outbox WHERE counter = ? AND receipt IS NOT NULL", [(counter,) for counter in counters]
            )

    # --- what comes in ---------------------------------------------------------------------------------------------

    def manifest(self) -> bytes | None:
        """The newest signed manifest that was believed."""
        return self._get("manifest")

    def keep_manifest(self, signed: bytes) -> None:
        self._put("manifest", signed)

    def forget_manifest(self) -> None:
        """Its signers are no longer believed: begin anew with what the next ones say."""
        with self._transaction() as db:
            db.execute("DELETE FROM state WHERE name = 'manifest'")
            db.execute("DELETE FROM grants")
            db.execute("DELETE FROM pages")

    def assignment(self) -> bytes | None:
        """The signed grant that put this desk into another scope than that of its enrolment."""
        return self._get("assignment")

    def keep_assignment(self, signed: bytes) -> None:
        """Keep the newest such grant of the scope the desk is in."""
        self._put("assignment", signed)

    def move(self, assignment: bytes, manifest: bytes, held: Iterable[ListName]) -> None:
        """Belong to another scope: its page in the place of the one before, in one transaction.

        `held` are the lists that go on from the edition held here; the others come whole.
        """
        kept = set(held)
        with self._transaction() as db:
            put = "INSERT OR REPLACE INTO state VALUES (?, ?)"
            db.executemany(put, [("assignment", assignment), ("manifest", manifest)])
            # Pages are numbered by scope, and the keys of the scope before are of no use here any more.
            db.execute("DELETE FROM pages")
            db.execute("DELETE FROM grants")
            for (name,) in db.execute("SELECT list FROM held").fetchall():
                if name not in kept:
                    db.execute("DELETE FROM held WHERE list = ?", (name,))

    def roots(self) -> tuple[bytes, ...]:
        """The roots that were followed, in order."""
        with self._transaction() as db:
            rows = db.execute("SELECT signed FROM roots ORDER BY version").fetchall()
        return tuple(bytes(signed) for (signed,) in rows)

    def keep_root(self, version: int, signed: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (version, signed))

    def page_hash(self, sequence: int) -> bytes | None:
        """The hash of the manifest that was believed under a number, if any was."""
        with self._transaction() as db:
            row = db.execute("SELECT hash FROM pages WHERE sequence = ?", (sequence,)).fetchone()
        return bytes(row[0]) if row else None

    def keep_page_hash(self, sequence: int, hash_: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?)", (sequence, hash_))
            db.execute("DELETE FROM pages WHERE sequence <= ?", (sequence - MOST_PAGES,))

    def refuse_receipt(self, counter: int) -> None:
        """A receipt that is no longer believed: its item waits again."""
        with self._transaction() as db:
            db.execute("UPDATE outbox SET receipt = NULL, received_at = NULL WHERE counter = ?", (counter,))

    def refuse_letter(self, signed: bytes) -> None:
        """A letter that is no longer believed: it is asked for again."""
        with self._transaction() as db:
            db.execute("DELETE FROM letters WHERE signed = ?", (signed,))

    def grant(self, scope: Scope, epoch: int) -> bytes | None:
        """The signed key grant for an epoch."""
        with self._transaction() as db:
            row = db.execute("SELECT signed FROM grants WHERE scope = ? AND epoch = ?", (scope, epoch)).fetchone()
        return bytes(row[0]) if row else None

    def keep_grant(self, scope: Scope, epoch: int, signed: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?)", (scope, epoch, signed))

    def staged(self, file: FileRef) -> StagedFile:
        """How much of a file is here, from its beginning on."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT start + length(bytes) FROM pieces WHERE file = ? ORDER BY start DESC LIMIT 1", (file.name,)
            ).fetchone()
        return StagedFile(file, row[0] if row else 0)

    def add_piece(self, staged: StagedFile, data: bytes) -> StagedFile:
        """Keep the next piece of a file."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", (staged.file.name, staged.have, data))
        return StagedFile(staged.file, staged.have + len(data))

    def read(self, file: FileRef) -> bytes:
        """What is here of a file."""
        with self._transaction() as db:
            rows = db.execute("SELECT bytes FROM pieces WHERE file = ? ORDER BY start", (file.name,)).fetchall()
        return b"".join(bytes(data) for (data,) in rows)

    def drop(self, file: FileRef) -> None:
        """Forget a file: it was altered, or is no longer needed."""
        with self._transaction() as db:
            db.execute("DELETE FROM pieces WHERE file = ?", (file.name,))

    def keep_only(self, files: Iterable[FileRef]) -> None:
        """Forget pieces of all other files."""
        wanted = {file.name for file in files}
        with self._transaction() as db:
            for (name,) in db.execute("SELECT DISTINCT file FROM pieces").fetchall():
                if name not in wanted:
                    db.execute("DELETE FROM pieces WHERE file = ?", (name,))

    def held(self) -> dict[ListName, int]:
        """Which edition of each list the replica holds, as it last said."""
        with self._transaction() as db:
            return {ListName(name): int(edition) for name, edition in db.execute("SELECT list, edition FROM held")}

    def forget_held(self, names: Iterable[ListName]) -> None:
        """These lists are held in another share than the one wanted: they come whole."""
        with self._transaction() as db:
            db.executemany("DELETE FROM held WHERE list = ?", [(name,) for name in names])

    def note_held(self, held: Mapping[ListName, int]) -> None:
        """Take note of what the replica holds, so that a locked desk knows what to fetch."""
        with self._transaction() as db:
            db.execute("DELETE FROM held")
            db.executemany("INSERT INTO held VALUES (?, ?)", list(held.items()))

    # --- letters ---------------------------------------------------------------------------------------------------

    def letters_held(self) -> int:
        """Up to which number every letter is here: 0 where none is."""
        with self._transaction() as db:
            (number,) = db.execute(
                "SELECT coalesce(min(number), 1) - 1 FROM (SELECT 1 AS number UNION SELECT number + 1 FROM letters)"
                " WHERE number NOT IN (SELECT number FROM letters)"
            ).fetchone()
        return int(number)

    def keep_letter(self, number: int, signed: bytes) -> bool:
        """Keep a letter that was verified. False where it was here before."""
        with self._transaction() as db:
            return db.execute("INSERT OR IGNORE INTO letters VALUES (?, ?)", (number, signed)).rowcount == 1

    def letters(self) -> tuple[bytes, ...]:
        """The signed letters that the store has not taken in yet, in their order."""
        with self._transaction() as db:
            rows = db.execute("SELECT signed FROM letters WHERE signed IS NOT NULL ORDER BY number").fetchall()
        return tuple(bytes(signed) for (signed,) in rows)

    def forget_letters(self, numbers: Iterable[int]) -> None:
        """The store has taken these in; their numbers stay known."""
        with self._transaction() as db:
            db.executemany("UPDATE letters SET signed = NULL WHERE number = ?", [(number,) for number in numbers])

    # --- state -----------------------------------------------------------------------------------------------------

    def time_mark(self) -> TimeMark | None:
        """Where trusted time stood when it was last kept."""
        fields = self._fields("time", 3)
        return None if fields is None else TimeMark(fields.time(), fields.time(), fields.time())

    def keep_time(self, mark: TimeMark) -> None:
        self._put("time", encode([stamp(mark.floor), stamp(mark.trusted), stamp(mark.wall)]))

    def link(self) -> LinkState | None:
        """How the link was when it was last tried."""
        fields = self._fields("link", 3)
        if fields is None:
            return None
        word, since, why = LinkWord(fields.text(8)), fields.time(), fields.mapping(2)
        plain = {str(name): value for name, value in why.items()}
        return LinkState(word, since, Sentence.from_plain(plain) if plain else None)

    def keep_link(self, state: LinkState) -> None:
        why = state.why.as_plain() if state.why else {}
        self._put("link", encode([state.word.value, stamp(state.since), why]))

    def used(self, day: date) -> int:
        """Bytes that went over the link on a day (UTC, trusted)."""
        fields = self._fields("used", 2)
        return 0 if fields is None or fields.day() != day else fields.integer()

    def keep_used(self, day: date, count: int) -> None:
        self._put("used", encode([ordinal(day), count]))

    def rate(self) -> int:
        """Bytes a second when the link was last measured, 0 where it never was."""
        fields = self._fields("rate", 1)
        return 0 if fields is None else fields.integer()

    def keep_rate(self, rate: int) -> None:
        self._put("rate", encode([rate]))

    def last_good_exchange(self) -> datetime | None:
        fields = self._fields("good", 1)
        return None if fields is None else fields.time()

    def keep_good_exchange(self, at: datetime) -> None:
        self._put("good", encode([stamp(at)]))

    # --- inside ----------------------------------------------------------------------------------------------------

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
        with self._guard, translated_errors(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
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


def open_spool(path: Path) -> Spool:
    """Open the spool, making it where there is none. Raises DiskFull or DiskFailed."""
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
    return Spool(path, connection)
