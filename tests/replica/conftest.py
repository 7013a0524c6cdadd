"""A bureau's lists in a few lines: what the replica is given, and what it must then hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.ids import ListName, RecordKey
from borderdesk.replica import MIGRATIONS, Replica
from borderdesk.store import Store, open_store
from borderdesk.watchlist import (
    Delta,
    DocumentMention,
    DocumentStatus,
    Edition,
    ListKind,
    Person,
    PersonName,
    Record,
    Snapshot,
    TravelDocument,
    Watchlist,
    Withdrawal,
)
from borderdesk.watchlist.digest import digest_of

KEY = bytes(range(32))
MORNING = datetime(2026, 9, 1, 6, tzinfo=UTC)
AT = Moment(MORNING, MORNING)
SLTD = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Stolen and lost travel documents", "General Secretariat")
NOTICES = Watchlist(ListName("notices"), ListKind.PERSONS, "Notices", "General Secretariat")


def document(key: str, status: DocumentStatus = DocumentStatus.STOLEN) -> TravelDocument:
    """`UTO/P/L898902C3` as a stolen document."""
    state, type_, number = key.split("/")
    return TravelDocument(state, type_, number, status, date(2026, 1, 2), date(2026, 1, 5))


def person(key: str, name: str = "Anna Maria Eriksson", *numbers: str) -> Person:
    """A person who is said to hold documents of these numbers."""
    return Person(RecordKey(key), (PersonName(name),), documents=tuple(DocumentMention(n) for n in numbers))


class Bureau:
    """One list as the bureau has it: records by key, and the editions it publishes of them."""

    def __init__(self, watchlist: Watchlist, records: Iterable[Record] = ()) -> None:
        self.watchlist = watchlist
        self.number = 0
        self.records: dict[str, Record] = {record.key: record for record in records}

    def edition(self) -> Edition:
        """The next edition of what is in force now."""
        self.number += 1
        published = MORNING + timedelta(hours=self.number)
        records = self.records.values()
        return Edition(self.watchlist, self.number, len(self.records), digest_of(records), published)

    def snapshot(self) -> Snapshot:
        """All of it, as the next edition."""
        return Snapshot(self.edition(), tuple(self.records.values()))

    def delta(self, *put: Record, withdraw: Iterable[str] = (), reason: str = "recovered") -> Delta:
        """The next edition as a change to the one before."""
        base = self.number
        gone = tuple(Withdrawal(RecordKey(key), date(2026, 8, 31), reason) for key in withdraw)
        for key in withdraw:
            self.records.pop(key, None)
        self.records.update({record.key: record for record in put})
        return Delta(base, self.edition(), gone, put)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS, journal.MIGRATIONS]) as store:
        yield store


@pytest.fixture
def replica(store: Store) -> Replica:
    return Replica(store)
