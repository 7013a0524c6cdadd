"""Lessons, what was done in a drill, and the scores: the page on which an officer practises."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.operations.drills import LESSONS, Course, DrillResult, Need, Progress, refresher
from borderdesk.policy import DEFAULT
from borderdesk.words import say
from ui.desktop.debrief_panel import DebriefPanel
from ui.desktop.parts import FixedText, KeyButton, Panel, Text
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of


class TrainingView(QWidget):
    """`chosen`, `begun` and `skipped` carry the id of a lesson; the debrief has signals of its own."""

    chosen = Signal(str)
    begun = Signal(str)
    skipped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._id = LESSONS[0].id
        self._lessons, self._lesson, self._results = Panel(), Panel(), Panel()
        self.list = RowsView(pad=5)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._begin)
        self.why = FixedText(14, lines=2, bold=True)
        self._lessons.column.addWidget(self.why)
        self._lessons.column.addWidget(self.list, 1)
        self.results = RowsView(pad=5)
        self._results.column.addWidget(self.results, 1)
        self.title = Text(20, bold=True)
        self.text = Text(16, wrap=True)
        self.scan, self.skip = KeyButton(Qt.Key.Key_F2), KeyButton(Qt.Key.Key_F4)
        self.scan.clicked.connect(lambda: self._begin(self._id))
        self.skip.clicked.connect(lambda: self.skipped.emit(self._id))
        buttons = QHBoxLayout()
        buttons.addWidget(self.scan)
        buttons.addWidget(self.skip)
        buttons.addStretch(1)
        self._lesson.column.addWidget(self.title)
        self._lesson.column.addWidget(self.text)
        self._lesson.column.addLayout(buttons)
        self.debrief = DebriefPanel()
        self.debrief.marked.connect(lambda _done: self.list.setFocus())
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._lessons, 7)
        left.addWidget(self._results, 4)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._lesson)
        right.addWidget(self.debrief, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addLayout(left, 4)
        row.addLayout(right, 6)

    def showEvent(self, event: QShowEvent) -> None:
        """The keys of the lists work at once."""
        super().showEvent(event)
        self.list.setFocus()

    def render(self, state: WindowState) -> None:
        """Show the lessons of this moment, and the drill that was acted on."""
        voice, work = state.voice, state.training
        training = work.training
        done = {each.lesson: each for each in training.progress} if training else {}
        surprise = work.run is not None and work.run.lesson is None and not work.run.finished
        undone = (lesson.id for lesson in LESSONS if lesson.id not in done)
        self._id = work.chosen or next(undone, LESSONS[0].id)
        self._lessons.entitle(voice(say("Lessons")))
        self.list.setAccessibleName(voice(say("Lessons")))
        # What was acted on a moment ago is not scored before its steps are marked.
        scored = work.run is None or work.run.finished
        why = training.refresher if training and scored else None
        self.why.setText(voice(why) if why else "")
        self.why.setVisible(why is not None)
        self.list.render_rows(_lesson_rows(done, voice), self._id)
        lesson = next(each for each in LESSONS if each.id == self._id)
        self._lesson.entitle(voice(word_of(lesson.course)))
        self._lesson.setVisible(not surprise)
        self.title.setText(voice(lesson.title))
        self.text.setText(voice(lesson.text))
        # Below stands why it was right, the steps and what is read out: in the largest letters all the room is theirs.
        self.text.setVisible(work.run is None or not work.run.packet)
        self.scan.label(voice(say("Begin") if lesson.needs is Need.LOCK else say("Scan the practice document")))
        self.skip.label(voice(say("Skip")))
        # The same keys belong to a match that asks for its act.
        self.scan.setEnabled(not state.act_needed)
        self.skip.setEnabled(self._id not in done and not state.act_needed)
        self.debrief.render(state)
        others = training.others if training else ()
        name = voice(say("Scores of this desk")) if others else voice(say("Your scores"))
        self._results.entitle(name)
        self.results.setAccessibleName(name)
        if others:
            self.results.render_rows(_officer_rows(others, state))
        else:
            own = training.results if training else ()
            none = Row(key="none", title=voice(say("No drill yet.")), light=True)
            self.results.render_rows(tuple(_result_row(each, voice) for each in own) or (none,))

    def _chosen(self, key: object) -> None:
        if isinstance(key, str):
            self.chosen.emit(key)

    def _begin(self, key: object) -> None:
        if isinstance(key, str):
            self.begun.emit(key)


def _lesson_rows(done: dict[str, Progress], voice: Voice) -> tuple[Row, ...]:
    rows: list[Row] = []
    for course in Course:
        rows.append(Row(key=course.name.encode(), title=voice(word_of(course))))
        for lesson in LESSONS:
            if lesson.course is course:
                passed = done.get(lesson.id)
                word = say("skipped") if passed and passed.skipped else say("done") if passed else None
                rows.append(
                    Row(key=lesson.id, title=voice(lesson.title), right=voice(word) if word else "", light=True)
                )
    return tuple(rows)


def _result_row(result: DrillResult, voice: Voice) -> Row:
    line = say(
        "{act}, {judged}, after {seconds} s; steps {done} of {steps}",
        act=word_of(result.act),
        judged=word_of(result.judged),
        seconds=round(result.seconds),
        done=result.done,
        steps=result.steps,
    )
    return Row(
        key=result.id,
        title=voice.line(voice.moment(result.at), voice(word_of(result.kind))),
        right=str(result.score(DEFAULT)),
        lines=(Line(voice(line)),),
    )


def _officer_rows(results: tuple[DrillResult, ...], state: WindowState) -> tuple[Row, ...]:
    """One row an officer: the last score, how many drills, and whether they should practise again."""
    voice, now = state.voice, state.now
    rows = []
    for officer in dict.fromkeys(each.officer for each in results):
        own = [each for each in results if each.officer == officer]
        why = refresher(own, now, DEFAULT) if now else None
        count = Line(voice(say("Drills: {count}. The last one {time}.", count=len(own), time=voice.moment(own[0].at))))
        again = (Line(voice(say("Should practise again.")), strong=True),) if why else ()
        rows.append(
            Row(
                key=officer,
                badge=Severity.LOOK if why else Severity.INFO,
                title=officer,
                right=str(own[0].score(DEFAULT)),
                lines=(count, *again),
            )
        )
    return tuple(rows)
