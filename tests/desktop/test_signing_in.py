"""Signing in, signing out, and what stays on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from borderdesk.policy import DEFAULT
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan, word
from ui.desktop.main_window import MainWindow
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.shots import settle


def enter(window: MainWindow, account: str, password: str) -> None:
    view = window.sign_in
    QTest.keyClicks(view.account, account)
    QTest.keyClick(view.account, Qt.Key.Key_Return)
    QTest.keyClicks(view.password, password)
    QTest.keyClick(view.password, Qt.Key.Key_Return)
    settle(window)


def test_the_right_password_opens_the_screening_screen_with_the_scan_line_ready(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    assert window.pages.currentWidget() is window.sign_in
    enter(window, "demo", "correct horse")
    assert window.pages.currentWidget() is window.screening
    assert window.screening.search.hasFocus()
    assert "A. Officer" in window.status.who.text()


def test_a_wrong_password_gets_three_sentences_and_nothing_typed_is_lost(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    enter(window, "demo", "wrong")
    assert window.sign_in.errors[0].text() == "The account and the password do not fit together."
    assert window.sign_in.account.text() == "demo"
    assert window.sign_in.password.selectedText()


def test_whoever_types_again_after_a_wrong_password_keeps_the_cursor_while_the_status_goes_on(
    open_desk: Opener,
) -> None:
    desk = DeskSimulator()
    window = open_desk(desk)
    enter(window, "dema", "correct horse battery")
    view = window.sign_in
    assert view.password.hasFocus() and view.password.selectedText()
    view.account.setFocus()
    view.account.selectAll()
    QTest.keyClicks(view.account, "de")
    desk.now += timedelta(seconds=5)
    window.presenter.refresh()
    settle(window)
    assert view.account.hasFocus() and not view.password.hasFocus()
    assert view.errors[0].text(), "what went wrong is still to be read"


def test_the_password_is_gone_from_the_field_once_it_served(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    enter(window, "demo", "correct horse")
    assert window.sign_in.password.text() == ""


def test_locking_leaves_nothing_of_a_traveller_on_the_screen(window: MainWindow) -> None:
    scan(window, CLEAN)
    press(window, Qt.Key.Key_F12)
    assert window.pages.currentWidget() is window.sign_in
    state = window.presenter.state
    assert (state.verdict, state.history, state.hits, state.kept, state.unread) == (None, (), (), (), "")


def lock_by_key(window: MainWindow, _desk: DeskSimulator) -> None:
    press(window, Qt.Key.Key_F12)


def lock_for_want_of_hands(window: MainWindow, _desk: DeskSimulator) -> None:
    time_runs_out(window)


def lock_by_order(window: MainWindow, desk: DeskSimulator) -> None:
    """The engine locks by itself: an order of the bureau, an account that is over."""
    desk.user = None
    window.presenter.refresh()
    settle(window)


@pytest.mark.parametrize("page", [Page.SCREENING, Page.FORM, Page.JOURNAL, Page.HELP, Page.HANDOVER])
@pytest.mark.parametrize("lock", [lock_by_key, lock_for_want_of_hands, lock_by_order])
def test_nothing_that_somebody_began_to_write_is_there_for_whoever_signs_in_next(
    open_desk: Opener, lock: Callable[[MainWindow, DeskSimulator], None], page: Page
) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    window = open_desk(desk)
    scan(window, CLEAN)
    if page is not Page.SCREENING:
        window.presenter.turn_to(page)
        settle(window)
    fields = [*window.findChildren(QLineEdit), *window.findChildren(QPlainTextEdit)]
    written = [field for field in fields if field is not window.sign_in.account]
    assert len(written) > 20
    before = [plain(field) for field in written]
    for field in written:
        field.setEnabled(True)
        field.insert("AL-MASRI") if isinstance(field, QLineEdit) else field.insertPlainText("AL-MASRI")
    lock(window, desk)
    assert window.sign_in.isVisible() or page is Page.HELP
    window.presenter.sign_in("noy", "correct horse")
    settle(window)
    for field in written:
        field.undo()
    assert [plain(field) for field in written] == before


def plain(field: QLineEdit | QPlainTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def test_a_form_that_was_refused_says_nothing_of_it_to_whoever_signs_in_next(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator(signed_in=True))
    window.presenter.turn_to(Page.FORM)
    form = window.at.form
    form.rows[2][1].setText("AL-MASRI 1974")
    form.submit()
    assert "AL-MASRI" in form.says.text()
    press(window, Qt.Key.Key_F12)
    window.presenter.sign_in("noy", "correct horse")
    settle(window)
    window.presenter.turn_to(Page.FORM)
    settle(window)
    assert "AL-MASRI" not in form.says.text()


def test_the_history_of_the_shift_is_back_after_signing_in_again(window: MainWindow) -> None:
    scan(window, CLEAN)
    press(window, Qt.Key.Key_F12)
    enter(window, "demo", "correct horse")
    assert [row.title for row in window.screening.history.list.rows.rows] == ["ERIKSSON ANNA MARIA"]
    assert word(window) == "Ready"


def test_a_scan_on_a_locked_desk_types_no_document_into_the_fields_of_the_screening(
    open_desk: Opener,
) -> None:
    desk = DeskSimulator()
    window = open_desk(desk)
    window.presenter.scan(CLEAN)
    settle(window)
    assert desk.screened == []
    assert "nobody is signed in" in window.sign_in.errors[0].text()


def test_the_status_line_is_on_every_screen(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    assert window.status.isVisible()
    assert window.status.link.text() == "Link up since 16:00"
    assert "sltd 3 h 12 min" in window.status.lists.text()
    enter(window, "demo", "correct horse")
    assert window.status.isVisible()
    assert "post NORTH, desk 1" in window.status.who.toolTip()


def time_runs_out(window: MainWindow) -> None:
    window.presenter._idle_timer.timeout.emit()
    settle(window)


def test_a_desk_that_nobody_touches_locks_itself(open_desk: Opener, desk: DeskSimulator) -> None:
    window = open_desk(desk, lock_when_idle=True)
    scan(window, CLEAN)
    time_runs_out(window)
    assert desk.user is None
    assert window.pages.currentWidget() is window.sign_in


def test_a_match_without_an_act_is_never_locked_away(open_desk: Opener, desk: DeskSimulator) -> None:
    window = open_desk(desk, lock_when_idle=True)
    scan(window, STOLEN)
    time_runs_out(window)
    assert desk.user is not None
    assert word(window) == "Match"
    assert window.presenter.state.error is None


def test_a_key_puts_the_lock_off(open_desk: Opener, desk: DeskSimulator) -> None:
    window = open_desk(desk, lock_when_idle=True)
    timer = window.presenter._idle_timer
    timer.stop()
    QTest.keyClick(window, Qt.Key.Key_Shift)
    assert timer.isActive()


def test_a_desk_locks_after_the_minutes_that_the_bureau_decided(open_desk: Opener, desk: DeskSimulator) -> None:
    desk.policy = replace(DEFAULT, idle_lock_minutes=3)
    window = open_desk(desk, lock_when_idle=True)
    scan(window, CLEAN)
    assert window.presenter._idle_timer.interval() == 3 * 60_000


def test_an_exchange_goes_on_while_the_desk_is_locked(open_desk: Opener) -> None:
    desk = DeskSimulator()
    window = open_desk(desk)
    assert window.status.exchange.isEnabled()
    window.status.exchange.click()
    settle(window)
    assert desk.exchanged == 1
    assert not window.presenter.state.signed_in
    assert window.presenter.state.error is None


def test_the_help_and_another_language_are_there_before_anybody_signed_in(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    press(window, Qt.Key.Key_F1)
    shown = window.others[Page.HELP]
    assert window.pages.currentWidget() is shown
    assert "supervisor" in shown.list.rows.rows[0].spoken
    assert not any(button.isEnabled() for button in shown.pages.values()), "no page but the help is for nobody"
    shown.languages["fr"].click()
    press(window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.sign_in
    assert window.sign_in.enter.accessibleName() == "Se connecter"
    enter(window, "demo", "correct horse")
    assert window.pages.currentWidget() is window.screening


def test_nobody_gets_past_the_sign_in_screen_by_a_pages_key(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    for keys in PAGE_KEYS.values():
        if keys != PAGE_KEYS[Page.HELP]:
            QTest.keySequence(window, keys)
            assert window.pages.currentWidget() is window.sign_in
