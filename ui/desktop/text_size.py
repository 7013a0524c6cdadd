"""Three sizes of letters. Everything that holds letters grows with them; the window does not.

A widget's first letters and fixed sizes are noted on the widget itself, so that walking through the sizes always
begins from the same figures and comes back to them exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLayout, QWidget

from borderdesk.words import Sentence, say

_NOTED: Final = "first letters"

HUGE: Final = 30
"""Letters of so many pixels are read from afar already, and stay."""


@dataclass(frozen=True, slots=True)
class TextSize:
    """`factor` times the letters a new desk begins with."""

    name: str
    title: Sentence
    factor: float


NORMAL: Final = TextSize("normal", say("Normal"), 1.0)
LARGE: Final = TextSize("large", say("Large"), 1.1)
LARGEST: Final = TextSize("largest", say("Largest"), 1.2)

TEXT_SIZES: Final = {size.name: size for size in (NORMAL, LARGE, LARGEST)}


def stepped(size: TextSize, step: int) -> TextSize:
    """The size `step` places further; the outermost one where there is none."""
    order = list(TEXT_SIZES.values())
    return order[min(max(order.index(size) + step, 0), len(order) - 1)]


def resize_text(root: QWidget, size: TextSize) -> None:
    """Give `root` and everything in it letters of this size.

    What is of a fixed height grows with its letters, or as far as what it holds asks.
    """
    # All is noted before anything is set: letters that are inherited change with those of the parent.
    noted = [(widget, _first(widget)) for widget in (root, *root.findChildren(QWidget))]
    for widget, first in noted:
        if 0 < first.pixels < HUGE:
            font = QFont(widget.font())
            font.setPixelSize(round(first.pixels * size.factor))
            widget.setFont(font)
    # The innermost first: what they ask for is what those around them must offer.
    for widget, first in reversed(noted):
        layout = widget.layout()
        if first.height and layout is not None:
            _forget_sizes(layout)
            widget.setFixedHeight(max(first.height, layout.totalMinimumSize().height()))
        elif first.height:
            widget.setFixedHeight(math.ceil(first.height * size.factor))


def _forget_sizes(layout: QLayout) -> None:
    # A layout forgets its own sizes only, not those of the layouts in it.
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inner = item.layout() if item is not None else None
        if inner is not None:
            _forget_sizes(inner)
    layout.invalidate()


@dataclass(frozen=True, slots=True)
class _First:
    """Pixels of a widget's first letters, and its fixed height: 0 where it has none, or is a mark that stays."""

    pixels: int
    height: int


def _first(widget: QWidget) -> _First:
    noted = widget.property(_NOTED)
    if noted is None:
        tall = widget.minimumHeight() == widget.maximumHeight()
        mark = widget.layout() is None and widget.minimumWidth() == widget.maximumWidth()
        noted = [widget.font().pixelSize(), widget.minimumHeight() if tall and not mark else 0]
        widget.setProperty(_NOTED, noted)
    pixels, height = noted
    return _First(pixels, height)
