"""What of a verdict only entitled roles may see, and what is left of it for everybody else.

A person of whom a discreet report is asked may come together with something that is no secret: a stolen document, a
passport that has expired, another candidate. That part is shown and acted on as always; the discreet part stays apart.
"""

from __future__ import annotations

from dataclasses import replace

from borderdesk.ids import RecordRef
from borderdesk.screening.engine import word_of
from borderdesk.screening.subject import records_of, subject_of
from borderdesk.screening.verdict import Verdict, VerdictWord
from borderdesk.watchlist import Action


def is_discreet_record(verdict: Verdict, record: RecordRef) -> bool:
    """Whether a discreet report is asked of whom this record of the verdict names."""
    return subject_of(verdict, record) is Action.DISCREET


def discreet_records(verdict: Verdict) -> frozenset[RecordRef]:
    """The records whose content is for entitled roles alone, those included of which the traveller was cleared."""
    records = {finding.record for finding in verdict.findings if finding.record is not None}
    records |= {candidate.record for candidate in verdict.candidates}
    records |= {each.candidate.record for each in verdict.cleared}
    return frozenset(record for record in records if is_discreet_record(verdict, record))


def asks_discretion(verdict: Verdict) -> bool:
    """Whether a discreet report is asked of this traveller, beside whatever else was found."""
    hidden = discreet_records(verdict)
    return any(record in hidden for record in records_of(verdict))


def ordinary(verdict: Verdict) -> Verdict:
    """The verdict as it would be without the discreet records: what may stand out on a screen."""
    hidden = discreet_records(verdict)
    if not hidden:
        return verdict
    findings = tuple(each for each in verdict.findings if each.record not in hidden)
    candidates = tuple(each for each in verdict.candidates if each.record not in hidden)
    words = [word_of(findings), *([VerdictWord.LOOK_AGAIN] if candidates else [])]
    return replace(
        verdict,
        word=min(words, key=lambda word: word.order),
        findings=findings,
        candidates=candidates,
        cleared=tuple(each for each in verdict.cleared if each.candidate.record not in hidden),
    )


def is_discreet(verdict: Verdict) -> bool:
    """Whether discretion is all that is asked: the screen then looks as after any other traveller."""
    return asks_discretion(verdict) and ordinary(verdict).word is VerdictWord.NO_MATCH
