"""Findings on how the lines arrived, not on what they say."""

from __future__ import annotations

from functools import lru_cache

from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import say

_LOOK_AT_PAPER = say("Compare the scanned characters with the paper, and scan again.")


@lru_cache(maxsize=16)
def keyboard(name: str) -> Finding:
    """The text came through the keyboard of another language; letters that no check digit covers may be swapped."""
    return Finding(
        "mrz.delivery.keyboard",
        Severity.LOOK,
        say(
            "The scanner's keyboard is set to another language ({name}); letters of the names may be wrong.", name=name
        ),
        Outcome.UNPROVEN,
        todo=say("Set the scanner and the desk to the same keyboard."),
    )


def unread(count: int) -> Finding:
    """Characters that no zone has."""
    return Finding(
        "mrz.delivery.unread",
        Severity.LOOK,
        say("{count} characters of the zone were not readable.", count=count),
        todo=_LOOK_AT_PAPER,
    )


def missing_lines(count: int) -> Finding:
    """Upper lines were not read."""
    return Finding(
        "mrz.delivery.missing_lines",
        Severity.LOOK,
        say("{count} upper lines of the zone were not read.", count=count),
        todo=_LOOK_AT_PAPER,
    )


def rearranged() -> Finding:
    """Lines were joined, split, swapped, cut or padded to make a zone."""
    return _REARRANGED


_REARRANGED = Finding(
    "mrz.delivery.rearranged",
    Severity.INFO,
    say("The lines did not arrive as printed; they were put in order by their check digits."),
    Outcome.FINE,
)


def uneven() -> Finding:
    """A line came a little too short or too long; filler was added or dropped at its end."""
    return _UNEVEN


_UNEVEN = Finding(
    "mrz.delivery.uneven",
    Severity.INFO,
    say("A line did not come in its full length: besides filler, a character may be missing or doubled."),
    Outcome.UNPROVEN,
)


def edited(count: int) -> Finding:
    """The check digits hold only with one character put in or taken out; `count` places are possible."""
    return Finding(
        "mrz.delivery.edited",
        Severity.LOOK,
        say("A character was lost or doubled; the check digits hold in {count} way(s).", count=count),
        todo=_LOOK_AT_PAPER,
    )
