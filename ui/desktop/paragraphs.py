"""Text in lines of an even pitch, whatever its script.

The fonts of Arabic and Lao ask for lines of two letters' height, far more than their ink fills. Laid out so, two lines
of a sentence lose their upper and lower edge in a box that holds two lines of Latin, and pages outgrow the screen.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QTextLayout, QTextOption

PITCH: Final = 1.6
"""Heights of a letter from line to line, at most. Lao with a vowel and a tone above, the tallest, fills 1.5."""

BASELINE: Final = 0.72
"""Where in a line that was made lower the letters stand: this share of it is above."""


def pitch_of(font: QFont) -> int:
    """The most pixels that a line of these letters takes."""
    return round(font.pixelSize() * PITCH)


class Paragraph:
    """A text wrapped to a width. `\\n` begins a new line; a word longer than a line is broken."""

    def __init__(
        self,
        text: str,
        font: QFont,
        width: int,
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight,
    ) -> None:
        self._layout = _laid_out(text, font, align, direction)
        # Else its letters are placed anew whenever it is painted, which takes most of the painting.
        self._layout.setCacheEnabled(True)
        pitch, top = pitch_of(font), 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            lower = line.height() > pitch
            line.setPosition(QPointF(0, top + BASELINE * pitch - line.ascent() if lower else top))
            top += pitch if lower else line.height()
        self._layout.endLayout()
        self.height = math.ceil(top)

    def draw(self, painter: QPainter, box: QRect, *, centred: bool = False) -> None:
        """Paint it into `box`, in the painter's pen; from its top where it is higher than the box."""
        top = box.top() + max(0, (box.height() - self.height) // 2 if centred else 0)
        self._layout.draw(painter, QPointF(box.left(), top))


def lines_of(text: str, font: QFont, width: int) -> list[str]:
    """The lines into which a text is wrapped, for paper, where a page may end between two of them."""
    layout = _laid_out(text, font, Qt.AlignmentFlag.AlignLeft, Qt.LayoutDirection.LayoutDirectionAuto)
    lines = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        lines.append(layout.text()[line.textStart() : line.textStart() + line.textLength()].strip("\u2028 "))
    layout.endLayout()
    return lines


def _laid_out(text: str, font: QFont, align: Qt.AlignmentFlag, direction: Qt.LayoutDirection) -> QTextLayout:
    option = QTextOption(align)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    layout.setTextOption(option)
    return layout
