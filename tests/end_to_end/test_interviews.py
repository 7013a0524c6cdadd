"""What a traveller answered travels to the bureau with the hit, sealed as everything else of it."""

from __future__ import annotations

from pathlib import Path

from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import HitAct, Said, fitting
from borderdesk.hits.interview import interview_for
from borderdesk.screening import Answered, Seen, Verdict
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from tests.end_to_end.test_answers import at_work
from tests.hits.samples import AT

FIRST, SECOND, *_ = interview_for(None)


def screened(desk: Desk, place: int) -> Verdict:
    return desk.screen(list(stolen_documents(50, 7))[place].number)


def answer(desk: Desk, verdict: Verdict, note: str, *, second: bool = False) -> None:
    question = SECOND if second else FIRST
    desk.interview(verdict, [Answered(question.key, question.text, note)], language="vi")


def act(desk: Desk, verdict: Verdict, act: HitAct, note: str = "") -> str:
    record = next(finding.record for finding in verdict.findings if finding.record)
    return desk.take_up(verdict, record=record, act=act, note=note).id


def test_answers_given_before_the_hit_go_with_it_and_later_ones_by_themselves(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, _):
        verdict = screened(desk, 1)
        answer(desk, verdict, "yes")
        hit = act(desk, verdict, HitAct.TAKE_UP)
        answer(desk, verdict, "from an uncle in Vinh, three weeks ago", second=True)
        act(desk, verdict, HitAct.REFER)
        act(desk, verdict, HitAct.SEIZED)
        desk.exchange()
        told = [[(each.question, each.note, each.language) for each in event.said] for event in bureau.hit(hit).events]
        assert told == [
            [(FIRST.key, "yes", "vi")],
            [(SECOND.key, "from an uncle in Vinh, three weeks ago", "vi")],
            [],
            [],
        ]
        assert bureau.hit(hit).events[1].act is HitAct.NOTED
        assert not desk.hits()[0].pending, "nothing of it waits for another act"
        assert bureau.hit(hit).events[1].said[0].asked == SECOND.text
        assert [event.said for event in desk.acts(hit)] == [event.said for event in bureau.hit(hit).events]


def test_answers_of_one_traveller_never_go_with_the_hit_of_another(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, _):
        answer(desk, screened(desk, 1), "yes")
        other = act(desk, screened(desk, 2), HitAct.REFER)
        desk.exchange()
        assert [event.said for event in bureau.hit(other).events] == [()]


def test_what_the_print_and_the_senses_showed_goes_with_the_hit_too_and_each_finding_once(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, _):
        verdict = screened(desk, 1)
        desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.DOUBTFUL})
        hit = act(desk, verdict, HitAct.TAKE_UP)
        for _ in range(2):
            desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.DOUBTFUL, Sense.PERSON: Seen.DOUBTFUL})
        desk.exchange()
        events = bureau.hit(hit).events
        told = [[str(each.asked) for each in event.said] for event in events]
        assert [len(each) for each in told] == [1, 1]
        assert all(said.is_finding for event in events for said in event.said)
        assert all(line.startswith("The officer doubts: ") for event in told for line in event)
        assert events[1].act is HitAct.NOTED
        other = act(desk, screened(desk, 2), HitAct.REFER)
        desk.exchange()
        assert [event.said for event in bureau.hit(other).events] == [()], "it is not another traveller's"


def test_a_doubt_that_was_taken_back_is_taken_back_at_the_bureau_too(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, _):
        verdict = screened(desk, 1)
        desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.FINE})
        hit = act(desk, verdict, HitAct.TAKE_UP)
        for seen in (Seen.DOUBTFUL, Seen.FINE, Seen.FINE, Seen.DOUBTFUL):
            desk.inspect(verdict, PrintedFields(), {Sense.FEEL: seen})
        desk.exchange()
        events = bureau.hit(hit).events
        told = [str(each.asked) for event in events for each in event.said]
        assert [line.partition(":")[0] for line in told] == [
            "The officer doubts",
            "Taken back by the officer",
            "The officer doubts",
        ]
        assert told[1].endswith(told[0])
        assert all(said.is_finding for event in events for said in event.said)
        desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.FINE})
        desk.sign_out()
        desk.exchange()
        last = bureau.hit(hit).events[-1].said
        assert [str(each.asked) for each in last] == [told[1]]


def test_an_answer_that_comes_last_needs_no_further_act_to_travel(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, _):
        verdict = screened(desk, 1)
        hit = act(desk, verdict, HitAct.REFER)
        desk.exchange()
        answer(desk, verdict, "my own passport")
        desk.sign_out()
        desk.exchange()
        assert [each.note for event in bureau.hit(hit).events for each in event.said] == ["my own passport"]


def test_more_answers_than_one_act_carries_follow_with_the_next() -> None:
    long = [Said("understand", FIRST.text, f"{number} " + "word " * 190, "vi", AT) for number in range(40)]
    first = fitting(long)
    assert 10 < len(first) < 40
    assert fitting(long[len(first) :])[0] == long[len(first)]
