"""A window on a scripted desk, and the ways in which an officer uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.desktop.desk_simulator import DeskSimulator
from ui.desktop.app import open_window
from ui.desktop.main_window import MainWindow
from ui.desktop.shots import settle

Opener = Callable[..., MainWindow]
PATIENCE_MS = 30_000


def in_front(window: MainWindow) -> MainWindow:
    """The window as an officer has it: of a post's size, in front, and at rest."""
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    settle(window)
    return window


@pytest.fixture(scope="session", autouse=True)
def settings_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What Qt's file dialogs remember is neither read in a developer's home nor left there."""
    kept = str(tmp_path_factory.mktemp("settings"))
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, kept)


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Waits longer than by itself: what is wrong fails a test, not a machine that has much else to do."""
    for way in ("waitUntil", "waitSignal"):
        monkeypatch.setattr(qtbot, way, partial(getattr(qtbot, way), timeout=PATIENCE_MS))
    return qtbot


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[Opener]:
    """Opens windows on scripted desks, and closes them with their threads."""
    windows: list[MainWindow] = []

    def opener(desk: DeskSimulator, **options: object) -> MainWindow:
        window = open_window(desk, zone=UTC, **options)
        windows.append(window)
        return in_front(window)

    yield opener
    for window in windows:
        window.end()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk() -> DeskSimulator:
    return DeskSimulator(signed_in=True)


@pytest.fixture
def window(open_desk: Opener, desk: DeskSimulator) -> MainWindow:
    """A window in which an officer is signed in."""
    return open_desk(desk)
