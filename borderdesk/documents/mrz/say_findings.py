"""Findings on check digits, document codes, numbers and the sex, with their codes, weights and words."""

from __future__ import annotations

from functools import lru_cache

from borderdesk.documents.mrz.layouts import Layout
from borderdesk.documents.numbers import LOOK_ALIKES
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import Sentence, say

CODES_2026 = frozenset({"PP", "PE", "PD", "PO", "PR", "PT", "PS", "PL", "PM", "PU"})
"""Second letters of passports from 1 January 2026 (ICAO Doc 9303-4, Amendment 2)."""

FIELD_NAMES: dict[str, Sentence] = {
    "number": say("document number"),
    "birth_date": say("date of birth"),
    "expiry_date": say("date of expiry"),
    "optional": say("optional data"),
    "composite": say("whole zone"),
    "issuing_state": say("issuing state"),
    "nationality": say("nationality"),
    "names": say("names"),
    "sex": say("sex"),
    "document_code": say("document code"),
}

LOOK_AT_PAPER = say("Compare the scanned characters with the paper, and scan again.")


@lru_cache(maxsize=512)
def check(field: str, printed: str, expected: int | None, others_hold: bool = False) -> Finding:
    """A check digit is wrong. `expected` is the digit that would fit; `others_hold` that all the others do."""
    if field == "composite" and others_hold:
        sentence = say(
            "Each check digit holds, but the one over the whole zone should be {expected}, not {printed}: "
            "one part may have been changed together with its digit.",
            expected=str(expected),
            printed=printed,
        )
    else:
        sentence = say(
            "The check digit of the {field} should be {expected}, not {printed}.",
            field=FIELD_NAMES[field],
            expected=str(expected),
            printed=printed,
        )
    return Finding(
        code=f"mrz.check.{field}",
        severity=Severity.LOOK,
        sentence=sentence,
        field=field,
        fits=(str(expected),),
        todo=LOOK_AT_PAPER,
    )


@lru_cache(maxsize=512)
def document_code(code: str, layout: Layout) -> Finding:
    """The document code is none that this format may have."""
    return Finding(
        "mrz.document_code",
        Severity.LOOK,
        say("The document code {code} is none that this format ({format}) may have.", code=code, format=layout.format),
        field="document_code",
        fits=tuple(layout.codes),
        todo=LOOK_AT_PAPER,
    )


@lru_cache(maxsize=512)
def second_letter(code: str) -> Finding:
    """The second letter is none of the table of 2026: common in documents issued before."""
    return Finding(
        "mrz.document_code.2026",
        Severity.INFO,
        say("The document code {code} is not in ICAO's table for passports issued from 2026.", code=code),
        Outcome.UNPROVEN,
        field="document_code",
        fits=tuple(code[0] + second for second in _SECOND_TWINS.get(code[1:], ())),
    )


@lru_cache(maxsize=64)
def second_twin(code: str) -> tuple[Finding, ...]:
    """A second letter that no state is known to use, and that readers make of filler or of a D."""
    seconds = _CODE_TWINS.get(code) or (() if code in CODES_2026 else _SECOND_TWINS.get(code[1:], ()))
    if not seconds:
        return ()
    fits = tuple(code[0] + second for second in seconds)
    return (
        Finding(
            "mrz.document_code.misread",
            Severity.INFO,
            say("The document code {code} may be a misread {other}.", code=code, other=fits[0]),
            Outcome.UNPROVEN,
            field="document_code",
            fits=fits,
        ),
    )


_CODE_TWINS = {"DL": ("1",), "PD": ("O",), "IO": ("D",)}
"""Diplomats are few, holders of official passports many; a PO is not reported, China issues all its citizens one."""

_SECOND_TWINS = {"K": ("<",), "Q": ("D", "O"), "L": ("I",), "U": ("D",)}


def no_number() -> Finding:
    """The number field holds only filler."""
    return _NO_NUMBER


_NO_NUMBER = Finding(
    "mrz.number.empty",
    Severity.LOOK,
    say("There is no document number in the zone."),
    field="number",
    todo=LOOK_AT_PAPER,
)


def overflow(number: str, counted: bool) -> Finding:
    """The number goes on in the optional data; `counted` says that its check digit counts the filler between."""
    if counted:
        return Finding(
            "mrz.number.filler_counted",
            Severity.INFO,
            say("The number {number} is long; its check digit counts the filler, as on older cards.", number=number),
            Outcome.FINE,
            field="number",
        )
    return Finding(
        "mrz.number.overflow",
        Severity.INFO,
        say("The number {number} is long and goes on in the optional data.", number=number),
        Outcome.FINE,
        field="number",
    )


def leading_filler() -> Finding:
    """A number never begins with filler: it stands at the left of its field (ICAO Doc 9303-4, 4.2.2.2)."""
    return _LEADING_FILLER


_LEADING_FILLER = Finding(
    "mrz.number.filler",
    Severity.LOOK,
    say("The document number begins with filler: a character was lost, or read as '<'."),
    field="number",
    todo=LOOK_AT_PAPER,
)


def number_shape(text: str) -> Finding:
    """A Swiss blank number is three letters, three digits and the letter of a language; no check digit covers it."""
    return Finding(
        "mrz.number.shape",
        Severity.LOOK,
        say("{text} is no number of a Swiss licence: three letters, three digits, one letter.", text=text),
        field="number",
        todo=LOOK_AT_PAPER,
    )


_UNSEEN = {"U": "0", "L": "1", "G": "6", "Q": "6"}
_UNSEEN_DIGITS = {"0": "U", "1": "L", "6": "G"}
_ANY_LOOK_ALIKE = {c: group[0] for group in LOOK_ALIKES for c in group[1:]}


def blind_number(field: str) -> tuple[Finding, ...]:
    """Characters of a number that its check digit does not tell from a look-alike: K beside filler, U for 0 and so on.

    A digit that may be such a letter is not reported: every number has some, and a report that stands everywhere says
    nothing, but at the beginning of a number with one letter. A first letter is reported where no other stands.
    """
    fits = _kept_fillers(field)
    inside = field.rstrip("<").find("<")
    if inside > 0:
        fits.append(field[:inside] + "K" + field[inside + 1 :])
    if field[:1] in _UNSEEN_DIGITS and sum(map(str.isalpha, field)) == 1:
        fits.append(_UNSEEN_DIGITS[field[0]] + field[1:])
    elif field[:1] in _UNSEEN and field[1:].rstrip("<").isdigit():
        fits.append(_UNSEEN[field[0]] + field[1:])
    for at, c in enumerate(field[1:], 1):
        if c in _UNSEEN and (field[at - 1].isdigit() or field[at + 1 : at + 2].isdigit()):
            fits.append(field[:at] + _UNSEEN[c] + field[at + 1 :])
    return _blind("number", field, fits)


def french_number(number: str) -> tuple[Finding, ...]:
    """A letter where a French card has a digit: year and month, an office of three characters, a sequence."""
    digits = "".join(_ANY_LOOK_ALIKE.get(c, c) if at < 4 or at > 6 else c for at, c in enumerate(number))
    return _blind("number", number, [digits]) if digits != number else ()


def digits_only(number: str) -> tuple[Finding, ...]:
    """A letter in a number that has only digits and no check digit, as the Dutch licence's."""
    digits = "".join(_ANY_LOOK_ALIKE.get(c, c) for c in number)
    return _blind("number", number, [digits]) if digits != number else ()


def blind_optional(field: str, checked: bool) -> tuple[Finding, ...]:
    """The same in optional data: a K beside filler, and a letter beside a digit.

    Where no check digit covers the field (visas), that is any letter that looks like a digit.
    """
    fits = _kept_fillers(field)
    twins = _UNSEEN if checked else _ANY_LOOK_ALIKE
    for at, c in enumerate(field):
        if c in twins and (field[max(at - 1, 0) : at] + field[at + 1 : at + 2]).strip("<").isdigit():
            fits.append(field[:at] + twins[c] + field[at + 1 :])
    return _blind("optional", field, fits)


def _kept_fillers(field: str) -> list[str]:
    """The field with filler for each K that stands beside filler, at the end, or between digits."""
    found = []
    for at, c in enumerate(field):
        if c != "K":
            continue
        before, after = field[max(at - 1, 0) : at], field[at + 1 : at + 2]
        if "<" in (before, after) or not after or (before + after).isdigit():
            found.append(field[:at] + "<" + field[at + 1 :])
    return found


def _blind(name: str, field: str, fits: list[str]) -> tuple[Finding, ...]:
    if not fits:
        return ()
    text, fits = field.rstrip("<"), [other.rstrip("<") for other in fits]
    return (
        Finding(
            f"mrz.{name}.blind",
            Severity.INFO,
            say("No check digit tells {value} from {other}; look at the paper.", value=text, other=fits[0]),
            Outcome.UNPROVEN,
            field=name,
            fits=tuple(fits),
        ),
    )


@lru_cache(maxsize=64)
def sex(printed: str) -> Finding:
    """Something other than M, F and filler stands for the sex (ICAO Doc 9303-3, 4.5 to 4.7)."""
    if printed == "X":
        return Finding(
            "mrz.sex.x",
            Severity.INFO,
            say("X is printed for the sex; in the zone it should be filler."),
            Outcome.UNPROVEN,
            field="sex",
            fits=("<",),
        )
    return Finding(
        "mrz.sex",
        Severity.LOOK,
        say("The sex is M, F or filler, not {printed}.", printed=printed),
        field="sex",
        fits=("M", "F", "<"),
        todo=LOOK_AT_PAPER,
    )
