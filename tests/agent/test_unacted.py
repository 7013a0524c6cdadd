"""A match cannot be lost between two shifts, however the desk was left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from borderdesk.hits import HitAct, HitState
from borderdesk.policy import DEFAULT
from borderdesk.screening import Verdict, records_of
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.unacted import is_unacted
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, MovableClock, Place

STOLEN = next(iter(stolen_documents(DOCUMENTS, SEED)))


def matched(desk: Desk) -> Verdict:
    return desk.screen(f"{STOLEN.type} {STOLEN.state} {STOLEN.number}")


def test_a_match_left_at_a_power_cut_waits_in_the_second_line_and_in_the_hand_over(place: Place) -> None:
    with place.desk() as first:
        first.sign_in("noy", PASSWORD)
        first.exchange()
        verdict = matched(first)
    with place.desk() as again:
        again.sign_in("noy", PASSWORD)
        assert again.second_line().unacted == (verdict,)
        assert str(again.open_points()[0]) == "Matches on which nobody has acted: 1."
        again.take_up(verdict, record=records_of(verdict)[0], act=HitAct.REFER)
        assert again.second_line().unacted == ()
        assert not any("nobody has acted" in str(point) for point in again.open_points())


def test_a_match_on_a_list_of_people_waits_like_one_at_the_counter(desk: Desk) -> None:
    people = f"surname,given,document\nDOE,JOHN,{STOLEN.number}\nROE,JANE,ZZ000001\n"
    screened = desk.screen_list(people.encode(), source="bus.csv")
    (line,) = (line.verdict for line in screened.lines if records_of(line.verdict))
    assert [one.screening for one in desk.second_line().unacted] == [line.screening]


def test_what_is_left_open_is_reported_journalled_and_still_unacted_until_somebody_acts(
    place: Place, desk: Desk
) -> None:
    verdict = matched(desk)
    record = records_of(verdict)[0]
    left = desk.take_up(verdict, record=record, act=HitAct.LEFT_OPEN, note="the generator dies")
    desk.sign_out()
    desk.exchange()
    (event,) = place.bureau.hit(left.id).events
    assert (event.act, event.note) == (HitAct.LEFT_OPEN, "the generator dies")
    desk.sign_in("noy", PASSWORD)
    assert "left open" in " ".join(desk.journal_lines()[1])
    (hit,) = desk.hits()
    assert hit.left_open and is_unacted(verdict, (hit,))
    assert [case.hit.id for case in desk.second_line().cases] == [hit.id]
    assert str(desk.open_points()[0]).startswith("Left open without an act:")
    desk.take_up(verdict, record=record, act=HitAct.TAKE_UP)
    (hit,) = desk.hits()
    assert not hit.left_open and hit.state is HitState.REPORTED and not is_unacted(verdict, (hit,))


@pytest.mark.parametrize("left_open", [False, True])
def test_a_match_without_an_act_is_not_forgotten_by_its_age(desk: Desk, clock: MovableClock, left_open: bool) -> None:
    desk.screen("UTO P ZZ000001")
    verdict = matched(desk)
    record = records_of(verdict)[0]
    if left_open:
        desk.take_up(verdict, record=record, act=HitAct.LEFT_OPEN)
    clock.pass_(timedelta(days=DEFAULT.recheck_days + 1))
    desk.sign_out()
    desk.sign_in("noy", PASSWORD)
    assert desk.recent() == (verdict,), "the traveller without a match is"
    assert not is_unacted(verdict, desk.hits()) or desk.second_line().unacted or desk.second_line().cases
    desk.take_up(verdict, record=record, act=HitAct.TAKE_UP)
    desk.sign_out()
    desk.sign_in("noy", PASSWORD)
    assert desk.recent() == ()


def test_answers_noted_between_leave_a_match_as_open_as_it_was(desk: Desk) -> None:
    from borderdesk.hits.interview import interview_for
    from borderdesk.screening import Answered

    verdict = matched(desk)
    record = records_of(verdict)[0]
    left = desk.take_up(verdict, record=record, act=HitAct.LEFT_OPEN)
    question = interview_for(None)[0]
    desk.interview(verdict, [Answered(question.key, question.text, "yes")], language="vi")
    assert [event.act for event in desk.acts(left.id)] == [HitAct.LEFT_OPEN, HitAct.NOTED]
    assert desk.hits()[0].left_open


def test_a_match_typed_from_paper_tells_the_bureau_when_the_traveller_passed(place: Place, desk: Desk) -> None:
    passed_at = desk.now().trusted - timedelta(hours=3)
    verdict = desk.screen(STOLEN.number, passed_at=passed_at)
    hit = desk.take_up(verdict, record=records_of(verdict)[0], act=HitAct.TAKE_UP)
    desk.exchange()
    ((said,),) = [event.said for event in place.bureau.hit(hit.id).events]
    assert said.note == passed_at.strftime("%Y-%m-%d %H:%M UTC")
    assert "from paper" in str(said.asked)


def test_a_list_that_a_crash_cut_short_says_how_far_it_came_and_keeps_its_match(place: Place) -> None:
    class PowerCut(Exception):
        pass

    def cut(_done: int) -> bool:
        raise PowerCut

    rows = [f"DOE,JOHN,ZZ{number:06d}" for number in range(60)]
    rows[3] = f"ROE,JANE,{STOLEN.number}"
    with place.desk() as first:
        first.sign_in("noy", PASSWORD)
        first.exchange()
        with pytest.raises(PowerCut):
            first.screen_list(("surname,given,document\n" + "\n".join(rows)).encode(), source="bus.csv", progress=cut)
    with place.desk() as again:
        again.sign_in("noy", PASSWORD)
        (screened,) = again.screened_lists()
        assert (len(screened.lines), screened.people, screened.is_whole) == (25, 60, False)
        assert [one.question.document_number for one in again.second_line().unacted] == [STOLEN.number]
