"""The sign-in screen. A wrong password loses nothing that was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from borderdesk.errors import BorderDeskError
from borderdesk.words import Sentence, say
from ui.desktop.fields import Field
from ui.desktop.parts import KeyButton, Panel, Text, text_font
from ui.desktop.refusals import NobodySignedIn
from ui.desktop.state import WindowState

WIDTH, HEIGHT = 520, 500
"""Pixels; higher where long sentences ask for it."""


class SignInView(QWidget):
    """`asked` carries account and password."""

    asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        card = Panel()
        card.setFixedWidth(WIDTH)
        card.column.setContentsMargins(32, 24, 32, 24)
        card.column.setSpacing(8)
        self._card = card
        self._told: BorderDeskError | None = None
        self._title = Text(30, bold=True)
        self._where = Text(15, muted=True)
        self._account_name, self._password_name = Text(14, muted=True), Text(14, muted=True)
        self.account, self.password = Field(), Field()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.account, self.password):
            field.setFont(text_font(18))
            field.setMinimumHeight(44)
            field.setTextMargins(8, 0, 8, 0)
            # Sign-in names and passwords run left to right in every language.
            field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._account_name.setBuddy(self.account)
        self._password_name.setBuddy(self.password)
        self.enter = KeyButton()
        self.enter.setMinimumHeight(52)
        self.enter.setFont(text_font(17, bold=True))
        self.errors = (Text(15, wrap=True), Text(15, wrap=True), Text(15, bold=True, wrap=True))
        column = card.column
        column.removeWidget(card.heading)
        card.heading.hide()
        column.addWidget(self._title)
        column.addWidget(self._where)
        column.addSpacing(12)
        column.addWidget(self._account_name)
        column.addWidget(self.account)
        column.addWidget(self._password_name)
        column.addWidget(self.password)
        column.addSpacing(12)
        column.addWidget(self.enter)
        column.addSpacing(8)
        for line in self.errors:
            column.addWidget(line)
        column.addStretch(1)
        card.setFixedHeight(HEIGHT)
        outer = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        outer.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(1)
        self.account.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._ask)
        self.enter.clicked.connect(self._ask)

    def render(self, state: WindowState) -> None:
        """Show the fields, and the sentences of the last refusal below them."""
        voice = state.voice
        self._title.setText("BorderDesk")
        status = state.status
        self._where.setText(
            voice(say("post {post}, desk {desk}", post=status.post, desk=status.desk)) if status else ""
        )
        self._account_name.setText(voice(say("Account")))
        self._password_name.setText(voice(say("Password")))
        self.account.setAccessibleName(voice(say("Account")))
        self.password.setAccessibleName(voice(say("Password")))
        self._card.setAccessibleName(voice(say("Sign in")))
        self.enter.label(voice(say("Signing in …")) if state.busy else voice(say("Sign in")))
        self.enter.setEnabled(not state.busy)
        for line, text in zip(self.errors, state.error.sentences if state.error else (Sentence(""),) * 3, strict=True):
            line.setText(voice(text))
        # What went wrong is read to its end, in letters of any size.
        self._card.setFixedHeight(max(HEIGHT, self._card.heightForWidth(WIDTH)))
        if state.error is not self._told and not state.busy and self.isVisible():
            # Once: a status that comes meanwhile must not take the cursor from whoever types again.
            self._told = state.error
            if state.error is not None and not isinstance(state.error, NobodySignedIn):
                self.password.setFocus()
                self.password.selectAll()

    def forget(self) -> None:
        """Nobody's password stays in a field."""
        self.password.clear()

    def _ask(self) -> None:
        if self.account.text().strip() and self.password.text():
            self.asked.emit(self.account.text().strip(), self.password.text())
        elif not self.account.text().strip():
            self.account.setFocus()
        else:
            self.password.setFocus()
