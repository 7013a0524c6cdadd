"""What was read: the fields of the document that was asked about."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from borderdesk.screening.verdict import Verdict
from borderdesk.words import Sentence, say
from ui.desktop.parts import Panel, Text
from ui.desktop.state import WindowState

_ROWS = 7


class DocumentPanel(Panel):
    """Field names at the left, values at the right; values run left to right in every language."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self.rows: list[tuple[Text, Text]] = []
        for number in range(_ROWS):
            pair = (Text(14, muted=True), Text(16, wrap=True))
            pair[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(pair[0], number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(pair[1], number, 1)
            self.rows.append(pair)
        self.column.addLayout(grid)
        self.column.addStretch(1)

    def render(self, state: WindowState) -> None:
        """Show the question of the verdict on the screen."""
        voice = state.voice
        self.entitle(voice(say("Document")))
        fields = _fields(state.verdict) if state.verdict else ()
        for number, (name, value) in enumerate(self.rows):
            text = fields[number] if number < len(fields) else None
            name.setText(voice(text[0]) if text else "")
            value.setText(text[1] if text else "")
            value.setAccessibleName(f"{name.text()}: {value.text()}" if text else "")


def _fields(verdict: Verdict) -> tuple[tuple[Sentence, str], ...]:
    question = verdict.question
    person = question.person
    document = " ".join(part for part in (question.document_type, question.document_state) if part)
    rows = [(say("Number"), question.document_number), (say("Type, state"), document)]
    if person is not None:
        rows += [
            (say("Surname"), person.surname or person.full),
            (say("Given names"), person.given),
            (say("Born"), person.birth.iso if person.birth else ""),
            (say("Nationality"), person.nationality),
            (say("Sex"), person.sex),
        ]
    return tuple(row for row in rows if row[1])
