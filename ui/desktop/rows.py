"""Lists of rows: one model, one way to draw a row, one view. Never a widget per row."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.desktop.paragraphs import Paragraph
from ui.desktop.parts import TEXT, text_font
from ui.desktop.ring import paint_edge
from ui.desktop.shapes import paint_badge

Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)


NARROWEST = 40
"""Pixels that a text of a row gets at least."""

BESIDE_BAR = 4
"""Pixels more before a row that has no badge."""

REMEMBERED = 500
"""Rows whose heights are remembered, times four: what a list may show before it is measured anew."""


_ENDS = ".?!…؟:;"
"""What ends a sentence or asks for more: nothing is set behind it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph below a row's title. `strong` is what to do, the rest is why."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows. `key` says what was chosen; `badge` is one of `shapes.LOOK`; `right` stands at the far edge."""

    key: Hashable
    title: str
    badge: object | None = None
    badge_word: str = ""
    right: str = ""
    lines: tuple[Line, ...] = ()
    light: bool = False
    """The title in ordinary letters: for rows that are sentences of equal weight."""

    @property
    def spoken(self) -> str:
        """The whole row as a screen reader says it."""
        parts = (self.badge_word, self.title, self.right, *(line.text for line in self.lines))
        said = [part for part in parts if part]
        ended = [part if part[-1] in _ENDS else f"{part}." for part in said[:-1]]
        return " ".join((*ended, *said[-1:]))


class RowsModel(QAbstractListModel):
    """Rows, replaced whole."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()

    def replace(self, rows: tuple[Row, ...]) -> bool:
        """Show other rows. False where they are the same."""
        if rows == self.rows:
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        return None


class RowDelegate(QStyledItemDelegate):
    """Draws a row: badge, bold title, right-hand text, then its paragraphs, wrapped."""

    PAD = 9
    BADGE = 20

    def __init__(self, view: QListView, *, pad: int = PAD) -> None:
        super().__init__(view)
        self._view = view
        self._pad = pad
        self._heights: dict[tuple[Row, int], int] = {}
        self.take_letters()

    def take_letters(self) -> None:
        """Draw with the letters that the view has now."""
        pixels = self._view.font().pixelSize()
        self._title = text_font(pixels, bold=True)
        self._body = text_font(pixels - 1)
        self._heights.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        # Qt asks for every row whenever one is added; measuring text anew for each took 25 ms with a shift's history.
        width = self._view.viewport().width()
        row: Row = index.data(ROW)
        height = self._heights.get((row, width))
        if height is None:
            if len(self._heights) >= 4 * REMEMBERED:
                self._heights.clear()
            height = self._lay_out(row, QRect(0, 0, width, 0))[-1][0].bottom() + self._pad
            self._heights[row, width] = height
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        painter.save()
        if chosen:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.AlternateBase))
            bar = QRect(option.rect.left(), option.rect.top(), 5, option.rect.height())
            painter.fillRect(self._mirrored(bar, option.rect), palette.color(QPalette.ColorRole.Highlight))
        ink = palette.color(QPalette.ColorRole.Text)
        muted = ink if chosen else palette.color(QPalette.ColorRole.PlaceholderText)
        direction = self._view.layoutDirection()
        for rect, text, font_kind in self._lay_out(row, option.rect):
            if font_kind == "badge":
                paint_badge(painter, QRectF(self._mirrored(rect, option.rect)), row.badge)
                continue
            font = self._title if font_kind in ("title", "right") else self._body
            painter.setPen(ink if font_kind in ("title", "right", "strong") else muted)
            far = font_kind == "right"
            edge = Qt.AlignmentFlag.AlignTrailing if far else Qt.AlignmentFlag.AlignLeading
            align = QStyle.visualAlignment(direction, edge) | Qt.AlignmentFlag.AlignAbsolute
            where = self._mirrored(rect, option.rect)
            Paragraph(text, font, where.width(), align=align, direction=direction).draw(painter, where)
        painter.setPen(palette.color(QPalette.ColorRole.Window))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _mirrored(self, rect: QRect, inside: QRect) -> QRect:
        return QStyle.visualRect(self._view.layoutDirection(), inside, rect)

    def _lay_out(self, row: Row, box: QRect) -> list[tuple[QRect, str, str]]:
        """Where each piece of the row goes, in a left-to-right box; the last piece is the lowest."""
        pad = self._pad
        left, right, top = box.left() + pad, box.right() - pad, box.top() + pad
        pieces: list[tuple[QRect, str, str]] = []
        if row.badge is not None:
            pieces.append((QRect(left, top, self.BADGE, self.BADGE), "", "badge"))
            left += self.BADGE + pad
        else:
            # The bar of a marked row must not touch its first letter.
            left += BESIDE_BAR
        right_width = max(NARROWEST, QFontMetrics(self._title).horizontalAdvance(row.right) + pad) if row.right else 0
        title = _wrapped(self._body if row.light else self._title, row.title, left, top, right - right_width - left)
        if row.right:
            # Letters of another script than the font's own are taller than its metrics say.
            aside = _wrapped(self._title, row.right, right - right_width, top, right_width)
            # No wider than its letters: else a short number is painted beyond the edge.
            aside.setWidth(right_width)
            title.setHeight(max(title.height(), aside.height()))
            pieces.append((aside, row.right, "right"))
        pieces.append((title, row.title, "strong" if row.light else "title"))
        top = title.bottom() + 2
        for line in row.lines:
            rect = _wrapped(self._body, line.text, left, top, right - left)
            pieces.append((rect, line.text, "strong" if line.strong else "line"))
            top = rect.bottom() + 2
        return pieces


def _wrapped(font: QFont, text: str, left: int, top: int, width: int) -> QRect:
    width = max(NARROWEST, width)
    return QRect(left, top, width, Paragraph(text, font, width).height)


class RowsView(QListView):
    """A list of rows. `chosen` tells the key of a row that was moved to or clicked, `opened` of one entered."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, *, pad: int = RowDelegate.PAD, in_steps: bool = False) -> None:
        """`in_steps`: lay out many rows a few at a time, so that a list of a thousand never stops the window."""
        super().__init__()
        if in_steps:
            self.setLayoutMode(QListView.LayoutMode.Batched)
            self.setBatchSize(40)
        self.setFont(text_font(TEXT))
        self.rows = RowsModel()
        self.setModel(self.rows)
        self._delegate = RowDelegate(self, pad=pad)
        self.setItemDelegate(self._delegate)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self._rendering = False
        self.selectionModel().currentChanged.connect(self._moved)
        self.clicked.connect(self._clicked)
        self.activated.connect(self._activated)

    def render_rows(self, rows: tuple[Row, ...], chosen: Hashable = None) -> None:
        """Show these rows, the one with the key `chosen` marked."""
        self._rendering = True
        try:
            self.rows.replace(rows)
            at = next((number for number, row in enumerate(rows) if chosen is not None and row.key == chosen), None)
            if at is None:
                self.clearSelection()
            elif self.currentIndex().row() != at:
                self.setCurrentIndex(self.rows.index(at))
        finally:
            self._rendering = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring, and nothing else: Qt would move to the first row, and so put another traveller on the screen."""
        QWidget.focusInEvent(self, event)
        self.viewport().update()

    def keyboardSearch(self, _search: str) -> None:
        """Letters belong to the search line, never to a list: a scan must not move the mark."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self.model() is not None:
            self._delegate.take_letters()
            self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and the ring while the arrows move in them."""
        super().paintEvent(event)
        paint_edge(self.viewport(), focused=self.hasFocus(), plain=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._rendering and current.isValid():
            self.chosen.emit(self.rows.rows[current.row()].key)

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows.rows[index.row()].key)

    def _activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.rows.rows[index.row()].key)
