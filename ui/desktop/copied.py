"""What was copied from this window, so that it can be taken off the clipboard again when the desk is locked or left.

A name, a packet or a code would else wait there for whoever sits down next. What another program put there is never
touched, and not even asked for: that program may be slow to hand it over.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication

Mode = QClipboard.Mode

_OF_THIS_PROGRAM_ALONE: Final = ("offscreen", "minimal")
"""Platforms without a clipboard that other programs share: all that is on it is this program's."""


class Copied(QObject):
    """Watches the clipboard and, on X11, what is selected with the mouse."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._texts: dict[Mode, str] = {}
        self._clipboard.changed.connect(self._changed)

    def take_back(self) -> None:
        """Clear what still is what was copied from here, also where a clipboard manager has taken it over."""
        texts, self._texts = self._texts, {}
        for mode, text in texts.items():
            if self.is_ours(mode) or self._clipboard.text(mode) == text:
                self._clipboard.clear(mode)
        self._texts.clear()  # what clearing has said itself

    def is_ours(self, mode: Mode) -> bool:
        """Whether this program put there what is there now."""
        if QGuiApplication.platformName() in _OF_THIS_PROGRAM_ALONE:
            return True
        if mode is Mode.Selection:
            return self._clipboard.ownsSelection()
        return mode is Mode.Clipboard and self._clipboard.ownsClipboard()

    def _changed(self, mode: Mode) -> None:
        if self.is_ours(mode):
            self._texts[mode] = self._clipboard.text(mode)
