"""Surprises that are not over for somebody: they come back at the next sign-in.

One row for each document of an order that stands on the screen without an act, from the moment it was shown until
somebody acts or a real list overtakes it; and one for each officer who has acted and not marked the steps yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from borderdesk.ids import AccountId
from borderdesk.operations.drills.orders import DrillDocument, DrillOrder, order_of
from borderdesk.operations.drills.results import MIGRATIONS, DrillResult, of_officer
from borderdesk.operations.drills.runs import about_order


@dataclass(frozen=True, slots=True)
class Standing:
    """A document of a drill that was shown to an officer, by trusted time. `left`: the officer left it knowingly."""

    order: DrillOrder
    document: DrillDocument
    officer: AccountId
    shown_at: datetime
    left: bool

    def seconds(self, officer: AccountId, now: datetime) -> float:
        """For how long this officer has let it wait. What a power cut took away, or a colleague left, begins anew."""
        return max(0.0, (now - self.shown_at).total_seconds()) if self.left and officer == self.officer else 0.0


@MIGRATIONS()
def make_standing(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE drills_standing (
            about TEXT PRIMARY KEY,        -- the order and the document of it
            officer TEXT NOT NULL,
            shown_at TEXT NOT NULL,        -- trusted time
            left INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS()
def make_unmarked(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE drills_unmarked (
            officer TEXT PRIMARY KEY,
            about TEXT NOT NULL,           -- the order and the document of it
            run TEXT NOT NULL,
            second_line INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


def note_shown(db: Database, about: str, officer: AccountId, at: datetime) -> None:
    """It is on the screen, inside the caller's transaction. For whoever left it knowingly the time runs on."""
    db.conn.execute(
        "INSERT INTO drills_standing VALUES (?, ?, ?, 0) ON CONFLICT (about) DO UPDATE SET officer = excluded.officer,"
        " shown_at = excluded.shown_at, left = 0 WHERE NOT (drills_standing.left AND officer = excluded.officer)",
        (about, officer, at.isoformat()),
    )


def note_left(db: Database, about: str) -> None:
    """The officer left the desk without an act, and was told so before; inside the caller's transaction."""
    db.conn.execute("UPDATE drills_standing SET left = 1 WHERE about = ?", (about,))


def note_over(db: Database, about: str) -> None:
    """Somebody acted, or a real list overtook it; inside the caller's transaction."""
    db.conn.execute("DELETE FROM drills_standing WHERE about = ?", (about,))


def standing(db: Database) -> tuple[Standing, ...]:
    """All of them, the oldest first."""
    rows = db.conn.execute("SELECT about, officer, shown_at, left FROM drills_standing ORDER BY shown_at, about")
    found = []
    for about, officer, shown_at, left in rows.fetchall():
        # A newer letter may have taken the document out of the drill.
        if (ordered := _ordered(db, about)) is not None:
            found.append(Standing(*ordered, AccountId(officer), datetime.fromisoformat(shown_at), bool(left)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A surprise that an officer has acted on and not marked the steps of: `result` is that of run `result.id`."""

    order: DrillOrder
    document: DrillDocument
    result: DrillResult
    second_line: bool


def note_unmarked(db: Database, result: DrillResult, *, second_line: bool) -> None:
    """The officer acted on this surprise, and on none since; inside the caller's transaction."""
    row = (result.officer, result.about, result.id, second_line)
    db.conn.execute("INSERT OR REPLACE INTO drills_unmarked VALUES (?, ?, ?, ?)", row)


def note_marked(db: Database, result: DrillResult) -> None:
    """The steps of this run are marked; inside the caller's transaction."""
    db.conn.execute("DELETE FROM drills_unmarked WHERE run = ?", (result.id,))


def unmarked(db: Database, officer: AccountId) -> Unmarked | None:
    """The surprise that this officer acted on last, where its steps are not marked yet."""
    row = db.conn.execute(
        "SELECT about, run, second_line FROM drills_unmarked WHERE officer = ?", (officer,)
    ).fetchone()
    if row is None:
        return None
    about, run, second_line = row
    ordered = _ordered(db, about)
    result = next((each for each in of_officer(db, officer) if each.id == run), None)
    return Unmarked(*ordered, result, bool(second_line)) if ordered is not None and result is not None else None


def _ordered(db: Database, about: str) -> tuple[DrillOrder, DrillDocument] | None:
    """The order that a result is about, and its document."""
    order = order_of(db, about.partition("/")[0])
    for document in order.documents if order is not None else ():
        if order is not None and about_order(order, document) == about:
            return order, document
    return None
