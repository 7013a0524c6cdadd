"""How fast a bureau takes over a large list from a table, and how long one day's difference takes to publish."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

from borderdesk.ids import RecordKey
from borderdesk.watchlist import DocumentStatus, Record, TravelDocument
from borderdesk.watchlist.readers import ColumnNames, Tally, csv_rows, read_documents
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.bureau import Bureau

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
        bureau.import_list(SYNTHETIC_LIST, _read(table))
        imported = time.perf_counter() - begun
        begun = time.perf_counter()
        bureau.publish()
        first = time.perf_counter() - begun
        share = records / 1_000_000
        changes = _change(bureau, records, share)
        begun = time.perf_counter()
        done = bureau.publish()
        second = time.perf_counter() - begun
    (one,) = done.lists
    return {
        "records": records,
        "database": bureau.database.engine.dialect.name,
        "baseline": "reading the lines of the same CSV file and nothing else",
        "baseline_rows_per_second": round(lines / baseline),
        "import_rows_per_second": round(records / imported),
        "import_rows_per_second_asked": 100_000,
        "first_publish_seconds": round(first, 2),
        "day_changes": changes,
        "day_published": one.upserted + one.withdrawn,
        "day_publish_seconds": round(second, 2),
        "day_publish_seconds_asked": 10,
        "day_publish_asked_at_records": 20_000_000,
    }


def _write(table: Path, records: int) -> None:
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["state", "type", "number", "status", "lost", "reported"])
        for one in stolen_documents(records, 7):
            out.writerow([one.state, one.type, one.number, one.status.value, one.lost_on or "", one.reported_on or ""])


def _read(table: Path) -> Iterator[Record]:
    tally = Tally("bench")
    with table.open("rb") as stream:
        for read in read_documents(csv_rows(stream, table.name), _COLUMNS):
            record = tally.add(read)
            if record is not None:
                yield record


def _change(bureau: Bureau, records: int, share: float) -> int:
    """What one day brings: new documents, changed ones, withdrawn ones."""
    name, random = SYNTHETIC_LIST.name, Random(11)
    known = list(islice(stolen_documents(records, 7), int((_WITHDRAWN + _CHANGED) * share) + 2))
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
    for each in gone:
        bureau.withdraw(name, RecordKey(each.key), "recovered")
    return len(new) + len(changed) + len(gone)
