"""Verdicts for programs."""

from __future__ import annotations

from borderdesk.screening import Verdict, is_discreet


def verdict_plain(verdict: Verdict) -> dict[str, object]:
    """A verdict as JSON can carry it: sentences in English, scores from 0 to 1, times in ISO 8601."""
    return {
        "screening": verdict.screening,
        "verdict": verdict.word.value,
        "discreet": is_discreet(verdict),
        "as_of": verdict.as_of.isoformat() if verdict.as_of else None,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
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
