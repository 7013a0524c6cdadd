"""Findings on the dates of a zone."""

from __future__ import annotations

from borderdesk.dates import PartialDate
from borderdesk.documents.mrz.say_findings import FIELD_NAMES, LOOK_AT_PAPER
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import say


def century(field: str, chosen: PartialDate | None, other: PartialDate) -> Finding:
    """Another century is possible."""
    return Finding(
        "mrz.date.century",
        Severity.INFO,
        say(
            "The zone does not say the century: the {field} is taken as {chosen}, but could be {other}.",
            field=FIELD_NAMES[field],
            chosen=chosen.iso if chosen else "",
            other=other.iso,
        ),
        Outcome.UNPROVEN,
        field=field,
        fits=(other.iso,),
    )


def no_date(field: str, raw: str) -> Finding:
    """The digits are in no calendar."""
    return Finding(
        "mrz.date.calendar",
        Severity.LOOK,
        say("The {field} {raw} is no date of the calendar.", field=FIELD_NAMES[field], raw=raw),
        field=field,
        todo=LOOK_AT_PAPER,
    )


def no_digits(field: str, raw: str) -> Finding:
    """A letter stands in a date; its check digit may hold all the same."""
    return Finding(
        "mrz.date.character",
        Severity.LOOK,
        say("The {field} {raw} holds something other than digits.", field=FIELD_NAMES[field], raw=raw),
        field=field,
        todo=LOOK_AT_PAPER,
    )


def unknown_parts(field: str, read: PartialDate | None) -> Finding:
    """Parts of the date are filler: unknown (ICAO Doc 9303-3, 4.8)."""
    return Finding(
        "mrz.date.unknown_parts",
        Severity.INFO,
        say("The {field} is known only in part: {known}.", field=FIELD_NAMES[field], known=read.iso if read else "-"),
        Outcome.FINE,
        field=field,
    )
