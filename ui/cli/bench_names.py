"""`borderdesk bench names`: the name index over invented persons and, in the same run, rapidfuzz over all names."""

from __future__ import annotations

import gc
import json
import math
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import typer
from rapidfuzz import fuzz, process
from sqlite_utils import Database

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex, PersonQuery, compare_many
from borderdesk.matching.align import align
from borderdesk.matching.keeper import MIGRATIONS, NameIndexKeeper
from borderdesk.matching.lexicon import Lexicon
from borderdesk.matching.lookup import facts_odds
from borderdesk.matching.model import TOP, coefficients
from borderdesk.matching.prepared import names_of
from borderdesk.matching.scoring import asked_of, listed_of, score
from borderdesk.matching.segments import Segment, build, to_blobs
from borderdesk.policy import Policy
from borderdesk.store import open_store
from borderdesk.watchlist import Edition, ListKind, Person, Watchlist
from ui.cli.invented_people import InventedPeople

_LIST: Final = ListName("bench")
_KEY: Final = bytes(32)
_WANTED: Final = 0.7
"""The score from which a person counts as one that brute force finds at all; accepted is who the policy shows."""

_ACCEPTED: Final = Policy().look_again_score

_POOR: Final = 0.5
"""A score far below the policy's, to show what asking for poor candidates takes."""

_FIRST: Final = 10
_FUZZY: Final = 20
"""Queries that rapidfuzz compares with every name: enough for its median."""

_BLOCK: Final = 4096
_ASKED: Final = {
    "build_s": "minutes at most",
    "load_s": "< 2",
    "resident_mb": "<= 350",
    "p99_ms": "<= 20",
    "recall_of_brute_force": ">= 0.99",
    "pairs_per_second": ">= 30000",
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of one kind of query, on one core."""

    queries: int
    p50_ms: float
    p99_ms: float


def names(
    persons: Annotated[int, typer.Option(min=1000)] = 100_000,
    queries: Annotated[int, typer.Option(min=20)] = 400,
    brute: Annotated[int, typer.Option(min=1, help="Queries that are compared with everybody.")] = 200,
    json_: Annotated[bool, typer.Option("--json")] = False,
    seed: int = 1,
) -> None:
    """Build, store, load and search an index of invented persons with three names each; rapidfuzz beside it.

    Searching is timed in a process of its own that does nothing before it loads the index: `cold` is the first time a
    name is asked, `warm` the second, both for the candidates that the policy shows; `from_0.5` is the third time, for
    poorer ones as well. Times of queries are of the processor, all others by the clock.
    """
    result = _measure(InventedPeople(persons), queries, brute, Random(seed))
    if json_:
        typer.echo(json.dumps(result))
        return
    for name, value in result.items():
        typer.echo(f"{name:36} {value}")


def _measure(people: InventedPeople, queries: int, brute: int, random: Random) -> dict[str, Any]:
    pairs = _pairs_per_second(people, random)
    source = _Timed(people)
    started = time.perf_counter()
    segment = build((_LIST, person) for person in source)
    built = time.perf_counter() - started - source.seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        started = time.perf_counter()
        with open_store(path, _KEY, [MIGRATIONS]) as store, store.transaction() as db:
            NameIndexKeeper(_Nobody()).write(db, _edition(people.count), segment)
        stored = time.perf_counter() - started
        searched = _by_another_process(path, people.count, queries)
    index = PersonIndex(lambda _, key: people.person(int(key)))
    index.add_segment(segment)
    sample = [people.damaged(random.randrange(people.count), random) for _ in range(brute)]
    return {
        "asked": _ASKED,
        "persons": people.count,
        "names": segment.size,
        "build_s": round(built, 2),
        "store_s": round(stored, 2),
        "stored_mb": round(sum(len(blob) for _, blob in to_blobs(segment)) / 1e6, 1),
        **searched,
        **_beside_brute_force(index, segment, sample, source.texts),
        "pairs_per_second": pairs,
    }


class _Timed:
    """The invented persons, with the time that inventing them took, and their names as rapidfuzz wants them."""

    def __init__(self, people: InventedPeople) -> None:
        self._people = people
        self.seconds = 0.0
        self.texts: list[str] = []

    def __iter__(self) -> Iterator[Person]:
        for at in range(self._people.count):
            started = time.perf_counter()
            person = self._people.person(at)
            self.texts += [f"{name.surname} {name.given}" for name in person.names]
            self.seconds += time.perf_counter() - started
            yield person


def _pairs_per_second(people: InventedPeople, random: Random) -> dict[str, float]:
    """Pairs of one query and one person with one name: none of them seen before (cold), and the same again. Python's
    automatic collector is off, as it is in the window and in `borderdesk names compare`."""
    gc.disable()
    try:
        return _counted_pairs(people, random)
    finally:
        gc.enable()


def _counted_pairs(people: InventedPeople, random: Random) -> dict[str, float]:
    pairs = []
    for at in range(min(20_000, people.count - 1)):
        listed = people.person(at + random.randrange(2))
        one_name = Person(
            listed.key, listed.names[:1], listed.births, nationalities=listed.nationalities, sex=listed.sex
        )
        pairs.append((people.damaged(at, random), one_name))
    found: dict[str, float] = {}
    for title in ("cold", "warm"):
        started = time.process_time()
        for start in range(0, len(pairs), _BLOCK):
            block = pairs[start : start + _BLOCK]
            score([asked_of(query) for query, _ in block], [listed_of(person) for _, person in block])
        found[f"score_{title}"] = round(len(pairs) / (time.process_time() - started))
    started = time.process_time()
    for _ in compare_many(pairs):
        pass
    found["explained_warm"] = round(len(pairs) / (time.process_time() - started))
    asked, listed_names = [query.full for query, _ in pairs], [person.names[0].full for _, person in pairs]
    started = time.process_time()
    process.cpdist(asked, listed_names, scorer=fuzz.token_sort_ratio, workers=1)
    found["rapidfuzz_token_sort"] = round(len(pairs) / (time.process_time() - started))
    return found


def _beside_brute_force(
    index: PersonIndex, segment: Segment, sample: list[PersonQuery], texts: list[str]
) -> dict[str, float]:
    """What comparing with everybody by the same score finds among the first ten, and the index does too.

    Of persons with one score any one will do.
    """
    wanted, found = dict.fromkeys((_ACCEPTED, _WANTED), 0), dict.fromkeys((_ACCEPTED, _WANTED), 0)
    brute: list[float] = []
    fuzzy: list[float] = []
    for query in sample[:_FUZZY]:
        started = time.process_time()
        process.cdist([query.full], texts, scorer=fuzz.token_sort_ratio, dtype=np.uint8, workers=1)
        fuzzy.append((time.process_time() - started) * 1000)
    for query in sample:
        started = time.process_time()
        best = np.sort(_everybody(segment, query))[::-1][:_FIRST]
        brute.append((time.process_time() - started) * 1000)
        for least in wanted:
            mine = [candidate.score for candidate in index.search(query, limit=_FIRST, at_least=least)]
            wanted[least] += int(np.count_nonzero(best >= least))
            found[least] += sum(
                score >= other - 1e-6 for score, other in zip(mine, best.tolist(), strict=False) if other >= least
            )
    return {
        "brute_force_queries": len(sample),
        "accepted_from_score": _ACCEPTED,
        "brute_force_accepts": wanted[_ACCEPTED],
        "recall_of_brute_force": round(found[_ACCEPTED] / max(wanted[_ACCEPTED], 1), 4),
        f"brute_force_finds_from_{_WANTED}": wanted[_WANTED],
        f"recall_from_{_WANTED}": round(found[_WANTED] / max(wanted[_WANTED], 1), 4),
        "brute_force_same_score_ms": round(float(np.median(brute)), 1),
        "rapidfuzz_token_sort_all_names_ms": round(float(np.median(fuzzy)), 1),
    }


def _everybody(segment: Segment, query: PersonQuery) -> npt.NDArray[np.float64]:
    """The scores of everybody who can reach `_WANTED`: whoever's facts leave the best of names too little is passed
    over, so this is all that comparing with everybody finds, in a tenth of the time."""
    asked, learned = asked_of(query), coefficients()
    everybody = np.arange(len(segment.alive))
    facts, another = facts_odds(segment, [query], np.zeros_like(everybody), everybody)
    best_name = learned.of_named(learned.of_name_odds(np.full(len(facts), TOP)), another)
    persons = np.flatnonzero(facts + best_name >= math.log(_WANTED / (1 - _WANTED)))
    names, words = segment.names_of(persons), Lexicon()
    (way,) = asked.ways
    odds = np.empty(len(names))
    for start in range(0, len(names), _BLOCK):
        block = names[start : start + _BLOCK]
        one = names_of([way], words).repeated([len(block)])
        found = align(one, segment.names(block, words), np.full(len(block), asked.truncated))
        odds[start : start + _BLOCK] = learned.of_names(found.measures)
    whole = np.full(len(segment.alive), -np.inf)
    np.maximum.at(whole, segment.person_of(names), odds)
    scores: npt.NDArray[np.float64] = 1 / (
        1 + np.exp(-(learned.of_named(whole[persons], another[persons]) + facts[persons]))
    )
    return scores


def _by_another_process(path: Path, count: int, queries: int) -> dict[str, Any]:
    """What loading and searching takes in a process that did nothing before."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process_ = context.Process(target=_load_and_search, args=(path, count, queries, theirs))
    process_.start()
    result: dict[str, Any] = mine.recv()
    process_.join()
    return result


def _load_and_search(path: Path, count: int, queries: int, answer: Connection) -> None:
    people, random = InventedPeople(count), Random(queries)
    damaged = [people.damaged(random.randrange(count), random) for _ in range(queries)]
    common, rare = ([ask(random) for _ in range(queries)] for ask in (people.common_name, people.rare_name))
    with open_store(path, _KEY, [MIGRATIONS]) as store:
        gc.collect()
        gc.disable()  # as the window does
        before, started = _resident(), time.perf_counter()
        keeper = NameIndexKeeper(_Nobody())
        keeper.refresh(store)
        loaded, held = time.perf_counter() - started, _resident() - before
        # The records of candidates are invented again instead of fetched.
        index = PersonIndex(lambda _, key: people.person(int(key)))
        for segment in keeper.loaded:
            index.add_segment(segment)
        kinds = {"damaged": damaged, "common": common, "rare": rare}
        spreads: dict[str, Any] = {"first_query_ms": round(_times(index, damaged[:1], _ACCEPTED)[0], 2)}
        for title, least in (("cold", _ACCEPTED), ("warm", _ACCEPTED), (f"from_{_POOR}", _POOR)):
            for kind, asked in kinds.items():
                taken = _times(index, asked[1:] if kind == "damaged" else asked, least)
                p50, p99 = np.percentile(taken, [50, 99]).tolist()
                spreads[f"{kind}_{title}"] = asdict(Spread(len(taken), round(p50, 2), round(p99, 2)))
        answer.send(
            {
                "load_s": round(loaded, 2),
                "resident_mb": round(held / 1e6, 1),
                "resident_after_queries_mb": round((_resident() - before) / 1e6, 1),
                **spreads,
            }
        )
        answer.close()


def _times(index: PersonIndex, queries: list[PersonQuery], least: float) -> list[float]:
    taken = []
    for query in queries:
        started = time.process_time()
        index.search(query, limit=_FIRST, at_least=least)
        taken.append((time.process_time() - started) * 1000)
    return taken


def _edition(rows: int) -> Edition:
    listed = Watchlist(_LIST, ListKind.PERSONS, "Invented persons", "bench")
    return Edition(listed, 1, rows, b"", datetime(2026, 1, 1, tzinfo=UTC))


class _Nobody:
    """Records are neither fetched nor filed anew while an index is loaded."""

    def one(self, db: Database, name: ListName, key: RecordKey) -> None:
        return None

    def editions(self, db: Database) -> dict[ListName, int]:
        return {}

    def of_list(self, db: Database, name: ListName, after: RecordKey | None) -> Iterator[Person]:
        return iter(())


def _resident() -> int:
    """What this process holds in memory now, in bytes (Linux, proc(5))."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
