"""What the officer did in a drill, what was right and why, and the steps to mark."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from borderdesk.findings import Severity
from borderdesk.operations.drills import Judged, Need, Run
from borderdesk.policy import DEFAULT
from borderdesk.words import say
from ui.desktop.fields import Field
from ui.desktop.hit_strip import FIRST
from ui.desktop.parts import KeyButton, Panel, Text, mono_font, text_font
from ui.desktop.shapes import Badge
from ui.desktop.slip import Code, Groups
from ui.desktop.state import WindowState
from ui.desktop.wording import word_of

MOST_STEPS = 8
PACKET = 104
"""Pixels of the code and the groups of a packet that is practised."""
_BADGE = {Judged.RIGHT: Severity.INFO, Judged.SAFE: Severity.LOOK, Judged.WRONG: Severity.STOP}


class _StepBox(QWidget):
    """One step with the button that marks it; the text wraps, which a button's own would not."""

    def __init__(self) -> None:
        super().__init__()
        # A button that stays down: the edge of a box of Fusion cannot be seen on the dark palette.
        self.box = KeyButton()
        self.box.setCheckable(True)
        # Of one width, marked or not: the words beside it must not jump.
        self.box.setFixedSize(88, 28)
        self.box.setFont(text_font(bold=True))
        self.box.toggled.connect(lambda on: self.box.setText("✓" if on else ""))
        self.text = Text(15, wrap=True)
        self.text.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addWidget(self.text, 1)


def _locks(state: WindowState) -> bool:
    """Whether a lesson was begun that is done by locking the desk."""
    begun = state.training.begun
    return begun is not None and begun.lesson.needs is Need.LOCK


class DebriefPanel(Panel):
    """`marked` carries the numbers of the steps that were taken, `typed_back` the groups the bureau read back."""

    marked = Signal(object)
    typed_back = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._badge = Badge(22)
        self.says = Text(16, bold=True, wrap=True)
        head = QHBoxLayout()
        head.addWidget(self._badge)
        head.addWidget(self.says, 1)
        self.why = Text(15, wrap=True)
        self.column.addLayout(head)
        self.column.addWidget(self.why)
        self.steps = tuple(_StepBox() for _ in range(MOST_STEPS))
        for step in self.steps:
            step.hide()
            self.column.addWidget(step)
        self.code, self.groups = Code(side=PACKET), Groups(columns=4)
        self.groups.setFixedHeight(PACKET)
        packet = QHBoxLayout()
        packet.addWidget(self.code)
        packet.addWidget(self.groups, 1)
        self.back = Field()
        self.back.setFont(mono_font())
        self.back.setMinimumHeight(36)
        self.back.setMaxLength(200)
        self.back.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.back.returnPressed.connect(lambda: self.typed_back.emit(self.back.text()))
        self.column.addLayout(packet)
        self.finish = KeyButton(Qt.Key.Key_F6)
        self.finish.clicked.connect(self._finish)
        foot = QHBoxLayout()
        foot.addWidget(self.finish)
        foot.addWidget(self.back, 1)
        self.gap = QWidget()
        foot.addWidget(self.gap, 1)
        self.column.addLayout(foot)
        self.column.addStretch(1)
        self._shown = ""

    def render(self, state: WindowState) -> None:
        """Show the drill that was acted on, or nothing."""
        voice, run = state.voice, state.training.run
        self.entitle(voice(run.title) if run else voice(say("What you did")))
        result = run.result if run else None
        self._badge.show_meaning(_BADGE[result.judged] if result else None)
        if run is None or result is None:
            self.says.setText(
                voice(
                    say("Now press F12, and sign in again.")
                    if _locks(state)
                    else say("Nothing yet. Scan the document of a lesson and act on it.")
                )
            )
        else:
            self.says.setText(
                voice(
                    say(
                        "{act}: {judged}, after {seconds} s. Score {score} of 100.",
                        act=word_of(result.act),
                        judged=word_of(result.judged),
                        seconds=round(result.seconds),
                        score=result.score(DEFAULT),
                    )
                )
            )
        self.why.setText(self._why(state, run) if run else "")
        self._render_steps(state, run)
        packet = run.packet if run else ()
        self.code.text = "".join(packet)
        self.code.setAccessibleName(voice(say("To be scanned or photographed at the other end")))
        self.groups.groups = packet
        name = voice(say("To be read out, group by group, each with its number: {count}", count=len(packet)))
        self.groups.setAccessibleName(", ".join((name, *packet)))
        for part in (self.code, self.groups, self.back):
            part.setVisible(bool(packet))
            part.update()
        self.gap.setVisible(not packet)
        self.back.setEnabled(run is not None and not run.spoken)
        if run is not None and run.spoken:
            self.back.clear()  # what is said of it stands in the field
        told = voice(
            say("Right: the bureau has it.") if run and run.spoken else say("Type in what the bureau reads back")
        )
        self.back.setPlaceholderText(told)
        self.back.setAccessibleName(told)
        self.finish.label(voice(say("Finish")))
        self.finish.setVisible(run is not None)
        self.finish.setEnabled(run is not None and not run.finished and not state.act_needed)

    @staticmethod
    def _why(state: WindowState, run: Run) -> str:
        voice = state.voice
        if run.result is None or run.result.judged is Judged.RIGHT or not run.right:
            return voice(run.why)
        right = say("Right is: {acts}.", acts=voice.line(*(voice(word_of(act)) for act in FIRST if act in run.right)))
        return f"{voice(right)} {voice(run.why)}"

    def _render_steps(self, state: WindowState, run: Run | None) -> None:
        steps = run.steps if run else ()
        fresh = run is not None and run.id != self._shown
        for number, shown in enumerate(self.steps):
            shown.setVisible(number < len(steps))
            if number < len(steps):
                text = state.voice(steps[number].text)
                shown.text.setText(text)
                shown.box.setAccessibleName(text)
                shown.box.setEnabled(run is not None and not run.finished)
            if fresh:
                shown.box.setChecked(False)
        if fresh and run is not None:
            self._shown = run.id
            self.back.clear()
            if steps:
                # The steps are marked from the keyboard: the key that was pressed last has gone with its page.
                self.steps[0].box.setFocus()

    def _finish(self) -> None:
        self.marked.emit(frozenset(n for n, step in enumerate(self.steps) if step.isVisible() and step.box.isChecked()))
