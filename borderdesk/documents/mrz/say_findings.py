"""Every finding about a machine readable zone, with its code, its weight and its words."""

from __future__ import annotations

from functools import lru_cache

from borderdesk.codes import State
from borderdesk.dates import PartialDate
from borderdesk.documents.mrz.layouts import Layout
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

_LOOK_AT_PAPER = say("Compare the scanned characters with the paper, and scan again.")


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
        todo=_LOOK_AT_PAPER,
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
        todo=_LOOK_AT_PAPER,
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
    )


def truncated() -> Finding:
    """The last position of the names is a letter."""
    return _TRUNCATED


_TRUNCATED = Finding(
    "mrz.name.truncated",
    Severity.INFO,
    say("The names fill the zone to the last position, so they may have been cut."),
    Outcome.UNPROVEN,
    field="names",
)


def name_characters(raw: str) -> Finding:
    """Something other than letters and filler stands among the names."""
    wrong = "".join(dict.fromkeys(c for c in raw if not (c.isalpha() or c == "<")))
    return Finding(
        "mrz.name.character",
        Severity.LOOK,
        say("Names hold only letters, but {characters} was read among them.", characters=wrong),
        field="names",
        todo=_LOOK_AT_PAPER,
    )


def cyrillic_digits() -> Finding:
    """Russian internal passports write some Cyrillic letters as digits."""
    return Finding(
        "mrz.name.cyrillic_digits",
        Severity.INFO,
        say("Digits among the names stand for Cyrillic letters, as in Russian internal passports."),
        Outcome.FINE,
        field="names",
    )


def more_separators(given: str) -> Finding:
    """A second double filler among the names. A single letter behind it is a misread filler, not a name."""
    parts = [part for part in given.split("<<") if part.strip("<")]
    noise = [part.strip("<") for part in parts[1:] if len(part.strip("<")) == 1 or set(part) <= {"K", "<"}]
    if noise:
        return lone_filler("names")
    return Finding(
        "mrz.name.separator",
        Severity.INFO,
        say(
            "The names are parted by double filler more than once; all parts after the first are taken as given names."
        ),
        Outcome.UNPROVEN,
        field="names",
    )


def filler_in_names() -> Finding:
    """A single filler before the names, or three between them: a letter was read as filler."""
    return _FILLER_IN_NAMES


_FILLER_IN_NAMES = Finding(
    "mrz.name.filler",
    Severity.LOOK,
    say("There is one filler too many or too few among the names: a letter may have been read as '<'."),
    field="names",
    todo=_LOOK_AT_PAPER,
)


@lru_cache(maxsize=8)
def lone_filler(field: str) -> Finding:
    """A single letter stands alone among filler."""
    return Finding(
        "mrz.filler.misread",
        Severity.LOOK,
        say(
            "A single letter stands among the filler of the {field}: it is probably a misread '<'.",
            field=FIELD_NAMES[field],
        ),
        field=field,
        todo=_LOOK_AT_PAPER,
    )


def no_given(surname: str) -> Finding:
    """There is no given name. Where a K stands beside filler, the two fillers before it may have been there."""
    for misread, meant in (("K ", "<<"), (" K", "<<")):
        if misread in surname:
            other = surname.replace(misread, meant, 1).replace(" ", "<")
            return Finding(
                "mrz.name.separator_misread",
                Severity.LOOK,
                say("There is no given name; a K may be a misread '<': {other}.", other=other),
                Outcome.UNPROVEN,
                field="names",
                fits=(other,),
                todo=_LOOK_AT_PAPER,
            )
    return _NO_GIVEN


_NO_GIVEN = Finding(
    "mrz.name.no_given",
    Severity.INFO,
    say("There is no given name."),
    Outcome.FINE,
    field="names",
)
_NO_SURNAME = Finding(
    "mrz.name.no_surname",
    Severity.INFO,
    say("There is no surname: the holder has a single name."),
    Outcome.FINE,
    field="names",
)
_NO_NAME = Finding(
    "mrz.name.empty",
    Severity.LOOK,
    say("There is no name in the zone."),
    field="names",
    todo=_LOOK_AT_PAPER,
)
_NO_NUMBER = Finding(
    "mrz.number.empty",
    Severity.LOOK,
    say("There is no document number in the zone."),
    field="number",
    todo=_LOOK_AT_PAPER,
)


def no_surname() -> Finding:
    """The surname is empty."""
    return _NO_SURNAME


def no_name() -> Finding:
    """Both names are empty."""
    return _NO_NAME


def no_number() -> Finding:
    """The number field holds only filler."""
    return _NO_NUMBER


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


def blind_number(text: str, field: str) -> tuple[Finding, ...]:
    """Characters that the check digit cannot tell from a look-alike, where they stand alone among digits."""
    fits = []
    if field.endswith("K") or "<K" in field:
        fits.append(text.replace("K", "", 1) if text.count("K") == 1 else text[:-1])
    for at, c in enumerate(text):
        if c in "ULGQ" and at and (text[at - 1].isdigit() or text[at + 1 : at + 2].isdigit()):
            fits.append(text[:at] + {"U": "0", "L": "1", "G": "6", "Q": "6"}[c] + text[at + 1 :])
    if not fits:
        return ()
    return (
        Finding(
            "mrz.number.blind",
            Severity.INFO,
            say("The check digit cannot tell {number} from {other}; look at the paper.", number=text, other=fits[0]),
            Outcome.UNPROVEN,
            field="number",
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
        todo=_LOOK_AT_PAPER,
    )


def century(field: str, chosen: PartialDate | None, other: PartialDate) -> Finding:
    """Another century is possible."""
    return Finding(
        "mrz.date.century",
        Severity.INFO,
        say(
            "The zone does not say the century: the {field} is taken as {chosen}, but could be {other}.",
            field=FIELD_NAMES[field],
            chosen=chosen.iso if chosen else "",
            other=other.iso,
        ),
        Outcome.UNPROVEN,
        field=field,
        fits=(other.iso,),
    )


def no_date(field: str, raw: str) -> Finding:
    """The digits are in no calendar."""
    return Finding(
        "mrz.date.calendar",
        Severity.LOOK,
        say("The {field} {raw} is no date of the calendar.", field=FIELD_NAMES[field], raw=raw),
        field=field,
        todo=_LOOK_AT_PAPER,
    )


def no_digits(field: str, raw: str) -> Finding:
    """A letter stands in a date; its check digit may hold all the same."""
    return Finding(
        "mrz.date.character",
        Severity.LOOK,
        say("The {field} {raw} holds something other than digits.", field=FIELD_NAMES[field], raw=raw),
        field=field,
        todo=_LOOK_AT_PAPER,
    )


def unknown_parts(field: str, read: PartialDate | None) -> Finding:
    """Parts of the date are filler: unknown (ICAO Doc 9303-3, 4.8)."""
    return Finding(
        "mrz.date.unknown_parts",
        Severity.INFO,
        say("The {field} is known only in part: {known}.", field=FIELD_NAMES[field], known=read.iso if read else "-"),
        Outcome.FINE,
        field=field,
    )


def state_characters(field: str, code: str, fits: tuple[str, ...]) -> Finding:
    """A state code holds something other than letters."""
    return Finding(
        "mrz.state.character",
        Severity.LOOK,
        say("The {field} {code} is no code of letters.", field=FIELD_NAMES[field], code=code or "<<<"),
        field=field,
        fits=fits,
        todo=_LOOK_AT_PAPER,
    )


def misread_state(field: str, code: str, fits: tuple[str, ...]) -> Finding:
    """The code is unknown, but looks like a known one."""
    return Finding(
        "mrz.state.misread",
        Severity.LOOK,
        say("The {field} {code} is unknown; {fits} looks like it.", field=FIELD_NAMES[field], code=code, fits=fits[0]),
        field=field,
        fits=fits,
        todo=_LOOK_AT_PAPER,
    )


def unknown_state(field: str, code: str) -> Finding:
    """The code is in no table: it may be new."""
    return Finding(
        "mrz.state.unknown",
        Severity.INFO,
        say("The {field} {code} is in no table of this program; it may be new.", field=FIELD_NAMES[field], code=code),
        Outcome.UNPROVEN,
        field=field,
    )


def no_nationality() -> Finding:
    """The nationality is filler only."""
    return _NO_NATIONALITY


_NO_NATIONALITY = Finding(
    "mrz.state.no_nationality",
    Severity.LOOK,
    say("The zone says no nationality."),
    Outcome.UNPROVEN,
    field="nationality",
)


def not_icao(field: str, code: str) -> Finding:
    """The code is known from documents, but not ICAO's."""
    return Finding(
        "mrz.state.not_icao",
        Severity.INFO,
        say("The {field} {code} is not ICAO's code, but documents carry it.", field=FIELD_NAMES[field], code=code),
        Outcome.UNPROVEN,
        field=field,
    )


def no_such_issuer(field: str, issuer: State) -> Finding:
    """Utopia, or an organization whose papers no state recognises."""
    return Finding(
        "mrz.state.no_issuer",
        Severity.STOP,
        say("{name} issues no document that a state recognises.", name=issuer.name),
        Outcome.UNPROVEN,
        field=field,
        todo=say("Refer the holder; this is a specimen or a fantasy document."),
    )
