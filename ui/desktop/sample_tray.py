"""The demo's tray of sample scans. A click does what a document on the reader does."""

from __future__ import annotations

from PySide6.QtCore import Signal

from borderdesk.words import say
from ui.desktop.parts import Panel
from ui.desktop.rows import Row, RowsView
from ui.desktop.state import WindowState


class SampleTray(Panel):
    """Shown only where samples were given. `scanned` carries the text of the sample."""

    scanned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=2)
        self.list.clicked.connect(lambda index: self.scanned.emit(str(self.list.rows.rows[index.row()].key)))
        self.column.addWidget(self.list, 1)

    def render(self, state: WindowState) -> None:
        """Show the samples, or nothing at all."""
        name = state.voice(say("Sample scans (demonstration)"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        self.list.render_rows(tuple(Row(key=one.text, title=state.voice(one.title)) for one in state.samples))
        self.setVisible(bool(state.samples))
