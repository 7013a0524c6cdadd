"""From one edition to the next, inside the caller's transaction: all of it, or EditionRefused and nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.replica import persons, staging, things, withdrawn
from borderdesk.replica.checks import Unproved, base_of, check_content, check_order, is_held, only
from borderdesk.replica.document_delta import work_out
from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.errors import EditionRefused
from borderdesk.replica.filters import Filters
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.lists import ListRow, one_list, write_list
from borderdesk.replica.staging import Coming, free_slot
from borderdesk.replica.types import Applied, EditionListener, PersonsChanged
from borderdesk.watchlist import (
    RECORD_TYPES,
    THING_TYPES,
    Delta,
    DocumentColumns,
    Edition,
    ListKind,
    Person,
    Record,
    Snapshot,
    Thinglike,
    TravelDocument,
    Withdrawal,
)
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say

R = TypeVar("R")

_GATHERED: Final = 100_000


def apply_change(
    db: Database,
    change: Snapshot | Delta,
    listeners: Sequence[EditionListener],
    at: Moment,
    give_way: Callable[[], None],
) -> Applied:
    """Apply a change, or a whole list, of anything but documents, and tell the listeners. `give_way` is called often.

    What results is compared with what the edition says of itself. Raises EditionRefused; the caller then undoes the
    transaction.
    """
    edition = change.edition
    held = one_list(db, edition.watchlist.name)
    if is_held(edition, held):
        return Applied(edition, edition.number, 0, 0)
    check_order(edition, held)
    if isinstance(change, Snapshot):
        applied, told = _snapshot(db, change, held, at, give_way)
    else:
        applied, told = _delta(db, change, base_of(change, held), at, give_way)
    if edition.watchlist.kind is ListKind.PERSONS:
        for listener in listeners:
            listener.persons_changed(db, told)
    return applied


def install(db: Database, coming: Coming, at: Moment) -> Applied:
    """Put a list of documents that has come in whole in the place of the one held. Raises EditionRefused."""
    edition = coming.edition
    held = one_list(db, edition.watchlist.name)
    check_order(edition, held)
    check_content(edition, coming.rows, StateDigest(coming.digest_state))
    list_id = write_list(db, edition, coming.digest_state, coming.slot, at)
    db.conn.execute("DELETE FROM coming WHERE name = ?", (edition.watchlist.name,))
    if held is not None:
        db.conn.execute("INSERT INTO leaving VALUES (?)", (held.slot,))
    withdrawn.forget_where(db, list_id, DocumentTable(db, coming.slot, Kinds()).has)
    return Applied(edition, held.edition.number if held else None, 0, coming.rows)


def remove(db: Database, held: ListRow, listeners: Sequence[EditionListener]) -> None:
    """Destroy everything of a list, in the caller's transaction. What lay on the pages is overwritten.

    The table of a list of documents is emptied afterwards, part by part (`staging.clear_away`).
    """
    db.conn.execute("PRAGMA secure_delete = ON")
    edition, kind = held.edition, held.edition.watchlist.kind
    staging.abandon(db, edition)
    if kind is ListKind.DOCUMENTS:
        db.conn.execute("INSERT INTO leaving VALUES (?)", (held.slot,))
    else:
        _take_out_all(db, edition, held.id)
        db.conn.execute("DELETE FROM marks WHERE list = ?", (held.id,))
    db.conn.execute("DELETE FROM withdrawn WHERE list = ?", (held.id,))
    if kind is ListKind.PERSONS:
        for listener in listeners:
            listener.persons_changed(db, PersonsChanged(edition, True, (), ()))
    db.conn.execute("DELETE FROM lists WHERE id = ?", (held.id,))


def _snapshot(
    db: Database, change: Snapshot, held: ListRow | None, at: Moment, give_way: Callable[[], None]
) -> tuple[Applied, PersonsChanged]:
    edition, digest = change.edition, StateDigest()
    slot = held.slot if held else free_slot(db)
    list_id = write_list(db, edition, digest.state, slot, at)
    _take_out_all(db, edition, list_id)
    rows = new = 0
    coming = only(RECORD_TYPES[edition.watchlist.kind], edition, change.records)
    while records := tuple(islice(coming, _GATHERED)):
        put, unknown = put_rows(db, edition, list_id, records, digest, give_way)
        rows, new = rows + put, new + unknown
        withdrawn.forget(db, list_id, [record.key for record in records])
    if new != rows:
        raise EditionRefused(edition, say("a record is in it twice."))
    check_content(edition, rows, digest)
    write_list(db, edition, digest.state, slot, at)
    told = PersonsChanged(edition, True, (), ())
    return Applied(edition, held.edition.number if held else None, 0, rows), told


def _delta(
    db: Database, change: Delta, held: ListRow, at: Moment, give_way: Callable[[], None]
) -> tuple[Applied, PersonsChanged]:
    done = _records_changed(db, change, held, at, give_way)
    check_content(change.edition, done.rows, done.digest)
    told = PersonsChanged(change.edition, False, change.withdrawals, _persons(change.records))
    return Applied(change.edition, held.edition.number, done.gone, done.put), told


def delta_unproved(db: Database, change: Delta, held: ListRow, filters: Filters, at: Moment) -> Unproved:
    """Apply a change to any list and say what results. Raises EditionRefused for records of another kind."""
    if change.edition.watchlist.kind is not ListKind.DOCUMENTS:
        return _records_changed(db, change, held, at)
    worked_out = work_out(db, change, held, filters)
    worked_out.write(db, at)
    return worked_out.result


def _records_changed(
    db: Database, change: Delta, held: ListRow, at: Moment, give_way: Callable[[], None] = lambda: None
) -> Unproved:
    edition, digest = change.edition, StateDigest(held.digest_state)
    records = tuple(only(RECORD_TYPES[edition.watchlist.kind], edition, change.records))
    gone = sum(_withdraw(db, edition, held.id, each, digest) for each in _in_between(change.withdrawals, give_way))
    put, new = put_rows(db, edition, held.id, records, digest, give_way)
    withdrawn.forget(db, held.id, [record.key for record in records])
    write_list(db, edition, digest.state, held.slot, at)
    return Unproved(held.edition.rows - gone + new, digest, gone, put)


def _withdraw(db: Database, edition: Edition, list_id: int, withdrawal: Withdrawal, digest: StateDigest) -> bool:
    """Take one record out and keep when and why. False where it was not there."""
    kind = edition.watchlist.kind
    if kind is ListKind.PERSONS:
        found = persons.take_out(db, list_id, withdrawal.key, digest) is not None
    else:
        found = things.take_out(db, list_id, withdrawal.key, THING_TYPES[kind], digest) is not None
    if found:
        withdrawn.keep(db, list_id, (withdrawn.Kept(withdrawal),))
    return found


def put_rows(
    db: Database,
    edition: Edition,
    list_id: int,
    records: tuple[Record, ...],
    digest: StateDigest,
    give_way: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    if edition.watchlist.kind is ListKind.PERSONS:
        return persons.put(db, list_id, _in_between(_persons(records), give_way), digest)
    every = _in_between(records, give_way)
    return things.put(db, list_id, (each for each in every if isinstance(each, Thinglike)), digest)


def _in_between(records: Iterable[R], give_way: Callable[[], None]) -> Iterator[R]:
    """The same, with whoever goes first let by before each."""
    for record in records:
        give_way()
        yield record


def _take_out_all(db: Database, edition: Edition, list_id: int) -> None:
    if edition.watchlist.kind is ListKind.PERSONS:
        persons.take_out_all(db, list_id)
    else:
        things.take_out_all(db, list_id)


def _persons(records: tuple[Record, ...]) -> tuple[Person, ...]:
    return tuple(record for record in records if isinstance(record, Person))


def document_blocks(change: Snapshot) -> Iterator[DocumentColumns]:
    """All documents of a whole list in columns: its blocks as they are, its single records gathered."""
    yield from change.columns
    records = only(TravelDocument, change.edition, change.records)
    while gathered := list(islice(records, _GATHERED)):
        yield DocumentColumns.of(gathered)
