"""Tick, triangle, square: what a colour means must be seen without the colour."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from borderdesk.findings import Severity
from borderdesk.replica.types import Freshness
from borderdesk.screening.verdict import VerdictWord
from sync.agent.state import LinkWord
from ui.desktop.theme import AMBER, BLUE, DARK_RED, Pair


class Shape(StrEnum):
    """The four marks of the window."""

    TICK = "tick"
    TRIANGLE = "triangle"
    SQUARE = "square"
    RING = "ring"


LOOK: dict[object, tuple[Shape, Pair]] = {
    VerdictWord.NO_MATCH: (Shape.TICK, BLUE),
    VerdictWord.LOOK_AGAIN: (Shape.TRIANGLE, AMBER),
    VerdictWord.MATCH: (Shape.SQUARE, DARK_RED),
    Freshness.GREEN: (Shape.TICK, BLUE),
    Freshness.AMBER: (Shape.TRIANGLE, AMBER),
    Freshness.RED: (Shape.SQUARE, DARK_RED),
    Severity.INFO: (Shape.RING, BLUE),
    Severity.LOOK: (Shape.TRIANGLE, AMBER),
    Severity.STOP: (Shape.SQUARE, DARK_RED),
    LinkWord.UP: (Shape.TICK, BLUE),
    LinkWord.SLOW: (Shape.TRIANGLE, AMBER),
    LinkWord.DOWN: (Shape.SQUARE, DARK_RED),
}
"""Which mark and which colour stand for what. The same three everywhere."""


def paint_shape(painter: QPainter, box: QRectF, shape: Shape, ink: QColor) -> None:
    """Draw `shape` in `ink`, filling `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    box = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
    left, top = box.left(), box.top()
    pen = QPen(ink, side * 0.16, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    match shape:
        case Shape.TICK:
            painter.setPen(pen)
            painter.drawPolyline(
                [QPointF(left + side * x, top + side * y) for x, y in ((0.12, 0.55), (0.40, 0.82), (0.88, 0.22))]
            )
        case Shape.TRIANGLE:
            painter.setPen(QPen(ink, side * 0.06, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, pen.joinStyle()))
            painter.setBrush(QBrush(ink))
            painter.drawPolygon(
                QPolygonF([QPointF(left + side * x, top + side * y) for x, y in ((0.5, 0.1), (0.95, 0.9), (0.05, 0.9))])
            )
        case Shape.SQUARE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(ink))
            painter.drawRect(box.adjusted(side * 0.1, side * 0.1, -side * 0.1, -side * 0.1))
        case Shape.RING:
            painter.setPen(QPen(ink, side * 0.1))
            painter.drawEllipse(box.adjusted(side * 0.1, side * 0.1, -side * 0.1, -side * 0.1))
    painter.restore()


def paint_badge(painter: QPainter, box: QRectF, meaning: object) -> None:
    """A small coloured tile with its shape inside: readable on any ground."""
    shape, pair = LOOK[meaning]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(pair.ground))
    painter.drawRoundedRect(box, 3, 3)
    inset = box.width() * 0.2
    paint_shape(painter, box.adjusted(inset, inset, -inset, -inset), shape, QColor(pair.text))
    painter.restore()


class Badge(QWidget):
    """A small tile that says fresh, ageing or too old; up, slow or down."""

    def __init__(self, side: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._meaning: object | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_meaning(self, meaning: object | None) -> None:
        """One of the keys of `LOOK`, or nothing."""
        if meaning != self._meaning:
            self._meaning = meaning
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._meaning is not None:
            painter = QPainter(self)
            paint_badge(painter, QRectF(self.rect()), self._meaning)
            painter.end()
