"""The hand-over of a shift in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borderdesk.ids import AccountId
from borderdesk.operations.handover import Handover
from borderdesk.words import say
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, START, DeskSimulator
from tests.desktop.test_screening import press, scan
from ui.desktop.handover_view import HandoverView
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle

LEFT = Handover("h", AccountId("noy"), START, (say("Nothing is open."),), "The printer is out of paper.")


def page_of(window: MainWindow) -> HandoverView:
    QTest.keySequence(window, "Ctrl+H")
    settle(window)
    page = window.others[Page.HANDOVER]
    assert window.pages.currentWidget() is page
    return page


def test_who_leaves_sees_what_is_open_and_writes_a_note(window: MainWindow, desk: DeskSimulator) -> None:
    page = page_of(window)
    assert [row.spoken for row in page.list.rows.rows] == ["Nothing is open."]
    page.note.setPlainText("Lane 2 is closed.")
    press(window, Qt.Key.Key_F2)
    assert desk.handovers[0].note == "Lane 2 is closed."
    assert page.note.toPlainText() == "" and "Handed over" in page.told.text()
    assert not page.confirm.isEnabled(), "nobody confirms the own one"
    assert "Nobody has confirmed it yet." in page.newest.rows.rows[0].spoken


def test_who_comes_is_asked_to_read_it_first_and_confirms_it_once(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.handovers = [LEFT]
    window = open_desk(desk)
    page = window.others[Page.HANDOVER]
    assert window.pages.currentWidget() is page
    assert "out of paper" in page.newest.rows.rows[-1].spoken
    press(window, Qt.Key.Key_F3)
    assert desk.handovers[0].read_by == "demo"
    assert "Read by demo" in page.newest.rows.rows[0].spoken and not page.confirm.isEnabled()


def test_a_traveller_does_not_wait_for_the_hand_over_to_be_read(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.handovers = [LEFT]
    window = open_desk(desk)
    scan(window, CLEAN)
    assert window.pages.currentWidget() is window.screening


def test_one_that_was_confirmed_is_not_put_before_anybody(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.handovers = [replace(LEFT, read_by=AccountId("bua"), read_at=START)]
    window = open_desk(desk)
    assert window.pages.currentWidget() is window.screening


def test_it_is_written_to_paper_and_a_folder_that_is_not_there_is_said(open_desk: Opener, tmp_path: Path) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.handovers = [LEFT]
    window = open_desk(desk)
    page = page_of(window) if window.presenter.state.page is not Page.HANDOVER else window.others[Page.HANDOVER]
    page.report_asked.emit(tmp_path / "handover.pdf")
    assert (tmp_path / "handover.pdf").read_bytes().startswith(b"%PDF")
    assert window.message.isVisible() and str(tmp_path / "handover.pdf") in window.message.limits.text()
    page.report_asked.emit(tmp_path / "nowhere" / "handover.pdf")
    assert "could not be written" in window.message.lines[0].text()
    assert not window.message.limits.isVisible()


def test_a_note_that_was_not_handed_over_does_not_stay_for_the_next_officer(window: MainWindow) -> None:
    page = page_of(window)
    page.note.setPlainText("half a thought")
    press(window, Qt.Key.Key_F12)
    settle(window)
    assert window.pages.currentWidget() is window.sign_in
    assert page.note.toPlainText() == ""


def test_a_note_in_another_script_keeps_its_full_stop_at_its_end(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.handovers = [LEFT]
    window = open_desk(desk)
    window.presenter.speak("ar")
    settle(window)
    assert "\u2068The printer is out of paper.\u2069" in window.others[Page.HANDOVER].newest.rows.rows[-1].spoken
