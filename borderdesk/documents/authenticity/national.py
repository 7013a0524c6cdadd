"""A personal number in the zone against birth and sex in the same zone: forgers change one and forget the other."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from stdnum.exceptions import ValidationError

from borderdesk.documents.authenticity.data import NationalNumber, national_numbers, number_shapes
from borderdesk.documents.mrz import DocumentReading
from borderdesk.documents.mrz.dates import read_birth
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import Sentence, say


def national_findings(reading: DocumentReading, today: date) -> list[Finding]:
    """Findings by the issuing State's own rules."""
    found: list[Finding] = []
    for rule in national_numbers().get(reading.issuing_state, ()):
        for entry in reading.optional:
            number = entry.replace("<", "")
            if rule.pattern.fullmatch(number):
                found += _personal_number(rule, number, reading)
    shape = number_shapes().get((reading.issuing_state, reading.document_code[:1]))
    if shape is not None and reading.number and not shape.fullmatch(reading.number):
        found.append(
            Finding(
                "authenticity.number.shape",
                Severity.INFO,
                say("The number {number} is not of the issuer's known shape.", number=reading.number),
                Outcome.UNPROVEN,
                field="number",
            )
        )
    if reading.document_code == "PN" and reading.issuing_state == "RUS":
        found += _russian_issue(reading, today)
    return found


def _personal_number(rule: NationalNumber, number: str, reading: DocumentReading) -> list[Finding]:
    module = import_module(f"stdnum.{rule.module}")
    try:
        module.validate(number)
    except ValidationError:
        sentence = say("The {name} {number} breaks its own rule.", name=rule.name, number=number)
        return [_look("national.check", sentence)] if rule.sure else []
    found: list[Finding] = []
    born = _ask(module, "get_birth_date", number)
    if isinstance(born, date) and reading.birth_date and reading.birth_date.is_whole:
        printed = reading.birth_date
        if (born.month, born.day, born.year % 100) != (printed.month, printed.day, printed.year % 100):
            found.append(
                _look(
                    "national.birth",
                    say("The {name} was given to somebody born {born}.", name=rule.name, born=born.isoformat()),
                    born.isoformat(),
                )
            )
    sex = _ask(module, "get_gender", number) or _sex(rule, number)
    if sex in ("M", "F") and reading.sex in ("M", "F") and sex != reading.sex:
        found.append(_look("national.sex", say("The {name} was given to the other sex.", name=rule.name), sex))
    return found


def _sex(rule: NationalNumber, number: str) -> str:
    """What the number says of the sex where its module does not."""
    if rule.sex == "month":
        return "F" if int(number[2:4]) > 50 else "M"
    if not rule.sex:
        return ""
    place, men = rule.sex.split()
    return "M" if (int(number[int(place)]) % 2 == 1) is (men == "odd") else "F"


def _ask(module: object, question: str, number: str) -> object:
    answer = getattr(module, question, None)
    if answer is None:
        return None
    try:
        return answer(number)
    except ValidationError:
        return None


def _russian_issue(reading: DocumentReading, today: date) -> list[Finding]:
    """Optional data of Russian internal passports: last digit of the series, date of issue, code of the office."""
    raw = reading.optional[0][1:7] if reading.optional else ""
    issued = read_birth(raw, today).date if len(raw) == 6 and raw.isdigit() else None
    if issued is None:
        return [_look("rus.issue", say("The optional data does not hold a date of issue."))]
    if reading.birth_date and issued.year < reading.birth_date.year + 14:
        return [_look("rus.issue_age", say("The passport was issued before its holder was 14."))]
    return []


def _look(code: str, sentence: Sentence, *fits: str) -> Finding:
    return Finding(f"authenticity.{code}", Severity.LOOK, sentence, field="optional", fits=fits)
