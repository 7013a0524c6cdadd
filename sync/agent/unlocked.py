"""What exists at a desk only while somebody is signed in: the open store and what stands on it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.hits import DeskHits
from borderdesk.ids import RecordKey
from borderdesk.matching import NameIndexKeeper
from borderdesk.people import Role
from borderdesk.replica import Replica, persons
from borderdesk.replica.replica import Note
from borderdesk.replica.types import Applied
from borderdesk.screening import late
from borderdesk.store import Store
from borderdesk.watchlist import Delta, Edition, Record, Snapshot
from borderdesk.words import say
from sync.agent import identity as identities
from sync.agent.ahead import ReadAhead
from sync.agent.identity import LinkFile
from sync.agent.precedence import Precedence
from sync.agent.state import SignedIn
from sync.wire import DeskSealer

SYNC: Final = "sync"
"""Who the journal names for what the desk did by itself."""


class NobodySignedIn(KnownError):
    """Something was asked that only a signed-in officer may ask."""

    def __init__(self) -> None:
        super().__init__(
            say("Nobody is signed in at this desk."),
            safe=say("Nothing was screened or changed."),
            todo=say("Sign in first."),
        )


class Unlocked:
    """What exists only while somebody is signed in."""

    def __init__(self, store: Store, file: LinkFile, signed_in: SignedIn, role: Role) -> None:
        self.store = store
        self.signed_in = signed_in
        self.role = role
        self.keys = identities.recall(store.reader, file.content)
        self._names = NameIndexKeeper(persons)
        self.index = self._names.refresh(store)
        self.index_guard = threading.Lock()
        self._following = threading.Lock()
        self.precedence = Precedence()
        self.leaving = threading.Event()
        """The desk is about to be locked: what takes long ends now, and goes on another time."""
        self.replica = Replica(store, listeners=(self._names,), give_way=self.precedence.give_way)
        self.replica.follow_rules()
        reply = file.link.reply
        self.post, self.desk = reply.post, reply.desk
        self.sealer = DeskSealer(reply.desk, self.keys.signing, reply.bureau_sealing)
        self.hits = DeskHits(store, self.sealer, reply.post, reply.desk)
        self._ahead = ReadAhead(self.replica)
        self._at_work: Counter[int] = Counter()
        self._ending = False
        self._turn = threading.Condition()

    def begin(self) -> bool:
        """This thread works with the open store until it says `done` as often; False where it is being closed.

        What was begun before is led to its end, with all that it begins itself.
        """
        here = threading.get_ident()
        with self._turn:
            if self._ending and here not in self._at_work:
                return False
            self._at_work[here] += 1
            return True

    def done(self) -> None:
        """What was begun has ended."""
        here = threading.get_ident()
        with self._turn:
            self._at_work[here] -= 1
            if not self._at_work[here]:
                del self._at_work[here]
                self._turn.notify_all()

    @property
    def is_at_work(self) -> bool:
        """Whether this thread is."""
        return threading.get_ident() in self._at_work

    def end_work(self) -> None:
        """Let nobody begin any more, and wait for whoever else is at it."""
        here = threading.get_ident()
        with self._turn:
            self._ending = True
            self._turn.wait_for(lambda: not self._at_work.keys() - {here})

    def close(self) -> None:
        """Close the store and forget its key."""
        self._ahead.close()
        self.store.close()

    def apply(self, change: Snapshot | Delta, at: Moment, stop: Callable[[], bool] = lambda: False) -> None:
        """Apply an edition, journal it and note it for the re-check, in one transaction.

        Raises EditionRefused with nothing changed, ApplyStopped where `stop` says so or the desk is about to be locked.
        """
        new = [record.key for record in change.records] if isinstance(change, Delta) else None
        self.replica.apply(change, at=at, note=_noted(at, new, {}), stop=lambda: stop() or self.leaving.is_set())
        self.follow_changes()

    def mend(
        self, edition: Edition, deltas: Sequence[Delta], shards: Mapping[int, Sequence[Record]], at: Moment
    ) -> None:
        """Mend a list (`Replica.mend`), journal it and note it for the re-check, in one transaction.

        Raises EditionRefused with nothing changed.
        """
        records = [record for delta in deltas for record in delta.records]
        new = [record.key for record in (*records, *(record for each in shards.values() for record in each))]
        self.replica.mend(edition, deltas, shards, at=at, note=_noted(at, new, {"mended": sorted(shards)}))
        self.follow_changes()

    def follow_changes(self) -> None:
        """The transaction is committed: bring the index in memory up to date."""
        # Whoever was slower must not bring back an index that another thread's edition has overtaken.
        with self._following:
            index = self._names.refresh(self.store)
            with self.index_guard:
                self.index = index


def _noted(at: Moment, new: list[RecordKey] | None, more: dict[str, Any]) -> Note:
    """What is written with an edition, in the transaction that puts it in use. `new` is None for a whole list."""

    def note(db: Database, applied: Applied) -> None:
        name = applied.edition.watchlist.name
        journal.append(
            db,
            kind="edition",
            who=SYNC,
            at=at,
            details={"list": name, "from": applied.from_edition or 0, "to": applied.edition.number, **more},
            editions={name: applied.edition.number},
        )
        late.note_due(db, applied.edition, new)

    return note
