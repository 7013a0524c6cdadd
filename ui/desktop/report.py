"""The shift or an operation on one page of PDF: numbers and hours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from ui.desktop.parts import text_font
from ui.desktop.rows import Row

Chart = Callable[[QPainter, QRectF, QColor, int], None]
"""Paints a chart into a box, with ink and letters of so many pixels."""


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
    """Write a page of A4: `head` (the title first), one line per row, the charts. Raises ReportNotWritten."""
    try:
        path.touch()
    except OSError as error:
        raise ReportNotWritten(str(path)) from error
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 20, 20, 20))
    writer.setTitle(head[0])
    painter = QPainter()
    if not painter.begin(writer):
        raise ReportNotWritten(str(path))
    width, unit = painter.viewport().width(), painter.viewport().width() / 100
    leading = Qt.AlignmentFlag.AlignRight if right_to_left else Qt.AlignmentFlag.AlignLeft
    trailing = Qt.AlignmentFlag.AlignLeft if right_to_left else Qt.AlignmentFlag.AlignRight
    top = 0.0

    def line(text: str, size: float, *, bold: bool = False, right: str = "") -> None:
        nonlocal top
        painter.setFont(text_font(int(unit * size), bold=bold))
        flags = int(leading) | int(Qt.TextFlag.TextWordWrap)
        box = painter.boundingRect(QRectF(0, top, width * (0.75 if right else 1), unit * 60), flags, text)
        painter.drawText(QRectF(0, top, width * (0.75 if right else 1), box.height()), flags, text)
        if right:
            painter.drawText(QRectF(0, top, width, box.height()), int(trailing), right)
        top += box.height() + unit

    for number, text in enumerate(head):
        line(text, 4.2 if number == 0 else 2.2, bold=number == 0)
    top += 2 * unit
    for row in rows:
        line(row.title, 2.6, bold=not row.light, right=row.right)
        for part in row.lines:
            line(part.text, 2.2)
    for chart in charts:
        chart(painter, QRectF(0, top + 3 * unit, width, unit * 34), QColor("black"), int(unit * 1.8))
        top += unit * 38
    if not painter.end():
        raise ReportNotWritten(str(path))
