"""What the two state fields say: known, known under another code, new, or misread."""

from __future__ import annotations

from functools import lru_cache

from borderdesk.codes import StateKind, state
from borderdesk.documents.checks import FILLER
from borderdesk.documents.mrz import say_findings as report
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
    return found


def _check(field: str, raw: str, beside: str) -> tuple[Finding, ...]:
    code = raw.rstrip(FILLER)
    if not code and field == "nationality":
        return (report.no_nationality(),)
    if code.startswith(FILLER) and _is_code(code.strip(FILLER)):
        return (report.not_icao(field, code.strip(FILLER)),)
    if not code.isalpha():
        return (report.state_characters(field, code, look_alike_states(raw)),)
    known = state(code)
    if known is None or known.code != code:
        if len(code) == 3 and (code in SEEN_ELSEWHERE or known is not None):
            return (report.not_icao(field, code),)
        fits = look_alike_states(raw, beside)
        if fits or len(code) < 3:
            return (report.misread_state(field, code, fits or ("",)),)
        return (report.unknown_state(field, code),)
    if known.kind is StateKind.SPECIMEN or known.kind is StateKind.FANTASY:
        return (report.no_such_issuer(field, known),)
    return ()


def _is_code(code: str) -> bool:
    known = state(code)
    return known is not None and known.code == code


@lru_cache(maxsize=4096)
def look_alike_states(raw: str, beside: str = "") -> tuple[str, ...]:
    """Known codes, with filler, that one misread character (or every digit read for a letter) makes of `raw`.

    `beside` is the other state field: most often both say the same, so a code one character from it was misread.
    """
    if beside and _is_code(beside.rstrip(FILLER)) and sum(a != b for a, b in zip(raw, beside, strict=True)) == 1:
        return (beside,)
    digits = [at for at, c in enumerate(raw) if c.isdigit()]
    spellings = {raw} if digits else {other for at in range(len(raw)) for other in _respelled(raw, at)}
    for at in digits:
        spellings = {other for spelling in spellings for other in _respelled(spelling, at)}
    found = set()
    for spelling in spellings:
        code = spelling.rstrip(FILLER)
        if FILLER not in code and _is_code(code):
            found.add(spelling)
    return tuple(sorted(found))


def _respelled(raw: str, at: int) -> list[str]:
    return [raw[:at] + twin + raw[at + 1 :] for twin in _TWINS.get(raw[at], "") if not twin.isdigit()]
