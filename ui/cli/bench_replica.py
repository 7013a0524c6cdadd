"""`borderdesk bench replica`: the encrypted replica and, in the same run, a plain SQLite file doing the same work."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from borderdesk.errors import KnownError
from borderdesk.ids import ListName, ScreeningId
from borderdesk.matching import MIGRATIONS as NAMES
from borderdesk.matching import NameIndexKeeper
from borderdesk.matching.segments import build as build_names
from borderdesk.people import Role, Vault, create_vault
from borderdesk.policy import DEFAULT
from borderdesk.replica import MIGRATIONS, Replica
from borderdesk.replica import persons as listed_persons
from borderdesk.screening import screen, understand
from borderdesk.store import Store, open_store, translated_os_errors
from borderdesk.words import say
from ui.cli.bench_replica_measure import Built, Measured, build, measure
from ui.cli.bench_replica_work import AT, PUBLISHED, InventedPersons, PlainStore, Work

RATIO = 1.2
"""What encryption may cost: so many times the plain file."""

_PASSWORD = "of invented lists only"  # noqa: S105
_SECRET: Final = hashlib.sha256(b"bench").digest()
_FILES: Final = ("encrypted", "plain")


class NothingBuilt(KnownError):
    """`--reuse` where no run left its files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            say("No lists built before are in {folder}.", folder=str(folder)),
            safe=say("Nothing was changed."),
            todo=say("Run it with --build first."),
        )


def replica(
    documents: Annotated[int, typer.Option(help="Travel documents in the list.")] = 200_000,
    persons: Annotated[int, typer.Option(help="Persons in the second list.")] = 10_000,
    folder: Annotated[Path, typer.Option("--dir", help="Where to build; needs about 70 bytes per document.")] = Path(),
    seed: Annotated[int, typer.Option(help="Another seed, another list.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    only_build: Annotated[bool, typer.Option("--build", help="Only load, and leave the files for --reuse.")] = False,
    reuse: Annotated[bool, typer.Option(help="Measure what --build left, once; it is deleted then.")] = False,
) -> None:
    """Build a replica of invented lists and measure it, beside a plain SQLite file."""
    with translated_os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    bench = _Bench(folder)
    if reuse:
        work, built = bench.kept()
    else:
        # What the names room reads once per process would else be counted for whichever file comes first.
        build_names([(ListName("warm"), next(iter(InventedPersons(1, seed))))])
        work, built = bench.build(Work.invented(documents, persons, seed))
    if only_build:
        typer.echo(json.dumps({name: asdict(each) for name, each in built.items()}, indent=1))
        return
    try:
        measured, unlock = bench.measure(work)
    finally:
        bench.clear()
    compared = _compared(work.rows, unlock, built, measured)
    if as_json:
        result = {
            "documents": work.rows,
            "persons": built["encrypted"].persons,
            "unlock_to_first_verdict_seconds": unlock,
            **{name: asdict(built[name]) | asdict(measured[name]) for name in _FILES},
            "load_peak_memory_mb": built["encrypted"].peak_memory_mb,
            "asked": [asdict(each) | {"ratio": each.ratio, "reached": each.reached} for each in compared],
        }
        typer.echo(json.dumps(result, indent=1))
        return
    persons, changes = built["encrypted"].persons, measured["encrypted"].delta_changes
    typer.echo(f"{work.rows} documents, {built['encrypted'].persons} persons, {changes} changes in the delta")
    typer.echo(f"{'':40} {'asked':>11} {'measured':>11} {'plain file':>11}  ratio (asked: {RATIO})")
    for each in compared:
        typer.echo(_line(each))


class _Bench:
    """The files of a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vault, self._work, self._built = (folder / f"bench-{name}.json" for name in ("vault", "work", "built"))
        self._paths = {name: folder / f"bench-{name}.db" for name in _FILES}

    def build(self, work: Work) -> tuple[Work, dict[str, Built]]:
        """Load both files. What an earlier run left goes."""
        self.clear()
        try:
            made = create_vault(self._vault, _SECRET)
            made.vault.add(made.key, account="bench", name="Bench", role=Role.OFFICER, password=_PASSWORD)
            built: dict[str, Built] = {}
            for name in _FILES:
                with self._open(name) as store:
                    built[name] = build(store, work)
            work.keep(self._work)
            self._built.write_text(json.dumps({name: asdict(each) for name, each in built.items()}), "ascii")
        except BaseException:
            self.clear()
            raise
        return work, built

    def kept(self) -> tuple[Work, dict[str, Built]]:
        """What `build` left. Raises NothingBuilt."""
        if not self._built.exists():
            raise NothingBuilt(self._folder)
        built = json.loads(self._built.read_text("ascii"))
        return Work.kept(self._work), {name: Built(**each) for name, each in built.items()}

    def measure(self, work: Work) -> tuple[dict[str, Measured], float]:
        """Measure both files, and how long a desk takes from the password to the first verdict."""
        measured: dict[str, Measured] = {}
        unlock = 0.0
        for name in _FILES:
            with self._open(name) as store:
                measured[name] = measure(store, work)
            if name == "encrypted":
                unlock = self._unlock(work)
        return measured, unlock

    def clear(self) -> None:
        """Delete everything."""
        for left in self._folder.glob("bench-*"):
            left.unlink()

    @contextmanager
    def _open(self, name: str) -> Iterator[Store]:
        path = self._paths[name]
        if name == "encrypted":
            key = Vault.open(self._vault, _SECRET).unlock("bench", _PASSWORD, at=AT).key
            with open_store(path, key, [MIGRATIONS, NAMES]) as store:
                yield store
            return
        with PlainStore(path, b"", Path(f"{path}.lock").open("ab")) as store:
            with store.transaction() as db:
                MIGRATIONS.apply(db)
                NAMES.apply(db)
            yield store

    def _unlock(self, work: Work) -> float:
        """From the password typed to the first verdict: Argon2id, opening, the name index, a document's every class."""
        first = work.sample[-1]
        started = time.perf_counter()
        with self._open("encrypted") as store:
            desk = Replica(store)
            screen(
                understand(f"{first.state} {first.number}", today=PUBLISHED.date()),
                documents=desk,
                people=NameIndexKeeper(listed_persons).refresh(store),
                held=desk.held(PUBLISHED, DEFAULT),
                policy=DEFAULT,
                at=AT,
                screening=ScreeningId("bench"),
            )
            return round(time.perf_counter() - started, 3)


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


def _compared(rows: int, unlock: float, built: dict[str, Built], measured: dict[str, Measured]) -> list[Compared]:
    loaded, other_loaded = (built[name] for name in _FILES)
    encrypted, plain = (measured[name] for name in _FILES)

    def spread(name: str, p50: float | None, p99: float | None) -> list[Compared]:
        one, other = getattr(encrypted, name), getattr(plain, name)
        return [
            Compared(f"{name} p50, ms", p50, one.p50_ms, other.p50_ms),
            Compared(f"{name} p99, ms", p99, one.p99_ms, other.p99_ms),
            Compared(f"{name} p99 of every asking, ms", None, one.every_p99_ms, other.every_p99_ms),
            Compared(f"{name} p99, ms of processor", None, one.cpu_p99_ms, other.cpu_p99_ms),
        ]

    load, other_load = loaded.load_documents_per_second, other_loaded.load_documents_per_second
    return [
        Compared("documents loaded per second", 400_000, load, other_load, at_least=True),
        Compared("bytes per document", 30, loaded.bytes_per_document, other_loaded.bytes_per_document),
        *spread("exact_warm", None, 0.1),
        *spread("exact_cold", None, 2),
        Compared("pages of a cold exact look-up", None, encrypted.exact_cold_pages, plain.exact_cold_pages),
        *spread("cold_page", None, None),
        *spread("all_classes_warm", 2, 2),
        *spread("unlisted_warm", 2, 2),
        *spread("all_classes_cold", None, None),
        Compared("first look-alike search, ms", None, encrypted.first_look_alike_ms, plain.first_look_alike_ms),
        Compared("reading ahead, s", None, encrypted.read_ahead_seconds, plain.read_ahead_seconds),
        Compared("delta, s", 0.5 if rows <= 3_000_000 else 2, encrypted.delta_seconds, plain.delta_seconds),
        Compared("delta, s of processor", None, encrypted.delta_cpu_seconds, plain.delta_cpu_seconds),
        Compared("persons, s", None, loaded.persons_seconds, other_loaded.persons_seconds),
        Compared("unlock to first verdict, s", 2, unlock),
        Compared("peak memory while loading, MB", 700, loaded.peak_memory_mb),
        Compared("peak memory, MB", 700, encrypted.peak_memory_mb),
    ]


def _line(each: Compared) -> str:
    ratio = "" if each.ratio is None else f"{each.ratio:.2f}{'' if each.ratio <= RATIO else ' MISSED'}"
    bound = "" if each.asked is None else f"{'>=' if each.at_least else '<='} {each.asked:g}"
    word = "" if each.reached else "  MISSED"
    beside = "" if each.plain is None else f"{each.plain:g}"
    return f"{each.name:40} {bound:>11} {each.measured:>11g} {beside:>11}  {ratio}{word}"
