"""From one edition to the next, inside the caller's transaction: all of it, or EditionRefused and nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.documents import normal_number
from borderdesk.ids import RecordKey
from borderdesk.replica import persons, withdrawn
from borderdesk.replica.documents import DocumentTable, Kinds, in_blocks
from borderdesk.replica.errors import EditionRefused
from borderdesk.replica.lists import ListRow, one_list, write_list
from borderdesk.replica.schema import document_table, make_document_table
from borderdesk.replica.types import Applied, EditionListener, PersonsChanged
from borderdesk.watchlist import (
    Delta,
    DocumentColumns,
    Edition,
    ListKind,
    Person,
    Record,
    Snapshot,
    TravelDocument,
)
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say

R = TypeVar("R", Person, TravelDocument)


def apply_change(db: Database, change: Snapshot | Delta, listeners: Sequence[EditionListener], at: Moment) -> Applied:
    """Apply a change, compare the result with what the edition says of itself, and tell the listeners.

    Raises EditionRefused; the caller then undoes the transaction.
    """
    edition = change.edition
    held = one_list(db, edition.watchlist.name)
    if held is not None and held.edition == edition:
        return Applied(edition, edition.number, 0, 0)
    if held is not None:
        _check_order(edition, held.edition)
    if isinstance(change, Snapshot):
        applied, told = _snapshot(db, change, held, at)
    elif held is None:
        raise EditionRefused(edition, say("it is a change to edition {base}, and none is held.", base=change.base))
    elif change.base != held.edition.number:
        raise EditionRefused(
            edition,
            say("it is a change to edition {base}, and {held} is held.", base=change.base, held=held.edition.number),
        )
    else:
        applied, told = _delta(db, change, held, at)
    if edition.watchlist.kind is ListKind.PERSONS:
        for listener in listeners:
            listener.persons_changed(db, told)
    return applied


def _check_order(edition: Edition, held: Edition) -> None:
    if edition.watchlist.kind is not held.watchlist.kind:
        raise EditionRefused(edition, say("the list suddenly holds other things than before."))
    if edition.number < held.number:
        raise EditionRefused(edition, say("it is older than edition {held}, which is held.", held=held.number))
    if edition.number == held.number:
        raise EditionRefused(edition, say("an edition of that number is held and has other content."))


def _snapshot(db: Database, change: Snapshot, held: ListRow | None, at: Moment) -> tuple[Applied, PersonsChanged]:
    edition, digest, slot = change.edition, StateDigest(), _free_slot(db)
    people: tuple[Person, ...] = ()
    if edition.watchlist.kind is ListKind.DOCUMENTS:
        make_document_table(db, slot)
        table = DocumentTable(db, slot, Kinds(db))
        try:
            rows = table.load(_blocks(change), digest)
        except sqlcipher.IntegrityError as error:
            raise EditionRefused(edition, say("a document is in it twice.")) from error
        _check_content(edition, rows, digest)
        list_id = write_list(db, edition, digest.state, slot, at)
        if held is not None:
            db.conn.execute(f"DROP TABLE {document_table(held.slot)}")
        withdrawn.forget_where(db, list_id, table.has)
    else:
        people = tuple(_only(Person, edition, change.records))
        list_id = write_list(db, edition, digest.state, slot, at)
        persons.take_out_all(db, list_id)
        rows, new = persons.put(db, list_id, people, digest)
        if new != rows:
            raise EditionRefused(edition, say("a person is in it twice."))
        _check_content(edition, rows, digest)
        write_list(db, edition, digest.state, slot, at)
        withdrawn.forget(db, list_id, [person.key for person in people])
    return Applied(edition, held.edition.number if held else None, 0, rows), PersonsChanged(edition, True, (), people)


def _delta(db: Database, change: Delta, held: ListRow, at: Moment) -> tuple[Applied, PersonsChanged]:
    edition, digest = change.edition, StateDigest(held.digest_state)
    people: tuple[Person, ...] = ()
    gone = 0
    if edition.watchlist.kind is ListKind.DOCUMENTS:
        table = DocumentTable(db, held.slot, Kinds(db))
        for withdrawal in change.withdrawals:
            state, type_, number = _split(edition, withdrawal.key)
            document = table.take_out(state, type_, number, digest)
            if document is not None:
                gone += 1
                status = withdrawn.status_code(document.status)
                withdrawn.keep(db, held.id, withdrawal, number=number, status=status)
        documents = tuple(_only(TravelDocument, edition, change.records))
        put, new = table.put(documents, digest)
        withdrawn.forget(db, held.id, [document.key for document in documents])
    else:
        people = tuple(_only(Person, edition, change.records))
        for withdrawal in change.withdrawals:
            if persons.take_out(db, held.id, withdrawal.key, digest) is not None:
                gone += 1
                withdrawn.keep(db, held.id, withdrawal)
        put, new = persons.put(db, held.id, people, digest)
        withdrawn.forget(db, held.id, [person.key for person in people])
    _check_content(edition, held.edition.rows - gone + new, digest)
    write_list(db, edition, digest.state, held.slot, at)
    told = PersonsChanged(edition, False, change.withdrawals, people)
    return Applied(edition, held.edition.number, gone, put), told


def _check_content(edition: Edition, rows: int, digest: StateDigest) -> None:
    if rows != edition.rows:
        raise EditionRefused(
            edition, say("it should hold {rows} records and holds {found}.", rows=edition.rows, found=rows)
        )
    if digest.value() != edition.digest:
        raise EditionRefused(edition, say("what results is not what the bureau published (state digest)."))


def _blocks(change: Snapshot) -> Iterator[DocumentColumns]:
    yield from change.columns
    yield from in_blocks(_only(TravelDocument, change.edition, change.records))


def _only(kind: type[R], edition: Edition, records: Iterable[Record]) -> Iterator[R]:
    for record in records:
        if not isinstance(record, kind):
            raise EditionRefused(edition, say("it holds records of another kind than the list."))
        yield record


def _split(edition: Edition, key: RecordKey) -> tuple[str, str, str]:
    parts = key.split("/")
    if len(parts) != 3 or not parts[2] or normal_number(parts[2]) != parts[2]:
        raise EditionRefused(edition, say("it withdraws {key}, which is no document.", key=key))
    return parts[0], parts[1], parts[2]


def _free_slot(db: Database) -> int:
    (slot,) = db.conn.execute("SELECT coalesce(max(slot), 0) + 1 FROM lists").fetchone()
    return int(slot)
