"""The procedure of a hit, step by step, with the bureau's clock."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.hits import CONTACT_ROLES, AnswerClock, Contact, Hit, HitAct, KeptPhoto, contacts_for
from borderdesk.words import Sentence, say
from sync.agent.state import LinkWord
from ui.desktop.hit_strip import asked_back
from ui.desktop.parts import FixedText, KeyButton
from ui.desktop.photo import AttachedPhoto
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.shapes import Badge
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of

SECOND_LINE = ("supervisor", "second line")
"""Roles that see the steps of the second line."""


class ProcedureView(QWidget):
    """The card of the chosen record. `ask_again` asks the bureau once more; `by_voice_asked` when the link is down."""

    ask_again = Signal()
    by_voice_asked = Signal()
    photo_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._badge = Badge(18)
        self.clock = FixedText(14, lines=1, bold=True)
        self.again = KeyButton(Qt.Key.Key_F10)
        self.again.clicked.connect(self.ask_again)
        self.by_voice = KeyButton()
        self.by_voice.clicked.connect(self.by_voice_asked)
        self.photo = KeyButton(QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_O))
        self.photo.clicked.connect(self.photo_asked)
        self.attached = AttachedPhoto()
        self.steps = RowsView(pad=3)
        head = QHBoxLayout()
        head.addWidget(self._badge)
        head.addWidget(self.clock, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        below = QHBoxLayout()
        below.addWidget(self.steps, 1)
        below.addWidget(self.attached)
        column.addLayout(below, 1)

    def render(self, state: WindowState) -> None:
        """Show the card of this moment, or nothing."""
        voice = state.voice
        card, asked = state.procedure, asked_back(state)
        # While the bureau waits for this post, no clock runs against the bureau.
        clock = state.clock if asked is None else None
        late = clock is not None and state.now is not None and clock.is_late(state.now)
        self._badge.show_meaning(Severity.LOOK if late else Severity.INFO if clock else None)
        if clock is not None:
            told: Sentence | None = clock_sentence(clock, state, voice)
        elif asked is not None:
            told = say("The bureau waits for the reply of this post.")
        else:
            told = card.title if card else None
        self.clock.setText(voice(told) if told is not None else "")
        self.by_voice.label(voice(say("By voice")))
        self.by_voice.setEnabled(state.hit is not None)
        self.photo.label(voice(say("Attaching …") if state.attaching else say("Photo …")))
        self.photo.setEnabled(state.hit is not None and not state.attaching)
        self.attached.render(state)
        self.again.label(voice(word_of(HitAct.ASK_AGAIN)))
        self.again.setEnabled(late and not state.busy)
        rows: tuple[Row, ...] = ()
        if card is not None:
            role = state.status.signed_in.role if state.status and state.status.signed_in else ""
            done = {event.act for event in state.acts}
            rows = tuple(
                Row(
                    key=number,
                    title=f"{number}.  {voice(step.text)}",
                    light=True,
                    right="✓" if step.records in done else "",
                )
                for number, step in enumerate(card.for_role(second_line=role in SECOND_LINE), start=1)
            ) + tuple(
                Row(
                    key=("act", number),
                    title=voice(word_of(event.act)),
                    right=state.time_of(event.at.wall),
                    lines=(Line(event.note),) if event.note else (),
                )
                for number, event in enumerate(state.acts)
            )
            rows += tuple(photo_row(each, state) for each in state.photos)
            calls = tuple(contact_row(each, voice) for each in contacts_for(state.subject, state.contacts))
            # With the link down the telephone is the way: who is called first stands above the steps, the others below.
            down = state.status is not None and state.status.link.word is LinkWord.DOWN and state.hit is not None
            rows = (*calls[:1], *rows, *calls[1:]) if down else (*rows, *calls)
            if asked is not None:
                rows = (question_row(asked, state), *rows)
        self.steps.setAccessibleName(voice(say("Steps of the procedure, and what was done")))
        self.steps.render_rows(rows, about=state.verdict and (state.verdict.screening, state.chosen))


def question_row(hit: Hit, state: WindowState) -> Row:
    """What the bureau asks, to the last word: the strip below has room for its beginning only."""
    voice, answer = state.voice, hit.answer
    return Row(
        key="asked",
        badge=None if state.discreet else Severity.LOOK,
        title=voice(word_of(hit.state)),
        right=state.time_of(answer.at) if answer is not None else "",
        lines=(Line(answer.words, strong=True),) if answer is not None and answer.words else (),
    )


def photo_row(kept: KeptPhoto, state: WindowState) -> Row:
    """A picture of the case: when, what it shows, and how much of it the bureau has."""
    voice, photo, there = state.voice, kept.photo, kept.parts - kept.waiting
    how = (
        say(
            "The bureau has {there} of {parts} parts; the rest follows when nothing else waits.",
            there=there,
            parts=kept.parts,
        )
        if kept.waiting
        else say("The bureau has it.")
    )
    return Row(
        key=("photo", photo.sha256),
        title=voice.line(voice(say("Photo")), f"{-(-len(photo.content) // 1000)} kB"),
        right=state.time_of(photo.at.wall),
        lines=(*((Line(photo.note),) if photo.note else ()), Line(voice(how))),
    )


def contact_row(contact: Contact, voice: Voice) -> Row:
    """Whom to call and how, with the number in large letters."""
    first, *others = contact.ways
    return Row(
        key=("contact", contact),
        title=voice.line(voice(CONTACT_ROLES[contact.role]), contact.name),
        right=voice.words(first),
        lines=(Line(voice.line(*others)),) if others else (),
    )


def clock_sentence(clock: AnswerClock, state: WindowState, voice: Voice) -> Sentence:
    """Who was asked when, and how long the answer may still take."""
    now = state.now or clock.asked_at
    asked = state.time_of(clock.asked_at)
    if clock.is_supervisors(now):
        return say("No answer since {time}: the supervisor decides. Request {count}.", time=asked, count=clock.request)
    if clock.is_late(now):
        return say(
            "The bureau is {late} late (request {count} of {time}). Ask again.",
            late=voice.age(-clock.left(now)),
            count=clock.request,
            time=asked,
        )
    return say(
        "Request {count} of {time}; the bureau has {left} left to answer.",
        count=clock.request,
        time=asked,
        left=voice.age(clock.left(now)),
    )
