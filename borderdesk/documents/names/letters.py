"""One printed letter into the spellings it may have in the machine readable zone (ICAO Doc 9303-3, section 6)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

SHADDA = "\u0651"
"""Doubles the consonant before it; writing it is optional."""

_APOSTROPHES = frozenset("'’‘ʼʹ´`ʻʿʾ′\u2018\u2019\u05f3")
_PARTERS = frozenset("-‐‑‒–—,/·_\u00ad\u060c")
_MARKS = re.compile("[\u0300-\u036f]")
"""What is left of marks over letters that have no form of their own with them: stress, in dictionaries and cards."""

_ROMAN = MappingProxyType({"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI", "7": "VII", "8": "VIII"})
_RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_RUSSIAN_CODE = "ABVGDE2JZIQKLMNOPRSTUFHC34WXY9678"


def first_spelling(text: str) -> str:
    """A printed name in MRZ letters, each by the first spelling of the table, parts divided by one filler.

    >>> first_spelling("D'Artagnan-Müller")
    'DARTAGNAN<MUELLER'
    """
    return "<".join("".join(choices[0] for choices in word) for word in words(text))


def words(text: str) -> list[list[tuple[str, ...]]]:
    """The parts of a printed name; each is one tuple of possible spellings per letter."""
    found: list[list[tuple[str, ...]]] = [[]]
    letters = _MARKS.sub("", unicodedata.normalize("NFC", text))
    for at, letter in enumerate(letters):
        if letter.isspace() or letter in _PARTERS:
            found.append([])
        elif letter == SHADDA:
            # Vowel marks may stand between the consonant and its shadda.
            last = next((at for at, choices in reversed(list(enumerate(found[-1]))) if any(choices)), None)
            if last is not None:
                found[-1][last] = tuple(dict.fromkeys((*found[-1][last], *(s * 2 for s in found[-1][last]))))
        elif letter in _APOSTROPHES:
            found[-1].append(("", "<"))
        else:
            found[-1].append(_in_place(letters, at))
    return [word for word in found if any(spelling for choices in word for spelling in choices if spelling != "<")]


def _in_place(letters: str, at: int) -> tuple[str, ...]:
    letter = letters[at]
    spelled = spellings(letter)
    before = letters[at - 1 : at] if at else ""
    if letter in "Гг" and before in ("З", "з"):
        return (*spelled, "GH")
    if letter in "Яя" and before in ("И", "и"):
        # Bulgarian law: an -ия that ends a name is -ia; Russia and others print it so too.
        return (*spelled, "A")
    if letter == "ا" and before and not before.isspace() and letters[at + 1 : at + 2] == "ل":
        # An article inside a joined name may be written apart: Abdullah is EBD<ALLXH in ICAO's own examples.
        return (*spelled, *("<" + each for each in spelled))
    if letter == "ه" and before == "ل":
        # ICAO's own examples write Allah with the code of another h.
        return (*spelled, "XH")
    return spelled


@lru_cache(maxsize=4096)
def spellings(letter: str) -> tuple[str, ...]:
    """What one printed character may be in the zone, the table's own spelling first; ("",) where it leaves no trace."""
    if letter.isascii():
        if letter.isalpha():
            return (letter.upper(),)
        return (_ROMAN[letter],) if letter in _ROMAN else ("",)
    table = _table()
    if letter in table:
        return table[letter]
    raised = letter.upper()
    if raised in table:
        return table[raised]
    if letter == "ß":
        return ("SS",)
    parts = unicodedata.normalize("NFKD", raised)
    # A letter the table forgot is its base letter; a combining mark alone is nothing.
    spelled = [part for part in parts if not unicodedata.combining(part)]
    if not spelled or "".join(spelled) == letter:
        return ("",)
    choices = [""]
    for part in spelled:
        if part == letter:
            return ("",)
        choices = [done + more for done in choices for more in spellings(part)]
    return tuple(dict.fromkeys(choices))[:16]


def russian_code(text: str) -> str:
    """Cyrillic as Russian internal passports write it in the zone: one Latin letter or digit per Cyrillic letter."""
    table = dict(zip(_RUSSIAN, _RUSSIAN_CODE, strict=True))
    raised = unicodedata.normalize("NFC", text).upper()
    return "<".join("".join(table.get(letter, "") for letter in word) for word in raised.replace("-", " ").split())


@cache
def _table() -> MappingProxyType[str, tuple[str, ...]]:
    text = files("borderdesk.documents.names").joinpath("letters.tsv").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            _script, point, spelled, _source = line.split("\t")
            found[chr(int(point, 16))] = tuple("" if each == "-" else each for each in spelled.split())
    return MappingProxyType(found)


def arabic_rows() -> dict[str, tuple[str, ...]]:
    """The rows of the Arabic script, for decoding."""
    return {letter: spelled for letter, spelled in _table().items() if "\u0600" <= letter <= "\u06ff"}
