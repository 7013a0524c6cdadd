"""From one edition to the next, inside the caller's transaction: all of it, or EditionRefused and nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.documents import normal_number
from borderdesk.ids import RecordKey
from borderdesk.replica import persons, withdrawn
from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.errors import EditionRefused
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.lists import ListRow, one_list, write_list
from borderdesk.replica.staging import Coming, free_slot
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

_GATHERED: Final = 100_000


def apply_change(db: Database, change: Snapshot | Delta, listeners: Sequence[EditionListener], at: Moment) -> Applied:
    """Apply a delta, or a whole list of persons; compare what results with the edition, and tell the listeners.

    Raises EditionRefused; the caller then undoes the transaction.
    """
    edition = change.edition
    held = one_list(db, edition.watchlist.name)
    if is_held(edition, held):
        return Applied(edition, edition.number, 0, 0)
    check_order(edition, held)
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


def is_held(edition: Edition, held: ListRow | None) -> bool:
    """Whether this very edition is held already."""
    return held is not None and held.edition == edition


def check_order(edition: Edition, held: ListRow | None) -> None:
    """Raises EditionRefused where the edition cannot follow the one held."""
    if held is None:
        return
    if edition.watchlist.kind is not held.edition.watchlist.kind:
        raise EditionRefused(edition, say("the list suddenly holds other things than before."))
    if edition.number < held.edition.number:
        raise EditionRefused(edition, say("it is older than edition {held}, which is held.", held=held.edition.number))
    if edition.number == held.edition.number:
        raise EditionRefused(edition, say("an edition of that number is held and has other content."))


def install(db: Database, coming: Coming, at: Moment) -> Applied:
    """Put a list of documents that has come in whole in the place of the one held. Raises EditionRefused."""
    edition = coming.edition
    held = one_list(db, edition.watchlist.name)
    check_order(edition, held)
    _check_content(edition, coming.rows, StateDigest(coming.digest_state))
    list_id = write_list(db, edition, coming.digest_state, coming.slot, at)
    db.conn.execute("DELETE FROM coming WHERE name = ?", (edition.watchlist.name,))
    if held is not None:
        db.conn.execute("INSERT INTO leaving VALUES (?)", (held.slot,))
    withdrawn.forget_where(db, list_id, DocumentTable(db, coming.slot, Kinds()).has)
    return Applied(edition, held.edition.number if held else None, 0, coming.rows)


def _snapshot(db: Database, change: Snapshot, held: ListRow | None, at: Moment) -> tuple[Applied, PersonsChanged]:
    edition, digest = change.edition, StateDigest()
    people = tuple(_only(Person, edition, change.records))
    list_id = write_list(db, edition, digest.state, held.slot if held else free_slot(db), at)
    persons.take_out_all(db, list_id)
    rows, new = persons.put(db, list_id, people, digest)
    if new != rows:
        raise EditionRefused(edition, say("a person is in it twice."))
    _check_content(edition, rows, digest)
    write_list(db, edition, digest.state, held.slot if held else free_slot(db), at)
    withdrawn.forget(db, list_id, [person.key for person in people])
    return Applied(edition, held.edition.number if held else None, 0, rows), PersonsChanged(edition, True, (), people)


def _delta(db: Database, change: Delta, held: ListRow, at: Moment) -> tuple[Applied, PersonsChanged]:
    edition, digest = change.edition, StateDigest(held.digest_state)
    people: tuple[Person, ...] = ()
    gone = 0
    if edition.watchlist.kind is ListKind.DOCUMENTS:
        table = DocumentTable(db, held.slot, Kinds())
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


def document_blocks(change: Snapshot) -> Iterator[DocumentColumns]:
    """All documents of a whole list in columns: its blocks as they are, its single records gathered."""
    yield from change.columns
    records = _only(TravelDocument, change.edition, change.records)
    while gathered := list(islice(records, _GATHERED)):
        yield DocumentColumns.of(gathered)


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
