"""The verdict: word, shape and colour, always at the same place and of the same height."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from borderdesk.findings import Severity, heaviest_first
from borderdesk.screening import Verdict, is_discreet, ordinary
from borderdesk.words import Sentence, say
from ui.desktop.due import is_practice
from ui.desktop.list_ages import ListAges
from ui.desktop.parts import Text
from ui.desktop.shapes import LOOK, Shape, paint_shape
from ui.desktop.state import WindowState
from ui.desktop.theme import Pair
from ui.desktop.wording import word_of

HEIGHT = 156
EMPTY = Sentence("")


class _Mark(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.shape: Shape | None = None
        self.setFixedSize(92, 92)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.shape is not None:
            painter = QPainter(self)
            ink = self.palette().color(QPalette.ColorRole.WindowText)
            paint_shape(painter, QRectF(self.rect()), self.shape, ink)
            painter.end()


class VerdictBand(QFrame):
    """Says the verdict; beside it, how old each list was that it was answered from."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setAutoFillBackground(True)
        self._mark = _Mark()
        self._pair: Pair | None = None
        self.word = Text(40, bold=True)
        self.as_of = Text(17, bold=True)
        self.reason = Text(16, wrap=True)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.reason.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.ages = ListAges()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.word)
        words.addWidget(self.as_of)
        words.addWidget(self.reason, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 8, 8)
        row.setSpacing(24)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.ages)

    def render(self, state: WindowState) -> None:
        """Show the verdict of this moment, or that there is none."""
        voice = state.voice
        verdict = state.verdict
        if verdict is None:
            shape, pair = (Shape.RING, state.theme.quiet)
            word, when, reason = self._without_verdict(state)
            lists = state.status.lists if state.status else ()
        else:
            discreet = is_discreet(verdict)
            # What is to be reported discreetly looks like every other answer to whoever stands beside the officer.
            shown = ordinary(verdict)
            shape, pair = LOOK[shown.word]
            word = say("Read below") if discreet else word_of(shown.word)
            when = (
                say("in lists as of {moment}", moment=voice.moment(verdict.as_of))
                if verdict.as_of
                else say("This desk holds no list: nothing was compared.")
            )
            reason = EMPTY if discreet else self._reason(shown)
            lists = verdict.lists
        if is_practice(verdict):
            word = say("DRILL: {word}", word=word)
        self._colour(pair)
        self._mark.shape = shape
        self._mark.update()
        self.word.setText(voice(word))
        self.as_of.setText(voice(when))
        self.reason.setText(voice(reason))
        self.ages.render(lists, state)
        self.setAccessibleName(f"{voice(word)}. {voice(when)}. {voice(reason)}")

    @staticmethod
    def _reason(shown: Verdict) -> Sentence:
        heaviest = heaviest_first(shown.findings)
        if heaviest and heaviest[0].severity is not Severity.INFO:
            return heaviest[0].sentence
        if shown.candidates:
            best = max(shown.candidates, key=lambda candidate: candidate.score).explanation
            return say("May be {name}. {why}", name=best.listed_name, why=best.sentence)
        return say("Nothing in the lists on this desk fits this traveller.")

    @staticmethod
    def _without_verdict(state: WindowState) -> tuple[Sentence, Sentence, Sentence]:
        if state.busy:
            return say("Looking …"), say("The lists on this desk are being asked."), EMPTY
        if state.unread:
            return say("No answer"), say("This document was not screened."), EMPTY
        return say("Ready"), say("Scan a document."), say("A scan is taken from anywhere in this window.")

    def _colour(self, pair: Pair) -> None:
        if pair == self._pair:
            return
        self._pair = pair
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(pair.ground))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(pair.text))
        self.setPalette(palette)
