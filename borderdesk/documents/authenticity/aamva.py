"""The barcode of North American driving licences: whether its structure and its dates hold together.

AAMVA DL/ID Card Design Standard (2020), annex D. Text as a PDF417 reader gives it. A forger's barcode is often only a
list of fields; a genuine one says where each of its parts begins. That structure alone proves nothing: findings say
look again, never stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import Sentence, say

MOST_CHARACTERS = 8192
MANDATORY = (("DAQ",), ("DCS", "DAA", "DAB"), ("DBB",), ("DBA",))
"""Number, surname (until 2005 in one field with the other names), birth, expiry: one of each."""

_HEADER = re.compile(r"@\n\x1e\r(?:ANSI |AAMVA)(\d{6})(\d{2})(?:(\d{2}))?(\d{2})(?=[A-Z]{2})")
_ENTRY = re.compile(r"([A-Z][A-Z0-9])(\d{4})(\d{4})")
_FIELD = re.compile(r"(?:^|[\n\r])(?:DL|ID|EN)?(D[A-Z]{2}|Z[A-Z]{2})([^\n\r]*)")


@dataclass(frozen=True, slots=True)
class Barcode:
    """What a barcode says, field by field (`DAQ` is the number, `DCS` the surname …), and what is wrong with it.
    `born` is its date of birth, read as the barcode's issuer and version write dates."""

    issuer: str
    fields: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    born: date | None = None


def read_barcode(text: str, today: date) -> Barcode:
    """Read the text of a barcode. Whatever it is, the answer is a Barcode; what is no such text has one finding."""
    head = _HEADER.search(text[:64]) if len(text) <= MOST_CHARACTERS else None
    if head is None:
        return Barcode("", (), (_look("header", say("This is no barcode of a North American licence.")),))
    findings: list[Finding] = []
    version, count = int(head[2]), int(head[4])
    entries = _ENTRY.findall(text, head.end(), head.end() + 10 * count)
    if version == 0 or len(entries) != count:
        findings.append(_look("entries", say("The barcode does not list as many parts as it says.")))
    start = head.start()
    for kind, offset, length in entries:
        at = start + int(offset)
        part = text[at : at + int(length)]
        if not part.startswith(kind) or len(part) != int(length) or not part.endswith("\r"):
            findings.append(_look("offset", say("A part ({kind}) of the barcode is not where it says.", kind=kind)))
    fields = dict(_FIELD.findall(text[head.end() + 10 * len(entries) :]))
    for names in MANDATORY:
        if not any(fields.get(name, "").strip() for name in names):
            sentence = say("The field {name}, which every licence has, is missing.", name=names[0])
            findings.append(_look("field", sentence))
    # Canada, and the standard of 2000 everywhere, write the year first; all others month, day, year.
    read = _dates(fields, findings, year_first=version == 1 or fields.get("DCG", "").strip() == "CAN")
    findings += _order(read, today)
    plain = tuple(sorted((name, value.strip()) for name, value in fields.items()))
    return Barcode(head[1], plain, tuple(findings), read.get("DBB"))


def _dates(fields: dict[str, str], findings: list[Finding], *, year_first: bool) -> dict[str, date]:
    """Birth, issue and expiry, where they are dates."""
    read: dict[str, date] = {}
    for name in ("DBB", "DBD", "DBA"):
        raw = fields.get(name, "").strip()
        if not raw:
            continue
        parts = (raw[:4], raw[4:6], raw[6:]) if year_first else (raw[4:], raw[:2], raw[2:4])
        try:
            read[name] = date(*map(int, parts))
        except ValueError:
            findings.append(_look("date", say("The date {raw} of the field {name} is no date.", raw=raw, name=name)))
    return read


def _order(read: dict[str, date], today: date) -> list[Finding]:
    found: list[Finding] = []
    order = [read[name] for name in ("DBB", "DBD", "DBA") if name in read]
    if order != sorted(order):
        found.append(_look("order", say("Birth, issue and expiry are not in this order.")))
    if "DBD" in read and read["DBD"] > today:
        found.append(_look("issue_future", say("The licence was issued in the future.")))
    if "DBA" in read and read["DBA"] < today:
        found.append(_look("expired", say("The licence has expired.")))
    return found


def _look(code: str, sentence: Sentence) -> Finding:
    return Finding(f"authenticity.aamva.{code}", Severity.LOOK, sentence, Outcome.WRONG)
