"""Is the name in the machine readable zone the printed name?

Every spelling the tables allow is tried at once, position by position, so that the work grows with the length of the
name and not with the number of spellings. A name too long for its field may be cut: parts to their beginnings, the last
ones left out (ICAO Doc 9303-3, 4.6; -4, 4.2.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from borderdesk.documents.names.arabic import from_x_code, looks_like_code, sounds_like
from borderdesk.documents.names.letters import russian_code, words
from borderdesk.words import Sentence, say

MOST_CHARACTERS = 400
"""Longer printed names are not compared."""

_MOST_PARTS = 12
_Word = list[tuple[str, ...]]
_BORN = re.compile(r"\b(geb|geb\.|née?|born|ep|ép|épouse|epouse|vve|ur\.|roz\.)\s.*$", re.IGNORECASE)
_TITLES = re.compile(r"\b(dr|prof|mr|mrs|ms|sir|jr|sr|ing|mag|dipl)\b\.?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameComparison:
    """Whether the two are the same name, and why, in plain words."""

    match: bool
    why: Sentence


def compare_names(printed_surname: str, printed_given: str, mrz_name: str, field_length: int) -> NameComparison:
    """Compare a printed name with the name field of the zone.

    `mrz_name` is the field with or without its trailing filler, `field_length` its positions: 39 in TD3 and MRV-A, 31
    in TD2 and MRV-B, 30 in TD1. Printed names may be in Latin, Cyrillic or Arabic script.
    """
    if len(printed_surname) + len(printed_given) > MOST_CHARACTERS or len(mrz_name) > MOST_CHARACTERS:
        return NameComparison(False, say("The name is too long to be compared."))
    zone = mrz_name.strip().upper().rstrip("<")
    if not zone:
        return NameComparison(False, say("There is no name in the zone."))
    if not words(printed_surname) and not words(printed_given):
        return NameComparison(False, say("There is no printed name to compare."))
    for surname, given, note in _variants(printed_surname, printed_given):
        how = _compare(surname, given, zone, field_length)
        if how is not None:
            return NameComparison(True, say("{how} {note}", how=how, note=note) if note else how)
    return NameComparison(
        False,
        say(
            "No spelling of the printed name gives {zone}; {expected} was expected.",
            zone=zone,
            expected=_expected(words(printed_surname), words(printed_given)),
        ),
    )


def _variants(surname: str, given: str) -> list[tuple[str, str, Sentence | None]]:
    found: list[tuple[str, str, Sentence | None]] = [(surname, given, None)]
    for pattern, note in ((_BORN, say("The name at birth is left out.")), (_TITLES, say("The title is left out."))):
        bare = (pattern.sub("", surname).strip(), pattern.sub("", given).strip())
        if bare != (surname, given):
            found.append((*bare, note))
    return found


def _compare(surname: str, given: str, zone: str, field_length: int) -> Sentence | None:
    family, first = words(surname), words(given)
    if not family and not first:
        return None
    if _spelled(family, first, zone):
        return say("The zone holds the printed name by ICAO's tables.")
    if _is_cyrillic(surname + given) and zone == "<<".join(filter(None, (russian_code(surname), russian_code(given)))):
        return say("The zone holds the printed name in the code of Russian internal passports.")
    if _is_arabic(surname + given):
        latin = zone.replace("<", "")
        if any(sounds_like(order, latin) for order in _orders(surname, given)):
            return say("The zone holds a phonetic form of the printed Arabic name.")
        if "<<" not in zone and any(_spelled(turned, [], zone) for turned in _turned([*family, *first])):
            return say("The zone holds the parts of the printed Arabic name in another order.")
    elif looks_like_code(zone) and (arabic := from_x_code(zone)):
        cut = len(zone) >= field_length
        if any(sounds_like(arabic, order, cut=cut) for order in _orders(surname, given)):
            return say("The zone holds the printed name in ICAO's code for Arabic.")
    if _longest(family, first) > field_length and any(
        _cut(*parts, zone, field_length) for parts in ((family, first), (_apart(family), _apart(first)))
    ):
        return say("The zone holds the printed name, cut because it is longer than the field.")
    return None


def _orders(surname: str, given: str) -> list[str]:
    """An Arabic name has no surname; States print its parts in either order, right to left or left to right."""
    parts = f"{surname} {given}".split()
    return [" ".join(parts[at:] + parts[:at]) for at in range(min(len(parts), _MOST_PARTS))]


def _turned(parts: list[_Word]) -> list[list[_Word]]:
    return [parts[at:] + parts[:at] for at in range(1, min(len(parts), _MOST_PARTS))]


def _spelled(family: list[_Word], first: list[_Word], zone: str) -> bool:
    for start, parts in _layouts(family, first):
        places = {start} if zone.startswith("<" * start) else set()
        for separators, word in parts:
            places = {p + len(s) for p in places for s in separators if zone.startswith(s, p)}
            places = _walk(word, zone, places)
        if len(zone) in places:
            return True
    return False


def _layouts(family: list[_Word], first: list[_Word]) -> list[tuple[int, list[tuple[tuple[str, ...], _Word]]]]:
    """Words with what may stand before each. A single name may stand in either half of the field."""
    parts: list[tuple[tuple[str, ...], _Word]] = [(("<", ""), word) for word in family]
    if parts:
        parts[0] = (("",), parts[0][1])
    both = parts + [(("<", "", "<<") if at else ("<<",) if parts else ("",), word) for at, word in enumerate(first)]
    layouts = [(0, both)]
    if not family or not first:
        layouts.append((2, both))
    return layouts


def _walk(word: _Word, zone: str, places: set[int]) -> set[int]:
    for choices in word:
        places = {p + len(c) for p in places for c in choices if zone.startswith(c, p)}
        if not places:
            break
    return places


def _longest(family: list[_Word], first: list[_Word]) -> int:
    """The length of the longest spelling of the whole name."""
    letters = sum(max(map(len, choices)) for word in (*family, *first) for choices in word)
    return letters + max(len(family) - 1, 0) + max(len(first) - 1, 0) + 2 * bool(family and first)


def _expected(family: list[_Word], first: list[_Word]) -> str:
    return "<<".join("<".join("".join(c[0] for c in word) for word in half) for half in (family, first) if half)


def _cut(family: list[_Word], first: list[_Word], zone: str, field_length: int) -> bool:
    """Each part of the zone begins a part of the printed name, in order; parts may only be missing at the end."""
    if len(zone) > field_length or len(zone) < field_length - _MOST_SPARED:
        return False
    surname, _, given = zone.partition("<<")
    if not family:
        surname, given = "", zone.lstrip("<")
    return _begin(family, surname, whole=bool(given)) and _begin(first, given, whole=False)


def _apart(words: list[_Word]) -> list[_Word]:
    """The same with every word parted where it may be: behind an apostrophe, before an article inside a name."""
    found: list[_Word] = []
    for word in words:
        found.append([])
        for choices in word:
            if found[-1] and any(choice.startswith("<") for choice in choices):
                found.append([])
            found[-1].append(tuple(dict.fromkeys(choice.lstrip("<") for choice in choices)))
    return found


_MOST_SPARED = 14
"""A cut name still fills its field but for so many positions: no more than the part that was left out needs."""


def _begin(printed: list[_Word], zone: str, whole: bool) -> bool:
    parts = [part for part in zone.split("<") if part]
    if len(parts) > len(printed) or (whole and printed and not parts):
        return False
    return all(_starts(word, part) for word, part in zip(printed, parts, strict=False))


def _starts(word: _Word, part: str) -> bool:
    places = {0}
    for choices in word:
        reached = {p + len(c) for p in places for c in choices if part.startswith(c, p)}
        if len(part) in reached or any(c.startswith(part[p:]) for p in places for c in choices if len(part) > p):
            return True
        places = reached
    return False


def _is_cyrillic(text: str) -> bool:
    return any("\u0400" <= c <= "\u04ff" for c in text)


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= c <= "\u06ff" for c in text)
