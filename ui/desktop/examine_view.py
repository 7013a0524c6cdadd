"""The document in the officer's hand: what is printed beside the zone, and what feel, look and tilt say."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from borderdesk.dates import PartialDate
from borderdesk.documents import SENSES, PrintedFields, Sense
from borderdesk.screening import Seen
from borderdesk.screening.closer import found_by, marks_of
from borderdesk.words import Sentence, say
from ui.desktop.fields import Field
from ui.desktop.parts import FixedText, KeyButton, Panel, Text, text_font
from ui.desktop.reasons_panel import finding_row
from ui.desktop.rows import RowsView
from ui.desktop.state import WindowState
from ui.desktop.wording import word_of

_FIELDS: Final[tuple[tuple[str, Sentence], ...]] = (
    ("number", say("Number, as printed")),
    ("surname", say("Surname, as printed")),
    ("given", say("Given names, as printed")),
    ("birth_date", say("Born (YYYY-MM-DD, or DD.MM.YYYY)")),
    ("expiry_date", say("Valid until (YYYY-MM-DD, or DD.MM.YYYY)")),
)
TIMES: Final = 96
"""Pixels for when something was ticked: as many as a date asks for in the largest letters."""
_DATES: Final = ("birth_date", "expiry_date")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[. /](\d{1,2})[. /](\d{4})")


def read_printed_date(text: str) -> PartialDate | None:
    """A date as it is written in the form; None where nothing stands there. Raises ValueError for no date."""
    text = text.strip()
    if not text:
        return None
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        day, month, year = (int(part) for part in day_first.groups())
        return PartialDate(year, month, day)
    return PartialDate.parse(text)


class ExamineView(QWidget):
    """`compared` carries PrintedFields; `ticked` a Sense and what was Seen. Nothing waits here to be saved."""

    compared = Signal(object)
    ticked = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._print, self._senses, self._found = Panel(), Panel(), Panel()
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.fields: dict[str, QLineEdit] = {}
        self._labels: list[Text] = []
        for number, (name, _) in enumerate(_FIELDS):
            label, field = Text(14), Field()
            field.setFont(text_font(17))
            field.setMinimumHeight(40)
            field.setMaxLength(120)
            field.returnPressed.connect(self._next)
            if name in (*_DATES, "number"):
                field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            grid.addWidget(label, number, 0)
            grid.addWidget(field, number, 1)
            self.fields[name] = field
            self._labels.append(label)
        self.says = FixedText(14, lines=2, muted=True)
        self.compare = KeyButton(QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_S))
        self.compare.clicked.connect(self._compare)
        self._print.column.addLayout(grid)
        self._print.column.addWidget(self.says)
        self._print.column.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignLeading)
        self._print.column.addStretch(1)
        checks = QGridLayout()
        checks.setVerticalSpacing(6)
        checks.setColumnStretch(0, 1)
        self.checks: dict[Sense, Text] = {}
        self.marks: dict[tuple[Sense, Seen], KeyButton] = {}
        self.times: dict[Sense, Text] = {}
        for number, sense in enumerate(Sense):
            self.checks[sense] = Text(15, wrap=True)
            checks.addWidget(self.checks[sense], number, 0)
            for place, seen in enumerate(Seen, start=1):
                button = KeyButton()
                button.setCheckable(True)
                button.setMinimumSize(96, 40)
                button.clicked.connect(lambda _on=False, sense=sense, seen=seen: self.ticked.emit(sense, seen))
                checks.addWidget(button, number, place)
                self.marks[sense, seen] = button
            self.times[sense] = Text(14, muted=True, wrap=True)
            # Room for a date above the minute, whether or not one is there: nothing moves when a day ends.
            self.times[sense].setFixedWidth(TIMES)
            checks.addWidget(self.times[sense], number, 3)
        self._senses.column.addLayout(checks)
        self._senses.column.addStretch(1)
        self.list = RowsView(pad=6)
        self._found.column.addWidget(self.list, 1)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self._print, 5)
        above.addWidget(self._senses, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 0)
        column.setSpacing(8)
        column.addLayout(above, 5)
        column.addWidget(self._found, 2)
        self._screening: object = None

    def begin(self) -> None:
        """The page was turned to."""
        next(iter(self.fields.values())).setFocus()

    def render(self, state: WindowState) -> None:
        """Show what was compared and ticked for the traveller on the screen."""
        voice, verdict = state.voice, state.verdict
        screening = verdict.screening if verdict else None
        if screening != self._screening:
            self._screening = screening
            for field in self.fields.values():
                field.clear()
        self._print.entitle(voice(say("Printed beside the zone: type what you read, and it is compared")))
        for (_, title), label, field in zip(_FIELDS, self._labels, self.fields.values(), strict=True):
            label.setText(voice(title))
            field.setAccessibleName(label.text())
            field.setEnabled(verdict is not None)
        self.says.setText(
            voice(
                say("One field is enough. Names may be typed in their own script.")
                if verdict is not None
                else say("Scan a document first; then it can be compared.")
            )
        )
        self.compare.label(voice(say("Compare")))
        self.compare.setEnabled(verdict is not None and not state.busy)
        self._senses.entitle(voice(say("With your own senses")))
        marks = marks_of(state.looks)
        for sense, text in self.checks.items():
            text.setText(voice(SENSES[sense]))
            mark = marks.get(sense)
            self.times[sense].setText(state.time_of(mark.at.wall) if mark else "")
            for seen in Seen:
                button = self.marks[sense, seen]
                ticked = mark is not None and mark.seen is seen
                word = voice(word_of(seen))
                button.label(("✓ " if ticked else "") + word, name=f"{text.text()} {word}")
                button.setFont(text_font(14, bold=ticked))
                button.setChecked(ticked)
                button.setEnabled(verdict is not None)
        name = voice(say("What the closer look found"))
        self._found.entitle(name)
        self.list.setAccessibleName(name)
        found = found_by(state.looks)
        self.list.render_rows(
            tuple(finding_row(finding, verdict, voice, number) for number, finding in enumerate(found))
            if verdict is not None
            else (),
            about=verdict and verdict.screening,
        )

    def _next(self) -> None:
        """Return goes to the next field; from the last one it compares."""
        fields = list(self.fields.values())
        at = next((number for number, field in enumerate(fields) if field.hasFocus()), len(fields) - 1)
        if at == len(fields) - 1:
            self._compare()
        else:
            fields[at + 1].setFocus()

    def _compare(self) -> None:
        dates: dict[str, PartialDate | None] = {}
        for name in _DATES:
            try:
                dates[name] = read_printed_date(self.fields[name].text())
            except ValueError:
                self.fields[name].setFocus()
                self.fields[name].selectAll()
                return
        surname, given, number = (self.fields[name].text().strip() for name in ("surname", "given", "number"))
        printed = PrintedFields(surname, given, number, dates["birth_date"], dates["expiry_date"])
        if printed == PrintedFields():
            self.begin()
        else:
            self.compared.emit(printed)
