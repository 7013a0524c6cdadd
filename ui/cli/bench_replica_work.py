"""What `borderdesk bench replica` works on: invented lists, questions about them, a day's changes, a plain store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Final, NamedTuple, Self

import numpy as np
import sqlcipher3.dbapi2 as sqlcipher
from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.ids import ListName, RecordKey
from borderdesk.replica import Replica
from borderdesk.store import CACHE_KIB, Store
from borderdesk.watchlist import (
    Delta,
    DocumentColumns,
    DocumentStatus,
    Edition,
    ListKind,
    Person,
    PersonName,
    TravelDocument,
    Watchlist,
    Withdrawal,
)
from borderdesk.watchlist.bulk import synthetic_columns
from borderdesk.watchlist.digest import StateDigest
from borderdesk.watchlist.plain import from_plain, to_plain

SAMPLE: Final = 20_000
ADDED, WITHDRAWN, CHANGED = 7_952, 600, 400
"""One day of a list of stolen documents: 8,952 changes."""

PUBLISHED: Final = datetime(2026, 11, 1, tzinfo=UTC)
AT: Final = Moment(PUBLISHED, PUBLISHED)
DOCUMENTS: Final = Watchlist(ListName("bench-documents"), ListKind.DOCUMENTS, "Invented documents", "bench")
PERSONS: Final = Watchlist(ListName("bench-persons"), ListKind.PERSONS, "Invented persons", "bench")
_SYLLABLES: Final = ("ba", "ko", "ri", "san", "ma", "del", "tu", "fa", "ne", "lo", "vi", "kar", "mo", "hi", "su", "ben")


class PlainStore(Store):
    """The same store without encryption, to compare with. Of invented lists only."""

    def _connect(self) -> Database:
        connection = sqlcipher.connect(str(self.path), isolation_level=None, check_same_thread=False)
        for pragma in ("temp_store = MEMORY", f"cache_size = -{CACHE_KIB}", "journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        self._connections.append(connection)
        return Database(connection)


class Listed(NamedTuple):
    """What must be known of the list of documents."""

    rows: int
    state: bytes
    """Of its digest."""
    sample: list[TravelDocument]


class Work:
    """The same work for both files: the list, what is asked of it, and a day's changes."""

    def __init__(self, wanted: int, seed: int, persons: InventedPersons, listed: Listed) -> None:
        self._wanted, self._seed = wanted, seed
        self.persons = persons
        self.rows, self.sample = listed.rows, listed.sample
        self._state = listed.state
        self._rng = Random(seed)

    @classmethod
    def invented(cls, wanted: int, persons: int, seed: int) -> Self:
        """Go through the whole list once, to know its digest and what to ask."""
        state, rows, sample = StateDigest(), 0, list[TravelDocument]()
        stride = max(1, wanted // SAMPLE)
        for block in synthetic_columns(wanted, seed):
            state.add_bytes(block.record_bytes())
            sample.extend(block.take(np.arange(rows % stride, len(block), stride)).documents())
            rows += len(block)
        Random(seed).shuffle(sample)
        return cls(wanted, seed, InventedPersons(persons, seed), Listed(rows, state.state, sample))

    @classmethod
    def kept(cls, path: Path) -> Self:
        """As `keep` left it, without the persons."""
        held = json.loads(path.read_text("ascii"))
        sample = [from_plain(TravelDocument, each) for each in held["sample"]]
        listed = Listed(held["rows"], bytes.fromhex(held["state"]), sample)
        return cls(held["wanted"], held["seed"], InventedPersons(0, held["seed"]), listed)

    def keep(self, path: Path) -> None:
        """Leave it for a later run."""
        held = {"wanted": self._wanted, "seed": self._seed, "rows": self.rows, "state": self._state.hex()}
        path.write_text(json.dumps({**held, "sample": [to_plain(each) for each in self.sample]}), "ascii")

    def blocks(self) -> Iterator[DocumentColumns]:
        """The list, block after block, the same each time."""
        return synthetic_columns(self._wanted, self._seed)

    @property
    def edition(self) -> Edition:
        """The list of documents as it comes whole."""
        return Edition(DOCUMENTS, 1, self.rows, StateDigest(self._state).value(), PUBLISHED)

    def person_edition(self) -> Edition:
        """The list of persons as an edition."""
        digest = StateDigest()
        digest.add_all(self.persons)
        return Edition(PERSONS, 1, len(self.persons), digest.value(), PUBLISHED)

    def unlisted(self, replica: Replica, count: int) -> list[TravelDocument]:
        """Documents of the same shapes that are not on the list."""
        found: dict[str, TravelDocument] = {}
        while len(found) < count:
            model = self._rng.choice(self.sample)
            number = "".join(str(self._rng.randrange(10)) if c.isdigit() else c for c in model.number)
            document = replace(model, number=number, status=DocumentStatus.STOLEN)
            if not replica.find_documents(number, near=False):
                found[document.key] = document
        return list(found.values())

    def delta(self, added: list[TravelDocument]) -> Delta:
        """One day: withdrawn, changed and added documents."""
        share = min(1.0, len(self.sample) / 4 / (WITHDRAWN + CHANGED))
        gone = self.sample[: int(WITHDRAWN * share)]
        old = self.sample[len(gone) : len(gone) + int(CHANGED * share)]
        new = [replace(each, status=DocumentStatus.REVOKED, lost_on=date(2026, 10, 30)) for each in old]
        digest = StateDigest(self._state)
        for document in (*gone, *old):
            digest.remove(document)
        digest.add_all([*new, *added])
        edition = Edition(DOCUMENTS, 2, self.rows - len(gone) + len(added), digest.value(), PUBLISHED)
        withdrawals = tuple(Withdrawal(each.key, date(2026, 11, 1), "recovered") for each in gone)
        return Delta(1, edition, withdrawals, (*new, *added))


@dataclass(frozen=True, slots=True)
class InventedPersons:
    """Persons with two names each, the same each time; none of them is kept."""

    count: int
    seed: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> Person:
        if not 0 <= number < self.count:
            raise IndexError(number)
        rng = Random(self.seed * 1_000_003 + number)
        surname, given = ("".join(rng.choice(_SYLLABLES) for _ in range(3)).title() for _ in range(2))
        return Person(RecordKey(f"{number:07d}"), (PersonName(f"{given} {surname}", surname, given),))

    def __iter__(self) -> Iterator[Person]:
        return map(self.__getitem__, range(self.count))
