"""The bureau's lists: importing, adding, withdrawing, and what the draft differs from the published edition in.

Everything here changes the draft only. Nothing reaches a desk before `publishing` signs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DRILL_LIST, ListName, RecordKey
from borderdesk.watchlist import RECORD_TYPES, ListKind, Record, Watchlist
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say
from sync.bureau import tables as t
from sync.bureau.stored import from_body, to_body

MAX_REASON: Final = 500
_BATCH: Final = 10_000
_LOADED_AT_ONCE: Final = 200_000
"""Rows sorted and entered together; some 60 MB."""
_SUMMED_AT_ONCE: Final = 4096
_KIND_OF: Final = {type_: kind for kind, type_ in RECORD_TYPES.items()}


class UnknownList(KnownError):
    """A list this bureau does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("This bureau has no list called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau lists show"),
        )


class UnknownRecord(KnownError):
    """A record that is not in the list."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(
            say("The list {list} holds no record {key}.", list=name, key=key),
            safe=NOTHING_CHANGED,
            todo=say("Check the state, the type and the number; it may have been withdrawn already."),
        )


class ReservedName(KnownError):
    """A list was to be called like the invented records of drills, which no desk takes for real."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("No list can be called {name}: the invented records of drills are.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Choose another name."),
        )


class OtherKind(KnownError):
    """Records of one kind were to go into a list of another, or the list exists with other particulars."""

    def __init__(self, name: str, kind: ListKind) -> None:
        super().__init__(
            say("The list {list} holds {kind}, and nothing else.", list=name, kind=kind.value),
            safe=NOTHING_CHANGED,
            todo=say("Choose another list, or another name for a new one."),
        )


class ReasonNeeded(KnownError):
    """A record was to be withdrawn without saying why, or at more length than desks can show."""

    def __init__(self) -> None:
        super().__init__(
            say("A record is withdrawn with a reason, so that the traveller listed yesterday can be told."),
            safe=NOTHING_CHANGED,
            todo=say("Give the reason in a few words, at most {most} characters.", most=MAX_REASON),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What a list's draft would change for the desks. `duplicates` are keys a source named more than once."""

    list: ListName
    added: int
    changed: int
    withdrawn: int
    rows: int
    duplicates: tuple[RecordKey, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where publishing would be only a heartbeat."""
        return not (self.added or self.changed or self.withdrawn)


@dataclass(frozen=True, slots=True)
class ListState:
    """One list as it stands: the draft's rows, the published edition (0: none), and what waits to be published."""

    watchlist: Watchlist
    rows: int
    edition: int
    published_at: datetime | None
    source_date: datetime | None
    waiting: Difference


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list's row number in the database, and its newest edition (0: none)."""

    id: int
    watchlist: Watchlist
    head: int


def all_rows(db: sa.Connection) -> tuple[ListRow, ...]:
    """Every list, by name."""
    head = sa.select(sa.func.coalesce(sa.func.max(t.editions.c.number), 0)).where(t.editions.c.list == t.lists.c.id)
    rows = db.execute(sa.select(t.lists, head.scalar_subquery().label("head")).order_by(t.lists.c.name))
    return tuple(
        ListRow(row.id, Watchlist(ListName(row.name), ListKind(row.kind), row.title, row.owner), row.head)
        for row in rows
    )


def row_of(db: sa.Connection, name: str) -> ListRow:
    """The list of that name. Raises UnknownList."""
    for row in all_rows(db):
        if row.watchlist.name == name:
            return row
    raise UnknownList(name)


def ensure(db: sa.Connection, watchlist: Watchlist) -> ListRow:
    """The list's row, made where there is none.

    Raises OtherKind where it exists with another kind, ReservedName for the name of the drills' own list.
    """
    if watchlist.name == DRILL_LIST:
        raise ReservedName(watchlist.name)
    for row in all_rows(db):
        if row.watchlist.name == watchlist.name:
            if row.watchlist.kind is not watchlist.kind:
                raise OtherKind(watchlist.name, row.watchlist.kind)
            return row
    db.execute(
        t.lists.insert().values(
            name=watchlist.name, kind=watchlist.kind.value, title=watchlist.title, owner=watchlist.owner
        )
    )
    return row_of(db, watchlist.name)


def import_whole(
    db: sa.Connection, watchlist: Watchlist, records: Iterable[Record], *, today: date, reason: str
) -> Difference:
    """Make the draft hold exactly these records. What is missing from them is withdrawn for `reason`.

    Raises OtherKind for a record of another kind. Of records with one key the first counts; the others' keys are told.
    """
    row = ensure(db, watchlist)
    _touch(db, row)
    if not db.execute(sa.select(t.records.c.key).where(t.records.c.list == row.id).limit(1)).first() and not row.head:
        duplicates = load(db, row, records, "records")
        count = _count(db, row)
        return Difference(watchlist.name, count, 0, 0, count, duplicates)
    with _staged(db):
        duplicates = load(db, row, records, "staged")
        _take_over(db, row, _WHOLE, today=today, reason=reason)
    return replace(difference(db, row), duplicates=duplicates)


def put(db: sa.Connection, row: ListRow, records: Iterable[Record]) -> None:
    """Add records to the draft, or replace those with the same key; the first of one key counts. Raises OtherKind."""
    _touch(db, row)
    with _staged(db):
        load(db, row, records, "staged")
        _take_over(db, row, _ADDING)


def _touch(db: sa.Connection, row: ListRow) -> None:
    """The draft is another one from now on: what was proposed before no longer holds."""
    db.execute(t.lists.update().where(t.lists.c.id == row.id).values(version=t.lists.c.version + 1))


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


def withdraw(db: sa.Connection, row: ListRow, key: RecordKey, *, today: date, reason: str) -> None:
    """Take a record out of the draft. Raises UnknownRecord, ReasonNeeded."""
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise ReasonNeeded
    where = (t.records.c.list == row.id) & (t.records.c.key == key)
    if db.execute(sa.select(t.records.c.key).where(where)).first() is None:
        raise UnknownRecord(row.watchlist.name, key)
    _touch(db, row)
    _remember(db, row, key, today, reason.strip())
    db.execute(t.records.delete().where(where))


def find(db: sa.Connection, row: ListRow, key: RecordKey) -> Record | None:
    """A record of the draft."""
    body = db.execute(sa.select(t.records.c.body).where(t.records.c.list == row.id, t.records.c.key == key)).scalar()
    return from_body(body) if body is not None else None


def bodies(db: sa.Connection, row: ListRow) -> Iterator[bytes]:
    """Every record of the draft as stored, streamed."""
    query = sa.select(t.records.c.body).where(t.records.c.list == row.id).execution_options(yield_per=_BATCH)
    for part in db.execute(query).partitions():
        yield from (body for (body,) in part)


@dataclass(frozen=True, slots=True)
class Summed:
    """The digest of stored records, and how many they are."""

    digest: StateDigest
    rows: int


def summed(stored: Iterable[bytes]) -> Summed:
    """The digest of a whole list, from its records as stored."""
    digest, rows, rest = StateDigest(), 0, iter(stored)
    while batch := list(islice(rest, _SUMMED_AT_ONCE)):
        digest.add_bytes(batch)
        rows += len(batch)
    return Summed(digest, rows)


def published_bodies(db: sa.Connection, row: ListRow) -> Iterator[bytes]:
    """Every record of the newest edition as stored, streamed: the draft without what waits to be published."""
    query = sa.text(_PUBLISHED).execution_options(yield_per=_BATCH)
    for part in db.execute(query, {"list": row.id, "edition": row.head + 1}).partitions():
        yield from (bytes(body) for (body,) in part)


def difference(db: sa.Connection, row: ListRow) -> Difference:
    """What the draft differs from the published edition in."""
    if not row.head:
        count = _count(db, row)
        return Difference(row.watchlist.name, count, 0, 0, count)
    found = db.execute(sa.text(_COUNTED), {"list": row.id, "edition": row.head + 1}).one()
    added, withdrawn = found.added or 0, found.withdrawn or 0
    # Counting millions of rows for every answer would take longer than the act itself.
    published = (t.editions.c.list == row.id) & (t.editions.c.number == row.head)
    rows = db.execute(sa.select(t.editions.c.rows).where(published)).scalar_one() + added - withdrawn
    return Difference(row.watchlist.name, added, found.changed or 0, withdrawn, rows)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that waits: `added`, `changed` or `withdrawn`, with the reason where it has one."""

    key: RecordKey
    what: str
    reason: str


def changes(db: sa.Connection, row: ListRow, most: int) -> tuple[Change, ...]:
    """The first changes of the draft, by key. Before the first edition everything is new, and nothing is listed."""
    query = """SELECT c.key, c.before, c.reason, r.body FROM changes c
        LEFT JOIN records r ON r.list = c.list AND r.key = c.key
        WHERE c.list = :list AND c.edition = :edition ORDER BY c.key LIMIT :most"""
    found = []
    for one in db.execute(sa.text(query), {"list": row.id, "edition": row.head + 1, "most": most}):
        if one.before != one.body:
            what = "added" if one.before is None else "withdrawn" if one.body is None else "changed"
            found.append(Change(RecordKey(one.key), what, one.reason or ""))
    return tuple(found)


def states(db: sa.Connection) -> tuple[ListState, ...]:
    """Every list as it stands."""
    found = []
    for row in all_rows(db):
        newest = (t.editions.c.list == row.id) & (t.editions.c.number == row.head)
        published = db.execute(sa.select(t.editions.c.published_at).where(newest)).scalar()
        source = db.execute(sa.select(t.lists.c.source_date).where(t.lists.c.id == row.id)).scalar()
        waiting = difference(db, row)
        found.append(ListState(row.watchlist, waiting.rows, row.head, published, source, waiting))
    return tuple(found)


def _count(db: sa.Connection, row: ListRow) -> int:
    return db.execute(sa.select(sa.func.count()).where(t.records.c.list == row.id)).scalar_one()


def _check_kind(row: ListRow, record: Record) -> None:
    if _KIND_OF[type(record)] is not row.watchlist.kind:
        raise OtherKind(row.watchlist.name, row.watchlist.kind)


def load(db: sa.Connection, row: ListRow, records: Iterable[Record], table: str) -> tuple[RecordKey, ...]:
    """Insert into `records`, `staged` or `partner_records`; give the keys that were there already. Raises OtherKind."""
    duplicates: list[RecordKey] = []
    rest = iter(records)
    enter = _insert if db.dialect.name == "sqlite" else _copy
    while batch := list(islice(rest, _LOADED_AT_ONCE)):
        for record in batch:
            _check_kind(row, record)
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


def _remember(db: sa.Connection, row: ListRow, key: RecordKey, day: date, reason: str) -> None:
    """Note what the record was in the published edition, once, and why it leaves."""
    if not row.head:
        return
    before = db.execute(sa.select(t.records.c.body).where(t.records.c.list == row.id, t.records.c.key == key)).scalar()
    values = {"withdrawn_on": day.isoformat(), "reason": reason}
    where = (t.changes.c.list == row.id) & (t.changes.c.edition == row.head + 1) & (t.changes.c.key == key)
    if not db.execute(t.changes.update().where(where).values(**values)).rowcount:
        db.execute(t.changes.insert().values(list=row.id, edition=row.head + 1, key=key, before=before, **values))


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

_PUBLISHED: Final = """
    SELECT r.body FROM records r WHERE r.list = :list AND NOT EXISTS
    (SELECT 1 FROM changes c WHERE c.list = :list AND c.edition = :edition AND c.key = r.key)
    UNION ALL SELECT c.before FROM changes c WHERE c.list = :list AND c.edition = :edition AND c.before IS NOT NULL"""

_COUNTED: Final = """
    SELECT sum(CASE WHEN c.before IS NULL AND r.body IS NOT NULL THEN 1 ELSE 0 END) AS added,
           sum(CASE WHEN c.before <> r.body THEN 1 ELSE 0 END) AS changed,
           sum(CASE WHEN c.before IS NOT NULL AND r.body IS NULL THEN 1 ELSE 0 END) AS withdrawn
      FROM changes c LEFT JOIN records r ON r.list = c.list AND r.key = c.key
     WHERE c.list = :list AND c.edition = :edition"""
