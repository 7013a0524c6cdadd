"""The scores of candidates on which officers acted: what thresholds are tuned by, long after screenings are forgotten.

Holds no name and no document; which candidate it was is told by screening and record alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.ids import ListName, RecordKey, RecordRef, ScreeningId
from borderdesk.screening.verdict import Verdict

MIGRATIONS: Final = Migrations("decided")


@MIGRATIONS()
def make_decided(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE decided (
            screening TEXT NOT NULL,
            list TEXT NOT NULL,
            key TEXT NOT NULL,
            score REAL NOT NULL,
            cleared INTEGER NOT NULL,      -- 1 where the officer said that it is another person
            PRIMARY KEY (screening, list, key)
        ) STRICT, WITHOUT ROWID"""
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """A candidate on which an officer acted, and the score (0 to 1) it was shown with."""

    screening: ScreeningId
    list: ListName
    key: RecordKey
    score: float
    cleared: bool


def note(db: Database, verdict: Verdict, record: RecordRef, *, cleared: bool = False) -> None:
    """Note that an officer acted on this candidate; nothing happens where the record is no candidate."""
    for candidate in verdict.candidates:
        if candidate.record == record:
            db.conn.execute(
                "INSERT INTO decided VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET cleared = max(cleared, ?)",
                (verdict.screening, record.list, record.key, candidate.score, cleared, cleared),
            )


def every(db: Database) -> tuple[Decided, ...]:
    """All of them."""
    rows = db.conn.execute("SELECT screening, list, key, score, cleared FROM decided ORDER BY screening, list, key")
    return tuple(
        Decided(ScreeningId(screening), ListName(name), RecordKey(key), score, bool(cleared))
        for screening, name, key, score, cleared in rows
    )
