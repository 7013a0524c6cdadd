"""Lists of people, late matches, and travellers remembered as not the person."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from borderdesk.hits.types import HitAct
from borderdesk.screening import VerdictWord
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator, late_match
from tests.desktop.test_screening import press, scan, word
from ui.desktop.lists_view import ListsView
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle


def bus(folder: Path, *people: str) -> Path:
    path = folder / "bus.csv"
    path.write_text(";".join(people))
    return path


def lists(window: MainWindow) -> ListsView:
    window.presenter.turn_to(Page.LISTS)
    settle(window)
    return window.others[Page.LISTS]


def test_a_list_is_screened_and_worked_through_from_the_worst_line(window: MainWindow, tmp_path: Path) -> None:
    view = lists(window)
    view.path.setText(str(bus(tmp_path, CLEAN, STOLEN, LISTED)))
    QTest.keyClick(view.path, Qt.Key.Key_Return)
    settle(window)
    assert [row.badge for row in view.lines.rows.rows] == [
        VerdictWord.MATCH, VerdictWord.LOOK_AGAIN, VerdictWord.NO_MATCH,
    ]  # fmt: skip
    assert view._lines.heading.text() == "bus.csv: 3 in all, 2 to look at"
    view.lines.opened.emit(view.lines.rows.rows[0].key)
    settle(window)
    assert word(window) == "Match"
    press(window, Qt.Key.Key_F3)
    assert lists(window)._lines.heading.text() == "bus.csv: 3 in all, 1 to look at"


def test_a_scan_is_answered_while_a_list_is_screened_and_the_list_can_be_stopped(
    window: MainWindow, desk: DeskSimulator, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.list_gate = threading.Event()
    view = lists(window)
    view.file_chosen.emit(bus(tmp_path, *[CLEAN] * 5))
    window.wedge.scanned.emit(STOLEN)
    qtbot.waitUntil(lambda: word(window) == "Match")
    view.stop.click()
    desk.list_gate.set()
    settle(window)
    (screened,) = window.presenter.lists.work.lists
    assert len(screened.lines) == 1
    said = lists(window).lists.rows.rows[0].spoken
    assert "1 of 5 screened, the rest was not." in said and "Choose the same file again" in said
    assert "1 of 5 screened, the rest was not" in lists(window)._lines.heading.text()


def test_a_file_that_is_not_there_is_said_in_three_sentences(window: MainWindow, tmp_path: Path) -> None:
    lists(window).file_chosen.emit(tmp_path / "nothing.csv")
    settle(window)
    assert "could not be read" in str(window.presenter.state.error)
    assert window.presenter.lists.work.run is None


def test_locking_stops_a_list_and_leaves_none_of_it_on_the_screen(
    window: MainWindow, desk: DeskSimulator, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.list_gate = threading.Event()
    lists(window).file_chosen.emit(bus(tmp_path, *[CLEAN] * 5))
    qtbot.waitUntil(lambda: desk._listed == 1)
    window.presenter.sign_out()
    desk.list_gate.set()
    settle(window)
    assert not window.presenter.state.signed_in
    assert desk._listed == 1, "nobody was screened after that"
    assert window.presenter.state.lists.lists == ()


def test_a_list_that_ends_after_the_desk_locked_itself_is_not_shown(
    window: MainWindow, desk: DeskSimulator, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.list_gate = threading.Event()
    lists(window).file_chosen.emit(bus(tmp_path, STOLEN))
    qtbot.waitUntil(lambda: desk._listed == 1)
    desk.user = None
    window.presenter.refresh()
    qtbot.waitUntil(lambda: not window.presenter.state.signed_in)
    desk.list_gate.set()
    settle(window)
    assert window.presenter.state.lists.lists == ()


def test_a_late_match_stands_first_among_the_cases_and_asks_for_an_act(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.late = [late_match(desk.answer(CLEAN))]
    window = open_desk(desk)
    window.presenter.turn_to(Page.CASES)
    cases = window.others[Page.CASES]
    assert cases.list.rows.rows[0].title.startswith("Found late")
    cases.list.opened.emit(cases.list.rows.rows[0].key)
    settle(window)
    assert word(window) == "Match"
    assert window.presenter.state.act_needed
    assert desk.late[0].seen_by == "demo"


def test_not_the_person_can_be_remembered_with_its_reason(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, LISTED)
    strip = window.hit
    assert strip.remember.isEnabled()
    strip.remember.setChecked(True)
    strip.note.setText("other face, born ten years later")
    press(window, Qt.Key.Key_F4)
    assert [act for _, act, _ in desk.taken] == [HitAct.NOT_THE_PERSON]
    assert [one.reason for one in desk.cleared] == ["other face, born ten years later"]


def test_nothing_can_be_remembered_about_a_document_alone(window: MainWindow) -> None:
    scan(window, STOLEN)
    assert not window.hit.remember.isEnabled()


def test_the_supervisor_reviews_and_revokes_what_was_remembered(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    for reason in ("other face", "typed by mistake"):
        desk.clear_candidate(None, None, reason=reason)  # type: ignore[arg-type]
    window = open_desk(desk)
    window.presenter.turn_to(Page.CLEARANCES)
    view = window.others[Page.CLEARANCES]
    view.keep.click()
    settle(window)
    assert desk.cleared[0].reviewed_by == "demo"
    view.list.chosen.emit("c1")
    view.revoke.click()
    assert len(desk.cleared) == 2, "a reason is asked for first"
    view.reason.setText("the officer said so")
    view.revoke.click()
    settle(window)
    assert [one.id for one in desk.cleared] == ["c0"]


def test_an_officer_does_not_come_to_the_supervisors_page(window: MainWindow) -> None:
    window.presenter.turn_to(Page.CLEARANCES)
    assert window.presenter.state.page is Page.SCREENING
