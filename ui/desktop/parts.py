"""Small pieces every view is made of: a panel, a heading, a button with its function key."""

from __future__ import annotations

import math
from collections.abc import Hashable

from PySide6.QtCore import QEvent, QKeyCombination, QSize, Qt
from PySide6.QtGui import QFont, QKeySequence, QPainter, QPaintEvent, QPalette, QShortcutEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.paragraphs import PITCH, Paragraph, pitch_of
from ui.desktop.ring import paint_edge

TEXT = 15
"""Pixels of body text: read from 70 cm at three in the morning."""

WIDTHS = 4
"""At how many widths a text is kept as it was laid out: that which it has, and those that a layout tries."""

_EDGE = Qt.AlignmentFlag.AlignHorizontal_Mask | Qt.AlignmentFlag.AlignAbsolute

MONO = ("OCR-B", "Noto Sans Mono", "DejaVu Sans Mono", "monospace")


def text_font(pixels: int = TEXT, *, bold: bool = False) -> QFont:
    """The window's letters. Noto draws every script the window speaks."""
    font = QFont(["Noto Sans", "Noto Sans Arabic", "Noto Sans Lao", "DejaVu Sans", "sans-serif"])
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def mono_font(pixels: int = TEXT) -> QFont:
    """Letters of one width, for machine readable lines and numbers."""
    font = QFont(list(MONO))
    font.setPixelSize(pixels)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def set_tip(part: QWidget, text: str) -> None:
    """What is said of a part under the mouse. Qt tells the part anew even where it is the same text."""
    if part.toolTip() != text:
        part.setToolTip(text)


class Text(QLabel):
    """A line or paragraph of plain text. Never interprets what it shows as markup."""

    def __init__(
        self, pixels: int = TEXT, *, bold: bool = False, muted: bool = False, wrap: bool = False, mono: bool = False
    ) -> None:
        super().__init__()
        self._laid: dict[Hashable, Paragraph] = {}
        self._laid_text = ""
        self._own = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        font = mono_font(pixels) if mono else text_font(pixels, bold=bold)
        self.setFont(font)
        self.setWordWrap(wrap)
        if muted:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.trailing = False
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def align_to(self, direction: Qt.LayoutDirection) -> None:
        """Stand at the edge where a line of the window's language begins.

        Qt would follow the label's own text instead, and put a document number at the far edge of an Arabic window.
        """
        to_the_right = (direction is Qt.LayoutDirection.RightToLeft) is not self.trailing
        edge = Qt.AlignmentFlag.AlignRight if to_the_right else Qt.AlignmentFlag.AlignLeft
        vertical = self.alignment() & Qt.AlignmentFlag.AlignVertical_Mask
        self.setAlignment(edge | Qt.AlignmentFlag.AlignAbsolute | vertical)

    def sizeHint(self) -> QSize:
        """As Qt's, in lines of an even pitch."""
        size = super().sizeHint()
        return size if self._own else QSize(size.width(), self._height(size.width(), size.height()))

    def minimumSizeHint(self) -> QSize:
        """As Qt's, in lines of an even pitch."""
        size = super().minimumSizeHint()
        return size if self._own else QSize(size.width(), self._height(size.width(), size.height()))

    def heightForWidth(self, width: int) -> int:
        """As Qt's, in lines of an even pitch."""
        height = super().heightForWidth(width)
        return height if height < 0 or self._own else self._height(width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A wrapped text in lines of an even pitch; a single line, or one that can be marked, as Qt paints it."""
        if self._own or not self.wordWrap():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        box = self.contentsRect()
        text = self._paragraph(box.width())
        text.draw(painter, box, centred=bool(self.alignment() & Qt.AlignmentFlag.AlignVCenter))
        painter.end()

    def setTextInteractionFlags(self, flags: Qt.TextInteractionFlag) -> None:
        """As Qt's. A text that can be marked with the mouse is laid out by Qt itself."""
        super().setTextInteractionFlags(flags)
        self._own = bool(flags & Qt.TextInteractionFlag.TextSelectableByMouse)

    def _height(self, width: int, natural: int) -> int:
        if self.wordWrap():
            return self._paragraph(width).height
        return min(natural, pitch_of(self.font()))

    def _paragraph(self, width: int) -> Paragraph:
        """The text wrapped to a width. A layout asks for its height some ten times before it is painted once."""
        text, font, direction = self.text(), self.font(), self.layoutDirection()
        if text != self._laid_text:
            # A traveller's name is not kept for longer than it is shown.
            self._laid_text = text
            self._laid.clear()
        edge = self.alignment() & _EDGE
        key = (width, font.key(), edge, direction)
        laid = self._laid.get(key)
        if laid is None:
            if len(self._laid) >= WIDTHS:
                self._laid.clear()
            laid = self._laid[key] = Paragraph(text, font, width, align=edge, direction=direction)
        return laid


class OneLine(Text):
    """A single line that ends in … where there is no room for all of it; mouse and screen reader get the whole."""

    def minimumSizeHint(self) -> QSize:
        """It gives way to what stands beside it."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def shown(self) -> str:
        """As much as there is room for."""
        edge = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.text(), edge, self.contentsRect().width())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, self.shown)
        painter.end()
        whole = self.text()
        set_tip(self, "" if self.shown == whole else whole)


class FixedText(Text):
    """A wrapped text in a box of constant height, so that nothing around it moves when it gets longer."""

    def __init__(self, pixels: int = TEXT, *, lines: int = 2, bold: bool = False, muted: bool = False) -> None:
        super().__init__(pixels, bold=bold, muted=muted, wrap=True)
        # Of any script: the language may change while the window is open.
        self.setFixedHeight(math.ceil(pixels * PITCH * lines) + 2)

    def hasHeightForWidth(self) -> bool:
        """Its height is no function of its width."""
        return False


class Panel(QFrame):
    """A framed surface with a heading and one column of things below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.heading = Text(13, bold=True, muted=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 8)
        self.column.setSpacing(6)
        self.column.addWidget(self.heading)

    def entitle(self, text: str) -> None:
        """Set the heading, which is also the panel's name for a screen reader."""
        self.heading.setText(text)
        self.setAccessibleName(text)


class PanelPage(QWidget):
    """A page that is one panel, as far from the edge of the window as the panels of every other page."""

    def __init__(self) -> None:
        super().__init__()
        panel = Panel()
        self.column = panel.column
        self.entitle = panel.entitle
        around = QVBoxLayout(self)
        around.setContentsMargins(12, 12, 12, 0)
        around.addWidget(panel)


def engraved(keys: QKeySequence) -> str:
    """Keys by the names that stand on keyboards all over the world; Qt says Return where they say Enter."""
    return keys.toString().replace("Return", "Enter")


class KeyButton(QPushButton):
    """A button and its function key. The key is shown on it and works from anywhere in the window."""

    def __init__(self, key: Qt.Key | QKeyCombination | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setFont(text_font(TEXT))
        self.setMinimumSize(112, 44)
        self.setAutoDefault(False)

    def label(self, text: str, *, shown: bool = True, name: str = "") -> None:
        """Name the button. Where the text is not `shown`, only the key stands on it; a screen reader still says it.

        `name` is what a screen reader says instead of the text.
        """
        name = name or text
        text = text if shown else ""
        # setText drops the shortcut (it looks for a mnemonic), so the key is set after it, each time.
        face = text if self._key is None else f"{engraved(QKeySequence(self._key))}  {text}".strip()
        face = face.replace("&", "&&")
        if face != self.text() or name != self.accessibleName():
            self.setText(face)
            self.setAccessibleName(name)
            if self._key is not None:
                self.setShortcut(QKeySequence(self._key))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button; a bar at its foot where it is the chosen one of several, and the ring of the focus."""
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            foot = self.rect().adjusted(4, self.height() - 7, -4, -3)
            painter.fillRect(foot, self.palette().color(QPalette.ColorRole.Highlight))
            painter.end()
        paint_edge(self, focused=self.hasFocus(), plain=False)

    def event(self, event: QEvent) -> bool:
        """The key acts at once; Qt's own way presses the button visibly for 100 ms first."""
        if event.type() is QEvent.Type.Shortcut and isinstance(event, QShortcutEvent) and not event.isAmbiguous():
            self.click()
            return True
        return super().event(event)
