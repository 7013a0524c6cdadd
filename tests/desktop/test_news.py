"""What comes by itself is shown by itself: late matches, operations, the end of a session."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtTest import QTest

from borderdesk.operations import Operation
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, START, DeskSimulator, late_match
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle


def looked(window: MainWindow) -> MainWindow:
    """The window has asked for the status once more, as it does every five seconds."""
    window.presenter.refresh()
    settle(window)
    return window


def test_a_traveller_found_late_is_said_without_anybody_pressing_a_key(window: MainWindow, desk: DeskSimulator) -> None:
    assert "Found late" not in window.status.waiting.text()
    desk.late = [late_match(desk.answer(CLEAN))]
    assert "Found late: 1" in looked(window).status.waiting.text()


def test_what_an_exchange_of_the_courier_brought_is_read_again(window: MainWindow, desk: DeskSimulator) -> None:
    desk.running = [Operation("o", "Sunbird III", "", START, START + timedelta(days=1))]
    desk.heard += timedelta(minutes=20)
    assert looked(window).status.operation.text() == "Operation Sunbird III"


def test_an_operation_begins_by_itself_while_the_link_is_down(window: MainWindow, desk: DeskSimulator) -> None:
    begins = START + timedelta(hours=1)
    desk.running = [Operation("o", "Sunbird III", "", begins, begins + timedelta(hours=1))]
    for hours, shown in ((0.5, False), (1, True), (1.5, True), (2, False)):
        desk.now = START + timedelta(hours=hours)
        assert looked(window).status.operation.isVisible() is shown


def test_nothing_of_one_officer_is_kept_for_the_next_where_the_desk_locks_by_itself(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    window = open_desk(desk)
    for page in (Page.ACCOUNTS, Page.TRAINING, Page.HANDOVER):
        window.presenter.turn_to(page)
        settle(window)
    desk.user, desk.role = None, "officer"
    assert not looked(window).presenter.state.signed_in
    presenter = window.presenter
    assert not presenter.office.work.people
    assert presenter.training.work.training is None and not presenter.shift.work.points
    window.sign_in.account.setText("noy")
    window.sign_in.password.setText("correct horse")
    window.sign_in.enter.click()
    settle(window)
    QTest.keySequence(window, "Ctrl+U")
    settle(window)
    assert window.at.accounts.list.rows.rows == ()
