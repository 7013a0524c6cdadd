"""An alert goes out at once and alone: no draft that waits for somebody, or for a second person, travels with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import DocumentStatus, ListKind, Watchlist
from sync.bureau import Bureau
from sync.bureau.proposals import SecondPersonNeeded
from tests.bureau.common import SLTD, both_databases, passport
from tests.bureau.simulator import DeskSimulator

NewDesk = Callable[[], DeskSimulator]
OTHER = Watchlist(ListName("national"), ListKind.DOCUMENTS, "National documents", "NCB")


@both_databases
def test_what_waits_in_drafts_stays_there_while_an_alert_goes_out(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, [passport(f"A{number}") for number in range(1, 6)])
    bureau.import_list(OTHER, [passport("N1")])
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    bureau.require_four_eyes(True)
    bureau.put_records(SLTD.name, [passport("NEW"), passport("A2", status=DocumentStatus.LOST)], by="one")
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A3"), "found again", by="one")
    bureau.put_records(OTHER.name, [passport("N2")], by="one")
    before = [state.waiting for state in bureau.lists()]

    bureau.flash(SLTD.name, [passport("B7")], by="one")
    desk.catch_up(2)
    assert set(desk.records["sltd"]) == {*(f"FRA/P/A{number}" for number in range(1, 6)), "FRA/P/B7"}
    assert desk.records["sltd"]["FRA/P/A2"] == passport("A2")
    assert set(desk.records["national"]) == {"FRA/P/N1"}

    waiting = [state.waiting for state in bureau.lists()]
    assert [(one.added, one.changed, one.withdrawn) for one in waiting] == [
        (one.added, one.changed, one.withdrawn) for one in before
    ]
    reasons = {change.key: change.reason for change in bureau.changes(SLTD.name, 10)}
    assert reasons["FRA/P/A3"] == "found again"
    bureau.approve(bureau.propose(by="one").number, by="two")
    desk.catch_up(3)
    assert desk.records["sltd"]["FRA/P/A2"] == passport("A2", status=DocumentStatus.LOST)
    assert "FRA/P/A3" not in desk.records["sltd"] and {"FRA/P/NEW", "FRA/P/B7"} <= set(desk.records["sltd"])
    assert set(desk.records["national"]) == {"FRA/P/N1", "FRA/P/N2"}


@both_databases
def test_an_alert_about_a_record_that_waits_says_what_counts(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, [passport("A1"), passport("A2")])
    bureau.publish()
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A1"), "found again", by="one")
    bureau.flash(SLTD.name, [passport("A1", status=DocumentStatus.REVOKED)], by="two")
    assert bureau.lists()[0].waiting.is_empty
    desk = new_desk()
    desk.catch_up(2)
    assert desk.records["sltd"]["FRA/P/A1"] == passport("A1", status=DocumentStatus.REVOKED)


def test_a_list_that_nobody_approved_yet_does_not_go_out_with_an_alert(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    bureau.require_four_eyes(True)
    bureau.import_list(OTHER, [passport("N1")])
    bureau.flash(SLTD.name, [passport("B7")], by="one")
    assert {state.watchlist.name: state.edition for state in bureau.lists()} == {"sltd": 2, "national": 0}
    with pytest.raises(SecondPersonNeeded):
        bureau.flash(OTHER.name, [passport("N2")], by="one")
    assert bureau.lists()[0].watchlist.name == "national" and bureau.lists()[0].rows == 1
    bureau.require_four_eyes(False)
    bureau.flash(OTHER.name, [passport("N2")], by="one")
    assert bureau.lists()[0].edition == 1
