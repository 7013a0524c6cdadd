"""What the other desks of the post counted, as the bureau passes it on.

Each desk tells the bureau once a day how many travellers it screened in which hour and what was said of them. The
bureau sends those numbers, and nothing else of the report, to the other desks of the same post in a signed letter.
So the numbers of the post are as old as the last report of each desk, and say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import cbor2
from sqlite_utils import Database, Migrations

from borderdesk.errors import KnownError
from borderdesk.ids import DeskId
from borderdesk.screening.verdict import VerdictWord
from borderdesk.words import say

BESIDE_KIND: Final = "post-numbers"
"""The kind of letter."""

KEPT: Final = timedelta(days=8)
"""How long an hour is kept: a day more than travellers are remembered."""

MOST_HOURS: Final = 1_000
"""Rows of one letter: two weeks of hours with every word."""

MIGRATIONS: Final = Migrations("beside")
_VERSION: Final = 1
_MAX_BYTES: Final = 64 * 1024
_NUMBER: Final = range(10_000_000)


class UnreadableNumbers(KnownError):
    """Numbers of another desk that do not decode."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("The numbers of another desk of this post could not be read ({reason}).", reason=reason),
            safe=say("The desk works as before."),
            todo=say("Call the bureau, and update the desk if the bureau is newer."),
        )


@dataclass(frozen=True, slots=True)
class DeskReport:
    """What `desk` told in its upload of this `counter`, at `at`: travellers by hour (UTC) and word."""

    desk: DeskId
    counter: int
    at: datetime
    hours: Mapping[tuple[datetime, VerdictWord], int]


@dataclass(frozen=True, slots=True)
class DeskNumbers:
    """What one other desk counted since a time, as of its newest report."""

    desk: DeskId
    as_of: datetime
    counted: Mapping[VerdictWord, int]

    @property
    def screened(self) -> int:
        """Travellers and lines of lists."""
        return sum(self.counted.values())


@MIGRATIONS()
def make_beside(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE beside_reports (
            desk TEXT NOT NULL,
            counter INTEGER NOT NULL,      -- of the desk's own upload: the same report twice is one
            at TEXT NOT NULL,
            PRIMARY KEY (desk, counter)
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE beside_hours (
            desk TEXT NOT NULL,
            counter INTEGER NOT NULL,
            hour TEXT NOT NULL,
            word TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (desk, counter, hour, word)
        ) STRICT"""
    )


def beside_body(report: DeskReport) -> bytes:
    """The body of the letter: a CBOR map with short text keys."""
    hours = [[hour.isoformat(), word.value, count] for (hour, word), count in sorted(report.hours.items())]
    plain = {"v": _VERSION, "desk": report.desk, "counter": report.counter, "at": report.at.isoformat(), "hours": hours}
    return cbor2.dumps(plain, canonical=True)


def read_beside_body(body: bytes) -> DeskReport:
    """The inverse of `beside_body`. Raises UnreadableNumbers."""
    if len(body) > _MAX_BYTES:
        raise UnreadableNumbers(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableNumbers("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableNumbers("version")
    match plain:
        case {"desk": str(desk), "counter": int(counter), "at": str(at), "hours": list(rows)} if (
            len(rows) <= MOST_HOURS
        ):
            try:
                return DeskReport(DeskId(desk), counter, _time(at), dict(_row(row) for row in rows))
            except ValueError as error:
                raise UnreadableNumbers(str(error)) from error
        case _:
            raise UnreadableNumbers("a field is missing")


def enter(db: Database, report: DeskReport) -> bool:
    """Keep a report, inside the caller's transaction, and drop old hours. False where it is here already."""
    new = db.conn.execute(
        "INSERT OR IGNORE INTO beside_reports VALUES (?, ?, ?)", (report.desk, report.counter, report.at.isoformat())
    ).rowcount
    if new:
        db.conn.executemany(
            "INSERT INTO beside_hours VALUES (?, ?, ?, ?, ?)",
            [
                (report.desk, report.counter, hour.isoformat(), word.value, count)
                for (hour, word), count in report.hours.items()
            ],
        )
        oldest = (report.at - KEPT).isoformat()
        db.conn.execute("DELETE FROM beside_hours WHERE hour < ?", (oldest,))
        db.conn.execute("DELETE FROM beside_reports WHERE at < ?", (oldest,))
    return bool(new)


def others(db: Database, since: datetime) -> tuple[DeskNumbers, ...]:
    """What every other desk of the post that told anything counted since a time, by its name."""
    newest = db.conn.execute("SELECT desk, max(at) FROM beside_reports GROUP BY desk ORDER BY desk").fetchall()
    counted: dict[str, Counter[VerdictWord]] = {desk: Counter() for desk, _ in newest}
    for desk, word, count in db.conn.execute(
        "SELECT desk, word, sum(count) FROM beside_hours WHERE hour >= ? GROUP BY desk, word", (since.isoformat(),)
    ):
        if desk in counted:
            counted[desk][VerdictWord(word)] = count
    return tuple(DeskNumbers(DeskId(desk), datetime.fromisoformat(at), counted[desk]) for desk, at in newest)


def _row(row: object) -> tuple[tuple[datetime, VerdictWord], int]:
    match row:
        case [str(hour), str(word), int(count)] if count in _NUMBER:
            return (_time(hour), VerdictWord(word)), count
        case _:
            raise ValueError("an hour")


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return at
