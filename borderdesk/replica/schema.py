"""The replica's tables. Small whole numbers wherever a value comes from a short table: a list has 128 million rows.

Each list of travel documents has two tables of its own (`make_document_tables`: what came whole, what deltas changed
since), named after a slot that is never used again, so that a new snapshot can be built beside the old one and put in
its place by changing one number.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

MIGRATIONS: Final = Migrations("replica")


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
    db.conn.execute(
        """CREATE TABLE coming (           -- whole lists on their way, one at a time each (staging)
            name TEXT PRIMARY KEY,
            edition INTEGER NOT NULL,
            digest_value BLOB NOT NULL,    -- of the edition: another edition starts anew
            slot INTEGER NOT NULL UNIQUE,
            blocks INTEGER NOT NULL,       -- taken in so far
            row_count INTEGER NOT NULL,    -- in them
            digest_state BLOB NOT NULL,    -- over them
            sorted_to INTEGER NOT NULL     -- parts below this one are in the table
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE staged (           -- their documents before they are sorted
            id INTEGER PRIMARY KEY,
            slot INTEGER NOT NULL,
            part INTEGER NOT NULL,
            rest_width INTEGER NOT NULL,
            documents BLOB NOT NULL        -- squeezed (packed)
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX staged_parts ON staged (slot, part)")
    db.conn.execute("CREATE TABLE leaving (slot INTEGER PRIMARY KEY) STRICT")  # tables to empty and drop


@MIGRATIONS()
def make_things(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE things (
            list INTEGER NOT NULL REFERENCES lists (id),
            key TEXT NOT NULL,
            record TEXT NOT NULL,          -- plain form, as JSON
            PRIMARY KEY (list, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute(
        """CREATE TABLE marks (
            scheme TEXT NOT NULL,
            look TEXT NOT NULL,            -- representative of the look-alike class
            number TEXT NOT NULL,          -- normal form
            scope TEXT NOT NULL,           -- state or make
            list INTEGER NOT NULL,
            key TEXT NOT NULL,
            PRIMARY KEY (scheme, look, number, scope, list, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX marks_of ON marks (list, key)")
    db.conn.execute(
        """CREATE TABLE ranges (           -- of stolen blanks
            prefix TEXT NOT NULL,
            width INTEGER NOT NULL,        -- length of the whole number
            high INTEGER NOT NULL,
            low INTEGER NOT NULL,
            list INTEGER NOT NULL,
            key TEXT NOT NULL,
            PRIMARY KEY (prefix, width, high, low, list, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX ranges_of ON ranges (list, key)")


@MIGRATIONS()
def make_filters(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE filters (          -- which skeletons a part of a list does not hold (filters)
            slot INTEGER NOT NULL,
            part INTEGER NOT NULL,
            size INTEGER NOT NULL,         -- bits
            bits BLOB NOT NULL,
            PRIMARY KEY (slot, part)
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE added_skeletons (  -- by deltas, after the filters were made
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            slot INTEGER NOT NULL,
            skeleton INTEGER NOT NULL
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX added_skeletons_of ON added_skeletons (slot, id)")


@MIGRATIONS()
def make_skeleton_filters(db: Database) -> None:
    # Filters of the kind before hash otherwise. A list without filters answers the same, only later.
    db.conn.execute("DROP TABLE filters")
    db.conn.execute("DROP TABLE added_skeletons")
    db.conn.execute(
        """CREATE TABLE skeleton_filters ( -- which skeletons a part of a list does not hold (filters)
            slot INTEGER NOT NULL,
            part INTEGER NOT NULL,
            size INTEGER NOT NULL,         -- bits
            bits BLOB NOT NULL,
            PRIMARY KEY (slot, part)
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE skeletons_added (  -- by deltas, after the filters were made
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            slot INTEGER NOT NULL,
            skeletons BLOB NOT NULL        -- of one delta, ordered, eight bytes each, least first
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX skeletons_added_of ON skeletons_added (slot, id)")


@MIGRATIONS()
def squeeze_staged(db: Database) -> None:
    # What waited to be sorted was written in another way before: such a list comes in from its beginning again.
    db.conn.execute("INSERT INTO leaving SELECT slot FROM coming")
    db.conn.execute("DELETE FROM coming")
    db.conn.execute("DELETE FROM staged")


@MIGRATIONS()
def make_changes(db: Database) -> None:
    slots = db.conn.execute(
        "SELECT slot FROM lists WHERE kind = 'documents' UNION SELECT slot FROM coming UNION SELECT slot FROM leaving"
    ).fetchall()
    for (slot,) in slots:
        _make_table(db, changes_table(slot), "facts INTEGER")
    # Filters of the kind before hash otherwise. A list without filters answers the same, only later.
    db.conn.execute("DROP TABLE skeleton_filters")
    db.conn.execute(
        """CREATE TABLE word_filters (     -- which skeletons a part of a list did not hold as it came in (filters)
            slot INTEGER NOT NULL,
            part INTEGER NOT NULL,
            size INTEGER NOT NULL,         -- words of 64 bits
            words BLOB NOT NULL,
            PRIMARY KEY (slot, part)
        ) STRICT"""
    )
    db.conn.execute("DROP TABLE skeletons_added")
    db.conn.execute(
        """CREATE TABLE skeletons_touched (-- by deltas since
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            slot INTEGER NOT NULL,
            skeletons BLOB NOT NULL        -- of one delta, ordered, eight bytes each, least first
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX skeletons_touched_of ON skeletons_touched (slot, id)")


@MIGRATIONS()
def tell_shares_of_lists(db: Database) -> None:
    # NULL: everything of every record. Else the states whose documents' details are held, with blanks between.
    db.conn.execute("ALTER TABLE lists ADD COLUMN details TEXT")
    # When the list must be destroyed here (trusted time), NULL where it stays.
    db.conn.execute("ALTER TABLE lists ADD COLUMN held_until TEXT")


@MIGRATIONS()
def tell_how_marks_are_filed(db: Database) -> None:
    # By which rules (marks.FILED_BY); what is older than that is filed anew when the desk is opened.
    db.conn.execute("CREATE TABLE marks_filed (by_rules INTEGER NOT NULL) STRICT")
    db.conn.execute("INSERT INTO marks_filed VALUES (1)")


def make_document_tables(db: Database, slot: int) -> None:
    """Make the tables of one list of travel documents. `borderdesk.replica.packed` explains their columns."""
    _make_table(db, document_table(slot), "facts INTEGER NOT NULL")
    _make_table(db, changes_table(slot), "facts INTEGER")


def _make_table(db: Database, name: str, facts: str) -> None:
    db.conn.execute(
        f"""CREATE TABLE {name} (
            skeleton INTEGER NOT NULL,
            rest TEXT NOT NULL,
            which INTEGER NOT NULL,
            {facts},
            PRIMARY KEY (skeleton, rest, which)
        ) STRICT, WITHOUT ROWID"""
    )


def document_table(slot: int) -> str:
    """The name of the table of the documents that came whole."""
    return f"documents_{slot}"


def changes_table(slot: int) -> str:
    """The name of the table of what deltas changed since; a row without facts stands for a withdrawn document."""
    return f"document_changes_{slot}"
