"""Lines of the right shape into fields and findings. The one place that knows what each field may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from borderdesk.documents.checks import FILLER, values, weighted
from borderdesk.documents.mrz import say_dates, say_names
from borderdesk.documents.mrz import say_findings as report
from borderdesk.documents.mrz.dates import DateShape, ReadDate, read_birth, read_expiry
from borderdesk.documents.mrz.layouts import NOWHERE, Format, Layout, Span
from borderdesk.documents.mrz.states import check_states
from borderdesk.documents.mrz.types import DocumentReading
from borderdesk.findings import Finding, Outcome

_SWISS_NUMBER = re.compile("[A-Z]{3}[0-9]{3}[A-Z]<<").fullmatch
_LETTERS_ONLY = re.compile(r"[A-Z<]*").fullmatch


@dataclass(frozen=True, slots=True)
class _Number:
    text: str
    right: bool
    expected: int | None
    optional: str
    findings: tuple[Finding, ...] = ()


def decode(layout: Layout, body: str, today: date) -> DocumentReading:
    """Read `body`, the joined lines, by `layout`. `body` has exactly the layout's size, in MRZ characters."""
    numbers = values(body)
    findings: list[Finding] = []
    failed: list[str] = []

    code = body[layout.code[0] : layout.code[1]].rstrip(FILLER)
    state_raw = body[layout.state[0] : layout.state[1]]
    nationality_raw = body[layout.nationality[0] : layout.nationality[1]]
    names_raw = body[layout.names[0] : layout.names[1]]
    if code[:1] not in layout.codes or not code or (layout.icao and not code[-1].isalpha()):
        findings.append(report.document_code(code, layout))
    elif len(code) == 2 and layout.format is Format.TD3 and code not in report.CODES_2026 and code != "PN":
        findings.append(report.second_letter(code))
    else:
        findings += report.second_twin(code)
    findings += check_states(state_raw, nationality_raw)

    surname, given, name_findings = _names(layout, body, code)
    if name_findings:
        findings += name_findings
    truncated = names_raw[-1:].isalpha() or bool(layout.given and body[layout.given[1] - 1].isalpha())
    if truncated:
        findings.append(say_names.truncated())

    number = _number(layout, body, numbers)
    if number.findings:
        findings += number.findings
    if not number.right:
        failed.append("number")
        findings.append(report.check("number", body[layout.number_check or 0], number.expected))

    birth_raw = body[layout.birth[0] : layout.birth[1]]
    birth = read_birth(birth_raw, today) if birth_raw else ReadDate(DateShape.UNKNOWN)
    if birth_raw:
        _date_findings("birth_date", birth_raw, birth, findings)
        if layout.birth_check is not None and not _holds(numbers, body, layout.birth, layout.birth_check):
            failed.append("birth_date")
            findings.append(_wrong(numbers, body, "birth_date", layout.birth, layout.birth_check))

    sex = body[layout.sex] if layout.sex is not None else FILLER
    if sex not in "MF<":
        findings.append(report.sex(sex))

    expiry_raw = body[layout.expiry[0] : layout.expiry[1]]
    expiry = ReadDate(DateShape.UNKNOWN)
    if expiry_raw:
        expiry = read_expiry(expiry_raw, birth.date.year if birth.date else 0)
        _date_findings("expiry_date", expiry_raw, expiry, findings)
        at = layout.expiry_check
        # Russia and Moldova print no expiry for some holders, and then no check digit either.
        empty = expiry_raw == "<<<<<<" and at is not None and body[at] == FILLER
        if at is not None and not empty and not _holds(numbers, body, layout.expiry, at):
            failed.append("expiry_date")
            findings.append(_wrong(numbers, body, "expiry_date", layout.expiry, at))

    optional = tuple(
        [number.optional, *[body[a:b].rstrip(FILLER) for a, b in layout.optional[1:]]] if layout.optional else []
    )
    if layout.optional_check is not None and not _optional_holds(layout, numbers, body):
        failed.append("optional")
        findings.append(_wrong(numbers, body, "optional", layout.optional[0], layout.optional_check))
    for (start, stop), entry in zip(layout.optional, optional, strict=True):
        if "<K<" in entry or "<<K" in entry:
            findings.append(say_names.lone_filler("optional"))
        elif entry and not entry.isdigit():
            findings += report.blind_optional(body[start:stop], layout.composite_check is not None)

    at = layout.composite_check
    if at is not None:
        expected = weighted(b"".join([numbers[a:b] for a, b in layout.composite]))
        if body[at] != str(expected):
            failed.append("composite")
            findings.append(report.check("composite", body[at], expected, others_hold=not failed[:-1]))

    valid = not failed
    if findings and valid:
        valid = not any(finding.outcome is Outcome.WRONG for finding in findings)
    return DocumentReading(
        format=layout.format,
        document_code=code,
        surname=surname,
        given=given,
        name_truncated=truncated,
        number=number.text,
        issuing_state=state_raw.strip(FILLER),
        nationality=nationality_raw.strip(FILLER),
        birth_date=birth.date,
        birth_date_raw=birth_raw,
        sex=sex,
        expiry_date=expiry.date,
        expiry_date_raw=expiry_raw,
        optional=optional,
        failed_checks=tuple(failed),
        valid=valid,
        findings=tuple(findings),
        repairs=(),
        lines=layout.split(body),
    )


def _holds(numbers: bytes, body: str, span: Span, at: int) -> bool:
    return body[at] == "0123456789"[weighted(numbers[span[0] : span[1]])]


def _wrong(numbers: bytes, body: str, field: str, span: Span, at: int) -> Finding:
    return report.check(field, body[at], weighted(numbers[span[0] : span[1]]))


def _optional_holds(layout: Layout, numbers: bytes, body: str) -> bool:
    at = layout.optional_check
    span = layout.optional[0]
    if at is None:
        return True
    if body[at] == FILLER:
        # Doc 9303-4, 4.2.2: an empty personal number may have filler for its check digit.
        return not body[span[0] : span[1]].rstrip(FILLER)
    return _holds(numbers, body, span, at)


def _names(layout: Layout, body: str, code: str) -> tuple[str, str, list[Finding]]:
    raw = body[layout.names[0] : layout.names[1]]
    findings: list[Finding] = []
    if layout.names == NOWHERE:
        return "", "", findings
    lawful = raw if layout.given is None else raw + body[layout.given[0] : layout.given[1]]
    if not _LETTERS_ONLY(lawful):
        # Other States use PN too; only Russia's internal passports write digits for Cyrillic letters.
        if code == "PN" and body[layout.state[0] : layout.state[1]] == "RUS":
            findings.append(say_names.cyrillic_digits())
        else:
            findings.append(say_names.name_characters(lawful))
    if layout.given is not None:
        surname = " ".join(filter(None, raw.split(FILLER)))
        first = body[layout.given[0] : layout.given[1]]
        given = " ".join(filter(None, first.split(FILLER)))
        if "<<K<" in raw or "<<K<" in first:
            findings.append(say_names.lone_filler("names"))
        elif "K" in lawful:
            findings += [*say_names.kept_filler(surname), *say_names.kept_filler(given)]
    else:
        surname, parted, rest = raw.rstrip(FILLER).partition("<<")
        surname = surname.strip(FILLER).replace(FILLER, " ")
        given = rest.strip(FILLER)
        if (rest and rest[0] == FILLER and surname) or (raw[0] == FILLER and raw[1] != FILLER):
            findings.append(say_names.filler_in_names())
        if "<<" in given:
            findings.append(say_names.more_separators(given))
            given = " ".join(filter(None, given.split(FILLER)))
        else:
            given = given.replace(FILLER, " ")
        if (given or surname)[-1:] == "K" or "K<" in raw:
            findings += say_names.kept_filler(f"{surname} {given}".strip())
        if not given and not parted and layout.names[1] - layout.names[0] > 10:
            findings.append(say_names.no_given(surname))
    if not surname and not given:
        findings.append(say_names.no_name())
    elif not surname:
        findings.append(say_names.no_surname())
    return surname, given, findings


def _number(layout: Layout, body: str, numbers: bytes) -> _Number:
    first, last = layout.number
    at = layout.number_check
    field = body[first:last]
    text = field.rstrip(FILLER)
    if FILLER in text:
        text = text.replace(FILLER, "")
    optional = body[layout.optional[0][0] : layout.optional[0][1]].rstrip(FILLER) if layout.optional else ""
    if at is None:
        said: tuple[Finding, ...] = ()
        if layout.format is Format.CHE_DL and not _SWISS_NUMBER(field):
            said = (report.number_shape(text),)
        elif layout.format is Format.NLD_DL:
            said = report.digits_only(text)
        return _Number(text, True, None, optional, said)
    covers = layout.number_covers or layout.number
    expected = weighted(numbers[covers[0] : covers[1]])
    if body[at] == "0123456789"[expected]:
        said = _number_findings(text, field)
        if layout.format is Format.FRA_ID:
            said += report.french_number(text)
        return _Number(text, True, expected, optional, said)
    if body[at] == FILLER and layout.long_number and optional and optional[0] != FILLER:
        return _long_number(field, layout, body, numbers)
    return _Number(text, False, expected, optional)


def _number_findings(text: str, field: str) -> tuple[Finding, ...]:
    if not text:
        return (report.no_number(),)
    if field[0] == FILLER:
        return (report.leading_filler(),)
    if text != field.rstrip(FILLER) or field[0] in "016" or any(c in field for c in "KULGQ"):
        return report.blind_number(field)
    return ()


def _long_number(field: str, layout: Layout, body: str, numbers: bytes) -> _Number:
    """The number goes on in the optional field: rest, check digit, filler (Doc 9303-5 and -6, 4.2.2)."""
    span = layout.optional[0]
    held = body[span[0] : span[1]]
    ends = held.find(FILLER)
    overflow = held if ends < 0 else held[:ends]
    rest, digit = overflow[:-1], overflow[-1]
    start, stop = layout.number
    tail = numbers[span[0] : span[0] + len(rest)]
    plain = weighted(numbers[start:stop] + tail)
    text = field.replace(FILLER, "") + rest
    optional = held[len(overflow) + 1 :].strip(FILLER) if ends >= 0 else ""
    if digit == str(plain):
        return _Number(
            text, bool(rest), plain, optional, (report.overflow(text, counted=False), *report.blind_number(text))
        )
    if digit == str(weighted(numbers[start : stop + 1] + tail)):
        return _Number(
            text, bool(rest), plain, optional, (report.overflow(text, counted=True), *report.blind_number(text))
        )
    return _Number(text, False, plain, optional)


def _date_findings(field: str, raw: str, read: ReadDate, findings: list[Finding]) -> None:
    shape = read.shape
    if shape is DateShape.WHOLE:
        if read.other:
            findings.append(say_dates.century(field, read.date, read.other))
    elif shape is DateShape.NO_DATE:
        findings.append(say_dates.no_date(field, raw))
    elif shape is DateShape.NO_DIGITS:
        findings.append(say_dates.no_digits(field, raw))
    else:
        findings.append(say_dates.unknown_parts(field, read.date))
