"""What is not needed for the sign-in screen comes after it, and always comes."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.desk_simulator import DeskSimulator
from ui.desktop.app import run_desk
from ui.desktop.first_paint import FirstPaint
from ui.desktop.main_window import MainWindow


class _Sign(QLabel):
    painted = False

    def paintEvent(self, event: object) -> None:
        self.painted = True


def test_it_tells_once_everything_in_the_window_was_painted(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    sign = _Sign("sign in")
    QVBoxLayout(window).addWidget(sign)
    told: list[bool] = []
    first = FirstPaint(window)
    first.over.connect(lambda: told.append(sign.painted))
    with qtbot.waitSignal(first.over):
        window.show()
    window.repaint()
    QApplication.processEvents()
    assert told == [True]


def test_a_window_that_nobody_sees_does_not_keep_the_courier_waiting_for_ever(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    first = FirstPaint(window, at_latest=timedelta(milliseconds=1))
    with qtbot.waitSignal(first.over):
        assert not window.isVisible()


def test_the_engine_gets_ready_while_the_officer_looks_at_the_sign_in_screen(qtbot: QtBot) -> None:
    desk = DeskSimulator()
    ready_when_shown: list[bool] = []

    def shown() -> None:
        ready_when_shown.append(desk.ready)
        window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
        assert window.sign_in.isVisible()
        qtbot.waitUntil(lambda: desk.ready)
        QApplication.exit(0)

    run_desk(desk, once_shown=shown)
    assert ready_when_shown == [False], "the window was shown first, and somebody was told"
    assert desk.ready
