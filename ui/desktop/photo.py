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
        self.setPixmap(_small(image, WIDTH, HEIGHT))
        return True


class AttachedPhoto(QLabel):
    """The newest picture that was attached to the hit: whoever chose a wrong file sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown = ""

    def render(self, state: WindowState) -> None:
        """Show the picture of this moment, or take no room."""
        newest = state.photos[-1].photo if state.photos else None
        self.setVisible(newest is not None)
        name = "" if newest is None else newest.sha256
        if newest is not None and name != self._shown:
            self.setPixmap(_small(QImage.fromData(newest.content), WIDTH, WIDTH))
        self._shown = name
        self.setAccessibleName(state.voice(say("The photo that was attached last")))


def _small(image: QImage, width: int, height: int) -> QPixmap:
    scaled = image.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QPixmap.fromImage(scaled)
