"""Collects garbage in the window's thread, and in no other.

Python collects reference cycles in whichever thread happens to allocate next. Where such a cycle holds a widget, a
worker would then destroy it outside the window's thread, which ends the whole program (seen: a window that was closed,
collected by the look-up thread). So while a window is open the automatic collector rests, and this one runs from the
event loop.
"""

from __future__ import annotations

import gc
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer

EVERY = timedelta(seconds=1)
"""How often to look. A look that finds nothing due costs a microsecond."""


class Collector(QObject):
    """Stands in for Python's automatic collector from `start` to `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_automatic = False
        self._timer = QTimer(self, interval=int(EVERY.total_seconds() * 1000))
        self._timer.timeout.connect(self.collect_what_is_due)

    def start(self) -> None:
        """Take over from the automatic collector. What exists now is the program itself: nothing to find in it."""
        self._was_automatic = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Collect once more, and give back."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        if self._was_automatic:
            gc.enable()

    def spare_what_is_held(self, *, spare: bool) -> None:
        """Leave everything that exists now out of later collections, or put it back.

        Once somebody is signed in, the engine holds an index of every listed person. Going through a million of them
        stops the window for some 0.4 s; they are in use until the desk locks, so there is nothing to find.
        """
        if spare:
            gc.freeze()
        else:
            gc.unfreeze()

    def collect_what_is_due(self) -> None:
        """Collect the oldest generation whose threshold is passed, as the automatic collector would."""
        due = [count > limit > 0 for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        for generation in (2, 1, 0):
            if due[generation]:
                gc.collect(generation)
                return
