"""A shift in numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from borderdesk.hits import HitAct
from borderdesk.operations import Tally, count_verdicts, tally
from tests.desktop.desk_simulator import CLEAN, LISTED, START, STOLEN, DeskSimulator


@pytest.fixture
def worked() -> DeskSimulator:
    """A desk at which three travellers were screened, a second apart, and one hit was taken up."""
    desk = DeskSimulator(signed_in=True)
    for text in (CLEAN, LISTED, STOLEN):
        verdict = desk.answer(text)
        desk.record(verdict)
    desk.take_up(verdict, record=verdict.findings[0].record, act=HitAct.TAKE_UP, note="")
    return desk


def counted_between(desk: DeskSimulator, since: datetime, until: datetime) -> Tally:
    return tally(count_verdicts(desk.recent(), since=since, until=until), desk.hits(), since=since, until=until)


def test_every_screening_and_hit_of_the_time_is_counted_once(worked: DeskSimulator) -> None:
    counted = counted_between(worked, START, START + timedelta(hours=2))
    assert (counted.screened, counted.no_match, counted.look_again, counted.match) == (3, 1, 1, 1)
    assert (counted.hits, counted.unreported) == (1, 1)
    assert [(hour.screened, hour.match) for hour in counted.hours] == [(3, 1), (0, 0)]


def test_what_lies_outside_the_time_is_not_counted(worked: DeskSimulator) -> None:
    one, two = START + timedelta(seconds=1), START + timedelta(seconds=2)
    counted = counted_between(worked, one, two)
    assert (counted.screened, counted.look_again, counted.hits) == (1, 1, 0)


def test_a_receipt_makes_a_hit_reported(worked: DeskSimulator) -> None:
    worked.exchange()
    assert counted_between(worked, START, START + timedelta(hours=1)).unreported == 0


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        tally({}, (), since=START, until=START - timedelta(seconds=1))
