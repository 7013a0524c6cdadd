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
from borderdesk.errors import TamperingError
from borderdesk.ids import AccountId, ListName
from borderdesk.words import Sentence, say

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


@dataclass(frozen=True, slots=True)
class JournalReport:
    """What `verify` found. `entries` were looked at; `broken` says in one sentence what is wrong with the first entry
    that does not fit, `broken_at` is its number. `head` is the hash of the last entry, which vouches for all."""

    entries: int
    head: bytes
    broken_at: int | None = None
    broken: Sentence | None = None

    @property
    def is_whole(self) -> bool:
        """True where every entry fits."""
        return self.broken is None

    def require_whole(self) -> None:
        """Raises JournalBroken where an entry does not fit."""
        if self.broken is not None:
            raise JournalBroken(self.broken)


class JournalBroken(TamperingError):
    """The journal was changed by something other than this program."""

    def __init__(self, broken: Sentence) -> None:
        super().__init__(
            say("The journal is not whole: {reason}", reason=broken),
            safe=say("The entries before it are proven; lists and hits are not touched."),
            todo=say("Export the journal as it is, keep the disk, and tell the bureau."),
        )


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
    number, previous = (last[0] + 1, last[1]) if last else (1, BEGINNING)
    fields: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "who": who,
        "trusted_at": at.trusted.isoformat(),
        "wall_at": at.wall.isoformat(),
        "why": why,
        "details": _canonical(details),
        "editions": _canonical(editions),
    }
    own = _hash(previous, fields)
    db.table("journal").insert({**fields, "previous": previous, "hash": own})
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


def verify(db: Database) -> JournalReport:
    """Compute every hash again. Reports the first entry that does not fit; raises nothing by itself."""
    seen, head = 0, BEGINNING
    for row in db.query("SELECT * FROM journal ORDER BY number"):
        number, own = row["number"], row["hash"]
        wrong: Sentence | None = None
        if number != seen + 1:
            wrong = say(
                "entry {number} follows entry {before}; entries between them are missing.", number=number, before=seen
            )
        elif row["previous"] != head:
            wrong = say("entry {number} does not continue the entry before it.", number=number)
        elif _hash(head, row) != own:
            wrong = say("entry {number} was changed after it was written.", number=number)
        if wrong is not None:
            return JournalReport(seen, head, number, wrong)
        seen, head = number, own
    return JournalReport(seen, head)


def _canonical(value: Mapping[Any, Any]) -> str:
    return json.dumps(dict(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


_HASHED: Final = ("number", "kind", "who", "trusted_at", "wall_at", "why", "details", "editions")


def _hash(previous: bytes, fields: Mapping[str, Any]) -> bytes:
    content = _canonical({name: fields[name] for name in _HASHED}).encode("ascii")
    return hashlib.sha256(_DOMAIN + previous + content).digest()
