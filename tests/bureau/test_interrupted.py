"""`kill -9` of the bureau, or of its database, in the middle of an import, a publishing, an alert, a backup.

Each work stops at a known place in a process of its own and waits there to be killed, or for its database to be. What
was there before is there after, and the work is simply done again.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync.bureau import Bureau, back_up, restore
from sync.bureau.backup import BackupFailed
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.postgres import PostgresServer, why_not

WORK = """
import sys
from pathlib import Path

from borderdesk.errors import KnownError
from sync.bureau import Bureau, back_up, backup, keyrings, loading, publishing
from tests.bureau.common import SLTD, HeldClock, passport

kind, folder = sys.argv[1:]

def stop_at(module, name):
    goes_on = getattr(module, name)
    def stopping(*given, **named):
        done = goes_on(*given, **named)
        print("there", flush=True)
        sys.stdin.readline()
        return done
    setattr(module, name, stopping)

loading._LOADED_AT_ONCE = 5
with Bureau.open(Path(folder), clock=HeldClock()) as bureau:
    try:
        if kind == "import":
            stop_at(loading, "enter")
            bureau.import_list(SLTD, [passport(f"N{number}") for number in range(12)], withdraw_many=True)
        elif kind == "publish":
            stop_at(publishing, "payload_hash")
            bureau.publish()
        elif kind == "flash":
            stop_at(publishing, "payload_hash")
            bureau.flash(SLTD.name, [passport("F1")])
        elif kind == "renew":
            stop_at(publishing.Press, "make_whole")
            bureau.renew_wholes()
        else:
            stop_at(backup, "_copy")
            back_up(bureau.home, Path(folder) / "backup.tar")
    except KnownError as error:
        print(type(error).__name__, flush=True)
"""
WORKS = ["import", "publish", "flash"]


@contextmanager
def stopped_at(kind: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has come to the middle of its work."""
    command = [sys.executable, "-c", WORK, kind, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "there\n"
            yield running
        finally:
            running.kill()


def made(folder: Path, clock: HeldClock, database: str) -> None:
    with Bureau.create(folder, name="N", country="UTO", clock=clock, database=database) as bureau:
        bureau.import_list(SLTD, [passport("A1"), passport("A2")])
        bureau.publish()
        bureau.put_records(SLTD.name, [passport("A3")])


def is_as_before(bureau: Bureau) -> bool:
    (state,) = bureau.lists()
    assert bureau.verify_journal().is_whole
    return (state.edition, state.rows, state.waiting.added, state.waiting.withdrawn) == (1, 3, 1, 0)


def is_done_again(kind: str, bureau: Bureau) -> bool:
    if kind == "import":
        new = [passport(f"N{number}") for number in range(12)]
        return bureau.import_list(SLTD, new, withdraw_many=True).rows == 12
    if kind == "publish":
        return bureau.publish().lists[0].edition.rows == 3
    bureau.flash(SLTD.name, [passport("F1")])
    (state,) = bureau.lists()
    return (state.edition, state.rows, state.waiting.added) == (2, 4, 1)


@both_databases
@pytest.mark.parametrize("kind", WORKS)
def test_a_bureau_killed_in_the_middle_of_its_work_has_done_none_of_it(
    kind: str, tmp_path: Path, clock: HeldClock, database: str
) -> None:
    folder = tmp_path / "bureau"
    made(folder, clock, database)
    with stopped_at(kind, folder) as running:
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
    with Bureau.open(folder, clock=clock) as bureau:
        assert is_as_before(bureau)
        assert is_done_again(kind, bureau)
        assert bureau.verify_journal().is_whole


@pytest.fixture(scope="module")
def mortal() -> Iterator[PostgresServer]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with TemporaryDirectory(prefix="borderdesk-postgres-") as folder, PostgresServer(Path(folder)) as server:
        yield server


@pytest.mark.parametrize("kind", WORKS)
def test_a_database_killed_in_the_middle_of_the_work_is_said_and_none_of_it_was_done(
    kind: str, mortal: PostgresServer, tmp_path: Path, clock: HeldClock
) -> None:
    folder = tmp_path / "bureau"
    made(folder, clock, mortal.new_database())
    with stopped_at(kind, folder) as running:
        mortal.crash()
        said, _ = running.communicate("\n" * 20)
    assert said.splitlines()[-1] == "DatabaseFailed"
    mortal.start()
    with Bureau.open(folder, clock=clock) as bureau:
        assert is_as_before(bureau)
        assert is_done_again(kind, bureau)


@both_databases
def test_a_backup_that_was_killed_is_none_and_is_taken_again(tmp_path: Path, clock: HeldClock, database: str) -> None:
    folder = tmp_path / "bureau"
    made(folder, clock, database)
    with stopped_at("backup", folder) as running:
        running.send_signal(signal.SIGKILL)
    left = {path.name for path in folder.iterdir()}
    assert {"backup.part", "backup.tar.part"} <= left
    assert "backup.tar" not in left
    with Bureau.open(folder, clock=clock) as bureau:
        done = back_up(bureau.home, folder / "backup.tar")
        assert is_as_before(bureau)
    assert {path.name for path in folder.iterdir()} - left == {"backup.tar"}
    assert not (folder / "backup.part").exists()
    assert not (folder / "backup.tar.part").exists()
    assert done.files == 1


@pytest.mark.parametrize("is_between_files", [True, False])
def test_an_archive_that_is_cut_off_brings_no_half_of_a_bureau_back(
    tmp_path: Path, clock: HeldClock, is_between_files: bool
) -> None:
    made(tmp_path / "bureau", clock, "")
    with Bureau.open(tmp_path / "bureau", clock=clock) as bureau:
        archive = back_up(bureau.home, tmp_path / "backup.tar").archive
    with tarfile.open(archive) as tar:
        last = tar.getmembers()[-1]
    cut = tmp_path / "cut.tar"
    cut.write_bytes(archive.read_bytes()[: last.offset if is_between_files else last.offset_data + 10])
    with pytest.raises(BackupFailed):
        restore(cut, tmp_path / "again")
    # Nothing stands in the way of the whole one.
    home = restore(tmp_path / "backup.tar", tmp_path / "again")
    with Bureau.open(home.folder, clock=clock) as again:
        assert is_as_before(again)


def test_a_backup_brings_the_adopted_roots_along(tmp_path: Path, clock: HeldClock) -> None:
    made(tmp_path / "bureau", clock, "")
    roots = tmp_path / "bureau" / "roots"
    roots.mkdir(exist_ok=True)
    (roots / "1.json").write_text("{}", encoding="utf-8")
    with Bureau.open(tmp_path / "bureau", clock=clock) as bureau:
        archive = back_up(bureau.home, tmp_path / "backup.tar").archive
    home = restore(archive, tmp_path / "again")
    assert (home.folder / "roots" / "1.json").read_text(encoding="utf-8") == "{}"


def test_a_whole_list_that_was_being_made_when_the_bureau_was_killed_is_made_again(
    tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bureau"
    made(folder, clock, "")
    with Bureau.open(folder, clock=clock) as bureau:
        monkeypatch.setattr("sync.bureau.wholes.AT_ONCE_ROWS", 0)
        bureau.publish()
    with stopped_at("renew", folder) as running:
        running.send_signal(signal.SIGKILL)
    with Bureau.open(folder, clock=clock) as bureau:
        assert bureau.renew_wholes() == 1
        assert bureau.renew_wholes() == 0
