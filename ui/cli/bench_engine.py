"""The desk that `borderdesk bench desk` measures: a real one, enrolled with a real bureau, on lists of any size.

Only two things differ from an officer's desk: its lists are put into the store directly instead of being published,
sealed and fetched, and its exchange applies the editions that lie ready instead of asking a bureau.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from borderdesk.matching import forget_names
from borderdesk.replica import Replica
from borderdesk.watchlist import Delta, Edition, Person, PersonName, Snapshot
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say
from sync.agent import Desk
from sync.agent.desk import NobodySignedIn
from sync.agent.state import ExchangeReport
from ui.cli.bench_replica_work import Work
from ui.demo.enrol import enrol_demo_desk
from ui.demo.stage import OFFICER, PASSWORD, Stage


class MeasuredDesk(Desk):
    """A desk whose exchange applies what is in `coming`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.coming: list[Snapshot | Delta] = []

    def put_in_use(self, change: Snapshot | Delta) -> None:
        """Apply an edition that no bureau signed: one the bench made itself."""
        if self._unlocked is not None:
            self._unlocked.apply(change, self.now())

    @property
    def replica(self) -> Replica:
        """What it holds."""
        if self._unlocked is None:
            raise NobodySignedIn
        return self._unlocked.replica

    def give_back(self) -> None:
        """Drop the store's pages and the names that are only kept to be quicker: what is left of memory is held."""
        forget_names()
        if self._unlocked is None:
            raise NobodySignedIn
        store = self._unlocked.store
        store.reader.conn.execute("PRAGMA shrink_memory")
        with store.transaction() as db:
            db.conn.execute("PRAGMA shrink_memory")
        ctypes.CDLL(None).malloc_trim(0)

    def sign_in_again(self) -> float:
        """Seconds from the password to an open desk."""
        began = time.perf_counter()
        self.sign_in(OFFICER, PASSWORD)
        return round(time.perf_counter() - began, 3)

    def exchange(self, *, wait: float = 0.0, stop: Callable[[], bool] = lambda: False) -> ExchangeReport:
        """Apply what is coming, as an exchange does with what it fetched."""
        done = 0
        while self.coming and not stop():
            self.put_in_use(self.coming.pop(0))
            done += 1
        return ExchangeReport(0, 0, (), 0, 0, (say("Editions applied: {count}.", count=done),))


@contextmanager
def measured_desk(folder: Path, work: Work) -> Iterator[MeasuredDesk]:
    """Enrol a desk in `folder` and fill it; an officer is signed in. Both processes end with the block."""
    with Stage(folder, lambda _line: None) as stage:
        stage.bureau("init", "--name", "Bench", "--country", "UTO")
        stage.start_bureau()
        enrol_demo_desk(stage, lambda _line: None)
    with MeasuredDesk(stage.desk_folder) as desk:
        desk.sign_in(OFFICER, PASSWORD)
        desk.put_in_use(Snapshot(work.edition, columns=work.blocks()))
        desk.put_in_use(Snapshot(work.person_edition(), work.persons))
        yield desk


def coming_persons(work: Work, count: int) -> Delta:
    """A day's changes to the list of persons: `count` new ones."""
    before, digest = work.person_edition(), StateDigest()
    new = tuple(_later(person, number) for number, person in enumerate(islice(work.persons, count)))
    digest.add_all(work.persons)
    digest.add_all(new)
    after = Edition(before.watchlist, before.number + 1, before.rows + len(new), digest.value(), before.published_at)
    return Delta(before.number, after, (), new)


def _later(person: Person, number: int) -> Person:
    name = person.names[0]
    new = PersonName(f"{name.surname} {name.given}", name.given, name.surname)
    return Person(type(person.key)(f"later{number:07d}"), (new,))
