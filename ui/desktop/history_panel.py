"""The screenings of this shift, newest first."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QTimer, Signal

from borderdesk.hits.types import Hit, HitAct
from borderdesk.screening import ordinary
from borderdesk.screening.verdict import Verdict
from borderdesk.words import say
from ui.desktop.parts import Panel
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of

SHOWN = 100
"""Screenings in the list, newest first; older ones are in the journal."""


class HistoryPanel(Panel):
    """The list of screenings. `opened` tells which one the officer wants back on the screen."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=6)
        self.list.chosen.connect(self.opened)
        self.column.addWidget(self.list, 1)
        self._state: WindowState | None = None
        self._told: tuple[Voice | None, date | None] = (None, None)
        self._made: dict[tuple[str, Hit | None], Row] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)

    def render(self, state: WindowState) -> None:
        """Show the history of this moment."""
        voice = state.voice
        name = voice(say("Screened before"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        told = (voice, state.today)
        if told != self._told:
            # Another language; or midnight, after which the rows of before carry their date.
            self._told = told
            self._made.clear()
        self._state = state
        shown = self.list.rows.rows
        if shown and shown[0] in self._rows(state, 2):
            # Once the answer is painted: the rows of a whole shift must not keep it waiting.
            self._soon.start()
        else:
            # What another officer left must not be seen, not even for a blink.
            self._soon.stop()
            self._show()

    def _show(self) -> None:
        # Not kept for longer: it holds the traveller, with photos, who must be gone from memory once the desk locks.
        state, self._state = self._state, None
        if state is not None:
            chosen = state.verdict.screening if state.verdict else None
            self.list.render_rows(self._rows(state, SHOWN), chosen)

    def _rows(self, state: WindowState, most: int) -> tuple[Row, ...]:
        """The newest rows. A row is made once and kept: scans stay fast all through a shift."""
        hits = {hit.screening: hit for hit in reversed(state.hits)}
        return tuple([self._row(one, hits.get(one.screening), state) for one in state.history[:most]])

    def _row(self, verdict: Verdict, hit: Hit | None, state: WindowState) -> Row:
        key = (verdict.screening, hit)
        row = self._made.get(key)
        if row is None:
            if len(self._made) >= 4 * SHOWN:
                self._made.clear()
            row = self._made[key] = history_row(verdict, hit, state)
        return row


def history_row(verdict: Verdict, hit: Hit | None, state: WindowState) -> Row:
    """A screening as a row: who, when, which document, what became of it."""
    voice, question = state.voice, verdict.question
    person = question.person
    who = " ".join(part for part in (person.surname, person.given, person.full) if part) if person else ""
    document = " ".join(part for part in (question.document_state, question.document_number) if part)
    lines = [Line(document)] if who and document else []
    # What asked for discretion stands in the row like every other traveller.
    word = ordinary(verdict).word
    at = question.passed_at or verdict.asked_at.wall
    today = voice.day(at) == state.today
    if not today:
        # A whole date beside the name would leave the name no room in this narrow list.
        lines.append(Line(state.time_of(at)))
    if question.passed_at is not None:
        lines.append(Line(voice(say("From paper"))))
    if hit is not None:
        lines.append(Line(voice(word_of(HitAct.LEFT_OPEN if hit.left_open else hit.state)), strong=True))
    return Row(
        key=verdict.screening,
        badge=word,
        badge_word=voice(word_of(word)),
        title=who or document or question.scanned,
        right=state.time_of(at) if today else "",
        lines=tuple(lines),
    )
