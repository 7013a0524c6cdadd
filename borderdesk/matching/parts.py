"""A name as people have it: parts with roles, and every way in which the name may be cut into parts.

The order of parts is not trusted: passports, lists and typists disagree on which part is the surname, so a part only
remembers whether somebody called it one.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from borderdesk.matching.forgetting import forgettable
from borderdesk.matching.scripts import Kind, Reading, decode_x, readings, script_of, split_east_asian, x_code
from borderdesk.matching.tables import table

MOST_LETTERS: Final = 160
"""Characters of a name that are read; the longest passport name line has 39 (ICAO Doc 9303-4). Bounds hostile input."""

MOST_PARTS: Final = 9
"""Parts of a name that are compared, for the same reason."""

_ROLES: Final = table("roles")
PARTICLES: Final = frozenset(_ROLES["particle"].split())
TITLES: Final = frozenset(_ROLES["title"].split())
_ALSO_NAMES: Final = frozenset(_ROLES["title or name"].split())
_NEVER_THE_NAME: Final = frozenset(_ROLES["never the name"].split())
_HALVES: Final = frozenset(("abd", "allah", "din"))
_PATRONYMIC: Final = tuple(_ROLES["patronymic"].split())
_PATRONYMIC_ENDS: Final = frozenset(ending[-1] for ending in _PATRONYMIC)
_COMPOUNDS: Final = tuple(re.compile(pattern) for pattern in _ROLES["split"]["patterns"])
_ANY_COMPOUND: Final = re.compile("|".join(_ROLES["split"]["patterns"]))
_NEVER_COMPOUND: Final = TITLES | frozenset(("mullah", "abdullin", "medine", "nadine", "aladin", "paladin"))

_DROPPED: Final = re.compile("['’‘`´ʼʻʾʿ′\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufeffـ]")
_BETWEEN: Final = re.compile(r"[^\w\u0300-\u036f\u0590-\u05c7\u064b-\u065f\u0900-\u109f\u1780-\u17ff]+|_")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z]\w)")
_BRACKETS: Final = re.compile(r"[(\[（]([^)\]）]*)[)\]）]?")
_ORDINARY: Final = 100
"""Characters of a name that no bound cuts, however it is written."""

_ASCII_APART: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_ASCII_WORDS: Final = {**_ASCII_APART, ord("'"): None, ord("`"): None}
_EAST_ASIAN: Final = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA")


class Role(StrEnum):
    """What a part is to the name."""

    NAME = "name"
    PATRONYMIC = "patronymic"
    INITIAL = "initial"
    PARTICLE = "particle"
    TITLE = "title"
    HALF = "half"  # what a compound name has beside its telling half: abd, allah, din


class Part(NamedTuple):
    """One part: `text` as written; its readings; whether the document or list calls it (part of) the surname.

    `key` is all that its sound depends on, in one string.
    """

    text: str
    readings: tuple[Reading, ...]
    role: Role
    surname: bool
    key: str


def part_of(text: str, found: tuple[Reading, ...], role: Role, surname: bool) -> Part:
    """A part of these readings."""
    return Part(text, found, role, surname, part_key(found))


def part_key(found: tuple[Reading, ...]) -> str:
    """The readings in one string, by which equal parts are recognised."""
    if len(found) == 1:
        return found[0].kind + found[0].latin
    return found[0].kind.value + "/".join(reading.latin for reading in found)


def ways_to_read(full: str, surname: str = "", given: str = "") -> tuple[tuple[Part, ...], ...]:
    """The name cut into parts, in each way it may be: usually one, more for names in two scripts or Chinese characters.

    Give `full` where the order is as written, and `surname` and `given` where they are told apart. At most
    `MOST_PARTS` parts, read from at most `MOST_LETTERS` characters. Empty where there is nothing to read.
    """
    plain = _plain_way(full, surname, given)
    if plain is not None:
        return (plain,) if plain else ()
    if full:
        names = [_told_surname(name) for name in _names_in(full[:MOST_LETTERS])]
        if surname and len(names) == 1:
            names = [_told_by_document(names[0], surname)]
    else:
        names = [[(surname, True), (given, False)]]
    found: dict[tuple[Part, ...], None] = {}
    for name in names:
        for way in _ways(name):
            if way:
                found[way] = None
    return tuple(found)


def _plain_way(full: str, surname: str, given: str) -> tuple[Part, ...] | None:
    """The one way to read an ordinary name in ASCII letters; None where the name needs a closer look.

    Nine names in ten are such: the same answer as the long way round, at a tenth of the time.
    """
    text = full or f"{surname} {given}"
    if len(text) > _ORDINARY or not text.isascii() or "x" in text or "X" in text or "(" in text or "[" in text:
        return None
    parts: list[Part] = []
    if full and surname:
        if not surname.isascii():
            return None
        told = surname[:MOST_LETTERS].lower().translate(_ASCII_APART).split()
        for word in full.translate(_ASCII_APART).split():
            parts += _camel_parts(word, word.lower() in told)
        return _named(parts)
    for piece, is_surname in _told_surname(full) if full else ((surname, True), (given, False)):
        if piece.isalpha():
            parts += _camel_parts(piece, is_surname)
            continue
        for word in piece.translate(_ASCII_WORDS).split():
            parts += _camel_parts(word, is_surname)
    return _named(parts)


@forgettable
@lru_cache(maxsize=65536)
def _camel_parts(word: str, is_surname: bool) -> tuple[Part, ...]:
    if word.isalpha() and (word.isupper() or word.istitle() or word.islower()):
        known = _plain_word(word.lower())
        if len(known) == 1:
            found, role, key = known[0]
            return (Part(word, found, role, is_surname, key),)
        return tuple([Part(word, found, role, is_surname, key) for found, role, key in known])
    return tuple(part for piece in _CAMEL.sub(" ", word).split() for part in _parts(piece, is_surname))


@forgettable
@lru_cache(maxsize=65536)
def _plain_word(latin: str) -> tuple[tuple[tuple[Reading, ...], Role, str], ...]:
    """The readings, role and key of each part of a word of ASCII letters, however capitals stand in it."""
    readers = [(Reading(part),) for part in _compound(Reading(latin))]
    return tuple([(found, _role(found), part_key(found)) for found in readers])


def _names_in(full: str) -> list[str]:
    """A list entry may hold the name in two scripts at once, in brackets or behind a comma."""
    bracketed = [inner for inner in _BRACKETS.findall(full) if inner.strip()]
    outside = _BRACKETS.sub(" ", full)
    if outside.isascii() and not any(not inner.isascii() for inner in bracketed):
        return [outside] if outside.strip() else bracketed
    by_script: dict[str, list[str]] = {}
    for word in outside.split():
        by_script.setdefault(script_of(word) if any(c.isalpha() for c in word) else "LATIN", []).append(word)
    apart = len(by_script) > 1 and all(len(words) > 1 for words in by_script.values())
    names = [" ".join(words) for words in by_script.values()] if apart else [outside]
    return [name for name in names if name.strip()] + [inner for inner in bracketed if not inner.isascii()]


def _told_surname(name: str) -> list[tuple[str, bool]]:
    """Which words the writing itself marks as the surname: those before a comma, or those in capitals."""
    before, comma, after = name.partition(",")
    if comma and after.strip() and before.strip():
        return [(before, True), (after, False)]
    words = name.split()
    capitals = [len(word) > 1 and word.isupper() for word in words]
    if any(capitals) and not all(capitals):
        return [(word, capital) for word, capital in zip(words, capitals, strict=True)]
    return [(name, False)]


def _told_by_document(name: list[tuple[str, bool]], surname: str) -> list[tuple[str, bool]]:
    told = set(_BETWEEN.split(surname[:MOST_LETTERS].casefold()))
    return [(word, word.casefold() in told) for text, _ in name for word in _BETWEEN.split(text) if word]


def _ways(pieces: list[tuple[str, bool]]) -> list[tuple[Part, ...]]:
    words: list[tuple[str, bool]] = []
    room = MOST_LETTERS
    for text, is_surname in pieces:
        text = _CAMEL.sub(" ", _DROPPED.sub("", text[:room]))
        room -= len(text)
        words += [(word, is_surname) for word in _BETWEEN.split(text) if word]
        if room <= 0:
            break
    if x_code([word for word, _ in words]):
        return [_named([part_of(word, (decode_x(word),), Role.NAME, is_surname) for word, is_surname in words])]
    ways: list[list[Part]] = [[]]
    for word, is_surname in words[: 2 * MOST_PARTS]:
        readers = _east_asian(word, is_surname) if script_of(word) in _EAST_ASIAN else [_parts(word, is_surname)]
        ways = [way + more for way in ways for more in readers][:4]
    return [_named(way) for way in ways]


def _east_asian(word: str, is_surname: bool) -> list[list[Part]]:
    found = []
    for way in split_east_asian(word):
        found.append(
            [
                part_of(text, (Reading(latin),) if latin else readings(text), Role.NAME, is_surname or not at)
                for at, (text, latin) in enumerate(way)
            ]
        )
    return found


@forgettable
@lru_cache(maxsize=65536)
def _parts(word: str, is_surname: bool) -> list[Part]:
    pieces = _arabic_pieces(word) if script_of(word) == "ARABIC" else [word]
    parts: list[Part] = []
    for piece in pieces:
        found = tuple([reading for reading in readings(piece) if reading.latin])
        if not found:
            continue
        split = [_compound(reading) for reading in found]
        if found[0].kind is Kind.FULL and all(len(other) == len(split[0]) for other in split):
            for column in zip(*split, strict=True):
                kept = tuple(dict.fromkeys(Reading(latin) for latin in column))
                parts.append(part_of(piece, kept, _role(kept), is_surname))
        else:
            parts.append(part_of(piece, found, _role(found), is_surname))
    return parts


def _arabic_pieces(word: str) -> list[str]:
    pieces: list[str] = []
    if word.startswith("عبدال") and len(word) > 6:
        pieces, word = ["عبد"], word[5:] if not word.startswith("عبدالله") else "الله"
    elif word.startswith("ال") and len(word) > 4 and word != "الله":
        pieces, word = ["ال"], word[2:]
    for ending, rest in (("الله", "الله"), ("الدين", "دين"), ("الدین", "دين")):
        if word.endswith(ending) and len(word) > len(ending):
            return [*pieces, word[: -len(ending)], rest]
    return [*pieces, word]


def _compound(reading: Reading) -> tuple[str, ...]:
    """`abdulrahman` and `abdurrahman` are abd and rahman, `saifullah` is saif and allah."""
    latin = reading.latin
    if (
        len(latin) > 5
        and (latin[-1] in "hne" or latin.startswith("abd"))  # as every pattern asks: most words stop here
        and reading.kind is Kind.FULL
        and latin not in _NEVER_COMPOUND
        and _ANY_COMPOUND.match(latin)
    ):
        for pattern in _COMPOUNDS:
            found = pattern.match(latin)
            if found:
                first, second = found.groups()
                if second[0] in "ld" and len(second) <= 5 and first != "abd":
                    second = "allah" if second[0] == "l" else "din"
                elif pattern is _COMPOUNDS[0]:
                    second = "allah"
                return first, second
    return (_USUAL.get(latin, latin),)


_USUAL: Final = {
    **dict.fromkeys(("abdul", "abdel", "abdal", "abdoul", "abdol", "abdool", "abdil", "abdur", "abdus"), "abd"),
    **dict.fromkeys(("ullah", "ollah", "oullah", "ulla", "alla", "llah", "ellah", "ullah"), "allah"),
    **dict.fromkeys(("deen", "dine", "dien", "addin", "uddin", "eddine", "eddin", "uddeen", "aldin", "eldin"), "din"),
}


def _role(found: tuple[Reading, ...]) -> Role:
    latin, kind = found[0].latin, found[0].kind
    if kind is Kind.FULL:
        if len(latin) == 1:
            return Role.INITIAL
        if latin in PARTICLES:
            return Role.PARTICLE
        if latin in TITLES:
            return Role.TITLE
        if len(latin) > 6 and latin[-1] in _PATRONYMIC_ENDS and latin.endswith(_PATRONYMIC):
            return Role.PATRONYMIC
    return Role.NAME


def _named(parts: list[Part]) -> tuple[Part, ...]:
    """At most `MOST_PARTS`, each with the role it has beside the others.

    A particle that nothing follows is a name (`Nguyen Huy Do`, `Kim Jong Il`), unless it never is one: then the line of
    the document was full (`AL MAJID AL`). What ends as a father's name but is the surname is a name
    (`SHKADAREVICH, Alexey`), and so is a title that abd serves (`Abd-al-Malik`). Beside fewer than two names a title
    that is also a name is one (`Noorzai Malik`), and whoever is called only `Said` or `Abu` is called that.
    """
    kept = parts[:MOST_PARTS]
    for part in kept:
        if part.role is not Role.NAME or part.key in _HALVES:  # the key of a full word is its first reading
            break
    else:  # nothing but names, as most are
        return tuple(kept)
    latins = [part.readings[0].latin for part in kept]
    few = sum(part.role not in (Role.PARTICLE, Role.TITLE) for part in kept) < 3
    for at, (part, latin) in enumerate(zip(kept, latins, strict=True)):
        if latin in _HALVES and part.role is Role.NAME and _is_half(latin, at, kept):
            kept[at] = _as(part, Role.HALF)
        elif (
            (part.role is Role.PATRONYMIC and (few or part.surname))
            or (part.role is Role.PARTICLE and latin not in _NEVER_THE_NAME and _nothing_follows(kept, at))
            or (part.role is Role.TITLE and _is_served(latins, at))
        ):
            kept[at] = _as(part, Role.NAME)
    names = sum(part.role is Role.NAME or part.role is Role.PATRONYMIC for part in kept)
    if names < 2:
        kept = [
            _as(part, Role.NAME) if latin in _ALSO_NAMES else part for part, latin in zip(kept, latins, strict=True)
        ]
        if not any(part.role is Role.NAME or part.role is Role.PATRONYMIC for part in kept):
            kept = [_as(part, Role.NAME) for part in kept]
    return tuple(kept)


def _is_half(latin: str, at: int, parts: list[Part]) -> bool:
    """`abd` before the name it serves; `allah` and `din` behind theirs."""
    if latin == "abd":
        return at + 1 < len(parts)
    return at > 0 and parts[at - 1].role is Role.NAME


def _is_served(latins: list[str], at: int) -> bool:
    """Whether abd stands before this part, with or without the article."""
    before = latins[max(at - 2, 0) : at]
    return before[-1:] == ["abd"] or (before[:1] == ["abd"] and before[-1] in _NEVER_THE_NAME)


def _nothing_follows(parts: list[Part], at: int) -> bool:
    """Whether nothing but particles and titles follows in the same part of the name."""
    return not any(
        part.surname == parts[at].surname and part.role not in (Role.PARTICLE, Role.TITLE) for part in parts[at + 1 :]
    )


def _as(part: Part, role: Role) -> Part:
    return part if part.role is role else part._replace(role=role)
