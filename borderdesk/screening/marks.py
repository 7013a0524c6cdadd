"""Things asked by a word and a number: `vin WVWZZZ1JZXW000001`, `plate LAO AB 1234`, `gun A12345 GLOCK`.

Several of one thing are parted by semicolons. The words are codes, the same in every language; forms write them.
"""

from __future__ import annotations

import re
from typing import Final

from borderdesk.codes import find_state
from borderdesk.watchlist import Mark, Scheme

WORDS: Final[dict[str, Scheme]] = {
    "vin": Scheme.VIN,
    "engine": Scheme.ENGINE,
    "plate": Scheme.PLATE,
    "registration": Scheme.REGISTRATION,
    "part": Scheme.PART,
    "imo": Scheme.IMO,
    "mmsi": Scheme.MMSI,
    "hull": Scheme.HULL,
    "callsign": Scheme.CALL_SIGN,
    "gun": Scheme.SERIAL,
    "serial": Scheme.SERIAL,
    "container": Scheme.CONTAINER,
}
"""The word that begins a question about a thing, and the kind of number that follows it."""

KIND: Final[dict[Scheme, str]] = {
    Scheme.VIN: "vin",
    Scheme.PLATE: "plate",
    Scheme.IMO: "imo",
    Scheme.MMSI: "mmsi",
    Scheme.CONTAINER: "container",
}
"""Kinds of number that have rules of their own (`borderdesk.documents.check_identifier`)."""

_WORD: Final = re.compile(r"((?:IMO|MMSI)(?=\d)|[^\s:]*):?\s*(.*)", re.IGNORECASE | re.DOTALL)
"""A word, and what follows; `IMO9074729` and `VIN: …` are as common as they are with a blank."""

_OF_A_STATE: Final = (Scheme.PLATE, Scheme.REGISTRATION)


def read_marks(text: str) -> tuple[Mark, ...]:
    """The numbers of things that a text asks for; empty where it asks for none, or is anything else too."""
    marks = [_mark(piece.strip()) for piece in text.split(";") if piece.strip()]
    return tuple(mark for mark in marks if mark is not None) if all(marks) else ()


def write_marks(marks: tuple[Mark, ...]) -> str:
    """The inverse of `read_marks`."""
    words = {scheme: word for word, scheme in reversed(WORDS.items())}
    pieces = []
    for mark in marks:
        scope_first = mark.scheme in _OF_A_STATE
        parts = (mark.scope, mark.number) if scope_first else (mark.number, mark.scope)
        pieces.append(" ".join(part for part in (words[mark.scheme], *parts) if part))
    return "; ".join(pieces)


def _mark(piece: str) -> Mark | None:
    found_word = _WORD.fullmatch(piece)
    if found_word is None:
        return None
    word, rest = found_word.groups()
    scheme, rest = WORDS.get(word.lower()), rest.strip()
    if scheme is None or not any(c.isdigit() for c in rest):
        return None
    if scheme in _OF_A_STATE:
        first, _, number = rest.partition(" ")
        found = (
            find_state(first.upper() if len(first) == 3 else first)
            if first.isalpha() and len(first) <= 3 and number
            else None
        )
        if found is not None:
            return Mark(scheme, number.strip(), found.code)
        return Mark(scheme, rest)
    if scheme in (Scheme.SERIAL, Scheme.ENGINE, Scheme.PART):
        number, _, make = rest.partition(" ")
        # A number may have blanks in it; a make has no digits.
        return Mark(scheme, number, make.strip()) if make and not any(c.isdigit() for c in make) else Mark(scheme, rest)
    return Mark(scheme, rest)
