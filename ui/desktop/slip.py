"""The slip for a hit while the link is down: QR code and numbered groups, on paper or in a PDF file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication, QWidget

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from ui.desktop.paper import pdf, write_whole
from ui.desktop.parts import mono_font, text_font

COLUMNS = 6
QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004, 6.3.8)."""


class SlipNotWritten(KnownError):
    """The file could not be written, or there is no printer."""

    def __init__(self, where: str) -> None:
        super().__init__(
            say("The slip could not be written to {where}.", where=where),
            safe=NOTHING_CHANGED,
            todo=say("Choose another folder or printer, or copy the groups by hand."),
        )


def paint_code(painter: QPainter, box: QRectF, text: str) -> None:
    """A QR code of the text, black on white whatever the palette, as large as fits the box in whole steps."""
    import segno  # not at every start: it knows all kinds of codes and pictures, and few slips are printed

    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    modules = len(matrix) + 2 * QUIET
    side = min(box.width(), box.height())
    step = side / modules if side < modules else side // modules
    left = box.left() + (box.width() - step * modules) / 2
    top = box.top() + (box.height() - step * modules) / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(QRectF(left, top, step * modules, step * modules), QColor("white"))
    for row, line in enumerate(matrix, start=QUIET):
        for column, dark in enumerate(line, start=QUIET):
            if dark:
                painter.fillRect(QRectF(left + column * step, top + row * step, step, step), QColor("black"))
    painter.restore()


def paint_groups(
    painter: QPainter, box: QRectF, groups: tuple[str, ...], ink: QColor, *, pixels: int, columns: int = COLUMNS
) -> None:
    """The groups with their numbers, left to right in every language."""
    rows = -(-len(groups) // columns)
    if not rows:
        return
    width, height = box.width() / columns, min(box.height() / rows, pixels * 2.2)
    painter.save()
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    painter.setPen(ink)
    for place, group in enumerate(groups):
        corner = QPointF(box.left() + place % columns * width, box.top() + place // columns * height)
        painter.setFont(text_font(max(9, pixels * 6 // 10)))
        number = QRectF(corner.x(), corner.y(), width * 0.24, height)
        painter.drawText(number, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(place + 1))
        painter.setFont(mono_font(pixels))
        where = QRectF(corner.x() + width * 0.3, corner.y(), width * 0.7, height)
        painter.drawText(where, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), group)
    painter.restore()


def paint_slip(painter: QPainter, box: QRectF, groups: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """A page: what it is, the code, the groups. `lines` are in the officer's language, the first one the title."""
    unit = box.width() / 100
    top = box.top()
    painter.setPen(QColor("black"))
    # A painter on paper does not ask the application by itself: Arabic lines would begin at the left.
    painter.setLayoutDirection(QApplication.layoutDirection())
    for number, line in enumerate(lines):
        painter.setFont(text_font(int(unit * (4 if number == 0 else 2.4)), bold=number == 0))
        room = QRectF(box.left(), top, box.width(), box.bottom() - top)
        # A long line takes two rather than running into the next.
        needed = painter.drawText(room, int(Qt.TextFlag.TextWordWrap), line)
        top += needed.height() + unit * (1.5 if number == 0 else 0.7)
    side = unit * 50
    paint_code(painter, QRectF(box.left() + (box.width() - side) / 2, top, side, side), "".join(groups))
    rest = QRectF(box.left(), top + side + unit * 2, box.width(), box.bottom() - top - side - unit * 2)
    paint_groups(painter, rest, groups, QColor("black"), pixels=int(unit * 2.8))


def save_slip(path: Path, groups: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """Write the slip as an A5 page of PDF. Raises SlipNotWritten."""
    content = pdf(
        QPageSize.PageSizeId.A5,
        12,
        "BorderDesk",
        lambda painter, _new: paint_slip(painter, _box(painter), groups, lines),
    )
    try:
        write_whole(path, content)
    except OSError as error:
        raise SlipNotWritten(str(path)) from error


def print_slip(groups: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """Print the slip on the default printer. Raises SlipNotWritten where there is none."""
    chosen = QPrinterInfo.defaultPrinter()
    if chosen.isNull():
        raise SlipNotWritten("-")
    printer = QPrinter(chosen)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    painter = QPainter()
    if not painter.begin(printer):
        raise SlipNotWritten(chosen.printerName())
    paint_slip(painter, _box(painter), groups, lines)
    if not painter.end():
        raise SlipNotWritten(chosen.printerName())


def _box(painter: QPainter) -> QRectF:
    return QRectF(0, 0, painter.viewport().width(), painter.viewport().height())


class Code(QWidget):
    """A QR code on the screen."""

    def __init__(self, *, side: int = 300) -> None:
        """`side`: pixels that it has at least."""
        super().__init__()
        self.setMinimumSize(side, side)
        self.text = ""

    def paintEvent(self, _event: object) -> None:
        if self.text:
            painter = QPainter(self)
            paint_code(painter, QRectF(self.rect()), self.text)
            painter.end()


class Groups(QWidget):
    """The numbered groups on the screen."""

    def __init__(self, *, columns: int = COLUMNS) -> None:
        super().__init__()
        self._columns = columns
        self.groups: tuple[str, ...] = ()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        ink = self.palette().color(self.foregroundRole())
        paint_groups(painter, QRectF(self.rect()), self.groups, ink, pixels=20, columns=self._columns)
        painter.end()
