"""Feeds scans to a real window and watches its event loop, for `borderdesk bench desk`."""

from __future__ import annotations

import itertools
import time
from array import array
from datetime import UTC

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from borderdesk.hits import HitAct
from borderdesk.screening import Verdict
from ui.desktop.app import open_window
from ui.desktop.engine import DeskEngine
from ui.desktop.main_window import MainWindow
from ui.desktop.shots import settle

BEAT_MS = 2

REST_S = 0.1
"""How long the next traveller is waited for at most while the window has something left to do. At a border it is twelve
seconds."""


class _Painted(QObject):
    """Remembers which verdict was painted last, and when the whole window was."""

    _begun = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.verdict: Verdict | None = None
        self.at = 0.0
        # What is queued while a window is painted comes right after all of it, before any timer.
        self._begun.connect(self._done, Qt.ConnectionType.QueuedConnection)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._begun.emit()
        return False

    def _done(self) -> None:
        self.verdict = self._window.presenter.state.verdict
        self.at = time.perf_counter()


class Feeder:
    """A window, its heart-beat, and scans as a reader would hand them over."""

    def __init__(self, engine: DeskEngine) -> None:
        self.window = open_window(engine, zone=UTC)
        self.window.resize(1366, 768)
        self.window.show()
        settle(self.window)
        self._paints = _Painted(self.window)
        self.window.screening.band.installEventFilter(self._paints)
        self.acts = array("d")
        """Milliseconds from each referral's key to its record on the disk and in the window."""
        self._gaps = array("d")
        self._last = time.perf_counter()
        self._beat = QTimer(self.window, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._on_beat)
        self._beat.start()

    def feed(self, texts: list[str], *, pressed: bool = False) -> list[float]:
        """Milliseconds from the last key of each scan to its painted verdict. A match is referred before the next.

        The next scan comes once the one before is written down; where `pressed`, the moment its verdict is painted.
        """
        took = []
        for text in texts:
            took.append(self._one(text))
            if not pressed:
                self._rest()
        return took

    def feed_during_exchange(self, texts: list[str]) -> list[float]:
        """Scan as long as an exchange goes on; the same figures as `feed`."""
        presenter = self.window.presenter
        presenter.exchange()
        took = []
        for text in itertools.cycle(texts):
            if not presenter.state.exchanging:
                break
            took.append(self._one(text))
            self._rest()
        return took

    def rest(self, seconds: float) -> None:
        """Let the window be, with nobody at it: what gaps the machine itself makes."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def stalls(self) -> list[float]:
        """Milliseconds by which each heart-beat came late."""
        return [max(0.0, gap - BEAT_MS) for gap in self._gaps]

    def forget_measures(self) -> None:
        """Begin anew."""
        del self._gaps[:], self.acts[:]
        self._last = time.perf_counter()

    def close(self) -> None:
        """Join the window's threads."""
        self._beat.stop()
        self.window.end()

    def _one(self, text: str) -> float:
        presenter = self.window.presenter
        began = time.perf_counter()
        before = presenter.state.verdict
        self.window.wedge.scanned.emit(text)
        while presenter.state.verdict is before or self._paints.verdict is not presenter.state.verdict:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        took = (self._paints.at - began) * 1000
        if presenter.state.act_needed:
            self._refer()
        return took

    def _refer(self) -> None:
        presenter, began = self.window.presenter, time.perf_counter()
        presenter.act(HitAct.REFER)
        while presenter.state.act_needed:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self.acts.append((time.perf_counter() - began) * 1000)

    def _rest(self) -> None:
        # Another event comes with every heart-beat, so this ends.
        until = time.perf_counter() + REST_S
        while not self.window.presenter.idle and time.perf_counter() < until:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._last) * 1000)
        self._last = now
