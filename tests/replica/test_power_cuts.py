"""kill -9, a full disk, a torn write: the old edition or the new one, never something between."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from borderdesk.policy import DEFAULT
from borderdesk.replica import MIGRATIONS, Replica, staging
from borderdesk.store import DiskFailed, DiskFull, Store, open_store
from borderdesk.watchlist import Delta, DocumentColumns, DocumentStatus, Snapshot, TravelDocument

from .conftest import AT, KEY, MORNING, SLTD, Bureau, document

OLD = [document(f"UTO/P/{n:09d}") for n in range(400)]
NEW = [document(f"{'FRA' if n % 3 else 'D'}/P/{n * 76_543_211 % 10**9:09d}") for n in range(1, 600)]

CHILD = """
import os, pathlib, signal, sys
from borderdesk.replica import MIGRATIONS, Replica, staging
from borderdesk.store import open_store
from tests.replica.conftest import AT, KEY
from tests.replica.test_power_cuts import delta, snapshot

path, what, point = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
staging.STEP_ROWS = 100
left = [point]

def die():
    left[0] -= 1
    if left[0] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)

with open_store(path, KEY, [MIGRATIONS]) as store:
    # The handler runs inside SQLite, every so many steps of its machine: in the middle of statements and commits.
    store._writer.conn.set_progress_handler(die, 50)
    Replica(store).apply(delta() if what == "delta" else snapshot(), at=AT)
print("done")
"""


def bureau() -> Bureau:
    made = Bureau(SLTD, OLD)
    made.edition()
    return made


def delta() -> Delta:
    """Half of the old documents go, all new ones come."""
    return bureau().delta(*NEW, withdraw=[each.key for each in OLD[:200]])


def snapshot() -> Snapshot:
    """The second edition as a whole list, in small blocks."""
    made = bureau()
    made.records = {each.key: each for each in NEW}
    blocks = [DocumentColumns.of(NEW[start : start + 50]) for start in range(0, len(NEW), 50)]
    return Snapshot(made.edition(), columns=blocks)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A desk that holds the first edition."""
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store:
        Replica(store).apply(Bureau(SLTD, OLD).snapshot(), at=AT)
    return tmp_path / "desk.db"


def held(store: Store) -> int:
    """The edition held, proven whole record by record."""
    replica = Replica(store)
    (each,) = replica.held(MORNING, DEFAULT)
    verified = replica.verify(SLTD.name)
    assert verified is not None
    assert verified.is_whole
    return each.edition


def run_until_killed(path: Path, what: str, point: int) -> bool:
    """Apply in a process of its own that is killed at a point. True where it came to its end before."""
    child = subprocess.run([sys.executable, "-c", CHILD, path, what, str(point)], capture_output=True, check=False)
    assert child.returncode in (0, -signal.SIGKILL), child.stderr.decode()
    return child.returncode == 0


@pytest.mark.parametrize("point", [1, 40, 200, 600])
def test_a_delta_killed_anywhere_leaves_the_old_edition_and_can_be_applied_again(path: Path, point: int) -> None:
    assert not run_until_killed(path, "delta", point)
    with open_store(path, KEY, [MIGRATIONS]) as store:
        assert held(store) == 1
        Replica(store).apply(delta(), at=AT)
        assert held(store) == 2


def test_a_whole_list_killed_again_and_again_comes_in_at_last(path: Path) -> None:
    seen: set[tuple[int, bool]] = set()
    for point in (12, 24, 100, 24, 100, 200, 400):
        done = run_until_killed(path, "snapshot", point)
        with open_store(path, KEY, [MIGRATIONS]) as store:
            row = store.reader.conn.execute("SELECT blocks, sorted_to > 0 FROM coming").fetchone()
            edition = held(store)
            if row is not None:
                assert edition == 1, "the old edition answers while the new one comes in"
                seen.add((row[0], bool(row[1])))
            if done or edition == 2:
                break
    with open_store(path, KEY, [MIGRATIONS]) as store:
        Replica(store).apply(snapshot(), at=AT)
        assert held(store) == 2
        left = store.reader.conn.execute("SELECT (SELECT count(*) FROM staged), (SELECT count(*) FROM leaving)")
        assert left.fetchone() == (0, 0)
    assert {sorting for _, sorting in seen} == {False, True}, "it was stopped while taking in and while sorting"


def test_an_edition_on_its_way_gives_way_to_a_newer_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "STEP_ROWS", 100)
    assert not run_until_killed(path, "snapshot", 60)
    newer = bureau()
    newer.number += 1
    newer.records = {each.key: each for each in NEW[:300]}
    with open_store(path, KEY, [MIGRATIONS]) as store:
        Replica(store).apply(newer.snapshot(), at=AT)
        assert held(store) == 3
        tables = store.reader.conn.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'documents_%'")
        assert tables.fetchone() == (1,)


def test_a_torn_write_leaves_the_old_or_the_new_edition(path: Path, tmp_path: Path) -> None:
    """The write-ahead log cut off or scribbled over at many places, as a power cut leaves it."""
    wal = Path(f"{path}-wal")
    with open_store(path, KEY, [MIGRATIONS]) as store:
        Replica(store).apply(delta(), at=AT)
        database, log = path.read_bytes(), wal.read_bytes()
    assert len(log) > 50_000
    seen: set[int] = set()
    for copy in torn(database, log, tmp_path):
        with open_store(copy, KEY, [MIGRATIONS]) as store:
            seen.add(held(store))
    assert seen == {1, 2}


def test_a_torn_write_of_a_whole_list_leaves_the_old_or_the_new_one_and_it_can_come_again(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "STEP_ROWS", 100)
    database = path.read_bytes()
    with open_store(path, KEY, [MIGRATIONS]) as store:
        # Everything stays in the log, step after step.
        store._writer.conn.execute("PRAGMA wal_autocheckpoint = 0")
        Replica(store).apply(snapshot(), at=AT)
        log = Path(f"{path}-wal").read_bytes()
    seen: set[int] = set()
    for copy in torn(database, log, tmp_path):
        with open_store(copy, KEY, [MIGRATIONS]) as store:
            seen.add(held(store))
            Replica(store).apply(snapshot(), at=AT)
            assert held(store) == 2
    assert seen == {1, 2}


def torn(database: bytes, log: bytes, folder: Path) -> Iterator[Path]:
    """Copies whose log ends early, or in which a page of it was never written."""
    for number, (at, scribble) in enumerate(
        [(len(log) * part // 8, scribble) for part in range(9) for scribble in (False, True)]
    ):
        copy = folder / f"torn-{number}.db"
        copy.write_bytes(database)
        Path(f"{copy}-wal").write_bytes(log[:at] + (b"\xa5" * 4096 + log[at + 4096 :] if scribble else b""))
        yield copy


def test_a_damaged_page_is_named_and_never_answered_from(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 + 100] ^= 1
    path.write_bytes(content)
    with pytest.raises(DiskFailed, match="could not be read"), open_store(path, KEY, [MIGRATIONS]) as store:
        held(store)


@pytest.fixture
def small_disk(path: Path) -> Iterator[Store]:
    """A desk whose database cannot grow any more."""
    with open_store(path, KEY, [MIGRATIONS]) as store:
        (pages,) = store.reader.conn.execute("PRAGMA page_count").fetchone()
        store._writer.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
        yield store


def test_a_full_disk_leaves_the_old_edition_and_work_goes_on_after_it(small_disk: Store) -> None:
    replica = Replica(small_disk)
    many = [TravelDocument("UTO", "I", f"X{n:08d}", DocumentStatus.LOST) for n in range(5000)]
    made = bureau()
    made.records = {each.key: each for each in many}
    whole = made.snapshot()
    with pytest.raises(DiskFull):
        replica.apply(whole, at=AT)
    assert held(small_disk) == 1
    small_disk._writer.conn.execute("PRAGMA max_page_count = 100000")
    replica.apply(whole, at=AT)
    assert held(small_disk) == 2


def test_copies_of_the_file_at_rest_open_elsewhere(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db", KEY, [MIGRATIONS]) as store:
        assert held(store) == 1
