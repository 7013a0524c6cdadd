"""Fields to type into, a choice and a box to tick, with an edge that is seen on every palette.

Fusion draws the edge as a darker shade of the window: on the dark palette nothing is left of it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QStyle,
    QStyleOptionButton,
)

from ui.desktop.paragraphs import Paragraph
from ui.desktop.parts import text_font
from ui.desktop.ring import paint_edge

INSET: Final = 4
"""Pixels between the edge of an area and what is written in it."""


class Field(QLineEdit):
    """One line."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._at_first = text
        self.setTextMargins(INSET, 0, INSET, 0)

    def forget(self) -> None:
        """Stand as at first; what was typed cannot be brought back either, as it can after `clear`."""
        self.setText(self._at_first)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the right button, in the direction of the window."""
        menu_of(self).popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, then its edge."""
        super().paintEvent(event)
        paint_edge(self, focused=self.hasFocus())


class Area(QPlainTextEdit):
    """Several lines. What belongs into it stands there while it is empty."""

    def __init__(self) -> None:
        super().__init__()
        # Its own edge, drawn on what scrolls, is the only one.
        self.setFrameShape(Area.Shape.NoFrame)
        self.hint = ""

    def forget(self) -> None:
        """Hold nothing; what was typed cannot be brought back either."""
        self.setPlainText("")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the right button, in the direction of the window."""
        menu_of(self).popup(event.globalPos())

    def ask_for(self, hint: str) -> None:
        """Say what belongs into it. Qt's own placeholder stands at the left in every language."""
        if hint != self.hint:
            self.hint = hint
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text or what is asked for, then the edge, on what scrolls."""
        super().paintEvent(event)
        view = self.viewport()
        if self.hint and self.document().isEmpty():
            painter = QPainter(view)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            # As the window's language runs: the field itself may hold codes, which run left to right.
            direction = self.window().layoutDirection()
            begin = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeading)
            box = view.rect().adjusted(INSET, INSET, -INSET, -INSET)
            align = begin | Qt.AlignmentFlag.AlignAbsolute
            Paragraph(self.hint, hint_font(self), box.width(), align=align, direction=direction).draw(painter, box)
            painter.end()
        paint_edge(view, focused=self.hasFocus())


class Tick(QCheckBox):
    """A box to tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box and its words, then the edge of the box."""
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.end()
        paint_edge(self, focused=self.hasFocus(), plain=False)


class Choice(QComboBox):
    """One of several, chosen with the arrows."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The choice, then its edge."""
        super().paintEvent(event)
        paint_edge(self, focused=self.hasFocus())


def menu_of(field: QLineEdit | QPlainTextEdit) -> QMenu:
    """What the right button of the mouse opens on a field.

    Where codes are typed from left to right in an Arabic window, Qt would draw the keys over the words.
    """
    menu = field.createStandardContextMenu()
    menu.setLayoutDirection(QApplication.layoutDirection())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def hint_font(area: Area) -> QFont:
    """The letters of a hint: those of sentences, whatever is typed there."""
    return text_font(area.font().pixelSize() - 1)
