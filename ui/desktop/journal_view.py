"""The journal for auditors and supervisors: whether it is whole, and its newest entries."""

from __future__ import annotations

from borderdesk.findings import Severity
from borderdesk.words import say
from ui.desktop.journal_reading import JournalRead
from ui.desktop.parts import Panel
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice


class JournalView(Panel):
    """A list: the result of the check first, then the entries."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=5, in_steps=True)
        self.column.addWidget(self.list, 1)
        self._shown: tuple[JournalRead | None, Voice | None] = (None, None)

    def render(self, state: WindowState) -> None:
        """Show the journal as it was read when the page was opened."""
        voice, read = state.voice, state.journal
        name = voice(say("Journal of this desk"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        if (read, voice) == self._shown:
            return
        self._shown = (read, voice)
        self.list.render_rows(journal_rows(read, voice) if read is not None else ())


def journal_rows(read: JournalRead, voice: Voice) -> tuple[Row, ...]:
    """The result, then one row for each entry; kinds and details are codes, the same in every language."""
    report = read.report
    if report.broken is not None:
        result = Row(
            "check", voice(say("The journal is NOT whole.")), Severity.STOP, lines=(Line(voice(report.broken)),)
        )
    else:
        whole = say(
            "The journal is whole: {entries} entries, {segments} signed segments, {unsigned} entries not signed yet.",
            entries=report.entries,
            segments=report.segments,
            unsigned=report.unsigned,
        )
        result = Row("check", voice(whole), Severity.INFO)
    return (
        result,
        *(
            Row(
                key=entry.number,
                title=voice.line(*(part for part in (str(entry.number), entry.kind, entry.who, entry.why) if part)),
                right=voice.moment(entry.at),
                lines=(Line(entry.details),) if entry.details else (),
            )
            for entry in read.newest
        ),
    )
