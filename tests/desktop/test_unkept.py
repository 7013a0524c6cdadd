"""A full disk costs nobody what was typed: the note stands in its field again, and nothing was half done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle

NOTE = "photo glued, stamp of another colour"


@pytest.fixture
def desk() -> DeskSimulator:
    return DeskSimulator(signed_in=True, role="supervisor")


@pytest.fixture
def window(open_desk: Opener, desk: DeskSimulator) -> MainWindow:
    return open_desk(desk)


def turn(window: MainWindow, page: Page) -> None:
    window.presenter.turn_to(page)
    settle(window)


def told(window: MainWindow) -> str:
    return f"{window.message.accessibleName()} {window.screening.advice.accessibleName()}"


def test_the_note_of_an_act_comes_back_and_goes_with_the_next_try(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    window.hit.note.setText(NOTE)
    desk.disk_full = True
    press(window, Qt.Key.Key_F3)
    assert window.hit.note.text() == NOTE and window.presenter.state.act_needed
    desk.disk_full = False
    press(window, Qt.Key.Key_F3)
    assert desk.taken[-1][2] == NOTE
    assert window.hit.note.text() == ""


def test_a_hand_over_comes_back_whole(window: MainWindow, desk: DeskSimulator) -> None:
    turn(window, Page.HANDOVER)
    note = window.others[Page.HANDOVER].note
    note.setPlainText(NOTE + "\n\nsecond lane closed")
    desk.disk_full = True
    press(window, Qt.Key.Key_F2)
    assert "/var/lib/borderdesk is full" in told(window)
    assert note.toPlainText() == NOTE + "\n\nsecond lane closed"
    assert desk.handovers == []
    desk.disk_full = False
    press(window, Qt.Key.Key_F2)
    assert note.toPlainText() == "" and desk.handovers[-1].note == NOTE + "\n\nsecond lane closed"


def test_an_answer_of_the_interview_comes_back_to_its_question(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.scan(LISTED)
    settle(window)
    turn(window, Page.INTERVIEW)
    page = window.others[Page.INTERVIEW]
    first = page.asked
    page.note.setText(NOTE)
    desk.disk_full = True
    QTest.keyClick(page.note, Qt.Key.Key_Return)
    assert page.asked != first, "the next question is there at once"
    settle(window)
    assert (page.asked, page.note.text()) == (first, NOTE)
    desk.disk_full = False
    QTest.keyClick(page.note, Qt.Key.Key_Return)
    settle(window)
    assert page.asked != first and page.note.text() == ""


def test_how_a_traveller_was_dealt_with_comes_back(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    press(window, Qt.Key.Key_F3)
    turn(window, Page.SECOND_LINE)
    page = window.others[Page.SECOND_LINE]
    page.list.setCurrentIndex(page.list.rows.index(0))
    page.note.setText(NOTE)
    desk.disk_full = True
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert "/var/lib/borderdesk is full" in told(window)
    assert page.note.text() == NOTE
    desk.disk_full = False
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert page.list.rows.rows == () and page.note.text() == ""


def test_a_drill_that_could_not_be_kept_is_said_and_can_be_finished_later(
    window: MainWindow, desk: DeskSimulator
) -> None:
    window.presenter.training.begin("practice.bearer")
    settle(window)
    press(window, Qt.Key.Key_F3)
    desk.disk_full = True
    press(window, Qt.Key.Key_F6)
    assert "/var/lib/borderdesk is full" in told(window)
    assert window.others[Page.TRAINING].debrief.finish.isEnabled()
    desk.disk_full = False
    press(window, Qt.Key.Key_F6)
    assert not window.others[Page.TRAINING].debrief.finish.isEnabled()


def test_a_link_that_fails_later_gives_no_old_note_back(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    window.hit.note.setText(NOTE)
    press(window, Qt.Key.Key_F3)
    desk.linked = False
    window.status.exchange.click()
    settle(window)
    assert window.presenter.state.error is not None
    assert window.hit.note.text() == ""
