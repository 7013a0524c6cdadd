"""What stands on a page of numbers or of a hand-over, as pages of PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from ui.desktop.paper import pdf, write_whole
from ui.desktop.paragraphs import Paragraph, lines_of
from ui.desktop.parts import text_font
from ui.desktop.rows import Row
from ui.desktop.shapes import paint_badge

MARGIN: Final = 20.0
"""Millimetres of white around a page."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, in words, and what paints it into a box, with ink and letters of so many pixels."""

    title: str
    paint: Callable[[QPainter, QRectF, QColor, int], None]


class ReportNotWritten(KnownError):
    """The report could not be written."""

    def __init__(self, where: str) -> None:
        super().__init__(
            say("The report could not be written to {where}.", where=where),
            safe=NOTHING_CHANGED,
            todo=say("Choose another folder or stick with room on it."),
        )


def save_report(
    path: Path, head: tuple[str, ...], rows: tuple[Row, ...], charts: tuple[Chart, ...], *, right_to_left: bool
) -> None:
    """Write A4 pages: `head` (the title first), the rows with their badges, the charts. Raises ReportNotWritten."""

    def paint(painter: QPainter, new_page: Callable[[], object]) -> None:
        sheet = _Sheet(painter, new_page, right_to_left=right_to_left)
        for number, text in enumerate(head):
            sheet.write(text, 4.2 if number == 0 else 2.2, bold=number == 0)
        sheet.skip(2)
        for row in rows:
            sheet.write(row.title, 2.6, bold=not row.light, right=row.right, badge=row.badge)
            for part in row.lines:
                sheet.write(part.text, 2.2)
        for chart in charts:
            sheet.draw(chart)

    content = pdf(QPageSize.PageSizeId.A4, MARGIN, head[0], paint)
    try:
        write_whole(path, content)
    except OSError as error:
        raise ReportNotWritten(str(path)) from error


class _Sheet:
    """Pages that are filled from top to foot. A unit is a hundredth of the width."""

    def __init__(self, painter: QPainter, new_page: Callable[[], object], *, right_to_left: bool) -> None:
        self._painter, self._new_page, self._rtl = painter, new_page, right_to_left
        self._width, self._height = painter.viewport().width(), painter.viewport().height()
        self._unit = self._width / 100
        self._top = 0.0
        self._direction = Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight

    def skip(self, units: float) -> None:
        self._top += units * self._unit

    def write(self, text: str, size: float, *, bold: bool = False, right: str = "", badge: object = None) -> None:
        """A paragraph from where the language's lines begin; `right` stands at the far edge of its first line."""
        font = text_font(int(self._unit * size), bold=bold)
        before = self._unit * size * 1.5 if badge is not None else 0.0
        wide = int(self._width * (0.75 if right else 1) - before)
        for number, line in enumerate(lines_of(text, font, wide)):
            part = Paragraph(line, font, wide, align=self._edge(far=False), direction=self._direction)
            self._make_room(part.height)
            if number == 0 and badge is not None:
                side = self._unit * size
                paint_badge(self._painter, QRectF(self._mirrored(0, side), self._top + side * 0.15, side, side), badge)
            if number == 0 and right:
                aside = Paragraph(right, font, int(self._width), align=self._edge(far=True), direction=self._direction)
                aside.draw(self._painter, QRect(0, int(self._top), int(self._width), aside.height))
            left = self._mirrored(before, wide)
            part.draw(self._painter, QRect(int(left), int(self._top), wide, part.height))
            self._top += part.height
        self.skip(0.6)

    def draw(self, chart: Chart) -> None:
        """A chart below its title, both on one page."""
        tall = self._unit * 34
        self._make_room(tall + self._unit * 9)
        self.skip(3)
        self.write(chart.title, 2.2, bold=True)
        chart.paint(self._painter, QRectF(0, self._top, self._width, tall), QColor("black"), int(self._unit * 1.8))
        self._top += tall

    def _make_room(self, tall: float) -> None:
        if self._top > 0 and self._top + tall > self._height:
            self._new_page()
            self._top = 0.0

    def _mirrored(self, left: float, width: float) -> float:
        return self._width - left - width if self._rtl else left

    def _edge(self, *, far: bool) -> Qt.AlignmentFlag:
        at_right = self._rtl is not far
        edge = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        return edge | Qt.AlignmentFlag.AlignAbsolute
