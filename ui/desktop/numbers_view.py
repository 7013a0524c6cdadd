"""The shift and the operations in numbers, what came of them, and how many travellers came in which hour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.operations import COUNTED, Counted, Hour
from borderdesk.screening import VerdictWord
from borderdesk.words import Sentence, say
from sync.agent.tallies import OUTSIDE, Counts, PostNumbers
from ui.desktop.amounts import count
from ui.desktop.charts import HourBars, OutcomeBars
from ui.desktop.fields import Choice, Field
from ui.desktop.files import choose_pdf
from ui.desktop.parts import KeyButton, Panel, Text, text_font
from ui.desktop.report import Chart, save_report
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.unkept import Unkept
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of

HOURS = 12


class NumbersView(QWidget):
    """Counts of the last twelve hours and of operations.

    `report_asked` carries the Path of the file to write the page to, `counted` the key of an operation, what was
    counted, how many and a note.
    """

    report_asked = Signal(object)
    counted = Signal(str, object, int, str)

    def __init__(self) -> None:
        super().__init__()
        self._numbers, self._outcomes, self._hand = Panel(), Panel(), Panel()
        self.which = Choice()
        self.which.setFont(text_font(15))
        self.which.setMinimumHeight(36)
        self.which.activated.connect(self._chose)
        self.list = RowsView(pad=5)
        self.bars = HourBars()
        self.report = KeyButton()
        self.report.clicked.connect(self._choose)
        self._which_name = Text(14, muted=True)
        # On Linux a screen reader says what is chosen, and takes the name of the choice from its label alone.
        self._which_name.setBuddy(self.which)
        head = QHBoxLayout()
        head.addWidget(self._which_name)
        head.addWidget(self.which, 1)
        head.addWidget(self.report)
        self._numbers.column.addLayout(head)
        self._numbers.column.addWidget(self.list, 3)
        self._numbers.column.addWidget(self.bars, 2)
        self.outcomes = OutcomeBars()
        self._outcomes.column.addWidget(self.outcomes, 1)
        self.number, self.note = Field("1"), Field()
        self._unkept = Unkept(self.note)
        self._number_label = Text(14)
        line = QHBoxLayout()
        line.addWidget(self._number_label)
        for field in (self.number, self.note):
            field.setFont(text_font(15))
            field.setMinimumHeight(36)
            line.addWidget(field)
        self.number.setMaxLength(7)
        self.number.setFixedWidth(80)
        self.number.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.note.setMaxLength(200)
        self._hand.column.addLayout(line)
        grid = QGridLayout()
        grid.setSpacing(4)
        self.kinds: dict[Counted, KeyButton] = {}
        for place, counted in enumerate(Counted):
            button = KeyButton()
            button.setMinimumSize(0, 36)
            button.setFont(text_font(14))
            button.clicked.connect(lambda _on=False, counted=counted: self._count(counted))
            grid.addWidget(button, place // 2, place % 2)
            self.kinds[counted] = button
        self._hand.column.addLayout(grid)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._outcomes, 1)
        right.addWidget(self._hand)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._numbers, 6)
        row.addLayout(right, 5)
        self._head: tuple[str, ...] = ("",)
        self._key = OUTSIDE
        self._chosen = False
        self._state: WindowState | None = None

    def render(self, state: WindowState) -> None:
        """Show the numbers of this moment."""
        voice, numbers, self._state = state.voice, state.numbers, state
        self._unkept.render(state)
        every = numbers.all if numbers else ()
        if not self._chosen and every:
            self._key = every[0].key
        shown = next((each for each in every if each.key == self._key), every[-1] if every else None)
        name = voice(title_of(shown) if shown else say("The last {hours} hours in numbers", hours=HOURS))
        self._numbers.entitle(name)
        self.list.setAccessibleName(name)
        self._which_name.setText(voice(say("The shift or an operation")))
        self.which.setAccessibleName(self._which_name.text())
        titles = [voice(title_of(each)) for each in every]
        if [self.which.itemText(at) for at in range(self.which.count())] != titles:
            self.which.clear()
            self.which.addItems(titles)
        if shown is not None:
            self.which.setCurrentIndex(every.index(shown))
        self.report.label(voice(say("Report as PDF …")))
        self.report.setEnabled(shown is not None)
        status = state.status
        place = voice(say("post {post}, desk {desk}", post=status.post, desk=status.desk)) if status else ""
        self._head = (name, voice.line(*(part for part in (place, voice.moment(status.at) if status else "") if part)))
        post = post_rows(numbers.post, voice) if numbers and numbers.post and shown is numbers.shift else ()
        self.list.render_rows((*rows_of(shown, voice), *post) if shown else ())
        self.bars.hours = tuple((hour, _label(hour, voice)) for hour in shown.tally.hours[-HOURS:]) if shown else ()
        self.bars.setAccessibleName(
            ", ".join(_hour_told(hour, label, voice) for hour, label in self.bars.hours if hour.screened) or name
        )
        self.bars.setAccessibleDescription(
            voice(say("Travellers by hour, the last {hours} hours, in the colours of the verdicts above", hours=HOURS))
        )
        self.bars.update()
        self._outcomes.entitle(voice(say("What came of it: filled bars by acts on hits, hatched ones by hand")))
        self.outcomes.bars = (
            tuple((voice(COUNTED[each.counted]), each.by_act, each.by_hand) for each in shown.outcomes) if shown else ()
        )
        self.outcomes.setAccessibleName(", ".join(f"{title}: {act + hand}" for title, act, hand in self.outcomes.bars))
        self.outcomes.update()
        self._hand.entitle(voice(say("Count by hand what no act on a hit tells; a negative number takes back")))
        self._number_label.setText(voice(say("How many")))
        self.number.setAccessibleName(voice(say("How many")))
        self.note.setAccessibleName(voice(say("Note")))
        self.note.setPlaceholderText(voice(say("Note")))
        for counted, button in self.kinds.items():
            button.label(voice(COUNTED[counted]))
            button.setEnabled(shown is not None)

    def save(self, path: Path) -> None:
        """Write what stands on the page as PDF. Raises ReportNotWritten."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        charts = (
            Chart(self._outcomes.heading.text(), self.outcomes.paint_on),
            Chart(self.bars.accessibleDescription(), self.bars.paint_on),
        )
        save_report(path, self._head, self.list.rows.rows, charts, right_to_left=right_to_left)

    def _choose(self) -> None:
        chosen = choose_pdf(self, self.report.accessibleName(), "report.pdf")
        if chosen:
            self.report_asked.emit(chosen)

    def _chose(self, at: int) -> None:
        if self._state is not None and self._state.numbers is not None:
            self._key, self._chosen = self._state.numbers.all[at].key, True
            self.render(self._state)

    def _count(self, counted: Counted) -> None:
        try:
            number = int(self.number.text())
        except ValueError:
            # The desk says what is wrong with it; what was typed stays to be mended.
            number = 0
            self.number.setFocus()
            self.number.selectAll()
        if number:
            self.number.setText("1")
        with self._unkept.sent() as note:
            self.counted.emit(self._key, counted, number, note)


def title_of(counts: Counts) -> Sentence:
    """What is counted."""
    if counts.operation is None:
        return say("The last {hours} hours in numbers", hours=HOURS)
    return say("Operation {names}", names=counts.operation.name)


def rows_of(counts: Counts, voice: Voice) -> tuple[Row, ...]:
    """The numbers as rows, an operation's goals above them."""
    tally, operation = counts.tally, counts.operation
    about: tuple[Row, ...] = ()
    if operation is not None:
        begins, ends = voice.moment(operation.begins_at), voice.moment(operation.ends_at)
        until = voice(say("{begin} to {end}", begin=begins, end=ends))
        goals = (Line(voice.line(operation.goals), strong=True),) if operation.goals else ()
        about = (Row(key=operation.id, title=operation.name, right=until, lines=goals),)
    words = (
        (VerdictWord.NO_MATCH, tally.no_match),
        (VerdictWord.LOOK_AGAIN, tally.look_again),
        (VerdictWord.MATCH, tally.match),
    )
    hits = Row(
        key="hits",
        title=voice(say("Hits taken up")),
        right=count(tally.hits),
        lines=(Line(voice(say("Without the bureau's receipt: {count}", count=count(tally.unreported)))),),
    )
    return (
        *about,
        Row(key="all", title=voice(say("Travellers screened")), right=count(tally.screened)),
        *(Row(key=word, badge=word, title=voice(word_of(word)), right=count(number)) for word, number in words),
        hits,
    )


def post_rows(post: PostNumbers, voice: Voice) -> tuple[Row, ...]:
    """The whole post, and each other desk of it with the time up to which it told its numbers."""
    words = (VerdictWord.NO_MATCH, VerdictWord.LOOK_AGAIN, VerdictWord.MATCH)
    parts = (voice.counted(word_of(word), post.counted(word)) for word in words)
    all_ = Row(
        key="post",
        title=voice(say("The whole post, last {days} days", days=post.days)),
        right=count(sum(post.counted(word) for word in words)),
        lines=(Line(voice.line(*parts)),),
    )
    if not post.others:
        told = say("No other desk of this post has told its numbers yet; each does once a day.")
        return (replace(all_, lines=(*all_.lines, Line(voice(told)))),)
    return (
        all_,
        *(
            Row(
                key=("desk", each.desk),
                title=voice(say("Desk {desk}, up to {time}", desk=each.desk, time=voice.moment(each.as_of))),
                right=count(each.screened),
                light=True,
            )
            for each in post.others
        ),
    )


def _hour_told(hour: Hour, label: str, voice: Voice) -> str:
    """One hour as a screen reader says it: what its colours tell, too."""
    words = ((VerdictWord.LOOK_AGAIN, hour.look_again), (VerdictWord.MATCH, hour.match))
    parts = (str(hour.screened), *(f"{voice(word_of(word))} {count}" for word, count in words if count))
    return f"{label}: {' · '.join(parts)}"


def _label(hour: Hour, voice: Voice) -> str:
    return voice.hour(hour.start)
