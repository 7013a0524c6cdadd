"""The traveller beside the record, part by part."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QHeaderView, QTableView

from borderdesk.matching.types import Candidate, FactMatch, Meeting
from borderdesk.screening.verdict import Verdict
from borderdesk.words import say
from ui.desktop.paragraphs import pitch_of
from ui.desktop.parts import text_font
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import FACT, word_of

Index = QModelIndex | QPersistentModelIndex

SAME, NEAR, OTHER, UNKNOWN = "=", "≈", "≠", "?"
_SIGNS = {Meeting.SAME: SAME, Meeting.MISSING: UNKNOWN, Meeting.CONTRADICTED: OTHER}


@dataclass(frozen=True, slots=True)
class Compared:
    """One line: what is compared, what the traveller's document says, a sign, what the record says, in words how."""

    what: str
    asked: str
    sign: str
    listed: str
    how: str


class ComparisonModel(QAbstractTableModel):
    """Lines of a comparison, replaced whole."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Compared, ...] = ()
        self.titles: tuple[str, ...] = ("",) * 5

    def replace(self, titles: tuple[str, ...], lines: tuple[Compared, ...]) -> None:
        """Show other lines."""
        if (titles, lines) != (self.titles, self.lines):
            self.beginResetModel()
            self.titles, self.lines = titles, lines
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 5

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (line.what, line.asked, line.sign, line.listed, line.how)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 2:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        return None


class ComparisonView(QTableView):
    """The chosen candidate beside the traveller."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = ComparisonModel()
        self.setModel(self.lines)
        self.setFont(text_font(14))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        # A short word is not broken into two lines of which a row shows half.
        self.setWordWrap(False)
        self._take_letters()
        header = self.horizontalHeader()
        header.setFont(text_font(13, bold=True))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)

    def render(self, state: WindowState) -> None:
        """Show the comparison of this moment, or an empty table."""
        voice = state.voice
        name = voice(say("Traveller and record side by side"))
        for part in (self, self.horizontalHeader(), self.verticalHeader(), *self.findChildren(QAbstractButton)):
            part.setAccessibleName(name)
        rtl = voice.catalogue.language.right_to_left
        edge = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        self.horizontalHeader().setDefaultAlignment(
            edge | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        )
        titles = ("", voice(say("Traveller")), "", voice(say("Record")), voice(say("Compared")))
        lines: tuple[Compared, ...] = ()
        if state.candidate is not None and state.verdict is not None:
            lines = compared(state.candidate, state.verdict, voice)
        self.lines.replace(titles, lines)
        self.horizontalHeader().setVisible(bool(lines))

    def changeEvent(self, event: QEvent) -> None:
        """Rows grow with the letters."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._take_letters()

    def _take_letters(self) -> None:
        self.verticalHeader().setDefaultSectionSize(pitch_of(self.font()) + 3)

    def keyboardSearch(self, _search: str) -> None:
        """Letters belong to the search line."""


def compared(candidate: Candidate, verdict: Verdict, voice: Voice) -> tuple[Compared, ...]:
    """Name parts, facts, and what only the record knows."""
    name = voice(say("Name"))
    lines = [
        Compared(name, part.asked, _SIGNS.get(part.how, NEAR), part.listed, voice(word_of(part.how)))
        for part in candidate.explanation.parts
    ]
    lines += [_fact(fact, voice) for fact in candidate.explanation.facts]
    person = candidate.person
    compared_facts = {fact.fact for fact in candidate.explanation.facts}
    if "birth" not in compared_facts and person.births:
        asked = verdict.question.person.birth if verdict.question.person else None
        listed = ", ".join(birth.iso for birth in person.births)
        lines.append(Compared(voice(FACT["birth"]), asked.iso if asked else "", UNKNOWN, listed, ""))
    others = [one.full for one in person.names if one.full != candidate.explanation.listed_name]
    lines += [Compared(voice(say("Also called")), "", "", other, "") for other in others[:6]]
    if person.documents:
        numbers = ", ".join(f"{one.state} {one.number}".strip() for one in person.documents)
        lines.append(Compared(voice(FACT["document"]), verdict.question.document_number, UNKNOWN, numbers, ""))
    if person.birth_places:
        lines.append(Compared(voice(FACT["place"]), "", "", ", ".join(person.birth_places), ""))
    if person.remarks:
        lines.append(Compared(voice(say("Remarks")), "", "", person.remarks, ""))
    return tuple(lines)


def _fact(fact: FactMatch, voice: Voice) -> Compared:
    sign = SAME if fact.how == "same" else NEAR if fact.added > 0 else OTHER
    words = {
        SAME: say("same"),
        NEAR: say("nearly the same"),
        OTHER: say("differs"),
    }
    what = voice(FACT[fact.fact]) if fact.fact in FACT else fact.fact
    return Compared(what, fact.asked, sign, fact.listed, voice(words[sign]))
