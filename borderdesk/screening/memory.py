"""The desk's memory of its screenings: what was asked, what was answered, on which editions.

Kept for the days in which travellers are screened again when an edition arrives, and so that the officer finds the
shift's screenings after a restart; what is older is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter
from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.ids import ScreeningId
from borderdesk.policy import Policy
from borderdesk.screening.verdict import ListLine, ScreenedList, Verdict
from borderdesk.words import Sentence

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


@MIGRATIONS()
def make_lists(db: Database) -> None:
    db.conn.execute("ALTER TABLE screenings ADD COLUMN in_list TEXT")  # NULL for a traveller who came by themselves
    db.conn.execute("ALTER TABLE screenings ADD COLUMN in_line INTEGER")
    db.conn.execute("CREATE INDEX screenings_of_list ON screenings (in_list, in_line) WHERE in_list IS NOT NULL")
    db.conn.execute(
        """CREATE TABLE screened_lists (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            people INTEGER NOT NULL,
            warnings TEXT NOT NULL,        -- Sentences, as JSON
            asked_at TEXT NOT NULL         -- trusted time
        ) STRICT"""
    )


def remember(db: Database, verdict: Verdict, *, in_list: str | None = None, in_line: int | None = None) -> None:
    """Keep a verdict, inside the caller's transaction; `in_list` and `in_line` where it is one of a list's."""
    db.table("screenings").insert(
        {
            "id": verdict.screening,
            "asked_at": verdict.asked_at.trusted.isoformat(),
            "word": verdict.word.value,
            "verdict": _AS_JSON.dump_json(verdict).decode(),
            "in_list": in_list,
            "in_line": in_line,
        }
    )


def remember_list(db: Database, screened: ScreenedList) -> None:
    """Keep a list of people; its lines are kept as they are answered."""
    db.table("screened_lists").insert(
        {
            "id": screened.id,
            "title": screened.title,
            "people": screened.people,
            "warnings": json.dumps([warning.as_plain() for warning in screened.warnings], ensure_ascii=False),
            "asked_at": screened.asked_at.isoformat(),
        }
    )


def recall(db: Database, screening: ScreeningId) -> Verdict | None:
    """One verdict as it was given, or None where it was forgotten."""
    row = db.conn.execute("SELECT verdict FROM screenings WHERE id = ?", (screening,)).fetchone()
    return None if row is None else _AS_JSON.validate_json(row[0])


def recent(db: Database, *, limit: int) -> tuple[Verdict, ...]:
    """The newest verdicts on travellers who came by themselves, newest first."""
    rows = db.conn.execute(
        "SELECT verdict FROM screenings WHERE in_list IS NULL ORDER BY asked_at DESC, rowid DESC LIMIT ?", (limit,)
    )
    return tuple(_AS_JSON.validate_json(text) for (text,) in rows)


def since(db: Database, oldest: datetime) -> Iterator[Verdict]:
    """The verdicts given at or after a trusted time in UTC, oldest first."""
    rows = db.conn.execute(
        "SELECT verdict FROM screenings WHERE asked_at >= ? ORDER BY asked_at", (oldest.isoformat(),)
    )
    for (text,) in rows:
        yield _AS_JSON.validate_json(text)


def lists(db: Database) -> tuple[ScreenedList, ...]:
    """The lists of people that are remembered, newest first."""
    rows = db.conn.execute("SELECT id, title, people, warnings, asked_at FROM screened_lists ORDER BY asked_at DESC")
    return tuple(
        ScreenedList(
            id=id_,
            title=title,
            people=people,
            lines=_lines(db, id_),
            warnings=tuple(Sentence.from_plain(plain) for plain in json.loads(warnings)),
            asked_at=datetime.fromisoformat(asked_at),
        )
        for id_, title, people, warnings, asked_at in rows.fetchall()
    )


def _lines(db: Database, list_id: str) -> tuple[ListLine, ...]:
    rows = db.conn.execute("SELECT in_line, verdict FROM screenings WHERE in_list = ? ORDER BY in_line", (list_id,))
    return tuple(ListLine(number, _AS_JSON.validate_json(text)) for number, text in rows)


def forget_old(db: Database, *, at: Moment, policy: Policy) -> int:
    """Drop screenings older than the policy's days for re-checks. Returns how many."""
    oldest = (at.trusted - timedelta(days=policy.recheck_days)).isoformat()
    db.conn.execute("DELETE FROM screened_lists WHERE asked_at < ?", (oldest,))
    return int(db.conn.execute("DELETE FROM screenings WHERE asked_at < ?", (oldest,)).rowcount)
