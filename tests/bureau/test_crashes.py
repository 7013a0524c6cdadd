"""`kill -9` of the bureau or of its database loses nothing that was acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau, back_up, restore, serve_in_thread
from sync.bureau.database import DatabaseFailed
from sync.wire import decode_receipts, encode_outbox, http
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.postgres import PostgresServer, why_not
from tests.bureau.simulator import DeskSimulator

A1 = RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1)


def served(folder: Path) -> tuple[subprocess.Popen[str], str]:
    command = "from ui.cli.bureau import main; main()"
    arguments = [sys.executable, "-u", "-c", command, "--dir", str(folder), "serve", "--port", "0"]
    running = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ)
    assert running.stdout is not None
    return running, running.stdout.readline().split()[-1]


@both_databases
def test_a_killed_bureau_keeps_every_report_it_gave_a_receipt_for(bureau: Bureau, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    receipted: set[int] = set()
    running, url = served(bureau.home.folder)
    desk = DeskSimulator(url, bureau.home.ca)
    try:
        (desk.reply,) = bureau.enter_desks("torodi", [desk.keys.request("")])
        for number in range(60):
            item = desk.hit(A1, clock.moment)
            if number == 40:
                running.send_signal(signal.SIGKILL)
            try:
                receipted |= {desk.receipt(signed).counter for signed in desk.send(item.envelope)}
            except requests.exceptions.RequestException:
                break
    finally:
        running.kill()
        running.communicate()
        desk.close()
    assert len(receipted) >= 40
    kept = {one.counter for one in bureau.hits()}
    assert receipted <= kept
    assert bureau.verify_journal().is_whole


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with TemporaryDirectory(prefix="borderdesk-postgres-") as folder, PostgresServer(Path(folder)) as server:
        yield server


def test_a_killed_database_keeps_what_was_acknowledged_and_the_bureau_goes_on(
    own_postgres: PostgresServer, tmp_path: Path, clock: HeldClock
) -> None:
    url = own_postgres.new_database()
    with Bureau.create(tmp_path / "bureau", name="N", country="UTO", clock=clock, database=url) as bureau:
        bureau.import_list(SLTD, [passport("A1")])
        bureau.publish()
        own_postgres.crash()
        with pytest.raises(DatabaseFailed):
            bureau.put_records(SLTD.name, [passport("A2")])
        own_postgres.start()
        assert bureau.lists()[0].edition == 1
        bureau.put_records(SLTD.name, [passport("A2")])
        assert bureau.publish().lists[0].edition.rows == 2
        assert bureau.verify_journal().is_whole


def test_a_database_killed_while_reports_come_in_keeps_every_one_that_got_a_receipt(
    own_postgres: PostgresServer, tmp_path: Path, clock: HeldClock
) -> None:
    url = own_postgres.new_database()
    with Bureau.create(tmp_path / "bureau", name="N", country="UTO", clock=clock, database=url) as bureau:
        bureau.import_list(SLTD, [passport("A1")])
        bureau.publish()
        with serve_in_thread(bureau) as server:
            desk = DeskSimulator(server.url, bureau.home.ca)
            (desk.reply,) = bureau.enter_desks("torodi", [desk.keys.request("")])
            items = [desk.hit(A1, clock.moment) for _ in range(40)]
            receipted: set[int] = set()
            for number, item in enumerate(items):
                if number == 25:
                    own_postgres.crash()
                answer = desk.ask("POST", http.OUTBOX, encode_outbox([item.envelope]))
                assert answer.status_code == (200 if number < 25 else 503)
                if answer.status_code == 200:
                    receipted |= {desk.receipt(signed).counter for signed in decode_receipts(answer.content)}
            own_postgres.start()
            assert receipted == set(range(1, 26)) == {one.counter for one in bureau.hits()}
            # What got no receipt is sent again by its desk, and all of it is kept once.
            desk.send(*(item.envelope for item in items))
            desk.close()
        assert {one.counter for one in bureau.hits()} == set(range(1, 41))
        assert bureau.verify_journal().is_whole


def test_a_bureau_on_postgresql_is_backed_up_and_restored(
    own_postgres: PostgresServer, tmp_path: Path, clock: HeldClock
) -> None:
    first, second = own_postgres.new_database(), own_postgres.new_database()
    with Bureau.create(tmp_path / "bureau", name="N", country="UTO", clock=clock, database=first) as bureau:
        bureau.import_list(SLTD, [passport("A1")])
        bureau.publish()
        archive = back_up(bureau.home, tmp_path / "backup.tar").archive
        bureau.put_records(SLTD.name, [passport("A2")])
    home = restore(archive, tmp_path / "again", database=second)
    with Bureau.open(home.folder, clock=clock) as again:
        assert again.lists()[0].rows == 1
        assert again.publish().lists[0].edition.number == 2
        assert again.verify_journal().is_whole
    with Bureau.open(tmp_path / "bureau", clock=clock) as bureau:
        assert bureau.lists()[0].rows == 2, "the first one was not touched"
