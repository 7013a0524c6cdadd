"""Entries chained by hash: each one vouches for all before it.

An entry is written in the transaction of the act it tells of, so that there is no act without its entry and no entry
without its act. Its hash is SHA-256 over the hash before it and its own canonical bytes (JSON of all its fields, keys
sorted, ASCII). Changing, inserting or leaving out an entry breaks every hash after it; `verify` names the first one.
Cutting entries off at the end is what the chain alone cannot show.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.ids import AccountId, ListName

MIGRATIONS: Final = Migrations("journal")

BEGINNING: Final = bytes(32)
"""What stands before the first entry."""

_DOMAIN: Final = b"BorderDesk journal entry 1"

Details = Mapping[str, Any]
"""What else an entry holds: anything JSON can carry."""

_NOTHING: Final[Details] = MappingProxyType({})
_NO_LISTS: Final[Mapping[ListName, int]] = MappingProxyType({})


@MIGRATIONS()
def make_journal(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE journal (
            number INTEGER PRIMARY KEY,    -- from 1, without gaps
            kind TEXT NOT NULL,
            who TEXT NOT NULL,
            trusted_at TEXT NOT NULL,
            wall_at TEXT NOT NULL,
            why TEXT NOT NULL,
            details TEXT NOT NULL,         -- canonical JSON
            editions TEXT NOT NULL,        -- canonical JSON: list name to edition number
            previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TRIGGER journal_is_not_rewritten BEFORE UPDATE ON journal
           BEGIN SELECT raise(ABORT, 'the journal is only ever added to'); END"""
    )
    db.conn.execute(
        """CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal
           BEGIN SELECT raise(ABORT, 'the journal is only ever added to'); END"""
    )


@MIGRATIONS()
def make_segments(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE journal_segments (
            first INTEGER PRIMARY KEY,     -- number of its first entry
            last INTEGER NOT NULL UNIQUE,
            previous BLOB NOT NULL,        -- hash before its first entry
            head BLOB NOT NULL,            -- hash of its last entry
            closed_at TEXT NOT NULL,       -- trusted time
            signature BLOB NOT NULL,
            purged INTEGER NOT NULL        -- 1 where its entries were deleted by policy
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TRIGGER segments_stay BEFORE DELETE ON journal_segments
           BEGIN SELECT raise(ABORT, 'the journal is only ever added to'); END"""
    )
    db.conn.execute(
        """CREATE TRIGGER segments_are_only_purged BEFORE UPDATE ON journal_segments
           WHEN new.purged <> 1 OR (old.first, old.last, old.previous, old.head, old.closed_at, old.signature)
                            IS NOT (new.first, new.last, new.previous, new.head, new.closed_at, new.signature)
           BEGIN SELECT raise(ABORT, 'the journal is only ever added to'); END"""
    )
    db.conn.execute("DROP TRIGGER journal_is_not_cut")
    db.conn.execute(
        """CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal
           WHEN NOT EXISTS (SELECT 1 FROM journal_segments WHERE purged = 1 AND old.number BETWEEN first AND last)
           BEGIN SELECT raise(ABORT, 'the journal is only ever added to'); END"""
    )


@MIGRATIONS()
def make_copy(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE journal_copy (        -- how far the auditor's copy goes (copies)
            id INTEGER PRIMARY KEY CHECK (id = 1),
            check_value BLOB NOT NULL,     -- tells the key it is sealed with from another
            purged INTEGER NOT NULL,       -- segments purged when it was written
            entry INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            length INTEGER NOT NULL        -- bytes of the file
        ) STRICT"""
    )
    db.conn.execute("CREATE TABLE journal_notes (id TEXT PRIMARY KEY) STRICT")  # left outside and taken in


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands. `number` counts from 1 without gaps; `previous` is the hash of the entry before it."""

    number: int
    kind: str
    who: str
    at: Moment
    why: str
    details: Details
    editions: Mapping[ListName, int]
    previous: bytes
    hash: bytes


# By hand, because every scan writes an entry, and composing a statement takes ten times as long as running it.
_INSERT: Final = """
    INSERT INTO journal (number, kind, who, trusted_at, wall_at, why, details, editions, previous, hash)
    VALUES (:number, :kind, :who, :trusted_at, :wall_at, :why, :details, :editions, :previous, :hash)"""


def append(
    db: Database,
    *,
    kind: str,
    who: AccountId | str,
    at: Moment,
    why: str = "",
    details: Details = _NOTHING,
    editions: Mapping[ListName, int] = _NO_LISTS,
) -> Entry:
    """Add one entry inside the caller's transaction.

    `kind` is the event (`screening`, `hit`, `sign-in` …), `who` the account that did it or the program's part,
    `why` the reason given, `details` anything JSON can carry, `editions` what the act was answered from.
    """
    last = db.conn.execute("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1").fetchone()
    if last is None:
        # Everything before was purged: the chain goes on from what stands for it.
        last = db.conn.execute("SELECT last, head FROM journal_segments ORDER BY last DESC LIMIT 1").fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, BEGINNING)
    fields: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "who": who,
        "trusted_at": at.trusted.isoformat(),
        "wall_at": at.wall.isoformat(),
        "why": why,
        "details": canonical(details),
        "editions": canonical(editions),
    }
    own = entry_hash(previous, fields)
    db.conn.execute(_INSERT, {**fields, "previous": previous, "hash": own})
    return Entry(number, kind, who, at, why, details, editions, previous, own)


def entries(db: Database, *, since: int = 1) -> Iterator[Entry]:
    """The entries from number `since` on, in order."""
    for row in db.query("SELECT * FROM journal WHERE number >= ? ORDER BY number", (since,)):
        yield Entry(
            number=row["number"],
            kind=row["kind"],
            who=row["who"],
            at=Moment(datetime.fromisoformat(row["trusted_at"]), datetime.fromisoformat(row["wall_at"])),
            why=row["why"],
            details=json.loads(row["details"]),
            editions=json.loads(row["editions"]),
            previous=row["previous"],
            hash=row["hash"],
        )


def canonical(value: Mapping[Any, Any]) -> str:
    """The one JSON text of a mapping: keys sorted, ASCII, no blanks."""
    return json.dumps(dict(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


_HASHED: Final = ("number", "kind", "who", "trusted_at", "wall_at", "why", "details", "editions")


def entry_hash(previous: bytes, fields: Mapping[str, Any]) -> bytes:
    """An entry's hash, from the hash before it and its fields."""
    content = canonical({name: fields[name] for name in _HASHED}).encode("ascii")
    return hashlib.sha256(_DOMAIN + previous + content).digest()
