"""The line an officer types or pastes into: machine readable lines or a document number."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from borderdesk.words import say
from ui.desktop.fields import Area
from ui.desktop.parts import mono_font
from ui.desktop.state import WindowState
from ui.desktop.wedge import is_whole_mrz, wants_another_line


class SearchLine(Area):
    """Three lines high, because an identity card has three. Enter screens; Tab leaves the field."""

    submitted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFont(mono_font(14))
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Codes run left to right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFixedHeight(3 * self.fontMetrics().lineSpacing() + 14)
        self._unread = ""

    def render(self, state: WindowState) -> None:
        """Put a text that could not be read back, so that it can be corrected and not typed again."""
        voice = state.voice
        self.setAccessibleName(voice(say("Machine readable lines or document number")))
        self.ask_for(
            voice(
                say("Scan a document, or type its number, a name with a birth date, or plate, vin, gun … with a number")
            )
        )
        if state.unread != self._unread:
            self._unread = state.unread
            if state.unread and not self.toPlainText():
                self.setPlainText(state.unread)
                self.selectAll()

    def take(self, text: str) -> None:
        """Characters that were typed elsewhere come here; an empty text takes them back."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.insertPlainText(text)
        else:
            self.clear()

    def submit(self) -> None:
        """Hand the text over and make room for the next."""
        text = self.toPlainText().strip()
        if text:
            self.clear()
            self.submitted.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter screens, except after the first lines of a zone that has more."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ShiftModifier
        ):
            if wants_another_line(self.toPlainText()):
                self.insertPlainText("\n")
            else:
                self.submit()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """A pasted whole zone is screened at once, as if it had been scanned."""
        self.insertPlainText(source.text())
        if is_whole_mrz(self.toPlainText()):
            self.submit()
