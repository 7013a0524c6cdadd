"""What `borderdesk bench replica` does with a store, encrypted or plain, and what it notes of it."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from borderdesk.matching import NameIndexKeeper
from borderdesk.replica import Replica
from borderdesk.replica import persons as listed_persons
from borderdesk.store import Store
from borderdesk.watchlist import DocumentColumns, Snapshot, TravelDocument
from ui.cli.bench_replica_work import ADDED, AT, Work

Q = TypeVar("Q")

_PAGE: Final = 4096


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
class Built:
    """What loading the lists into one of the two files took."""

    load_documents_per_second: float
    bytes_per_document: float
    persons: int
    persons_seconds: float
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of the two files did once it was loaded."""

    read_ahead_seconds: float
    first_look_alike_ms: float
    exact_warm: Spread
    exact_cold: Spread
    exact_cold_pages: float
    """Pages read by a cold exact look-up, in the mean."""
    cold_page: Spread
    """One page read from the disk, nothing else done: what no program can be quicker than."""
    all_classes_warm: Spread
    all_classes_cold: Spread
    unlisted_warm: Spread
    delta_changes: int
    delta_seconds: float
    delta_cpu_seconds: float
    peak_memory_mb: float


def build(store: Store, work: Work) -> Built:
    """Load both lists."""
    desk = Replica(store, listeners=(NameIndexKeeper(listed_persons),))
    watch = _Watch()
    started = time.perf_counter()
    desk.apply(Snapshot(work.edition, columns=watch.blocks(work.blocks())), at=AT)
    loading = time.perf_counter() - started - watch.seconds
    store.reader.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = store.path.stat().st_size
    persons = Snapshot(work.person_edition(), work.persons)
    started = time.perf_counter()
    desk.apply(persons, at=AT)
    persons_seconds = time.perf_counter() - started
    store.reader.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Built(
        load_documents_per_second=round(work.rows / loading),
        bytes_per_document=round(size / max(1, work.rows), 2),
        persons=len(work.persons),
        persons_seconds=round(persons_seconds, 3),
        peak_memory_mb=_peak_memory(),
    )


def measure(store: Store, work: Work) -> Measured:
    """Ask, and apply a day's changes, with everything in memory that a desk keeps there."""
    keeper = NameIndexKeeper(listed_persons)
    index = keeper.refresh(store)
    desk = Replica(store, listeners=(keeper,))

    def exact(document: TravelDocument) -> object:
        return desk.find_documents(document.number, state=document.state, type=document.type, near=False)

    def every_class(document: TravelDocument) -> object:
        return desk.find_documents(document.number, state=document.state, type=document.type)

    def forget(_: object) -> None:
        store.reader.conn.execute("PRAGMA shrink_memory")
        _forget_file(store.path)

    started = time.perf_counter()
    desk.read_ahead()
    ahead = time.perf_counter() - started
    asked = work.sample[: min(5_000, len(work.sample))]
    started = time.perf_counter()
    every_class(asked[0])
    first = time.perf_counter() - started
    unlisted = work.unlisted(desk, min(ADDED, max(1, work.rows // 20)))
    pages = _pages(exact, asked[-50:], forget)
    cold_page = _cold_pages(store.path)
    cold_exact, cold_all = _spread(exact, asked[-200:], forget), _spread(every_class, asked[-50:], forget)
    warm_all, warm_exact = _warm(every_class, asked[:1000]), _warm(exact, asked)
    warm_unlisted = _warm(every_class, unlisted[:1000])
    delta = work.delta(unlisted)
    started, worked = time.perf_counter(), time.process_time()
    desk.apply(delta, at=AT)
    delta_seconds, delta_cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    del index
    return Measured(
        read_ahead_seconds=round(ahead, 3),
        first_look_alike_ms=round(first * 1000, 3),
        exact_warm=warm_exact,
        exact_cold=cold_exact,
        exact_cold_pages=pages,
        cold_page=cold_page,
        all_classes_warm=warm_all,
        all_classes_cold=cold_all,
        unlisted_warm=warm_unlisted,
        delta_changes=len(delta.withdrawals) + len(delta.records),
        delta_seconds=round(delta_seconds, 3),
        delta_cpu_seconds=round(delta_cpu_seconds, 3),
        peak_memory_mb=_peak_memory(),
    )


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


def _forget_file(path: Path) -> None:
    """Let the system forget what it has read of a file, and of its write-ahead log."""
    for each in (path, Path(f"{path}-wal")):
        if each.exists():
            with each.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _cold_pages(path: Path) -> Spread:
    """Reading single pages from anywhere in a file that the system has forgotten."""
    rng, pages = Random(1), path.stat().st_size // _PAGE
    with path.open("rb", buffering=0) as file:
        return _spread(
            lambda page: os.pread(file.fileno(), _PAGE, page * _PAGE),
            [rng.randrange(pages) for _ in range(200)],
            lambda _: _forget_file(path),
        )


def _pages(ask: Callable[[Q], object], asked: list[Q], before: Callable[[Q], None]) -> float:
    """How many pages a question reads, in the mean; 0 where the system does not count."""
    if not (counters := Path("/proc/self/io")).exists():
        return 0.0

    def read() -> int:
        return int(counters.read_text("ascii").split()[1])

    first = read()
    looking = read() - first
    total = 0
    for each in asked:
        before(each)
        started = read()
        ask(each)
        total += read() - started - looking
    return round(total / _PAGE / max(1, len(asked)), 1)


def _peak_memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _spread(
    ask: Callable[[Q], object], asked: list[Q], before: Callable[[Q], None] = lambda _: None, times: int = 1
) -> Spread:
    """The spread over the questions; of each, the quickest of so many askings in as many passes over all of them."""
    taken, worked, every = [float("inf")] * len(asked), [float("inf")] * len(asked), list[float]()
    for _ in range(times):
        for place, question in enumerate(asked):
            before(question)
            started, worked_before = time.perf_counter(), time.thread_time()
            ask(question)
            worked[place] = min(worked[place], time.thread_time() - worked_before)
            every.append(time.perf_counter() - started)
            taken[place] = min(taken[place], every[-1])
    return Spread(_at(50, taken), _at(99, taken), _at(99, every), _at(99, worked))


def _at(percent: int, seconds: list[float]) -> float:
    """The time in milliseconds within which so many of a hundred were answered."""
    return round(sorted(seconds)[len(seconds) * percent // 100] * 1000, 4)


def _warm(ask: Callable[[Q], object], asked: list[Q]) -> Spread:
    """Each question asked before, then three times more, passes apart: what else the machine did then is not ours."""
    _spread(ask, asked)
    return _spread(ask, asked, times=3)
