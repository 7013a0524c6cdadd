"""The exchange with the bureau: how the link is, what waits, what the last exchange did."""

from __future__ import annotations

from borderdesk.words import say
from ui.desktop.parts import Panel
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.wording import FRESHNESS, LINK


class ExchangeView(Panel):
    """A list: the link, the outbox, every list, and the lines of the last exchange."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView()
        self.column.addWidget(self.list, 1)

    def render(self, state: WindowState) -> None:
        """Show the exchange of this moment."""
        voice, status = state.voice, state.status
        name = voice(say("Exchange with the bureau"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        rows: list[Row] = []
        if status is not None:
            link = status.link
            since = say("{link} since {time}", link=LINK[link.word], time=voice.moment(link.since))
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
                        )
                        if line is not None
                    ),
                )
            )
            rows.append(Row(key="waiting", title=voice(say("Waiting: {count}", count=status.waiting))))
            for held in status.lists:
                lines = (
                    say("Edition {edition} of {moment}", edition=held.edition, moment=voice.moment(held.published_at)),
                    say("{count} records", count=f"{held.rows:,}".replace(",", " ")),
                )
                rows.append(
                    Row(
                        key=held.name,
                        badge=held.freshness,
                        badge_word=voice(FRESHNESS[held.freshness]),
                        title=held.title,
                        right=voice.age(held.age),
                        lines=tuple(Line(voice(line)) for line in lines),
                    )
                )
        if state.exchanging:
            rows.append(Row(key="now", title=voice(say("Exchanging …"))))
        elif state.last_exchange is not None:
            report = state.last_exchange
            sizes = say(
                "Sent {sent} bytes, received {received}.", sent=report.bytes_sent, received=report.bytes_received
            )
            rows.append(
                Row(
                    key="report",
                    title=voice(say("The last exchange of this session")),
                    lines=tuple(Line(voice(line)) for line in (*report.lines, sizes)),
                )
            )
        self.list.render_rows(tuple(rows))
