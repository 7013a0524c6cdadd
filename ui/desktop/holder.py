"""Holds the window's one state and the lanes its work runs in; what the presenter is built on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from borderdesk.errors import BorderDeskError
from ui.desktop.engine import DeskEngine
from ui.desktop.lanes import Lane
from ui.desktop.moments import with_fault
from ui.desktop.state import WindowState


class Holder(QObject):
    """The one `WindowState`, replaced whole, and who is told of it."""

    changed = Signal(object)
    """The new WindowState."""

    def __init__(self, engine: DeskEngine, state: WindowState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.state = self._told = state
        self._desk_lane = Lane("desk", finish_on_close=True, parent=self)
        self._book_lane = Lane("book", finish_on_close=True, parent=self)
        self._link_lane = Lane("link", finish_on_close=False, parent=self)

    def _failed(self, error: BorderDeskError) -> None:
        self._show(error=error, busy=False)

    def _desk(self, job: Any, done: Any, failed: Any = None) -> None:
        self._desk_lane.run(job, done=done, failed=failed or self._failed)

    def _show(self, **changes: Any) -> None:
        self._become(replace(self.state, **changes))

    def _hold(self, **changes: Any) -> None:
        """As `_show`, but told with the next change only: for what would be on the screen too short to be read."""
        self.state = replace(self.state, **changes)

    def _become(self, state: WindowState) -> None:
        self.state = with_fault(state, self.state)
        if self.state != self._told:
            self._told = self.state
            self.changed.emit(self.state)
