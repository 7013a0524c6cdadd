"""The journal for auditors and supervisors: whether it is whole, and its newest entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderdesk.findings import Severity
from borderdesk.journal import JournalReport, verify_export
from borderdesk.words import say
from ui.desktop.parts import Panel
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice

SHOWN = 500
"""Entries on the page, newest first; an export has them all."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry as it is read: who did what, when, why."""

    number: int
    kind: str
    who: str
    at: datetime
    why: str
    details: str


@dataclass(frozen=True, slots=True)
class JournalRead:
    """The journal as it was checked a moment ago, and its newest entries, newest first."""

    report: JournalReport
    newest: tuple[JournalEntry, ...]


def read_journal(public_key: bytes, lines: Sequence[str]) -> JournalRead:
    """Check the exported lines, and read the newest of them. Raises NotAJournal."""
    report = verify_export(lines, Ed25519PublicKey.from_public_bytes(public_key))
    rows = [row for row in map(json.loads, lines[-SHOWN:]) if "number" in row]
    newest = tuple(
        JournalEntry(
            row["number"],
            row["kind"],
            row["who"],
            datetime.fromisoformat(row["trusted_at"]),
            row["why"],
            ", ".join(f"{name}: {value}" for name, value in json.loads(row["details"]).items()),
        )
        for row in reversed(rows)
    )
    return JournalRead(report, newest)


class JournalView(Panel):
    """A list: the result of the check first, then the entries."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=5, in_steps=True)
        self.column.addWidget(self.list, 1)
        self._shown: tuple[JournalRead | None, Voice | None] = (None, None)

    def render(self, state: WindowState) -> None:
        """Show the journal as it was read when the page was opened."""
        voice, read = state.voice, state.journal
        name = voice(say("Journal of this desk"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        if (read, voice) == self._shown:
            return
        self._shown = (read, voice)
        self.list.render_rows(journal_rows(read, voice) if read is not None else ())


def journal_rows(read: JournalRead, voice: Voice) -> tuple[Row, ...]:
    """The result, then one row for each entry; kinds and details are codes, the same in every language."""
    report = read.report
    if report.broken is not None:
        result = Row(
            "check", voice(say("The journal is NOT whole.")), Severity.STOP, lines=(Line(voice(report.broken)),)
        )
    else:
        whole = say(
            "The journal is whole: {entries} entries, {segments} signed segments, {unsigned} entries not signed yet.",
            entries=report.entries,
            segments=report.segments,
            unsigned=report.unsigned,
        )
        result = Row("check", voice(whole), Severity.INFO)
    return (
        result,
        *(
            Row(
                key=entry.number,
                title=voice.line(*(part for part in (str(entry.number), entry.kind, entry.who, entry.why) if part)),
                right=voice.moment(entry.at),
                lines=(Line(entry.details),) if entry.details else (),
            )
            for entry in read.newest
        ),
    )
