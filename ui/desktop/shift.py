"""The part of the presenter that works between two shifts: the hand-over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from borderdesk.operations.handover import Handover
from borderdesk.words import say
from ui.desktop.engine import DeskEngine
from ui.desktop.lanes import Lane
from ui.desktop.work import ShiftWork


class Shift(QObject):
    """Writes and confirms hand-overs. `changed` carries the new ShiftWork, `failed` a BorderDeskError, `came` the one
    that somebody else left, whenever it was read anew."""

    changed = Signal(object)
    failed = Signal(object)
    came = Signal(object)

    def __init__(self, engine: DeskEngine, lane: Lane, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._lane = lane
        self.work = ShiftWork()

    def forget(self) -> None:
        """The desk locks: keep nothing of it on the screen."""
        self._become(ShiftWork())

    def load(self) -> None:
        """Fetch what is open, and the last hand-over."""
        self._run(lambda: (self._engine.open_points(), self._engine.newest_handover()), self._loaded)

    def write(self, note: str) -> None:
        """Hand over."""

        def written(made: Handover) -> None:
            told = say("Handed over. Whoever signs in next is asked to read it.")
            self._become(replace(self.work, newest=made, told=told))

        self._run(lambda: self._engine.hand_over(note), written)

    def confirm(self) -> None:
        """Whoever is signed in has read the last one."""
        newest = self.work.newest
        if newest is not None:
            self._run(lambda: self._engine.confirm_handover(newest.id), lambda _: self.load())

    def _loaded(self, found: Any) -> None:
        points, newest = found
        self._become(replace(self.work, points=points, newest=newest))
        if newest is not None:
            self.came.emit(newest)

    def _run(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._lane.run(job, done=done, failed=self.failed.emit)

    def _become(self, work: ShiftWork) -> None:
        if work != self.work:
            self.work = work
            self.changed.emit(work)
