"""The ring around what has the focus. Every control draws the same one, however the focus came to it.

Fusion draws a thin line, and only after the Tab key: who comes to a page by its own key would not see where they are,
and a list shows nothing at all.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QWidget

RING: Final = 3
"""Pixels of the ring: seen from 70 cm beside an edge of one."""


def paint_edge(on: QWidget, *, focused: bool, plain: bool = True) -> None:
    """Draw the ring inside the edge of `on` where it is focused, else the edge of a control; not where not `plain`."""
    if not focused and not plain:
        return
    painter = QPainter(on)
    role = QPalette.ColorRole.Highlight if focused else QPalette.ColorRole.Mid
    ink: QColor = on.palette().color(role)
    painter.setPen(ink)
    for inset in range(RING if focused else 1):
        painter.drawRect(on.rect().adjusted(inset, inset, -1 - inset, -1 - inset))
    painter.end()
