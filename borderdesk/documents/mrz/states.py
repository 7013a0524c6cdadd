"""What the two state fields say: known, known under another code, new, or misread."""

from __future__ import annotations

from functools import lru_cache

from borderdesk.codes import StateKind, state, state_aliases
from borderdesk.documents.checks import FILLER
from borderdesk.documents.mrz import say_states as report
from borderdesk.documents.numbers import LOOK_ALIKES
from borderdesk.findings import Finding

SEEN_ELSEWHERE = frozenset({"XXK", "RSL", "INP", "DEU", "BOS", "WSA", "TRC"})
"""Codes that no table of ICAO's holds but that issued documents carry."""

_TWINS = {c: group.replace(c, "") for group in (*LOOK_ALIKES, "<K") for c in group}


@lru_cache(maxsize=4096)
def check_states(issuing: str, nationality: str) -> tuple[Finding, ...]:
    """Findings on both fields; each is three characters with filler, nationality may be empty."""
    found = _check("issuing_state", issuing, nationality)
    if nationality:
        found += _check("nationality", nationality, issuing)
        if not found and _differ(issuing, nationality) == 1 and nationality not in state_aliases(issuing):
            found = (report.one_letter_apart(issuing, nationality),)
    return found


def _check(field: str, raw: str, beside: str) -> tuple[Finding, ...]:
    code = raw.strip(FILLER)
    if not code and field == "nationality":
        return (report.no_nationality(),)
    if not code.isalpha():
        return (report.state_characters(field, code, look_alike_states(raw)),)
    known = state(code)
    if known is not None and known.code == raw.rstrip(FILLER):
        if known.kind is StateKind.SPECIMEN or known.kind is StateKind.FANTASY:
            return (report.no_such_issuer(field, known),)
        return ()
    if len(code) == 3 and (known is not None or code in SEEN_ELSEWHERE):
        return (report.not_icao(field, code),)
    if fits := look_alike_states(raw, beside):
        return (report.misread_state(field, code, fits),)
    if known is not None:
        # Two letters of ISO, or a code at the right of its field, as old cards print it.
        return (report.not_icao(field, code),)
    return (report.unfinished_state(field, code) if len(code) < 3 else report.unknown_state(field, code),)


def _is_code(code: str) -> bool:
    known = state(code)
    return known is not None and known.code == code


def _differ(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _one_error_apart(raw: str, beside: str) -> bool:
    """One letter other, or two neighbours changed round."""
    return _differ(raw, beside) == 1 or raw in (beside[1] + beside[0] + beside[2], beside[0] + beside[2] + beside[1])


@lru_cache(maxsize=4096)
def look_alike_states(raw: str, beside: str = "") -> tuple[str, ...]:
    """Known codes, with filler, that one misread character (or every digit read for a letter) makes of `raw`.

    `beside` is the other state field: most often both say the same, so a code one error from it was misread.
    """
    stated = beside.rstrip(FILLER)
    likely = stated and (_is_code(stated) or stated in SEEN_ELSEWHERE) and _one_error_apart(raw, beside)
    digits = [at for at, c in enumerate(raw) if c.isdigit()]
    spellings = {raw} if digits else {other for at in range(len(raw)) for other in _respelled(raw, at)}
    for at in digits:
        spellings = {other for spelling in spellings for other in _respelled(spelling, at)}
    found = set()
    for spelling in spellings:
        code = spelling.rstrip(FILLER)
        if FILLER not in code and (_is_code(code) or (digits and code in SEEN_ELSEWHERE)):
            found.add(spelling)
    return tuple(sorted(found)) if not likely else (beside, *sorted(found - {beside}))


def _respelled(raw: str, at: int) -> list[str]:
    return [raw[:at] + twin + raw[at + 1 :] for twin in _TWINS.get(raw[at], "") if not twin.isdigit()]
