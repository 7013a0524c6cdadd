"""Lessons, surprises and scores in the window."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borderdesk.hits.types import HitAct
from borderdesk.ids import AccountId
from borderdesk.operations import drills
from borderdesk.operations.drills import DrillKind, DrillOrder, DrillResult, Judged
from borderdesk.words import say
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, START, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan, word
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle
from ui.desktop.training_view import TrainingView


def training(window: MainWindow) -> TrainingView:
    QTest.keySequence(window, "Ctrl+T")
    settle(window)
    page = window.others[Page.TRAINING]
    assert window.pages.currentWidget() is page
    return page


def begin(window: MainWindow, lesson: str) -> None:
    window.presenter.training.begin(lesson)
    settle(window)


@pytest.fixture
def surprised(desk: DeskSimulator) -> str:
    """The document of a surprise drill."""
    (document,) = drills.invented(5, 1, title="Stolen and lost travel documents", today=START)
    desk.surprise = (DrillOrder("d1", START, START + timedelta(days=1), (document,)), document)
    return document.text


def test_the_first_lesson_is_begun_and_done_with_the_keyboard_alone(window: MainWindow, desk: DeskSimulator) -> None:
    page = training(window)
    assert page.title.text() == "Scan a document"
    press(window, Qt.Key.Key_F2)
    assert word(window) == "DRILL: No match"
    assert window.banner.isVisible()
    assert desk.recorded == ["drill0"]
    press(window, Qt.Key.Key_F3)
    assert desk.results == [], "an ordinary traveller asks for no act"


def test_a_practised_match_is_acted_on_with_the_usual_keys_and_explained(
    window: MainWindow, desk: DeskSimulator
) -> None:
    begin(window, "practice.stolen")
    assert word(window) == "DRILL: Match"
    press(window, Qt.Key.Key_F3)
    page = window.others[Page.TRAINING]
    assert window.pages.currentWidget() is page
    assert page.debrief.says.text() == "Refer: right, after 7 s. Score 80 of 100."
    assert "owner may travel" in page.debrief.why.text()
    boxes = [step.box for step in page.debrief.steps if step.isVisible()]
    assert len(boxes) == len(desk.run.steps)
    for box in boxes:
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_F6)
    assert "Score 100 of 100" in page.debrief.says.text()
    assert not page.debrief.finish.isEnabled()


def test_nothing_of_a_drill_stays_where_real_travellers_stand(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    begin(window, "practice.stolen")
    press(window, Qt.Key.Key_F3)
    state = window.presenter.state
    assert state.verdict is None and len(state.history) == 1 and state.hits == () and desk.taken == []
    QTest.keySequence(window, "Ctrl+4")
    settle(window)
    assert window.others[Page.NUMBERS].list.rows.rows[0].right == "1"


def test_a_traveller_who_comes_during_a_lesson_is_answered_at_once_and_without_the_banner(window: MainWindow) -> None:
    begin(window, "practice.stolen")
    scan(window, STOLEN)
    assert word(window) == "Match"
    assert not window.banner.isVisible()


def test_a_real_match_is_never_marked_as_a_drill_and_a_lesson_waits_for_its_act(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    begin(window, "practice.stolen")
    assert word(window) == "Match" and not window.presenter.state.drill_shown
    press(window, Qt.Key.Key_F2)
    assert [act for _, act, _ in desk.taken] == [HitAct.TAKE_UP]


def test_a_surprise_drill_looks_like_a_match_until_the_officer_acts(
    window: MainWindow, desk: DeskSimulator, surprised: str
) -> None:
    scan(window, surprised)
    assert word(window) == "Match"
    assert not window.banner.isVisible()
    assert not any("drill" in widget.lower() for widget in (window.screening.band.accessibleName(),))
    scan(window, CLEAN)
    assert desk.screened == [surprised], "as on every match, other scans wait for the act"
    press(window, Qt.Key.Key_F3)
    page = window.others[Page.TRAINING]
    assert window.pages.currentWidget() is page and window.banner.isVisible()
    assert "surprise drill" in page.debrief.heading.text()
    assert desk.taken == []
    assert window.presenter.state.kept == (CLEAN,)


def test_a_real_match_takes_the_place_of_a_drill_at_the_moment_of_the_act(
    window: MainWindow, desk: DeskSimulator, surprised: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(window, surprised)
    scan(window, CLEAN)
    desk.overtaken = True
    real = desk._answer
    monkeypatch.setattr(desk, "_answer", lambda text: real(STOLEN if text == surprised else text))
    desk.reads_everything = True
    press(window, Qt.Key.Key_F4)
    window.hit.note.setText("other face")
    press(window, Qt.Key.Key_F4)
    assert word(window) == "Match" and window.presenter.state.verdict.drill is None
    assert not window.banner.isVisible()
    assert window.presenter.state.act_needed and window.presenter.state.kept == (CLEAN,)


def test_a_lesson_that_is_left_and_taken_up_again_later_is_where_it_was(
    window: MainWindow, desk: DeskSimulator
) -> None:
    page = training(window)
    press(window, Qt.Key.Key_F4)
    assert desk.progress[0].lesson == "hour.scan" and desk.progress[0].skipped
    assert page.title.text() == "No match"
    assert "skipped" in page.list.rows.rows[1].spoken
    press(window, Qt.Key.Key_Escape)
    assert training(window).title.text() == "No match"


def test_the_packet_of_a_lesson_is_typed_back_group_by_group(window: MainWindow, desk: DeskSimulator) -> None:
    begin(window, "practice.link")
    press(window, Qt.Key.Key_F2)
    page = window.others[Page.TRAINING]
    assert page.debrief.groups.isVisible()
    page.debrief.back.setText("XXXXX")
    QTest.keyClick(page.debrief.back, Qt.Key.Key_Return)
    settle(window)
    assert "not right" in window.message.lines[0].text()
    page.debrief.back.setText(" ".join(page.debrief.groups.groups))
    QTest.keyClick(page.debrief.back, Qt.Key.Key_Return)
    settle(window)
    assert desk.run.spoken and not page.debrief.back.isEnabled()


def test_the_key_of_a_discreet_lesson_is_taking_it_up(window: MainWindow) -> None:
    begin(window, "practice.discreet")
    press(window, Qt.Key.Key_F3)
    assert "wrong" in window.others[Page.TRAINING].debrief.says.text()


def some_results() -> list[DrillResult]:
    return [
        DrillResult(
            f"r{number}", AccountId(who), DrillKind.SURPRISE, "d1/1", START - timedelta(days=days), 9, HitAct.REFER,
            judged, 4, 4,
        )
        for number, (who, days, judged) in enumerate([("demo", 1, Judged.RIGHT), ("noy", 95, Judged.RIGHT)])
    ]  # fmt: skip


def test_an_officer_sees_the_own_scores_only(window: MainWindow, desk: DeskSimulator) -> None:
    desk.results = some_results()
    rows = training(window).results.rows.rows
    assert len(rows) == 1 and rows[0].right == "100" and "Surprise drill" in rows[0].spoken


def test_a_supervisor_sees_everybody_and_who_should_practise_again(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    desk.results = some_results()
    page = training(open_desk(desk))
    spoken = [row.spoken for row in page.results.rows.rows]
    assert spoken[0].startswith("demo. 100") and "again" not in spoken[0]
    assert spoken[1].startswith("noy. 100") and "Should practise again." in spoken[1]


def test_a_refresher_is_proposed_at_the_foot_of_every_screen(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.refresher = say("Practise again. {why}", why=say("Your last drill was {days} days ago.", days=91))
    window = open_desk(desk)
    assert "Practise: Ctrl+T" in window.status.waiting.text()
    assert training(window).why.text() == "Practise again. Your last drill was 91 days ago."
