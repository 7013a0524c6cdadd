"""For the supervisor: travellers remembered as not being a listed person, to be reviewed or revoked."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from borderdesk.findings import Severity
from borderdesk.matching import Clearance
from borderdesk.words import say
from ui.desktop.fields import Field
from ui.desktop.parts import KeyButton, PanelPage, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.unkept import Unkept
from ui.desktop.voice import Voice


class ClearancesView(PanelPage):
    """`reviewed` carries a clearance's id; `revoked` its id and the reason."""

    reviewed = Signal(str)
    revoked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self.list = RowsView()
        self.list.chosen.connect(self._chosen)
        self.reason = Field()
        self._unkept = Unkept(self.reason)
        self.reason.setFont(text_font())
        self.reason.setMinimumHeight(36)
        self.keep, self.revoke = KeyButton(), KeyButton()
        self.keep.clicked.connect(lambda: self.reviewed.emit(self._id))
        self.revoke.clicked.connect(self._revoke)
        foot = QHBoxLayout()
        foot.addWidget(self.keep)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.revoke)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(foot)
        self._state: WindowState | None = None

    def render(self, state: WindowState) -> None:
        """Show what is remembered at this moment."""
        voice = state.voice
        self._state = state
        self._unkept.render(state)
        now = state.now
        waiting = sum(one.reviewed_by is None for one in state.clearances)
        name = voice(say("Remembered as not the person: {count}, to review: {waiting}", count=len(state.clearances),
                         waiting=waiting))  # fmt: skip
        self.entitle(name)
        self.list.setAccessibleName(name)
        known = {one.id: one for one in state.clearances}
        if self._id not in known:
            self._id = state.clearances[0].id if state.clearances else ""
        self.list.render_rows(tuple(clearance_row(one, now, voice) for one in state.clearances), self._id)
        chosen = known.get(self._id)
        self.keep.label(voice(say("Reviewed: let it hold")))
        self.keep.setEnabled(chosen is not None and chosen.reviewed_by is None and not state.busy)
        self.revoke.label(voice(say("Revoke")))
        self.revoke.setEnabled(chosen is not None and not state.busy)
        why = voice(say("Why it is revoked"))
        self.reason.setPlaceholderText(why)
        self.reason.setAccessibleName(why)
        self.reason.setEnabled(chosen is not None)

    def _chosen(self, key: object) -> None:
        self._id = str(key)
        if self._state is not None:
            self.render(self._state)

    def _revoke(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            self.reason.setFocus()
            return
        with self._unkept.sent() as reason:
            self.revoked.emit(self._id, reason)


def clearance_row(one: Clearance, now: datetime | None, voice: Voice) -> Row:
    """Who is not whom, why, who said so, and how long it holds."""
    made = say(
        "Cleared {time} by {officer}: {reason}",
        time=voice.moment(one.cleared_at),
        officer=one.cleared_by,
        reason=one.reason,
    )
    if one.reviewed_by is not None:
        holds = say("Reviewed by {name}; holds until {time}", name=one.reviewed_by, time=voice.moment(one.expires_at))
    else:
        holds = say("Not reviewed yet; holds until {time}", time=voice.moment(min(one.expires_at, one.review_by)))
    over = now is not None and not one.holds(now)
    return Row(
        key=one.id,
        badge=Severity.INFO if one.reviewed_by else Severity.LOOK,
        title=voice(say("{traveller} is not {listed}", traveller=one.traveller_name, listed=one.listed_name)),
        right=voice(say("expired")) if over else "",
        lines=(Line(voice(made)), Line(voice(holds), strong=one.reviewed_by is None)),
    )
