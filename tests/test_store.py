"""The encrypted database: whole transactions, one writer, no plaintext, clear sentences."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlite_utils import Database, Migrations

from borderdesk.store import DiskFull, NewerSchema, StoreInUse, WrongKey, open_store

KEY = bytes(range(32))

notes = Migrations("notes")


@notes()
def make_notes(db: Database) -> None:
    db["notes"].create({"id": int, "text": str}, pk="id", strict=True)


def test_what_one_transaction_wrote_is_there_after_reopening(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store, store.transaction() as db:
        db["notes"].insert({"id": 1, "text": "kept"})
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store:
        assert list(store.reader["notes"].rows) == [{"id": 1, "text": "kept"}]


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store:
        with pytest.raises(ZeroDivisionError), store.transaction() as db:
            db["notes"].insert({"id": 1, "text": "lost"})
            _ = 1 / 0
        assert store.reader["notes"].count == 0


def test_readers_see_the_last_committed_state_while_somebody_writes(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store:
        with store.transaction() as db:
            db["notes"].insert({"id": 1, "text": "not yet"})
            assert store.reader["notes"].count == 0
        assert store.reader["notes"].count == 1


def test_no_known_string_is_in_any_file(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store:
        with store.transaction() as db:
            db["notes"].insert_all({"id": n, "text": "PLAINTEXT-CANARY" * 20} for n in range(2000))
        files = [file for file in tmp_path.iterdir() if file.is_file()]
        assert len(files) >= 3, "database, write-ahead log and lock are looked at while open"
        assert all(b"PLAINTEXT-CANARY" not in file.read_bytes() for file in files)


def test_another_key_is_refused_with_a_sentence(tmp_path: Path) -> None:
    open_store(tmp_path / "desk.db", KEY, [notes]).close()
    with pytest.raises(WrongKey, match="could not be opened with this key"):
        open_store(tmp_path / "desk.db", bytes(32), [notes])


def test_a_file_whose_pages_an_older_program_authenticated_otherwise_opens(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("CREATE TABLE notes (words TEXT)")
    connection.execute("INSERT INTO notes VALUES ('kept')")
    connection.close()
    with open_store(path, KEY) as store:
        assert store.reader.conn.execute("SELECT words FROM notes").fetchall() == [("kept",)]
        store.rekey(bytes(32))
        assert store.reader.conn.execute("SELECT words FROM notes").fetchall() == [("kept",)]
    with pytest.raises(WrongKey):
        open_store(path, KEY)


def test_a_crash_leaves_no_memory_on_the_disk(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, resource, sys\n"
        "from borderdesk.store import open_store\n"
        "_, hard = resource.getrlimit(resource.RLIMIT_CORE)\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
        "store = open_store(pathlib.Path('desk.db'), bytes(32))\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], flush=True)\n"
        "os.abort()\n"
    )
    crashed = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert crashed.returncode == -signal.SIGABRT
    assert crashed.stdout.split()[0] == "0"
    assert {path.name for path in tmp_path.iterdir()} <= {"desk.db", "desk.db.lock", "desk.db-wal", "desk.db-shm"}


def test_a_second_process_is_told_that_one_is_running(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    script = (
        "import sys, pathlib; from borderdesk.store import open_store, StoreInUse\n"
        "try: open_store(pathlib.Path(sys.argv[1]), bytes(range(32)))\n"
        "except StoreInUse as error: print(error); sys.exit(7)"
    )
    with open_store(path, KEY, [notes]):
        second = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert second.returncode == 7, second.stderr
    assert "already running" in second.stdout
    with pytest.raises(StoreInUse), open_store(path, KEY), open_store(path, KEY):
        pass


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store, store.transaction() as db:
        db.conn.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerSchema, match="newer BorderDesk"):
        open_store(tmp_path / "desk.db", KEY, [notes])


def test_a_full_disk_undoes_the_transaction_and_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [notes]) as store:
        with store.transaction() as db:
            db["notes"].insert({"id": 1, "text": "before"})
            (pages,) = db.conn.execute("PRAGMA page_count").fetchone()
            db.conn.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull, match="NOT stored"), store.transaction() as db:
            db["notes"].insert_all({"id": n, "text": "x" * 5000} for n in range(2, 50))
        assert [row["id"] for row in store.reader["notes"].rows] == [1]


def test_a_migration_of_an_older_file_keeps_a_copy_of_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with open_store(path, KEY, [notes]) as store, store.transaction() as db:
        db["notes"].insert({"id": 1, "text": "old"})
    assert not Path(f"{path}.before").exists(), "a fresh file needs none"
    later = Migrations("later")

    @later()
    def add_colour(db: Database) -> None:
        db["notes"].add_column("colour", str)

    with open_store(path, KEY, [notes, later]) as store:
        assert list(store.reader["notes"].rows) == [{"id": 1, "text": "old", "colour": None}]
    copy = Path(f"{path}.before")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert b"old" not in copy.read_bytes()
    copy.rename(tmp_path / "back.db")
    with open_store(tmp_path / "back.db", KEY, [notes]) as store:
        assert list(store.reader["notes"].rows) == [{"id": 1, "text": "old"}]


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    open_store(path, KEY, [notes]).close()
    broken = Migrations("broken")

    @broken()
    def half(db: Database) -> None:
        db["notes"].add_column("colour", str)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_store(path, KEY, [notes, broken])
    with open_store(path, KEY, [notes]) as store:
        assert [column.name for column in store.reader["notes"].columns] == ["id", "text"]
