"""The shift in numbers, and how many travellers came in which hour."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from borderdesk.operations import Hour, tally
from borderdesk.screening import VerdictWord
from borderdesk.words import say
from ui.desktop.parts import Panel, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.shapes import LOOK
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import VERDICT

HOURS = 12


class HourBars(QWidget):
    """One bar per hour; the part that asked for another look, and the matches, stand out by colour and order."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(150)
        self.hours: tuple[tuple[Hour, str], ...] = ()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.hours:
            return
        painter = QPainter(self)
        painter.setFont(text_font(12))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        most = max(1, *(hour.screened for hour, _ in self.hours))
        width = self.width() / len(self.hours)
        room = self.height() - 40
        for number, (hour, label) in enumerate(self.hours):
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                number = len(self.hours) - 1 - number
            left, foot = number * width + 4, self.height() - 20.0
            rest = hour.screened - hour.look_again - hour.match
            for word, count in (
                (VerdictWord.NO_MATCH, rest),
                (VerdictWord.LOOK_AGAIN, hour.look_again),
                (VerdictWord.MATCH, hour.match),
            ):
                height = room * count / most
                painter.fillRect(QRectF(left, foot - height, width - 8, height), QColor(LOOK[word][1].ground))
                foot -= height
            middle = Qt.AlignmentFlag.AlignHCenter
            painter.drawText(QRectF(left, self.height() - 18, width - 8, 18), middle, label)
            if hour.screened:
                painter.drawText(QRectF(left, foot - 18, width - 8, 18), middle, str(hour.screened))
        painter.end()


class NumbersView(Panel):
    """Counts of the last twelve hours, from the screenings this desk remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=6)
        self.bars = HourBars()
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.bars, 1)

    def render(self, state: WindowState) -> None:
        """Show the numbers of this moment."""
        voice = state.voice
        name = voice(say("The last {hours} hours in numbers", hours=HOURS))
        self.entitle(name)
        self.list.setAccessibleName(name)
        if state.now is None:
            return
        until = state.now + timedelta(minutes=1)
        counted = tally(state.history, state.hits, since=until - timedelta(hours=HOURS), until=until)
        numbers = (
            (VerdictWord.NO_MATCH, counted.no_match),
            (VerdictWord.LOOK_AGAIN, counted.look_again),
            (VerdictWord.MATCH, counted.match),
        )
        hits = Row(
            key="hits",
            title=voice(say("Hits taken up")),
            right=str(counted.hits),
            lines=(Line(voice(say("Without the bureau's receipt: {count}", count=counted.unreported))),),
        )
        self.list.render_rows(
            (
                Row(key="all", title=voice(say("Travellers screened")), right=str(counted.screened)),
                *(Row(key=word, badge=word, title=voice(VERDICT[word]), right=str(count)) for word, count in numbers),
                hits,
            )
        )
        self.bars.hours = tuple((hour, _label(hour, voice)) for hour in counted.hours)
        self.bars.setAccessibleName(
            ", ".join(f"{label}: {hour.screened}" for hour, label in self.bars.hours if hour.screened) or name
        )
        self.bars.update()


def _label(hour: Hour, voice: Voice) -> str:
    return voice.clock(hour.start, today=hour.start)
