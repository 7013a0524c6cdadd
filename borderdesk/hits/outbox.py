"""What waits for upload, until the bureau's signed receipt is here.

An item is sealed, signed and counted in the very transaction that records the act, so there is no moment at which an
act is known and its report is not. The counter has no gaps: the bureau sees from a gap that something was lost or
suppressed. An item is only trimmed after its receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.errors import TamperingError
from borderdesk.hits.types import SealedItem, Sealer
from borderdesk.words import say

MIGRATIONS = Migrations("outbox")


@MIGRATIONS()
def make_outbox(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE outbox (
            counter INTEGER PRIMARY KEY,   -- 1, 2, 3 … per desk, never used twice
            kind TEXT NOT NULL,
            about TEXT NOT NULL,           -- what it reports: a hit's id
            content_hash BLOB NOT NULL,
            envelope BLOB,                 -- NULL once trimmed
            queued_at TEXT NOT NULL,
            received_at TEXT               -- the bureau's signed time; NULL while it waits
        ) STRICT"""
    )


class ForeignReceipt(TamperingError):
    """A receipt for something this desk never sent, or sent with other content."""

    def __init__(self, counter: int) -> None:
        super().__init__(
            say("A receipt for item {counter} does not fit what this desk sent.", counter=counter),
            safe=say("The item stays in the outbox and is sent again."),
            todo=say("Tell the bureau: somebody may be altering the link."),
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item that has no receipt yet."""

    item: SealedItem
    kind: str
    about: str
    queued_at: datetime


def queue(db: Database, sealer: Sealer, *, kind: str, about: str, body: bytes, at: Moment) -> SealedItem:
    """Seal the body and put it into the outbox, inside the caller's transaction."""
    (last,) = db.conn.execute("SELECT coalesce(max(counter), 0) FROM outbox").fetchone()
    item = sealer.seal(last + 1, kind, body)
    db.conn.execute(
        "INSERT INTO outbox (counter, kind, about, content_hash, envelope, queued_at) VALUES (?, ?, ?, ?, ?, ?)",
        (item.counter, kind, about, item.content_hash, item.envelope, at.trusted.isoformat()),
    )
    return item


def waiting(db: Database) -> tuple[Waiting, ...]:
    """Everything without a receipt, oldest first."""
    rows = db.conn.execute(
        "SELECT counter, content_hash, envelope, kind, about, queued_at"
        " FROM outbox WHERE received_at IS NULL ORDER BY counter"
    )
    return tuple(
        Waiting(SealedItem(counter, digest, envelope), kind, about, datetime.fromisoformat(queued_at))
        for counter, digest, envelope, kind, about, queued_at in rows
    )


def count_waiting(db: Database) -> int:
    """How many items have no receipt yet."""
    (count,) = db.conn.execute("SELECT count(*) FROM outbox WHERE received_at IS NULL").fetchone()
    return int(count)


def accept_receipt(db: Database, *, counter: int, content_hash: bytes, received_at: datetime) -> bool:
    """Note a receipt whose signature was verified, and trim the item's bytes. False where it was known already.

    The row itself stays, so that its counter is never given out again. Raises ForeignReceipt.
    """
    row = db.conn.execute("SELECT content_hash, received_at FROM outbox WHERE counter = ?", (counter,)).fetchone()
    if row is None or bytes(row[0]) != content_hash:
        raise ForeignReceipt(counter)
    if row[1] is not None:
        return False
    db.conn.execute(
        "UPDATE outbox SET received_at = ?, envelope = NULL WHERE counter = ?", (received_at.isoformat(), counter)
    )
    return True
