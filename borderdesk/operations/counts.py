"""What came of an operation: counted by the acts on hits, and by hand where no act tells it.

Entries by hand are only ever added; one that was wrong is taken back by a negative one, so the journal shows both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.hits.types import HitAct, HitEvent
from borderdesk.ids import AccountId
from borderdesk.words import Sentence, say

MIGRATIONS: Final = Migrations("operation_counts")
MOST_AT_ONCE: Final = 100_000
"""Of one thing in one entry: parcels and cartridges come in thousands."""
MAX_NOTE: Final = 200


class Counted(StrEnum):
    """What is counted. The value is what is stored."""

    DOCUMENTS = "documents seized"
    REFERRED = "referred"
    ARRESTS = "arrests"
    VICTIMS = "victims protected"
    REFUSED = "refused entry"
    VEHICLES = "vehicles seized"
    FIREARMS = "firearms seized"
    GOODS = "goods seized"


COUNTED: Final[Mapping[Counted, Sentence]] = {
    Counted.DOCUMENTS: say("Documents seized"),
    Counted.REFERRED: say("Referred to the second line"),
    Counted.ARRESTS: say("Arrests"),
    Counted.VICTIMS: say("Victims protected"),
    Counted.REFUSED: say("Refused entry"),
    Counted.VEHICLES: say("Vehicles seized"),
    Counted.FIREARMS: say("Firearms seized"),
    Counted.GOODS: say("Other seizures"),
}
_BY_ACT: Final[Mapping[HitAct, Counted]] = {
    HitAct.SEIZED: Counted.DOCUMENTS,
    HitAct.REFER: Counted.REFERRED,
    HitAct.PROTECTED: Counted.VICTIMS,
}


@MIGRATIONS()
def make_operation_counts(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE operation_counts (
            id INTEGER PRIMARY KEY,        -- only ever added to
            operation TEXT NOT NULL,       -- empty for the post outside any operation
            counted TEXT NOT NULL,
            number INTEGER NOT NULL,       -- negative where an entry is taken back
            officer TEXT NOT NULL,
            at TEXT NOT NULL,              -- trusted time
            note TEXT NOT NULL
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX operation_counts_of ON operation_counts (operation)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One kind of thing: how many by acts on hits, how many by hand."""

    counted: Counted
    by_act: int
    by_hand: int

    @property
    def number(self) -> int:
        """Both together."""
        return self.by_act + self.by_hand


def by_acts(events: Iterable[HitEvent], *, since: datetime, until: datetime) -> Mapping[Counted, int]:
    """How often acts say it between two trusted times, each hit once for each kind."""
    told = {
        (event.hit, _BY_ACT[event.act])
        for event in events
        if event.act in _BY_ACT and since <= event.at.trusted < until
    }
    return Counter(counted for _, counted in told)


def enter_by_hand(
    db: Database, operation: str, counted: Counted, number: int, *, officer: AccountId, at: Moment, note: str
) -> None:
    """Add an entry, inside the caller's transaction. Raises ValueError for none, too many, or below nothing."""
    before = by_hand(db, operation).get(counted, 0)
    if not number or abs(number) > MOST_AT_ONCE or before + number < 0 or len(note) > MAX_NOTE:
        raise ValueError(f"{number} {counted.value} cannot be entered")
    db.conn.execute(
        "INSERT INTO operation_counts (operation, counted, number, officer, at, note) VALUES (?, ?, ?, ?, ?, ?)",
        (operation, counted.value, number, officer, at.trusted.isoformat(), note),
    )


def by_hand(
    db: Database, operation: str, *, since: datetime | None = None, until: datetime | None = None
) -> Mapping[Counted, int]:
    """The sums of what was entered for an operation, between two trusted times or ever.

    Kinds of a newer program are passed over.
    """
    rows = db.conn.execute(
        "SELECT counted, sum(number) FROM operation_counts WHERE operation = ? AND at >= ? AND at < ? GROUP BY counted",
        (operation, since.isoformat() if since else "", until.isoformat() if until else "~"),
    )
    return {Counted(counted): int(number) for counted, number in rows if counted in list(Counted)}


def all_by_hand(db: Database) -> tuple[tuple[str, str, int], ...]:
    """Operation, what was counted, and the sum: what the bureau is told."""
    rows = db.conn.execute(
        "SELECT operation, counted, sum(number) FROM operation_counts GROUP BY operation, counted ORDER BY 1, 2"
    )
    return tuple((operation, counted, int(number)) for operation, counted, number in rows)


def outcomes(acts: Mapping[Counted, int], hand: Mapping[Counted, int]) -> tuple[Outcome, ...]:
    """Every kind, in the order in which it is shown."""
    return tuple(Outcome(each, acts.get(each, 0), hand.get(each, 0)) for each in Counted)
