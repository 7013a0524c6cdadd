"""The part of the presenter that works with lists of people: one lane, one list at a time, told how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from borderdesk.errors import BorderDeskError
from borderdesk.screening import ScreenedList
from ui.cli.lines import read_bytes
from ui.desktop.engine import DeskEngine
from ui.desktop.lanes import Lane
from ui.desktop.work import ListRun, ListWork


class ListDesk(QObject):
    """Screens lists of people. `changed` carries the new ListWork, `failed` a BorderDeskError."""

    changed = Signal(object)
    failed = Signal(object)
    _progressed = Signal(object)

    def __init__(self, engine: DeskEngine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._lane = Lane("list", finish_on_close=False, parent=self)
        self._stop = threading.Event()
        self._locked = 0
        self.work = ListWork()
        # The lane tells how far it is; the signal brings that to the window's thread.
        self._progressed.connect(self._on_progress)

    @property
    def idle(self) -> bool:
        """Nothing is queued or running."""
        return self._lane.idle

    def close(self) -> None:
        """Stop after the step that is being stored, and join the thread."""
        self._stop.set()
        self._lane.close()

    def forget(self) -> None:
        """The desk locks: stop, and keep nothing of it on the screen."""
        self._stop.set()
        self._locked += 1
        self._become(ListWork())

    def load(self) -> None:
        """Fetch the lists of the last days."""
        if self.work.run is None:
            self._run(self._engine.screened_lists, self._loaded, self.failed.emit)

    def screen(self, path: Path) -> None:
        """Screen everybody on the list in this file, unless another one is being screened."""
        if self.work.run is not None:
            return
        self._stop.clear()
        self._become(replace(self.work, run=ListRun(path.name)))
        self._run(self._job(path), self._screened, self._not_screened)

    def stop(self) -> None:
        """Screen no further; what was answered stays."""
        self._stop.set()

    def show(self, list_id: str) -> None:
        """Put one list beside the others."""
        self._become(replace(self.work, shown=list_id))

    def drain(self) -> None:
        """Stop, and wait for the step that is being stored. To be called from another lane."""
        self._stop.set()
        self._lane.drain()

    def _run(
        self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[BorderDeskError], None]
    ) -> None:
        """Queue a job; what comes back once the desk was locked is nobody's any more."""
        before = self._locked

        def unless_locked(then: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda outcome: then(outcome) if before == self._locked else None

        self._lane.run(job, done=unless_locked(done), failed=unless_locked(failed))

    def _job(self, path: Path) -> Callable[[], ScreenedList]:
        def progress(done: int) -> bool:
            self._progressed.emit(done)
            return not self._stop.is_set()

        return lambda: self._engine.screen_list(read_bytes(path), source=path.name, progress=progress)

    @Slot(object)
    def _on_progress(self, done: int) -> None:
        if self.work.run is not None:
            self._become(replace(self.work, run=replace(self.work.run, done=done)))

    def _screened(self, screened: ScreenedList) -> None:
        others = (one for one in self.work.lists if one.id != screened.id)
        self._become(ListWork(lists=(screened, *others), shown=screened.id))

    def _not_screened(self, error: BorderDeskError) -> None:
        self._become(replace(self.work, run=None))
        self.failed.emit(error)

    def _loaded(self, lists: tuple[ScreenedList, ...]) -> None:
        shown = self.work.shown or (lists[0].id if lists else "")
        self._become(replace(self.work, lists=lists, shown=shown))

    def _become(self, work: ListWork) -> None:
        if work != self.work:
            self.work = work
            self.changed.emit(work)
