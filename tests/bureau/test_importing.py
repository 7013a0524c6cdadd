"""Whole lists are taken over from their owners' files: all or nothing, and never emptied by a file that is broken."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest

from borderdesk.ids import ListName
from borderdesk.watchlist import DocumentColumns, DocumentStatus, Entries, Record, TravelDocument, one_by_one
from sync.bureau import Bureau, loading
from sync.bureau.arrivals import Arrivals, Busy
from sync.bureau.categories import Category
from sync.bureau.rights import BureauRole
from tests.bureau.common import SLTD, both_databases, passport
from tests.bureau.simulator import DeskSimulator

NewDesk = Callable[..., DeskSimulator]


def documents(count: int, first: int = 0) -> list[TravelDocument]:
    return [passport(f"A{number:05d}") for number in range(first, first + count)]


@both_databases
def test_a_key_named_again_much_later_in_the_file_is_told_and_the_first_counts(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_LOADED_AT_ONCE", 10)
    again = passport("A00003", status=DocumentStatus.LOST)
    found = bureau.import_list(SLTD, [*documents(20), again, passport("A00004"), *documents(5, 20), passport("A00021")])
    assert sorted(found.duplicates) == ["FRA/P/A00003", "FRA/P/A00004", "FRA/P/A00021"]
    assert found.rows == 25
    assert bureau.record(SLTD.name, again.key) == passport("A00003")


@both_databases
def test_an_import_that_breaks_off_leaves_the_list_as_it_was(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_LOADED_AT_ONCE", 10)

    def broken() -> Iterator[Record]:
        yield from documents(25)
        raise OSError("the file ends")

    with pytest.raises(OSError, match="the file ends"):
        bureau.import_list(SLTD, broken())
    assert bureau.lists() == ()
    bureau.import_list(SLTD, documents(30))
    bureau.publish()
    with pytest.raises(OSError, match="the file ends"):
        bureau.import_list(SLTD, broken())
    (state,) = bureau.lists()
    assert (state.rows, state.waiting.is_empty) == (30, True)
    assert bureau.verify_journal().is_whole


@both_databases
def test_a_file_of_a_whole_list_finds_what_is_new_changed_and_gone(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, documents(200))
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    lost = passport("A00007", status=DocumentStatus.LOST)
    found = bureau.import_list(SLTD, [*documents(195, 8), lost])
    assert (found.added, found.changed, found.withdrawn, found.rows) == (3, 1, 7, 196)
    bureau.publish()
    desk.catch_up(2)
    assert len(desk.records["sltd"]) == 196
    assert desk.records["sltd"][lost.key] == lost


@both_databases
def test_documents_in_blocks_are_entered_as_one_by_one(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_LOADED_AT_ONCE", 50)
    again = passport("A00003", status=DocumentStatus.LOST)
    first = [*documents(80), again, passport("A00004"), *documents(45, 78), passport("D1", state="D")]
    second = [*documents(60, 20), again, *documents(10, 500), passport("A00030", status=DocumentStatus.LOST)]
    ours, theirs = (replace(SLTD, name=ListName(name)) for name in ("blocks", "single"))
    for those in (first, second):
        blocks: list[Entries] = [DocumentColumns.of(those[:70]), those[70], DocumentColumns.of(those[71:])]
        assert list(one_by_one(blocks)) == those
        found = bureau.import_list(ours, blocks, withdraw_many=True)
        assert found == replace(bureau.import_list(theirs, those, withdraw_many=True), list=ours.name)
        assert found.duplicates
        for document in (*first, *second):
            assert bureau.record(ours.name, document.key) == bureau.record(theirs.name, document.key)
        published = {each.edition.watchlist.name: each.edition for each in bureau.publish().lists}
        assert published[ours.name] == replace(published[theirs.name], watchlist=ours)


@both_databases
def test_what_was_set_apart_stays_apart_though_it_comes_in_a_block(bureau: Bureau) -> None:
    bureau.put_category(Category("secret", "Not for every desk", (BureauRole.SUPERVISOR,)))
    bureau.import_list(SLTD, [DocumentColumns.of(documents(40))])
    apart = bureau.set_apart(SLTD.name, documents(1, 7)[0].key, "secret")
    blocks = [DocumentColumns.of(documents(20)), DocumentColumns.of(documents(20, 20))]
    found = bureau.import_list(SLTD, blocks)
    assert found.rows == 39
    assert bureau.record(SLTD.name, documents(1, 7)[0].key) is None
    assert bureau.record(apart, documents(1, 7)[0].key) == documents(1, 7)[0]


def test_who_asks_whether_a_file_is_being_read_keeps_nobody_from_reading_one(bureau: Bureau) -> None:
    arrivals = Arrivals(bureau.home)
    arrivals.room()
    assert not arrivals.is_reading
    with ThreadPoolExecutor(1) as pool, (bureau.home.folder / "imports" / "reading").open() as page:
        fcntl.flock(page, fcntl.LOCK_SH)  # as a page does that asks
        held = arrivals.reading()
        reading = pool.submit(held.__enter__)
        assert not wait([reading], 0.1).done, "it waits for the page's moment"
        fcntl.flock(page, fcntl.LOCK_UN)
        reading.result(10)
        assert arrivals.is_reading
        with pytest.raises(Busy), arrivals.reading():
            raise AssertionError("two read at once")
        held.__exit__(None, None, None)
        assert not arrivals.is_reading
