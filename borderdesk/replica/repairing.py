"""Mending a list whose content is not what the bureau published: narrowed down by shards, only bad ones replaced.

A change that does not lead to the signed state is not applied (`applying`). Something is wrong then with what is held;
fetching the change again will not mend it, and fetching everything again would turn a small exchange into a big one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.ids import ListName, RecordKey
from borderdesk.replica import persons, things, withdrawn
from borderdesk.replica.applying import delta_unproved, put_rows
from borderdesk.replica.changing import changing
from borderdesk.replica.checks import only
from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.errors import EditionRefused, StateDiffers
from borderdesk.replica.filters import Filters
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.lists import ListRow, one_list, write_list
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
    TravelDocument,
)
from borderdesk.watchlist.digest import StateDigest
from borderdesk.watchlist.shards import Sharding, shard_of, shards_of_rows
from borderdesk.words import say


def advance(db: Database, name: ListName, deltas: Sequence[Delta], filters: Filters, at: Moment) -> ListRow:
    """Apply changes without asking whether they lead to the signed state. Raises EditionRefused."""
    for delta in deltas:
        held = one_list(db, name)
        if held is None or held.edition.number != delta.base:
            raise EditionRefused(delta.edition, say("it does not follow what is held."))
        delta_unproved(db, delta, held, filters, at)
    found = one_list(db, name)
    if found is None:
        raise KeyError(name)
    return found


def shards_held(db: Database, row: ListRow) -> Sharding:
    """What stands in the tables, in shards; reads all of it."""
    found = Sharding()
    if row.edition.watchlist.kind is ListKind.DOCUMENTS:
        table = DocumentTable(db, row.slot, Kinds())
        for block in chain(table.blocks(), table.new_blocks()):
            found.add_block(block)
        for block in table.changed_blocks():
            found.remove_block(block)
    else:
        for record in _records(db, row):
            found.add(record)
    return found


def mend(
    db: Database,
    edition: Edition,
    deltas: Sequence[Delta],
    shards: Mapping[int, Sequence[Record]],
    listeners: Sequence[EditionListener],
    filters: Filters,
    at: Moment,
) -> Applied:
    """Apply changes, put these shards in the place of those held, and prove the result. Raises EditionRefused."""
    before = one_list(db, edition.watchlist.name)
    row = advance(db, edition.watchlist.name, deltas, filters, at)
    if row.edition != edition:
        raise EditionRefused(edition, say("it does not follow what is held."))
    coming = [record for records in shards.values() for record in records]
    gone = _exchange(db, row, shards, coming, filters)
    withdrawn.forget(db, row.id, [record.key for record in coming])
    found = shards_held(db, row)
    whole = found.whole()
    if found.rows != edition.rows or whole.value() != edition.digest:
        raise StateDiffers(edition, say("what results is not what the bureau published (state digest)."))
    write_list(db, edition, whole.state, row.slot, at)
    if edition.watchlist.kind is ListKind.PERSONS:
        for listener in listeners:
            listener.persons_changed(db, PersonsChanged(edition, True, (), ()))
    return Applied(edition, before.edition.number if before else None, len(gone), len(coming))


def _exchange(
    db: Database, row: ListRow, shards: Mapping[int, Sequence[Record]], coming: Sequence[Record], filters: Filters
) -> list[RecordKey]:
    """Delete what stands in these shards, and put in what comes. Returns the keys that were there."""
    digest = StateDigest()  # it is computed anew of everything afterwards
    kind = row.edition.watchlist.kind
    if kind is ListKind.DOCUMENTS:
        old = list(_documents(db, row, shards))
        with changing(db, row.slot, filters, digest) as table:
            for document in old:
                table.take_out(document.state, document.type, document.number)
            table.put(only(TravelDocument, row.edition, coming))
        return [document.key for document in old]
    keys = [record.key for record in list(_records(db, row)) if shard_of(record.key) in shards]
    for key in keys:
        if kind is ListKind.PERSONS:
            persons.take_out(db, row.id, key, digest)
        else:
            things.take_out(db, row.id, key, THING_TYPES[kind], digest)
    put_rows(db, row.edition, row.id, tuple(only(RECORD_TYPES[kind], row.edition, coming)), digest)
    return keys


def _documents(db: Database, row: ListRow, shards: Container[int]) -> Iterator[TravelDocument]:
    """The documents of these shards."""
    table = DocumentTable(db, row.slot, Kinds())
    found = {document.key: document for document in _among(table.blocks(), shards)}
    for document in _among(table.changed_blocks(), shards):
        found.pop(document.key, None)
    found.update((document.key, document) for document in _among(table.new_blocks(), shards))
    yield from found.values()


def _among(blocks: Iterable[DocumentColumns], shards: Container[int]) -> Iterator[TravelDocument]:
    for block in blocks:
        where = shards_of_rows(block.record_bytes())
        places = [place for place, shard in enumerate(where) if shard in shards]
        if places:
            yield from block.take(np.array(places)).documents()


def _records(db: Database, row: ListRow) -> Iterator[Record]:
    if row.edition.watchlist.kind is ListKind.PERSONS:
        yield from _persons(db, row)
        return
    for ref, record in things.everything(db, row.edition.watchlist.kind):
        if ref.list == row.edition.watchlist.name:
            yield record


def _persons(db: Database, row: ListRow) -> Iterator[Person]:
    return persons.of_list(db, row.edition.watchlist.name, None)
