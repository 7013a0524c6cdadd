"""A new replica key for everybody, without anybody's password, interrupted anywhere."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.people import Cost, NewVault, Role, UnknownAccount, Vault, create_vault, open_lists, rekey
from borderdesk.store import WrongKey, open_store

CHEAP = Cost(memory_kib=64, passes=1)
MACHINE = b"m" * 32
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
AT = Moment(NOW, NOW)

notes = Migrations("notes")


@notes()
def make_notes(db: Database) -> None:
    db.table("notes").create({"id": int, "text": str}, pk="id")


@pytest.fixture
def made(tmp_path: Path) -> NewVault:
    """Two people, and a database of some megabytes."""
    made = create_vault(tmp_path / "vault.json", MACHINE)
    for account in ("amina", "sami"):
        made.vault.add(
            made.key, account=account, name=account, role=Role.OFFICER, password=f"{account}'s word", cost=CHEAP
        )
    with open_store(tmp_path / "desk.db", made.key, [notes]) as store, store.transaction() as db:
        db.table("notes").insert_all({"id": n, "text": "kept" * 50} for n in range(10_000))
    return made


def opened_by(folder: Path, account: str) -> int:
    """How many notes somebody finds who signs in."""
    vault = Vault.open(folder / "vault.json", MACHINE)
    with open_lists(folder / "desk.db", vault.unlock(account, f"{account}'s word", at=AT), vault, [notes]) as store:
        count: int = store.reader.table("notes").count
        return count


def test_everybody_gets_the_new_key_and_the_old_one_is_worth_nothing(made: NewVault, tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", made.key, [notes]) as store:
        assert store.reader.table("notes").count == 10_000
        fresh = rekey(made.vault, store, made.key)
        assert store.reader.table("notes").count == 10_000, "readers go on with the new key"
    assert fresh != made.key
    assert made.vault.unlock("amina", "amina's word", at=AT).key == fresh
    assert made.vault.recover(made.recovery_code) == fresh
    assert opened_by(tmp_path, "sami") == 10_000
    with pytest.raises(WrongKey):
        open_store(tmp_path / "desk.db", made.key)


def test_somebody_removed_before_it_has_no_key_any_more(made: NewVault, tmp_path: Path) -> None:
    copied = (tmp_path / "vault.json").read_bytes()
    made.vault.remove("amina")
    with open_store(tmp_path / "desk.db", made.key, [notes]) as store:
        rekey(made.vault, store, made.key)
    with pytest.raises(UnknownAccount):
        made.vault.unlock("amina", "amina's word", at=AT)
    (tmp_path / "old.json").write_bytes(copied)
    kept = Vault.open(tmp_path / "old.json", MACHINE).unlock("amina", "amina's word", at=AT)
    with pytest.raises(WrongKey):
        open_store(tmp_path / "desk.db", kept.key)


def test_interrupted_before_the_database_changed_it_is_undone(made: NewVault, tmp_path: Path) -> None:
    made.vault.begin_rekey(made.key)
    assert opened_by(tmp_path, "amina") == 10_000
    made.vault.add(made.key, account="lee", name="Lee", role=Role.OFFICER, password="lee's word", cost=CHEAP)
    assert opened_by(tmp_path, "lee") == 10_000
    assert made.vault.unlock("sami", "sami's word", at=AT).next_key is None


def test_interrupted_after_the_database_changed_it_is_finished(made: NewVault, tmp_path: Path) -> None:
    fresh = made.vault.begin_rekey(made.key)
    with open_store(tmp_path / "desk.db", made.key, [notes]) as store:
        store.rekey(fresh)
    assert opened_by(tmp_path, "amina") == 10_000
    assert made.vault.unlock("sami", "sami's word", at=AT).key == fresh


@pytest.mark.parametrize("point", [8_000, 200_000, 1_000_000, 2_000_000])
def test_killed_in_the_middle_one_of_both_keys_opens_the_lists(made: NewVault, tmp_path: Path, point: int) -> None:
    script = (
        "import pathlib, resource, signal, sys\n"
        "from borderdesk.people import Vault, rekey\n"
        "from borderdesk.store import open_store\n"
        "folder, key = pathlib.Path(sys.argv[1]), bytes.fromhex(sys.argv[2])\n"
        "vault = Vault.open(folder / 'vault.json', b'm' * 32)\n"
        "with open_store(folder / 'desk.db', key) as store:\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))\n"
        "    rekey(vault, store, key)\n"
    )
    # The system kills the process at the first byte beyond the limit, in the log or in the database itself.
    killed = subprocess.run([sys.executable, "-c", script, tmp_path, made.key.hex(), str(point)], check=False)
    assert killed.returncode == -signal.SIGXFSZ
    assert opened_by(tmp_path, "amina") == opened_by(tmp_path, "sami") == 10_000


def test_another_key_cannot_begin_or_finish(made: NewVault) -> None:
    with pytest.raises(ValueError, match="not the replica key"):
        made.vault.begin_rekey(bytes(32))
    with pytest.raises(ValueError, match="not the key the re-keying drew"):
        made.vault.finish_rekey(bytes(32))
