"""Tells once that a window can be seen: for what may as well be done while the officer types the password."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

AT_LATEST: Final = timedelta(seconds=5)
"""A window that nobody can see (no screen, another window over it) is never painted."""


class FirstPaint(QObject):
    """Emits `over` once the widget and all in it were painted, or at the latest `at_latest` after this was made."""

    over = Signal()

    def __init__(self, widget: QWidget, at_latest: timedelta = AT_LATEST) -> None:
        super().__init__(widget)
        self._widget = widget
        self._waiting = True
        widget.installEventFilter(self)
        QTimer.singleShot(int(at_latest.total_seconds() * 1000), self, self._tell)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() is QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            # The widgets inside it are painted after it, before the event loop goes on.
            QTimer.singleShot(0, self, self._tell)
        return False

    def stop(self) -> None:
        """Tell nothing any more."""
        self._waiting = False

    def _tell(self) -> None:
        if self._waiting:
            self._waiting = False
            self._widget.removeEventFilter(self)
            self.over.emit()
