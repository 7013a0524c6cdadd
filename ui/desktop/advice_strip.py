"""One strip of constant height under the verdict: what went wrong, what was written, or what this copy cannot know."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from borderdesk.errors import TamperingError
from borderdesk.findings import Severity
from borderdesk.words import say
from ui.desktop.paragraphs import pitch_of
from ui.desktop.parts import FixedText, KeyButton, Text, set_tip
from ui.desktop.shapes import paint_badge
from ui.desktop.state import WindowState

HEIGHT = 82


class _Sign(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.meaning: Severity | None = None
        self.setFixedWidth(36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.meaning is not None:
            painter = QPainter(self)
            paint_badge(painter, QRectF(0, (self.height() - 32) / 2, 32, 32), self.meaning)
            painter.end()


class AdviceStrip(QFrame):
    """Three sentences of an error (what happened, what is safe, what to do), else where a file was written, else the
    limits of the verdict."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.speaks = False
        """Whether it shows something to be put away."""
        self._sign = _Sign()
        self.lines = (Text(15), Text(15), Text(15, bold=True))
        self.close_button = KeyButton()
        self.close_button.clicked.connect(self.dismissed)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        for line in self.lines:
            # Fixed, because an empty label asks for nothing, and the strip must not grow when it speaks.
            line.setFixedHeight(pitch_of(line.font()))
            # A long path in it must not take the room of the button.
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            # Whatever measures the strip before it speaks must not count both.
            line.hide()
            column.addWidget(line)
        self.limits = FixedText(15, lines=3)
        column.addWidget(self.limits)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addLayout(column, 1)
        row.addWidget(self.close_button)

    def render(self, state: WindowState) -> None:
        """Show the error of this moment, else what was written, else the limits of the verdict, else nothing."""
        voice = state.voice
        error = state.error
        texts, told = ["", "", ""], ""
        if error is not None:
            texts = [voice(sentence) for sentence in error.sentences]
            self._sign.meaning = Severity.STOP if isinstance(error, TamperingError) else Severity.LOOK
        elif state.written is not None:
            told = voice(state.written)
            self._sign.meaning = Severity.INFO
        elif state.verdict is not None and state.verdict.limits:
            # The ages of the lists come last: they stand in the band above, too.
            limits = [voice(sentence) for sentence in reversed(state.verdict.limits)]
            told = " ".join((voice(say("What this copy cannot know:")), *limits))
            self._sign.meaning = Severity.INFO
        else:
            self._sign.meaning = None
        self._sign.update()
        for number, (line, text) in enumerate(zip(self.lines, texts, strict=True)):
            font = line.font()
            font.setBold(number == 2 and error is not None)
            line.setFont(font)
            line.setText(text)
            set_tip(line, text)
            line.setVisible(error is not None)
        self.limits.setText(told)
        set_tip(self.limits, told)
        self.limits.setVisible(error is None)
        self.close_button.label("Esc  " + voice(say("Read")))
        self.speaks = error is not None or state.written is not None
        self.close_button.setEnabled(self.speaks)
        self.close_button.setVisible(self.speaks)
        self.setAccessibleName(told or " ".join(text for text in texts if text))
