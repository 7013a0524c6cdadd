"""Whole lists are taken over from their owners' files: all or nothing, and never emptied by a file that is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from borderdesk.watchlist import DocumentStatus, Record, TravelDocument
from sync.bureau import Bureau, loading
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
