"""What the window does once a drill was acted on, or a real list has come to name its document."""

from __future__ import annotations

from dataclasses import replace

from borderdesk.operations.drills import Run
from ui.desktop.leaving_work import LeavingWork
from ui.desktop.moments import without_drill
from ui.desktop.page import Page


class DrillWork(LeavingWork):
    """Nothing of a drill stays on the page where travellers stand."""

    def next_kept(self) -> None:
        """Screen the oldest kept scan, if nothing stands against it."""
        raise NotImplementedError

    def _acted_in_drill(self, _: Run) -> None:
        """Now the officer may know."""
        self._become(replace(without_drill(self.state), page=Page.TRAINING))
        self.refresh()

    def _drill_overtaken(self, text: str) -> None:
        """What is real takes its place at once, before anything that waits."""
        self._become(replace(without_drill(self.state), kept=(text, *self.state.kept)))
        self.next_kept()
