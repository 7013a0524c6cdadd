"""The replica: what the desk asks of it, and how it comes from one edition to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.documents import normal_number
from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.policy import Policy
from borderdesk.replica import persons, repairing, staging, things, withdrawn
from borderdesk.replica.applying import apply_change, document_blocks, install, remove
from borderdesk.replica.checks import check_order, is_held
from borderdesk.replica.document_delta import come_to
from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.errors import ApplyStopped, EditionRefused
from borderdesk.replica.filters import Filters
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.lists import ListRow, all_lists, as_held, one_list, write_until
from borderdesk.replica.marks import AskedMark
from borderdesk.replica.search import ORDER, Asked, same_type, search
from borderdesk.replica.types import (
    Applied,
    DocumentMatch,
    EditionListener,
    HeldList,
    MatchClass,
    NoticeDocumentMatch,
    Removed,
    ThingMatch,
    Verified,
)
from borderdesk.replica.verifying import verify_list
from borderdesk.store import Store, translated_errors
from borderdesk.watchlist import (
    Circular,
    Delta,
    Edition,
    ListKind,
    Mark,
    NoticeDocument,
    Person,
    Photo,
    Record,
    Scheme,
    Snapshot,
    Thinglike,
    Withdrawal,
    stolen_blank,
)
from borderdesk.watchlist.shards import ShardValues
from borderdesk.words import say

Note = Callable[[Database, Applied], None]
"""Written in the same transaction that puts an edition in use."""


class Replica:
    """The encrypted copy of the lists.

    Questions read the last committed state through the calling thread's own connection and never wait for an edition
    that is being applied. `listeners` keep views of their own on the lists, in the same transaction. `give_way` is
    called at every record of a change: it may let a question go first.
    """

    def __init__(
        self,
        store: Store,
        listeners: Sequence[EditionListener] = (),
        *,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._give_way = give_way
        self._listeners = tuple(listeners)
        self._kinds = Kinds()
        self._filters = Filters()
        self._whole = threading.Lock()

    def follow_rules(self) -> None:
        """Bring what an older program filed under the rules of this one, before the first question.

        Done once after a new program, in one transaction. Raises DiskFull, DiskFailed; then it is done the next time.
        """
        with self._store.transaction() as db:
            things.file_marks_anew(db)

    def held(self, now: datetime, policy: Policy) -> tuple[HeldList, ...]:
        """The lists that answer, by name, with their age at `now`, which is trusted time in UTC. Photos do not."""
        return tuple(as_held(row, now, policy) for row in all_lists(self._store.reader) if _answers(row))

    def editions(self) -> dict[ListName, int]:
        """The edition of every list held, those of photos too."""
        return {row.edition.watchlist.name: row.edition.number for row in all_lists(self._store.reader)}

    def edition(self, list: ListName) -> Edition | None:
        """The edition of a list that is held, or None."""
        row = one_list(self._store.reader, list)
        return row.edition if row is not None else None

    def shares(self) -> dict[ListName, Edition]:
        """The same with what each says of itself: numbers alone do not tell which share of a list is held."""
        return {row.edition.watchlist.name: row.edition for row in all_lists(self._store.reader)}

    def ended(self, now: datetime) -> tuple[ListName, ...]:
        """The lists that must not be held any more at this time, which is trusted and in UTC."""
        rows = all_lists(self._store.reader)
        return tuple(row.edition.watchlist.name for row in rows if row.held_until and row.held_until <= now)

    def note_until(self, wanted: Mapping[ListName, datetime | None]) -> None:
        """Keep with each list when it must be destroyed here. Raises DiskFull, DiskFailed."""
        rows = all_lists(self._store.reader)
        changed = [
            (name, wanted[name])
            for row in rows
            if (name := row.edition.watchlist.name) in wanted and row.held_until != wanted[name]
        ]
        if changed:
            with self._store.transaction() as db:
                for name, until in changed:
                    write_until(db, name, until)

    def remove(self, name: ListName, *, note: Callable[[Database, Removed], None]) -> Removed | None:
        """Destroy a list that this desk may hold no longer, with the entry that `note` writes; None where none is.

        Raises DiskFull, DiskFailed; then everything is as before, or what is left is cleared away the next time.
        """
        with self._store.transaction() as db:
            held = one_list(db, name)
            if held is None:
                return None
            remove(db, held, self._listeners)
            done = Removed(held.edition)
            note(db, done)
        # Where a whole list is coming in, its end clears away what is left of this one.
        if self._whole.acquire(blocking=False):
            try:
                staging.clear_away(self._store)
            finally:
                self._whole.release()
        return done

    def photo(self, sha256: str) -> Photo | None:
        """A photo that a record names, or None where it has not come yet: photos come after everything else."""
        return things.photo(self._store.reader, sha256)

    def find_documents(
        self, number: str, *, state: str = "", type: str = "", near: bool = True, one_edit: bool = True
    ) -> tuple[DocumentMatch, ...]:
        """Listed documents that this number may mean: hits before near, each saying which it is.

        `number` in any writing; `state` in ICAO letters and `type` a document code, where they are known: a document of
        another state or another type is another document. Withdrawn ones come last, flagged, and only where the number
        is the very same. Without `near` only the very number is looked for, in its overflow forms too; without
        `one_edit` also what looks like it, but not what differs in one place otherwise: that search takes longer than
        all the others, and says nothing where the number cannot have been misread.
        """
        written = normal_number(number)
        if not written:
            return ()
        asked = Asked(written, state, type, near=near, one_edit=one_edit)
        with self._reading() as db:
            found: list[DocumentMatch] = []
            lists = all_lists(db)
            for row in lists:
                if row.edition.watchlist.kind is ListKind.DOCUMENTS:
                    found.extend(
                        DocumentMatch(_ref(row, document.key), document, match)
                        for match, document in search(DocumentTable(db, row.slot, self._kinds, self._filters), asked)
                    )
            if any(row.edition.watchlist.kind is ListKind.BLANK_RANGES for row in lists):
                found.extend(_in_ranges(db, asked))
            found.sort(key=lambda each: ORDER.index(each.match))
            return (*found, *withdrawn.documents(db, asked))

    def find_notice_documents(
        self, number: str, *, state: str = "", type: str = "", near: bool = True
    ) -> tuple[NoticeDocumentMatch, ...]:
        """Genuine documents whose bearer is sought (TDAWN) that this number may mean. Asked like `find_documents`."""
        found = self.find_things(Scheme.DOCUMENT, number, scope=state.rstrip("<"), near=near)
        return tuple(
            NoticeDocumentMatch(each.record, each.entry, each.match)
            for each in found
            if isinstance(each.entry, NoticeDocument) and same_type(type[:1].upper(), each.entry.type)
        )

    def find_things(self, scheme: Scheme, number: str, *, scope: str = "", near: bool = True) -> tuple[ThingMatch, ...]:
        """Listed things with such a mark: hits before near, withdrawn ones last.

        `scope` is the country of a plate, registration or document, the make of a firearm, part or engine; empty where
        unknown. The number of a thing whose make is unknown or another is near, never a hit.
        """
        asked = AskedMark(Mark(scheme, number, scope), near=near)
        if not asked.number:
            return ()
        with self._reading() as db:
            return tuple(things.find(db, asked))

    def thing(self, list: ListName, key: RecordKey) -> Thinglike | None:
        """One record of a list that holds neither documents nor persons, or None."""
        return things.one(self._store.reader, list, key)

    def circulars(self, words: str = "") -> tuple[tuple[RecordRef, Circular], ...]:
        """Notices without a name, all of them or those in which all these words stand."""
        wanted = words.casefold().split()
        found = things.everything(self._store.reader, ListKind.CIRCULARS)
        return tuple(
            (ref, each)
            for ref, each in found
            if isinstance(each, Circular) and all(word in f"{each.title} {each.text}".casefold() for word in wanted)
        )

    def withdrawal(self, list: ListName, key: RecordKey) -> Withdrawal | None:
        """When and why a record was withdrawn, or None where it is in force or was never held."""
        return withdrawn.of(self._store.reader, list, key)

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

    def read_ahead(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Read into memory what the first look-alike search would else wait for, as long as `go_on` says so.

        For a thread of its own after signing in. Raises DiskFailed.
        """
        # In one transaction: the filters of a list that is being replaced must not go while they are read.
        with self._reading() as db:
            for row in all_lists(db):
                if row.edition.watchlist.kind is ListKind.DOCUMENTS:
                    self._filters.read_all(db, row.slot, go_on)
        # This thread's pages are of no use to those that ask.
        db.conn.execute("PRAGMA shrink_memory")

    def verify(self, list: ListName) -> Verified | None:
        """Read a whole list again and compare it with the bureau's signed row count and state digest.

        None where no such list is held. Raises DiskFailed where a page does not authenticate.
        """
        with self._reading() as db:
            row = one_list(db, list)
            return None if row is None else verify_list(db, row, self._kinds)

    def apply(
        self,
        change: Snapshot | Delta,
        *,
        at: Moment,
        note: Note | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Applied:
        """Come to a newer edition of one list: all of it, or nothing.

        A change, or a list of persons, is one transaction, deletions first; a change to documents is worked out before
        it, so that a hit recorded meanwhile waits for the writing only. A whole list of documents comes in beside the
        old one in steps, and one transaction puts it in its place; where that was interrupted, applying the same
        edition again goes on from the last step. What results is compared with the edition's signed row count and
        state digest. Applying the edition that is held already changes nothing.

        `note` is called inside the transaction that puts the edition in use, so that whoever keeps a journal writes its
        entry with it or not at all. Not to be called inside a transaction: its steps must be committed one by one.
        `stop` is asked between the steps, and at every record of a transaction, which is then undone. Any thread may
        apply other lists meanwhile.
        Raises EditionRefused, ApplyStopped, DiskFull, DiskFailed.
        """
        if self._store.in_transaction:
            raise RuntimeError("an edition is applied in transactions of its own")
        if isinstance(change, Snapshot) and change.edition.watchlist.kind is ListKind.DOCUMENTS:
            # One at a time: they share what they leave behind.
            with self._whole:
                staging.clear_away(self._store, stop)
                return self._apply_documents(change, at, note, stop)

        def step() -> None:
            if stop():
                raise ApplyStopped(change.edition)
            self._give_way()

        if isinstance(change, Delta) and change.edition.watchlist.kind is ListKind.DOCUMENTS:
            return come_to(self._store, self._reading, change, self._filters, at=at, note=note, give_way=step)
        with self._store.transaction() as db:
            applied = apply_change(db, change, self._listeners, at, step)
            if note is not None:
                note(db, applied)
            return applied

    def shards_after(self, name: ListName, deltas: Sequence[Delta], *, at: Moment) -> ShardValues:
        """What a list would hold in each shard after these changes; nothing is changed. Raises EditionRefused."""
        found: list[ShardValues] = []
        with suppress(_Undone), self._store.transaction() as db:
            row = repairing.advance(db, name, deltas, self._filters, at)
            found.append(repairing.shards_held(db, row).values())
            raise _Undone
        return found[0]

    def mend(
        self,
        edition: Edition,
        deltas: Sequence[Delta],
        shards: Mapping[int, Sequence[Record]],
        *,
        at: Moment,
        note: Note | None = None,
    ) -> Applied:
        """Come to an edition by these changes, with these shards in the place of those held: all of it, or nothing.

        Raises EditionRefused where what results is still not what the bureau published, DiskFull, DiskFailed.
        """
        with self._store.transaction() as db:
            applied = repairing.mend(db, edition, deltas, shards, self._listeners, self._filters, at)
            if note is not None:
                note(db, applied)
            return applied

    def _apply_documents(self, change: Snapshot, at: Moment, note: Note | None, stop: Callable[[], bool]) -> Applied:
        edition = change.edition
        with self._store.transaction() as db:
            held = one_list(db, edition.watchlist.name)
            if is_held(edition, held):
                return Applied(edition, edition.number, 0, 0)
            check_order(edition, held)
            coming = staging.begin(db, edition)
        try:
            coming = staging.bring_in(self._store, coming, document_blocks(change), stop)
            if stop():
                raise ApplyStopped(edition)
            self._check_stored(coming)
            with self._store.transaction() as db:
                applied = install(db, coming, at)
                if note is not None:
                    note(db, applied)
        except EditionRefused:
            with self._store.transaction() as db:
                staging.abandon(db, edition)
            staging.clear_away(self._store)
            raise
        staging.clear_away(self._store, stop)
        self.read_ahead(lambda: not stop())
        return applied

    def _check_stored(self, coming: staging.Coming) -> None:
        """The digest is over what came; that all of it stands in the table is a promise of its own."""
        stored = DocumentTable(self._store.reader, coming.slot, self._kinds).count()
        if stored != coming.rows:
            raise EditionRefused(
                coming.edition, say("{rows} documents came and {stored} were stored.", rows=coming.rows, stored=stored)
            )

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        """One committed state for all questions of a block, whatever is applied meanwhile."""
        db = self._store.reader
        with translated_errors(self._store.path):
            db.conn.execute("BEGIN")
            try:
                yield db
            finally:
                db.conn.execute("COMMIT")


class _Undone(Exception):
    """Ends a transaction in which something was only tried."""


def _in_ranges(db: Database, asked: Asked) -> Iterator[DocumentMatch]:
    for number in (asked.number, *asked.variants):
        for ref, blank in things.ranges_around(db, number):
            document = stolen_blank(blank, number)
            match = asked.classify(document)
            if match is not None:
                yield DocumentMatch(ref, document, MatchClass.RANGE if match.is_hit else match)


def _answers(row: ListRow) -> bool:
    return row.edition.watchlist.kind is not ListKind.PHOTOS


def _ref(row: ListRow, key: RecordKey) -> RecordRef:
    return RecordRef(row.edition.watchlist.name, key, row.edition.number)
