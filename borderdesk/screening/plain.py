"""Verdicts for programs: the one form in which the command line and the HTTP interfaces hand them out."""

from __future__ import annotations

from borderdesk.screening.discretion import asks_discretion, ordinary
from borderdesk.screening.verdict import Verdict


def verdict_plain(verdict: Verdict, *, veiled: bool = False) -> dict[str, object]:
    """A verdict as JSON can carry it: sentences in English, scores from 0 to 1, times in ISO 8601.

    `veiled`: whoever asks may not read discreet records. As at the window, the verdict then says that discretion is
    asked, and not of whom; what else was found stands there as always.
    """
    discreet, word = asks_discretion(verdict), verdict.word
    if veiled:
        verdict = ordinary(verdict)
    return {
        "screening": verdict.screening,
        "verdict": word.value,
        "discreet": discreet,
        "as_of": verdict.as_of.isoformat() if verdict.as_of else None,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "outcome": finding.outcome.value,
                "field": finding.field,
                "fits": list(finding.fits),
                "sentence": str(finding.sentence),
                "todo": str(finding.todo) if finding.todo else None,
                "list": finding.record.list if finding.record else None,
                "key": finding.record.key if finding.record else None,
                "edition": finding.record.edition if finding.record else None,
            }
            for finding in verdict.findings
        ],
        "candidates": [
            {
                "list": candidate.record.list,
                "key": candidate.record.key,
                "score": round(candidate.score, 4),
                "name": candidate.explanation.listed_name,
                "sentence": str(candidate.explanation.sentence),
            }
            for candidate in verdict.candidates
        ],
        "lists": [
            {
                "list": each.name,
                "edition": each.edition,
                "rows": each.rows,
                "age_seconds": max(0, int(each.age.total_seconds())),
            }
            for each in verdict.lists
        ],
        "limits": [str(limit) for limit in verdict.limits],
    }
