"""Accounts: a supervisor's list of people, a form for a new one, and everybody's own password."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.ids import AccountId
from borderdesk.people import Account, Right, Role
from borderdesk.words import Sentence, say
from ui.desktop.fields import Field
from ui.desktop.parts import FixedText, KeyButton, Panel, Text, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of


class AccountsView(QWidget):
    """`added` carries account, name, role and password; `shut_out` an account and whether it is to be shut out;
    `password_changed` the old and the new one."""

    added = Signal(str, str, object, str)
    shut_out = Signal(str, bool)
    password_changed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._people, self._new, self._own = Panel(), Panel(), Panel()
        self.list = RowsView()
        self.list.chosen.connect(self._chosen)
        self.out = KeyButton()
        self.out.clicked.connect(self._turn)
        self.told = FixedText(lines=2, bold=True)
        self._people.column.addWidget(self.list, 1)
        self._people.column.addWidget(self.told)
        self._people.column.addWidget(self.out)
        self.account, self.name, self.role = _field(), _field(), QComboBox()
        self.role.setFont(text_font(16))
        self.role.setMinimumHeight(36)
        self.first, self.again = _field(secret=True), _field(secret=True)
        self.add = KeyButton()
        self.add.clicked.connect(self._add)
        self._new_names = _form(self._new, (self.account, self.name, self.role, self.first, self.again))
        self._new.column.addWidget(self.add)
        self._new.column.addStretch(1)
        self.old, self.fresh, self.fresh_again = _field(secret=True), _field(secret=True), _field(secret=True)
        self.change = KeyButton()
        self.change.clicked.connect(self._change)
        self._own_names = _form(self._own, (self.old, self.fresh, self.fresh_again))
        self._own.column.addWidget(self.change)
        self._own.column.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._new, 5)
        right.addWidget(self._own, 4)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._people, 1)
        row.addLayout(right, 1)
        for field in self._secrets:
            field.textChanged.connect(self._enable)
        for field in (self.account, self.name):
            field.textChanged.connect(self._enable)
        self._state: WindowState | None = None
        self._account = AccountId("")

    @property
    def _secrets(self) -> tuple[QLineEdit, ...]:
        return self.first, self.again, self.old, self.fresh, self.fresh_again

    def forget(self) -> None:
        """Nobody's password stays in a field."""
        for field in self._secrets:
            field.clear()

    def render(self, state: WindowState) -> None:
        """Show who has an account, as far as whoever is signed in may know."""
        voice, work = state.voice, state.office
        self._state = state
        manages = state.may(Right.MANAGE_PEOPLE)
        name = (
            voice(say("Accounts at this desk: {count}", count=len(work.people))) if manages else voice(say("Account"))
        )
        self._people.entitle(name)
        self.list.setAccessibleName(name)
        self.told.setText(voice(work.told) if work.told else "")
        known = {one.account: one for one in work.people}
        if self._account not in known:
            self._account = work.people[0].account if work.people else AccountId("")
        self.list.render_rows(tuple(_row(one, voice) for one in work.people), self._account)
        chosen = known.get(self._account)
        out = chosen is not None and chosen.disabled
        self.out.label(voice(say("Let in again") if out else say("Shut out")))
        self.out.setVisible(manages)
        self._new.setVisible(manages)
        self._new.entitle(voice(say("Add somebody")))
        self._own.entitle(voice(say("Your own password")))
        self.add.label(voice(say("Add")))
        self.change.label(voice(say("Change the password")))
        _name(self._new_names, (say("Account"), say("Name"), say("Role"), say("First password"), _AGAIN), voice)
        _name(self._own_names, (say("Old password"), say("New password"), _AGAIN), voice)
        for number, role in enumerate(Role):
            title = voice(word_of(role))
            if number >= self.role.count():
                self.role.addItem(title, role)
            elif self.role.itemText(number) != title:
                self.role.setItemText(number, title)
        self._enable()

    def _enable(self) -> None:
        state = self._state
        chosen = bool(self._account)
        me = state.status.signed_in if state is not None and state.status is not None else None
        self.out.setEnabled(chosen and me is not None and me.account != self._account)
        whole = bool(self.account.text().strip() and self.name.text().strip() and self.first.text())
        self.add.setEnabled(whole and self.first.text() == self.again.text())
        agreed = bool(self.fresh.text()) and self.fresh.text() == self.fresh_again.text()
        self.change.setEnabled(agreed and bool(self.old.text()))

    def _chosen(self, key: object) -> None:
        self._account = AccountId(str(key))
        if self._state is not None:
            self.render(self._state)

    def _turn(self) -> None:
        people = self._state.office.people if self._state is not None else ()
        for one in people:
            if one.account == self._account:
                self.shut_out.emit(one.account, not one.disabled)

    def _add(self) -> None:
        role = Role(self.role.currentData())
        self.added.emit(self.account.text().strip(), self.name.text().strip(), role, self.first.text())
        for field in (self.account, self.name, self.first, self.again):
            field.clear()

    def _change(self) -> None:
        self.password_changed.emit(self.old.text(), self.fresh.text())
        for field in (self.old, self.fresh, self.fresh_again):
            field.clear()


_AGAIN = say("The same again")


def _field(*, secret: bool = False) -> QLineEdit:
    field = Field()
    field.setFont(text_font(16))
    field.setMinimumHeight(36)
    field.setMaxLength(200)
    if secret:
        field.setEchoMode(QLineEdit.EchoMode.Password)
        # Passwords run left to right in every language.
        field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return field


def _form(panel: Panel, fields: tuple[QWidget, ...]) -> tuple[tuple[Text, QWidget], ...]:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    named = tuple((Text(14, muted=True), field) for field in fields)
    for number, (label, field) in enumerate(named):
        label.setBuddy(field)
        grid.addWidget(label, number, 0)
        grid.addWidget(field, number, 1)
    panel.column.addLayout(grid)
    return named


def _name(fields: tuple[tuple[Text, QWidget], ...], titles: tuple[Sentence, ...], voice: Voice) -> None:
    for (label, field), title in zip(fields, titles, strict=True):
        label.setText(voice(title))
        field.setAccessibleName(voice(title))


def _row(one: Account, voice: Voice) -> Row:
    state = (Line(voice(say("Shut out: cannot sign in.")), strong=True),) if one.disabled else ()
    return Row(
        key=one.account,
        badge=Severity.LOOK if one.disabled else Severity.INFO,
        title=voice.line(one.account, one.name),
        right=voice(word_of(one.role)),
        lines=state,
    )
