"""What an officer copied from the window is not there for the next person; what another program copied is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest

from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import DeskSimulator
from ui.desktop.copied import Copied
from ui.desktop.main_window import MainWindow
from ui.desktop.shots import settle


@pytest.fixture
def clipboard() -> Iterator[QClipboard]:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    yield clipboard
    clipboard.clear()


def copy(window: MainWindow, text: str) -> None:
    """As an officer does it: typed, marked and copied with the keys."""
    search = window.screening.search
    search.setFocus()
    QTest.keyClicks(search, text)
    QTest.keyClick(search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(search, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)


def test_what_was_copied_from_the_window_is_gone_once_the_desk_is_locked(
    window: MainWindow, clipboard: QClipboard
) -> None:
    copy(window, "VONGSA KEO")
    assert clipboard.text() == "VONGSA KEO"
    window.status.lock_asked.emit()
    settle(window)
    assert not window.presenter.state.signed_in
    assert clipboard.text() == ""


def test_what_was_copied_from_the_window_is_gone_once_it_is_closed(window: MainWindow, clipboard: QClipboard) -> None:
    copy(window, "VONGSA KEO")
    window.close()
    assert clipboard.text() == ""


@pytest.mark.parametrize(("there", "left"), [("a shopping list", "a shopping list"), ("VONGSA KEO", "")])
def test_what_another_program_put_there_stays_unless_it_took_it_from_the_window(
    window: MainWindow, clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch, there: str, left: str
) -> None:
    copy(window, "VONGSA KEO")
    monkeypatch.setattr(Copied, "is_ours", lambda self, mode: False)
    clipboard.setText(there)
    window.status.lock_asked.emit()
    settle(window)
    assert clipboard.text() == left


def test_what_was_there_before_the_window_is_left_alone(open_desk: Opener, clipboard: QClipboard) -> None:
    clipboard.setText("a shopping list")
    window = open_desk(DeskSimulator(signed_in=True))
    window.status.lock_asked.emit()
    settle(window)
    assert clipboard.text() == "a shopping list"
