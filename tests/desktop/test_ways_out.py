"""A match cannot be left without a recorded act, by no way out; and from wherever one gets, one key refers."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from borderdesk.hits.types import HitAct
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, START, STOLEN, DeskSimulator, late_match
from tests.desktop.test_screening import press, word
from ui.desktop import wish
from ui.desktop.app import application, run_desk
from ui.desktop.closing_note import ClosingNote
from ui.desktop.ending import Ending
from ui.desktop.main_window import MainWindow
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.shots import settle
from ui.desktop.text_size import TEXT_SIZES

Way = Callable[[MainWindow, DeskSimulator], None]


def key(which: Qt.Key) -> Way:
    return lambda window, _desk: press(window, which)


def ask(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(CLEAN)


def paper(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.enter_from_paper(CLEAN, START - timedelta(hours=3))


def history(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.look_back(window.presenter.state.history[-1].screening)


def next_kept(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(CLEAN)
    press(window, Qt.Key.Key_F8)
    window.presenter.next_kept()


def late(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.look_at_late(desk.late[0])


def other(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.look_at(window.presenter.state.history[-1])


def unreadable(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan("no document at all")


def link(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.exchange()


def nobody(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter._nobody_there()


def palette(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.walk_theme()
    window.presenter.speak("ar")


WAYS: dict[str, Way] = {
    "a new scan": ask,
    "a scan that cannot be read": unreadable,
    "a line from paper": paper,
    "the history": history,
    "a match found late": late,
    "a line of a list": other,
    "escape": key(Qt.Key.Key_Escape),
    "lock": key(Qt.Key.Key_F12),
    "the next kept scan": next_kept,
    "nobody touches it": nobody,
    "an exchange": link,
    "palette and language": palette,
}


@pytest.fixture
def matched(open_desk: Opener) -> tuple[MainWindow, DeskSimulator]:
    """A supervisor, who may turn to every page, before a match on which nobody has acted."""
    desk = DeskSimulator(signed_in=True, role="supervisor")
    desk.late = [late_match(desk.answer(CLEAN))]
    window = open_desk(desk)
    window.presenter.scan(LISTED)
    settle(window)
    window.presenter.scan(STOLEN)
    settle(window)
    assert word(window) == "Match"
    return window, desk


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out_of_a_match_without_an_act(matched: tuple[MainWindow, DeskSimulator], way: str) -> None:
    window, desk = matched
    verdict = window.presenter.state.verdict
    WAYS[way](window, desk)
    settle(window)
    state = window.presenter.state
    assert state.act_needed
    assert state.verdict is verdict
    assert desk.user is not None
    assert window.hit.isVisible()
    press(window, Qt.Key.Key_F3)
    assert [(record.key, act) for record, act, _ in desk.taken] == [("UTO/P/X12345678", HitAct.REFER)]


@pytest.mark.parametrize("page", [page for page in Page if page is not Page.SCREENING])
def test_on_every_page_the_match_still_asks_and_one_key_refers(
    matched: tuple[MainWindow, DeskSimulator], page: Page
) -> None:
    window, desk = matched
    QTest.keySequence(QApplication.focusWidget() or window, PAGE_KEYS[page])
    settle(window)
    assert window.presenter.state.page is page
    assert window.presenter.state.act_needed
    assert window.hit.isVisible()
    press(window, Qt.Key.Key_F3)
    assert [act for _, act, _ in desk.taken] == [HitAct.REFER]


def test_a_match_outlasts_the_window_and_the_next_officer_meets_it(open_desk: Opener, qtbot: QtBot) -> None:
    desk = DeskSimulator(signed_in=True)
    first = open_desk(desk)
    first.presenter.scan(STOLEN)
    settle(first)
    first.end()
    desk.user = None
    second = open_desk(desk)
    second.presenter.sign_in("noy", "correct horse")
    settle(second)
    assert second.presenter.state.act_needed
    assert word(second) == "Match"


@pytest.mark.parametrize("ask_to_leave", [lambda window: window.close(), lambda window: press(window, Qt.Key.Key_F12)])
def test_leaving_a_match_is_asked_twice_and_then_recorded_as_left_open(
    window: MainWindow, desk: DeskSimulator, ask_to_leave: Callable[[MainWindow], None], qtbot: QtBot
) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    ask_to_leave(window)
    assert window.isVisible() and desk.user is not None and desk.taken == []
    assert "recorded as left open" in window.screening.advice.lines[1].text()
    window.hit.note.setText("the generator dies")
    qtbot.waitUntil(lambda: window.presenter.wish_to_leave.rests)
    ask_to_leave(window)
    settle(window)
    assert [(record.key, act, note) for record, act, note in desk.taken] == [
        ("UTO/P/X12345678", HitAct.LEFT_OPEN, "the generator dies")
    ]
    assert not window.isVisible() or not window.presenter.state.signed_in


def test_an_act_between_two_wishes_to_leave_makes_the_second_the_first_again(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    window.close()
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.presenter.wish_to_leave.rests)
    window.close()
    assert window.isVisible() and desk.taken == []


@pytest.mark.parametrize("ask_to_leave", [lambda window: window.close(), lambda window: press(window, Qt.Key.Key_F12)])
def test_a_key_that_is_held_down_is_one_wish_to_leave(
    window: MainWindow,
    desk: DeskSimulator,
    ask_to_leave: Callable[[MainWindow], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    monkeypatch.setattr(wish, "HELD_KEY_MS", 60_000)  # so that no slow machine makes a pause of its own
    for _ in range(10):
        ask_to_leave(window)
    assert window.isVisible() and window.presenter.state.signed_in and desk.taken == []
    assert "recorded as left open" in window.screening.advice.lines[1].text()


def lock_all_the_same(window: MainWindow, qtbot: QtBot) -> None:
    """Lock, read what that means, and lock once more."""
    press(window, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: window.presenter.wish_to_leave.rests)
    press(window, Qt.Key.Key_F12)


def test_what_was_left_open_still_asks_for_its_act_and_takes_it_as_any_other(window: MainWindow, qtbot: QtBot) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    lock_all_the_same(window, qtbot)
    window.presenter.sign_in("noy", "correct horse")
    settle(window)
    assert window.presenter.state.act_needed
    assert "Left open at" in window.hit.says.text()
    row = window.screening.history.list.rows.rows[0]
    assert [line.text for line in row.lines][-1] == "Left open without an act", "nobody took it up"
    assert window.hit.buttons[HitAct.TAKE_UP].isEnabled() and not window.hit.buttons[HitAct.SEIZED].isEnabled()
    press(window, Qt.Key.Key_F2)
    assert not window.presenter.state.act_needed
    assert "Taken up" in window.hit.says.text()


def test_scans_that_were_kept_are_answered_before_the_desk_is_left(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    for text in (STOLEN, CLEAN, "no document at all", LISTED):
        window.presenter.scan(text)
        settle(window)
    lock_all_the_same(window, qtbot)
    assert desk.user is None
    assert desk.screened == [STOLEN, CLEAN, "no document at all", LISTED]
    assert desk.recorded == ["s0", "s1", "s2"]


@pytest.mark.parametrize("leave", [lambda window: window.close(), lambda window: press(window, Qt.Key.Key_F12)])
def test_a_match_that_is_found_in_the_very_moment_of_leaving_asks_at_the_next_sign_in(
    open_desk: Opener, leave: Callable[[MainWindow], None]
) -> None:
    desk = DeskSimulator(signed_in=True)
    window = open_desk(desk)
    desk.gate = threading.Event()
    window.presenter.scan(STOLEN)
    threading.Timer(0.2, desk.gate.set).start()
    leave(window)
    settle(window)
    assert (desk.user is None and not window.presenter.state.signed_in) or not window.isVisible()
    assert len(desk.recorded) == 1
    second = open_desk(desk)
    second.presenter.sign_in("noy", "correct horse")
    settle(second)
    assert second.presenter.state.act_needed


def test_a_disk_that_takes_nothing_keeps_nobody_from_leaving(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    desk.disk_full = True
    lock_all_the_same(window, qtbot)
    assert desk.user is None and not window.presenter.state.signed_in


def test_a_program_that_the_computer_ends_leaves_the_match_open_and_asks_nobody(
    open_desk: Opener, desk: DeskSimulator
) -> None:
    window = open_desk(desk)
    ending = Ending(application())
    ending.asked.connect(window.end)
    try:
        window.presenter.scan(STOLEN)
        settle(window)
        os.kill(os.getpid(), signal.SIGTERM)
        settle(window)
    finally:
        ending.close()
    assert [act for _, act, _ in desk.taken] == [HitAct.LEFT_OPEN]
    assert not window.isVisible()


def test_the_whole_program_ends_on_one_signal_and_the_match_is_left_open(qtbot: QtBot, desk: DeskSimulator) -> None:
    desk.answer(STOLEN)  # on which nobody acted

    def when_shown() -> None:
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]
        if any(window.presenter.state.act_needed for window in shown):
            looking.stop()
            os.kill(os.getpid(), signal.SIGTERM)

    looking = QTimer(interval=20)
    looking.timeout.connect(when_shown)
    looking.start()
    assert run_desk(desk) == 0
    assert [act for _, act, _ in desk.taken] == [HitAct.LEFT_OPEN]


LEAVING = {"closed": MainWindow.close, "ended by the computer": MainWindow.end}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
@pytest.mark.parametrize("locked", [False, True], ids=["at work", "locked"])
def test_a_window_goes_during_an_exchange_with_a_bureau_that_never_answers(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot, leave: Callable[[MainWindow], object], locked: bool
) -> None:
    window.presenter.scan(CLEAN)
    settle(window)
    desk.hangs = True
    window.presenter.exchange()
    assert desk.asked.wait(10)
    if locked:
        window.presenter.sign_out()
        qtbot.waitUntil(lambda: not window.presenter.state.signed_in)
    if not locked:
        desk.gate = threading.Event()
        window.presenter.scan(LISTED)  # in the very moment
        threading.Timer(0.2, desk.gate.set).start()
    said: list[str] = []
    desk.when_signed_out = lambda: said.append(" ".join(line.text() for line in shown_over(window)))
    leave(window)
    assert not window.isVisible()
    assert desk.user is None and desk.left.is_set()
    assert desk.recorded == (["s0"] if locked else ["s0", "s2"]), "what was begun is written down, once"
    assert said == ["Closing … What was begun is being written down. Nothing is lost; this takes a moment."]


@pytest.mark.parametrize("language", ["en", "lo", "ar"])
def test_what_is_said_while_the_window_goes_can_be_read_in_the_largest_letters(
    open_desk: Opener, language: str
) -> None:
    window = open_desk(DeskSimulator(), language=language)
    window.presenter.resize_text(list(TEXT_SIZES.values())[-1])
    settle(window)
    note = window.findChild(ClosingNote)
    assert note is not None
    note.stand_over(window, window.presenter.state.voice)
    for line in shown_over(window):
        assert line.height() >= line.heightForWidth(line.width())
        assert note.rect().contains(line.geometry())


def shown_over(window: MainWindow) -> list[QLabel]:
    note = window.findChild(ClosingNote)
    assert isinstance(note, ClosingNote) and note.isVisible() and window.isVisible()
    return [line for line in note.findChildren(QLabel) if line.text()]


def test_a_list_that_is_being_screened_stops_after_its_step_when_the_window_is_closed(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "bus.csv"
    path.write_text(";".join([CLEAN] * 3))
    desk.list_gate = threading.Event()
    window.presenter.lists.screen(path)
    qtbot.waitUntil(lambda: window.presenter.state.lists.run is not None)
    threading.Timer(0.2, desk.list_gate.set).start()
    window.close()
    assert not window.isVisible() and desk.user is None
    (screened,) = desk._lists
    assert len(screened.lines) == 1


def test_a_picture_that_is_being_attached_is_kept_before_the_window_goes(
    window: MainWindow, desk: DeskSimulator, tmp_path: Path
) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    press(window, Qt.Key.Key_F2)
    settle(window)
    picture = tmp_path / "page.png"
    window.grab().save(str(picture))
    window.presenter.attach(picture, "the torn page")
    window.close()
    assert [kept.photo.note for kept in desk.attached] == ["the torn page"]
    assert not window.isVisible()


def test_the_program_ends_when_its_window_is_closed(qtbot: QtBot, desk: DeskSimulator) -> None:
    def when_shown() -> None:
        for each in QApplication.topLevelWidgets():
            if isinstance(each, MainWindow) and each.isVisible() and each.presenter.state.status is not None:
                looking.stop()
                each.close()

    looking = QTimer(interval=20)
    looking.timeout.connect(when_shown)
    looking.start()
    assert run_desk(desk) == 0
    assert desk.user is None


def test_the_engine_that_locks_by_itself_hands_the_match_to_whoever_signs_in_next(
    window: MainWindow, desk: DeskSimulator
) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    desk.user = None
    window.presenter.refresh()
    settle(window)
    assert not window.presenter.state.signed_in
    assert window.presenter.state.verdict is None, "nothing of it stays on a locked screen"
    window.presenter.sign_in("noy", "correct horse")
    settle(window)
    assert window.presenter.state.act_needed


def test_a_traveller_without_any_finding_can_be_referred_from_every_page_of_the_work(
    window: MainWindow, desk: DeskSimulator
) -> None:
    for page in (Page.SCREENING, Page.EXAMINE, Page.INTERVIEW, Page.PACKET):
        window.presenter.scan(CLEAN)
        settle(window)
        assert window.presenter.state.referral is None, "that of the one before"
        if page is not Page.SCREENING:
            window.presenter.turn_to(page)
            settle(window)
        press(window, Qt.Key.Key_F3)
        assert window.presenter.state.referral is not None, page
