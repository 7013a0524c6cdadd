"""The journal for auditors and supervisors: whether it is whole, its entries, and a way to carry it out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from borderdesk.findings import Severity
from borderdesk.people import Right
from borderdesk.words import say
from ui.desktop.fields import Field
from ui.desktop.files import choose_new
from ui.desktop.journal_reading import SHOWN, JournalRead
from ui.desktop.journal_words import details_told, told
from ui.desktop.parts import FixedText, KeyButton, PanelPage, Text, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of


class JournalView(PanelPage):
    """A list: the result of the check first, then the entries.

    `wanted` carries the words that an entry has to hold, `exported` the Path of the file to write.
    """

    wanted = Signal(str)
    exported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=5, in_steps=True)
        self.words, self._words_name = Field(), Text(14, muted=True)
        self.words.setFont(text_font(16))
        self.words.setMinimumHeight(40)
        self.words.setMaxLength(200)
        self.words.returnPressed.connect(self._ask)
        self._words_name.setBuddy(self.words)
        self.look, self.export = KeyButton(), KeyButton()
        self.look.clicked.connect(self._ask)
        self.export.clicked.connect(self._choose)
        self.told = FixedText(14, lines=1, bold=True)
        head = QHBoxLayout()
        head.addWidget(self._words_name)
        head.addWidget(self.words, 1)
        head.addWidget(self.look)
        head.addWidget(self.export)
        self.column.addLayout(head)
        self.column.addWidget(self.told)
        self.column.addWidget(self.list, 1)
        self._shown: tuple[JournalRead | None, Voice | None] = (None, None)

    def render(self, state: WindowState) -> None:
        """Show the journal as it was read when the page was opened, or when it was asked for last."""
        voice, read = state.voice, state.office.journal
        name = voice(say("Journal of this desk"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        self._words_name.setText(voice(say("Only entries with: person, act, day …")))
        self.words.setAccessibleName(self._words_name.text())
        self.look.label(voice(say("Check again and search")))
        self.export.label(voice(say("Export …")))
        self.export.setVisible(state.may(Right.EXPORT_JOURNAL))
        self.told.setText(voice(state.office.told) if state.office.told else "")
        if (read, voice) == self._shown:
            return
        if read is not None and read is not self._shown[0]:
            self.words.setText(read.wanted)
        self._shown = (read, voice)
        self.list.render_rows(journal_rows(read, voice) if read is not None else ())

    def _ask(self) -> None:
        self.wanted.emit(self.words.text().strip())

    def _choose(self) -> None:
        chosen = choose_new(self, self.export.accessibleName(), "journal.jsonl")
        if chosen is not None:
            self.exported.emit(chosen)


def journal_rows(read: JournalRead, voice: Voice) -> tuple[Row, ...]:
    """The result, then one row for each entry: in words, with its code below."""
    report = read.report
    lines: list[Line] = []
    severity, said = Severity.STOP, say("The journal is NOT whole.")
    if report.broken is not None:
        lines.append(Line(voice(report.broken)))
    else:
        severity = Severity.INFO
        said = say(
            "The journal is whole. Entries: {entries}, signed segments: {segments}, not signed yet: {unsigned}.",
            entries=report.entries,
            segments=report.segments,
            unsigned=report.unsigned,
        )
    if read.wanted:
        lines.append(Line(voice(say("Entries with {words}: {found}", words=read.wanted, found=read.found))))
    if read.found > len(read.newest):
        lines.append(Line(voice(say("The newest {shown} are listed; an export has them all.", shown=SHOWN))))
    return (
        Row("check", voice(said), severity, badge_word=voice(word_of(severity)), lines=tuple(lines)),
        *(
            Row(
                key=entry.number,
                title=told(entry, voice),
                right=voice.moment(entry.at),
                lines=(Line(details_told(entry, voice)),),
            )
            for entry in read.newest
        ),
    )
