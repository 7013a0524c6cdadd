"""The replica's tables. Small whole numbers wherever a value comes from a short table: a list has 128 million rows.

Each list of travel documents has a table of its own (`make_document_table`), named after a slot that is never used
again, so that a new snapshot can be built beside the old one and put in its place by changing one number.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlite_utils import Database, Migrations

MIGRATIONS: Final = Migrations("replica")

_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
"""Days are kept as days since 2000, which most often fit into two bytes."""


@MIGRATIONS()
def make_replica(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE lists (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            owner TEXT NOT NULL,
            edition INTEGER NOT NULL,
            row_count INTEGER NOT NULL,
            published_at TEXT NOT NULL,
            applied_at TEXT NOT NULL,      -- trusted time at this desk
            digest_value BLOB NOT NULL,
            digest_state BLOB NOT NULL,    -- to go on from (StateDigest)
            slot INTEGER NOT NULL UNIQUE   -- names the table of a list of documents
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE document_kinds (
            code INTEGER PRIMARY KEY,
            state TEXT NOT NULL,
            type TEXT NOT NULL,
            UNIQUE (state, type)
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE persons (
            list INTEGER NOT NULL REFERENCES lists (id),
            key TEXT NOT NULL,
            record TEXT NOT NULL,          -- plain form, as JSON
            PRIMARY KEY (list, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute(
        """CREATE TABLE persons_by_document (
            number TEXT NOT NULL,          -- normal form
            list INTEGER NOT NULL,
            key TEXT NOT NULL,
            PRIMARY KEY (number, list, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute(
        """CREATE TABLE withdrawn (
            list INTEGER NOT NULL REFERENCES lists (id),
            key TEXT NOT NULL,
            number TEXT NOT NULL,          -- what it is looked up by; empty for persons
            status INTEGER NOT NULL,       -- of a document, else 0
            withdrawn_on TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (list, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX withdrawn_by_number ON withdrawn (number) WHERE number <> ''")


def make_document_table(db: Database, slot: int) -> str:
    """Make the table of one list of travel documents and return its name. `borderdesk.replica.numbers` explains it."""
    name = document_table(slot)
    db.conn.execute(
        f"""CREATE TABLE {name} (
            skeleton INTEGER NOT NULL,
            rest TEXT NOT NULL,
            variant INTEGER NOT NULL,
            kind INTEGER NOT NULL,         -- document_kinds
            status INTEGER NOT NULL,       -- STATUS_CODES
            lost INTEGER,                  -- days since 2000
            reported INTEGER,
            PRIMARY KEY (skeleton, rest, variant, kind)
        ) STRICT, WITHOUT ROWID"""
    )
    return name


def document_table(slot: int) -> str:
    """The name of a slot's table."""
    return f"documents_{slot}"


def day_number(day: date | None) -> int | None:
    """A day as the tables hold it."""
    return None if day is None else day.toordinal() - _DAY_ZERO


def day_of_number(number: int | None) -> date | None:
    """The inverse of `day_number`."""
    return None if number is None else date.fromordinal(number + _DAY_ZERO)


def day_numbers(ordinals: list[int]) -> list[int | None]:
    """Ordinals of `DocumentColumns` (0 where unknown) as the tables hold them."""
    return [ordinal - _DAY_ZERO if ordinal else None for ordinal in ordinals]
