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

REMEMBERED = 2000
"""Rows whose heights are remembered: what a list may show before it is measured anew."""

LAID_OUT = 60
"""Rows that are kept as they were laid out, more than a screen shows at once: their letters take some memory."""


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute

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


@dataclass(frozen=True, slots=True)
class _Piece:
    """A badge, or a text laid out, and where it stands in its row."""

    where: QRect
    kind: str
    text: Paragraph | None = None


class RowDelegate(QStyledItemDelegate):
    """Draws a row: badge, bold title, right-hand text, then its paragraphs, wrapped."""

    PAD = 9
    BADGE = 20

    def __init__(self, view: RowsView, *, pad: int = PAD) -> None:
        super().__init__(view)
        self._view = view
        self._pad = pad
        self._sized: tuple[Row, ...] = ()
        self._sizes: list[QSize | None] = []
        self._width = 0
        self._heights: dict[tuple[Row, int], int] = {}
        self._laid: dict[tuple[Row, int, Qt.LayoutDirection], tuple[_Piece, ...]] = {}
        self.take_letters()

    def take_letters(self) -> None:
        """Draw with the letters that the view has now."""
        pixels = self._view.font().pixelSize()
        self._title = text_font(pixels, bold=True)
        self._body = text_font(pixels - 1)
        self._title_metrics = QFontMetrics(self._title)
        self._sized, self._sizes = (), []
        self._heights.clear()
        self._laid.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        # Qt asks for every row whenever one is added: a shift's history a hundred times a traveller.
        rows, width = self._view.rows.rows, self._view.viewport().width()
        if rows is not self._sized or width != self._width:
            known = dict(zip(map(id, self._sized), self._sizes, strict=True)) if width == self._width else {}
            self._sizes = [known.get(id(row)) for row in rows]
            self._sized, self._width = rows, width
        size = self._sizes[index.row()]
        if size is None:
            size = self._sizes[index.row()] = QSize(width, self._height(rows[index.row()], width))
        return size

    def _height(self, row: Row, width: int) -> int:
        height = self._heights.get((row, width))
        if height is None:
            if len(self._heights) >= REMEMBERED:
                self._heights.clear()
            # The rows of a short list are painted next; of a long one only those that are seen.
            pieces = self._pieces(row, width) if len(self._sized) <= LAID_OUT else self._lay_out(row, width)
            texts = (piece for piece in pieces if piece.text is not None)
            height = max(text.where.bottom() for text in texts) + self._pad
            self._heights[row, width] = height
        return height

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        box = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        painter.save()
        if chosen:
            painter.fillRect(box, palette.color(QPalette.ColorRole.AlternateBase))
            bar = QRect(box.left(), box.top(), 5, box.height())
            bar = QStyle.visualRect(self._view.layoutDirection(), box, bar)
            painter.fillRect(bar, palette.color(QPalette.ColorRole.Highlight))
        ink = palette.color(QPalette.ColorRole.Text)
        muted = ink if chosen else palette.color(QPalette.ColorRole.PlaceholderText)
        for piece in self._pieces(row, box.width()):
            where = piece.where.translated(box.topLeft())
            if piece.text is None:
                paint_badge(painter, QRectF(where), row.badge)
                continue
            painter.setPen(muted if piece.kind == "line" else ink)
            piece.text.draw(painter, where)
        painter.setPen(palette.color(QPalette.ColorRole.Window))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.restore()

    def _pieces(self, row: Row, width: int) -> tuple[_Piece, ...]:
        """The row laid out, as it was before where that is known: a list is painted far more often than it changes."""
        key = (row, width, self._view.layoutDirection())
        pieces = self._laid.get(key)
        if pieces is None:
            if len(self._laid) >= LAID_OUT:
                self._laid.clear()
            pieces = self._laid[key] = self._lay_out(row, width)
        return pieces

    def _lay_out(self, row: Row, width: int) -> tuple[_Piece, ...]:
        """The row's pieces, in a box whose upper left corner is nought."""
        pad, title, body = self._pad, self._title, self._body
        left, right, top = pad, width - 1 - pad, pad
        pieces = []
        if row.badge is not None:
            pieces.append(_Piece(self._seen(QRect(left, top, self.BADGE, self.BADGE), width), "badge"))
            left += self.BADGE + pad
        else:
            # The bar of a marked row must not touch its first letter.
            left += BESIDE_BAR
        aside = max(NARROWEST, self._title_metrics.horizontalAdvance(row.right) + pad) if row.right else 0
        if row.right:
            # No wider than its letters: else a short number is painted beyond the edge.
            pieces.append(self._text(row.right, title, QRect(right - aside, top, aside, 0), width, "right"))
        head = QRect(left, top, max(NARROWEST, right - aside - left), 0)
        pieces.append(self._text(row.title, body if row.light else title, head, width, "title"))
        # Letters of another script than the font's own are taller than its metrics say.
        top = max(piece.where.bottom() for piece in pieces if piece.text is not None) + 2
        for line in row.lines:
            box = QRect(left, top, max(NARROWEST, right - left), 0)
            pieces.append(self._text(line.text, body, box, width, "strong" if line.strong else "line"))
            top = pieces[-1].where.bottom() + 2
        return tuple(pieces)

    def _text(self, text: str, font: QFont, box: QRect, width: int, kind: str) -> _Piece:
        direction = self._view.layoutDirection()
        to_the_right = (direction is Qt.LayoutDirection.RightToLeft) is not (kind == "right")
        laid = Paragraph(text, font, box.width(), align=_RIGHT if to_the_right else _LEFT, direction=direction)
        return _Piece(self._seen(QRect(box.left(), box.top(), box.width(), laid.height), width), kind, laid)

    def _seen(self, rect: QRect, width: int) -> QRect:
        """Where it is in a row that may run from right to left."""
        direction = self._view.layoutDirection()
        if direction is Qt.LayoutDirection.LeftToRight:
            return rect
        return QStyle.visualRect(direction, QRect(0, 0, width, 1), rect)


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
        self._about: Hashable = None
        self.selectionModel().currentChanged.connect(self._moved)
        self.clicked.connect(self._clicked)
        self.activated.connect(self._activated)

    def render_rows(self, rows: tuple[Row, ...], chosen: Hashable = None, *, about: Hashable = None) -> None:
        """Show these rows, the one with the key `chosen` marked. What is `about` another begins with its first row,
        however far down somebody looked before."""
        self._rendering = True
        try:
            self.rows.replace(rows)
            if about != self._about:
                self._about = about
                self.scrollToTop()
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
