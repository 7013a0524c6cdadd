"""Records enter a list's draft: whole lists, single records, partners' lists.

A batch is sorted by key and entered together; what changes is remembered for the next edition in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist import RECORD_TYPES, Record, Watchlist
from sync.bureau import tables as t
from sync.bureau.database import by_index
from sync.bureau.lists import Difference, ListRow, OtherKind, count, difference, ensure, touch
from sync.bureau.stored import to_body

_LOADED_AT_ONCE: Final = 200_000
"""Rows sorted and entered together; some 60 MB."""
_ASKED_AT_ONCE: Final = 1000
Row = tuple[int, RecordKey, bytes]
"""A list's number, a record's key, and its stored form."""
_KEY: Final = itemgetter(1)
_KIND_OF: Final = {type_: kind for kind, type_ in RECORD_TYPES.items()}


def import_whole(
    db: sa.Connection, watchlist: Watchlist, records: Iterable[Record], *, today: date, reason: str
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
            # PostgreSQL knows nothing of a table that is new, and would look for each row by itself.
            db.execute(sa.text("ANALYZE staged"))
        _take_over(db, row, _WHOLE, today=today, reason=reason)
    return replace(difference(db, row), duplicates=duplicates)


def put(db: sa.Connection, row: ListRow, records: Iterable[Record]) -> None:
    """Add records to the draft, or replace those with the same key; the first of one key counts. Raises OtherKind."""
    touch(db, row)
    with _staged(db):
        load(db, row, records, "staged")
        with by_index(db):
            _take_over(db, row, _ADDING)


@contextmanager
def _staged(db: sa.Connection) -> Iterator[None]:
    """A table of this transaction only: a cut import leaves nothing behind."""
    blob = "BLOB" if db.dialect.name == "sqlite" else "BYTEA"
    columns = f"list INTEGER, key VARCHAR, body {blob}, PRIMARY KEY (list, key)"
    db.execute(sa.text(f"CREATE TEMPORARY TABLE staged ({columns})"))
    yield
    db.execute(sa.text("DROP TABLE staged"))


def _take_over(db: sa.Connection, row: ListRow, statements: Iterable[str], **values: object) -> None:
    names = {"list": row.id, "edition": row.head + 1, **{name: str(value) for name, value in values.items()}}
    for statement in statements:
        # Before the first edition nothing needs to be remembered.
        if row.head or "INTO changes" not in statement:
            text = sa.text(statement)
            db.execute(text, {name: names[name] for name in text.compile().params})


def _check_kinds(row: ListRow, types: set[type[Record]]) -> None:
    if any(_KIND_OF[each] is not row.watchlist.kind for each in types):
        raise OtherKind(row.watchlist.name, row.watchlist.kind)


def load(db: sa.Connection, row: ListRow, records: Iterable[Record], table: str) -> tuple[RecordKey, ...]:
    """Insert into `records`, `staged` or `partner_records`; of one key the first counts. Raises OtherKind.

    Gives the keys that came more than once, or were there already.
    """
    duplicates: list[RecordKey] = []
    rest = iter(records)
    while batch := list(islice(rest, _LOADED_AT_ONCE)):
        _check_kinds(row, set(map(type, batch)))
        rows = [(row.id, record.key, to_body(record)) for record in batch]
        # In the order of the table's own tree: neighbours land on the page that is at hand. Of one key the first stays
        # first, for sorting is stable.
        rows.sort(key=_KEY)
        if len(set(map(_KEY, rows))) < len(rows):
            duplicates += [key for (_, before, _), (_, key, _) in pairwise(rows) if key == before]
            rows = [rows[0], *(row for before, row in pairwise(rows) if row[1] != before[1])]
        if not enter(db, rows, table):
            there = _there(db, row, rows, table)
            duplicates += sorted(there)
            enter(db, [each for each in rows if each[1] not in there], table)
    return tuple(duplicates)


def enter(db: sa.Connection, rows: list[Row], table: str) -> bool:
    """Enter all of them, or none where one was there already: that is rare, and to ask each row costs as much again."""
    how = _insert if db.dialect.name == "sqlite" else _copy
    try:
        with db.begin_nested():
            how(db, rows, table)
    except sa.exc.IntegrityError:
        return False
    return True


def _insert(db: sa.Connection, rows: list[Row], table: str) -> None:
    # The table is one of three literals, here and below.
    db.exec_driver_sql(f"INSERT INTO {table} (list, key, body) VALUES (?, ?, ?)", rows)  # noqa: S608


def _copy(db: sa.Connection, rows: list[Row], table: str) -> None:
    """PostgreSQL takes rows ten times faster by COPY. The driver is asked itself; what it says is told as usual."""
    driver: Any = db.connection.driver_connection
    says: Any = db.dialect.dbapi
    statement = f"COPY {table} (list, key, body) FROM STDIN (FORMAT BINARY)"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(["int4", "varchar", "bytea"])
            for each in rows:
                copy.write_row(each)
    except says.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error) from error
    except says.OperationalError as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def _there(db: sa.Connection, row: ListRow, rows: list[Row], table: str) -> set[RecordKey]:
    """Which keys of these the table holds already."""
    query = sa.text(f"SELECT key FROM {table} WHERE list = :list AND key IN :keys")  # noqa: S608 - as in `_insert`
    query = query.bindparams(sa.bindparam("keys", expanding=True))
    found: set[RecordKey] = set()
    for at in range(0, len(rows), _ASKED_AT_ONCE):
        keys = [key for _, key, _ in rows[at : at + _ASKED_AT_ONCE]]
        found.update(db.execute(query, {"list": row.id, "keys": keys}).scalars())
    return found


_NOTE_NEW: Final = """
    INSERT INTO changes (list, edition, key, before)
    SELECT s.list, :edition, s.key, r.body FROM staged s LEFT JOIN records r ON r.list = s.list AND r.key = s.key
     WHERE r.body IS NULL OR r.body <> s.body
    ON CONFLICT (list, edition, key) DO UPDATE SET withdrawn_on = NULL, reason = NULL"""
_NOTE_GONE: Final = """
    INSERT INTO changes (list, edition, key, before, withdrawn_on, reason)
    SELECT r.list, :edition, r.key, r.body, :today, :reason
      FROM records r LEFT JOIN staged s ON s.list = r.list AND s.key = r.key
     WHERE r.list = :list AND s.key IS NULL
    ON CONFLICT (list, edition, key) DO UPDATE SET withdrawn_on = excluded.withdrawn_on, reason = excluded.reason"""
_DROP_GONE: Final = """
    DELETE FROM records WHERE list = :list AND NOT EXISTS
    (SELECT 1 FROM staged s WHERE s.list = records.list AND s.key = records.key)"""
_ENTER: Final = """
    INSERT INTO records (list, key, body) SELECT list, key, body FROM staged WHERE list = :list
    ON CONFLICT (list, key) DO UPDATE SET body = excluded.body WHERE records.body <> excluded.body"""
_WHOLE: Final = (_NOTE_NEW, _NOTE_GONE, _DROP_GONE, _ENTER)
_ADDING: Final = (_NOTE_NEW, _ENTER)
