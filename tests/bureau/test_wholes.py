"""Publishing, an alert, a revocation: none of them waits until a large list has been written whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from borderdesk.watchlist import DocumentStatus
from sync.bureau import Bureau, app, editing, wholes
from sync.bureau.home import Home
from sync.bureau.publishing import DueWhole, Press
from sync.bureau.server import serve_in_thread
from sync.wire import FileRole, Manifest
from tests.bureau.common import SLTD, both_databases, passport
from tests.bureau.simulator import DeskSimulator

NewDesk = Callable[..., DeskSimulator]
WHOLE = (FileRole.SNAPSHOT, FileRole.MEMBERSHIP, FileRole.REST)


@pytest.fixture
def large(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """A bureau with a published list that counts as large: to write it whole in between fails the test."""
    bureau.import_list(SLTD, [passport(f"A{number}") for number in range(30)])
    bureau.publish()
    monkeypatch.setattr(wholes, "AT_ONCE_ROWS", 0)
    whole = editing.whole

    def refused(*_: object) -> None:
        raise AssertionError("a large list was written whole while everybody waits")

    monkeypatch.setattr(editing, "whole", refused)
    renew = bureau.renew_wholes

    def renewed(*given: Callable[[], bool]) -> int:
        with monkeypatch.context() as patch:
            patch.setattr(editing, "whole", whole)
            return renew(*given)

    monkeypatch.setattr(bureau, "renew_wholes", renewed)
    return bureau


def whole_files(page: Manifest) -> dict[FileRole, int]:
    """Which edition the files of whole lists are of that a page names."""
    return {file.role: file.edition for head in page.lists for file in head.files if file.role in WHOLE}


def test_a_day_is_published_without_the_whole_list_and_a_new_desk_takes_the_steps(
    large: Bureau, new_desk: NewDesk
) -> None:
    large.put_records(SLTD.name, [passport("B1"), passport("A1", status=DocumentStatus.LOST)])
    page = large.publish().manifests[0]
    assert whole_files(page) == {FileRole.SNAPSHOT: 1}
    desk = new_desk()
    desk.catch_up(2)
    assert len(desk.records["sltd"]) == 31
    assert desk.records["sltd"]["FRA/P/A1"] == passport("A1", status=DocumentStatus.LOST)


@both_databases
def test_a_newer_whole_list_is_made_beside_the_work_and_named_by_the_next_page(
    large: Bureau, new_desk: NewDesk
) -> None:
    large.put_records(SLTD.name, [passport("B1")])
    large.publish()
    large.put_records(SLTD.name, [passport("C1")])  # waits in the draft, and is in no file
    assert large.renew_wholes() == 1
    assert large.renew_wholes() == 0, "nothing is due any more"
    page = large.publish().manifests[0]
    assert whole_files(page) == {FileRole.SNAPSHOT: 2}
    desk = new_desk()
    desk.catch_up(3)
    assert len(desk.records["sltd"]) == 32


@both_databases
def test_what_is_published_while_another_whole_list_is_made_stands_in_the_next_one(
    large: Bureau, new_desk: NewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large list before it takes minutes; then this one is of the newest edition, and of no draft."""
    large.put_records(SLTD.name, [passport("B1")])
    large.publish()
    due_wholes = Press.due_wholes

    def due_and_minutes_later(press: Press, db: sa.Connection, now: datetime) -> tuple[DueWhole, ...]:
        due = due_wholes(press, db, now)
        large.put_records(SLTD.name, [passport("B2")])
        large.publish()
        large.put_records(SLTD.name, [passport("D1")])
        return due

    monkeypatch.setattr(Press, "due_wholes", due_and_minutes_later)
    assert large.renew_wholes() == 1
    monkeypatch.undo()
    large.withdraw(SLTD.name, passport("D1").key, "a mistake")
    assert whole_files(large.publish().manifests[0]) == {FileRole.SNAPSHOT: 3}
    desk = new_desk()
    desk.catch_up(4)
    assert set(desk.records["sltd"]) == {f"FRA/P/A{number}" for number in range(30)} | {"FRA/P/B1", "FRA/P/B2"}


def test_a_bureau_that_is_stopped_does_not_wait_for_the_whole_list_and_makes_it_another_time(
    large: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word comes while the list is read: no more than one batch of it is read afterwards."""
    large.put_records(SLTD.name, [passport("B1")])
    large.publish()
    monkeypatch.setattr(editing, "_COLUMNS_AT_ONCE", 10)
    bodies, seen, asked = editing.bodies, [], []

    def watched(*given: Any) -> Iterator[bytes]:
        for body in bodies(*given):
            seen.append(body)
            yield body

    def stop() -> bool:
        asked.append(len(seen))
        return len(seen) > 10

    monkeypatch.setattr(editing, "bodies", watched)
    before = sorted((large.home.folder / "files").rglob("*"))
    assert large.renew_wholes(stop) == 0
    assert asked == [10, 20] and len(seen) == 20, "of 31 records"
    assert sorted((large.home.folder / "files").rglob("*")) == before, "nothing of it is left"
    assert large.renew_wholes(lambda: False) == 1
    assert whole_files(large.publish().manifests[0]) == {FileRole.SNAPSHOT: 2}


def test_the_server_tells_whoever_makes_a_whole_list_that_it_goes_down(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, told = threading.Event(), []

    def renew(_: Bureau, stop: Callable[[], bool]) -> int:
        told.append(stop)
        begun.set()
        return 0

    monkeypatch.setattr(Bureau, "renew_wholes", renew)
    monkeypatch.setattr(app, "_WATCH_SECONDS", 0.01)
    monkeypatch.setattr(app, "_EXPIRE_EVERY", 1)
    with serve_in_thread(bureau):
        assert begun.wait(20)
        assert not told[0]()
    assert told[0]()


def test_an_alert_does_not_wait_for_the_whole_list(large: Bureau, new_desk: NewDesk) -> None:
    large.flash(SLTD.name, [passport("F1")])
    desk = new_desk()
    desk.catch_up(2)
    assert "FRA/P/F1" in desk.records["sltd"]


def test_a_desk_is_revoked_at_once_and_the_others_get_the_list_under_the_new_key(
    large: Bureau, new_desk: NewDesk
) -> None:
    stolen, stays = new_desk(), new_desk()
    stays.catch_up(1)
    large.put_records(SLTD.name, [passport("B1")])
    large.publish()
    before = whole_files(large.publish().manifests[0])
    large.revoke(stolen.reply.desk)
    large.put_records(SLTD.name, [passport("B2")])
    page = large.publish().manifests[0]
    assert whole_files(page) == before, "the same list, sealed anew"
    large.put_records(SLTD.name, [passport("B3")])
    large.publish()
    new = new_desk()
    for desk in (stays, new):
        desk.catch_up(5)
        assert len(desk.records["sltd"]) == 33


def test_numbers_before_the_rest_come_once_they_are_made_and_until_then_the_list_as_it_is(large: Bureau) -> None:
    large.set_policy(lambda policy: replace(policy, numbers_first_rows=10))
    assert whole_files(large.publish().manifests[0]) == {FileRole.SNAPSHOT: 1}
    assert large.renew_wholes() == 2
    assert whole_files(large.publish().manifests[0]) == {FileRole.MEMBERSHIP: 2, FileRole.REST: 2}


def test_a_whole_list_made_under_a_key_that_was_exchanged_meanwhile_is_not_named(
    large: Bureau, new_desk: NewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen = new_desk()
    large.put_records(SLTD.name, [passport("B1")])
    large.publish()
    publish_file, revoked = type(large.home).publish_file, [False]

    def revoked_meanwhile(self: Home, data: bytes) -> bytes:
        if not revoked[0]:
            revoked[0] = True
            large.revoke(stolen.reply.desk)
        return publish_file(self, data)

    monkeypatch.setattr(type(large.home), "publish_file", revoked_meanwhile)
    large.renew_wholes()
    large.publish()
    desk = new_desk()
    desk.catch_up(3)
    assert len(desk.records["sltd"]) == 31
