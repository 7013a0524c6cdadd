"""Drills at a real desk of a real bureau: lessons, surprises, and that nothing of them is ever taken for real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from borderdesk import journal
from borderdesk.documents import Format, compose_mrz
from borderdesk.hits import HitAct, outbox
from borderdesk.hits.spoken import WrongGroups
from borderdesk.ids import DRILL_LIST
from borderdesk.operations import drills
from borderdesk.operations.drills import DrillKind, Judged
from borderdesk.people import Cost, Role, Vault, read_machine_secret
from borderdesk.policy import DEFAULT
from borderdesk.screening import Verdict, VerdictWord
from borderdesk.watchlist import TravelDocument
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent import identity as identities
from sync.agent.drilling import DrillOvertaken, NoDrillUnderWay, UnknownLesson
from sync.bureau.drills import OrderedDrill
from tests.agent.conftest import PASSWORD, Place

LISTED = next(each for each in stolen_documents(200, 7) if each.type == "P" and len(each.number) <= 9)


def codes(verdict: object) -> list[str]:
    return [finding.code for finding in verdict.findings]  # type: ignore[attr-defined]


def scanned(document: TravelDocument) -> str:
    lines = compose_mrz(
        Format.TD3,
        document_code="P",
        issuing_state=document.state,
        surname="REAL",
        given="BEARER",
        number=document.number,
        nationality=document.state,
    )
    return "\n".join(lines)


def journalled(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    entries = journal.entries(desk.unlocked_store().reader)
    return [(entry.kind, dict(entry.details)) for entry in entries if entry.kind in ("drill", "screening", "hit")]


@pytest.fixture
def ordered(place: Place, desk: Desk) -> OrderedDrill:
    """A surprise drill that the desk has heard of."""
    begins = place.clock.now
    made = place.bureau.order_drill(["nong-haet"], begins, begins + timedelta(days=2))
    report = desk.exchange(wait=60)
    assert not [line for line in report.lines if "rill" in str(line)], "nobody at the desk is told"
    return made


@pytest.fixture
def officer(place: Place, desk: Desk) -> Iterator[str]:
    """An officer beside the supervisor who enrolled the desk."""
    vault = Vault.open(place.folder / identities.VAULT, read_machine_secret(place.folder / identities.MACHINE_SECRET))
    key = vault.unlock("noy", PASSWORD, at=desk.now()).key
    cost = Cost(memory_kib=64, passes=1)
    vault.add(key, account="bua", name="Bua", role=Role.OFFICER, password=PASSWORD, cost=cost)
    desk.sign_out()
    yield "bua"


# --- lessons ----------------------------------------------------------------------------------------------------------


def test_a_practice_document_is_a_drill_only_while_its_lesson_is_on(desk: Desk) -> None:
    begun = desk.begin_lesson("practice.stolen")
    assert codes(desk.answer(begun.text))[:1] == ["list.document.stolen"]
    desk.end_lesson()
    real = desk.answer(begun.text)
    assert real.drill is None
    assert not [code for code in codes(real) if code.startswith("list.")]


def test_another_document_scanned_during_a_lesson_is_answered_from_the_real_lists(desk: Desk) -> None:
    desk.begin_lesson("practice.stolen")
    real = desk.answer(scanned(LISTED))
    assert (real.word, real.drill) == (VerdictWord.MATCH, None)
    assert {finding.record.list for finding in real.findings if finding.record} == {SYNTHETIC_LIST.name}
    assert desk.answer(desk.begin_lesson("practice.stolen").text).drill is not None


def test_a_real_match_ends_the_lesson(desk: Desk) -> None:
    begun = desk.begin_lesson("practice.stolen")
    desk.answer(scanned(LISTED))
    assert desk.answer(begun.text).drill is None


def test_where_a_real_list_names_the_practice_document_too_the_real_match_wins(place: Place, desk: Desk) -> None:
    begun = desk.begin_lesson("practice.stolen")
    scene = {each.name: each for each in drills.scenes(desk.now().trusted.date())}["stolen"]
    place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(200, 7), *scene.records], reason="test")
    place.bureau.publish()
    desk.exchange(wait=60)
    real = desk.answer(begun.text)
    assert (real.word, real.drill) == (VerdictWord.MATCH, None)
    assert "drill.overtaken" in codes(real)
    assert DRILL_LIST not in {finding.record.list for finding in real.findings if finding.record}


def test_a_lesson_leaves_no_screening_no_hit_and_no_upload(desk: Desk) -> None:
    waiting = outbox.count_waiting(desk.unlocked_store().reader)
    verdict = desk.answer(desk.begin_lesson("practice.stolen").text)
    desk.record(verdict)
    run = desk.act_in_drill(verdict, HitAct.REFER)
    desk.mark_steps(frozenset(range(len(run.steps))))
    assert desk.recent() == () and desk.hits() == ()
    assert outbox.count_waiting(desk.unlocked_store().reader) == waiting
    assert [(kind, details["done"]) for kind, details in journalled(desk)] == [
        ("drill", "shown"),
        ("drill", "acted"),
        ("drill", "finished"),
    ]


def test_the_journal_says_that_there_was_a_drill_and_not_how_well_it_went(desk: Desk) -> None:
    verdict = desk.answer(desk.begin_lesson("practice.discreet").text)
    desk.act_in_drill(verdict, HitAct.REFER)
    assert all("wrong" not in str(details) and "score" not in str(details) for _, details in journalled(desk))


def test_the_act_is_timed_and_judged_and_the_steps_make_the_score(place: Place, desk: Desk) -> None:
    verdict = desk.answer(desk.begin_lesson("practice.stolen").text)
    place.clock.pass_(timedelta(seconds=20))
    run = desk.act_in_drill(verdict, HitAct.REFER)
    assert run.result is not None and (run.result.seconds, run.result.judged) == (20.0, Judged.RIGHT)
    assert desk.training().results[0].score(DEFAULT) == 80
    desk.mark_steps(frozenset(range(len(run.steps))))
    training = desk.training()
    assert training.results[0].score(DEFAULT) == 100 and training.refresher is None
    assert [each.lesson for each in training.progress] == ["practice.stolen"]


def test_a_drills_answer_is_neither_taken_up_nor_cleared(desk: Desk) -> None:
    verdict = desk.answer(desk.begin_lesson("practice.spelling").text)
    record = verdict.candidates[0].record
    with pytest.raises(ValueError, match="drill"):
        desk.take_up(verdict, record=record, act=HitAct.REFER)
    with pytest.raises(ValueError, match="drill"):
        desk.clear_candidate(verdict, record, reason="no")
    assert desk.hits() == ()


def test_programs_and_the_command_line_never_get_a_drill(desk: Desk) -> None:
    begun = desk.begin_lesson("practice.stolen")
    assert desk.screen(begun.text, program="border system").drill is None


def test_the_link_down_lesson_takes_the_right_groups_and_names_the_wrong_ones(desk: Desk) -> None:
    verdict = desk.answer(desk.begin_lesson("hour.link-down").text)
    run = desk.mark_steps(frozenset()) if desk.act_in_drill(verdict, HitAct.TAKE_UP) else None
    assert run is not None and not desk.training().progress
    with pytest.raises(WrongGroups):
        desk.type_back(" ".join(run.packet[::-1]))
    desk.type_back(" ".join(run.packet))
    assert [each.lesson for each in desk.training().progress] == ["hour.link-down"]


def test_locking_the_desk_is_a_lesson_and_what_was_skipped_can_be_done_later(desk: Desk) -> None:
    desk.skip_lesson("hour.scan")
    desk.begin_lesson("hour.lock")
    desk.sign_out()
    desk.sign_in("noy", PASSWORD)
    done = {each.lesson: each.skipped for each in desk.training().progress}
    assert done == {"hour.scan": True, "hour.lock": False}
    desk.record(desk.answer(desk.begin_lesson("hour.scan").text))
    assert {each.lesson: each.skipped for each in desk.training().progress}["hour.scan"] is False


def test_a_lesson_ends_with_whoever_began_it(desk: Desk, officer: str) -> None:
    desk.sign_in("noy", PASSWORD)
    begun = desk.begin_lesson("practice.stolen")
    acted_on = desk.answer(begun.text)
    desk.act_in_drill(acted_on, HitAct.REFER)
    desk.sign_in(officer, PASSWORD)
    assert desk.answer(begun.text).drill is None
    with pytest.raises(NoDrillUnderWay):
        desk.mark_steps(frozenset({0}))
    with pytest.raises(NoDrillUnderWay):
        desk.act_in_drill(acted_on, HitAct.REFER)


def test_what_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(UnknownLesson, match="lesson hour"):
        desk.begin_lesson("hour.nap")
    with pytest.raises(NoDrillUnderWay):
        desk.mark_steps(frozenset())


def test_an_officer_sees_the_own_scores_and_a_supervisor_everybodys(desk: Desk, officer: str) -> None:
    desk.sign_in(officer, PASSWORD)
    desk.act_in_drill(desk.answer(desk.begin_lesson("practice.stolen").text), HitAct.REFER)
    assert len(desk.training().results) == 1 and desk.training().others == ()
    desk.sign_in("noy", PASSWORD)
    training = desk.training()
    assert training.results == ()
    assert [each.officer for each in training.others] == [officer]


# --- surprises --------------------------------------------------------------------------------------------------------


def test_a_surprise_drill_is_answered_like_a_hit_and_told_after_the_act(desk: Desk, ordered: OrderedDrill) -> None:
    verdict = desk.answer(ordered.order.documents[0].text)
    assert verdict.word is VerdictWord.MATCH
    assert "drill.invented" not in codes(verdict)
    assert SYNTHETIC_LIST.title in str(verdict.findings[0].sentence)
    assert verdict.lists == desk.answer("P UTO X1234567").lists
    desk.record(verdict)
    run = desk.act_in_drill(verdict, HitAct.REFER)
    assert run.kind is DrillKind.SURPRISE and "surprise" in str(run.title)
    assert desk.recent() == () and desk.hits() == ()


def test_the_bureau_counts_a_surprise_drill_by_post_and_names_nobody(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    verdict = desk.answer(ordered.order.documents[0].text)
    place.clock.pass_(timedelta(seconds=9))
    run = desk.act_in_drill(verdict, HitAct.REFER)
    desk.mark_steps(frozenset({0, 1}))
    desk.exchange()
    (post,) = place.bureau.drill_report(ordered.number).posts
    assert (post.post, post.desks, post.runs, post.right, post.median_seconds) == ("nong-haet", 1, 1, 1, 9)
    assert post.steps_done == round(2 / len(run.steps), 2)
    assert place.bureau.hits() == ()


def test_a_surprise_drill_is_over_for_an_officer_who_did_it_and_new_for_the_next(
    desk: Desk, ordered: OrderedDrill, officer: str
) -> None:
    text = ordered.order.documents[0].text
    desk.sign_in("noy", PASSWORD)
    desk.act_in_drill(desk.answer(text), HitAct.NOT_THE_PERSON)
    again = desk.answer(text)
    assert again.word is VerdictWord.NO_MATCH and "drill.over" in codes(again)
    assert again.drill is not None and not again.drill.disguised, "it is no traveller, and said to be none"
    desk.record(again)
    assert desk.recent() == ()
    desk.sign_in(officer, PASSWORD)
    assert desk.answer(text).drill is not None


def test_only_the_whole_zone_is_a_drill_never_its_number_alone(desk: Desk, ordered: OrderedDrill) -> None:
    record = ordered.order.documents[0].record
    assert isinstance(record, TravelDocument)
    for text in (f"P {record.state} {record.number}", scanned(record)):
        answer = desk.answer(text)
        assert answer.drill is None
        assert not [code for code in codes(answer) if code.startswith("list.")]


def test_a_surprise_drill_ends_by_itself_and_by_order(place: Place, desk: Desk, ordered: OrderedDrill) -> None:
    text = ordered.order.documents[0].text
    assert desk.answer(text).drill is not None
    place.clock.pass_(timedelta(minutes=1))
    place.bureau.end_drill(ordered.number)
    desk.exchange(wait=60)
    ended = desk.answer(text)
    assert ended.word is VerdictWord.NO_MATCH and "drill.ended" in codes(ended)
    desk.record(ended)
    assert desk.recent() == (), "what was invented is no traveller, whenever it is scanned"

    begins = place.clock.now
    other = place.bureau.order_drill(["nong-haet"], begins, begins + timedelta(hours=1))
    desk.exchange(wait=60)
    assert desk.answer(other.order.documents[0].text).drill is not None
    place.clock.pass_(timedelta(hours=2))
    place.bureau.publish()
    desk.exchange(wait=60)
    desk.sign_in("noy", PASSWORD)
    assert "drill.ended" in codes(desk.answer(other.order.documents[0].text))


def test_a_surprise_document_that_a_real_list_names_is_a_real_match_and_the_bureau_hears_of_it_once(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    document = ordered.order.documents[0]
    place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(200, 7), document.record], reason="test")
    place.bureau.publish()
    desk.exchange(wait=60)
    for _ in range(2):
        real = desk.answer(document.text)
        assert (real.word, real.drill) == (VerdictWord.MATCH, None)
    assert "drill.overtaken" in codes(real)
    desk.record(real)
    hit = desk.take_up(real, record=next(each.record for each in real.findings if each.record), act=HitAct.REFER)
    desk.exchange()
    assert [each.hit.id for each in place.bureau.hits()] == [hit.id]
    (post,) = place.bureau.drill_report(ordered.number).posts
    assert (post.runs, post.overtaken) == (0, 1)
    told = "SELECT count(*) FROM outbox WHERE kind = ?"
    assert desk.unlocked_store().reader.conn.execute(told, (drills.DRILL_KIND,)).fetchone() == (1,)
    assert [details["done"] for kind, details in journalled(desk) if kind == "drill"] == [
        "ordered",
        "overtaken by a real record",
    ]


def test_a_real_record_that_comes_while_a_drill_is_on_the_screen_ends_it(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    document = ordered.order.documents[0]
    verdict = desk.answer(document.text)
    assert verdict.drill is not None
    place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(200, 7), document.record], reason="test")
    place.bureau.publish()
    desk.exchange(wait=60)
    with pytest.raises(DrillOvertaken):
        desk.act_in_drill(verdict, HitAct.NOT_THE_PERSON)
    assert desk.training().results == ()
    real = desk.answer(document.text)
    assert (real.word, real.drill) == (VerdictWord.MATCH, None)


def test_an_officer_who_practised_before_meets_a_surprise_like_any_other(desk: Desk, ordered: OrderedDrill) -> None:
    desk.answer(desk.begin_lesson("practice.stolen").text)
    verdict = desk.answer(ordered.order.documents[0].text)
    assert verdict.drill is not None and verdict.drill.disguised
    assert desk.act_in_drill(verdict, HitAct.REFER).kind is DrillKind.SURPRISE


def test_a_lesson_that_is_begun_while_a_surprise_waits_takes_nothing_from_it(desk: Desk, ordered: OrderedDrill) -> None:
    verdict = desk.answer(ordered.order.documents[0].text)
    desk.begin_lesson("practice.stolen")
    assert desk.act_in_drill(verdict, HitAct.REFER).kind is DrillKind.SURPRISE


def test_the_steps_that_are_marked_are_those_of_the_drill_that_was_acted_on(desk: Desk) -> None:
    verdict = desk.answer(desk.begin_lesson("practice.stolen").text)
    run = desk.act_in_drill(verdict, HitAct.REFER)
    desk.answer(verdict.question.scanned)
    assert desk.mark_steps(frozenset({0})).id == run.id


def left_without_an_act(desk: Desk, ordered: OrderedDrill) -> Verdict:
    """What an officer was shown of a surprise, and left."""
    desk.sign_in("noy", PASSWORD)
    first = desk.answer(ordered.order.documents[0].text)
    desk.record(first)
    desk.leave_drill(first)
    return first


def test_a_surprise_that_was_left_without_an_act_is_back_at_the_next_sign_in(
    place: Place, desk: Desk, ordered: OrderedDrill, officer: str
) -> None:
    first = left_without_an_act(desk, ordered)
    desk.sign_out()
    place.clock.pass_(timedelta(seconds=40))
    desk.sign_in("noy", PASSWORD)
    again = desk.drill_left()
    assert again is not None and again.drill == first.drill and again.word is VerdictWord.MATCH
    place.clock.pass_(timedelta(seconds=5))
    run = desk.act_in_drill(again, HitAct.REFER)
    assert run.result is not None and run.result.seconds == 45, "who leaves a match is no faster for it"
    assert desk.drill_left() is None
    assert desk.recent() == () and desk.hits() == ()
    assert [details["done"] for _, details in journalled(desk)] == ["ordered", "shown", "left open", "acted"]


def test_a_surprise_that_a_power_cut_ended_is_back_and_its_time_begins_anew(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    desk.record(desk.answer(ordered.order.documents[0].text))
    desk.sign_out()
    place.clock.pass_(timedelta(hours=8))
    desk.sign_in("noy", PASSWORD)
    verdict = desk.drill_left()
    assert verdict is not None
    place.clock.pass_(timedelta(seconds=5))
    run = desk.act_in_drill(verdict, HitAct.REFER)
    assert run.result is not None and run.result.seconds == 5


def test_whoever_signs_in_next_finds_the_surprise_that_was_left_and_it_is_theirs(
    place: Place, desk: Desk, ordered: OrderedDrill, officer: str
) -> None:
    left_without_an_act(desk, ordered)
    desk.sign_in(officer, PASSWORD)
    place.clock.pass_(timedelta(seconds=3))
    again = desk.drill_left()
    assert again is not None
    run = desk.act_in_drill(again, HitAct.REFER)
    assert run.result is not None and (run.result.officer, run.result.seconds) == (officer, 0)
    desk.sign_in("noy", PASSWORD)
    assert desk.drill_left() is None


def test_a_hand_over_says_of_a_surprise_that_was_left_what_it_says_of_a_match(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    """Whoever reads it, a supervisor before all, must not learn from what is missing which of two matches is none."""
    document = ordered.order.documents[0]
    assert isinstance(document.record, TravelDocument)
    real, surprise = desk.screen(scanned(LISTED)), desk.answer(document.text)
    desk.record(surprise)
    assert [str(each) for each in desk.open_points()] == ["Matches on which nobody has acted: 2."]

    place.clock.pass_(timedelta(minutes=3))
    record = next(each.record for each in real.findings if each.record)
    desk.take_up(real, record=record, act=HitAct.LEFT_OPEN)
    desk.leave_drill(surprise)
    desk.exchange(wait=60)
    bearer = surprise.question.person
    assert bearer is not None
    left = "Left open without an act: {} {} {}. Act on it."
    assert sorted(str(each) for each in desk.hand_over("").points) == sorted(
        (
            left.format("REAL, BEARER", LISTED.state, LISTED.number),
            left.format(f"{bearer.surname}, {bearer.given}", document.record.state, document.record.number),
        )
    )
    assert len(desk.hits()) == 1, "it is nowhere but in the hand-over"

    desk.drill_left()
    desk.act_in_drill(desk.answer(document.text), HitAct.REFER)
    desk.exchange(wait=60)
    assert [str(each) for each in desk.open_points()] == [left.format("REAL, BEARER", LISTED.state, LISTED.number)]


def test_the_steps_of_a_surprise_are_marked_after_a_restart_too(
    place: Place, desk: Desk, ordered: OrderedDrill, officer: str
) -> None:
    desk.sign_in("noy", PASSWORD)
    run = desk.act_in_drill(desk.answer(ordered.order.documents[0].text), HitAct.REFER)
    desk.sign_out()
    with place.desk() as again:
        again.sign_in(officer, PASSWORD)
        assert again.training().unmarked is None, "it is somebody else's"
        with pytest.raises(NoDrillUnderWay):
            again.mark_steps(frozenset({0}))
        again.sign_in("noy", PASSWORD)
        back = again.training().unmarked
        assert back is not None
        assert (back.id, back.steps, back.why, back.result) == (run.id, run.steps, run.why, run.result)
        marked = again.mark_steps(frozenset({0, 1}))
        assert marked.result is not None and (marked.result.done, marked.finished) == (2, True)
        again.exchange(wait=60)
        (post,) = place.bureau.drill_report(ordered.number).posts
        assert (post.runs, post.steps_done) == (1, round(2 / len(run.steps), 2))
        assert again.training().unmarked is None
        again.sign_out()
        again.sign_in("noy", PASSWORD)
        assert again.training().unmarked is None, "they are marked once for all"


def test_where_a_real_list_names_the_document_of_a_surprise_that_was_left_the_real_match_comes_back(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    document = ordered.order.documents[0]
    desk.record(desk.answer(document.text))
    desk.sign_out()
    place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(200, 7), document.record], reason="test")
    place.bureau.publish()
    desk.exchange(wait=60)
    desk.sign_in("noy", PASSWORD)
    real = desk.drill_left()
    assert real is not None and (real.word, real.drill) == (VerdictWord.MATCH, None)
    assert "drill.overtaken" in codes(real)
    assert desk.drill_left() is None


def test_a_real_match_on_the_document_of_a_drill_that_was_done_asks_for_an_act(
    place: Place, desk: Desk, ordered: OrderedDrill
) -> None:
    document = ordered.order.documents[0]
    desk.act_in_drill(desk.answer(document.text), HitAct.REFER)
    place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(200, 7), document.record], reason="test")
    place.bureau.publish()
    desk.exchange(wait=60)
    real = desk.answer(document.text)
    assert (real.word, real.drill) == (VerdictWord.MATCH, None)
    assert "drill.over" not in codes(real) and "drill.overtaken" in codes(real)


def test_a_letter_that_is_too_long_a_drill_changes_nothing(place: Place, desk: Desk) -> None:
    order = drills.DrillOrder(
        "endless",
        place.clock.now,
        place.clock.now + timedelta(days=400),
        drills.invented(3, 1, title="x", today=place.clock.now),
    )
    with place.bureau.database.writing() as db:
        place.bureau._post(db, desk.identity.reply.desk, drills.DRILL_KIND, lambda _: drills.order_body(order))
    report = desk.exchange(wait=60)
    assert any("drill could not be read" in str(line) for line in report.lines)
    assert desk.answer(order.documents[0].text).drill is None
