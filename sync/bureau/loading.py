"""Records enter a list's draft: whole lists, single records, partners' lists.

A batch is sorted by key and entered together; what changes is remembered for the next edition in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist import RECORD_TYPES, Record, Watchlist
from sync.bureau import tables as t
from sync.bureau.lists import Difference, ListRow, OtherKind, count, difference, ensure, touch
from sync.bureau.stored import to_body

_LOADED_AT_ONCE: Final = 200_000
"""Rows sorted and entered together; some 60 MB."""
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
        _take_over(db, row, _WHOLE, today=today, reason=reason)
    return replace(difference(db, row), duplicates=duplicates)


def put(db: sa.Connection, row: ListRow, records: Iterable[Record]) -> None:
    """Add records to the draft, or replace those with the same key; the first of one key counts. Raises OtherKind."""
    touch(db, row)
    with _staged(db):
        load(db, row, records, "staged")
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
    """Insert into `records`, `staged` or `partner_records`; give the keys that were there already. Raises OtherKind."""
    duplicates: list[RecordKey] = []
    rest = iter(records)
    enter = _insert if db.dialect.name == "sqlite" else _copy
    while batch := list(islice(rest, _LOADED_AT_ONCE)):
        _check_kinds(row, set(map(type, batch)))
        rows = [(row.id, record.key, to_body(record)) for record in batch]
        # In the order of the table's own tree: neighbours land on the page that is at hand. Of one key the first stays
        # first, for sorting is stable.
        rows.sort(key=itemgetter(1))
        if enter(db, rows, table) < len(rows):
            duplicates += _repeated(db, row, table, rows)
    return tuple(duplicates)


def _insert(db: sa.Connection, rows: list[tuple[int, RecordKey, bytes]], table: str) -> int:
    # The table is one of three literals, here and below.
    statement = f"INSERT INTO {table} (list, key, body) VALUES (?, ?, ?) ON CONFLICT (list, key) DO NOTHING"  # noqa: S608
    return db.exec_driver_sql(statement, rows).rowcount


def _copy(db: sa.Connection, rows: list[tuple[int, RecordKey, bytes]], table: str) -> int:
    """PostgreSQL takes rows ten times faster by COPY, which knows no conflicts: so by way of a table without a key."""
    db.exec_driver_sql("CREATE TEMPORARY TABLE IF NOT EXISTS copied (at SERIAL, list INTEGER, key VARCHAR, body BYTEA)")
    driver: Any = db.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY copied (list, key, body) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "varchar", "bytea"])
        for each in rows:
            copy.write_row(each)
    statement = f"""INSERT INTO {table} (list, key, body)
        SELECT DISTINCT ON (key) list, key, body FROM copied ORDER BY key, at
        ON CONFLICT (list, key) DO NOTHING"""  # noqa: S608
    entered = db.exec_driver_sql(statement).rowcount
    db.exec_driver_sql("DROP TABLE copied")
    return entered


def _repeated(db: sa.Connection, row: ListRow, table: str, rows: list[tuple[int, RecordKey, bytes]]) -> list[RecordKey]:
    seen: set[RecordKey] = set()
    repeated = []
    for _, key, body in rows:
        if key in seen:
            repeated.append(key)
            continue
        seen.add(key)
        query = f"SELECT body FROM {table} WHERE list = :list AND key = :key"  # noqa: S608 - as in `load`
        if db.execute(sa.text(query), {"list": row.id, "key": key}).scalar_one() != body:
            repeated.append(key)
    return repeated


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
