"""The hits of this desk: what still waits for the bureau first. The second line works from here."""

from __future__ import annotations

from PySide6.QtCore import Signal

from borderdesk.findings import Severity
from borderdesk.hits import Hit, HitState
from borderdesk.words import say
from ui.desktop.parts import Panel
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import HIT_STATE

_OPEN = (HitState.TAKEN_UP, HitState.REPORTED, HitState.MORE_NEEDED, HitState.CONFIRMED)


class CasesView(Panel):
    """`opened` carries the screening that a case came from."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView()
        self.list.opened.connect(self.opened)
        self.list.clicked.connect(lambda index: self.opened.emit(self.list.rows.rows[index.row()].key))
        self.column.addWidget(self.list, 1)

    def render(self, state: WindowState) -> None:
        """Show every hit: open ones first, the longest waiting on top."""
        voice = state.voice
        name = voice(say("Cases of this desk: {count}", count=len(state.hits)))
        self.entitle(name)
        self.list.setAccessibleName(name)
        ordered = sorted(state.hits, key=lambda hit: (hit.state not in _OPEN, not hit.pending, hit.taken_up_at.trusted))
        self.list.render_rows(tuple(case_row(hit, state, voice) for hit in ordered))


def case_row(hit: Hit, state: WindowState, voice: Voice) -> Row:
    """A hit as a row: who, what, how it stands, how long it has waited."""
    now = state.now or hit.taken_up_at.trusted
    document = f"{hit.document_state} {hit.document_number}".strip()
    lines = [
        Line(voice(hit.summary)),
        Line(
            voice(
                say(
                    "{state}. Taken up {time} by {officer}.",
                    state=HIT_STATE[hit.state],
                    time=voice.moment(hit.taken_up_at.wall),
                    officer=hit.taken_up_by,
                )
            ),
            strong=True,
        ),
    ]
    if hit.pending:
        lines.append(Line(voice(say("Something of it waits on this desk until the bureau's receipt comes."))))
    return Row(
        key=hit.screening,
        badge=Severity.LOOK if hit.pending else Severity.INFO,
        title=hit.traveller or document,
        right=voice.age(now - hit.taken_up_at.trusted) if hit.state in _OPEN else "",
        lines=tuple(lines),
    )
