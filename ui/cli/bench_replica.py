"""`borderdesk bench replica`: the encrypted replica and, in the same run, a plain SQLite file doing the same work."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Annotated

import numpy as np
import sqlcipher3.dbapi2 as sqlcipher
import typer
from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.ids import ListName, RecordKey, ScreeningId
from borderdesk.matching import MIGRATIONS as NAMES
from borderdesk.matching import NameIndexKeeper
from borderdesk.matching.segments import build
from borderdesk.people import Role, Vault, create_vault
from borderdesk.policy import DEFAULT
from borderdesk.replica import MIGRATIONS, Replica
from borderdesk.replica import persons as listed_persons
from borderdesk.screening import screen, understand
from borderdesk.store import Store, open_store
from borderdesk.watchlist import (
    Delta,
    DocumentColumns,
    DocumentStatus,
    Edition,
    ListKind,
    Person,
    PersonName,
    Snapshot,
    TravelDocument,
    Watchlist,
    Withdrawal,
)
from borderdesk.watchlist.bulk import synthetic_columns
from borderdesk.watchlist.digest import StateDigest

SAMPLE = 20_000
ADDED, WITHDRAWN, CHANGED = 7_952, 600, 400
"""One day of a list of stolen documents: 8,952 changes."""

RATIO = 1.2
"""What encryption may cost: so many times the plain file."""

_PUBLISHED = datetime(2026, 11, 1, tzinfo=UTC)
_PASSWORD = "of invented lists only"  # noqa: S105
_AT = Moment(_PUBLISHED, _PUBLISHED)
_DOCUMENTS = Watchlist(ListName("bench-documents"), ListKind.DOCUMENTS, "Invented documents", "bench")
_PERSONS = Watchlist(ListName("bench-persons"), ListKind.PERSONS, "Invented persons", "bench")


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one kind of look-up, in milliseconds, each question by its quickest asking.

    `every_p99_ms` counts every asking, so it holds what else the machine did. `cpu_p99_ms` is of processor time, which
    other programs hardly touch.
    """

    p50_ms: float
    p99_ms: float
    every_p99_ms: float
    cpu_p99_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of the two files did."""

    load_documents_per_second: float
    bytes_per_document: float
    exact_warm: Spread
    exact_cold: Spread
    all_classes_warm: Spread
    all_classes_cold: Spread
    unlisted_warm: Spread
    delta_changes: int
    delta_seconds: float
    delta_cpu_seconds: float
    persons_seconds: float
    peak_memory_mb: float


class PlainStore(Store):
    """The same store without encryption, to compare with. Of invented lists only."""

    def _connect(self) -> Database:
        connection = sqlcipher.connect(str(self.path), isolation_level=None, check_same_thread=False)
        for pragma in ("temp_store = MEMORY", "cache_size = -65536", "journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        self._connections.append(connection)
        return Database(connection)


class Work:
    """The same work for both files: the list, what is asked of it, and a day's changes."""

    def __init__(self, documents: int, persons: int, seed: int) -> None:
        self._wanted, self._seed = documents, seed
        self.persons = tuple(_persons(persons, seed))
        self.state, self.rows = StateDigest(), 0
        sample: list[TravelDocument] = []
        for block in self.blocks():
            self.state.add_bytes(block.record_bytes())
            stride = max(1, documents // SAMPLE)
            sample.extend(block.take(np.arange(self.rows % stride, len(block), stride)).documents())
            self.rows += len(block)
        self.rng = Random(seed)
        self.rng.shuffle(sample)
        self.sample = sample
        self.edition = Edition(_DOCUMENTS, 1, self.rows, self.state.value(), _PUBLISHED)

    def blocks(self) -> Iterator[DocumentColumns]:
        """The list, block after block, the same each time."""
        return synthetic_columns(self._wanted, self._seed)

    def person_edition(self) -> Edition:
        """The list of persons as an edition."""
        digest = StateDigest()
        digest.add_all(self.persons)
        return Edition(_PERSONS, 1, len(self.persons), digest.value(), _PUBLISHED)

    def unlisted(self, replica: Replica, count: int) -> list[TravelDocument]:
        """Documents of the same shapes that are not on the list."""
        found: dict[str, TravelDocument] = {}
        while len(found) < count:
            model = self.rng.choice(self.sample)
            number = "".join(str(self.rng.randrange(10)) if c.isdigit() else c for c in model.number)
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
        digest = StateDigest(self.state.state)
        for document in (*gone, *old):
            digest.remove(document)
        digest.add_all([*new, *added])
        edition = Edition(_DOCUMENTS, 2, self.rows - len(gone) + len(added), digest.value(), _PUBLISHED)
        withdrawals = tuple(Withdrawal(each.key, date(2026, 11, 1), "recovered") for each in gone)
        return Delta(1, edition, withdrawals, (*new, *added))


def replica(
    documents: Annotated[int, typer.Option(help="Travel documents in the list.")] = 200_000,
    persons: Annotated[int, typer.Option(help="Persons in the second list.")] = 10_000,
    folder: Annotated[Path, typer.Option("--dir", help="Where to build; needs about 70 bytes per document.")] = Path(),
    seed: Annotated[int, typer.Option(help="Another seed, another list.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    keep: Annotated[bool, typer.Option(help="Leave the files there.")] = False,
) -> None:
    """Build a replica of invented lists and measure it, beside a plain SQLite file."""
    folder.mkdir(parents=True, exist_ok=True)
    # What the names room reads once per process would else be counted for whichever file comes first.
    build([(ListName("warm"), next(_persons(1, seed)))])
    work = Work(documents, persons, seed)
    vault_path, path = folder / "bench-vault.json", folder / "bench-replica.db"
    secret = hashlib.sha256(b"bench").digest()
    made = create_vault(vault_path, secret)
    made.vault.add(made.key, account="bench", name="Bench", role=Role.OFFICER, password=_PASSWORD)
    try:
        with open_store(path, made.key, [MIGRATIONS, NAMES]) as store:
            encrypted = _measure(store, work)
        unlock = _unlock(vault_path, path, secret, work)
        with _plain_store(folder / "bench-plain.db") as store:
            plain = _measure(store, work)
    finally:
        if not keep:
            for left in folder.glob("bench-*"):
                left.unlink()
    compared = _compared(work.rows, unlock, encrypted, plain)
    result = {
        "documents": work.rows,
        "persons": len(work.persons),
        "unlock_to_first_verdict_seconds": unlock,
        "encrypted": asdict(encrypted),
        "plain": asdict(plain),
        "asked": [asdict(each) | {"ratio": each.ratio, "reached": each.reached} for each in compared],
    }
    if as_json:
        typer.echo(json.dumps(result, indent=1))
        return
    typer.echo(f"{work.rows} documents, {len(work.persons)} persons, {encrypted.delta_changes} changes in the delta")
    typer.echo(f"{'':40} {'asked':>11} {'measured':>11} {'plain file':>11}  ratio (asked: {RATIO})")
    for each in compared:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}{'' if each.ratio <= RATIO else ' MISSED'}"
        bound = "" if each.asked is None else f"{'>=' if each.at_least else '<='} {each.asked:g}"
        word = "" if each.reached else "  MISSED"
        beside = "" if each.plain is None else f"{each.plain:g}"
        typer.echo(f"{each.name:40} {bound:>11} {each.measured:>11g} {beside:>11}  {ratio}{word}")


@dataclass(frozen=True, slots=True)
class Compared:
    """One number beside what is asked of it and beside what the plain file did in the same run."""

    name: str
    asked: float | None
    measured: float
    plain: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """How much worse than the plain file: 1 is equal, 2 is twice the time or half the rate."""
        if self.plain is None or not self.plain or not self.measured:
            return None
        return round(self.plain / self.measured if self.at_least else self.measured / self.plain, 3)

    @property
    def reached(self) -> bool:
        """Whether the number asked for is reached; the ratio is another matter."""
        if self.asked is None:
            return True
        return self.measured >= self.asked if self.at_least else self.measured <= self.asked


def _compared(rows: int, unlock: float, encrypted: Measured, plain: Measured) -> list[Compared]:
    def spread(name: str, p50: float | None, p99: float | None) -> list[Compared]:
        one, other = getattr(encrypted, name), getattr(plain, name)
        return [
            Compared(f"{name} p50, ms", p50, one.p50_ms, other.p50_ms),
            Compared(f"{name} p99, ms", p99, one.p99_ms, other.p99_ms),
            Compared(f"{name} p99 of every asking, ms", None, one.every_p99_ms, other.every_p99_ms),
            Compared(f"{name} p99, ms of processor", None, one.cpu_p99_ms, other.cpu_p99_ms),
        ]

    load, other_load = encrypted.load_documents_per_second, plain.load_documents_per_second
    return [
        Compared("documents loaded per second", 400_000, load, other_load, at_least=True),
        Compared("bytes per document", 30, encrypted.bytes_per_document, plain.bytes_per_document),
        *spread("exact_warm", None, 0.1),
        *spread("exact_cold", None, 2),
        *spread("all_classes_warm", 2, 2),
        *spread("unlisted_warm", 2, 2),
        *spread("all_classes_cold", None, None),
        Compared("delta, s", 0.5 if rows <= 3_000_000 else 2, encrypted.delta_seconds, plain.delta_seconds),
        Compared("delta, s of processor", None, encrypted.delta_cpu_seconds, plain.delta_cpu_seconds),
        Compared("persons, s", None, encrypted.persons_seconds, plain.persons_seconds),
        Compared("unlock to first verdict, s", 2, unlock),
        Compared("peak memory, MB", 700, encrypted.peak_memory_mb),
    ]


def _plain_store(path: Path) -> Store:
    store = PlainStore(path, b"", Path(f"{path}.lock").open("ab"))  # noqa: SIM115 - closed by Store.close
    with store.transaction() as db:
        MIGRATIONS.apply(db)
        NAMES.apply(db)
    return store


def _measure(store: Store, work: Work) -> Measured:
    desk = Replica(store, listeners=(NameIndexKeeper(listed_persons),))
    watch = _Watch()
    started = time.perf_counter()
    desk.apply(Snapshot(work.edition, columns=watch.blocks(work.blocks())), at=_AT)
    loading = time.perf_counter() - started - watch.seconds
    store.reader.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = store.path.stat().st_size

    def exact(document: TravelDocument) -> object:
        return desk.find_documents(document.number, state=document.state, type=document.type, near=False)

    def every_class(document: TravelDocument) -> object:
        return desk.find_documents(document.number, state=document.state, type=document.type)

    def forget(_: TravelDocument) -> None:
        store.reader.conn.execute("PRAGMA shrink_memory")
        with store.path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    asked = work.sample[: min(5_000, len(work.sample))]
    unlisted = work.unlisted(desk, min(ADDED, max(1, work.rows // 20)))
    cold_exact, cold_all = _spread(exact, asked[-200:], forget), _spread(every_class, asked[-50:], forget)
    warm_all, warm_exact = _warm(every_class, asked[:1000]), _warm(exact, asked)
    warm_unlisted = _warm(every_class, unlisted[:1000])
    delta = work.delta(unlisted)
    started, worked = time.perf_counter(), time.process_time()
    desk.apply(delta, at=_AT)
    delta_seconds, delta_cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    started = time.perf_counter()
    desk.apply(Snapshot(work.person_edition(), work.persons), at=_AT)
    persons_seconds = time.perf_counter() - started
    return Measured(
        load_documents_per_second=round(work.rows / loading),
        bytes_per_document=round(size / max(1, work.rows), 2),
        exact_warm=warm_exact,
        exact_cold=cold_exact,
        all_classes_warm=warm_all,
        all_classes_cold=cold_all,
        unlisted_warm=warm_unlisted,
        delta_changes=len(delta.withdrawals) + len(delta.records),
        delta_seconds=round(delta_seconds, 3),
        delta_cpu_seconds=round(delta_cpu_seconds, 3),
        persons_seconds=round(persons_seconds, 3),
        peak_memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    )


def _unlock(vault: Path, path: Path, secret: bytes, work: Work) -> float:
    """From the password typed to the first verdict: Argon2id, opening, the name index, one document of every class."""
    first = work.sample[-1]
    started = time.perf_counter()
    unlocked = Vault.open(vault, secret).unlock("bench", _PASSWORD, at=_AT)
    with open_store(path, unlocked.key, [MIGRATIONS, NAMES]) as store:
        desk = Replica(store)
        screen(
            understand(f"{first.state} {first.number}", today=_PUBLISHED.date()),
            documents=desk,
            people=NameIndexKeeper(listed_persons).refresh(store),
            held=desk.held(_PUBLISHED, DEFAULT),
            policy=DEFAULT,
            at=_AT,
            screening=ScreeningId("bench"),
        )
        return round(time.perf_counter() - started, 3)


class _Watch:
    """Counts the time that making the list took, which is not the replica's."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def blocks(self, made: Iterable[DocumentColumns]) -> Iterator[DocumentColumns]:
        """The same blocks."""
        each = iter(made)
        while True:
            started = time.perf_counter()
            block = next(each, None)
            self.seconds += time.perf_counter() - started
            if block is None:
                return
            yield block


def _spread(
    ask: Callable[[TravelDocument], object],
    asked: list[TravelDocument],
    before: Callable[[TravelDocument], None] = lambda _: None,
    times: int = 1,
) -> Spread:
    """The spread over the questions; of each, the quickest of so many askings in as many passes over all of them."""
    taken, worked, every = [float("inf")] * len(asked), [float("inf")] * len(asked), list[float]()
    for _ in range(times):
        for place, document in enumerate(asked):
            before(document)
            started, worked_before = time.perf_counter(), time.thread_time()
            ask(document)
            worked[place] = min(worked[place], time.thread_time() - worked_before)
            every.append(time.perf_counter() - started)
            taken[place] = min(taken[place], every[-1])
    return Spread(_at(50, taken), _at(99, taken), _at(99, every), _at(99, worked))


def _at(percent: int, seconds: list[float]) -> float:
    """The time in milliseconds within which so many of a hundred were answered."""
    return round(sorted(seconds)[len(seconds) * percent // 100] * 1000, 4)


def _warm(ask: Callable[[TravelDocument], object], asked: list[TravelDocument]) -> Spread:
    """Each question asked before, then three times more, passes apart: what else the machine did then is not ours."""
    _spread(ask, asked)
    return _spread(ask, asked, times=3)


_SYLLABLES = ("ba", "ko", "ri", "san", "ma", "del", "tu", "fa", "ne", "lo", "vi", "kar", "mo", "hi", "su", "ben", "ya")


def _persons(count: int, seed: int) -> Iterator[Person]:
    rng = Random(seed)
    for n in range(count):
        surname, given = ("".join(rng.choice(_SYLLABLES) for _ in range(3)).title() for _ in range(2))
        yield Person(RecordKey(f"{n:07d}"), (PersonName(f"{given} {surname}", surname, given),))
