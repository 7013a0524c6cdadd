"""Lists of people: one is chosen at the left, worked through at the right, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from borderdesk.hits.types import Hit
from borderdesk.ids import ScreeningId
from borderdesk.screening import ListLine, ScreenedList, VerdictWord, ordinary, records_of
from borderdesk.words import Sentence, say
from ui.desktop.fields import Field
from ui.desktop.files import choose_file
from ui.desktop.parts import FixedText, KeyButton, Panel, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of
from ui.desktop.work import ListWork


class ListsView(QWidget):
    """`file_chosen` carries a Path, `stopped` nothing, `shown` a list's id, `opened` the Verdict of a line."""

    file_chosen = Signal(object)
    stopped = Signal()
    shown = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._ways, self._lines = Panel(), Panel()
        self.path = Field()
        self.path.setFont(text_font())
        self.path.setMinimumHeight(36)
        self.path.returnPressed.connect(self._entered)
        self.choose = KeyButton()
        self.choose.clicked.connect(self._choose)
        self.stop = KeyButton()
        self.stop.clicked.connect(self.stopped)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.says = FixedText(14, lines=3, muted=True)
        self.lists = RowsView(pad=6)
        self.lists.chosen.connect(self.shown)
        self.lines = RowsView(pad=6, in_steps=True)
        self.lines.opened.connect(self._opened)
        self.lines.clicked.connect(lambda index: self._opened(self.lines.rows.rows[index.row()].key))
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose, 1)
        buttons.addWidget(self.stop)
        for part in (self.path, self.progress, self.says):
            self._ways.column.addWidget(part)
        self._ways.column.insertLayout(2, buttons)
        self._ways.column.addWidget(self.lists, 1)
        self._lines.column.addWidget(self.lines, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        left = QVBoxLayout()
        left.addWidget(self._ways)
        row.addLayout(left, 3)
        row.addWidget(self._lines, 7)
        self._work: ListWork | None = None
        self._hits: tuple[Hit, ...] = ()
        self._voice: Voice | None = None
        self._by_screening: dict[str, ListLine] = {}

    def render(self, state: WindowState) -> None:
        """Show the lists of this moment."""
        voice, work = state.voice, state.lists
        self._ways.entitle(voice(say("Lists of people")))
        hint = voice(say("A file: PAXLST, CSV or XLSX"))
        self.path.setPlaceholderText(hint)
        self.path.setAccessibleName(hint)
        self.path.setEnabled(work.run is None)
        self.choose.label(voice(say("Choose a file …")))
        self.choose.setEnabled(work.run is None)
        self.stop.label(voice(say("Stop")))
        self.stop.setEnabled(work.run is not None)
        self._render_progress(work, voice)
        if (work, state.hits, voice) == (self._work, self._hits, self._voice):
            return
        if self._work is None or work.lists is not self._work.lists or work.shown != self._work.shown:
            self._by_screening = (
                {line.verdict.screening: line for line in work.open_list.lines} if work.open_list else {}
            )
        self._work, self._hits, self._voice = work, state.hits, voice
        self.lists.setAccessibleName(voice(say("Lists of people")))
        self.lists.render_rows(tuple(list_row(one, state) for one in work.lists), work.shown)
        shown = work.open_list
        hits = {hit.screening: hit for hit in reversed(state.hits)}
        title = voice(list_sentence(shown, hits)) if shown else voice(say("No list of people was screened yet."))
        self._lines.entitle(title)
        self.lines.setAccessibleName(title)
        lines = shown.worst_first if shown else ()
        rows = tuple(line_row(line, hits.get(line.verdict.screening), voice) for line in lines)
        self.lines.render_rows(rows, about=work.shown)

    def _render_progress(self, work: ListWork, voice: Voice) -> None:
        run = work.run
        self.progress.setRange(0, 0 if run is not None and not run.done else 1)
        self.progress.setValue(0 if run is not None else 1)
        self.progress.setVisible(run is not None)
        if run is not None:
            said = say("{title}: {done} answered so far. Scans go on meanwhile.", title=run.title, done=run.done)
            self.progress.setAccessibleName(voice(said))
        else:
            said = say("Choose the file the carrier sent, write its name, or drop it here.")
        self.says.setText(voice(said))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere on the page."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Screen the dropped file."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.file_chosen.emit(Path(files[0]))

    def _entered(self) -> None:
        if self.path.text().strip():
            self.file_chosen.emit(Path(self.path.text().strip()))
            self.path.clear()

    def _choose(self) -> None:
        chosen = choose_file(self, self.choose.accessibleName())
        if chosen:
            self.file_chosen.emit(chosen)

    def _opened(self, key: object) -> None:
        line = self._by_screening.get(str(key))
        if line is not None:
            self.opened.emit(line.verdict)


def list_row(one: ScreenedList, state: WindowState) -> Row:
    """A list as a row: what it is, when, how many of which verdict."""
    voice = state.voice
    words = Counter(line.verdict.word for line in one.lines)
    worst = min(words, key=lambda word: word.order, default=None)
    counts = voice.line(*(voice.counted(word_of(word), words[word]) for word in VerdictWord if words[word]))
    lines = [Line(counts)]
    if not one.is_whole:
        told = say("{done} of {people} screened, the rest was not.", done=len(one.lines), people=one.people)
        lines.append(Line(voice(told), strong=True))
        lines.append(Line(voice(say("Choose the same file again to go on where it stopped."))))
    lines += [Line(voice(warning)) for warning in one.warnings[:3]]
    if len(one.warnings) > 3:
        lines.append(Line(voice(say("and {count} more of this kind", count=len(one.warnings) - 3))))
    badge_word = voice(word_of(worst)) if worst else ""
    return Row(one.id, one.title, worst, badge_word, state.time_of(one.asked_at), tuple(lines))


def list_sentence(one: ScreenedList, hits: Mapping[ScreeningId, Hit]) -> Sentence:
    """How far the officer is with a list."""
    waiting = sum(
        line.verdict.word is not VerdictWord.NO_MATCH
        and bool(records_of(line.verdict))
        and line.verdict.screening not in hits
        for line in one.lines
    )
    if not one.is_whole:
        return say(
            "{title}: {done} of {people} screened, the rest was not; {waiting} to look at",
            title=one.title,
            done=len(one.lines),
            people=one.people,
            waiting=waiting,
        )
    return say("{title}: {people} in all, {waiting} to look at", title=one.title, people=one.people, waiting=waiting)


def line_row(line: ListLine, hit: Hit | None, voice: Voice) -> Row:
    """A person of a list as a row: name and document, what was found first, what became of it."""
    verdict = line.verdict
    question, person = verdict.question, verdict.question.person
    name = " ".join(part for part in (person.surname, person.given) if part) if person else ""
    born = person.birth.iso if person and person.birth else ""
    document = f"{question.document_state} {question.document_number}".strip()
    lines = []
    shown = ordinary(verdict)
    word = shown.word
    if word is not VerdictWord.NO_MATCH and shown.findings:
        lines.append(Line(voice(shown.findings[0].sentence)))
    if hit is not None:
        lines.append(Line(voice(word_of(hit.state)), strong=True))
    return Row(
        key=verdict.screening,
        badge=word,
        badge_word=voice(word_of(word)),
        title=f"{line.number}.  " + voice.line(*(part for part in (name, born, document) if part)),
        lines=tuple(lines),
        light=word is VerdictWord.NO_MATCH,
    )
