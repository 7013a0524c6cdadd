"""No byte of a list in the clear: in no file of a desk's folder or of its temporary one, running or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import (
    Delta,
    DocumentColumns,
    ListKind,
    Person,
    PersonName,
    Plate,
    Snapshot,
    ThingStatus,
    Vehicle,
    Watchlist,
)

from .conftest import NOTICES, SLTD, Bureau, document

CHILD = """
import pathlib, sys, tempfile
from borderdesk import journal
from borderdesk.matching import MIGRATIONS as NAMES, NameIndexKeeper
from borderdesk.replica import MIGRATIONS, Replica, persons, staging
from borderdesk.store import open_store
from tests.replica.conftest import AT, KEY
from tests.replica.test_no_plaintext import CHANGES, SECRETS, WORDS

what, left = sys.argv[1], [int(sys.argv[2])]
staging.STEP_ROWS = 500

def stop():
    left[0] -= 1
    if left[0] == 0:
        print("here", flush=True)
        sys.stdin.read()

with open_store(pathlib.Path("desk.db"), KEY, [MIGRATIONS, NAMES, journal.MIGRATIONS]) as store:
    replica = Replica(store, listeners=(NameIndexKeeper(persons),))
    # A transaction that does not fit into this cache is written to the log before it is committed.
    store._writer.conn.execute("PRAGMA cache_size = 10")
    before, change = CHANGES[what]()
    for each in before:
        replica.apply(each, at=AT)
    store._writer.conn.set_progress_handler(stop, 50)
    with store.transaction() as db:
        journal.append(db, kind="view", who=WORDS[1], at=AT, details={"record": WORDS[0]})
    replica.apply(change, at=AT)
"""

WORDS = ("KANARIA", "Wellensittich")
SECRETS = [form for word in WORDS for form in (word.encode(), word.encode("utf-16-le"))] + [b"ANARIA0", b"NARIA00"]


def documents() -> tuple[list[Snapshot | Delta], Snapshot]:
    """A whole list on its way."""
    made = Bureau(SLTD)
    rows = [document(f"UTO/P/KANARIA{n:05d}") for n in range(3000)]
    made.records = {each.key: each for each in rows}
    return [], Snapshot(made.edition(), columns=[DocumentColumns.of(rows[n : n + 250]) for n in range(0, 3000, 250)])


def days() -> tuple[list[Snapshot | Delta], Delta]:
    """A delta of documents."""
    made = Bureau(SLTD, [document(f"UTO/P/KANARIA{n:05d}") for n in range(2000)])
    whole = made.snapshot()
    gone = [f"UTO/P/KANARIA{n:05d}" for n in range(500)]
    return [whole], made.delta(
        *(document(f"UTO/P/KANARIA9{n:04d}") for n in range(2000)), withdraw=gone, reason=WORDS[1]
    )


def people() -> tuple[list[Snapshot | Delta], Snapshot]:
    """A list of persons, and with it the index of their names."""
    rows = [Person(RecordKey(f"{n}"), (PersonName(f"{WORDS[0]} {WORDS[1]} {n}"),)) for n in range(600)]
    return [], Bureau(NOTICES, rows).snapshot()


def cars() -> tuple[list[Snapshot | Delta], Snapshot]:
    """A list of vehicles."""
    numbers = [f"{WORDS[0]}{n:010d}" for n in range(500)]
    rows = [Vehicle(RecordKey(each), ThingStatus.STOLEN, vin=each, plates=(Plate("UTO", each),)) for each in numbers]
    return [], Bureau(Watchlist(ListName("smv"), ListKind.VEHICLES, "Vehicles", "Bureau"), rows).snapshot()


CHANGES = {"documents": documents, "days": days, "people": people, "cars": cars}


def readable(folder: Path) -> list[str]:
    """The files in which something known can be read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) > 30_000, "there is something to look at"
    return [path.name for path in files if any(secret in path.read_bytes() for secret in SECRETS)]


@pytest.mark.parametrize("point", [30, 150])
@pytest.mark.parametrize("what", CHANGES)
def test_nothing_is_readable_while_an_edition_is_applied_nor_after_a_kill(
    tmp_path: Path, what: str, point: int
) -> None:
    (tmp_path / "tmp").mkdir()
    everywhere = {name: str(tmp_path / "tmp") for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP")}
    code = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, what, str(point)],
        cwd=tmp_path,
        env={**os.environ, **everywhere, "PYTHONPATH": code},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n", "it is in the middle of its work"
        running = readable(tmp_path)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert running == []
    assert readable(tmp_path) == []
