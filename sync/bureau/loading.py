"""Records enter a list's draft: whole lists, single records, partners' lists.

A batch is sorted by key and entered together; what changes is remembered for the next edition in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import chain, islice, pairwise, repeat
from operator import itemgetter
from struct import Struct
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist import RECORD_TYPES, DocumentColumns, Entries, TravelDocument, Watchlist
from sync.bureau import tables as t
from sync.bureau.database import by_index
from sync.bureau.lists import Difference, ListRow, OtherKind, count, difference, ensure, touch
from sync.bureau.stored import to_body

_LOADED_AT_ONCE: Final = 200_000
"""Rows sorted and entered together; some 60 MB."""
_ASKED_AT_ONCE: Final = 1000
_SENT_AT_ONCE: Final = 2000
_COPY_BEGINS: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_ENDS: Final = b"\xff\xff"
_UP_TO_KEY: Final = Struct(">hiii").pack
"""How many fields; the length of the list's number, and itself; the length of the key."""
_LENGTH: Final = Struct(">i").pack
Row = tuple[int, RecordKey, bytes]
"""A list's number, a record's key, and its stored form."""
_KEY: Final = itemgetter(1)
_KIND_OF: Final = {type_: kind for kind, type_ in RECORD_TYPES.items()}


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
            # PostgreSQL knows nothing of a table that is new, and would look for each row by itself.
            db.execute(sa.text("ANALYZE staged"))
        _take_over(db, row, _WHOLE, today=today, reason=reason)
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


def _rows(row: ListRow, each: Entries) -> Iterable[Row]:
    """A record or a block of them as this list stores them. Raises OtherKind."""
    type_ = TravelDocument if isinstance(each, DocumentColumns) else type(each)
    if _KIND_OF[type_] is not row.watchlist.kind:
        raise OtherKind(row.watchlist.name, row.watchlist.kind)
    if isinstance(each, DocumentColumns):
        return zip(repeat(row.id), each.keys(), each.record_bytes(), strict=False)
    return ((row.id, RecordKey(each.key), to_body(each)),)


def load(db: sa.Connection, row: ListRow, records: Iterable[Entries], table: str) -> tuple[RecordKey, ...]:
    """Insert into `records`, `staged` or `partner_records`; of one key the first counts. Raises OtherKind.

    Gives the keys that came more than once, or were there already.
    """
    duplicates: list[RecordKey] = []
    rest = chain.from_iterable(_rows(row, each) for each in records)
    while rows := list(islice(rest, _LOADED_AT_ONCE)):
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
            copy.write(_COPY_BEGINS)
            for at in range(0, len(rows), _SENT_AT_ONCE):
                copy.write(b"".join(_packed(rows[at : at + _SENT_AT_ONCE], driver.info.encoding)))
            copy.write(_COPY_ENDS)
    except says.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error) from error
    except says.OperationalError as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def _packed(rows: list[Row], encoding: str) -> Iterator[bytes]:
    """Rows in PostgreSQL's binary format of COPY (its manual, page COPY): the driver takes three times as long."""
    for list_, key, body in rows:
        name = key.encode(encoding)
        yield _UP_TO_KEY(3, 4, list_, len(name))
        yield name
        yield _LENGTH(len(body))
        yield body


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
