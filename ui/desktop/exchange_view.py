"""The exchange with the bureau: how the link is, what waits, what the last exchange did."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal

from borderdesk.findings import Severity
from borderdesk.words import say
from sync.agent.state import Progress
from ui.desktop.amounts import count
from ui.desktop.files import choose_folder
from ui.desktop.parts import KeyButton, PanelPage
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of


class ExchangeView(PanelPage):
    """A list: the link, the outbox, every list, and the lines of the last exchange.

    `stick_chosen` carries the Path where a stick is mounted.
    """

    stick_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView()
        self.stick = KeyButton()
        self.stick.clicked.connect(self._choose)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.stick, 0, Qt.AlignmentFlag.AlignLeading)

    def _choose(self) -> None:
        chosen = choose_folder(self, self.stick.accessibleName(), Path("/media"))
        if chosen:
            self.stick_chosen.emit(chosen)

    def render(self, state: WindowState) -> None:
        """Show the exchange of this moment."""
        voice, status = state.voice, state.status
        name = voice(say("Exchange with the bureau"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        self.stick.label(voice(say("Exchange by USB stick …")))
        self.stick.setEnabled(status is not None and not state.exchanging)
        rows: list[Row] = []
        if status is not None:
            link = status.link
            since = say("{link} since {time}", link=word_of(link.word), time=voice.moment(link.since))
            good = status.last_good_exchange
            rows.append(
                Row(
                    key="link",
                    badge=link.word,
                    title=voice(since),
                    right=status.bureau,
                    lines=tuple(
                        Line(voice(line))
                        for line in (
                            link.why,
                            say("Last good exchange: {moment}", moment=voice.moment(good))
                            if good
                            else say("There was no good exchange yet."),
                            say("Next try by itself: {time}", time=state.time_of(status.next_try))
                            if status.next_try is not None and status.next_try > status.at
                            else None,
                        )
                        if line is not None
                    ),
                )
            )
            if status.warning is not None:
                rows.append(Row(key="warning", badge=Severity.LOOK, title=voice(status.warning)))
            if status.unwritten:
                kept = say("Not in the journal yet, because the disk is full: {count}", count=status.unwritten)
                rows.append(Row(key="unwritten", badge=Severity.LOOK, title=voice(kept)))
            if status.progress is not None:
                rows.append(_progress_row(status.progress, voice))
            rows.append(Row(key="waiting", title=voice(say("Waiting: {count}", count=status.waiting))))
            for held in status.lists:
                lines = (
                    say("Edition {edition} of {moment}", edition=held.edition, moment=voice.moment(held.published_at)),
                    say("Records: {count}", count=count(held.rows)),
                )
                rows.append(
                    Row(
                        key=held.name,
                        badge=held.freshness,
                        badge_word=voice(word_of(held.freshness)),
                        title=held.title,
                        right=voice.age(held.age),
                        lines=tuple(Line(voice(line)) for line in lines),
                    )
                )
        if state.exchanging:
            rows.append(Row(key="now", title=voice(say("Exchanging …"))))
        elif state.last_exchange is not None:
            report = state.last_exchange
            sent, received = count(report.bytes_sent), count(report.bytes_received)
            sizes = say("Sent {sent} bytes, received {received}.", sent=sent, received=received)
            rows.append(
                Row(
                    key="report",
                    title=voice(say("The last exchange of this session")),
                    lines=tuple(Line(voice(line)) for line in (*report.lines, sizes)),
                )
            )
        self.list.render_rows(tuple(rows))


def _progress_row(progress: Progress, voice: Voice) -> Row:
    """What is coming down: of what, how much of it, and for how long still."""
    here, left = count(progress.bytes_here), count(progress.bytes_left)
    what = voice(progress.lane)
    minutes = progress.minutes_left
    return Row(
        key="progress",
        title=what[:1].upper() + what[1:],
        right=voice(say("{minutes} min left", minutes=max(1, round(minutes)))) if minutes is not None else "",
        lines=(Line(voice(say("{here} bytes are here, {left} still to come", here=here, left=left)), strong=True),),
    )
