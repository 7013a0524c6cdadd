"""Charts of the numbers page, painted on the screen and on paper alike.

Frames, because a screen reader passes over a plain widget, whatever its name.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame

from borderdesk.operations import Hour
from borderdesk.screening import VerdictWord
from ui.desktop.parts import text_font
from ui.desktop.shapes import LOOK


class HourBars(QFrame):
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
                _bar(painter, QRectF(left, foot - height, width * 0.9, height), QColor(LOOK[word][1].ground), pixels)
                foot -= height
            middle = Qt.AlignmentFlag.AlignHCenter
            painter.drawText(QRectF(left, box.bottom() - letters, width * 0.9, letters), middle, label)
            if hour.screened:
                painter.drawText(QRectF(left, foot - letters, width * 0.9, letters), middle, str(hour.screened))
        painter.restore()


class OutcomeBars(QFrame):
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
        # Absolute: a painter of an Arabic window would turn the edges round once more.
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        blue = QColor(LOOK[VerdictWord.NO_MATCH][1].ground)

        def part(left: float, top: float, width: float, tall: float) -> QRectF:
            return QRectF(box.right() - left - width if mirrored else box.left() + left, top, width, tall)

        for line, (name, act, hand) in enumerate(self.bars):
            top = box.top() + line * height
            painter.drawText(part(0, top, names - pixels, height), int(near | middle), name)
            solid, hatched = room * act / most, room * hand / most
            _bar(painter, part(names, top + height * 0.2, solid, height * 0.6), blue, pixels)
            by_hand = QBrush(ink, Qt.BrushStyle.BDiagPattern)
            _bar(painter, part(names + solid, top + height * 0.2, hatched, height * 0.6), by_hand, pixels)
            painter.drawText(part(names + room, top, numbers, height), int(far | middle), str(act + hand))
        painter.restore()


def _bar(painter: QPainter, box: QRectF, filled: QBrush | QColor, pixels: int) -> None:
    """One part of a bar, with an edge in ink and a gap to the next: dark red and blue are both dark beside each other,
    and both are dark on the dark palette."""
    gap = pixels / 8
    if box.width() <= gap or box.height() <= gap:
        painter.fillRect(box, filled)
        return
    box = box.adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2)
    painter.fillRect(box, filled)
    painter.drawRect(box)
