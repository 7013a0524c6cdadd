"""Why: findings by weight, then candidates by score. The marked row is the one an act is about."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal

from borderdesk.findings import Finding, Severity
from borderdesk.hits import veiled_summary
from borderdesk.ids import RecordRef
from borderdesk.matching.types import Candidate
from borderdesk.screening import discreet_records, records_of
from borderdesk.screening.verdict import Verdict, VerdictWord
from borderdesk.words import say
from ui.desktop.parts import Panel
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of

CANDIDATE = "list.person.candidate"


class ReasonsPanel(Panel):
    """The list of reasons. `chosen` tells the record of a row the officer moved to."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView()
        self.list.chosen.connect(self._chosen)
        self.column.addWidget(self.list, 1)

    def render(self, state: WindowState) -> None:
        """Show the reasons of the verdict on the screen."""
        voice = state.voice
        name = voice(say("What was found, heaviest first"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        rows: tuple[Row, ...] = ()
        if state.verdict is not None:
            # The row of a candidate says what its finding says, and why.
            about_candidates = {candidate.record for candidate in state.candidates}
            rows = tuple(
                finding_row(finding, state.verdict, voice, number)
                for number, finding in enumerate(state.findings)
                if finding.code != CANDIDATE or finding.record not in about_candidates
            ) + tuple(candidate_row(candidate, state.verdict, voice) for candidate in state.candidates)
            hidden = discreet_records(state.verdict)
            rows = tuple(replace(row, badge=Severity.INFO) if row.key in hidden else row for row in rows)
            if state.veiled:
                record = next(each for each in records_of(state.verdict) if each in hidden)
                rows = (_veil(record, voice), *rows)
        self.list.render_rows(rows, state.chosen, about=state.verdict and state.verdict.screening)

    def _chosen(self, key: object) -> None:
        if isinstance(key, RecordRef):
            self.chosen.emit(key)


def _veil(record: RecordRef, voice: Voice) -> Row:
    """What stands for a discreet record where nobody may read it: that there is one, and where to read what to do."""
    return Row(
        key=record,
        badge=Severity.INFO,
        title=voice(veiled_summary()),
        lines=(Line(voice(say("What is asked of you stands under Procedure."))),),
    )


def finding_row(finding: Finding, verdict: Verdict, voice: Voice, number: int) -> Row:
    """A finding as a row: what, what to do, which list."""
    lines = []
    if finding.todo is not None:
        lines.append(Line(voice(finding.todo), strong=True))
    if finding.record is not None:
        lines.append(Line(_source(finding.record, verdict, voice)))
    if finding.fits:
        lines.append(Line(voice(say("Would fit: {values}", values=", ".join(finding.fits)))))
    return Row(
        key=finding.record or number,
        badge=finding.severity,
        badge_word=voice(word_of(finding.severity)),
        title=voice(finding.sentence),
        lines=tuple(lines),
    )


def candidate_row(candidate: Candidate, verdict: Verdict, voice: Voice) -> Row:
    """A candidate as a row: listed name, score, asked name, why, what else the list says."""
    asked = verdict.question.person
    asked_name = " ".join(part for part in (asked.surname, asked.given, asked.full) if part) if asked else ""
    person = candidate.person
    facts = [person.reference] if person.reference else []
    why = voice(candidate.explanation.sentence)
    lines = [
        Line(voice(say("Asked: {name}", name=asked_name)), strong=True),
        Line(why[:1].upper() + why[1:]),
        Line(voice.line(*facts, _source(candidate.record, verdict, voice))),
    ]
    if person.warnings:
        lines.insert(0, Line(voice(say("Careful: {warnings}", warnings=", ".join(person.warnings))), strong=True))
    return Row(
        key=candidate.record,
        badge=VerdictWord.LOOK_AGAIN,
        badge_word=voice(say("Candidate")),
        title=candidate.explanation.listed_name,
        right=f"{min(99, round(candidate.score * 100))}%",  # a score is never a certainty
        lines=tuple(lines),
    )


def _source(record: RecordRef, verdict: Verdict, voice: Voice) -> str:
    posing = verdict.drill.title if verdict.drill is not None else ""
    title = next((held.title for held in verdict.lists if held.name == record.list), posing or record.list)
    return voice(say("{title}, edition {edition}", title=title, edition=record.edition))
