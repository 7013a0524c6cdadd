"""The hand-over of a shift: what is open and a note, written by who leaves, confirmed by who comes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.operations.handover import Handover
from borderdesk.words import say
from ui.desktop.fields import Area
from ui.desktop.files import choose_pdf
from ui.desktop.parts import FixedText, KeyButton, Panel, text_font
from ui.desktop.report import save_report
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.unkept import Unkept
from ui.desktop.voice import Voice


class HandoverView(QWidget):
    """`written` carries the note, `confirmed` nothing, `report_asked` the Path of the file to write it to."""

    written = Signal(str)
    confirmed = Signal()
    report_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._leave, self._come = Panel(), Panel()
        self.list = RowsView(pad=6)
        self.note = Area()
        self._unkept = Unkept(self.note)
        self.note.setFont(text_font())
        self.note.setTabChangesFocus(True)
        self.told = FixedText(14, lines=1, bold=True)
        self.write = KeyButton(Qt.Key.Key_F2)
        self.write.clicked.connect(self._write)
        self._leave.column.addWidget(self.list, 3)
        self._leave.column.addWidget(self.note, 2)
        self._leave.column.addWidget(self.told)
        self._leave.column.addWidget(self.write, 0, Qt.AlignmentFlag.AlignLeading)
        self.newest = RowsView(pad=6)
        self.confirm, self.save = KeyButton(Qt.Key.Key_F3), KeyButton(Qt.Key.Key_F5)
        self.confirm.clicked.connect(self.confirmed)
        self.save.clicked.connect(self._choose)
        foot = QHBoxLayout()
        foot.addWidget(self.confirm)
        foot.addWidget(self.save)
        foot.addStretch(1)
        self._come.column.addWidget(self.newest, 1)
        self._come.column.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._leave, 1)
        row.addWidget(self._come, 1)
        self._head: tuple[str, ...] = ("",)

    def render(self, state: WindowState) -> None:
        """Show what is open now, and the last hand-over."""
        voice, work = state.voice, state.shift
        self._unkept.render(state)
        self._leave.entitle(voice(say("What is open now")))
        self.list.setAccessibleName(voice(say("What is open now")))
        self.list.render_rows(
            tuple(Row(key=number, title=voice(point), light=True) for number, point in enumerate(work.points))
        )
        hint = voice(say("What else the next shift has to know"))
        self.note.ask_for(hint)
        self.note.setAccessibleName(hint)
        self.told.setText(voice(work.told) if work.told else "")
        self.write.label(voice(say("Hand over")))
        # The same keys belong to a match that asks for its act.
        self.write.setEnabled(not state.act_needed)
        found = work.newest
        name = voice(say("The last hand-over"))
        self._come.entitle(name)
        self.newest.setAccessibleName(name)
        self.newest.render_rows(_rows(found, voice) if found else (_none(voice),))
        me = state.status.signed_in.account if state.status and state.status.signed_in else None
        self.confirm.label(voice(say("I have read it")))
        self.confirm.setEnabled(found is not None and me is not None and found.is_for(me) and not state.act_needed)
        self.save.label(voice(say("Report as PDF …")))
        self.save.setEnabled(found is not None and not state.act_needed)
        place = (
            voice(say("post {post}, desk {desk}", post=state.status.post, desk=state.status.desk))
            if state.status
            else ""
        )
        self._head = (voice(say("Hand-over of the shift")), place)

    def print_to(self, path: Path) -> None:
        """Write the last hand-over as PDF. Raises ReportNotWritten."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        save_report(path, self._head, self.newest.rows.rows, (), right_to_left=right_to_left)

    def _write(self) -> None:
        with self._unkept.sent() as text:
            self.written.emit(text)

    def _choose(self) -> None:
        chosen = choose_pdf(self, self.save.accessibleName(), "handover.pdf")
        if chosen:
            self.report_asked.emit(chosen)


def _none(voice: Voice) -> Row:
    return Row(key="none", title=voice(say("Nobody has handed over a shift yet.")), light=True)


def _rows(found: Handover, voice: Voice) -> tuple[Row, ...]:
    if found.read_by and found.read_at:
        read = say("Read by {name}, {time}.", name=found.read_by, time=voice.moment(found.read_at))
    else:
        read = say("Nobody has confirmed it yet.")
    return (
        Row(
            key="who",
            badge=Severity.INFO if found.read_by else Severity.LOOK,
            title=voice(say("From {name}, {time}", name=found.written_by, time=voice.moment(found.written_at))),
            lines=(Line(voice(read), strong=True),),
        ),
        *(Row(key=number, title=voice(point), light=True) for number, point in enumerate(found.points)),
        *((Row(key="note", title=voice.line(found.note), light=True),) if found.note else ()),
    )
