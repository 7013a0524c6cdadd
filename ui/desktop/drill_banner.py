"""The banner over everything that is invented. Never over anything real."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout

from borderdesk.operations.drills import lesson
from borderdesk.words import say
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.parts import KeyButton, Text
from ui.desktop.state import WindowState
from ui.desktop.theme import DRILL


class DrillBanner(QFrame):
    """Stands above the page while what the page shows is invented. `lesson_asked` leads back to the lesson."""

    lesson_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setFixedHeight(44)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(DRILL.ground))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(DRILL.text))
        self.setPalette(palette)
        self.says = Text(18, bold=True)
        self.lesson = KeyButton()
        self.lesson.setMinimumSize(0, 34)
        self.lesson.clicked.connect(self.lesson_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 3, 12, 3)
        row.addWidget(self.says, 1)
        row.addWidget(self.lesson)

    def render(self, state: WindowState) -> None:
        """Stand there, or not."""
        voice, run = state.voice, state.training.run
        surprised = state.page is Page.TRAINING and run is not None and run.lesson is None
        self.says.setText(
            voice(
                say("That match was a DRILL of the bureau: the document is invented.")
                if surprised
                else say("DRILL. Everything here is invented; nothing is reported.")
            )
        )
        self.setAccessibleName(self.says.text())
        back = voice(say("Back to the lesson"))
        self.lesson.label(f"{back}   {PAGE_KEYS[Page.TRAINING]}")
        # The button's own letters: the banner's would be white on white.
        palette = self.lesson.palette()
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(state.theme.button.text))
        self.lesson.setPalette(palette)
        mark = state.verdict.drill if state.verdict is not None else None
        practised = mark is not None and lesson(mark.drill) is not None
        self.lesson.setVisible(state.page is not Page.TRAINING and practised)
        self.setVisible(state.drill_shown)
