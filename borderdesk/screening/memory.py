"""The desk's memory of its screenings: what was asked, what was answered, on which editions.

Kept for the days in which travellers are screened again when an edition arrives, and so that the officer finds the
shift's screenings after a restart; what is older is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter
from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.ids import ScreeningId
from borderdesk.policy import Policy
from borderdesk.screening.verdict import Verdict

MIGRATIONS = Migrations("screenings")

_AS_JSON: Final = TypeAdapter(Verdict)


@MIGRATIONS()
def make_screenings(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE screenings (
            id TEXT PRIMARY KEY,
            asked_at TEXT NOT NULL,        -- trusted time
            word TEXT NOT NULL,
            verdict TEXT NOT NULL          -- the whole Verdict, as JSON
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX screenings_at ON screenings (asked_at)")


def remember(db: Database, verdict: Verdict) -> None:
    """Keep a verdict, inside the caller's transaction."""
    db.table("screenings").insert(
        {
            "id": verdict.screening,
            "asked_at": verdict.asked_at.trusted.isoformat(),
            "word": verdict.word.value,
            "verdict": _AS_JSON.dump_json(verdict).decode(),
        }
    )


def recall(db: Database, screening: ScreeningId) -> Verdict | None:
    """One verdict as it was given, or None where it was forgotten."""
    row = db.conn.execute("SELECT verdict FROM screenings WHERE id = ?", (screening,)).fetchone()
    return None if row is None else _AS_JSON.validate_json(row[0])


def recent(db: Database, *, limit: int) -> tuple[Verdict, ...]:
    """The newest verdicts, newest first."""
    rows = db.conn.execute("SELECT verdict FROM screenings ORDER BY asked_at DESC, rowid DESC LIMIT ?", (limit,))
    return tuple(_AS_JSON.validate_json(text) for (text,) in rows)


def since(db: Database, oldest: datetime) -> Iterator[Verdict]:
    """The verdicts given at or after a trusted time in UTC, oldest first."""
    rows = db.conn.execute(
        "SELECT verdict FROM screenings WHERE asked_at >= ? ORDER BY asked_at", (oldest.isoformat(),)
    )
    for (text,) in rows:
        yield _AS_JSON.validate_json(text)


def forget_old(db: Database, *, at: Moment, policy: Policy) -> int:
    """Drop screenings older than the policy's days for re-checks. Returns how many."""
    oldest = at.trusted - timedelta(days=policy.recheck_days)
    return int(db.conn.execute("DELETE FROM screenings WHERE asked_at < ?", (oldest.isoformat(),)).rowcount)
