"""Hears that the system wants the program to end: a service that is stopped, a session that is logged off.

A signal interrupts Python at any place, also in the middle of a transaction. So nothing is done there: the byte that
Python writes for each signal is read in the window's loop, and only then somebody is told.
"""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot
from PySide6.QtGui import QGuiApplication

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""Those of this system."""


class Ending(QObject):
    """`asked` says once for each wish to end. One at a time, made and closed in the main thread."""

    asked = Signal()

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__()
        self._heard, self._told = socket.socketpair()
        self._heard.setblocking(False)
        self._told.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._handlers = {each: signal.signal(each, _only_wake) for each in SIGNALS}
        self._woken_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        app.commitDataRequest.connect(self._session_ends)

    def close(self) -> None:
        """Give the signals back to whom they belonged."""
        signal.set_wakeup_fd(self._woken_before)
        for each, handler in self._handlers.items():
            signal.signal(each, handler)
        self._notifier.setEnabled(False)
        self._heard.close()
        self._told.close()

    @Slot()
    def _read(self) -> None:
        try:
            self._heard.recv(64)
        except BlockingIOError:
            return
        self.asked.emit()

    @Slot(object)
    def _session_ends(self, _manager: object) -> None:
        self.asked.emit()


def _only_wake(_number: int, _frame: FrameType | None) -> None:
    """What Python does at once: nothing; the loop does the rest."""
