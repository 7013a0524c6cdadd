"""What reading a machine readable zone gives."""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.dates import PartialDate
from borderdesk.documents.mrz.layouts import Format
from borderdesk.findings import Finding


@dataclass(frozen=True, slots=True)
class Change:
    """One character of a repair: `line` and `column` count from 0; `scanned` was read, `suggested` would fit."""

    line: int
    column: int
    field: str
    scanned: str
    suggested: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One reading that would fit better than what was scanned. Always a suggestion: an officer looks at the paper.

    Where a reading has exactly one repair, that one fits and no other does; where it has several, ask.
    """

    lines: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A machine readable zone, field by field as it was scanned, and everything that is wrong with it.

    `surname` and `given` are in MRZ letters with blanks for filler; a person with one name has it in `given` where the
    surname is empty in the zone, else in `surname`. `name_truncated` says that the name field ends in a letter, so that
    the last part may be only a beginning (ICAO Doc 9303-3, 4.6). `number` is without filler and, where it is long,
    whole. `issuing_state` and `nationality` are ICAO letters without filler. `sex` is the character of the zone: `M`,
    `F`, `<` for unspecified, or whatever else stands there. Dates are resolved to a century beside what is printed
    (`…_raw`, six characters); they are None where nothing is known or what is printed is no date. `optional` has one
    entry per optional field of the format, without trailing filler.

    `failed_checks` names check digits that are wrong: number, birth_date, expiry_date, optional, composite. `valid` is
    true where every check digit holds and every field obeys the format; whether the document is genuine, expired or
    wanted is another question. `lines` are the lines as understood, `repairs` what might have been meant.
    """

    format: Format
    document_code: str
    surname: str
    given: str
    name_truncated: bool
    number: str
    issuing_state: str
    nationality: str
    birth_date: PartialDate | None
    birth_date_raw: str
    sex: str
    expiry_date: PartialDate | None
    expiry_date_raw: str
    optional: tuple[str, ...]
    failed_checks: tuple[str, ...]
    valid: bool
    findings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    lines: tuple[str, ...]
