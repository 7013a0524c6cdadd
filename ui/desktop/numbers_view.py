"""The shift in numbers, and how many travellers came in which hour."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QDir, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFileDialog, QWidget

from borderdesk.operations import Hour, Operation, tally
from borderdesk.screening import VerdictWord
from borderdesk.words import say
from ui.desktop.parts import KeyButton, Panel, text_font
from ui.desktop.report import save_report
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
        painter = QPainter(self)
        self.paint_on(painter, QRectF(self.rect()), self.palette().color(QPalette.ColorRole.Text), 12)
        painter.end()

    def paint_on(self, painter: QPainter, box: QRectF, ink: QColor, pixels: int) -> None:
        """Paint the bars into a box of any device, with letters of so many pixels."""
        if not self.hours:
            return
        painter.save()
        painter.setFont(text_font(pixels))
        painter.setPen(ink)
        most = max(1, *(hour.screened for hour, _ in self.hours))
        width, letters = box.width() / len(self.hours), pixels * 1.6
        room = box.height() - 2 * letters
        for number, (hour, label) in enumerate(self.hours):
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                number = len(self.hours) - 1 - number
            left, foot = box.left() + number * width + width * 0.05, box.bottom() - letters
            rest = hour.screened - hour.look_again - hour.match
            for word, count in (
                (VerdictWord.NO_MATCH, rest),
                (VerdictWord.LOOK_AGAIN, hour.look_again),
                (VerdictWord.MATCH, hour.match),
            ):
                height = room * count / most
                painter.fillRect(QRectF(left, foot - height, width * 0.9, height), QColor(LOOK[word][1].ground))
                foot -= height
            middle = Qt.AlignmentFlag.AlignHCenter
            painter.drawText(QRectF(left, box.bottom() - letters, width * 0.9, letters), middle, label)
            if hour.screened:
                painter.drawText(QRectF(left, foot - letters, width * 0.9, letters), middle, str(hour.screened))
        painter.restore()


class NumbersView(Panel):
    """Counts of the last twelve hours and of operations, from the screenings this desk remembers.

    `report_asked` carries the Path of the file to write the page to."""

    report_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=6)
        self.bars = HourBars()
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.bars, 1)
        self.report = KeyButton()
        self.report.clicked.connect(self._choose)
        self.column.addWidget(self.report, 0, Qt.AlignmentFlag.AlignLeading)
        self._head: tuple[str, ...] = ("",)

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
        self.report.label(voice(say("Report as PDF …")))
        place = (
            say("post {post}, desk {desk}", post=state.status.post, desk=state.status.desk) if state.status else None
        )
        self._head = (name, voice.line(*([voice(place)] if place else []), voice.moment(state.now)))
        operations = tuple(operation_row(each, state, voice) for each in state.operations)
        self.list.render_rows(
            (
                *operations,
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

    def save(self, path: Path) -> None:
        """Write what stands on the page as PDF. Raises ReportNotWritten."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        save_report(path, self._head, self.list.rows.rows, self.bars.paint_on, right_to_left=right_to_left)

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, self.report.accessibleName(), QDir.homePath() + "/report.pdf")
        if chosen:
            self.report_asked.emit(Path(chosen))


def operation_row(operation: Operation, state: WindowState, voice: Voice) -> Row:
    """An operation as a row: its goals, and what was done for it so far at this desk."""
    until = max(operation.begins_at, state.now or operation.begins_at)
    counted = tally(state.history, state.hits, since=operation.begins_at, until=until)
    done = say(
        "Travellers screened: {screened}; matches: {match}; hits taken up: {hits}",
        screened=counted.screened,
        match=counted.match,
        hits=counted.hits,
    )
    return Row(
        key=operation.id,
        title=voice(say("Operation {names}", names=operation.name)),
        right=voice(say("until {time}", time=voice.moment(operation.ends_at))),
        lines=(Line(operation.goals), Line(voice(done), strong=True)),
    )


def _label(hour: Hour, voice: Voice) -> str:
    return voice.clock(hour.start, today=hour.start)
