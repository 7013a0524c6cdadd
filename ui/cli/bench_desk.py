"""`borderdesk bench desk`: scan to painted verdict, stalls of the window's thread, memory, on a replica of any size.

The window is the real one, on Qt's offscreen platform, and so is the desk behind it (`ui.cli.bench_engine`). The
baseline is the same screening without any window. Beside every figure stands what was asked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Annotated, Final

import typer

from borderdesk.dates import PartialDate
from borderdesk.documents import Format, compose_mrz
from borderdesk.screening import understand
from borderdesk.store import translated_os_errors
from borderdesk.watchlist import TravelDocument
from ui.cli.bench_engine import MeasuredDesk, coming_persons, measured_desk
from ui.cli.bench_replica_work import ADDED, Work

STOLEN_SHARE, LISTED_SHARE = 0.01, 0.04
"""Scans that meet a listed document or name: far more than at a border, so that hits are worked through too."""

UNKNOWN_DAY_SHARE: Final = 0.1
"""Travellers whose papers say the first of January."""

PEOPLE: Final = 1_000
"""People on the list that is screened whole: a ferry, or a day's buses."""

SCANS_AN_HOUR: Final = 300
"""One traveller every twelve seconds."""

PRESSED: Final = 500
"""Scans that come without any pause, to see what is left where nobody could be so quick."""

AT_REST_S: Final = 0.01
"""Seconds for each scan for which the window is left alone before, to see the machine's own gaps."""

SHIFT_SHOWN: Final = 550
"""Scans before memory is looked at first: the history that the window shows is full then."""

WARMED_UP: Final = 50
"""Scans after pages and names were given back, so that nothing is measured cold."""

SAMPLES: Final = 8
"""How often memory and threads are looked at between the first scan and the last."""

CHANGED_PERSONS: Final = 300
"""Changes to the list of persons that come with the day's documents."""


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
    scan_to_painted_pressed_ms: Spread
    scan_to_painted_few_birthdays_ms: Spread
    scan_to_painted_while_applying_ms: Spread
    without_window_ms: Spread
    stall_at_rest_ms: Spread
    stall_ms: Spread
    stall_pressed_ms: Spread
    stall_while_applying_ms: Spread
    act_written_ms: Spread | None
    act_written_while_applying_ms: Spread | None
    scans_while_applying: int
    start_to_sign_in_s: float
    sign_in_s: float
    list_people: int
    list_s: float
    memory_start_mb: float
    memory_mb: tuple[float, ...]
    memory_end_mb: float
    memory_kept_start_mb: float
    memory_kept_mb: float
    threads: tuple[int, ...]
    threads_start: int
    threads_end: int


ASKED: Final = {
    "scan_to_painted_ms": "p99 at most 100 (with 20 million documents and 1 million persons)",
    "scan_to_painted_pressed_ms": "no figure: the next scan comes the moment a verdict is painted",
    "scan_to_painted_few_birthdays_ms": "no figure: travellers born on twelve days, each compared with twenty before",
    "scan_to_painted_while_applying_ms": "p99 at most 100",
    "stall_at_rest_ms": "no figure: the same window with nobody at it, so what the machine itself does",
    "stall_ms": "worst at most 50",
    "stall_pressed_ms": "no figure, as for the answers",
    "stall_while_applying_ms": "worst at most 50",
    "act_written_ms": "no figure: from a referral's key to its record on the disk; none where no scan was a match",
    "act_written_while_applying_ms": "no figure, as above",
    "start_to_sign_in_s": "at most 2; a second start, with compiled modules as an installed program has them",
    "list_s": "at most 5 for 1,000 people",
    "memory_start_mb": "once the window's history of a shift is full",
    "memory_end_mb": "as at the start",
    "memory_kept_start_mb": "the same with pages and names given back",
    "memory_kept_mb": "as at the start, with pages and names given back",
    "threads_end": "as at the start",
    "threads": "as at the start, all the way",
    "memory_mb": "as at the start, at eight moments on the way",
}


def desk(
    documents: Annotated[int, typer.Option(min=1000, help="Travel documents in the list.")] = 200_000,
    persons: Annotated[int, typer.Option(min=1, help="Persons in the second list.")] = 10_000,
    scans: Annotated[int, typer.Option(min=20, help="Scans to send through the window.")] = 2_000,
    hours: Annotated[
        int, typer.Option(min=0, help="Instead of --scans: as many as so many hours bring, one every twelve seconds.")
    ] = 0,
    folder: Annotated[Path | None, typer.Option("--dir", help="Where to build the replica.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another list and other travellers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Send scans through the real window and measure what the officer would feel."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    scans = hours * SCANS_AN_HOUR or scans
    if folder is not None:
        with translated_os_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="borderdesk-bench-", dir=folder) as made:
        work = Work.invented(documents, persons, seed)
        with measured_desk(Path(made), work) as engine:
            result = _measure(engine, work, scans)
    if as_json:
        typer.echo(json.dumps({**asdict(result), "asked": ASKED}, indent=1))
        return
    for name, value in asdict(result).items():
        shown = "p50 {p50}  p99 {p99}  worst {worst}".format_map(value) if isinstance(value, dict) else str(value)
        asked = f"asked: {ASKED[name]}" if name in ASKED else ""
        typer.echo(f"{name:34} {shown:44} {asked}".rstrip())


def _measure(engine: MeasuredDesk, work: Work, scans: int) -> DeskBench:
    # Imported here, so that the other benches run without Qt.
    from ui.cli.bench_window import Feeder

    persons = len(work.persons)
    texts = travellers(work, scans)
    people = passengers(work, min(PEOPLE, scans))
    coming = [
        work.delta(work.unlisted(engine.replica, max(1, min(ADDED, work.rows // 20)))),
        coming_persons(work, min(CHANGED_PERSONS, persons)),
    ]
    sign_in = engine.sign_in_again()
    feeder = Feeder(engine)
    feeder.feed(texts[:SHIFT_SHOWN])
    engine.give_back()
    memory_kept_start = _memory_mb()
    feeder.feed(texts[:WARMED_UP])
    memory_start, threads_start = _memory_mb(), threading.active_count()
    feeder.forget_measures()
    feeder.rest(AT_REST_S * scans)
    stalls_at_rest = feeder.stalls()
    feeder.forget_measures()
    painted: list[float] = []
    memory: list[float] = []
    threads: list[int] = []
    for part in range(SAMPLES):
        painted += feeder.feed(texts[part * scans // SAMPLES : (part + 1) * scans // SAMPLES])
        memory.append(_memory_mb())
        threads.append(threading.active_count())
    stalls, acts = feeder.stalls(), [*feeder.acts]
    memory_end, threads_end = _memory_mb(), threading.active_count()
    engine.give_back()
    memory_kept = _memory_mb()
    feeder.forget_measures()
    pressed = feeder.feed(texts[:PRESSED], pressed=True)
    stalls_pressed = feeder.stalls()
    alike = feeder.feed(travellers(work, min(PRESSED, scans), few_birthdays=True))
    engine.coming = [*coming]
    feeder.forget_measures()
    during = feeder.feed_during_exchange(texts)
    stalls_applying, acts_applying = feeder.stalls(), [*feeder.acts]
    # The window rests meanwhile: nobody hands it events.
    alone = [_timed(partial(engine.screen, text)) for text in texts[:500]]
    list_seconds = _timed(lambda: engine.screen_list(people, source="bench.csv")) / 1000
    feeder.close()
    return DeskBench(
        documents=work.rows,
        persons=persons,
        scans=len(painted),
        scan_to_painted_ms=_spread(painted),
        scan_to_painted_pressed_ms=_spread(pressed),
        scan_to_painted_few_birthdays_ms=_spread(alike),
        scan_to_painted_while_applying_ms=_spread(during),
        without_window_ms=_spread(alone),
        stall_at_rest_ms=_spread(stalls_at_rest),
        stall_ms=_spread(stalls),
        stall_pressed_ms=_spread(stalls_pressed),
        stall_while_applying_ms=_spread(stalls_applying),
        act_written_ms=_spread(acts) if acts else None,
        act_written_while_applying_ms=_spread(acts_applying) if acts_applying else None,
        scans_while_applying=len(during),
        start_to_sign_in_s=_start(engine.folder),
        sign_in_s=sign_in,
        list_people=min(PEOPLE, scans),
        list_s=round(list_seconds, 2),
        memory_start_mb=memory_start,
        memory_mb=tuple(memory),
        threads=tuple(threads),
        memory_end_mb=memory_end,
        memory_kept_start_mb=memory_kept_start,
        memory_kept_mb=memory_kept,
        threads_start=threads_start,
        threads_end=threads_end,
    )


def _start(folder: Path) -> float:
    """Seconds from starting the program to its painted sign-in screen, in a process of its own.

    An installed program has compiled modules. This one may not, so they are compiled by a start that is not counted.
    """
    with tempfile.TemporaryDirectory(prefix="borderdesk-modules-") as compiled:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = compiled
        took = [_one_start(folder, env) for _ in range(2)]
    return round(took[1], 3)


def _one_start(folder: Path, env: dict[str, str]) -> float:
    command = [sys.executable, "-m", "ui.cli.bench_start", str(folder)]
    began = time.monotonic()
    done = subprocess.run(command, check=True, env=env, stdout=subprocess.PIPE)  # noqa: S603 - our own module
    return float(json.loads(done.stdout)["painted_at"]) - began


def travellers(work: Work, count: int, *, few_birthdays: bool = False) -> list[str]:
    """Machine readable zones: mostly of nobody listed, some of listed documents and of listed names.

    Born on any day of seventy years, one in ten on the first of January, as papers have it where nobody knows the day.
    With `few_birthdays` on twelve days only: then each is compared with twenty who passed before.
    """
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
        birth = PartialDate(1990, rng.randint(1, 12), 7) if few_birthdays else _birth(rng)
        made.append(_zone(document, surname.upper(), given.upper(), birth))
    return made


def _birth(rng: Random) -> PartialDate:
    year = rng.randint(1946, 2015)
    if rng.random() < UNKNOWN_DAY_SHARE:
        return PartialDate(year, 1, 1)
    return PartialDate(year, rng.randint(1, 12), rng.randint(1, 28))


def passengers(work: Work, count: int) -> bytes:
    """The same kind of people as a passenger list in CSV."""
    lines = ["Surname,Given names,Date of birth,Nationality,Document type,Document number,Issuing state"]
    for text in travellers(work, count):
        read = understand(text, today=date(2026, 11, 1)).question
        if read.person is not None:
            birth = read.person.birth.iso if read.person.birth else ""
            fields = (read.person.surname, read.person.given, birth, read.person.nationality)
            lines.append(",".join((*fields, "P", read.document_number, read.document_state)))
    return "\n".join(lines).encode()


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
