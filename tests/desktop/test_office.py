"""Accounts for supervisors, diagnosis for technicians."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from borderdesk.people import Role
from borderdesk.words import say
from sync.agent.state import LinkState, LinkWord
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import LISTED, START, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan
from ui.desktop.accounts_view import AccountsView
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle


def supervised(open_desk: Opener) -> tuple[MainWindow, DeskSimulator, AccountsView]:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    window = open_desk(desk)
    QTest.keySequence(window, "Ctrl+U")
    settle(window)
    page = window.others[Page.ACCOUNTS]
    assert window.pages.currentWidget() is page
    return window, desk, page


def put(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.setText(text)


def test_a_supervisor_sees_who_has_an_account_and_who_is_shut_out(open_desk: Opener) -> None:
    _, _, page = supervised(open_desk)
    spoken = [row.spoken for row in page.list.rows.rows]
    assert spoken[1] == "noy · Noy K.. Officer"
    assert spoken[2].startswith("tech · T. Wire. Technician") and "Shut out" in spoken[2]


def test_somebody_is_added_with_the_keyboard_alone(open_desk: Opener) -> None:
    window, desk, page = supervised(open_desk)
    put(page.account, "bua")
    put(page.name, "Bua S.")
    page.role.setFocus()
    QTest.keyClick(page.role, Qt.Key.Key_Down)
    put(page.first, "a long first word")
    assert not page.add.isEnabled()
    put(page.again, "a long first word")
    page.add.setFocus()
    QTest.keyClick(page.add, Qt.Key.Key_Space)
    settle(window)
    assert (desk.accounts[-1].account, desk.accounts[-1].role) == ("bua", Role.SUPERVISOR)
    assert desk.passwords["bua"] == "a long first word"
    assert "bua was added" in page.told.text()
    assert page.first.text() == page.again.text() == page.account.text() == ""
    assert "bua" in page.list.rows.rows[-1].spoken


def test_a_name_that_is_taken_is_said_and_changes_nothing(open_desk: Opener) -> None:
    window, desk, page = supervised(open_desk)
    for field, text in ((page.account, "noy"), (page.name, "N"), (page.first, "x"), (page.again, "x")):
        put(field, text)
    page.add.click()
    settle(window)
    assert "already is an account noy" in window.message.lines[0].text()
    assert len(desk.accounts) == 3


def test_somebody_is_shut_out_and_let_in_again_but_never_oneself(open_desk: Opener) -> None:
    window, desk, page = supervised(open_desk)
    assert not page.out.isEnabled()
    page.list.setCurrentIndex(page.list.rows.index(1))
    for disabled in (True, False):
        page.out.click()
        settle(window)
        assert desk.accounts[1].disabled is disabled


def test_an_officer_changes_the_own_password_and_sees_nobody_else(window: MainWindow, desk: DeskSimulator) -> None:
    QTest.keySequence(window, "Ctrl+U")
    settle(window)
    page = window.others[Page.ACCOUNTS]
    assert page.list.rows.rows == ()
    assert not page.add.isVisible() and not page.out.isVisible()
    put(page.old, "correct horse")
    put(page.fresh, "new words")
    put(page.fresh_again, "other words")
    assert not page.change.isEnabled()
    put(page.fresh_again, "new words")
    page.change.click()
    settle(window)
    assert desk.passwords == {"demo": "new words"}
    assert page.told.text() == "Your password was changed."


def test_no_password_stays_in_a_field_when_the_page_is_left(open_desk: Opener) -> None:
    window, _, page = supervised(open_desk)
    put(page.old, "correct horse")
    press(window, Qt.Key.Key_Escape)
    assert page.old.text() == ""


def technician(open_desk: Opener) -> tuple[MainWindow, DeskSimulator]:
    desk = DeskSimulator(signed_in=True, role="technician")
    return open_desk(desk), desk


def spoken(window: MainWindow) -> str:
    return "\n".join(row.spoken for row in window.others[Page.DIAGNOSIS].list.rows.rows)


def test_a_technician_begins_at_the_diagnosis(open_desk: Opener) -> None:
    window, _ = technician(open_desk)
    assert window.pages.currentWidget() is window.others[Page.DIAGNOSIS]
    said = spoken(window)
    for part in (
        "0.1.0",
        "100.0 GiB",
        "3.0 GiB",
        "sltd 7",
        "Link up",
        "2026-11-22 18:00:00 UTC",
        "tpm: no such device",
    ):
        assert part in said


def test_an_officer_does_not_get_to_the_diagnosis(window: MainWindow) -> None:
    QTest.keySequence(window, "Ctrl+D")
    assert window.pages.currentWidget() is window.screening


def test_little_room_and_a_cut_link_stand_out(open_desk: Opener) -> None:
    window, desk = technician(open_desk)
    desk.free = 1024**3
    desk.link = LinkState(LinkWord.DOWN, START - timedelta(hours=1), say("no answer"))
    window.presenter.office.load_diagnosis()
    settle(window)
    assert "Make room" in spoken(window)
    assert "Link down since 2026-11-22 17:00" in spoken(window) and "no answer" in spoken(window)


def test_the_diagnosis_names_the_last_errors_but_no_traveller(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    window = open_desk(desk)
    scan(window, "X9")
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    scan(window, LISTED)
    QTest.keySequence(window, "Ctrl+D")
    settle(window)
    assert "Last errors: Unreadable" in spoken(window)
    assert not any(word in spoken(window) for word in ("X9", "X1234", "DOE", "ALMASRI", "QDi"))
