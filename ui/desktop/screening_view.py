"""The screening screen: verdict above, reasons below, what was read at one side, the shift at the other."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.advice_strip import AdviceStrip
from ui.desktop.detail_panel import DetailPanel
from ui.desktop.document_panel import DocumentPanel
from ui.desktop.due import is_practice
from ui.desktop.history_panel import HistoryPanel
from ui.desktop.reasons_panel import ReasonsPanel
from ui.desktop.sample_tray import SampleTray
from ui.desktop.search_line import SearchLine
from ui.desktop.state import WindowState
from ui.desktop.verdict_band import VerdictBand


class ScreeningView(QWidget):
    """Composes the parts; each renders the same state."""

    def __init__(self) -> None:
        super().__init__()
        self.band = VerdictBand()
        self.advice = AdviceStrip()
        self.search = SearchLine()
        self.document = DocumentPanel()
        self.reasons = ReasonsPanel()
        self.detail = DetailPanel()
        self.history = HistoryPanel()
        self.samples = SampleTray()
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.search)
        left.addWidget(self.document, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.history, 1)
        right.addWidget(self.samples, 1)
        middle = QHBoxLayout()
        middle.setContentsMargins(12, 0, 12, 0)
        middle.setSpacing(8)
        middle.addLayout(left, 30)
        centre = QVBoxLayout()
        centre.setSpacing(8)
        for part in (self.reasons, self.detail, self.history, self.samples):
            # Their shares are fixed, whatever they hold: nothing moves when a verdict comes.
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        centre.addWidget(self.reasons, 11)
        centre.addWidget(self.detail, 15)
        middle.addLayout(centre, 50)
        middle.addLayout(right, 20)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.band)
        column.addWidget(self.advice)
        column.addLayout(middle, 1)

    def render(self, state: WindowState) -> None:
        """Hand the state to every part."""
        # The banner takes this room: what the copy of an invented list cannot know is nothing to read.
        self.advice.setVisible(not is_practice(state.verdict) or state.error is not None)
        for part in (
            self.band,
            self.advice,
            self.search,
            self.document,
            self.reasons,
            self.detail,
            self.history,
            self.samples,
        ):
            part.render(state)
