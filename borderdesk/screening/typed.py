"""What somebody typed by hand: a number as it stands on paper, a birth date as people write it.

A number that is taken for a name finds nobody and answers *no match*; so whatever may be a number is asked as one, with
its blanks, strokes and hyphens, in the digits and the look-alike letters of any script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from borderdesk.codes import find_state, folded, state
from borderdesk.dates import PartialDate
from borderdesk.documents import normal_number
from borderdesk.matching.written_dates import read_date
from borderdesk.screening.verdict import OtherReading

SHORTEST_NUMBER: Final = 5
_LONGEST_LETTERS: Final = 3
"""Letters of a number that stand for themselves (`PA 1234567`); a longer word is a name."""

_PLATE_LETTERS: Final = 4
"""Letters of a plate at most; a longer text with a year is a name."""

_SHORT_WITH_YEAR: Final = re.compile(r"[^\d,]+\s\d{4}[^\d,]*")

_ALPHA_2: Final = 2
"""Letters of a state as ISO 3166-1 writes it short; documents print three."""

_GAPS: Final = re.compile(r"[\s\-‐-―./:,#№°_]+")
_NOTHING: Final = ("NO", "NR", "N", "NUM")
"""*Number* before a number."""

_VIN_OR_CONTAINER: Final = re.compile(r"(?=(?:.*\d){4})[A-HJ-NPR-Z0-9]{14}[0-9]{3}|[A-Z]{3}[UJZ][0-9]{7}")
"""Known by their shape, however they are grouped (ISO 3779, ISO 6346)."""

_GERMANY: Final = "D"
"""The one state whose code has a single letter (ICAO Doc 9303-3, section 5): believed where a type stands beside it."""

_BIRTH_YEARS: Final = range(1880, 2101)
_BUDDHIST_YEARS: Final = range(2423, 2644)
_DATE_AT_END: Final = re.compile(
    r"(?P<name>.*?[^\s,\d]),?\s+(?P<birth>\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{4}[-./]\d{1,2}[-./]\d{1,2}"
    r"|\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{4}|\d{4}-\d{2}|\d{4})(?P<rest>(?:\s+[A-Za-z]{1,3}){0,2})"
)


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number, with the state and the type of the document where they were typed before it; and how else it may be
    read."""

    number: str
    state: str = ""
    type: str = ""
    other: OtherReading | None = None


def read_number(text: str) -> TypedNumber | None:
    """The number that this text is, and nothing else; None where it may be a name."""
    parts = _parts(text)
    if not parts or not any(c.isdigit() for part in parts for c in part):
        return None
    if _VIN_OR_CONTAINER.fullmatch("".join(parts)):
        return TypedNumber("".join(parts))
    if not all(part.isascii() and (len(part) <= _LONGEST_LETTERS or not part.isalpha()) for part in parts):
        return None
    if parts[-1].isalpha() and len(parts[-1]) > 1 and len("".join(parts[:-1])) >= SHORTEST_NUMBER + 2:
        return None  # a number and a short name
    type_, state_, other = "", "", None
    if len(parts) > 2 and len(parts[0]) == 1 and parts[0].isalpha() and _is_state(parts[1], _GERMANY):
        type_, state_, *parts = parts
    elif len(parts) > 2 and "/" in text and _is_state(parts[0], _GERMANY) and len(parts[1]) == 1 and parts[1].isalpha():
        state_, type_, *parts = parts
    elif len(parts) > 1 and _is_state(parts[0]):
        other = OtherReading(normal_number("".join(parts)))
        state_, *parts = parts
    elif len(parts) > 1 and len(parts[0]) == _ALPHA_2 and (issuer := find_state(parts[0])):
        rest = normal_number("".join(parts[1:]))
        other = OtherReading(rest, issuer.code) if len(rest) >= SHORTEST_NUMBER else None
    number = normal_number("".join(parts))
    if len(number) < SHORTEST_NUMBER and other is not None:
        number, state_, other = other.number, "", None
    return TypedNumber(number, state_, type_, other) if len(number) >= SHORTEST_NUMBER else None


def read_plate(text: str) -> str:
    """The text, where it is letters of another script and digits, as plates of many states are; else empty."""
    parts = _parts(text)
    short = all(len(part) <= _LONGEST_LETTERS or not part.isalpha() for part in parts)
    letters = any(c.isalpha() and not c.isascii() for part in parts for c in part)
    digits = any(c.isdigit() for part in parts for c in part)
    return text.strip() if short and letters and digits else ""


def number_beside_words(text: str) -> tuple[TypedNumber, str] | None:
    """The one number among words (`passport PA1234567`, `GLOCK A12345`) and the words; None where there is none.

    Its digits may stand apart (`passport 12 345 678`); a short word beside it may be a part of it, and both are asked.
    """
    pieces = text.split()
    places = [at for at, piece in enumerate(pieces) if any(c.isdigit() for c in folded(piece))]
    if not places or len(places) == len(pieces) or places[-1] - places[0] >= len(places):
        return None
    number = normal_number("".join(pieces[places[0] : places[-1] + 1]))
    if len(number) < SHORTEST_NUMBER:
        return None
    before, after = pieces[: places[0]], pieces[places[-1] + 1 :]
    other = None
    if before and _may_begin_a_number(before[-1]):
        other = OtherReading(normal_number(before[-1]) + number)
    elif after and not before and _may_begin_a_number(after[0]):
        other = OtherReading(number + normal_number(after[0]))
    return TypedNumber(number, other=other), " ".join((*before, *after))


def _may_begin_a_number(word: str) -> bool:
    plain = folded(word).strip(".:")
    return plain.isascii() and plain.isalpha() and len(plain) <= _LONGEST_LETTERS and plain not in _NOTHING


def ends_like_a_plate(text: str) -> bool:
    """Whether a name with a birth after it may as well be a plate or a number: `AB 1980`, `AA 1980 BB`, not `LI, 1980`.

    One plate in twenty-five has digits that may be a year, in one calendar or the other.
    """
    return bool(_SHORT_WITH_YEAR.fullmatch(folded(text))) and sum(c.isalpha() for c in text) <= _PLATE_LETTERS


def birth_at_end(text: str) -> tuple[str, PartialDate, str] | None:
    """A name, the birth date after it in any of the ways people write one, and what follows (nationality, sex).

    `12/08/1974` is the twelfth of August; where that is no date the month stands first. None where no date is there.
    """
    found = _DATE_AT_END.fullmatch(text if text.isascii() else _with_digits(text))
    if found is None:
        return None
    born = read_date(found["birth"].replace("-", ".") if found["birth"][2:3] == "-" else found["birth"])
    if born is not None and born.year in _BUDDHIST_YEARS:
        # Thai papers count from the year 543 before the common era.
        born = replace(born, year=born.year - 543)
    if born is None or born.year not in _BIRTH_YEARS:
        return None
    return text[: found.end("name")], born, found["rest"].strip()


def _parts(text: str) -> list[str]:
    parts = [part for part in _GAPS.split(folded(text)) if part]
    while len(parts) > 1 and parts[0] in _NOTHING:
        del parts[0]
    return parts


def _is_state(part: str, short: str = "") -> bool:
    """A code as documents print it. Two letters are as often the beginning of a number, such as PA or AB; so is one,
    but for `short`."""
    return part.isalpha() and (len(part) == 3 or part == short) and state(part) is not None


def _with_digits(text: str) -> str:
    return "".join(folded(c) if c.isdecimal() else c for c in text)
