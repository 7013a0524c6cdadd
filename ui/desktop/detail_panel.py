"""Below the reasons: the comparison while a candidate is weighed, the procedure once there is something to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from borderdesk.words import say
from ui.desktop.comparison_view import ComparisonView
from ui.desktop.parts import KeyButton, Panel, text_font
from ui.desktop.photo import PhotoBox
from ui.desktop.procedure_view import ProcedureView
from ui.desktop.state import WindowState
from ui.desktop.work import Detail


class DetailPanel(Panel):
    """`chosen` carries the Detail the officer wants to see."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.comparison = ComparisonView()
        self.procedure = ProcedureView()
        self.pages = QStackedWidget()
        self.photo = PhotoBox()
        compared = QWidget()
        side_by_side = QHBoxLayout(compared)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.addWidget(self.photo)
        side_by_side.addWidget(self.comparison, 1)
        # Its share of the column is the layout's to give, whatever the photo's box would like.
        compared.setMinimumHeight(1)
        self._compared = compared
        self.pages.addWidget(compared)
        self.pages.addWidget(self.procedure)
        self.tabs = {Detail.COMPARE: KeyButton(), Detail.PROCEDURE: KeyButton()}
        # The marked button says what is shown: a heading would say it twice, in the room of a step.
        self.heading.hide()
        head = QHBoxLayout()
        for button in (*self.tabs.values(), self.procedure.by_voice, self.procedure.photo, self.procedure.again):
            button.setMinimumSize(0, 34)
            head.addWidget(button)
            if button is self.tabs[Detail.PROCEDURE]:
                head.addStretch(1)
        for detail, button in self.tabs.items():
            button.setCheckable(True)
            button.setFont(text_font(bold=True))
            button.clicked.connect(lambda _checked=False, detail=detail: self.chosen.emit(detail))
        self.column.addLayout(head)
        self.column.addWidget(self.pages, 1)

    def render(self, state: WindowState) -> None:
        """Show the detail of this moment."""
        voice = state.voice
        titles = {Detail.COMPARE: voice(say("Compare")), Detail.PROCEDURE: voice(say("Procedure"))}
        shown = state.detail_shown
        card = state.procedure
        self.entitle(voice(card.title) if card and shown is Detail.PROCEDURE else titles[shown])
        for detail, button in self.tabs.items():
            button.label(titles[detail])
            button.setChecked(detail is shown)
            button.setEnabled(detail is Detail.PROCEDURE or state.candidate is not None)
        self.comparison.render(state)
        self.photo.render(state)
        self.procedure.render(state)
        # Where neither has anything to show the page stays: to turn it takes as long as to paint the verdict.
        if state.candidate is not None or card is not None:
            self.pages.setCurrentWidget(self._compared if shown is Detail.COMPARE else self.procedure)
