"""What a verdict asks of the officer. No Qt here."""

from __future__ import annotations

from borderdesk.findings import Severity, heaviest_first
from borderdesk.hits import (
    Hit,
)
from borderdesk.ids import RecordRef
from borderdesk.screening import (
    Verdict,
    VerdictWord,
)


def is_practice(verdict: Verdict | None) -> bool:
    """Whether this is the answer of a drill that the officer knows to be one."""
    return verdict is not None and verdict.drill is not None and not verdict.drill.disguised


def needs_act(verdict: Verdict | None, hits: tuple[Hit, ...]) -> bool:
    """True for a match from which no hit was taken up. What is only practised never keeps a traveller waiting."""
    return (
        verdict is not None
        and not is_practice(verdict)
        and verdict.word is VerdictWord.MATCH
        and bool(records_of(verdict))
        and all(hit.screening != verdict.screening for hit in hits)
    )


def records_of(verdict: Verdict) -> tuple[RecordRef, ...]:
    """The records an act can be about, each once: those of the findings by weight, then the candidates by score.

    What is only information, such as a record that was withdrawn, asks for no act: that traveller goes on.
    """
    found = [
        finding.record
        for finding in heaviest_first(verdict.findings)
        if finding.record is not None and finding.severity is not Severity.INFO
    ]
    found += [candidate.record for candidate in sorted(verdict.candidates, key=lambda one: -one.score)]
    return tuple(dict.fromkeys(found))
