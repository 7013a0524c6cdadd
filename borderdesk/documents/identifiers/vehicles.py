"""Vehicle identification numbers (ISO 3779) and number plates."""

from __future__ import annotations

import re

from vininfo import Vin

from borderdesk.documents.identifiers.types import IdentifierCheck, capitals, note, wrong
from borderdesk.findings import Finding
from borderdesk.words import say

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
_NEVER = str.maketrans("IOQ", "100")
_REGIONS_WITH_CHECK = frozenset("12345L")
"""First characters of North America (49 CFR 565) and China (GB 16735), where the check digit is law."""


def vin_check_digit(vin: str) -> str:
    """The character that belongs in position 9 of 17 lawful characters."""
    remainder = sum(weight * _VALUES[c] for weight, c in zip(_WEIGHTS, vin, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def check_vin(value: str) -> IdentifierCheck:
    """17 characters of A-Z and 0-9 without I, O, Q; position 9 checks the others where the region demands it."""
    vin = capitals(value)
    mandatory = vin[:1] in _REGIONS_WITH_CHECK
    findings: list[Finding] = []
    if len(vin) != 17:
        findings.append(wrong("vin.length", say("A VIN has 17 characters, not {count}.", count=len(vin))))
    if set(vin) & set("IOQ"):
        findings.append(
            wrong("vin.character", say("A VIN never has I, O or Q; they are 1 and 0."), vin.translate(_NEVER))
        )
    elif any(c not in _VALUES for c in vin):
        findings.append(wrong("vin.character", say("A VIN has only A to Z and 0 to 9.")))
    if findings:
        return IdentifierCheck("vin", False, vin, None, mandatory, tuple(findings))
    digit = vin_check_digit(vin)
    holds = vin[8] == digit
    if not holds and mandatory:
        findings.append(
            wrong("vin.check", say("Position 9 should be {digit}.", digit=digit), vin[:8] + digit + vin[9:])
        )
    elif not holds:
        findings.append(
            note("vin.check_optional", say("Position 9 is no check digit; the region does not ask for it."))
        )
    if vin[9] in "UZ0" and mandatory and vin[0] != "L":
        findings.append(note("vin.year", say("Position 10 stands for no model year.")))
    maker = Vin(vin)
    if maker.country:
        findings.append(
            note("vin.maker", say("{maker}, {country}", maker=str(maker.manufacturer), country=maker.country))
        )
    return IdentifierCheck("vin", holds or not mandatory, vin, holds, mandatory, tuple(findings))


def check_plate(value: str, country: str = "") -> IdentifierCheck:
    """A plate's normal form: capitals and digits. The gap is kept in a finding, since B-MW 1 is not BM-W 1.

    Two countries may issue the same plate: where `country` is given, it is part of the key.
    """
    plate = capitals(value)
    findings: list[Finding] = []
    lawful = bool(re.fullmatch(r"\w{1,12}", plate)) and any(c.isascii() for c in plate)
    if not lawful:
        findings.append(wrong("plate.characters", say("This is no number plate.")))
    parts = [capitals(part) for part in re.split(r"[^\w]+", value.strip()) if capitals(part)]
    if len(parts) > 1:
        findings.append(
            note("plate.gap", say("Without its gap the plate may be another one; compare both."), "-".join(parts))
        )
    return IdentifierCheck("plate", lawful, plate, None, False, tuple(findings), (capitals(country),))
