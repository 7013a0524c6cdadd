"""The bureau's lists: finding, withdrawing, and what the draft differs from the published edition in.

`loading` enters records. Everything here changes the draft only. Nothing reaches a desk before `publishing` signs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DRILL_LIST, ListName, RecordKey
from borderdesk.watchlist import ListKind, Record, Watchlist
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say
from sync.bureau import tables as t
from sync.bureau.database import by_index
from sync.bureau.stored import from_body

MAX_REASON: Final = 500
_BATCH: Final = 10_000
_SUMMED_AT_ONCE: Final = 4096


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
    category: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list's row number in the database, its newest edition (0: none), and its need-to-know category, if any."""

    id: int
    watchlist: Watchlist
    head: int
    category: str = ""


def all_rows(db: sa.Connection) -> tuple[ListRow, ...]:
    """Every list, by name."""
    head = sa.select(sa.func.coalesce(sa.func.max(t.editions.c.number), 0)).where(t.editions.c.list == t.lists.c.id)
    rows = db.execute(sa.select(t.lists, head.scalar_subquery().label("head")).order_by(t.lists.c.name))
    return tuple(
        ListRow(row.id, Watchlist(ListName(row.name), ListKind(row.kind), row.title, row.owner), row.head, row.category)
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


def touch(db: sa.Connection, row: ListRow) -> None:
    """The draft is another one from now on: what was proposed before no longer holds."""
    db.execute(t.lists.update().where(t.lists.c.id == row.id).values(version=t.lists.c.version + 1))


def withdraw(db: sa.Connection, row: ListRow, key: RecordKey, *, today: date, reason: str) -> None:
    """Take a record out of the draft. Raises UnknownRecord, ReasonNeeded."""
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise ReasonNeeded
    where = (t.records.c.list == row.id) & (t.records.c.key == key)
    if db.execute(sa.select(t.records.c.key).where(where)).first() is None:
        raise UnknownRecord(row.watchlist.name, key)
    touch(db, row)
    _remember(db, row, key, today, reason.strip())
    db.execute(t.records.delete().where(where))


def find(db: sa.Connection, row: ListRow, key: RecordKey) -> Record | None:
    """A record of the draft."""
    body = db.execute(sa.select(t.records.c.body).where(t.records.c.list == row.id, t.records.c.key == key)).scalar()
    return from_body(body) if body is not None else None


def bodies(db: sa.Connection, row: ListRow) -> Iterator[bytes]:
    """Every record of the draft as stored, streamed."""
    query = sa.select(t.records.c.body).where(t.records.c.list == row.id).execution_options(yield_per=_BATCH)
    for part in db.execute(query).partitions(_BATCH):
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
    for part in db.execute(query, {"list": row.id, "edition": row.head + 1}).partitions(_BATCH):
        yield from (bytes(body) for (body,) in part)


def difference(db: sa.Connection, row: ListRow) -> Difference:
    """What the draft differs from the published edition in."""
    if not row.head:
        rows = count(db, row)
        return Difference(row.watchlist.name, rows, 0, 0, rows)
    with by_index(db):
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
        found.append(ListState(row.watchlist, waiting.rows, row.head, published, source, waiting, row.category))
    return tuple(found)


def count(db: sa.Connection, row: ListRow) -> int:
    """How many records the draft holds: reads through all of them."""
    return db.execute(sa.select(sa.func.count()).where(t.records.c.list == row.id)).scalar_one()


def _remember(db: sa.Connection, row: ListRow, key: RecordKey, day: date, reason: str) -> None:
    """Note what the record was in the published edition, once, and why it leaves."""
    if not row.head:
        return
    before = db.execute(sa.select(t.records.c.body).where(t.records.c.list == row.id, t.records.c.key == key)).scalar()
    values = {"withdrawn_on": day.isoformat(), "reason": reason}
    where = (t.changes.c.list == row.id) & (t.changes.c.edition == row.head + 1) & (t.changes.c.key == key)
    if not db.execute(t.changes.update().where(where).values(**values)).rowcount:
        db.execute(t.changes.insert().values(list=row.id, edition=row.head + 1, key=key, before=before, **values))


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
