"""A form for each kind of thing that can be screened. It writes the line that the search line understands."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.codes import find_state
from borderdesk.matching.written_dates import read_date
from borderdesk.policy import DEFAULT
from borderdesk.screening.marks import write_marks
from borderdesk.watchlist import Mark, Scheme
from borderdesk.words import Sentence, say
from ui.desktop.fields import Field
from ui.desktop.parts import FixedText, KeyButton, Panel, Text, text_font
from ui.desktop.state import WindowState


class Kind(StrEnum):
    """What is looked for."""

    PERSON = "person"
    DOCUMENT = "document"
    VEHICLE = "vehicle"
    VESSEL = "vessel"
    FIREARM = "firearm"
    OTHER = "other"


KINDS: Final[dict[Kind, Sentence]] = {
    Kind.PERSON: say("Person"),
    Kind.DOCUMENT: say("Document"),
    Kind.VEHICLE: say("Vehicle"),
    Kind.VESSEL: say("Vessel"),
    Kind.FIREARM: say("Firearm"),
    Kind.OTHER: say("Other thing"),
}
FIELDS: Final[dict[Kind, tuple[tuple[str, Sentence], ...]]] = {
    Kind.PERSON: (
        ("surname", say("Surname")),
        ("given", say("Given names")),
        ("birth", say("Born (YYYY-MM-DD, or the year)")),
        ("nationality", say("Nationality (3 letters)")),
        ("sex", say("Sex (M or F)")),
        ("number", say("Document number")),
        ("state", say("Issued by (3 letters)")),
    ),
    Kind.DOCUMENT: (
        ("number", say("Number")),
        ("state", say("Issued by (3 letters)")),
        ("type", say("Type (P passport, I card, V visa)")),
    ),
    Kind.VEHICLE: (
        ("vin", say("Vehicle number (VIN)")),
        ("plate", say("Number plate")),
        ("plate_state", say("Country of the plate (3 letters)")),
        ("engine", say("Engine number")),
    ),
    Kind.VESSEL: (
        ("imo", say("IMO number")),
        ("mmsi", say("MMSI")),
        ("hull", say("Hull number")),
        ("callsign", say("Call sign")),
    ),
    Kind.FIREARM: (("serial", say("Serial number")), ("make", say("Make"))),
    Kind.OTHER: (("container", say("Container number")), ("part", say("Number of a part or engine"))),
}
_MOST: Final = max(len(fields) for fields in FIELDS.values())


def text_of(kind: Kind, values: dict[str, str]) -> str:
    """The line the form stands for; empty where nothing was filled in. Values are taken as typed, blanks trimmed."""
    told = {name: value.strip() for name, value in values.items() if value.strip()}
    if kind is Kind.PERSON:
        name = ", ".join(told[part] for part in ("surname", "given") if part in told)
        facts = [told.get("birth", "?"), _code(told.get("nationality", "")), told.get("sex", "").upper()[:1]]
        who = " ".join(part for part in (name, *(facts if any(facts[1:]) or "birth" in told else ())) if part)
        return "; ".join(part for part in (who if name else "", _document(told)) if part)
    if kind is Kind.DOCUMENT:
        return _document(told)
    marks = {
        Kind.VEHICLE: (
            Mark(Scheme.VIN, told.get("vin", "")),
            Mark(Scheme.PLATE, told.get("plate", ""), _code(told.get("plate_state", ""))),
            Mark(Scheme.ENGINE, told.get("engine", "")),
        ),
        Kind.VESSEL: (
            Mark(Scheme.IMO, told.get("imo", "")),
            Mark(Scheme.MMSI, told.get("mmsi", "")),
            Mark(Scheme.HULL, told.get("hull", "")),
            Mark(Scheme.CALL_SIGN, told.get("callsign", "")),
        ),
        Kind.FIREARM: (Mark(Scheme.SERIAL, told.get("serial", "").replace(" ", ""), told.get("make", "")),),
        Kind.OTHER: (Mark(Scheme.CONTAINER, told.get("container", "")), Mark(Scheme.PART, told.get("part", ""))),
    }[kind]
    return write_marks(tuple(mark for mark in marks if mark.number))


def _code(state: str) -> str:
    """A state's letters, however it was written: `lao`, `LA`, `Laos`."""
    found = find_state(state.upper()) or find_state(state)
    return found.code if found is not None else state.upper()[:3]


def _document(told: dict[str, str]) -> str:
    if "number" not in told:
        return ""
    number = told["number"].replace(" ", "")
    return " ".join(part for part in (told.get("type", "").upper()[:1], _code(told.get("state", "")), number) if part)


class FormView(QWidget):
    """`submitted` carries the line to screen, `from_paper` the line and when the traveller passed (in UTC)."""

    submitted = Signal(str)
    from_paper = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._kinds, self._form = Panel(), Panel()
        self.kind = Kind.PERSON
        self.kinds = {kind: KeyButton() for kind in Kind}
        for kind, button in self.kinds.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, kind=kind: self.choose(kind))
            self._kinds.column.addWidget(button)
        self._kinds.column.addStretch(1)
        grid = QGridLayout()
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        self.rows = [(Text(15), Field()) for _ in range(_MOST)]
        for number, (label, field) in enumerate(self.rows):
            field.setFont(text_font(17))
            field.setMinimumHeight(40)
            field.setMaxLength(80)
            field.returnPressed.connect(self.submit)
            grid.addWidget(label, number, 0)
            grid.addWidget(field, number, 1)
        self.passed = Field()
        self.passed.setFont(text_font(17))
        self.passed.setMinimumHeight(40)
        self.passed.returnPressed.connect(self.submit)
        self.passed_label = Text(15)
        grid.addWidget(self.passed_label, _MOST, 0)
        grid.addWidget(self.passed, _MOST, 1)
        self.says = FixedText(14, lines=3, muted=True)
        self.search = KeyButton()
        self.search.clicked.connect(self.submit)
        self._form.column.addLayout(grid)
        self._form.column.addWidget(self.says)
        self._form.column.addWidget(self.search, 0, Qt.AlignmentFlag.AlignLeading)
        self._form.column.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self._kinds)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addLayout(left, 3)
        row.addWidget(self._form, 7)
        self._state: WindowState | None = None
        self._wrong: Sentence | None = None

    def choose(self, kind: Kind) -> None:
        """Another form; what was typed into the last one goes."""
        self.kind = kind
        self._wrong = None
        for _, field in self.rows:
            field.clear()
        if self._state is not None:
            self.render(self._state)
        self.rows[0][1].setFocus()

    def forget(self) -> None:
        """What was refused names what was typed."""
        self._wrong = None

    def submit(self) -> None:
        """Hand the line over, and make room for the next."""
        if not self.search.isEnabled():
            return  # what was typed stays, until it is taken
        fields = FIELDS[self.kind]
        typed = {name: field.text() for (name, _), (_, field) in zip(fields, self.rows, strict=False)}
        line = text_of(self.kind, typed)
        passed = self._passed_at()
        birth = typed.get("birth", "").strip()
        if birth and read_date(birth) is None:
            self._refuse(say("{text} is no date. Write 1974-08-12, 12.08.1974, or the year alone.", text=birth))
            self.rows[[name for name, _ in fields].index("birth")][1].setFocus()
        elif self.passed.text().strip() and passed is None:
            self._refuse(
                say(
                    "{text} is no time of the last {days} days. Write it like {example}.",
                    text=self.passed.text().strip(),
                    days=self._days_back,
                    example=self._example(),
                )
            )
            self.passed.setFocus()
            self.passed.selectAll()
        elif line:
            self._wrong = None
            # The time too: the next traveller may stand here, and would be filed as one who passed then.
            for field in (*(field for _, field in self.rows), self.passed):
                field.clear()
            if passed is None:
                self.submitted.emit(line)
            else:
                self.from_paper.emit(line, passed)
        else:
            self.rows[0][1].setFocus()

    @property
    def _days_back(self) -> int:
        status = self._state.status if self._state is not None else None
        return (status.policy if status is not None else DEFAULT).recheck_days

    def _refuse(self, why: Sentence) -> None:
        self._wrong = why
        if self._state is not None:
            self.render(self._state)

    def _example(self) -> str:
        """A time that would be taken: an hour ago at the post."""
        now = self._state.now if self._state is not None else None
        if self._state is None or now is None:
            return "2026-11-22 03:15"
        return (now - timedelta(hours=1)).astimezone(self._state.voice.zone).strftime("%Y-%m-%d %H:%M")

    def _passed_at(self) -> datetime | None:
        """The time noted on paper, in the post's time zone there, in UTC here.

        None where none can be read, or it lies in the future or further back than the desk remembers.
        """
        if self._state is None:
            return None
        day, _, clock = self.passed.text().strip().partition(" ")
        date = read_date(day)
        try:
            at = time.fromisoformat(clock.strip().replace(".", ":").zfill(5))
            there = self._state.voice.zone
            local = datetime(date.year, date.month, date.day, at.hour, at.minute, tzinfo=there) if date else None
        except ValueError:
            return None
        if local is None:
            return None
        passed, now = local.astimezone(UTC), self._state.now
        if now is not None and not now - timedelta(days=self._days_back) <= passed <= now + timedelta(minutes=1):
            return None
        return passed if now is None else min(passed, now)

    def render(self, state: WindowState) -> None:
        """Show the form in the language of this moment."""
        voice = state.voice
        self._state = state
        self._kinds.entitle(voice(say("What is looked for")))
        self._form.entitle(voice(KINDS[self.kind]))
        for kind, button in self.kinds.items():
            button.label(voice(KINDS[kind]))
            button.setChecked(kind is self.kind)
        self.passed_label.setText(voice(say("From paper: passed at (YYYY-MM-DD HH:MM)")))
        self.passed.setAccessibleName(self.passed_label.text())
        fields = FIELDS[self.kind]
        for number, (label, field) in enumerate(self.rows):
            used = number < len(fields)
            label.setText(voice(fields[number][1]) if used else "")
            field.setAccessibleName(label.text() or voice(say("not used")))
            field.setVisible(used)
            label.setVisible(used)
        hint = (
            say("One field is enough. The more is known, the fewer others fit.")
            if self.kind is Kind.PERSON
            else say("One number is enough. Blanks and hyphens do not matter.")
        )
        self.says.setText(voice(self._wrong or hint))
        refused = self._wrong is not None
        self.says.setFont(text_font(14, bold=refused))
        self.says.setForegroundRole(QPalette.ColorRole.WindowText if refused else QPalette.ColorRole.PlaceholderText)
        self.search.label(voice(say("Search")))
        self.search.setEnabled(not state.act_needed and not state.busy)
