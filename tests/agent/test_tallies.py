"""The shift and an operation are counted in the store, whatever their length; what no act tells is counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from borderdesk import journal
from borderdesk.hits import HitAct
from borderdesk.operations import Counted
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.checking import RECENT
from sync.agent.tallies import OUTSIDE, CannotCount, Counts
from tests.agent.conftest import DOCUMENTS, SEED, Place

STOLEN = next(iter(stolen_documents(DOCUMENTS, SEED)))


def told(counts: Counts) -> dict[Counted, tuple[int, int]]:
    return {each.counted: (each.by_act, each.by_hand) for each in counts.outcomes if each.number}


def test_a_shift_is_whole_even_where_the_window_shows_only_its_last_screenings(desk: Desk) -> None:
    for number in range(RECENT + 10):
        desk.screen(f"P UTO ZZ{number:07d}")
    shift = desk.numbers().shift.tally
    assert (shift.screened, shift.no_match) == (RECENT + 10, RECENT + 10)
    assert sum(hour.screened for hour in shift.hours) == RECENT + 10
    assert len(desk.recent()) == RECENT


def test_an_operation_counts_its_acts_and_what_was_entered_for_it(desk: Desk, place: Place) -> None:
    now = place.clock.wall()
    place.bureau.order_operation("Sunbird III", ["nong-haet"], now, now + timedelta(hours=8), "lorries")
    place.clock.pass_(timedelta(minutes=1))
    desk.exchange(wait=60)
    verdict = desk.screen(f"{STOLEN.state} {STOLEN.number}")
    record = next(finding.record for finding in verdict.findings if finding.record is not None)
    for act in (HitAct.TAKE_UP, HitAct.REFER, HitAct.REFER, HitAct.SEIZED):
        desk.take_up(verdict, record=record, act=act, note="")
    (operation,) = desk.numbers().operations
    desk.count_by_hand(operation.key, Counted.ARRESTS, 2, note="with the police")
    desk.count_by_hand(operation.key, Counted.ARRESTS, -1, note="counted twice")
    desk.count_by_hand(OUTSIDE, Counted.GOODS, 5)
    (operation,) = desk.numbers().operations
    assert operation.tally.match == 1
    assert told(operation) == {Counted.DOCUMENTS: (1, 0), Counted.REFERRED: (1, 0), Counted.ARRESTS: (0, 1)}
    assert told(desk.numbers().shift)[Counted.GOODS] == (0, 5)
    entries = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "counted"]
    assert [(entry.details["number"], entry.why) for entry in entries] == [
        (2, "with the police"),
        (-1, "counted twice"),
        (5, ""),
    ]


@pytest.mark.parametrize("number", [0, -1, 1_000_000])
def test_a_number_that_cannot_be_is_not_counted(desk: Desk, number: int) -> None:
    with pytest.raises(CannotCount):
        desk.count_by_hand(OUTSIDE, Counted.VICTIMS, number)
    with pytest.raises(CannotCount):
        desk.count_by_hand("no-such-operation", Counted.VICTIMS, 1)
    assert told(desk.numbers().shift) == {}


def test_the_bureau_hears_once_a_day_what_its_posts_counted_by_hand(desk: Desk, place: Place) -> None:
    now = place.clock.wall()
    made = place.bureau.order_operation("Sunbird III", ["nong-haet"], now, now + timedelta(days=8), "lorries")
    place.clock.pass_(timedelta(minutes=1))
    desk.exchange(wait=60)
    (operation,) = desk.numbers().operations
    desk.count_by_hand(operation.key, Counted.ARRESTS, 2)
    desk.do_daily_work()
    desk.exchange()
    first = place.bureau.operation_report(made.number)
    place.clock.pass_(timedelta(days=2))
    desk.count_by_hand(operation.key, Counted.ARRESTS, 1)
    desk.count_by_hand(OUTSIDE, Counted.GOODS, 9)
    desk.do_daily_work()
    desk.exchange()
    second = place.bureau.operation_report(made.number)
    assert dict(second.by_hand) == {"arrests": 3}, "each desk counts by its newest word"
    assert dict(first.by_hand) == {"arrests": 2}
