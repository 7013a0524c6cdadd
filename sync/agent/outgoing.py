"""What waits in the spool on its way out: sealed uploads until the bureau's receipt for each is in the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Set

from borderdesk.hits.types import SealedItem
from sync.agent.lanes import Lane, lane_of_upload
from sync.agent.spool_file import SpoolFile
from sync.wire import Envelope, Receipt, SignedBytes
from sync.wire.cbor import stamp
from sync.wire.refusals import ENVELOPE
from sync.wire.uploads import MAX_ENVELOPE


class Outgoing(SpoolFile):
    """The outbox as the link sees it. An item without a receipt is never forgotten."""

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

    def refuse_receipt(self, counter: int) -> None:
        """A receipt that is no longer believed: its item waits again."""
        with self._transaction() as db:
            db.execute("UPDATE outbox SET receipt = NULL, received_at = NULL WHERE counter = ?", (counter,))
