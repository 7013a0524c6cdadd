"""Reads a document reader that types: a burst of keys, caught anywhere in the window.

A reader in keyboard mode types an MRZ line by line, faster than any hand, each line ended by CR, LF or Tab; readers
also send the line ends of lines a document does not have. Twenty keys, each within 50 ms of the last, are a burst
unless one key is held down: what the first of them left in a text field is taken back, the rest never reaches a widget.

Programs and tokens type passwords as fast. So on the sign-in screen, and in any field for a password, only what reads
as a machine readable zone is a burst: a zone is no traveller's business of that field, and a password is no scan.
"""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

GAP_MS: Final = 50
LEAST_KEYS: Final = 20
QUIET_MS: Final = 120

MRZ_SHAPES: Final = ((44, 44), (36, 36), (30, 30, 30))
"""Lines and characters of TD3, TD2 and TD1 (ICAO Doc 9303-4, -6 and -5)."""

_FILLER: Final = "<"
_OF_A_ZONE: Final = re.compile(r"[A-Za-z0-9<]+")
_WIDTHS: Final = frozenset(shape[0] for shape in MRZ_SHAPES)
_FILLED: Final = re.compile(r"([^A-Za-z0-9 ])\1\1")


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that hold anything, without spaces around them."""
    return tuple(line.strip() for line in text.replace("\t", "\n").splitlines() if line.strip())


def is_whole_mrz(text: str) -> bool:
    """Whether the text has the shape of a whole machine readable zone."""
    return tuple(len(line) for line in lines_of(text)) in MRZ_SHAPES


def reads_as_zone(text: str) -> bool:
    """Whether so much of a burst can only be of a machine readable zone, and not of a password that something types.

    Letters of one case, digits and fillers; or, where the keyboard's layout is another than the reader's, a line as
    long as a zone's that holds the same sign three times in a row.
    """
    plain = text.replace("\n", "")
    if _FILLER in plain and _OF_A_ZONE.fullmatch(plain):
        return plain in (plain.upper(), plain.lower())
    first, ended, _ = text.partition("\n")
    return bool(ended) and len(first) in _WIDTHS and _FILLED.search(first) is not None


def wants_another_line(text: str) -> bool:
    """Whether the text begins a machine readable zone, so that Enter means *next line* and not *screen it*."""
    lines = lines_of(text)
    if not lines or "<" not in lines[0]:
        return False
    shape = tuple(len(line) for line in lines)
    return any(shape == whole[: len(shape)] and len(shape) < len(whole) for whole in MRZ_SHAPES)


class Wedge(QObject):
    """An event filter for the application. Emits `scanned` with the lines of a burst, joined by line feeds."""

    scanned = Signal(str)
    touched = Signal()
    """Somebody is there: a key, a click, the wheel."""
    typed = Signal(str)
    """A character typed where nothing can take it: it belongs into the search line."""

    def __init__(self, window: QWidget) -> None:
        """Watches the keys of `window`. `locked` is true while nobody is signed in."""
        super().__init__(window)
        self._window = window
        self.locked = True
        self._keys: list[str] = []
        self._last_ms = 0
        self._in_burst = False
        self._swallow_until_ms = 0
        self._before: tuple[QWidget, str, int] | None = None
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._finish)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See `QObject.eventFilter`: true swallows the key."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self.touched.emit()
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        # An ignored key is offered to every parent in turn; only its first receiver counts.
        if watched is not (QApplication.focusWidget() or self._window) or not isinstance(watched, QWidget):
            return False
        return watched.window() is self._window and self._key(watched, event)

    def _key(self, target: QWidget, event: QKeyEvent) -> bool:
        text = "\n" if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) else event.text()
        chord = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if chord or not text or not (text == "\n" or text.isprintable()):
            return False
        if text == " " and not self._in_burst and isinstance(target, QAbstractButton | QComboBox):
            # What presses a button from the keyboard; no scan begins with it.
            return False
        now = event.timestamp()
        if text == "\n" and not self._keys and now < self._swallow_until_ms:
            self._swallow_until_ms = now + QUIET_MS
            return True
        if self._keys and not self._in_burst and now - self._last_ms > GAP_MS:
            self._keys.clear()
        if not self._keys:
            self._before = _content(target)
        self._keys.append(text)
        self._last_ms = now
        if not self._in_burst and self._is_burst(target):
            self._in_burst = True
            self._take_back()
        if self._in_burst:
            if text == "\n" and is_whole_mrz("".join(self._keys)):
                self._swallow_until_ms = now + QUIET_MS
                self._finish()
            else:
                self._quiet.start()
            return True
        if text != "\n" and not self.locked and not _takes_text(target):
            self.typed.emit(text)
            return True
        return False

    def _is_burst(self, target: QWidget) -> bool:
        if not _is_reader(self._keys):
            return False
        return not (self.locked or _is_secret(target)) or reads_as_zone("".join(self._keys))

    def _take_back(self) -> None:
        if self._before is None:
            if not self.locked:
                self.typed.emit("")
            return
        widget, text, cursor = self._before
        if not widget.isVisible():
            return  # its page was left in the middle of the burst, and emptied where it had to be
        if isinstance(widget, QLineEdit):
            widget.setText(text)
            widget.setCursorPosition(cursor)
        elif isinstance(widget, QPlainTextEdit):
            widget.setPlainText(text)
            moved = widget.textCursor()
            moved.setPosition(cursor)
            widget.setTextCursor(moved)

    def _finish(self) -> None:
        self._quiet.stop()
        text = "\n".join(lines_of("".join(self._keys)))
        self._keys.clear()
        self._in_burst = False
        self.scanned.emit(text)


def _is_reader(keys: list[str]) -> bool:
    """Whether so many keys in a row come from a reader: a key that is held down repeats itself as fast, Tab too."""
    return len([key for key in keys if key != "\n"]) >= LEAST_KEYS and len({*keys} - {"\n"}) > 2


def _is_secret(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit) and widget.echoMode() is not QLineEdit.EchoMode.Normal


def _takes_text(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit | QPlainTextEdit) and not widget.isReadOnly()


def _content(widget: QWidget) -> tuple[QWidget, str, int] | None:
    if isinstance(widget, QLineEdit):
        return widget, widget.text(), widget.cursorPosition()
    if isinstance(widget, QPlainTextEdit):
        return widget, widget.toPlainText(), widget.textCursor().position()
    return None
