"""Backup and restore, tested by doing it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau, back_up, restore, serve_in_thread
from sync.bureau.backup import BackupFailed
from sync.bureau.home import BureauExists
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator


@both_databases
def test_a_restored_bureau_goes_on_with_the_desks_it_had(
    bureau: Bureau, tmp_path: Path, clock: HeldClock, database: str, request: pytest.FixtureRequest
) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    with serve_in_thread(bureau) as server:
        desk = DeskSimulator(server.url, bureau.home.ca)
        desk.enrol(bureau.enrol_code("torodi"))
        desk.catch_up(1)
        sent = desk.hit(RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1), clock.moment)
        receipt = desk.send(sent.envelope)
        done = back_up(bureau.home, tmp_path / "backup.tar")
    assert done.files == 1
    assert done.archive.stat().st_mode & 0o077 == 0
    empty: str = request.getfixturevalue("postgres").new_database() if database else ""
    home = restore(done.archive, tmp_path / "elsewhere", database=empty)
    with Bureau.open(home.folder, clock=clock) as again, serve_in_thread(again) as server:
        assert [hit.hit.desk for hit in again.hits()] == ["torodi-1"]
        again.put_records(SLTD.name, [passport("A2")])
        again.publish()
        desk.url = server.url
        desk.catch_up(2)
        assert desk.send(sent.envelope) == receipt
    desk.close()
    assert set(desk.records["sltd"]) == {"FRA/P/A1", "FRA/P/A2"}


def test_a_backup_overwrites_nothing(bureau: Bureau, tmp_path: Path) -> None:
    back_up(bureau.home, tmp_path / "backup.tar")
    with pytest.raises(BackupFailed):
        back_up(bureau.home, tmp_path / "backup.tar")
    with pytest.raises(BureauExists):
        restore(tmp_path / "backup.tar", bureau.home.folder)


@pytest.mark.parametrize("name", ["../escaped", "/etc/passwd", "files/../escaped", "other", "files/short"])
def test_nothing_but_a_bureaus_own_files_is_taken_from_an_archive(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(BackupFailed):
        restore(tmp_path / "bad.tar", tmp_path / "folder" / "new")
    assert not (tmp_path / "folder" / "escaped").exists()


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        member = tarfile.TarInfo("keys.cbor")
        member.type = tarfile.SYMTYPE
        member.linkname = "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(BackupFailed):
        restore(tmp_path / "bad.tar", tmp_path / "new")
