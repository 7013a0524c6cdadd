"""Always visible: the link, the age of each list, what waits, who works, where."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from borderdesk.replica.types import Freshness
from borderdesk.words import say
from sync.agent.state import LinkWord
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.parts import KeyButton, Text, set_tip
from ui.desktop.shapes import Badge
from ui.desktop.state import WindowState
from ui.desktop.wording import word_of

LEAST_OF_A_NAME: Final = 60
"""Pixels of the name of whoever is signed in that are kept however short the room is."""


class StatusLine(QFrame):
    """One line at the foot of the window, on every screen, with the keys that work everywhere."""

    help_asked = Signal()
    exchange_asked = Signal()
    theme_asked = Signal()
    lock_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setFixedHeight(48)
        self._link_badge = Badge(18)
        self._list_badge = Badge(18)
        self.link = Text(14, bold=True)
        self.operation = Text(14, bold=True)
        self.lists = Text(14)
        self.lists.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.waiting = Text(14, bold=True)
        self.who = Text(14)
        self._ways: tuple[tuple[str, str, str, str], ...] = ()
        self._fitted: object = None
        self.help = KeyButton(Qt.Key.Key_F1)
        self.exchange = KeyButton(Qt.Key.Key_F9)
        self.theme = KeyButton(Qt.Key.Key_F11)
        self.lock = KeyButton(Qt.Key.Key_F12)
        self.help.clicked.connect(self.help_asked)
        self.exchange.clicked.connect(self.exchange_asked)
        self.theme.clicked.connect(self.theme_asked)
        self.lock.clicked.connect(self.lock_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 12, 2)
        row.setSpacing(8)
        row.addWidget(self._link_badge)
        row.addWidget(self.link)
        row.addSpacing(12)
        row.addWidget(self.operation)
        row.addWidget(self._list_badge)
        row.addWidget(self.lists, 1)
        row.addWidget(self.waiting)
        row.addSpacing(12)
        row.addWidget(self.who)
        row.addSpacing(12)
        for button in (self.help, self.exchange, self.theme, self.lock):
            button.setMinimumSize(0, 36)
            row.addWidget(button)

    def render(self, state: WindowState) -> None:
        """Show the status of this moment."""
        voice = state.voice
        status = state.status
        self.help.label(voice(say("Help")))
        self.exchange.label(voice(say("Exchanging …")) if state.exchanging else voice(say("Exchange")))
        self.exchange.setEnabled(not state.exchanging)
        palette = voice(say("Palette: {name}", name=state.theme.title))
        self.theme.label(voice(state.theme.title), name=palette)
        self.lock.label(voice(say("Lock")))
        self.lock.setEnabled(state.signed_in)
        if status is None:
            return
        link = status.link
        self._link_badge.show_meaning(link.word)
        since = state.time_of(link.since)
        silent = " !" if status.warning is not None else ""
        linked = voice(say("{link} since {time}", link=word_of(link.word), time=since)) + silent
        self.link.setAccessibleName(linked)
        told_why = [voice(each) for each in (link.why, status.warning) if each is not None]
        set_tip(self.link, " ".join(told_why))
        worst = [Freshness.GREEN, Freshness.AMBER, Freshness.RED]
        freshness = max((held.freshness for held in status.lists), key=worst.index, default=None)
        self._list_badge.show_meaning(freshness)
        ages = voice.line(*(voice.words(held.name, voice.age(held.age)) for held in status.lists))
        oldest = voice.line(
            *(
                voice.words(held.name, voice.age(held.age))
                for held in sorted(status.lists, key=lambda held: held.age)[-1:]
            )
        )
        set_tip(self.lists, ages)
        # By trusted time, whatever the last list of them said: an operation ends by itself.
        on = [each.name for each in state.operations if each.runs(status.at)]
        names = ", ".join(on)
        operation = voice(say("Operation {names}", names=names)) if on else ""
        self.operation.setAccessibleName(operation)
        self.operation.setVisible(bool(on))
        waiting = voice(say("Waiting: {count}", count=status.waiting))
        late = voice(say("Found late: {count}", count=state.unseen))
        due = state.training.training is not None and state.training.training.refresher is not None
        unwritten = voice(say("Not written: {count}", count=status.unwritten))
        told = (
            *((unwritten,) if status.unwritten else ()),
            *((voice(say("Practise: {key}", key=PAGE_KEYS[Page.TRAINING])),) if due else ()),
            *((late,) if state.unseen else ()),
        )
        self.waiting.setText(voice.line(*told, waiting) if told else waiting)
        place = voice(say("post {post}, desk {desk}", post=status.post, desk=status.desk))
        # Short, because the ages of the lists need the room; whole for a screen reader and under the mouse.
        where = f"{status.post} {status.desk}"
        name = status.signed_in.name if status.signed_in else ""
        set_tip(self.who, voice.line(name, place) if name else place)
        whole = voice.line(name, where) if name else where
        full = (linked, operation)
        # Since when a link is up asks for nothing; since when it is slow or down does.
        brief = (voice(word_of(link.word)) + silent if link.word is LinkWord.UP else linked, names)
        self._ways = (
            (*full, ages, whole),
            (*full, ages, name),
            (*full, oldest, name),
            (*brief, oldest, name),
        )
        self._fit()
        words = (voice.words(held.name, voice.age(held.age), voice(word_of(held.freshness))) for held in status.lists)
        self.lists.setAccessibleName(voice.line(*words))
        parts = (
            linked,
            *told_why,
            operation,
            self.lists.accessibleName(),
            self.waiting.text(),
            whole,
        )
        self.setAccessibleName(". ".join(part.rstrip(".") for part in parts if part))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # What waits and the link are never cut: where room is short, the place goes first, which never changes, then
        # all lists but the oldest, which the screening names anyway, then what an operation and a link are called.
        layout = self.layout()
        fitted = (self._ways, self.waiting.text(), self.exchange.text(), self.width(), self.lists.font().key())
        if fitted == self._fitted:
            return
        self._fitted = fitted
        for link, operation, lists, who in self._ways:
            self.link.setText(link)
            self.operation.setText(operation)
            self.lists.setText(lists)
            self.who.setText(who)
            over = 0 if layout is None else layout.sizeHint().width() + self._width_of(lists) - self.width()
            if over <= 0:
                return
        if self._ways:
            # Who works here is always said, were it with fewer letters.
            room = max(LEAST_OF_A_NAME, self._width_of(who) - over)
            self.who.setText(self.who.fontMetrics().elidedText(who, Qt.TextElideMode.ElideRight, room))

    def _width_of(self, text: str) -> int:
        return self.lists.fontMetrics().horizontalAdvance(text)
