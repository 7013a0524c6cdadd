"""How old each list is: title, edition, age, and the word with its shape."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout

from borderdesk.replica.types import HeldList
from borderdesk.words import say
from ui.desktop.parts import Text, set_tip
from ui.desktop.shapes import Badge
from ui.desktop.state import WindowState
from ui.desktop.text_size import NORMAL
from ui.desktop.wording import word_of

ROWS, FEWER = 5, 4
"""Lists named in letters of the usual size, and in larger ones."""


class ListAges(QFrame):
    """The oldest lists that there is room for, and how many others."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setFixedWidth(540)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 6, 12, 6)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self.heading = Text(13, bold=True, muted=True)
        grid.addWidget(self.heading, 0, 0, 1, 4)
        self._rows: list[tuple[Badge, Text, Text, Text]] = []
        for number in range(ROWS):
            made = (Badge(18), Text(14), Text(14), Text(14))
            for column, part in enumerate(made):
                grid.addWidget(part, number + 1, column)
            made[1].setMinimumWidth(60)
            made[2].trailing = True
            self._rows.append(made)
        grid.setRowStretch(ROWS + 1, 1)

    def render(self, lists: tuple[HeldList, ...], state: WindowState) -> None:
        """Show these lists, oldest first."""
        voice = state.voice
        shown = sorted(lists, key=lambda held: held.age, reverse=True)
        room = ROWS if state.text is NORMAL else FEWER
        more = len(shown) - room
        self.heading.setText(
            voice(say("Lists on this desk, and {count} more", count=more))
            if more > 0
            else voice(say("Lists on this desk"))
            if shown
            else voice(say("This desk holds no list yet"))
        )
        spoken = []
        for number, (badge, title, age, word) in enumerate(self._rows):
            held = shown[number] if number < min(room, len(shown)) else None
            for part in (badge, title, age, word):
                part.setVisible(number < room)
            badge.show_meaning(held.freshness if held else None)
            title.setText(_elided(title, held.title) if held else "")
            age.setText(voice.age(held.age) if held else "")
            word.setText(voice(word_of(held.freshness)) if held else "")
            if held:
                set_tip(title, voice(say("{title}, edition {edition}", title=held.title, edition=held.edition)))
                spoken.append(f"{held.title}: {age.text()}, {word.text()}")
        self.setAccessibleName(". ".join((self.heading.text(), *spoken)))


def _elided(label: Text, text: str) -> str:
    return label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 340)
