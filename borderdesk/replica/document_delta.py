"""A change to a list of documents: worked out first, which takes nearly all the time, then written in one go.

A desk has one writer. Were a large change worked out inside the transaction that writes it, a hit recorded meanwhile
would wait for all of it, and be lost if the power went.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.documents import normal_number
from borderdesk.ids import RecordKey
from borderdesk.replica import withdrawn
from borderdesk.replica.changing import Changing
from borderdesk.replica.checks import Unproved, base_of, check_content, check_order, is_held, only
from borderdesk.replica.errors import EditionRefused
from borderdesk.replica.filters import Filters
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.lists import ListRow, one_list, write_list
from borderdesk.replica.types import Applied
from borderdesk.store import Store
from borderdesk.watchlist import Delta, Edition, TravelDocument, Withdrawal
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What a change does to the list held, and what that comes to. Nothing of it is written yet."""

    change: Delta
    held: ListRow
    result: Unproved
    _table: Changing
    _withdrawn: tuple[withdrawn.Kept, ...]

    def write(self, db: Database, at: Moment) -> None:
        """Write it, in the caller's transaction on the writing database."""
        self._table.write(db)
        withdrawn.keep(db, self.held.id, self._withdrawn)
        withdrawn.forget(db, self.held.id, [record.key for record in self.change.records])
        write_list(db, self.change.edition, self.result.digest.state, self.held.slot, at)


def come_to(
    store: Store,
    reading: Callable[[], AbstractContextManager[Database]],
    change: Delta,
    filters: Filters,
    *,
    at: Moment,
    note: Callable[[Database, Applied], None] | None,
    give_way: Callable[[], None],
) -> Applied:
    """Come to a newer edition by a change: the store is held only while rows that lie ready are written.

    `reading` gives one committed state for a block. Raises EditionRefused, DiskFull, DiskFailed; then nothing changed.
    """
    edition = change.edition
    _know_kinds(store, change)
    while True:
        with reading() as db:
            held = one_list(db, edition.watchlist.name)
            if is_held(edition, held):
                return Applied(edition, edition.number, 0, 0)
            check_order(edition, held)
            worked_out = work_out(db, change, base_of(change, held), filters, give_way)
        # This thread's pages are of no use to those that ask.
        db.conn.execute("PRAGMA shrink_memory")
        result = worked_out.result
        check_content(edition, result.rows, result.digest)
        with store.transaction() as db:
            # Another thread may have changed, mended or destroyed the list: then it is worked out anew, or refused.
            if one_list(db, edition.watchlist.name) == held:
                worked_out.write(db, at)
                applied = Applied(edition, change.base, result.gone, result.put)
                if note is not None:
                    note(db, applied)
                return applied


def work_out(
    db: Database, change: Delta, held: ListRow, filters: Filters, give_way: Callable[[], None] = lambda: None
) -> WorkedOut:
    """Work a change out against the list held. Raises EditionRefused for records of another kind.

    `db` is the writing database, or one that sees a single state in which the kinds of all documents are known.
    """
    edition, digest = change.edition, StateDigest(held.digest_state)
    documents = tuple(only(TravelDocument, edition, change.records))
    table = Changing(db, held.slot, filters, digest, give_way)
    gone = tuple(kept for each in change.withdrawals if (kept := _taken_out(edition, table, each)) is not None)
    put, new = table.put(documents)
    result = Unproved(held.edition.rows - len(gone) + new, digest, len(gone), put)
    return WorkedOut(change, held, result, table, gone)


def _taken_out(edition: Edition, table: Changing, withdrawal: Withdrawal) -> withdrawn.Kept | None:
    """Take one document out. Returns what is remembered of it; None where it was not there."""
    state, type_, number = _split(edition, withdrawal.key)
    document = table.take_out(state, type_, number)
    return None if document is None else withdrawn.Kept(withdrawal, number, withdrawn.status_code(document.status))


def _know_kinds(store: Store, change: Delta) -> None:
    """Give every new pair of state and type its code: a word more in a dictionary, whatever becomes of the change."""
    pairs = {(each.state, each.type) for each in change.records if isinstance(each, TravelDocument)}
    kinds = Kinds()
    unknown = sorted(pair for pair in pairs if kinds.find(store.reader, *pair) is None)
    if unknown:
        with store.transaction() as db:
            known = Kinds()
            for pair in unknown:
                known.code(db, *pair)


def _split(edition: Edition, key: RecordKey) -> tuple[str, str, str]:
    parts = key.split("/")
    if len(parts) != 3 or not parts[2] or normal_number(parts[2]) != parts[2]:
        raise EditionRefused(edition, say("it withdraws {key}, which is no document.", key=key))
    return parts[0], parts[1], parts[2]
