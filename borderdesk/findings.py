"""A finding: one reason, with its code, its weight, plain words and the evidence.

Rooms return findings, never a single flag: a person will ask why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from borderdesk.ids import RecordRef
from borderdesk.words import Sentence


class Severity(StrEnum):
    """What the officer has to do about it. The values sort: STOP first."""

    STOP = "A"  # stop and refer
    LOOK = "B"  # look again
    INFO = "C"  # information


class Outcome(StrEnum):
    """What a check proved. Genuine documents fail checks too, so there are three answers, not two."""

    WRONG = "wrong"  # proven wrong
    UNPROVEN = "unproven"  # could not be proven either way
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason.

    `code` is stable and dotted, from general to special (`mrz.check.number`, `list.document.hit`). `field` names the
    field it speaks of, if any. `fits` holds the values that would satisfy the check. `record` points to the list entry
    that was found. `todo` says what to do now, where there is something to do.
    """

    code: str
    severity: Severity
    sentence: Sentence
    outcome: Outcome = Outcome.WRONG
    field: str | None = None
    fits: tuple[str, ...] = ()
    record: RecordRef | None = None
    todo: Sentence | None = None


def heaviest_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings in the order in which an officer should read them; equal weights keep their order."""
    return tuple(sorted(findings, key=lambda finding: finding.severity.value))
