"""Accounts: a supervisor's list of people, a form for a new one, and everybody's own password."""

from __future__ import annotations

from datetime import UTC

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.ids import AccountId
from borderdesk.people import Account, Right, Role
from borderdesk.words import Sentence, say
from ui.desktop.fields import Choice, Field
from ui.desktop.new_account import NewAccount
from ui.desktop.parts import FixedText, KeyButton, Panel, Text, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of


class AccountsView(QWidget):
    """`added` carries a NewAccount; `shut_out` an account and whether it is to be shut out; `reset` an account and its
    new first password; `password_changed` the old and the new one.

    What was typed stays until it is done, so that nothing is typed twice.
    """

    added = Signal(object)
    shut_out = Signal(str, bool)
    reset = Signal(str, str)
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
        self.forgot, self.forgot_again = _field(secret=True), _field(secret=True)
        self.give = KeyButton()
        self.give.clicked.connect(self._reset)
        self._forgot_names = _form(self._people, (self.forgot, self.forgot_again))
        for button in (self.give, self.out):
            self._people.column.addWidget(button)
        self.account, self.name, self.role, self.operation = _field(), _field(), _choice(), _choice()
        self.last_day = _field()
        self.last_day.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.first, self.again = _field(secret=True), _field(secret=True)
        self.add = KeyButton()
        self.add.clicked.connect(self._add)
        for_new = (self.account, self.name, self.role, self.last_day, self.operation, self.first, self.again)
        self._new_names = _form(self._new, for_new)
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
        right.addWidget(self._new, 3)
        right.addWidget(self._own, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._people, 1)
        row.addLayout(right, 1)
        for field in self._secrets:
            field.textChanged.connect(self._enable)
        for field in (self.account, self.name):
            field.textChanged.connect(self._enable)
        self._sent: tuple[QLineEdit, ...] = ()
        self._told: Sentence | None = None
        self._state: WindowState | None = None
        self._account = AccountId("")

    @property
    def _secrets(self) -> tuple[QLineEdit, ...]:
        return self.first, self.again, self.forgot, self.forgot_again, self.old, self.fresh, self.fresh_again

    def forget(self) -> None:
        """Nobody's password stays in a field."""
        self._sent = ()
        for field in self._secrets:
            field.clear()

    def render(self, state: WindowState) -> None:
        """Show who has an account, as far as whoever is signed in may know."""
        voice, work = state.voice, state.office
        self._state = state
        self._forget_what_is_done(state)
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
        self.list.render_rows(tuple(_row(one, state) for one in work.people), self._account)
        chosen = known.get(self._account)
        out = chosen is not None and chosen.disabled
        self.out.label(voice(say("Let in again") if out else say("Shut out")))
        self.give.label(voice(say("Give a new first password")))
        for widget in (self.out, self.give, self._new, *(part for pair in self._forgot_names for part in pair)):
            widget.setVisible(manages)
        self._new.entitle(voice(say("Add somebody")))
        self._own.entitle(voice(say("Your own password")))
        self.add.label(voice(say("Add")))
        self.change.label(voice(say("Change the password")))
        ends = say("Last day (YYYY-MM-DD; empty: stays)"), say("For an operation")
        _name(self._new_names, (say("Account"), say("Name"), say("Role"), *ends, say("First password"), _AGAIN), voice)
        _name(self._forgot_names, (say("New first password"), _AGAIN), voice)
        _name(self._own_names, (say("Old password"), say("New password"), _AGAIN), voice)
        _offer(self.role, tuple((voice(word_of(role)), role) for role in Role))
        on = tuple((each.name, each) for each in state.operations)
        _offer(self.operation, ((voice(say("No operation")), None), *on))
        for part in self._new_names[4]:
            part.setVisible(bool(on))
        self._enable()

    def _forget_what_is_done(self, state: WindowState) -> None:
        told = state.office.told
        if self._sent and told is not None and told is not self._told:
            for field in self._sent:
                field.clear()
        if self._sent and (told is not self._told or state.error is not None):
            self._sent = ()
        self._told = told

    def _enable(self) -> None:
        state = self._state
        me = state.status.signed_in if state is not None and state.status is not None else None
        # One act at a time: sealing a password takes a second.
        free = not self._sent
        another = bool(self._account) and me is not None and me.account != self._account
        self.out.setEnabled(another and free)
        forgot = bool(self.forgot.text()) and self.forgot.text() == self.forgot_again.text()
        self.give.setEnabled(another and forgot and free)
        whole = bool(self.account.text().strip() and self.name.text().strip() and self.first.text())
        self.add.setEnabled(whole and self.first.text() == self.again.text() and free)
        agreed = bool(self.fresh.text()) and self.fresh.text() == self.fresh_again.text()
        self.change.setEnabled(agreed and bool(self.old.text()) and free)

    def _chosen(self, key: object) -> None:
        if self._account != key:
            # A password meant for one of them is never given to another.
            self.forgot.clear()
            self.forgot_again.clear()
        self._account = AccountId(str(key))
        if self._state is not None:
            self.render(self._state)

    def _turn(self) -> None:
        people = self._state.office.people if self._state is not None else ()
        for one in people:
            if one.account == self._account:
                self.shut_out.emit(one.account, not one.disabled)

    def _add(self) -> None:
        new = NewAccount(
            self.account.text().strip(),
            self.name.text().strip(),
            Role(self.role.currentData()),
            self.first.text(),
            self.last_day.text().strip(),
            self.operation.currentData(),
            self._state.voice.zone if self._state is not None else UTC,
        )
        self._sent = self.account, self.name, self.last_day, self.first, self.again
        self.added.emit(new)

    def _reset(self) -> None:
        self._sent = self.forgot, self.forgot_again
        self.reset.emit(self._account, self.forgot.text())

    def _change(self) -> None:
        self._sent = self.old, self.fresh, self.fresh_again
        self.password_changed.emit(self.old.text(), self.fresh.text())


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


def _choice() -> Choice:
    box = Choice()
    box.setFont(text_font(16))
    box.setMinimumHeight(36)
    return box


def _offer(box: Choice, choices: tuple[tuple[str, object], ...]) -> None:
    """Let one of these be chosen; what was chosen before stays, where it is still there."""
    before = [(box.itemText(at), box.itemData(at)) for at in range(box.count())]
    if before != list(choices):
        chosen = box.currentData()
        box.clear()
        for title, data in choices:
            box.addItem(title, data)
        box.setCurrentIndex(next((at for at, (_, data) in enumerate(choices) if data == chosen), 0))


def _row(one: Account, state: WindowState) -> Row:
    voice = state.voice
    lines: list[Line] = []
    if one.disabled and one.by_bureau:
        lines.append(Line(voice(say("Shut out by the bureau: only the bureau can let it in again.")), strong=True))
    elif one.disabled:
        lines.append(Line(voice(say("Shut out: cannot sign in.")), strong=True))
    if one.ends_at is not None:
        lines.append(Line(voice(say("Ends by itself: {time}", time=voice.moment(one.ends_at)))))
    lines.extend(
        Line(voice(say("Operation {names}", names=each.name))) for each in state.operations if each.id == one.operation
    )
    return Row(
        key=one.account,
        badge=Severity.LOOK if one.disabled else Severity.INFO,
        title=voice.line(one.account, one.name),
        right=voice(word_of(one.role)),
        lines=tuple(lines),
    )
