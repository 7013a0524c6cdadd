"""What a person would see cut off, covered or pushed out of the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QLineEdit, QPlainTextEdit, QWidget

from ui.desktop.fields import INSET, Area, hint_font
from ui.desktop.paragraphs import Paragraph
from ui.desktop.slip import Code, Groups

LEADING = 2
"""Pixels at the foot of a line that no letter reaches."""

SCREEN = QSize(1366, 768)
_READ = (QLabel, QAbstractButton, QLineEdit, QPlainTextEdit, Code, Groups)
_WRAP = int(Qt.TextFlag.TextWordWrap)


def cut_off(window: QWidget) -> list[str]:
    """Every text of the window that cannot be read whole, every part that lies over another or outside."""
    found = [] if window.size() == SCREEN else [f"the window grew to {window.width()}×{window.height()}"]
    seen = [widget for widget in window.findChildren(QWidget) if _is_read(widget)]
    boxes = {widget: QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()) for widget in seen}
    for widget in seen:
        text, room = _text(widget), widget.contentsRect().size()
        needed = _needed(widget, text, room.width())
        if text and (needed.width() > room.width() or needed.height() > room.height() + LEADING):
            found.append(
                f"{type(widget).__name__} {needed.width()}×{needed.height()} in {room.width()}×{room.height()}: {text}"
            )
        if not window.rect().contains(boxes[widget]):
            found.append(f"outside the window: {text}")
    for place, one in enumerate(seen):
        for other in seen[place + 1 :]:
            over = boxes[one] & boxes[other]
            if over.width() > 2 and over.height() > 2 and not (one.isAncestorOf(other) or other.isAncestorOf(one)):
                found.append(f"over each other: {_text(one)!r} and {_text(other)!r}")
    return found


def _is_read(widget: QWidget) -> bool:
    if not widget.isVisible() or not isinstance(widget, _READ):
        return False
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QAbstractScrollArea):
            return False
        above = above.parentWidget()
    return not isinstance(widget, QLabel) or bool(widget.text())


def _text(widget: QWidget) -> str:
    if isinstance(widget, Code | Groups):
        return ""
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    if isinstance(widget, Area):
        return widget.hint
    assert isinstance(widget, QLineEdit | QPlainTextEdit)
    return widget.placeholderText()


def _needed(widget: QWidget, text: str, width: int) -> QSize:
    metrics = widget.fontMetrics()
    if isinstance(widget, QPlainTextEdit) or (isinstance(widget, QLabel) and widget.wordWrap()):
        font, margin = (hint_font(widget), 2 * INSET) if isinstance(widget, Area) else (widget.font(), 0)
        return QSize(0, Paragraph(text, font, width - margin).height + margin)
    margin = 4 if isinstance(widget, QLineEdit) else 6 if isinstance(widget, QAbstractButton) else 0
    return QSize(
        metrics.horizontalAdvance(text.replace("&&", "&")) + margin,
        metrics.height() if isinstance(widget, QLabel) else 0,
    )
