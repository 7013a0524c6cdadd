"""The replica: what the desk asks of it, and how it comes from one edition to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from borderdesk.clock import Moment
from borderdesk.documents import normal_number
from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.policy import Policy
from borderdesk.replica import persons, withdrawn
from borderdesk.replica.applying import apply_change
from borderdesk.replica.documents import DocumentTable, Kinds
from borderdesk.replica.lists import ListRow, all_lists, as_held
from borderdesk.replica.search import ORDER, Asked, search
from borderdesk.replica.types import Applied, DocumentMatch, EditionListener, HeldList
from borderdesk.store import Store
from borderdesk.watchlist import Delta, ListKind, Person, Snapshot


class Replica:
    """The encrypted copy of the lists.

    Questions read the last committed state through the calling thread's own connection and never wait for an edition
    that is being applied. `listeners` keep views of their own on the lists, in the same transaction.
    """

    def __init__(self, store: Store, listeners: Sequence[EditionListener] = ()) -> None:
        self._store = store
        self._listeners = tuple(listeners)

    def held(self, now: datetime, policy: Policy) -> tuple[HeldList, ...]:
        """The lists held, by name, with their age at `now`, which is trusted time in UTC."""
        return tuple(as_held(row, now, policy) for row in all_lists(self._store.reader))

    def find_documents(self, number: str, *, state: str = "", type: str = "") -> tuple[DocumentMatch, ...]:
        """Listed documents that this number may mean: hits before near, each saying which it is.

        `number` in any writing; `state` in ICAO letters and `type` a document code, where they are known: a document of
        another state or another type is another document. Withdrawn ones come last, flagged, and only where the number
        is the very same.
        """
        written = normal_number(number)
        if not written:
            return ()
        db = self._store.reader
        asked = Asked(written, state, type)
        kinds = Kinds(db)
        found: list[DocumentMatch] = []
        for row in all_lists(db):
            if row.edition.watchlist.kind is ListKind.DOCUMENTS:
                found.extend(
                    DocumentMatch(_ref(row, document.key), document, match)
                    for match, document in search(DocumentTable(db, row.slot, kinds), asked)
                )
        found.sort(key=lambda each: ORDER.index(each.match))
        return (*found, *withdrawn.documents(db, asked))

    def person(self, list: ListName, key: RecordKey) -> Person | None:
        """One person of one list, or None."""
        return persons.one(self._store.reader, list, key)

    def persons(self) -> Iterator[tuple[ListName, int, Person]]:
        """Every person: list, edition, person. What the name index is built from."""
        for ref, person in persons.everyone(self._store.reader):
            yield ref.list, ref.edition, person

    def persons_naming_document(self, number: str) -> tuple[tuple[RecordRef, Person], ...]:
        """The persons whose record mentions this document number."""
        return persons.naming_document(self._store.reader, number)

    def apply(self, change: Snapshot | Delta, *, at: Moment) -> Applied:
        """Come to a newer edition of one list, in one transaction: all of it, or nothing.

        Deletions first. What results is compared with the edition's signed row count and state digest.
        Applying the edition that is held already changes nothing. Raises EditionRefused, DiskFull, DiskFailed.
        """
        with self._store.transaction() as db:
            return apply_change(db, change, self._listeners, at)


def _ref(row: ListRow, key: RecordKey) -> RecordRef:
    return RecordRef(row.edition.watchlist.name, key, row.edition.number)
