"""Records enter a list's draft: whole lists, single records, partners' lists.

A batch is sorted by key and entered together; what changes is remembered for the next edition in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist import Entries, Watchlist
from sync.bureau import tables as t
from sync.bureau.batches import Batch, batches
from sync.bureau.database import by_index
from sync.bureau.lists import Difference, ListRow, count, difference, ensure, touch

_LOADED_AT_ONCE: Final = 200_000
"""Rows sorted and entered together; some 60 MB where they are objects, a fifth of that as columns."""
_ASKED_AT_ONCE: Final = 1000
_IN_ONE_STATEMENT: Final = 100
"""Rows of one INSERT on SQLite: one by one they take it more than twice as long."""
_COPY_BEGINS: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_ENDS: Final = b"\xff\xff"


def import_whole(
    db: sa.Connection, watchlist: Watchlist, records: Iterable[Entries], *, today: date, reason: str
) -> Difference:
    """Make the draft hold exactly these records. What is missing from them is withdrawn for `reason`.

    Raises OtherKind for a record of another kind. Of records with one key the first counts; the others' keys are told.
    """
    row = ensure(db, watchlist)
    touch(db, row)
    if not db.execute(sa.select(t.records.c.key).where(t.records.c.list == row.id).limit(1)).first() and not row.head:
        duplicates = load(db, row, records, "records")
        rows = count(db, row)
        return Difference(watchlist.name, rows, 0, 0, rows, duplicates)
    with _staged(db):
        duplicates = load(db, row, records, "staged")
        if db.dialect.name != "sqlite":
            # Else PostgreSQL compares a whole list by way of files: by default it has 4 MB.
            db.execute(sa.text("SET LOCAL work_mem = '64MB'"))
        _look_at(db, "staged")
        _take_over(db, row, _FINDING)
        _look_at(db, "fresh", "gone")
        _take_over(db, row, _CHANGING, today=today, reason=reason)
    return replace(difference(db, row), duplicates=duplicates)


def put(db: sa.Connection, row: ListRow, records: Iterable[Entries]) -> None:
    """Add records to the draft, or replace those with the same key; the first of one key counts. Raises OtherKind."""
    touch(db, row)
    with _staged(db):
        load(db, row, records, "staged")
        with by_index(db):
            _take_over(db, row, _ADDING)


@contextmanager
def _staged(db: sa.Connection) -> Iterator[None]:
    """Tables of this transaction only: a cut import leaves nothing behind.

    `fresh` holds what of `staged` is new or changed, and `gone` what is missing from it, each with the body before.
    """
    is_sqlite = db.dialect.name == "sqlite"
    blob, rowid = ("BLOB", "WITHOUT ROWID") if is_sqlite else ("BYTEA", "")
    key = "list INTEGER NOT NULL, key VARCHAR NOT NULL, PRIMARY KEY (list, key)"
    tables = {"staged": f"body {blob}", "fresh": f"body {blob}, before {blob}", "gone": f"before {blob}"}
    for name, columns in tables.items():
        db.execute(sa.text(f"CREATE TEMPORARY TABLE {name} ({columns}, {key}) {rowid}"))
    yield
    for name in tables:
        db.execute(sa.text(f"DROP TABLE {name}"))


def _look_at(db: sa.Connection, *tables: str) -> None:
    """PostgreSQL knows nothing of a table that is new: it would look for each row of many, or read all for a few."""
    if db.dialect.name != "sqlite":
        for name in tables:
            db.execute(sa.text(f"ANALYZE {name}"))


def _take_over(db: sa.Connection, row: ListRow, statements: Iterable[str], **values: object) -> None:
    names = {"list": row.id, "edition": row.head + 1, **{name: str(value) for name, value in values.items()}}
    for statement in statements:
        # Before the first edition nothing needs to be remembered.
        if row.head or "INTO changes" not in statement:
            text = sa.text(statement)
            db.execute(text, {name: names[name] for name in text.compile().params})


def load(db: sa.Connection, row: ListRow, records: Iterable[Entries], table: str) -> tuple[RecordKey, ...]:
    """Insert into `records`, `staged` or `partner_records`; of one key the first counts. Raises OtherKind.

    Gives the keys that came more than once, or were there already.
    """
    duplicates: list[RecordKey] = []
    for batch in batches(row, records, _LOADED_AT_ONCE):
        duplicates += batch.duplicates
        if not enter(db, batch, table):
            there = _there(db, row, batch.keys, table)
            duplicates += sorted(there)
            enter(db, batch.without(there), table)
    return tuple(duplicates)


def enter(db: sa.Connection, batch: Batch, table: str) -> bool:
    """Enter all of it, or nothing where one was there already: that is rare, and to ask each costs as much again."""
    how = _insert if db.dialect.name == "sqlite" else _copy
    try:
        with db.begin_nested():
            how(db, batch, table)
    except sa.exc.IntegrityError:
        return False
    return True


def _insert(db: sa.Connection, batch: Batch, table: str) -> None:
    # The table is one of three literals, here and below.
    one = f"INSERT INTO {table} (list, key, body) VALUES (?, ?, ?)"  # noqa: S608
    many = f"{one}{', (?, ?, ?)' * (_IN_ONE_STATEMENT - 1)}"
    for rows in batch.rows():
        even = len(rows) - len(rows) % _IN_ONE_STATEMENT
        values = [
            tuple(chain.from_iterable(rows[at : at + _IN_ONE_STATEMENT])) for at in range(0, even, _IN_ONE_STATEMENT)
        ]
        if values:
            db.exec_driver_sql(many, values)
        if even < len(rows):
            db.exec_driver_sql(one, list(rows[even:]))


def _copy(db: sa.Connection, batch: Batch, table: str) -> None:
    """PostgreSQL takes rows ten times faster by COPY. The driver is asked itself; what it says is told as usual."""
    driver: Any = db.connection.driver_connection
    says: Any = db.dialect.dbapi
    statement = f"COPY {table} (list, key, body) FROM STDIN (FORMAT BINARY)"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(_COPY_BEGINS)
            for packed in batch.packed(driver.info.encoding):
                copy.write(packed)
            copy.write(_COPY_ENDS)
    except says.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error) from error
    except says.OperationalError as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def _there(db: sa.Connection, row: ListRow, asked: Sequence[RecordKey], table: str) -> set[RecordKey]:
    """Which of these keys the table holds already."""
    query = sa.text(f"SELECT key FROM {table} WHERE list = :list AND key IN :keys")  # noqa: S608 - as in `_insert`
    query = query.bindparams(sa.bindparam("keys", expanding=True))
    found: set[RecordKey] = set()
    for at in range(0, len(asked), _ASKED_AT_ONCE):
        keys = asked[at : at + _ASKED_AT_ONCE]
        found.update(db.execute(query, {"list": row.id, "keys": keys}).scalars())
    return found


# What a whole list differs in is found once: to look at millions again for every step takes longer than to note it.
_FIND_FRESH: Final = """
    INSERT INTO fresh (list, key, body, before)
    SELECT s.list, s.key, s.body, r.body FROM staged s LEFT JOIN records r ON r.list = s.list AND r.key = s.key
     WHERE r.body IS NULL OR r.body <> s.body"""
_FIND_GONE: Final = """
    INSERT INTO gone (list, key, before)
    SELECT r.list, r.key, r.body FROM records r LEFT JOIN staged s ON s.list = r.list AND s.key = r.key
     WHERE r.list = :list AND s.key IS NULL"""
_NOTE_FRESH: Final = """
    INSERT INTO changes (list, edition, key, before) SELECT list, :edition, key, before FROM fresh WHERE list = :list
    ON CONFLICT (list, edition, key) DO UPDATE SET withdrawn_on = NULL, reason = NULL"""
_NOTE_GONE: Final = """
    INSERT INTO changes (list, edition, key, before, withdrawn_on, reason)
    SELECT list, :edition, key, before, :today, :reason FROM gone WHERE list = :list
    ON CONFLICT (list, edition, key) DO UPDATE SET withdrawn_on = excluded.withdrawn_on, reason = excluded.reason"""
_DROP_GONE: Final = "DELETE FROM records WHERE list = :list AND key IN (SELECT key FROM gone WHERE list = :list)"
_ENTER: Final = """
    INSERT INTO records (list, key, body) SELECT list, key, body FROM fresh WHERE list = :list
    ON CONFLICT (list, key) DO UPDATE SET body = excluded.body"""
_FINDING: Final = (_FIND_FRESH, _FIND_GONE)
_CHANGING: Final = (_NOTE_FRESH, _NOTE_GONE, _DROP_GONE, _ENTER)
_ADDING: Final = (_FIND_FRESH, _NOTE_FRESH, _ENTER)
