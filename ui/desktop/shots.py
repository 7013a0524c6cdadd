"""Pictures of the window, for the demo without a display and for those who review it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from ui.desktop.main_window import MainWindow

SIZE = (1366, 768)


class PictureNotWritten(KnownError):
    """The picture could not be saved."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("The picture {path} could not be written.", path=str(path)),
            safe=NOTHING_CHANGED,
            todo=say("Check that the folder exists and has room."),
        )


def settle(window: MainWindow, *, within_ms: int = 30_000) -> None:
    """Let the window work until its threads have nothing left to do and it is painted.

    Raises TimeoutError where that takes longer than `within_ms`.
    """
    deadline = QDeadlineTimer(within_ms)
    QApplication.processEvents()
    while not window.presenter.idle:
        if deadline.hasExpired():
            raise TimeoutError(f"the window is still busy after {within_ms} ms")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    QApplication.processEvents()


def shoot(window: QWidget, path: Path) -> Path:
    """Write what the window shows now as a PNG file. Raises PictureNotWritten."""
    if not window.isVisible():
        window.resize(*SIZE)
        window.show()
    QApplication.processEvents()
    if not window.grab().save(str(path)):
        raise PictureNotWritten(path)
    return path


def type_burst(window: MainWindow, text: str) -> None:
    """Type `text` into the window as a reader in keyboard mode does: key by key, each line ended by Return."""
    for line in text.splitlines():
        for char in line:
            # A key goes to what has the focus at that moment, as from a keyboard.
            QTest.keyClick(QApplication.focusWidget() or window, char)  # type: ignore[call-overload]
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
