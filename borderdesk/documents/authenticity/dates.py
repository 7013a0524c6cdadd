"""What the dates of a document say: in force, plausible, long enough for the stay."""

from __future__ import annotations

import calendar
from datetime import date

from borderdesk.dates import PartialDate
from borderdesk.documents.mrz import DocumentReading, Format
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.policy import Policy
from borderdesk.words import Sentence, say

OLDEST_AGE = 110
LONGEST_VALIDITY_YEARS = 10
"""ICAO Doc 9303-2, 3.1 recommends no more for a passport."""

_NO_EXPIRY = frozenset({"RUS", "MDA"})
"""Issuers of documents without expiry for seniors."""


def date_findings(
    reading: DocumentReading, today: date, policy: Policy, issued: date | None, leaves: date | None
) -> list[Finding]:
    """Findings on birth, expiry, issue and the intended departure."""
    found: list[Finding] = []
    born, ends = reading.birth_date, _last_day(reading.expiry_date)
    if born and (born > PartialDate.of(today)):
        found.append(_look("birth.future", "birth_date", say("The date of birth is in the future.")))
    if born and today.year - born.year > OLDEST_AGE:
        found.append(_look("birth.age", "birth_date", say("The holder would be older than 110.")))
    if born and reading.expiry_date and reading.expiry_date < born:
        found.append(_look("expiry.before_birth", "expiry_date", say("The document ended before its holder was born.")))
    if ends is None:
        if reading.expiry_date_raw and reading.issuing_state not in _NO_EXPIRY:
            found.append(_info("expiry.none", "expiry_date", say("The document says no date of expiry.")))
    else:
        found += _in_force(ends, today, policy, leaves)
        if _beyond(ends, issued or today, LONGEST_VALIDITY_YEARS):
            found.append(_look("validity.long", "expiry_date", say("The document is valid for longer than ten years.")))
    if issued is not None:
        found += _issue(issued, reading, today, policy)
    if reading.format is Format.FRA_ID:
        found += _french_card(reading, today)
    return found


def _in_force(ends: date, today: date, policy: Policy, leaves: date | None) -> list[Finding]:
    if ends < today:
        return [_look("expired", "expiry_date", say("The document has expired."))]
    needed = _months_later(leaves or today, policy.valid_after_leaving_months)
    if ends < needed:
        return [
            Finding(
                "authenticity.validity.short",
                Severity.INFO if leaves is None else Severity.LOOK,
                say(
                    "The document must be valid for {months} months after leaving (until {until}).",
                    months=policy.valid_after_leaving_months,
                    until=needed.isoformat(),
                ),
                Outcome.UNPROVEN if leaves is None else Outcome.WRONG,
                field="expiry_date",
            )
        ]
    return []


def _issue(issued: date, reading: DocumentReading, today: date, policy: Policy) -> list[Finding]:
    found: list[Finding] = []
    if issued > today:
        found.append(_look("issue.future", "issue_date", say("The date of issue is in the future.")))
    if reading.birth_date and PartialDate.of(issued) < reading.birth_date:
        found.append(_look("issue.before_birth", "issue_date", say("It was issued before its holder was born.")))
    if _beyond(today, issued, policy.issued_within_years):
        found.append(_look("issue.old", "issue_date", say("It was issued too long ago for entry.")))
    return found


def _french_card(reading: DocumentReading, today: date) -> list[Finding]:
    """The number begins with year and month of issue; valid 10 years, 15 for adults from 2014 (décret 2013-1188)."""
    head = reading.number[:4]
    if not head.isdigit() or not 1 <= int(head[2:]) <= 12:
        return [_look("fra.issue", "number", say("A French card number begins with year and month of issue."))]
    year = int(head[:2]) + (1900 if int(head[:2]) > 87 else 2000)
    month = int(head[2:])
    if (year, month) > (today.year, today.month):
        return [_look("fra.issue_future", "number", say("By its number the card was issued in the future."))]
    born = reading.birth_date
    if born and (born.year, born.month) > (year, month):
        return [_look("fra.issue_before_birth", "number", say("By its number the card was issued before the birth."))]
    adult = born is not None and (year, month) >= (born.year + 18, born.month)
    ends = year + (15 if year >= 2014 and adult else 10)
    if (ends, month) < (today.year, today.month):
        # Cards of adults issued 2004-2013 were prolonged by five years for use in France only.
        return [_look("expired", "number", say("By its number the card has expired."))]
    return []


def _last_day(partial: PartialDate | None) -> date | None:
    if partial is None:
        return None
    month = partial.month or 12
    return date(partial.year, month, partial.day or calendar.monthrange(partial.year, month)[1])


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _beyond(later: date, earlier: date, years: int) -> bool:
    """More than so many years, and a month of grace for the remainder of an old passport."""
    return later > _months_later(earlier, years * 12 + 1)


def _look(code: str, field: str, sentence: Sentence) -> Finding:
    return Finding(f"authenticity.{code}", Severity.LOOK, sentence, field=field)


def _info(code: str, field: str, sentence: Sentence) -> Finding:
    return Finding(f"authenticity.{code}", Severity.INFO, sentence, Outcome.UNPROVEN, field)
