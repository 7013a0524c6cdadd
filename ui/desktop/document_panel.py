"""What was read: the fields of the document that was asked about, each with its mark."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from borderdesk.findings import Finding, heaviest_first
from borderdesk.screening import VerdictWord, ordinary
from borderdesk.screening.things import SCHEME
from borderdesk.screening.verdict import Verdict
from borderdesk.words import Sentence, say
from ui.desktop.parts import Panel, Text, set_tip
from ui.desktop.shapes import Badge
from ui.desktop.state import WindowState
from ui.desktop.text_size import NORMAL

_ROWS = 7
_CHECKED = ("number", "birth_date")
"""Fields of a machine readable zone that have a check digit of their own and stand in this panel."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row. `finding` is the heaviest one that speaks of it; `checked` says that its check digit holds."""

    title: Sentence
    value: str
    finding: Finding | None
    checked: bool

    @property
    def mark(self) -> object | None:
        """The key of the badge beside it."""
        if self.finding is not None:
            return self.finding.severity
        return VerdictWord.NO_MATCH if self.checked else None

    @property
    def said(self) -> Sentence:
        """What the mark means."""
        if self.finding is not None:
            return self.finding.sentence
        return say("The check digit holds.") if self.checked else Sentence("")


class DocumentPanel(Panel):
    """Field names at the left, values at the right; values run left to right in every language."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(2, 1)
        self.rows: list[tuple[Text, Text]] = []
        self.marks: list[Badge] = []
        for number in range(_ROWS):
            pair = (Text(14, muted=True), Text(15, wrap=True))
            pair[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            mark = Badge(18)
            grid.addWidget(mark, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(pair[0], number, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(pair[1], number, 2)
            self.rows.append(pair)
            self.marks.append(mark)
        self.column.addLayout(grid)
        self.column.addStretch(1)

    def render(self, state: WindowState) -> None:
        """Show the question of the verdict on the screen."""
        voice = state.voice
        self.entitle(voice(say("Document")))
        self._grid.setVerticalSpacing(3 if state.text is NORMAL else 0)
        findings = heaviest_first(ordinary(state.verdict).findings) if state.verdict else ()
        fields = fields_of(state.verdict, findings) if state.verdict else ()
        for number, ((name, value), mark) in enumerate(zip(self.rows, self.marks, strict=True)):
            field = fields[number] if number < len(fields) else None
            name.setText(voice(field.title) if field else "")
            value.setText(field.value if field else "")
            mark.show_meaning(field.mark if field else None)
            said = voice(field.said) if field else ""
            set_tip(mark, said)
            mark.setAccessibleName(said)
            value.setAccessibleName(f"{name.text()}: {value.text()}. {said}" if field else "")


def fields_of(verdict: Verdict, findings: tuple[Finding, ...]) -> tuple[Field, ...]:
    """The fields that were asked about; `findings` heaviest first."""
    question, person = verdict.question, verdict.question.person
    document = " ".join(part for part in (question.document_type, question.document_state) if part)
    rows: list[tuple[Sentence, str, tuple[str, ...]]] = [
        (say("Number"), question.document_number, ("number", "document_number")),
        (say("Type, state"), document, ("document_code", "issuing_state")),
        *((SCHEME[mark.scheme], f"{mark.scope} {mark.number}".strip(), ()) for mark in question.marks),
    ]
    if person is not None:
        rows += [
            (say("Surname"), person.surname or person.full, ("names", "name")),
            (say("Given names"), person.given, ("names", "name")),
            (say("Born"), person.birth.iso if person.birth else "", ("birth_date",)),
            (say("Nationality"), person.nationality, ("nationality",)),
            (say("Sex"), person.sex, ("sex",)),
        ]
    from_zone = "<" in question.scanned
    return tuple(
        Field(
            title,
            value,
            finding=next((finding for finding in findings if finding.field in names), None),
            checked=from_zone and any(name in _CHECKED for name in names),
        )
        for title, value, names in rows
        if value
    )
