"""A hit that waits too long is late, asked for again, and at last the supervisor's: on the page that shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

import pytest

from borderdesk.clock import Moment, SystemClock
from borderdesk.hits import EVENT_KIND, AnswerKind, HitAct, HitEvent, event_body
from borderdesk.ids import AccountId, HitId
from tests.console.conftest import Office, Visitor


@dataclass
class MovedClock(SystemClock):
    """The machine's clock, set forward by the test."""

    ahead: timedelta = timedelta()

    def wall(self) -> datetime:
        return super().wall() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()


@pytest.fixture
def clock(office: Office, visitor: Visitor) -> MovedClock:
    visitor.sign_in("khamla")  # before the clock is moved: codes follow the machine's
    clock = MovedClock()
    office.bureau.clock = clock
    return clock


def asks_again(office: Office, hit: HitId, clock: MovedClock) -> None:
    (desk,) = (each for each in office.desks if each.identity.desk == office.bureau.hit(hit).hit.desk)
    desk.counter += 1
    event = HitEvent(hit, HitAct.ASK_AGAIN, AccountId("aminata"), Moment(clock.wall(), clock.wall()))
    desk.send(desk.sealed(desk.counter, EVENT_KIND, event_body(event)).envelope)


def said_of(visitor: Visitor, hit: HitId, *, only_late: bool = False) -> str:
    """What stands under *due* in the row of a hit; empty where the hit is not on the page."""
    page = visitor.get("/console/hits" + ("?late=1" if only_late else "")).text
    (row,) = [each for each in page.split("<tr") if f"/hits/{hit}" in each] or [""]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", row.partition("</td>")[0].partition("<td")[2])).split())


def test_a_hit_is_late_after_the_time_that_the_bureau_sets_itself(
    office: Office, visitor: Visitor, clock: MovedClock
) -> None:
    hit = office.bureau.hits()[0].hit.id
    assert "late" not in said_of(visitor, hit)
    assert said_of(visitor, hit, only_late=True) == ""
    clock.ahead = timedelta(minutes=office.bureau.policy.routine_reply_minutes + 1)
    assert said_of(visitor, hit, only_late=True).endswith("late")


def test_a_desk_that_asks_again_starts_the_clock_anew_and_the_third_time_it_is_the_supervisors(
    office: Office, visitor: Visitor, clock: MovedClock
) -> None:
    hit = office.bureau.hits()[0].hit.id
    clock.ahead = timedelta(minutes=office.bureau.policy.routine_reply_minutes + 1)
    asks_again(office, hit, clock)
    assert said_of(visitor, hit).endswith("request 2")
    asks_again(office, hit, clock)
    assert said_of(visitor, hit).endswith("request 3 for the supervisor")
    assert said_of(visitor, hit, only_late=True), "what is the supervisor's is among the late ones"


def test_a_hit_nobody_answered_for_hours_is_the_supervisors_by_its_age(
    office: Office, visitor: Visitor, clock: MovedClock
) -> None:
    hit = office.bureau.hits()[0].hit.id
    clock.ahead = timedelta(hours=office.bureau.policy.late_reply_hours, minutes=1)
    assert said_of(visitor, hit).endswith("late for the supervisor")
    office.bureau.answer(hit, AnswerKind.CONFIRMED, "It is her.", by="khamla")
    assert "late" not in said_of(visitor, hit)
