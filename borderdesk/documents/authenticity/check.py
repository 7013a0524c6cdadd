"""The catalogue of checks, in one call. Genuine documents fail some of them too; each finding says what it proves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from borderdesk.codes import StateKind, state
from borderdesk.dates import PartialDate
from borderdesk.documents.authenticity.data import specimen_names, specimen_numbers
from borderdesk.documents.authenticity.dates import date_findings
from borderdesk.documents.authenticity.national import national_findings
from borderdesk.documents.mrz import DocumentReading
from borderdesk.documents.mrz.layouts import LAYOUTS
from borderdesk.documents.names import compare_names
from borderdesk.documents.numbers import normal_number
from borderdesk.findings import Finding, Outcome, Severity, heaviest_first
from borderdesk.policy import DEFAULT, Policy
from borderdesk.words import Sentence, say


@dataclass(frozen=True, slots=True)
class PrintedFields:
    """What stands in the visual zone, as the officer typed or the inspection system read it; empty where not read."""

    surname: str = ""
    given: str = ""
    number: str = ""
    birth_date: PartialDate | None = None
    expiry_date: PartialDate | None = None


def check_authenticity(
    reading: DocumentReading,
    *,
    today: date,
    policy: Policy = DEFAULT,
    printed: PrintedFields | None = None,
    issued: date | None = None,
    leaves: date | None = None,
) -> tuple[Finding, ...]:
    """Everything a desk can find without a laboratory, heaviest first; the zone's own findings are in the reading.

    `issued` stands only in the visual zone; `leaves` is the intended departure (Schengen Borders Code, art. 6(1)(a)).
    """
    found = [*_specimen(reading), *date_findings(reading, today, policy, issued, leaves)]
    found += national_findings(reading, today)
    if reading.nationality and reading.nationality != reading.issuing_state:
        found.append(_nationality(reading))
    if printed is not None:
        found += _printed(reading, printed)
    return heaviest_first(tuple(found))


def _specimen(reading: DocumentReading) -> list[Finding]:
    issuer = state(reading.issuing_state)
    whole = f"{reading.surname} {reading.given}".strip()
    parts = {reading.surname, reading.given, whole, *reading.surname.split(), *reading.given.split()}
    found: list[Finding] = []
    if issuer is not None and issuer.kind is StateKind.FANTASY:
        found.append(_stop("fantasy", "issuing_state", say("{name} issues fantasy documents.", name=issuer.name)))
    elif issuer is not None and issuer.kind is StateKind.SPECIMEN:
        found.append(_stop("specimen.state", "issuing_state", say("{name} is no country.", name=issuer.name)))
    elif issuer is not None and issuer.kind is StateKind.FORMER:
        sentence = say("{name} no longer exists.", name=issuer.name)
        found.append(Finding("authenticity.former", Severity.LOOK, sentence, field="issuing_state"))
    if {(reading.number, ""), (reading.number, reading.issuing_state)} & specimen_numbers():
        sentence = say("The number {number} stands on published specimens.", number=reading.number)
        found.append(_stop("specimen.number", "number", sentence))
    borne = [specimen_names()[part] for part in parts if part in specimen_names()]
    if borne:
        finding = _stop("specimen.name", "names", say("The name stands on published specimens."))
        # A living person may be called so; with a specimen's State or number beside it there is a weight A anyway.
        found.append(replace(finding, severity=Severity.LOOK, outcome=Outcome.UNPROVEN) if all(borne) else finding)
    return found


def _nationality(reading: DocumentReading) -> Finding:
    holder, issuer = state(reading.nationality), state(reading.issuing_state)
    own_kinds = (StateKind.STATUS, StateKind.ORGANIZATION)
    usual = any(row is not None and row.kind in own_kinds for row in (holder, issuer))
    return Finding(
        "authenticity.nationality",
        Severity.INFO,
        say("The holder is no national of the issuer; that is usual for refugees, the stateless and organizations."),
        Outcome.FINE if usual else Outcome.UNPROVEN,
        field="nationality",
    )


def _printed(reading: DocumentReading, printed: PrintedFields) -> list[Finding]:
    found: list[Finding] = []
    if printed.surname or printed.given:
        layout = LAYOUTS[reading.format]
        zone = "<<".join(part.replace(" ", "<") for part in (reading.surname, reading.given) if part)
        compared = compare_names(printed.surname, printed.given, zone, layout.names[1] - layout.names[0])
        if not compared.match:
            found.append(_stop("printed.name", "names", compared.why))
    if printed.number and normal_number(printed.number) != normal_number(reading.number):
        found.append(_stop("printed.number", "number", say("The printed number is not the one in the zone.")))
    for field, one, other in (
        ("birth_date", printed.birth_date, reading.birth_date),
        ("expiry_date", printed.expiry_date, reading.expiry_date),
    ):
        if one is not None and other is not None and one != other:
            sentence = say("A printed date ({one}) is not the one in the zone ({other}).", one=one.iso, other=other.iso)
            found.append(_stop(f"printed.{field}", field, sentence))
    return found


def _stop(code: str, field: str, sentence: Sentence) -> Finding:
    return Finding(
        f"authenticity.{code}",
        Severity.STOP,
        sentence,
        field=field,
        todo=say("Refer the holder to the second line."),
    )
