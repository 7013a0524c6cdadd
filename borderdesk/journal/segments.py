"""Signed segments: what makes a cut at the end visible, and what remains of entries the policy deletes.

Now and then the desk signs the hash of its last entry, which vouches for all before it. When the entries of a segment
have grown older than the policy allows, they are deleted and the segment stays: from where to where, both hashes, the
signature. So the chain still closes, and anybody can see that entries were there, how many, and until when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.ids import AccountId
from borderdesk.journal.chain import BEGINNING, append, canonical

_DOMAIN: Final = b"BorderDesk journal segment 1"


class Signer(Protocol):
    """The desk's signing key (Ed25519): `cryptography`'s private key is one."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature over exactly these bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Segment:
    """Entries `first` to `last`; `previous` is the hash before them, `head` that of the last one."""

    first: int
    last: int
    previous: bytes
    head: bytes
    closed_at: datetime
    signature: bytes
    purged: bool

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return signed_bytes(self.first, self.last, self.previous, self.head, self.closed_at)


def signed_bytes(first: int, last: int, previous: bytes, head: bytes, closed_at: datetime) -> bytes:
    """The bytes a segment's signature is over."""
    fields = {
        "first": first,
        "last": last,
        "previous": previous.hex(),
        "head": head.hex(),
        "closed_at": closed_at.isoformat(),
    }
    return _DOMAIN + canonical(fields).encode("ascii")


def close_segment(db: Database, signer: Signer, *, at: Moment) -> Segment | None:
    """Sign everything since the last segment, inside the caller's transaction. None where there is nothing new."""
    before = db.conn.execute("SELECT last, head FROM journal_segments ORDER BY last DESC LIMIT 1").fetchone()
    last_signed, previous = before or (0, BEGINNING)
    newest = db.conn.execute("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1").fetchone()
    if newest is None or newest[0] <= last_signed:
        return None
    first, (last, head) = last_signed + 1, newest
    signature = signer.sign(signed_bytes(first, last, previous, head, at.trusted))
    db.conn.execute(
        "INSERT INTO journal_segments VALUES (?, ?, ?, ?, ?, ?, 0)",
        (first, last, previous, head, at.trusted.isoformat(), signature),
    )
    return Segment(first, last, previous, head, at.trusted, signature, False)


def segments(db: Database) -> Iterator[Segment]:
    """All segments, in order."""
    for first, last, previous, head, closed_at, signature, purged in db.conn.execute(
        "SELECT first, last, previous, head, closed_at, signature, purged FROM journal_segments ORDER BY first"
    ):
        yield Segment(first, last, previous, head, datetime.fromisoformat(closed_at), signature, bool(purged))


def purge(db: Database, *, years: int, who: AccountId | str, at: Moment) -> int:
    """Delete the entries of segments closed more than `years` ago, oldest first, and say so in the journal.

    Inside the caller's transaction. Returns how many entries were deleted.
    """
    limit = at.trusted - timedelta(days=round(years * 365.25))
    deleted, last = 0, 0
    for segment in list(segments(db)):
        if segment.purged:
            continue
        if segment.closed_at > limit:
            break
        db.conn.execute("UPDATE journal_segments SET purged = 1 WHERE first = ?", (segment.first,))
        db.conn.execute("DELETE FROM journal WHERE number BETWEEN ? AND ?", (segment.first, segment.last))
        deleted, last = deleted + segment.last - segment.first + 1, segment.last
    if deleted:
        append(
            db,
            kind="purge",
            who=who,
            at=at,
            why=f"older than {years} years",
            details={"entries": deleted, "last": last},
        )
    return deleted
