"""The photo of a listed person beside the comparison, in a box that is there before it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy

from borderdesk.words import say
from ui.desktop.parts import text_font
from ui.desktop.state import WindowState

WIDTH, HEIGHT = 118, 150


class PhotoBox(QLabel):
    """Shows the first photo of the chosen candidate, or why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setWordWrap(True)
        self.setFont(text_font(13))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._content: bytes | None = None

    def hasHeightForWidth(self) -> bool:
        """No: a wrapped label would make the whole column share its height anew."""
        return False

    def render(self, state: WindowState) -> None:
        """Show the photo of this moment."""
        voice, candidate = state.voice, state.candidate
        # Whether there is a photo is known with the verdict; so nothing moves when it comes.
        self.setVisible(candidate is not None and bool(candidate.person.photos))
        content = state.photo if candidate is not None else None
        if content is None or not self._show(content):
            listed = len(candidate.person.photos) if candidate is not None else 0
            told = say("The photo has not come yet.") if listed else say("The record has no photo.")
            if content is not None:
                told = say("This desk cannot show the photo.")
            self._content = None
            self.setText(voice(told) if candidate is not None else "")
        self.setAccessibleName(voice(say("Photo of the record")) if self._content else self.text())

    def _show(self, content: bytes) -> bool:
        if content == self._content:
            return True
        image = QImage.fromData(content)
        if image.isNull():
            return False
        self._content = content
        box = image.scaled(
            WIDTH, HEIGHT, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self.setPixmap(QPixmap.fromImage(box))
        return True
