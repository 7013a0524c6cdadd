"""Charts of the numbers page, painted on the screen and on paper alike."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from borderdesk.operations import Hour
from borderdesk.screening import VerdictWord
from ui.desktop.parts import text_font
from ui.desktop.shapes import LOOK


class HourBars(QWidget):
    """One bar per hour; the part that asked for another look, and the matches, stand out by colour and order."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(120)
        self.setFont(text_font(12))
        self.hours: tuple[tuple[Hour, str], ...] = ()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_on(
            painter, QRectF(self.rect()), self.palette().color(QPalette.ColorRole.Text), self.font().pixelSize()
        )
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


class OutcomeBars(QWidget):
    """One line per kind of outcome: its name, a bar (solid by acts, hatched by hand), and the number."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(180)
        self.setFont(text_font(13))
        self.bars: tuple[tuple[str, int, int], ...] = ()
        """Name, number by acts, number by hand."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_on(
            painter, QRectF(self.rect()), self.palette().color(QPalette.ColorRole.Text), self.font().pixelSize()
        )
        painter.end()

    def paint_on(self, painter: QPainter, box: QRectF, ink: QColor, pixels: int) -> None:
        """Paint the bars into a box of any device, with letters of so many pixels."""
        if not self.bars:
            return
        painter.save()
        painter.setFont(text_font(pixels))
        painter.setPen(ink)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        height = box.height() / len(self.bars)
        names, numbers = box.width() * 0.46, box.width() * 0.1
        room = box.width() - names - numbers
        most = max(1, *(act + hand for _, act, hand in self.bars))
        near = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        far = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        blue = QColor(LOOK[VerdictWord.NO_MATCH][1].ground)

        def part(left: float, top: float, width: float, tall: float) -> QRectF:
            return QRectF(box.right() - left - width if mirrored else box.left() + left, top, width, tall)

        for line, (name, act, hand) in enumerate(self.bars):
            top = box.top() + line * height
            painter.drawText(part(0, top, names - pixels, height), int(near | middle), name)
            solid, hatched = room * act / most, room * hand / most
            painter.fillRect(part(names, top + height * 0.2, solid, height * 0.6), blue)
            painter.fillRect(
                part(names + solid, top + height * 0.2, hatched, height * 0.6),
                QBrush(ink, Qt.BrushStyle.BDiagPattern),
            )
            painter.drawText(part(names + room, top, numbers, height), int(far | middle), str(act + hand))
        painter.restore()
