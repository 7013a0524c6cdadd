"""Questions for the traveller: in large letters in a language the traveller reads, beside the officer's own.

The screen may be turned towards the traveller while this page is open, so nothing on it says what was found.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.hits import TOPICS, Question, interview_for
from borderdesk.screening import Interview
from borderdesk.words import say
from ui.desktop.fields import Field
from ui.desktop.parts import KeyButton, Panel, Text, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.spoken_by import language_of
from ui.desktop.state import WindowState
from ui.desktop.unkept import Unkept
from ui.locale import LANGUAGES, Catalogue

LARGE = 40
"""Pixels of the traveller's letters: read across a counter."""


class InterviewView(QWidget):
    """`answered` carries the Question, the officer's note and the language it was put in."""

    answered = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._own, self._theirs, self._told = Panel(), Panel(), Panel()
        self.question = Text(22, bold=True, wrap=True)
        self.question.setMinimumHeight(110)
        self.note = Field()
        self._unkept = Unkept(self.note)
        self.note.setFont(text_font(17))
        self.note.setMinimumHeight(40)
        self.note.setMaxLength(400)
        self.note.returnPressed.connect(self._answer)
        alt = Qt.KeyboardModifier.AltModifier
        self.before = KeyButton(QKeyCombination(Qt.KeyboardModifier.NoModifier, Qt.Key.Key_PageUp))
        self.after = KeyButton(QKeyCombination(Qt.KeyboardModifier.NoModifier, Qt.Key.Key_PageDown))
        self.before.clicked.connect(lambda: self._go(-1))
        self.after.clicked.connect(lambda: self._go(1))
        steps = QHBoxLayout()
        steps.addWidget(self.before)
        steps.addWidget(self.after)
        steps.addStretch(1)
        self._own.column.addWidget(self.question)
        self._own.column.addWidget(self.note)
        self._own.column.addLayout(steps)
        self.shown = Text(LARGE, bold=True, wrap=True)
        self.shown.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._theirs.column.addWidget(self.shown, 1)
        self.languages = {
            code: KeyButton(QKeyCombination(alt, Qt.Key(Qt.Key.Key_1 + number)))
            for number, code in enumerate(LANGUAGES)
        }
        choices = QHBoxLayout()
        choices.setSpacing(4)
        for code, button in self.languages.items():
            button.setCheckable(True)
            button.setMinimumSize(0, 36)
            button.setFont(text_font(13))
            button.clicked.connect(lambda _on=False, code=code: self._speak(code))
            choices.addWidget(button)
        self._theirs.column.addLayout(choices)
        self.list = RowsView(pad=6)
        self._told.column.addWidget(self.list, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._own)
        left.addWidget(self._told, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addLayout(left, 4)
        row.addWidget(self._theirs, 7)
        self._state: WindowState | None = None
        self._about: object = None
        self._questions: tuple[Question, ...] = ()
        self._at = 0
        self.language = "en"

    @property
    def asked(self) -> Question | None:
        """The question on the screen."""
        return self._questions[self._at] if self._questions else None

    def begin(self) -> None:
        """The page was turned to."""
        self.note.setFocus()

    def render(self, state: WindowState) -> None:
        """Show the question of this moment in both languages."""
        voice, self._state = state.voice, state
        person = state.verdict.question.person if state.verdict else None
        born = person.birth if person else None
        about = (state.verdict.screening if state.verdict else None, state.chosen)
        if about != self._about:
            self._about, self._at = about, 0
            self.note.clear()
            self.language = language_of(person.nationality if person else "")
        if self._unkept.render(state):
            # Back to the question that the answer belongs to.
            self._at = max(0, self._at - 1)
        age = (
            (state.now.year - born.year - ((state.now.month, state.now.day) < (born.month, born.day)))
            if (born and state.now)
            else None
        )
        self._questions = interview_for(state.subject, age=age) if state.verdict else ()
        self._at = min(self._at, max(0, len(self._questions) - 1))
        asked = self.asked
        self._own.entitle(
            voice(
                say(
                    "{topic}: {number} of {count}",
                    topic=TOPICS[asked.topic],
                    number=self._at + 1,
                    count=len(self._questions),
                )
                if asked
                else say("Interview")
            )
        )
        self.question.setText(
            voice(asked.text) if asked else voice(say("Scan a document first; then the questions stand here."))
        )
        language = LANGUAGES[self.language]
        text = Catalogue(self.language).render(asked.text) if asked else ""
        self._theirs.entitle(language.own_name)
        self.shown.setText(text)
        self.shown.setAccessibleName(text)
        direction = Qt.LayoutDirection.RightToLeft if language.right_to_left else Qt.LayoutDirection.LeftToRight
        self.shown.setLayoutDirection(direction)
        self.shown.align_to(direction)
        self.note.setAccessibleName(voice(say("What the traveller answers")))
        self.note.setPlaceholderText("" if asked and asked.told else voice(say("What the traveller answers")))
        self.note.setEnabled(asked is not None)
        self.before.label(voice(say("Back")))
        self.after.label(voice(say("Next")))
        self.before.setEnabled(self._at > 0)
        self.after.setEnabled(self._at + 1 < len(self._questions))
        for code, button in self.languages.items():
            button.label(LANGUAGES[code].own_name)
            button.setShortcut(f"Alt+{list(self.languages).index(code) + 1}")
            button.setToolTip(f"Alt+{list(self.languages).index(code) + 1}")
            button.setChecked(code == self.language)
        name = voice(say("What was answered"))
        self._told.entitle(name)
        self.list.setAccessibleName(name)
        answers = [(look, each) for look in state.looks if isinstance(look, Interview) for each in look.answers]
        self.list.render_rows(
            tuple(
                Row(
                    key=number,
                    title=voice(each.asked),
                    light=True,
                    right=state.time_of(look.at.wall),
                    lines=(Line(voice.line(each.note), strong=True),),
                )
                for number, (look, each) in enumerate(reversed(answers))
            ),
            about=state.verdict and state.verdict.screening,
        )

    def _answer(self) -> None:
        """Return keeps the note and goes on; without a note it only goes on."""
        asked, note = self.asked, self.note.text().strip()
        if asked is None:
            return
        if note:
            with self._unkept.sent() as note:
                self.answered.emit(asked, note, self.language)
        self._go(1)

    def _go(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), max(0, len(self._questions) - 1))
        self.note.clear()
        self._again()

    def _speak(self, code: str) -> None:
        self.language = code
        self._again()

    def _again(self) -> None:
        if self._state is not None:
            self.render(self._state)
        self.note.setFocus()
