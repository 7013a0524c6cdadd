"""The part of the presenter that works for lessons and drills. Whatever it shows is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from borderdesk.errors import BorderDeskError
from borderdesk.hits import HitAct
from borderdesk.operations.drills import Run
from borderdesk.screening import Verdict
from sync.agent.drilling import Begun, DrillOvertaken
from sync.agent.drilling import Training as Practised
from ui.desktop.engine import DeskEngine
from ui.desktop.lanes import Lane
from ui.desktop.work import TrainingWork


class Training(QObject):
    """Begins lessons, hands over acts and steps. `changed` carries the new TrainingWork, `failed` a BorderDeskError,
    `scan_wanted` the text of a practice document, `acted` the Run once the officer has acted in a drill,
    `overtaken` the text of a document that a real list names by now. `began` says that the officer goes on: what was
    wrong before is read."""

    changed = Signal(object)
    began = Signal()
    failed = Signal(object)
    scan_wanted = Signal(str)
    acted = Signal(object)
    overtaken = Signal(str)

    def __init__(self, engine: DeskEngine, lane: Lane, parent: QObject) -> None:
        """`lane` is the desk's own: a lesson's answer comes from the same lane as every other one."""
        super().__init__(parent)
        self._engine = engine
        self._lane = lane
        self.work = TrainingWork()

    def forget(self) -> None:
        """The desk locks: keep nothing of it on the screen."""
        self._become(TrainingWork())

    def load(self) -> None:
        """Fetch what whoever is signed in has behind them. What is done with gives way to the lesson after it."""
        self._run(self._engine.training, self._loaded)

    def choose(self, lesson: str) -> None:
        """Show another lesson; one that was begun and acted on stays until then."""
        if lesson != self.work.chosen:
            self._become(replace(self.work, chosen=lesson, run=None))

    def begin(self, lesson: str) -> None:
        """Begin a lesson, and let its document be scanned where it has one."""

        def begun(found: Begun) -> None:
            self._become(replace(self.work, chosen=found.lesson.id, begun=found, run=None))
            if found.text:
                self.scan_wanted.emit(found.text)

        self.began.emit()
        self._run(lambda: self._engine.begin_lesson(lesson), begun)

    def skip(self, lesson: str) -> None:
        """Leave a lesson out for now."""
        self.began.emit()
        self._run(lambda: self._engine.skip_lesson(lesson), lambda _: self.load())

    def act(self, verdict: Verdict, act: HitAct) -> None:
        """What the officer did on a drill's answer."""

        def done(run: Run) -> None:
            self._become(replace(self.work, run=run, chosen=run.lesson.id if run.lesson else ""))
            self.acted.emit(run)
            self.load()

        def failed(error: BorderDeskError) -> None:
            self.failed.emit(error)
            if isinstance(error, DrillOvertaken):
                self.overtaken.emit(verdict.question.scanned)

        self._lane.run(lambda: self._engine.act_in_drill(verdict, act), done=done, failed=failed)

    def mark(self, done: frozenset[int]) -> None:
        """Which steps the officer took."""
        self.began.emit()
        self._run(lambda: self._engine.mark_steps(done), self._went_on)

    def type_back(self, groups: str) -> None:
        """What the bureau read back."""
        self.began.emit()
        self._run(lambda: self._engine.type_back(groups), self._went_on)

    def _loaded(self, found: Practised) -> None:
        chosen, run = self.work.chosen, self.work.run
        if self.work.training is None and run is None:
            run = found.unmarked  # the desk was locked before its steps were marked
        behind = any(each.lesson == chosen for each in found.progress)
        if behind and (run is None or run.finished):
            chosen = ""
        self._become(replace(self.work, training=found, chosen=chosen, run=run))

    def _went_on(self, run: Run) -> None:
        self._become(replace(self.work, run=run))
        self.load()

    def _run(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._lane.run(job, done=done, failed=self.failed.emit)

    def _become(self, work: TrainingWork) -> None:
        if work != self.work:
            self.work = work
            self.changed.emit(work)
