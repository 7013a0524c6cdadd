"""What this desk keeps for the other desks of its post: their sealed uploads on the way to the bureau, and what the
bureau says to them on the way back.

Nothing of it can be read here: uploads are sealed to the bureau, letters and keys to the desk they are for. An upload
is kept until the bureau's signed receipt for it is here, and the desk that queued it trims it only when it has verified
that receipt itself. Plain SQLite beside the spool; the server of the post and the exchange use it from two processes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DeskId
from borderdesk.words import say
from sync.agent.lanes import Lane, lane_of_upload
from sync.agent.spool_file import all_or_nothing, translated_errors
from sync.wire import Envelope, Receipt, SignedBytes, VerifyingKey
from sync.wire.letters import MAX_LETTERS, MAX_LETTERS_BYTES
from sync.wire.refusals import ENVELOPE, Refused
from sync.wire.relaying import MOST_DESKS, Brought, Handover, Wanted, Word
from sync.wire.signed import Purpose, key_ring
from sync.wire.uploads import MAX_ENVELOPE

RELAY: Final = "post-relay.db"
MIGRATIONS: Final = Migrations("relay")
KEPT_RECEIPTS: Final = 20_000
"""Of all desks together; the oldest go first. An upload whose receipt went is asked for at the bureau again."""


@MIGRATIONS()
def lay_the_relay(db: Database) -> None:
    for statement in (
        """CREATE TABLE desks (
            id TEXT PRIMARY KEY,
            signing BLOB NOT NULL,
            transport BLOB NOT NULL,
            revoked BLOB NOT NULL,         -- the bureau's signed word, empty in good standing
            letters INTEGER NOT NULL,      -- what it said it has
            epoch INTEGER NOT NULL,        -- what it asked the key of; 0 for none
            asks INTEGER NOT NULL          -- 1 from when it asked until the bureau was asked
        ) STRICT""",
        """CREATE TABLE uploads (
            desk TEXT NOT NULL,
            counter INTEGER NOT NULL,
            content_hash BLOB NOT NULL,
            urgency INTEGER NOT NULL,
            envelope BLOB,                 -- NULL once its receipt is here
            receipt BLOB,
            PRIMARY KEY (desk, counter, content_hash)
        ) STRICT""",
        "CREATE TABLE strangers (seen INTEGER NOT NULL) STRICT",
        "INSERT INTO strangers VALUES (1)",
        "CREATE INDEX uploads_waiting ON uploads (urgency, counter) WHERE receipt IS NULL",
        "CREATE TABLE letters (desk TEXT, number INTEGER, signed BLOB NOT NULL, PRIMARY KEY (desk, number)) STRICT",
        "CREATE TABLE grants (desk TEXT, epoch INTEGER, signed BLOB NOT NULL, PRIMARY KEY (desk, epoch)) STRICT",
    ):
        db.conn.execute(statement)


class RelayFull(KnownError):
    """As much is kept for other desks as the policy lets this one keep."""

    def __init__(self) -> None:
        super().__init__(
            say("This desk keeps no more uploads for the other desks of its post: there is no room."),
            safe=NOTHING_CHANGED,
            todo=say("They keep what they have; use a stick, or the link, until this desk reaches the bureau."),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """How to know another desk of the post again."""

    desk: DeskId
    signing: VerifyingKey
    transport: VerifyingKey
    revoked: bytes


@dataclass(frozen=True, slots=True)
class Relayed:
    """One upload of another desk that waits for the bureau's receipt."""

    desk: DeskId
    counter: int
    content_hash: bytes
    envelope: bytes


class Relay:
    """The relay of one folder. It does nothing until it is opened. Methods raise DiskFull or DiskFailed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RELAY

    @property
    def is_open(self) -> bool:
        """Whether this desk keeps anything for others."""
        return self._path.exists()

    def open(self) -> None:
        """Keep from now on what other desks of the post hand over."""
        with translated_errors(self._path):
            if not self._path.exists():
                os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
            with closing(self._connect()) as connection:
                MIGRATIONS.apply(Database(connection))

    def close(self) -> None:
        """Keep it no longer. What was handed over is still at the desks it came from."""
        for end in ("", "-wal", "-shm"):
            Path(f"{self._path}{end}").unlink(missing_ok=True)

    # --- towards the other desks -----------------------------------------------------------------------------------

    def known(self, desk: str) -> Known | None:
        """A desk of the post, as the bureau named it; None for anybody else."""
        with self._transaction() as db:
            row = db.execute("SELECT id, signing, transport, revoked FROM desks WHERE id = ?", (desk,)).fetchone()
        if row is None:
            return None
        return Known(DeskId(row[0]), VerifyingKey(bytes(row[1])), VerifyingKey(bytes(row[2])), bytes(row[3]))

    def note_stranger(self) -> None:
        """Somebody asked whom the bureau has not named here: perhaps a new desk of the post."""
        with self._transaction() as db:
            db.execute("UPDATE strangers SET seen = 1")

    def take(self, desk: Known, handed: Handover, most_bytes: int) -> Brought:
        """Keep what a desk hands over, and give it what lies here for it. Raises RelayFull with nothing kept."""
        uploads = [upload for data in handed.envelopes if (upload := _own(desk, data)) is not None]
        with self._transaction() as db:
            if uploads:
                (there,) = db.execute("SELECT coalesce(sum(length(envelope)), 0) FROM uploads").fetchone()
                if there + sum(len(one.envelope) for one, _ in uploads) > most_bytes:
                    raise RelayFull
            for one, lane in uploads:
                db.execute(
                    "INSERT OR IGNORE INTO uploads (desk, counter, content_hash, urgency, envelope)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (one.desk, one.counter, one.content_hash, int(lane), one.envelope),
                )
            db.execute("DELETE FROM letters WHERE desk = ? AND number <= ?", (desk.desk, handed.letters))
            db.execute(
                "UPDATE desks SET letters = ?, epoch = ?, asks = 1 WHERE id = ?",
                (handed.letters, handed.epoch, desk.desk),
            )
            receipts = [
                bytes(row[0])
                for one, _ in uploads
                if (row := db.execute(_RECEIPT, (one.desk, one.counter, one.content_hash)).fetchone())
            ]
            letters = [
                bytes(signed)
                for (signed,) in db.execute("SELECT signed FROM letters WHERE desk = ? ORDER BY number", (desk.desk,))
            ]
            (newest,) = db.execute(
                "SELECT coalesce(max(number), 0) FROM letters WHERE desk = ?", (desk.desk,)
            ).fetchone()
            grant = db.execute(
                "SELECT signed FROM grants WHERE desk = ? AND epoch = ?", (desk.desk, handed.epoch)
            ).fetchone()
        return Brought(tuple(receipts), newest, _within(letters), bytes(grant[0]) if grant else b"")

    # --- towards the bureau ------------------------------------------------------------------------------------------

    @property
    def has_strangers(self) -> bool:
        """Whether the bureau is to be asked who belongs to the post."""
        with self._transaction() as db:
            return bool(db.execute("SELECT seen FROM strangers").fetchone()[0])

    def wanted(self) -> tuple[Wanted, ...]:
        """What the desks lack that asked since the bureau was asked last."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT id, letters, epoch FROM desks WHERE asks AND revoked = x'' LIMIT ?", (MOST_DESKS,)
            )
            return tuple(Wanted(DeskId(desk), letters, epoch) for desk, letters, epoch in rows.fetchall())

    def heard(self, words: Sequence[Word], asked: Iterable[Wanted]) -> None:
        """Keep what the bureau said. A desk it names no more is none of this post."""
        with self._transaction() as db:
            db.execute("UPDATE strangers SET seen = 0")
            named = {word.desk for word in words}
            for (desk,) in db.execute("SELECT id FROM desks").fetchall():
                if desk not in named:
                    db.execute("DELETE FROM desks WHERE id = ?", (desk,))
            for word in words:
                db.execute(
                    "INSERT INTO desks VALUES (?, ?, ?, ?, 0, 0, 0) ON CONFLICT (id) DO UPDATE SET"
                    " signing = excluded.signing, transport = excluded.transport, revoked = excluded.revoked",
                    (word.desk, word.signing.raw, word.transport.raw, word.revoked),
                )
            epochs = {one.desk: one for one in asked}
            for word in words:
                one = epochs.get(word.desk)
                if one is None:
                    continue
                for place, signed in enumerate(word.letters, start=one.letters + 1):
                    db.execute("INSERT OR REPLACE INTO letters VALUES (?, ?, ?)", (word.desk, place, signed))
                if word.grant:
                    db.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?)", (word.desk, one.epoch, word.grant))
                db.execute(
                    "UPDATE desks SET asks = 0 WHERE id = ? AND letters = ? AND epoch = ?",
                    (one.desk, one.letters, one.epoch),
                )

    def first_lane(self, skip: Set[bytes] = frozenset()) -> Lane | None:
        """The lane of the most urgent upload that waits, None where none does. `skip` names content hashes."""
        waiting = self._waiting(skip, Lane.BULK)
        return Lane(waiting[0][0]) if waiting else None

    def waiting(self, *, most: int, most_bytes: int, skip: Set[bytes], last: Lane) -> list[Relayed]:
        """The next uploads of one lane, as `Spool.waiting` gives its own."""
        rows = self._waiting(skip, last)
        chosen: list[Relayed] = []
        size = 0
        with self._transaction() as db:
            for urgency, length, desk, counter, content_hash in rows[:most]:
                size += length
                if urgency != rows[0][0] or (chosen and size > most_bytes):
                    break
                (envelope,) = db.execute(_ENVELOPE, (desk, counter, content_hash)).fetchone()
                chosen.append(Relayed(DeskId(desk), counter, bytes(content_hash), bytes(envelope)))
        return chosen

    def accept(self, receipt: Receipt, signed: bytes) -> bool:
        """Keep a receipt that was verified; its upload may go. False where nothing here fits it, or it was here."""
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE uploads SET receipt = ?, envelope = NULL"
                " WHERE desk = ? AND counter = ? AND content_hash = ? AND receipt IS NULL",
                (signed, receipt.desk, receipt.counter, receipt.content_hash),
            ).rowcount
            db.execute(
                "DELETE FROM uploads WHERE receipt IS NOT NULL AND rowid <="
                " (SELECT coalesce(max(rowid), 0) - ? FROM uploads)",
                (KEPT_RECEIPTS,),
            )
        return changed == 1

    def _waiting(self, skip: Set[bytes], last: Lane) -> list[tuple[int, int, str, int, bytes]]:
        if not self.is_open:
            return []
        with self._transaction() as db:
            rows = db.execute(
                "SELECT urgency, length(envelope), desk, counter, content_hash FROM uploads"
                " JOIN desks ON desks.id = uploads.desk"
                " WHERE receipt IS NULL AND revoked = x'' AND urgency <= ?"
                " ORDER BY urgency, length(envelope), desk, counter",
                (int(last),),
            ).fetchall()
        return [row for row in rows if bytes(row[4]) not in skip]

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        connection.execute("PRAGMA journal_mode = WAL")
        # Another desk counts on what was taken from it.
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with translated_errors(self._path), closing(self._connect()) as connection, all_or_nothing(connection):
            yield connection


_RECEIPT: Final = (
    "SELECT receipt FROM uploads WHERE desk = ? AND counter = ? AND content_hash = ? AND receipt IS NOT NULL"
)
_ENVELOPE: Final = "SELECT envelope FROM uploads WHERE desk = ? AND counter = ? AND content_hash = ?"


def _own(desk: Known, data: bytes) -> tuple[Relayed, Lane] | None:
    """An upload that this very desk has signed; None for anything else, which nobody keeps."""
    try:
        signed = SignedBytes.decode(data, ENVELOPE, MAX_ENVELOPE)
        envelope = Envelope.decode(signed.payload)
        signed.verify(Purpose.ENVELOPE, key_ring([desk.signing]), ENVELOPE)
    except Refused:
        return None
    if envelope.desk != desk.desk:
        return None
    return Relayed(desk.desk, envelope.counter, sha256(data).digest(), data), lane_of_upload(envelope.kind)


def _within(letters: list[bytes]) -> tuple[bytes, ...]:
    """As many letters as go into one answer."""
    chosen: list[bytes] = []
    for signed in letters[:MAX_LETTERS]:
        if sum(map(len, chosen)) + len(signed) > MAX_LETTERS_BYTES - 1024:
            break
        chosen.append(signed)
    return tuple(chosen)
