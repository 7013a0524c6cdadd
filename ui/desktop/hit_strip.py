"""The strip where a hit is acted on, and where it says what became of it. Of constant height, never a popup."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from borderdesk.findings import Severity
from borderdesk.hits.types import WITH_REASON, Hit, HitAct, HitState
from borderdesk.screening import VerdictWord
from borderdesk.words import Sentence, say
from ui.desktop.fields import Field, Tick
from ui.desktop.page import Page
from ui.desktop.parts import KeyButton, OneLine, set_tip, text_font
from ui.desktop.shapes import Badge
from ui.desktop.state import WindowState
from ui.desktop.unkept import Unkept
from ui.desktop.wording import word_of

KEYS = {
    HitAct.TAKE_UP: Qt.Key.Key_F2,
    HitAct.REFER: Qt.Key.Key_F3,
    HitAct.NOT_THE_PERSON: Qt.Key.Key_F4,
    HitAct.SEIZED: Qt.Key.Key_F5,
    HitAct.LET_GO: Qt.Key.Key_F6,
    HitAct.PROTECTED: Qt.Key.Key_F7,
}
FIRST = (HitAct.TAKE_UP, HitAct.REFER, HitAct.NOT_THE_PERSON)
"""Acts with which a hit can begin; the others need one. While the bureau asks back, the first one's key replies."""


class HitStrip(QFrame):
    """`acted` carries the act and the officer's note; `next_asked` asks for the next kept scan; `remembered` says why
    the traveller is not to be stopped again by the same record."""

    acted = Signal(object, str)
    next_asked = Signal()
    reason_wanted = Signal(object)
    remembered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(104)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._badge = Badge(22)
        self.says = OneLine(16, bold=True)
        self.note = Field()
        self.unkept = Unkept(self.note)
        self.note.setFont(text_font())
        self.note.setMinimumHeight(36)
        self.note.setTextMargins(6, 0, 6, 0)
        self.note.setMaxLength(500)
        # What the note leaves holds the sentence of a hit of yesterday, with its date, in the largest letters too.
        self.note.setFixedWidth(300)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self._badge)
        first.addWidget(self.says, 1)
        first.addWidget(self.note)
        self.remember = Tick()
        self.remember.setFont(text_font(14))
        self.remember.setMinimumHeight(36)
        first.addWidget(self.remember)
        second = QHBoxLayout()
        second.setSpacing(8)
        self.buttons = {act: KeyButton(key) for act, key in KEYS.items()}
        self._replies = False
        for act, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, act=act: self._act(act))
            second.addWidget(button)
        second.addStretch(1)
        self.next = KeyButton(Qt.Key.Key_F8)
        self.next.clicked.connect(self.next_asked)
        second.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 12, 6)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(second)

    def render(self, state: WindowState) -> None:
        """Show what is asked of the officer, or how the hit stands."""
        voice = state.voice
        hit = state.hit
        verdict = state.verdict
        drilled = verdict is not None and verdict.drill is not None and verdict.word is not VerdictWord.NO_MATCH
        can_act = state.verdict is not None and (state.chosen is not None or drilled) and not state.busy
        can_refer = verdict is not None and verdict.drill is None and not state.busy
        # The interview's page is turned towards the traveller: nothing on it tells what the officer may do.
        quiet = state.page is Page.INTERVIEW
        self._replies = asked_back(state) is not None
        if state.reason_for is HitAct.REPLY and can_act:
            sentence, badge = say("Write the reply in the note, then press the key again."), Severity.LOOK
        elif state.reason_for is not None and can_act:
            sentence = say("{act}: write why, then press the key again.", act=word_of(state.reason_for))
            badge = Severity.LOOK
        elif hit is not None and state.begun:
            # A discreet check says no more than this: every other strip beside such a screen is empty.
            sentence, badge = say("Recorded.") if state.discreet else hit_sentence(hit, state), None
        elif state.discreet and state.act_needed:
            # As any other line of text: what is due is due quietly.
            sentence, badge = say("Record what you did. Scans kept meanwhile: {count}.", count=len(state.kept)), None
        elif hit is not None:
            sentence = say(
                "Left open at {time} by {officer}: act on it now.",
                time=state.time_of(hit.taken_up_at.wall),
                officer=hit.taken_up_by,
            )
            badge = Severity.STOP
        elif state.act_needed:
            sentence, badge = _asks(len(state.kept)), Severity.STOP
        elif state.discreet:
            sentence, badge = Sentence(""), None
        elif can_act and verdict is not None and verdict.word is VerdictWord.MATCH:
            sentence, badge = _asks(0), Severity.STOP
        elif can_act and state.candidates:
            sentence, badge = say("Compare with the traveller, then act if it may be the same."), Severity.LOOK
        elif state.referral is not None:
            at = state.time_of(state.referral.at.wall)
            sentence, badge = say("Sent to the second line at {time}; nobody has settled it yet.", time=at), None
        elif (can_act or can_refer) and verdict is not None and verdict.word is VerdictWord.LOOK_AGAIN:
            sentence, badge = say("Look at what was found; refer the traveller if a doubt is left."), Severity.LOOK
        else:
            sentence, badge = Sentence(""), None
        if quiet:
            sentence, badge = Sentence(""), None
        self._badge.show_meaning(badge)
        self.says.setText(voice(sentence))
        self.setAccessibleName(voice(sentence) or voice(say("Hit")))
        for act, button in self.buttons.items():
            button.label(voice(word_of(self._done_by(act))), shown=not quiet)
            fits = can_act and (act is not HitAct.TAKE_UP or self._replies if state.begun else act in FIRST)
            button.setEnabled(fits or (act is HitAct.REFER and can_refer))
        self.note.setPlaceholderText("" if quiet else voice(say("Note that goes with the act")))
        self.note.setAccessibleName(voice(say("Note that goes with the act")))
        self.note.setEnabled(can_act or can_refer)
        self.unkept.render(state)
        if state.verdict is None:
            self.note.clear()
        asked = state.verdict.question.person if state.verdict else None
        clearable = can_act and state.candidate is not None and asked is not None and bool(asked.document_numbers)
        self.remember.setText("" if quiet else voice(say("Remember")))
        told = voice(
            say("With Not the person: do not stop this traveller again for this record, until a supervisor reviews it.")
        )
        set_tip(self.remember, told)
        self.remember.setAccessibleName(told)
        self.remember.setEnabled(clearable)
        if not clearable:
            self.remember.setChecked(False)
        self.next.label(voice(say("Next kept scan ({count})", count=len(state.kept))), shown=not quiet)
        self.next.setEnabled(bool(state.kept) and not state.act_needed and not state.busy)

    def _done_by(self, key: HitAct) -> HitAct:
        return HitAct.REPLY if key is HitAct.TAKE_UP and self._replies else key

    def _act(self, key: HitAct) -> None:
        act = self._done_by(key)
        if act in (*WITH_REASON, HitAct.REPLY) and not self.note.text().strip():
            self.reason_wanted.emit(act)
            self.note.setFocus()
            return
        with self.unkept.sent() as note:
            if act is HitAct.NOT_THE_PERSON and self.remember.isChecked():
                self.remembered.emit(note)
            self.acted.emit(act, note)


def _asks(kept: int) -> Sentence:
    if kept:
        return say("Act on this match first. Scans kept meanwhile: {count}.", count=kept)
    return say("Act on this match: take it up, refer it, or record that it is not the person.")


def asked_back(state: WindowState) -> Hit | None:
    """The hit on the chosen record, where the bureau asked back about it and nobody has replied."""
    hit = state.hit
    return hit if hit is not None and hit.state is HitState.MORE_NEEDED else None


def hit_sentence(hit: Hit, shown: WindowState) -> Sentence:
    """How the hit stands, in one sentence."""
    state = word_of(hit.state)
    if hit.state is HitState.MORE_NEEDED and hit.answer is not None and hit.answer.words:
        return say("{state}: {words}", state=state, words=hit.answer.words)
    if hit.pending and hit.state is not HitState.TAKEN_UP:
        return say("{state}. Something of it waits on this desk until the bureau's receipt comes.", state=state)
    if hit.state is HitState.TAKEN_UP:
        return say(
            "{state} {time} by {officer}. Waits on this desk until the bureau's receipt comes.",
            state=state,
            time=shown.time_of(hit.taken_up_at.wall),
            officer=hit.taken_up_by,
        )
    if hit.reported_at is not None:
        return say(
            "{state}; the bureau has it since {moment}.", state=state, moment=shown.voice.moment(hit.reported_at)
        )
    return say("{state}.", state=state)
