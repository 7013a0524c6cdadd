"""When the link is down: the hit as a code and as groups to read out, and the bureau's answer typed or scanned back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.words import say
from ui.desktop.fields import Area
from ui.desktop.files import choose_pdf
from ui.desktop.hit_strip import hit_sentence
from ui.desktop.parts import FixedText, KeyButton, Panel, mono_font
from ui.desktop.slip import Code, Groups
from ui.desktop.state import WindowState


class VoicePage(QWidget):
    """`entered` carries the text of an answer, `printed` nothing, `saved` a Path."""

    entered = Signal(str)
    printed = Signal()
    saved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._code, self._groups, self._answer = Panel(), Panel(), Panel()
        self.code, self.groups = Code(), Groups()
        self.about = FixedText(14, lines=4)
        self.print, self.save, self.enter = KeyButton(), KeyButton(), KeyButton()
        self.print.clicked.connect(self.printed)
        self.save.clicked.connect(self._choose)
        self.enter.clicked.connect(self._enter)
        self.answer = Area()
        self.answer.setFont(mono_font(16))
        self.answer.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.answer.setTabChangesFocus(True)
        self.answer.setFixedHeight(96)
        self._code.column.addWidget(self.code, 1)
        self._code.column.addWidget(self.about)
        buttons = QHBoxLayout()
        buttons.addWidget(self.print)
        buttons.addWidget(self.save)
        self._code.column.addLayout(buttons)
        self._groups.column.addWidget(self.groups, 1)
        line = QHBoxLayout()
        line.addWidget(self.answer, 1)
        line.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignBottom)
        self._answer.column.addLayout(line)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._groups, 1)
        right.addWidget(self._answer)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._code, 4)
        row.addLayout(right, 6)

    def render(self, state: WindowState) -> None:
        """Show the packet of the hit on the screen, or that there is none."""
        voice, groups, hit = state.voice, state.packet, state.hit
        title = voice(say("To be scanned or photographed at the other end"))
        self._code.entitle(title)
        self.code.setAccessibleName(title)
        self.code.text = "".join(groups)
        self.code.update()
        self.about.setText(
            voice(hit.summary) + "\n" + voice(hit_sentence(hit, state))
            if hit is not None and groups
            else voice(say("Take up a hit first; then its packet stands here."))
        )
        name = voice(say("To be read out, group by group, each with its number: {count}", count=len(groups)))
        self._groups.entitle(name)
        self.groups.setAccessibleName(", ".join((name, *groups)))
        self.groups.groups = groups
        self.groups.update()
        self.print.label(voice(say("Print slip")))
        self.save.label(voice(say("Slip as PDF …")))
        for button in (self.print, self.save):
            button.setEnabled(bool(groups))
        asked = voice(say("The bureau's answer: type the groups as you hear them, or scan its code"))
        self._answer.entitle(asked)
        self.answer.setAccessibleName(asked)
        self.enter.label(voice(say("Enter")))
        self.enter.setEnabled(not state.busy)

    def _enter(self) -> None:
        text = self.answer.toPlainText().strip()
        if text:
            self.entered.emit(text)
        else:
            self.answer.setFocus()

    def _choose(self) -> None:
        chosen = choose_pdf(self, self.save.accessibleName(), "slip.pdf")
        if chosen:
            self.saved.emit(chosen)
