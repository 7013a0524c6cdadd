"""What stands in the window while it is being closed: a window that only stands still would be closed by force."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from borderdesk.errors import KnownError
from borderdesk.words import say
from ui.desktop.parts import KeyButton, Panel, Text
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
        self._what, self._why, self._todo = Text(20, bold=True, wrap=True), Text(15, wrap=True), Text(15, wrap=True)
        self.close_now = KeyButton()
        self.close_now.clicked.connect(window.close)
        for part in (self._what, self._why, self._todo, self.close_now):
            self.column.addWidget(part)
        self.hide()

    def stand_over(self, window: QWidget, voice: Voice, *, full: bool = False) -> None:
        """Say it now: the window's thread paints nothing more before everything is written down.

        `full`: the disk has not taken all up to now, so nobody can say that nothing is lost.
        """
        why = (
            say("What was begun is being written down, as far as the disk has room. This takes a moment.")
            if full
            else say("What was begun is being written down. Nothing is lost; this takes a moment.")
        )
        self._stand(window, voice(say("Closing …")), voice(why), "")
        window.repaint()

    def be_read(self, window: QWidget, voice: Voice, lost: KnownError) -> None:
        """Say what the disk did not take, until somebody has read it and closes the window once more."""
        happened, safe, todo = (voice(each) for each in lost.sentences)
        self.close_now.label(voice(say("Close")))
        self._stand(window, happened, safe, todo)
        self.close_now.setFocus()

    def _stand(self, window: QWidget, what: str, why: str, todo: str) -> None:
        self._what.setText(what)
        self._why.setText(why)
        self._todo.setText(todo)
        self._todo.setVisible(bool(todo))
        self.close_now.setVisible(bool(todo))
        self.setAccessibleName(" ".join(part for part in (what, why, todo) if part))
        self.column.invalidate()
        height = self.heightForWidth(WIDTH)
        self.setFixedHeight(height)
        self.move((window.width() - WIDTH) // 2, (window.height() - height) // 2)
        self.setAutoFillBackground(True)
        self.raise_()
        self.show()
        self.column.activate()
