"""Accounts for supervisors, diagnosis for technicians."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from borderdesk.operations import Operation
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
    assert spoken[1] == "noy · Noy K. Officer"
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


def fill(page: AccountsView, account: str, last_day: str = "") -> None:
    for field, text in ((page.account, account), (page.name, "Guest"), (page.last_day, last_day)):
        put(field, text)
    put(page.first, "a long first word")
    put(page.again, "a long first word")


def test_an_account_for_a_time_gets_its_last_day_and_the_list_says_when_it_ends(open_desk: Opener) -> None:
    window, desk, page = supervised(open_desk)
    fill(page, "guest", "2026-12-31")
    page.add.click()
    settle(window)
    assert desk.accounts[-1].ends_at == datetime(2026, 12, 31, 23, 59, 59, 999999, UTC)
    assert page.list.rows.rows[-1].spoken == "guest · Guest. Officer. Ends by itself: 2026-12-31 23:59"
    assert page.last_day.text() == ""


@pytest.mark.parametrize(("day", "said"), [("31.12", "31.12 is no day."), ("2026-11-21", "ends in the future")])
def test_a_last_day_that_is_none_or_over_adds_nobody_and_nothing_is_typed_twice(
    open_desk: Opener, day: str, said: str
) -> None:
    window, desk, page = supervised(open_desk)
    fill(page, "guest", day)
    page.add.click()
    settle(window)
    assert said in window.message.lines[0].text()
    assert len(desk.accounts) == 3
    put(page.last_day, "2026-12-31")
    page.add.click()
    settle(window)
    assert desk.accounts[-1].account == "guest"
    assert not window.message.isVisible()


def test_an_account_for_an_operation_ends_with_it(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    desk.running = [Operation("o", "Sunbird III", "", START, START + timedelta(days=3))]
    window = open_desk(desk)
    QTest.keySequence(window, "Ctrl+U")
    settle(window)
    page = window.at.accounts
    page.operation.setFocus()
    QTest.keyClick(page.operation, Qt.Key.Key_Down)
    fill(page, "guest")
    page.add.click()
    settle(window)
    assert (desk.accounts[-1].operation, desk.accounts[-1].ends_at) == ("o", START + timedelta(days=3))
    assert page.list.rows.rows[-1].spoken.endswith("Operation Sunbird III")


def test_no_operation_is_asked_for_where_none_runs(open_desk: Opener) -> None:
    _, _, page = supervised(open_desk)
    assert not page.operation.isVisible()


def test_whoever_forgot_the_password_gets_a_new_first_one(open_desk: Opener) -> None:
    window, desk, page = supervised(open_desk)
    put(page.forgot, "another first word")
    put(page.forgot_again, "another first word")
    assert not page.give.isEnabled(), "the own password is changed with the old one"
    page.list.setCurrentIndex(page.list.rows.index(1))
    assert page.forgot.text() == "", "typed for one of them, it is not given to another"
    put(page.forgot, "another first word")
    put(page.forgot_again, "another first word")
    page.give.click()
    settle(window)
    assert desk.passwords == {"noy": "another first word"}
    assert "noy has a new first password" in page.told.text()
    assert page.forgot.text() == ""


def test_on_a_full_disk_nobody_is_added_and_what_was_typed_stays(open_desk: Opener) -> None:
    window, desk, page = supervised(open_desk)
    desk.disk_full = True
    fill(page, "guest")
    page.add.click()
    settle(window)
    assert window.message.isVisible() and len(desk.accounts) == 3
    assert page.account.text() == "guest" and page.first.text() == "a long first word"
    desk.disk_full = False
    page.add.click()
    settle(window)
    assert desk.accounts[-1].account == "guest"


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
    assert "Error shown: There is nothing to screen in this input (… characters)." in spoken(window)
    assert not any(word in spoken(window) for word in ("X9", "X1234", "DOE", "ALMASRI", "QDi"))
