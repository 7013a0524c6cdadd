"""`borderdesk bench names`: the name index over invented persons and, in the same run, rapidfuzz over all names."""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Annotated, Any

import numpy as np
import typer
from rapidfuzz import fuzz, process
from sqlite_utils import Database

from borderdesk.dates import PartialDate
from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex, PersonQuery, compare_many
from borderdesk.matching.facts import date_number
from borderdesk.matching.keeper import MIGRATIONS, NameIndexKeeper
from borderdesk.matching.scoring import asked_of, listed_of, score
from borderdesk.matching.segments import build, to_blobs
from borderdesk.matching.tables import table
from borderdesk.store import open_store
from borderdesk.watchlist import Edition, ListKind, Person, PersonName, Watchlist

_LIST = ListName("bench")
_KEY = bytes(32)
_SYLLABLES = "ba be bo da di do fa ga go ha hi ja ka ke ki la le li lo ma me mi mo na ni no pa ra re ri ro sa se si so ta te ti to va vi ya za zi".split()  # noqa: E501, SIM905
_NATIONS = ("RUS", "IRN", "PAK", "AFG", "MEX", "COL", "SYR", "IRQ", "UKR", "CHN")


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of one kind of query."""

    queries: int
    p50_ms: float
    p99_ms: float


def names(
    persons: Annotated[int, typer.Option(min=1000)] = 100_000,
    queries: Annotated[int, typer.Option(min=20)] = 200,
    json_: Annotated[bool, typer.Option("--json")] = False,
    seed: int = 1,
) -> None:
    """Build, store, load and search an index of invented persons with three names each; rapidfuzz beside it."""
    result = _measure(persons, queries, Random(seed))
    if json_:
        typer.echo(json.dumps(result))
        return
    for name, value in result.items():
        typer.echo(f"{name:36} {value}")


def _measure(count: int, queries: int, random: Random) -> dict[str, Any]:
    pool = _pool(random, max(4000, count // 8))
    started = time.perf_counter()
    segment = build((_LIST, person) for person in _people(count, pool, seed=7))
    built = time.perf_counter() - started
    stored = sum(len(blob) for _, blob in to_blobs(segment))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with open_store(path, _KEY, [MIGRATIONS]) as store, store.transaction() as db:
            NameIndexKeeper(_Nobody()).write(db, _edition(count), segment)
        del segment
        loaded, held = _loaded_by_another_process(path)
        with open_store(path, _KEY, [MIGRATIONS]) as store:
            keeper = NameIndexKeeper(_Nobody())
            keeper.refresh(store)
        # The records of candidates are invented again instead of fetched.
        index = PersonIndex(lambda _, key: _person(int(key), pool, 7))
        for segment in keeper.loaded:
            index.add_segment(segment)
        chosen = [random.randrange(count) for _ in range(queries)]
        damaged = [_damaged(_person(at, pool, 7), random) for at in chosen]
        cold = _times(index, damaged)
        warm = _times(index, damaged)
        rare = _times(
            index, [PersonQuery(full=f"{_word(random)}{_word(random)} {_word(random)}") for _ in range(queries)]
        )
        common = _times(index, [PersonQuery(full=name) for name in _common_names(pool, random, queries)])
        sample = [(chosen[n], damaged[n]) for n in range(min(queries, 60))]
        recall, brute_ms, fuzz_ms = _beside_brute_force(index, sample, count, pool)
    return {
        "persons": count,
        "names": 3 * count,
        "build_s": round(built, 2),
        "stored_mb": round(stored / 1e6, 1),
        "load_s": round(loaded, 2),
        "resident_mb": round(held / 1e6, 1),
        "damaged_cold": asdict(cold),
        "damaged_warm": asdict(warm),
        "rare": asdict(rare),
        "common": asdict(common),
        "recall_of_brute_force": recall,
        "brute_force_same_score_ms": brute_ms,
        "rapidfuzz_token_sort_all_names_ms": fuzz_ms,
        "pairs_per_second": _pairs_per_second(pool, random),
    }


def _pairs_per_second(pool: list[str], random: Random) -> dict[str, float]:
    pairs = [
        (_damaged(_person(at, pool, 7), random), _person(random.choice((at, at + 1)), pool, 7)) for at in range(8000)
    ]
    pairs = [
        (query, Person(p.key, p.names[:1], p.births, nationalities=p.nationalities, sex=p.sex)) for query, p in pairs
    ]
    found: dict[str, float] = {}
    for title in ("cold", "warm"):
        started = time.process_time()
        score([asked_of(query) for query, _ in pairs], [listed_of(person) for _, person in pairs])
        found[f"score_{title}"] = round(len(pairs) / (time.process_time() - started))
    started = time.process_time()
    for _ in compare_many(pairs):
        pass
    found["explained_warm"] = round(len(pairs) / (time.process_time() - started))
    asked, listed = [query.full for query, _ in pairs], [person.names[0].full for _, person in pairs]
    started = time.process_time()
    process.cpdist(asked, listed, scorer=fuzz.token_sort_ratio, workers=1)
    found["rapidfuzz_token_sort"] = round(len(pairs) / (time.process_time() - started))
    return found


def _beside_brute_force(
    index: PersonIndex, sample: list[tuple[int, PersonQuery]], count: int, pool: list[str]
) -> tuple[float, float, float]:
    """What comparing with everybody by the same score finds and the index does too.

    Everybody is passed over twice: rapidfuzz keeps the 2,000 nearest names and everybody with the same birth date, and
    those are scored. So it is a little less than brute force, and far more than the index looks at.
    """
    everyone = [" ".join((n.surname, n.given)) for at in range(count) for n in _person(at, pool, 7).names]
    births = np.array([_birth_number(at, pool) for at in range(count)])
    both = mine = 0
    brute: list[float] = []
    fuzzy: list[float] = []
    for _, query in sample:
        started = time.process_time()
        ratio = process.cdist([query.full], everyone, scorer=fuzz.token_sort_ratio, dtype=np.uint8, workers=1)[0]
        fuzzy.append((time.process_time() - started) * 1000)
        near = set((np.argpartition(-ratio.astype(np.int16), 2000)[:2000] // 3).tolist())
        if query.birth is not None:
            near |= set(
                np.flatnonzero(births == query.birth.year * 10_000 + query.birth.month * 100 + query.birth.day).tolist()
            )
        people = [_person(at, pool, 7) for at in sorted(near)]
        scores = score([asked_of(query)] * len(people), [listed_of(person) for person in people]).chance
        brute.append((time.process_time() - started) * 1000)
        wanted = {people[n].key for n in np.argsort(-scores)[:10].tolist() if scores[n] >= 0.7}
        found = {candidate.record.key for candidate in index.search(query, limit=15, at_least=0.0)}
        both += len(wanted)
        mine += len(wanted & found)
    return round(mine / max(both, 1), 4), round(float(np.median(brute)), 1), round(float(np.median(fuzzy)), 1)


def _times(index: PersonIndex, queries: list[PersonQuery]) -> Spread:
    taken = []
    for query in queries:
        started = time.process_time()
        index.search(query, limit=10, at_least=0.5)
        taken.append((time.process_time() - started) * 1000)
    return Spread(len(taken), round(float(np.percentile(taken, 50)), 2), round(float(np.percentile(taken, 99)), 2))


def _pool(random: Random, count: int) -> list[str]:
    """Name parts: those of real lists in their real shares, and invented ones."""
    real = [fold.lower() for fold in table("common")["counts"] if len(fold) > 2]
    return real + ["".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4))) for _ in range(count)]


def _word(random: Random) -> str:
    return "".join(random.choice(_SYLLABLES) for _ in range(3))


def _people(count: int, pool: list[str], seed: int) -> Iterator[Person]:
    return (_person(at, pool, seed) for at in range(count))


def _person(at: int, pool: list[str], seed: int) -> Person:
    random = Random(at * 31 + seed)
    # Shares of names fall off as in life: a few are borne by thousands.
    surname, given, middle = (pool[min(int(random.paretovariate(0.55)) + 7, len(pool) - 1)] for _ in range(3))
    if random.random() < 0.6:
        surname = pool[random.randrange(len(pool))]
    birth = PartialDate(random.randint(1940, 2005), random.randint(1, 12), random.randint(1, 28))
    # Other spellings of one name come back on list after list; they are not a new word each time.
    other = _slip(surname, Random(f"{surname}{random.randrange(3)}"))
    names = [(surname, given), (surname, f"{given} {middle}"), (other, given)]
    return Person(
        RecordKey(f"{at:08d}"),
        tuple(PersonName(f"{s.upper()}, {g.title()}", s, g) for s, g in names),
        (birth,),
        nationalities=(random.choice(_NATIONS),),
        sex=random.choice("MF"),
    )


def _birth_number(at: int, pool: list[str]) -> int:
    return date_number(_person(at, pool, 7).births[0])


def _slip(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return random.choice((word[:at] + word[at + 1 :], word[:at] + random.choice("aeioulnrst") + word[at:])) or word


def _damaged(person: Person, random: Random) -> PersonQuery:
    name = person.names[0]
    surname, given = _slip(name.surname, random), name.given
    if random.random() < 0.4:
        given = _slip(given, random)
    full = f"{given} {surname}" if random.random() < 0.5 else f"{surname} {given}"
    return PersonQuery(full, surname, given, person.births[0], person.nationalities[0], person.sex)


def _common_names(pool: list[str], random: Random, count: int) -> list[str]:
    return [f"{random.choice(pool[:40])} {random.choice(pool[:40])}" for _ in range(count)]


def _edition(rows: int) -> Edition:
    from datetime import UTC, datetime

    listed = Watchlist(_LIST, ListKind.PERSONS, "Invented persons", "bench")
    return Edition(listed, 1, rows, b"", datetime(2026, 1, 1, tzinfo=UTC))


def _loaded_by_another_process(path: Path) -> tuple[float, int]:
    """Seconds and bytes that loading takes in a process that did nothing before."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process_ = context.Process(target=_load, args=(path, theirs))
    process_.start()
    loaded: float
    held: int
    loaded, held = mine.recv()
    process_.join()
    return loaded, held


def _load(path: Path, answer: Connection) -> None:
    with open_store(path, _KEY, [MIGRATIONS]) as store:
        before, started = _resident(), time.perf_counter()
        index = NameIndexKeeper(_Nobody()).refresh(store)
        answer.send((time.perf_counter() - started, _resident() - before))
        answer.close()
        del index


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
