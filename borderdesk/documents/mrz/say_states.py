"""Findings on the two state fields of a zone."""

from __future__ import annotations

from borderdesk.codes import State
from borderdesk.documents.mrz.say_findings import FIELD_NAMES, LOOK_AT_PAPER
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import say


def state_characters(field: str, code: str, fits: tuple[str, ...]) -> Finding:
    """A state code holds something other than letters."""
    return Finding(
        "mrz.state.character",
        Severity.LOOK,
        say("The {field} {code} is no code of letters.", field=FIELD_NAMES[field], code=code or "<<<"),
        field=field,
        fits=fits,
        todo=LOOK_AT_PAPER,
    )


def unfinished_state(field: str, code: str) -> Finding:
    """Fewer than three letters, and none of the shorter codes that documents carry."""
    return Finding(
        "mrz.state.short",
        Severity.LOOK,
        say("The {field} {code} is no code: a letter may have been read as '<'.", field=FIELD_NAMES[field], code=code),
        field=field,
        todo=LOOK_AT_PAPER,
    )


def one_letter_apart(code: str, other: str) -> Finding:
    """Issuing state and nationality are known codes that differ in one letter: possible, but rare."""
    return Finding(
        "mrz.state.one_letter_apart",
        Severity.INFO,
        say("Issuing state {code} and nationality {other} differ in one letter only.", code=code, other=other),
        Outcome.UNPROVEN,
        field="nationality",
        fits=(code, other),
    )


def misread_state(field: str, code: str, fits: tuple[str, ...]) -> Finding:
    """The code is unknown, but looks like a known one."""
    return Finding(
        "mrz.state.misread",
        Severity.LOOK,
        say("The {field} {code} is unknown; {fits} looks like it.", field=FIELD_NAMES[field], code=code, fits=fits[0]),
        field=field,
        fits=fits,
        todo=LOOK_AT_PAPER,
    )


def unknown_state(field: str, code: str) -> Finding:
    """The code is in no table: it may be new."""
    return Finding(
        "mrz.state.unknown",
        Severity.INFO,
        say("The {field} {code} is in no table of this program; it may be new.", field=FIELD_NAMES[field], code=code),
        Outcome.UNPROVEN,
        field=field,
    )


def no_nationality() -> Finding:
    """The nationality is filler only."""
    return _NO_NATIONALITY


_NO_NATIONALITY = Finding(
    "mrz.state.no_nationality",
    Severity.LOOK,
    say("The zone says no nationality."),
    Outcome.UNPROVEN,
    field="nationality",
)


def not_icao(field: str, code: str) -> Finding:
    """The code is known from documents, but not ICAO's."""
    return Finding(
        "mrz.state.not_icao",
        Severity.INFO,
        say("The {field} {code} is not ICAO's code, but documents carry it.", field=FIELD_NAMES[field], code=code),
        Outcome.UNPROVEN,
        field=field,
    )


def no_such_issuer(field: str, issuer: State) -> Finding:
    """Utopia, or an organization whose papers no state recognises."""
    return Finding(
        "mrz.state.no_issuer",
        Severity.STOP,
        say("{name} issues no document that a state recognises.", name=issuer.name),
        Outcome.UNPROVEN,
        field=field,
        todo=say("Refer the holder; this is a specimen or a fantasy document."),
    )
