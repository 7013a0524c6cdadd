"""What stands in the window while it is being closed: a window that only stands still would be closed by force."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from borderdesk.words import say
from ui.desktop.parts import Panel, Text
from ui.desktop.voice import Voice

WIDTH = 560
"""Pixels; as high as its sentences need in letters of any size."""


class ClosingNote(Panel):
    """Hidden until then."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.setParent(window)
        self.setFixedWidth(WIDTH)
        self.column.removeWidget(self.heading)
        self.heading.hide()
        self._what, self._why = Text(20, bold=True), Text(15, wrap=True)
        self.column.addWidget(self._what)
        self.column.addWidget(self._why)
        self.hide()

    def stand_over(self, window: QWidget, voice: Voice) -> None:
        """Say it now: the window's thread paints nothing more before everything is written down."""
        self._what.setText(voice(say("Closing …")))
        self._why.setText(voice(say("What was begun is being written down. Nothing is lost; this takes a moment.")))
        self.setAccessibleName(self._what.text() + " " + self._why.text())
        height = self.heightForWidth(WIDTH)
        self.setFixedHeight(height)
        self.move((window.width() - WIDTH) // 2, (window.height() - height) // 2)
        self.setAutoFillBackground(True)
        self.raise_()
        self.show()
        self.column.activate()
        window.repaint()
