"""Surprises that stand on the screen and were not acted on yet: they come back at the next sign-in, as a match does.

One row for each document of an order, from the moment it was shown until somebody acts or a real list overtakes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from borderdesk.ids import AccountId
from borderdesk.operations.drills.orders import DrillDocument, DrillOrder, order_of
from borderdesk.operations.drills.results import MIGRATIONS
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
        order = order_of(db, about.partition("/")[0])
        document = (
            next((each for each in order.documents if about_order(order, each) == about), None) if order else None
        )
        # A newer letter may have taken the document out of the drill.
        if order is not None and document is not None:
            at = datetime.fromisoformat(shown_at)
            found.append(Standing(order, document, AccountId(officer), at, bool(left)))
    return tuple(found)
