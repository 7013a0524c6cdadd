"""Drills: what is asked, what is right, how it is scored; and that nothing of it becomes real."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import cbor2
import pytest

from borderdesk.clock import Moment
from borderdesk.hits import DeskHits, Hit, HitAct, HitEvent, HitState
from borderdesk.ids import DRILL_LIST, AccountId, DeskId, HitId, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.operations import drills
from borderdesk.operations.drills import Course, DrillKind, DrillLists, DrillOrder, DrillResult, Judged, Need, Scene
from borderdesk.policy import DEFAULT
from borderdesk.screening import DrillMark, Verdict, VerdictWord, is_discreet, memory, understand
from borderdesk.store import open_store
from borderdesk.watchlist import Person
from borderdesk.words import say

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
AT = Moment(NOW, NOW)
NOY = AccountId("noy")
SCENES = {scene.name: scene for scene in drills.scenes(NOW.date())}


def answered(scene: Scene, *, disguised: bool = False) -> Verdict:
    return drills.answer(
        DrillLists(scene.records),
        understand(scene.text, today=NOW.date()),
        DrillMark(scene.name, disguised=disguised),
        policy=DEFAULT,
        at=AT,
        screening=ScreeningId(scene.name),
        title=drills.MARKED,
    )


def run_of(name: str, lesson: str | None = None) -> drills.Run:
    scene = SCENES[name]
    found = drills.lesson(lesson or f"practice.{name}")
    assert found is not None
    made = drills.of_scene("r1", scene, found, answered(scene), NOY, second_line=False)
    return drills.shown(made, 100.0)


def result(*, act: Judged = Judged.RIGHT, seconds: float = 5, done: int = 4, ago: int = 0) -> DrillResult:
    at = NOW - timedelta(days=ago)
    return DrillResult("r", NOY, DrillKind.PRACTICE, "stolen", at, seconds, HitAct.REFER, act, done, 4)


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("clean", VerdictWord.NO_MATCH, "drill.invented"),
        ("stolen", VerdictWord.MATCH, "list.document.stolen"),
        ("near", VerdictWord.LOOK_AGAIN, "list.document.near"),
        ("bearer", VerdictWord.MATCH, "list.bearer.arrest"),
        ("spelling", VerdictWord.LOOK_AGAIN, "list.person.candidate"),
        ("discreet", VerdictWord.LOOK_AGAIN, "list.person.candidate"),
        ("child", VerdictWord.LOOK_AGAIN, "list.person.candidate"),
        ("link", VerdictWord.MATCH, "list.document.lost"),
        ("forged", VerdictWord.LOOK_AGAIN, "mrz.check.composite"),
    ],
)
def test_every_scene_is_answered_by_the_real_rules(name: str, word: VerdictWord, code: str) -> None:
    verdict = answered(SCENES[name])
    assert verdict.word is word
    assert code in [finding.code for finding in verdict.findings]


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2028, 2, 29), date(2039, 12, 31)])
def test_the_scenes_are_the_same_in_other_years(day: date) -> None:
    assert [scene.name for scene in drills.scenes(day)] == list(SCENES)


def test_a_practised_answer_says_that_it_is_a_drill_and_a_disguised_one_does_not() -> None:
    assert "drill.invented" in [finding.code for finding in answered(SCENES["stolen"]).findings]
    disguised = answered(SCENES["stolen"], disguised=True)
    assert "drill.invented" not in [finding.code for finding in disguised.findings]
    assert disguised.drill == DrillMark("stolen", disguised=True)


def test_a_discreet_scene_looks_ordinary_like_a_real_one() -> None:
    assert is_discreet(answered(SCENES["discreet"]))


def test_whatever_a_drill_finds_stands_on_no_real_list() -> None:
    for scene in SCENES.values():
        verdict = answered(scene)
        records = [each.record for each in verdict.findings if each.record] + [c.record for c in verdict.candidates]
        assert {record.list for record in records} <= {DRILL_LIST}


def test_the_answer_of_a_drill_is_never_remembered(tmp_path) -> None:
    with open_store(tmp_path / "desk.db", bytes(32), (memory.MIGRATIONS,)) as store:
        with store.transaction() as db, pytest.raises(ValueError, match="drill"):
            memory.remember(db, answered(SCENES["stolen"]))
        assert memory.recent(store.reader, limit=9) == ()


def test_the_answer_of_a_drill_never_becomes_a_hit() -> None:
    record = RecordRef(DRILL_LIST, RecordKey("UTO/P/1"), 1)
    hit = Hit(
        HitId("h"), ScreeningId("s"), PostId("p"), DeskId("d"), record, say("x"), "UTO", "1", "", NOY, AT,
        HitState.TAKEN_UP, True,
    )  # fmt: skip
    with pytest.raises(ValueError, match="drill"):
        DeskHits(None, None, PostId("p"), DeskId("d")).take_up(hit, HitEvent(hit.id, HitAct.REFER, NOY, AT))


@pytest.mark.parametrize(
    ("name", "act", "judged"),
    [
        ("stolen", HitAct.REFER, Judged.RIGHT),
        ("stolen", HitAct.NOT_THE_PERSON, Judged.WRONG),
        ("near", HitAct.NOT_THE_PERSON, Judged.RIGHT),
        ("near", HitAct.REFER, Judged.SAFE),
        ("discreet", HitAct.TAKE_UP, Judged.RIGHT),
        ("discreet", HitAct.REFER, Judged.WRONG),
        ("child", HitAct.PROTECTED, Judged.RIGHT),
        ("forged", HitAct.REFER, Judged.RIGHT),
    ],
)
def test_an_act_is_judged_by_what_the_scene_asks(name: str, act: HitAct, judged: Judged) -> None:
    run = drills.acted(run_of(name), act, AT, 107.5)
    assert run.result is not None
    assert (run.result.judged, run.result.seconds) == (judged, 7.5)


def test_only_the_first_act_counts() -> None:
    run = drills.acted(run_of("stolen"), HitAct.NOT_THE_PERSON, AT, 103)
    assert drills.acted(run, HitAct.REFER, AT, 104) == run


def test_the_right_act_in_time_with_every_step_scores_a_hundred() -> None:
    run = drills.acted(run_of("stolen"), HitAct.REFER, AT, 110)
    run = drills.marked(run, frozenset(range(len(run.steps))))
    assert run.result is not None and run.result.score(DEFAULT) == 100
    assert run.lesson_done


def test_slowness_missed_steps_and_needless_acts_cost_points_and_a_wrong_act_costs_all() -> None:
    scores = [
        result().score(DEFAULT),
        result(seconds=180).score(DEFAULT),
        result(seconds=10_000).score(DEFAULT),
        result(done=2).score(DEFAULT),
        result(act=Judged.SAFE).score(DEFAULT),
        result(act=Judged.WRONG).score(DEFAULT),
    ]
    assert scores == [100, 90, 80, 90, 70, 0]


def test_steps_cannot_be_marked_before_the_act() -> None:
    with pytest.raises(ValueError, match="after the act"):
        drills.marked(run_of("stolen"), frozenset({0}))


def test_a_refresher_is_proposed_to_who_never_practised_long_ago_or_badly() -> None:
    assert "not practised" in str(drills.refresher((), NOW, DEFAULT))
    assert drills.refresher([result(ago=89)], NOW, DEFAULT) is None
    assert "90 days ago" in str(drills.refresher([result(ago=90)], NOW, DEFAULT))
    assert "scored 0" in str(drills.refresher([result(ago=2), result(act=Judged.WRONG)], NOW, DEFAULT))
    assert drills.refresher([result(), result(act=Judged.WRONG, ago=2)], NOW, DEFAULT) is None


def test_who_is_new_is_told_to_begin_and_who_stopped_half_way_where_to_go_on() -> None:
    assert str(drills.refresher((), NOW, DEFAULT)) == (
        "You have not practised at this desk yet. Begin with the first lesson."
    )
    behind = [drills.Progress(name, NOW, skipped=False) for name in ("hour.scan", "hour.no-match")]
    half_way = str(drills.refresher((), NOW, DEFAULT, behind))
    assert half_way == "Your first hour is not finished. Go on with: Look again"
    assert str(drills.refresher([result(act=Judged.WRONG)], NOW, DEFAULT, behind)) == half_way
    hour = [each.id for each in drills.LESSONS if each.course is Course.FIRST_HOUR]
    whole = [drills.Progress(name, NOW, skipped=name == "hour.refer") for name in hour]
    assert drills.refresher([result()], NOW, DEFAULT, whole) is None
    assert str(drills.refresher([result(act=Judged.WRONG)], NOW, DEFAULT, whole)) == (
        "Practise again. Your last drill scored 0 of 100."
    )


def test_the_link_down_lesson_is_done_once_the_right_groups_were_typed_back() -> None:
    run = drills.marked(drills.acted(run_of("link"), HitAct.TAKE_UP, AT, 110), frozenset())
    assert run.lesson is not None and run.lesson.needs is Need.SPOKEN
    assert not run.lesson_done
    assert drills.typed_back(run, " ".join(run.packet).lower()).lesson_done


def test_every_lesson_has_its_scene_and_the_first_hour_ends_with_locking() -> None:
    for lesson in drills.LESSONS:
        assert (lesson.scene in SCENES) is (lesson.needs is not Need.LOCK)
    hour = [lesson for lesson in drills.LESSONS if lesson.course is Course.FIRST_HOUR]
    assert [lesson.id.removeprefix("hour.") for lesson in hour] == [
        "scan", "no-match", "look-again", "match", "procedure", "refer", "link-down", "lock",
    ]  # fmt: skip


def ordered(**changes: object) -> DrillOrder:
    documents = drills.invented(5, 2, title="Stolen documents", today=NOW)
    return replace(DrillOrder("d1", NOW, NOW + timedelta(days=2), documents), **changes)  # type: ignore[arg-type]


def test_an_order_travels_whole() -> None:
    assert drills.read_order_body(drills.order_body(ordered())) == ordered()


@pytest.mark.parametrize("change", [{"ends": "2020-01-01T00:00:00+00:00"}, {"documents": []}, {"v": 9}, {"id": ""}])
def test_an_order_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    plain = cbor2.loads(drills.order_body(ordered())) | change
    with pytest.raises(drills.UnreadableDrill):
        drills.read_order_body(cbor2.dumps(plain))


def test_an_order_with_another_kind_of_record_or_endless_lines_is_refused() -> None:
    for name, value in (("kind", "vehicle"), ("lines", ["A" * 45]), ("lines", ["A"] * 4), ("record", {"x": 1})):
        plain = cbor2.loads(drills.order_body(ordered()))
        plain["documents"][0][name] = value
        with pytest.raises(drills.UnreadableDrill):
            drills.read_order_body(cbor2.dumps(plain))


def test_the_newest_letter_about_a_drill_counts_and_a_drill_ends_by_itself(tmp_path) -> None:
    with open_store(tmp_path / "desk.db", bytes(32), (drills.MIGRATIONS,)) as store:
        with store.transaction() as db:
            assert drills.enter(db, ordered(ends_at=NOW + timedelta(hours=1)), 2, DEFAULT)
            assert not drills.enter(db, ordered(), 1, DEFAULT)
            assert not drills.enter(db, ordered(ends_at=NOW + timedelta(hours=1)), 2, DEFAULT), "it came twice"
            with pytest.raises(drills.UnreadableDrill, match="time"):
                drills.enter(db, ordered(ends_at=NOW + timedelta(days=32)), 3, DEFAULT)

        def on(at: datetime) -> list[bool]:
            return [order.runs(at) for order in drills.recent_orders(store.reader, at, DEFAULT)]

        assert on(NOW) == [True]
        assert on(NOW + timedelta(hours=1)) == [False], "what was over lately is still known to be invented"
        assert on(NOW + timedelta(days=32)) == [] and on(NOW - timedelta(seconds=1)) == []


def test_the_report_of_a_surprise_drill_names_nobody() -> None:
    report = drills.DrillReport("d1", "r1", 14, HitAct.REFER, Judged.RIGHT, 3, 5)
    body = drills.report_body(report)
    assert drills.read_report_body(body) == report
    assert set(cbor2.loads(body)) == {"v", "drill", "run", "seconds", "act", "judged", "done", "steps"}


def test_invented_passports_are_the_same_for_the_same_seed_and_hold_their_check_digits() -> None:
    one, two = (drills.invented(5, 3, title="x", today=NOW) for _ in range(2))
    assert one == two and len(one) == 3
    for document in one:
        asked = understand(document.text, today=NOW.date())
        assert asked.reading is not None and asked.reading.valid
        assert not isinstance(document.record, Person) and asked.question.document_number == document.record.number


def test_a_lesson_stays_done_and_a_skipped_one_may_become_done(tmp_path) -> None:
    with open_store(tmp_path / "desk.db", bytes(32), (drills.MIGRATIONS,)) as store:
        with store.transaction() as db:
            drills.note_lesson(db, NOY, "hour.scan", NOW, skipped=True)
            drills.note_lesson(db, NOY, "hour.scan", NOW + timedelta(minutes=1), skipped=False)
            drills.note_lesson(db, NOY, "hour.scan", NOW + timedelta(minutes=2), skipped=True)
        (done,) = drills.lessons_of(store.reader, NOY)
        assert (done.lesson, done.skipped) == ("hour.scan", False)
        assert drills.lessons_of(store.reader, AccountId("bua")) == ()
