"""`borderdesk bench desk`: scan to painted verdict, stalls of the window's thread, memory, on a replica of any size.

The window is the real one, on Qt's offscreen platform; its engine does what `sync.agent.Desk` does for a scan (read,
look up, match, remember, journal), without a bureau. The baseline beside it is the same screening without any window.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.dates import PartialDate
from borderdesk.documents import Format, compose_mrz
from borderdesk.hits import Hit, HitAct, HitEvent, HitState
from borderdesk.ids import AccountId, DeskId, HitId, PostId, RecordRef, ScreeningId, random_id
from borderdesk.matching import PersonIndex
from borderdesk.policy import DEFAULT
from borderdesk.replica import MIGRATIONS as REPLICA
from borderdesk.replica import Replica
from borderdesk.screening import Verdict, memory, screen, understand
from borderdesk.store import KEY_BYTES, Store, open_store
from borderdesk.watchlist import Delta, Snapshot, TravelDocument
from borderdesk.words import say
from sync.agent.state import DeskStatus, ExchangeReport, LinkState, LinkWord, SignedIn
from ui.cli.bench_replica import ADDED, Work

STOLEN_SHARE, LISTED_SHARE = 0.01, 0.04
"""Scans that meet a listed document or name: far more than at a border, so that hits are worked through too."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class DeskBench:
    """What was measured. Stalls are gaps of the window's event loop beyond its two-millisecond heart-beat."""

    documents: int
    persons: int
    scans: int
    scan_to_painted_ms: Spread
    without_window_ms: Spread
    stall_ms: Spread
    stall_while_applying_ms: Spread
    scans_while_applying: int
    start_to_sign_in_s: float
    memory_start_mb: float
    memory_end_mb: float
    threads_start: int
    threads_end: int


class BenchDesk:
    """The engine of the bench. See `ui.desktop.engine.DeskEngine`."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        self.replica = Replica(store)
        self._index = PersonIndex()
        self._hits: list[Hit] = []
        self._events: list[HitEvent] = []
        self.delta: Delta | None = None
        at = self._now()
        self.replica.apply(Snapshot(work.edition, columns=work.blocks()), at=at)
        self.replica.apply(Snapshot(work.person_edition(), work.persons), at=at)
        for name, edition, person in self.replica.persons():
            self._index.put(name, edition, person)

    def sign_in(self, account: str, password: str) -> None:
        """Always open."""

    def sign_out(self) -> None:
        """Never locked."""

    def screen(self, text: str) -> Verdict:
        """As a desk does it."""
        at = self._now()
        held = self.replica.held(at.trusted, DEFAULT)
        verdict = screen(
            understand(text, today=at.trusted.date()),
            documents=self.replica,
            people=self._index,
            held=held,
            policy=DEFAULT,
            at=at,
            screening=ScreeningId(random_id()),
        )
        with self._store.transaction() as db:
            memory.remember(db, verdict)
            journal.append(db, kind="screening", who=AccountId("bench"), at=at, details={}, editions={})
        return verdict

    def take_up(self, verdict: Verdict, *, record: RecordRef, act: HitAct, note: str) -> Hit:
        """In memory only: the bench measures scans."""
        at = self._now()
        hit = Hit(
            id=HitId(random_id()),
            screening=verdict.screening,
            post=PostId("BENCH"),
            desk=DeskId("1"),
            record=record,
            summary=verdict.findings[0].sentence,
            document_state=verdict.question.document_state,
            document_number=verdict.question.document_number,
            traveller="",
            taken_up_by=AccountId("bench"),
            taken_up_at=at,
            state=HitState.TAKEN_UP,
            pending=True,
        )
        self._hits.append(hit)
        self._events.append(HitEvent(hit.id, act, hit.taken_up_by, at, note))
        return hit

    def hits(self) -> tuple[Hit, ...]:
        """Those taken up."""
        return tuple(self._hits)

    def acts(self, hit: HitId) -> tuple[HitEvent, ...]:
        """What was done about one."""
        return tuple(event for event in self._events if event.hit == hit)

    def recent(self) -> tuple[Verdict, ...]:
        """As a desk does it."""
        return memory.recent(self._store.reader, limit=200)

    def exchange(self) -> ExchangeReport:
        """Apply the day's delta, as an exchange would."""
        if self.delta is not None:
            self.replica.apply(self.delta, at=self._now())
            self.delta = None
        return ExchangeReport(0, 0, (), 0, 0, (say("One edition was applied."),))

    def status(self) -> DeskStatus:
        """As a desk does it."""
        at = self._now().trusted
        user = SignedIn(AccountId("bench"), "Bench", "officer", at)
        lists = self.replica.held(at, DEFAULT)
        link = LinkState(LinkWord.UP, at)
        return DeskStatus(PostId("BENCH"), DeskId("1"), "bench", link, lists, len(self._hits), user, None, at)

    @staticmethod
    def _now() -> Moment:
        now = datetime.now(UTC)
        return Moment(now, now)


def desk(
    documents: Annotated[int, typer.Option(min=1000, help="Travel documents in the list.")] = 200_000,
    persons: Annotated[int, typer.Option(min=1, help="Persons in the second list.")] = 10_000,
    scans: Annotated[int, typer.Option(min=100, help="Scans to send through the window.")] = 2_000,
    folder: Annotated[Path | None, typer.Option("--dir", help="Where to build the replica.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another list and other travellers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Send scans through the real window and measure what the officer would feel."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="borderdesk-bench-", dir=folder) as made:
        path = Path(made) / "bench.db"
        with open_store(
            path, secrets.token_bytes(KEY_BYTES), [REPLICA, journal.MIGRATIONS, memory.MIGRATIONS]
        ) as store:
            work = Work(documents, persons, seed)
            result = _measure(BenchDesk(store, work), work, scans)
    if as_json:
        typer.echo(json.dumps(asdict(result), indent=1))
        return
    for name, value in asdict(result).items():
        typer.echo(f"{name:26} {value}")


def _measure(engine: BenchDesk, work: Work, scans: int) -> DeskBench:
    # Imported here, so that the other benches run without Qt.
    from ui.cli.bench_window import Feeder

    began = time.perf_counter()
    feeder = Feeder(engine)
    start = time.perf_counter() - began
    texts = travellers(work, scans)
    feeder.feed(texts[:50])
    memory_start, threads_start = _memory_mb(), threading.active_count()
    feeder.forget_measures()
    painted = feeder.feed(texts)
    stalls = feeder.stalls()
    memory_end, threads_end = _memory_mb(), threading.active_count()
    engine.delta = work.delta(work.unlisted(engine.replica, max(1, min(ADDED, work.rows // 20))))
    feeder.forget_measures()
    during = feeder.feed_during_exchange(texts)
    stalls_applying = feeder.stalls()
    feeder.close()
    return DeskBench(
        documents=work.rows,
        persons=len(work.persons),
        scans=len(painted),
        scan_to_painted_ms=_spread(painted),
        without_window_ms=_spread([_timed(lambda text=text: engine.screen(text)) for text in texts[:500]]),
        stall_ms=_spread(stalls),
        stall_while_applying_ms=_spread(stalls_applying),
        scans_while_applying=during,
        start_to_sign_in_s=round(start, 3),
        memory_start_mb=memory_start,
        memory_end_mb=memory_end,
        threads_start=threads_start,
        threads_end=threads_end,
    )


def travellers(work: Work, count: int) -> list[str]:
    """Machine readable zones: mostly of nobody listed, some of listed documents and of listed names."""
    rng = Random(work.rows)
    made = []
    for _ in range(count):
        lot = rng.random()
        document = rng.choice(work.sample)
        if lot >= STOLEN_SHARE:
            number = "".join(rng.choice("0123456789") if c.isdigit() else c for c in document.number)
            document = replace(document, number=number)
        person = rng.choice(work.persons).names[0] if STOLEN_SHARE <= lot < STOLEN_SHARE + LISTED_SHARE else None
        surname = person.surname if person else "".join(rng.choice("AEIOUBDKLMNRST") for _ in range(8))
        given = person.given if person else "".join(rng.choice("AEIOUBDKLMNRST") for _ in range(6))
        made.append(_zone(document, surname.upper(), given.upper(), PartialDate(1990, rng.randint(1, 12), 7)))
    return made


def _zone(document: TravelDocument, surname: str, given: str, birth: PartialDate) -> str:
    lines = compose_mrz(
        Format.TD3,
        document_code="P",
        issuing_state=document.state,
        surname=surname,
        given=given,
        number=document.number[:9],
        nationality=document.state,
        birth_date=birth,
        sex="F",
        expiry_date=PartialDate(2031, 1, 1),
    )
    return "\n".join(lines)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _spread(milliseconds: list[float]) -> Spread:
    ordered = sorted(milliseconds) or [0.0]
    p50, p99, worst = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1]
    return Spread(round(p50, 2), round(p99, 2), round(worst, 2))


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
