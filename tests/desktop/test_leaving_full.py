"""Leaving a desk whose disk is full: nobody is kept there, and nothing that is lost by it is lost without a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from borderdesk.errors import KnownError
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan
from tests.desktop.test_training import surprised
from tests.desktop.test_ways_out import lock_all_the_same, shown_over
from ui.desktop.closing_note import ClosingNote
from ui.desktop.main_window import MainWindow
from ui.desktop.refusals import LostOnClosing, MatchNotKept, Unwritten, WritingWaits
from ui.desktop.shots import settle
from ui.desktop.text_size import LARGEST

__all__ = ["surprised"]

NOT_KEPT = "A match was left without an act, and the disk had no room to record it."


def on_the_locked_screen(window: MainWindow) -> str:
    assert not window.presenter.state.signed_in and window.sign_in.isVisible()
    return " ".join(line.text() for line in window.sign_in.errors)


def said_over(window: MainWindow) -> str:
    """What stands there while the window goes."""
    assert window.pages.currentWidget() is window.sign_in, "no traveller stands behind it"
    return " ".join(line.text() for line in shown_over(window))


@pytest.mark.parametrize("real", [True, False], ids=["a match", "a surprise"])
def test_a_match_that_could_not_be_recorded_as_left_is_said_on_the_locked_screen(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot, surprised: str, real: bool
) -> None:
    scan(window, STOLEN if real else surprised)
    desk.disk_full = True
    lock_all_the_same(window, qtbot)
    assert on_the_locked_screen(window).startswith(NOT_KEPT)
    press(window, Qt.Key.Key_F9)
    assert on_the_locked_screen(window).startswith(NOT_KEPT), "it stays until somebody signs in"


def test_a_match_among_the_scans_that_were_kept_is_said_too(
    window: MainWindow, desk: DeskSimulator, surprised: str
) -> None:
    scan(window, surprised)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    assert window.presenter.state.kept == (STOLEN,)
    desk.disk_full = True
    press(window, Qt.Key.Key_F12)
    assert on_the_locked_screen(window).startswith(NOT_KEPT)


CLOSINGS: dict[str, Callable[[MainWindow], object]] = {
    "with the button": lambda window: note_of(window).close_now.click(),
    "once more": MainWindow.close,
    "by the computer": MainWindow.end,
}


def note_of(window: MainWindow) -> ClosingNote:
    note = window.findChild(ClosingNote)
    assert isinstance(note, ClosingNote)
    return note


@pytest.mark.parametrize("close", CLOSINGS.values(), ids=CLOSINGS)
def test_a_window_that_closes_says_that_its_match_was_not_recorded_before_it_goes(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot, close: Callable[[MainWindow], object]
) -> None:
    scan(window, STOLEN)
    desk.disk_full = True
    window.close()
    qtbot.waitUntil(lambda: window.presenter.wish_to_leave.rests, timeout=20_000)
    window.close()
    assert desk.user is None and said_over(window).startswith(NOT_KEPT)
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F9, Qt.Key.Key_F12, Qt.Key.Key_Escape):
        press(window, key)
    assert said_over(window).startswith(NOT_KEPT)
    close(window)
    assert not window.isVisible()


def test_a_computer_that_ends_the_program_waits_for_no_reader(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    desk.disk_full = True
    window.end()
    assert not window.isVisible() and desk.user is None


def test_entries_that_wait_for_room_are_said_before_and_after_the_program_is_closed(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    scan(window, CLEAN)
    desk.unwritten = 2
    window.presenter.refresh()
    settle(window)
    window.close()
    assert window.isVisible() and "lost" in window.screening.advice.lines[1].text()
    qtbot.waitUntil(lambda: window.presenter.wish_to_leave.rests, timeout=20_000)
    over: list[str] = []
    desk.when_signed_out = lambda: over.append(" ".join(line.text() for line in shown_over(window)))
    window.close()
    assert "Nothing is lost" not in over[0]
    assert said_over(window).startswith("Entries of the journal that the full disk did not take, and that are lost: 2.")
    window.close()
    assert not window.isVisible()


def test_a_desk_that_is_locked_says_what_still_waits_for_room(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    desk.unwritten = 2
    press(window, Qt.Key.Key_F12)
    assert on_the_locked_screen(window).startswith("Entries of the journal that wait for room on the disk: 2.")
    assert "name no traveller any more" in on_the_locked_screen(window)


@pytest.mark.parametrize("language", ["en", "lo", "ar"])
@pytest.mark.parametrize(
    "error", [MatchNotKept(), Unwritten(12), WritingWaits(12)], ids=lambda error: type(error).__name__
)
def test_what_is_said_on_the_locked_screen_can_be_read_in_the_largest_letters(
    open_desk: Opener, language: str, error: KnownError
) -> None:
    window = open_desk(DeskSimulator(), language=language, text=LARGEST)
    window.presenter._show(error=error)
    settle(window)
    assert on_the_locked_screen(window)
    for line in window.sign_in.errors:
        assert line.height() >= line.heightForWidth(line.width()), line.text()
    window.presenter._show(error=None)
    settle(window)
    assert window.sign_in.enter.isVisible()


@pytest.mark.parametrize("language", ["en", "lo", "ar"])
def test_what_is_said_can_be_read_in_the_largest_letters(open_desk: Opener, language: str) -> None:
    window = open_desk(DeskSimulator(), language=language, text=LARGEST)
    note, voice = note_of(window), window.presenter.state.voice
    for lost in (MatchNotKept(), LostOnClosing(12)):
        note.be_read(window, voice, lost)
        assert said_over(window) == " ".join(voice(each) for each in lost.sentences)
        assert note.rect().contains(note.close_now.geometry())
        for line in shown_over(window):
            assert line.height() >= line.heightForWidth(line.width()) and note.rect().contains(line.geometry())
