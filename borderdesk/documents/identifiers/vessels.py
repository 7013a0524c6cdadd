"""Vessels: IMO numbers of ships and companies (IMO resolution A.1117(30)), MMSI (ITU-R M.585-9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from stdnum import imo

from borderdesk.codes import state
from borderdesk.documents.identifiers.types import TO_DIGITS, IdentifierCheck, capitals, note, wrong
from borderdesk.findings import Finding, Severity
from borderdesk.words import Sentence, say

_COMPANY_WEIGHTS = (8, 6, 4, 2, 9, 7)


def company_check_digit(number: str) -> str:
    """The seventh digit of an IMO company or owner number, from its first six."""
    total = sum(weight * int(digit) for weight, digit in zip(_COMPANY_WEIGHTS, number[:6], strict=True))
    return str((11 - total % 11) % 10)


def check_imo(value: str) -> IdentifierCheck:
    """A ship's IMO number: seven digits, the last checks the six before it."""
    return _imo("imo", value, imo.calc_check_digit, company_check_digit)


def check_imo_company(value: str) -> IdentifierCheck:
    """A company's IMO number: seven digits, by other weights than a ship's."""
    return _imo("imo_company", value, company_check_digit, imo.calc_check_digit)


def _imo(kind: str, value: str, own: Callable[[str], str], other: Callable[[str], str]) -> IdentifierCheck:
    number = re.sub(r"^(COMPANY)?(IMO)?(NO|NR|NUMBER)?(?=\d|$)", "", capitals(value))
    if not re.fullmatch(r"[0-9]{7}", number):
        likely = number.translate(TO_DIGITS)
        read = (likely,) if re.fullmatch(r"[0-9]{7}", likely) and likely[6] == own(likely[:6]) else ()
        broken = wrong(f"{kind}.shape", say("An IMO number has seven digits."), *read)
        return IdentifierCheck(kind, False, number, None, True, (broken,))
    digit, foreign = (rule(number[:6]) for rule in (own, other))
    holds = number[6] == digit
    findings: list[Finding] = []
    if not number.strip("0"):
        findings.append(wrong(f"{kind}.placeholder", say("Seven zeros stand for no number.")))
        return IdentifierCheck(kind, False, number, holds, True, tuple(findings))
    if not holds:
        fits = number[:6] + digit
        findings.append(wrong(f"{kind}.check", say("The last digit should be {digit}.", digit=digit), fits))
        if number[6] == foreign:
            findings.append(note(f"{kind}.other_series", say("The number fits the other series (ship or company).")))
    return IdentifierCheck(kind, holds, number, holds, True, tuple(findings))


_SHAPES: tuple[tuple[str, Sentence], ...] = (
    (r"970\d{6}", say("search and rescue transmitter")),
    (r"972\d{6}", say("man overboard device")),
    (r"974\d{6}", say("emergency beacon")),
    (r"111(\d{3})\d{3}", say("search and rescue aircraft")),
    (r"99(\d{3})\d{4}", say("aid to navigation")),
    (r"98(\d{3})\d{4}", say("craft of a parent ship")),
    (r"8(\d{3})\d{5}", say("handheld radio")),
    (r"00(\d{3})\d{4}", say("coast station")),
    (r"0(\d{3})\d{5}", say("group of ships")),
    (r"([2-7]\d\d)\d{6}", say("ship")),
)


def check_mmsi(value: str) -> IdentifierCheck:
    """Nine digits that say what kind of station it is and, but for beacons, its flag."""
    number = re.sub(r"^MMSI(?=\d|$)", "", capitals(value))
    for shape, what in _SHAPES:
        found = re.fullmatch(shape, number, re.ASCII)
        if not found:
            continue
        mid = found.group(1) if found.groups() else ""
        if mid and not 201 <= int(mid) <= 775:
            continue
        findings = [note("mmsi.station", say("This is a number of a {what}.", what=what))]
        if mid:
            flag = state(_mids().get(mid, "-"))
            findings.append(
                note("mmsi.flag", say("Its flag is {flag}.", flag=flag.name), flag.code)
                if flag
                else note("mmsi.flag_unknown", say("The flag {mid} is in no table.", mid=mid), severity=Severity.LOOK)
            )
        return IdentifierCheck("mmsi", True, number, None, False, tuple(findings))
    broken = wrong("mmsi.shape", say("An MMSI has nine digits, with a flag from 201 to 775 where it has one."))
    return IdentifierCheck("mmsi", False, number, None, False, (broken,))


@cache
def _mids() -> MappingProxyType[str, str]:
    text = files("borderdesk.documents.identifiers").joinpath("mids.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({row[0]: row[1] for row in rows})
