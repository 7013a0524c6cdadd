"""Containers (ISO 6346), firearms, and document numbers without a machine readable zone."""

from __future__ import annotations

import re

from stdnum import iso6346

from borderdesk.documents.identifiers.types import TO_DIGITS, IdentifierCheck, capitals, note, wrong
from borderdesk.documents.numbers import look_alike_class, normal_number
from borderdesk.findings import Finding
from borderdesk.words import say

_TO_LETTERS = str.maketrans("01258", "OIZSB")
_NO_SERIAL = frozenset(
    ("NONE", "NSN", "NA", "UNKNOWN", "UNK", "NIL", "NOSERIAL", "NOSERIALNUMBER", "OBLITERATED", "REMOVED")
)


def check_container(value: str) -> IdentifierCheck:
    """Owner of three letters, U, J or Z, six digits, and a check digit over all ten."""
    number = capitals(value)
    if re.fullmatch(r"[A-Z]{3}[JZ][0-9]{6}", number):
        short = note(
            "container.no_digit", say("Detachable equipment and trailers are often marked without check digit.")
        )
        return IdentifierCheck("container", True, number, None, False, (short,))
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", number):
        likely = number[:4].translate(_TO_LETTERS) + number[4:].translate(TO_DIGITS)
        fits = (likely,) if likely != number and re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", likely) else ()
        broken = wrong("container.shape", say("A container has three letters, U, J or Z, and seven digits."), *fits)
        return IdentifierCheck("container", False, number, None, True, (broken,))
    # python-stdnum's digit is right; its own check would also take digits for the owner, and R for the kind.
    digit = iso6346.calc_check_digit(number[:10])
    holds = number[10] == digit
    findings = () if holds else (
        wrong("container.check", say("The last digit should be {digit}.", digit=digit), number[:10] + digit),
    )  # fmt: skip
    return IdentifierCheck("container", holds, number, holds, True, findings)


def check_firearm(value: str, make: str = "", model: str = "", calibre: str = "") -> IdentifierCheck:
    """A serial number. It is not unique: only with make, model and calibre does it point to one firearm."""
    serial = capitals(value)
    findings: list[Finding] = []
    if serial in _NO_SERIAL:
        findings.append(wrong("firearm.none", say("{serial} stands for no serial number.", serial=serial)))
    elif not re.fullmatch(r"[A-Z0-9]{1,20}", serial) or not re.search("[0-9]", serial):
        findings.append(wrong("firearm.shape", say("A serial number has Latin letters and at least one digit.")))
    elif not serial.strip("0"):
        findings.append(wrong("firearm.none", say("{serial} stands for no serial number.", serial=serial)))
    else:
        near = look_alike_class(serial).lstrip("0")
        findings.append(note("firearm.near", say("Leading zeros, O and 0, I and 1 may differ in other records."), near))
        if not (make and model and calibre):
            findings.append(note("firearm.key", say("The serial number is unique only with make, model and calibre.")))
    lawful = not any(finding.code in ("identifier.firearm.none", "identifier.firearm.shape") for finding in findings)
    about = tuple(capitals(text) for text in (make, model, calibre))
    return IdentifierCheck("firearm", lawful, serial, None, False, tuple(findings), about)


def check_document(value: str) -> IdentifierCheck:
    """The number of a document, as typed: its normal form, and a warning where nothing is left of it."""
    number = normal_number(value)
    lawful = 1 <= len(number) <= 30
    findings = () if lawful else (wrong("document.shape", say("This is no document number.")),)
    return IdentifierCheck("document", lawful, number, None, False, findings)
