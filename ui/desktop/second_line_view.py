"""The second line in one place: what waits for a decision, how long the bureau may still take, what it answered."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.hits import AnswerClock, HitAct
from borderdesk.screening import KeptLateMatch, Verdict
from borderdesk.words import Sentence, say
from sync.agent.second_line import Case, ReferredTraveller
from ui.desktop.cases_view import late_row
from ui.desktop.due import needs_act
from ui.desktop.fields import Field
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.parts import KeyButton, Panel, text_font
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.unkept import Unkept
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of


class SecondLineView(QWidget):
    """`opened` carries a Verdict, `late_opened` a KeptLateMatch, `page_asked` a Page, `settled` screening and note."""

    opened = Signal(object)
    late_opened = Signal(object)
    page_asked = Signal(object)
    settled = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._panel, self._settle = Panel(), Panel()
        self.list = RowsView()
        self.list.opened.connect(self._opened)
        self.list.chosen.connect(self._chose)
        self._panel.column.addWidget(self.list, 1)
        self.note = Field()
        self._unkept = Unkept(self.note)
        self.note.setFont(text_font(16))
        self.note.setMinimumHeight(40)
        self.note.setMaxLength(500)
        self.note.returnPressed.connect(self._done)
        self.open = KeyButton(QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Return))
        self.open.clicked.connect(lambda: self._opened(self._chosen))
        self.done = KeyButton(QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_S))
        self.done.clicked.connect(self._done)
        self.clearances = KeyButton()
        self.clearances.clicked.connect(lambda: self.page_asked.emit(Page.CLEARANCES))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.open)
        row.addWidget(self.note, 1)
        row.addWidget(self.done)
        row.addWidget(self.clearances)
        self._settle.column.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 0)
        column.setSpacing(8)
        column.addWidget(self._panel, 1)
        column.addWidget(self._settle)
        self._chosen: object = None
        self._verdicts: dict[object, Verdict | None] = {}
        self._late: dict[object, KeptLateMatch] = {}
        self._referred: dict[object, ReferredTraveller] = {}

    def render(self, state: WindowState) -> None:
        """Show everything that waits, what is most urgent first."""
        voice, waits = state.voice, state.second_line
        self._unkept.render(state)
        late = [match for match in state.late if match.seen_by is None or needs_act(match.verdict, state.hits)]
        count = len(waits.cases) + len(waits.referred) + len(waits.unacted) + len(late)
        name = voice(say("Waiting for the second line: {count}", count=count))
        self._panel.entitle(name)
        self.list.setAccessibleName(name)
        self._late = {("late", one.match.screening, one.match.record): one for one in late}
        self._referred = {("referred", one.referral.screening): one for one in waits.referred}
        self._verdicts = {("hit", one.hit.id): one.verdict for one in waits.cases}
        self._verdicts |= {("unacted", one.screening): one for one in waits.unacted}
        self._verdicts |= {key: one.verdict for key, one in self._referred.items()}
        rows = (
            *(late_row(one, voice) for one in late),
            *(unacted_row(one, state, voice) for one in waits.unacted),
            *(case_row(one, state, voice) for one in waits.cases),
            *(referred_row(one, state, voice) for one in waits.referred),
        )
        if self._chosen not in {row.key for row in rows}:
            self._chosen = rows[0].key if rows else None
        self.list.render_rows(rows, self._chosen)
        self._settle.entitle(voice(say("The chosen case")))
        self.open.label(voice(say("Open")))
        self.done.label(voice(say("Settled")))
        told = voice(say("How the referred traveller was dealt with"))
        self.note.setPlaceholderText(told)
        self.note.setAccessibleName(told)
        waiting = sum(one.reviewed_by is None for one in state.clearances)
        keys = PAGE_KEYS[Page.CLEARANCES]
        review = voice(say("Not the person, to review: {count}", count=waiting))
        self.clearances.label(f"{review}   {keys}")
        self._enable()

    def _enable(self) -> None:
        self.open.setEnabled(self._chosen in self._late or self._verdicts.get(self._chosen) is not None)
        referred = self._chosen in self._referred
        self.note.setEnabled(referred)
        self.done.setEnabled(referred)

    def _chose(self, key: object) -> None:
        self._chosen = key
        self._enable()

    def _opened(self, key: object) -> None:
        if key in self._late:
            self.late_opened.emit(self._late[key])
        else:
            verdict = self._verdicts.get(key)
            if verdict is not None:
                self.opened.emit(verdict)

    def _done(self) -> None:
        one, note = self._referred.get(self._chosen), self.note.text().strip()
        if one is None or not note:
            self.note.setFocus()
            return
        with self._unkept.sent() as note:
            self.settled.emit(one.referral.screening, note)


def case_row(case: Case, state: WindowState, voice: Voice) -> Row:
    """A hit: whom, how it stands, who did what last, how long the bureau may still take."""
    hit, clock = case.hit, case.clock
    now = state.now or hit.taken_up_at.trusted
    late = clock is not None and clock.is_late(now)
    document = f"{hit.document_state} {hit.document_number}".strip()
    last = case.acts[-1]
    lines = [
        Line(voice(hit.summary)),
        Line(voice(word_of(hit.state)), strong=True),
        Line(
            voice.words(
                voice(
                    say(
                        "{act}, {time}, by {officer}.",
                        act=word_of(last.act),
                        time=voice.moment(last.at.wall),
                        officer=last.officer,
                    )
                ),
                *((last.note,) if last.note else ()),
            )
        ),
    ]
    if hit.answer is not None:
        words = hit.answer.words or voice(word_of(hit.state))
        said = say(
            "The bureau, {time}, {name}: {words}", time=voice.moment(hit.answer.at), name=hit.answer.by, words=words
        )
        lines.append(Line(voice(said), strong=True))
    if any(event.act is HitAct.REFER for event in case.acts[:-1]):
        lines.append(Line(voice(say("The traveller was referred to the second line."))))
    return Row(
        key=("hit", hit.id),
        badge=Severity.STOP if late else Severity.LOOK if clock is not None else Severity.INFO,
        title=" · ".join(part for part in (hit.traveller, document) if part),
        right=voice(_left(clock, now, voice)) if clock is not None else "",
        lines=tuple(lines),
    )


def unacted_row(verdict: Verdict, state: WindowState, voice: Voice) -> Row:
    """A match on which nobody has acted: whom, what was found, since when it waits."""
    found = voice(verdict.findings[0].sentence) if verdict.findings else ""
    waited = (state.now or verdict.asked_at.trusted) - verdict.asked_at.trusted
    return Row(
        key=("unacted", verdict.screening),
        badge=Severity.STOP,
        title=_whom(verdict) or voice(say("Match")),
        right=voice(say("waits {age}", age=voice.age(waited))),
        lines=(Line(voice(say("Nobody has acted on this match.")), strong=True), Line(found)),
    )


def _whom(verdict: Verdict | None) -> str:
    question = verdict.question if verdict else None
    person = question.person if question else None
    name = " ".join(part for part in (person.surname, person.given, person.full) if part) if person else ""
    return " · ".join(part for part in (name, question.document_number if question else "") if part)


def referred_row(one: ReferredTraveller, state: WindowState, voice: Voice) -> Row:
    """A traveller whom no list names, and why the officer sent them."""
    referral, verdict = one.referral, one.verdict
    now = state.now or referral.at.trusted
    why = verdict.findings[0].sentence if verdict and verdict.findings else None
    lines = [
        Line(
            voice(say("Referred {time} by {officer}.", time=voice.moment(referral.at.wall), officer=referral.officer)),
            strong=True,
        )
    ]
    if referral.note:
        lines.append(Line(voice.line(referral.note), strong=True))
    if why is not None:
        lines.append(Line(voice(why)))
    return Row(
        key=("referred", referral.screening),
        badge=Severity.LOOK,
        title=_whom(verdict) or voice(say("Referred")),
        right=voice(say("waits {age}", age=voice.age(now - referral.at.trusted))),
        lines=tuple(lines),
    )


def _left(clock: AnswerClock, now: datetime, voice: Voice) -> Sentence:
    if clock.is_supervisors(now):
        return say("yours to decide")
    if clock.is_late(now):
        return say("bureau {late} late", late=voice.age(-clock.left(now)))
    return say("{left} left", left=voice.age(clock.left(now)))
