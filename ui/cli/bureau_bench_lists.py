"""How fast a bureau takes over a large list from a table, and how long one day's difference takes to publish."""

from __future__ import annotations

import csv
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist import DocumentStatus, Entries, TravelDocument, one_by_one
from borderdesk.watchlist.bulk import synthetic_columns
from borderdesk.watchlist.readers import ColumnNames, Tally, csv_parts, csv_rows, read_documents
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.bureau import Bureau, lists, loading, tables
from sync.bureau.stored import from_body, to_body

_COLUMNS = ColumnNames("state", "type", "number", "status", "lost", "reported", "", "P")
_ADDED, _WITHDRAWN, _CHANGED = 3976, 300, 200
"""One day's changes for a million documents, of a list of lost and stolen ones of 154 states."""


def measure_lists(folder: Path, records: int, database: str) -> dict[str, object]:
    """Import `records` from a CSV file, publish, change what a day changes, publish again."""
    table = folder / "table.csv"
    _write(table, records)
    begun = time.perf_counter()
    with table.open("rb") as stream:
        lines = sum(1 for _ in csv_rows(stream, table.name))
    baseline = time.perf_counter() - begun
    with Bureau.create(folder / "bureau", name="Bench", country="UTO", database=database) as bureau:
        begun = time.perf_counter()
        worked = time.process_time()
        bureau.import_list(SYNTHETIC_LIST, _read(table))
        imported, worked = time.perf_counter() - begun, time.process_time() - worked
        plain = _plain(bureau, folder, table)
        begun = time.perf_counter()
        bureau.publish()
        first = time.perf_counter() - begun
        share = records / 1_000_000
        changes = _change(bureau, records, share)
        begun = time.perf_counter()
        done = bureau.publish()
        second = time.perf_counter() - begun
        begun = time.perf_counter()
        bureau.renew_wholes()
        renewed = time.perf_counter() - begun
        begun = time.perf_counter()
        bureau.import_list(SYNTHETIC_LIST, _read(table))
        again = time.perf_counter() - begun
    (one,) = done.lists
    return {
        "records": records,
        "database": bureau.database.engine.dialect.name,
        "baseline": "reading the lines of the same CSV file and nothing else",
        "baseline_rows_per_second": round(lines / baseline),
        "baseline_database": f"the same rows, sorted, by plain {plain.how} into a table of their own",
        "baseline_database_rows_per_second": round(records / plain.seconds),
        "import_rows_per_second": round(records / imported),
        "import_rows_per_second_asked": 100_000,
        # On a machine that does other things too, this is what the import itself takes (without a PostgreSQL's share).
        "import_rows_per_second_of_processor_time": round(records / worked),
        # The owner's next file of the whole list, in which a day's changes are: compared with what is there.
        "import_again_rows_per_second": round(records / again),
        "first_publish_seconds": round(first, 2),
        "day_changes": changes,
        "day_published": one.upserted + one.withdrawn,
        "day_publish_seconds": round(second, 2),
        "day_publish_seconds_asked": 10,
        "day_publish_asked_at_records": 20_000_000,
        "whole_list_made_beside_seconds": round(renewed, 2),
    }


@dataclass(frozen=True, slots=True)
class _Plain:
    how: str
    seconds: float


def _plain(bureau: Bureau, folder: Path, table: Path) -> _Plain:
    """How long the database takes for the rows alone: nothing is read, compared, remembered or journalled."""
    rows = sorted(((1, record.key, to_body(record)) for record in one_by_one(_read(table))), key=itemgetter(1))
    columns = "(list integer, key varchar, body {blob} not null, primary key (list, key))"
    if bureau.database.is_sqlite:
        with closing(sqlite3.connect(folder / "plain.db")) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(f"CREATE TABLE plain {columns.format(blob='blob')} WITHOUT ROWID")
            begun = time.perf_counter()
            with db:
                db.executemany("INSERT INTO plain VALUES (?, ?, ?)", rows)
            return _Plain("executemany", time.perf_counter() - begun)
    with bureau.database.writing() as connection:
        connection.exec_driver_sql(f"CREATE TABLE plain {columns.format(blob='bytea')}")
    begun = time.perf_counter()
    with bureau.database.writing() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy("COPY plain FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "varchar", "bytea"])
            for row in rows:
                copy.write_row(row)
    seconds = time.perf_counter() - begun
    with bureau.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE plain")
    return _Plain("COPY", seconds)


def measure_another_day(folder: Path, records: int, database: str) -> dict[str, object]:
    """Publish one more day's difference of a list that is kept in `folder`, built there the first time.

    Building is done in two steps that may be taken one at a time: ended between them, the next call goes on.
    """
    home = folder / "bureau"
    made = Bureau.open(home) if home.exists() else Bureau.create(home, name="Bench", country="UTO", database=database)
    built: dict[str, object] = {}
    with made as bureau:
        if not any(state.edition for state in bureau.lists()):
            begun = time.perf_counter()
            rows = _build(bureau, records)
            if rows:
                built["built_rows_per_second"] = round(rows / (time.perf_counter() - begun))
        (state,) = bureau.lists()
        if not state.edition:
            begun = time.perf_counter()
            bureau.publish()
            built["first_publish_seconds"] = round(time.perf_counter() - begun, 2)
            (state,) = bureau.lists()
        before, share = state.rows, state.rows / 1_000_000
        changes = _another_day(bureau, share, day=state.edition)
        begun = time.perf_counter()
        heartbeat_free = bureau.publish()
        day = time.perf_counter() - begun
        begun = time.perf_counter()
        bureau.publish()
        unchanged = time.perf_counter() - begun
    (one,) = heartbeat_free.lists
    return {
        "records": before,
        "edition": one.edition.number,
        "database": bureau.database.engine.dialect.name,
        **built,
        "baseline": "publishing the same list again unchanged",
        "baseline_seconds": round(unchanged, 2),
        "day_changes": changes,
        "day_published": one.upserted + one.withdrawn,
        "day_bytes": heartbeat_free.bytes,
        "day_publish_seconds": round(day, 2),
        "day_publish_seconds_asked": 10,
        "day_publish_asked_at_records": 20_000_000,
    }


def _write(table: Path, records: int) -> None:
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["state", "type", "number", "status", "lost", "reported"])
        for one in stolen_documents(records, 7):
            out.writerow([one.state, one.type, one.number, one.status.value, one.lost_on or "", one.reported_on or ""])


def _read(table: Path) -> Iterator[Entries]:
    tally = Tally("bench")
    with table.open("rb") as stream:
        for read in read_documents(csv_parts(stream, table.name), _COLUMNS):
            record = tally.add(read)
            if record is not None:
                yield record


def _build(bureau: Bureau, records: int) -> int:
    """Enter an invented list in the order of its keys, which is how a database takes it fastest; how many rows are new.

    Block by block: a build that was cut off goes on from there.
    """
    with bureau.database.writing() as db:
        row = lists.ensure(db, SYNTHETIC_LIST)
        there = lists.difference(db, row).rows
    passed = new = 0
    for block in synthetic_columns(records, 7):
        passed += len(block)
        if passed <= there:
            continue
        with bureau.database.writing() as db:
            loading.load(db, row, [block], "records")
        new += len(block)
    return new


def _another_day(bureau: Bureau, share: float, day: int) -> int:
    """One day's changes, scattered over the whole list."""
    random = Random(10 + day)
    series = list(dict.fromkeys((each.state, each.type) for each in stolen_documents(20_000, 7)))
    wanted = int((_WITHDRAWN + _CHANGED) * share) + 2
    known: dict[str, TravelDocument] = {}
    with bureau.database.reading() as db:
        row = lists.row_of(db, SYNTHETIC_LIST.name)
        while len(known) < wanted:
            state, type_ = random.choice(series)
            after = (
                f"{state}/{type_}/{random.choice('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')}{random.randrange(10**6):06d}"
            )
            of_list = (tables.records.c.list == row.id) & (tables.records.c.key > after)
            bodies = sa.select(tables.records.c.body).where(of_list).order_by(tables.records.c.key).limit(20)
            for body in db.execute(bodies).scalars():
                document = from_body(body)
                if isinstance(document, TravelDocument) and document.state != "UTO":
                    known[document.key] = document
    return _enter_day(bureau, list(known.values())[:wanted], share, random)


def _change(bureau: Bureau, records: int, share: float) -> int:
    """What one day brings: new documents, changed ones, withdrawn ones."""
    known = list(islice(stolen_documents(records, 7), int((_WITHDRAWN + _CHANGED) * share) + 2))
    return _enter_day(bureau, known, share, Random(11))


def _enter_day(bureau: Bureau, known: list[TravelDocument], share: float, random: Random) -> int:
    name = SYNTHETIC_LIST.name
    gone, other = known[: int(_WITHDRAWN * share) + 1], known[int(_WITHDRAWN * share) + 1 :]
    new = {
        (
            document := TravelDocument("UTO", "P", f"{random.randrange(10**9):09d}", DocumentStatus.STOLEN, None, None)
        ).key: (document)
        for _ in range(int(_ADDED * share) + 1)
    }
    changed = [
        TravelDocument(each.state, each.type, each.number, DocumentStatus.REVOKED, None, date(2026, 11, 2))
        for each in other
    ]
    bureau.put_records(name, [*new.values(), *changed])
    bureau.withdraw_all(name, [RecordKey(each.key) for each in gone], "recovered")
    return len(new) + len(changed) + len(gone)
