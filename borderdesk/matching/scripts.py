"""Words of any script in plain Latin letters, with every reading that one normal form would lose.

Rules of our own stand where names need more than letters one by one: Cyrillic by language, Arabic, Persian and Urdu
with ICAO's X-code, Hebrew, Thai, Chinese, Japanese and Korean. All other scripts go through `anyascii`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from anyascii import anyascii

from borderdesk.matching.forgetting import forgettable
from borderdesk.matching.tables import table
from borderdesk.matching.thai import read_lao, read_thai


class Kind(StrEnum):
    """How much of the sound a reading holds."""

    FULL = ""  # vowels and consonants
    BONES = "~"  # consonants only (Arabic, Hebrew, scripts with implied vowels)
    LOOSE = "^"  # consonants whose sound depends on their place in the syllable (Thai, Lao, Khmer)


class Reading(NamedTuple):
    """One way to read a word: lower-case `a` to `z`."""

    latin: str
    kind: Kind = Kind.FULL


_CYRILLIC: Final = table("cyrillic")
_ARABIC: Final = table("arabic")
_LETTERS: Final[dict[str, str]] = _CYRILLIC["letters"]
_LANGUAGES: Final[dict[str, dict[str, str]]] = {
    name: {**_LETTERS, **own} for name, own in _CYRILLIC["languages"].items()
}
_ARABIC_LETTERS: Final[dict[str, str]] = _ARABIC["letters"]
_PERSIAN_LETTERS: Final[dict[str, str]] = {**_ARABIC_LETTERS, **_ARABIC["persian"]}
_ARABIC_NAMES: Final[dict[str, str]] = _ARABIC["names"]
_CODES: Final = re.compile("|".join(sorted((code.lower() for code in _ARABIC["codes"]), key=len, reverse=True)))
_CODE_OR_LETTER: Final = re.compile(f"{_CODES.pattern}|.")
_CODE_SOUNDS: Final = {code.lower(): sound for code, sound in _ARABIC["codes"].items()}
_HEBREW: Final[dict[str, str]] = table("hebrew")["letters"]
_CHINESE: Final = table("chinese")
_JAPANESE: Final[dict[str, str]] = table("japanese")["names"]
_GERMANIC: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
_LATIN: Final = {
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ı": "i",
    "ə": "e",
    "ħ": "h",
    "ŋ": "n",
    "ƒ": "f",
    "ʻ": "",
    "ß": "ss",
}
_DIGITS: Final = str.maketrans("0123456789", "oizeasgtbg")
_SOFT: Final = frozenset("aeiouwy")
_ONLY_LETTERS: Final = re.compile(r"[^a-z]+")


@forgettable
@lru_cache(maxsize=65536)
def readings(word: str) -> tuple[Reading, ...]:
    """The readings of one word (no spaces in it), best first; at least one, which may be empty."""
    lower = unicodedata.normalize("NFC", word.lower())
    if lower.isascii():
        return (Reading(clean(lower)),)
    script = script_of(lower)
    return _READERS.get(script, _any_script)(lower)


def clean(latin: str) -> str:
    """Only `a` to `z`; digits become the letters they are misread for (ICAO names hold no digits)."""
    if latin.isascii() and latin.isalpha():
        return latin
    return _ONLY_LETTERS.sub("", latin.translate(_DIGITS))


def script_of(word: str) -> str:
    """The Unicode name of the script of the first letter that is not ASCII (`CYRILLIC`, `ARABIC` …), else `LATIN`."""
    if word.isascii():
        return "LATIN"
    for character in word:
        if not character.isascii() and (character.isalpha() or unicodedata.category(character)[0] == "M"):
            found = unicodedata.name(character, "").split(" ")[0].split("-")[0]
            if found not in ("COMBINING", "MODIFIER"):
                return found
    return "LATIN"


def x_code(words: list[str]) -> bool:
    """True where a name looks like ICAO's Arabic X-code: no O, hardly a vowel, and X escapes."""
    text = "".join(words).lower()
    if "x" not in text or "o" in text or not (text.isascii() and text.isalpha()):
        return False
    rest, escapes = _CODES.subn("", text)
    return bool(escapes) and sum(rest.count(vowel) for vowel in "aeiu") <= 0.28 * len(rest)


def decode_x(word: str) -> Reading:
    """The consonants of one word in ICAO's Arabic code (Doc 9303-3, section 6, table C)."""
    sounds = [_CODE_SOUNDS.get(one, one) for one in _CODE_OR_LETTER.findall(word.lower())]
    return Reading(_spelled(sound for sound in sounds if sound != "e"), Kind.BONES)


def _spelled(sounds: Iterable[str]) -> str:
    """Letters of a script without vowels in a row, with a vowel wherever two of them would read as one letter (t and h,
    b and h, t and z)."""
    text = ""
    for sound in map(clean, sounds):
        if text and sound and text[-1] not in _SOFT and sound[0] not in _SOFT:
            text += "a"
        text += sound
    return text


def _latin(word: str) -> tuple[Reading, ...]:
    plain = _stripped("".join(_LATIN.get(c, c) for c in word))
    wide = _stripped("".join(_GERMANIC.get(c, _LATIN.get(c, c)) for c in word))
    return (Reading(plain), Reading(wide)) if wide != plain else (Reading(plain),)


def _stripped(word: str) -> str:
    # Lower case only now: taken apart, a mathematical letter becomes an ordinary capital.
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
    return clean(bare if bare.isascii() else anyascii(bare).lower())


def _cyrillic(word: str) -> tuple[Reading, ...]:
    told = next((name for name, telling in _CYRILLIC["telling"].items() if any(c in word for c in telling)), None)
    tables = [_LETTERS] if told is None else [_LANGUAGES[told]]
    if told is None and any(c in word for c in "гіи"):
        tables.append(_LANGUAGES["uk"])
    elif told is not None:
        tables.append(_LETTERS)
    found = {
        Reading(clean("".join(letters.get(c) or _stripped(c) if c not in "ьъ" else "" for c in word))): None
        for letters in tables
    }
    return tuple(found)


def _arabic(word: str) -> tuple[Reading, ...]:
    bare = "".join(c for c in unicodedata.normalize("NFKC", word) if unicodedata.category(c) != "Mn" and c != "ـ")
    known = _ARABIC_NAMES.get(bare)
    if known:
        return tuple([Reading(latin) for latin in known.split()])
    found = {
        Reading(_spelled(letters.get(c, "") for c in bare), Kind.BONES): None
        for letters in (_ARABIC_LETTERS, _PERSIAN_LETTERS)
    }
    return tuple(found)


def _hebrew(word: str) -> tuple[Reading, ...]:
    return (Reading(_spelled(_HEBREW.get(c, "") for c in word), Kind.BONES),)


def _thai(word: str) -> tuple[Reading, ...]:
    return (Reading(clean(read_thai(word)), Kind.LOOSE),)


def _lao(word: str) -> tuple[Reading, ...]:
    return (Reading(clean(read_lao(word)), Kind.LOOSE),)


def _loose(word: str) -> tuple[Reading, ...]:
    return (Reading(clean(anyascii(word).lower()), Kind.LOOSE),)


def _implied_vowels(word: str) -> tuple[Reading, ...]:
    return (Reading(clean(anyascii(word).lower()), Kind.BONES),)


def _greek(word: str) -> tuple[Reading, ...]:
    plain = _stripped(anyascii(unicodedata.normalize("NFC", word)).lower()).replace("oy", "ou")
    spoken = re.sub("^mp", "b", plain).replace("nt", "d").replace("gk", "g").replace("ch", "h")
    return (Reading(plain), Reading(spoken)) if spoken != plain else (Reading(plain),)


def _korean(word: str) -> tuple[Reading, ...]:
    official = clean(anyascii(word).lower())
    usual = official.replace("yeo", "yo").replace("eo", "o").replace("eu", "u").replace("oe", "oi")
    found = {Reading(text): None for text in (official, usual)}
    return tuple(found)


def _any_script(word: str) -> tuple[Reading, ...]:
    return (Reading(clean(anyascii(word).lower())),)


_READERS: Final = {
    "LATIN": _latin,
    "CYRILLIC": _cyrillic,
    "ARABIC": _arabic,
    "HEBREW": _hebrew,
    "THAI": _thai,
    "LAO": _lao,
    "KHMER": _loose,
    "MYANMAR": _loose,
    "DEVANAGARI": _implied_vowels,
    "BENGALI": _implied_vowels,
    "GUJARATI": _implied_vowels,
    "GURMUKHI": _implied_vowels,
    "TAMIL": _implied_vowels,
    "GREEK": _greek,
    "HANGUL": _korean,
}


def split_east_asian(word: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A run of Chinese, Japanese or Korean characters as parts, in every way it may be read.

    Each way is a sequence of (written, Latin reading) with the surname first; Korean readings are left to `readings`
    (empty here).
    """
    script = script_of(word)
    if script == "HANGUL":
        return (((word[:1], ""), (word[1:], "")) if len(word) > 1 else ((word, ""),),)
    ways: list[tuple[tuple[str, str], ...]] = []
    japanese = _japanese_parts(word)
    if japanese:
        ways.append(japanese)
    if script == "CJK":
        at = 2 if len(word) > 2 and word[:2] in _CHINESE["double"] else 1
        surname = _CHINESE["surnames"].get(word[:at]) or clean(anyascii(word[:at]).lower())
        rest = tuple((c, clean(anyascii(c).lower())) for c in word[at:])
        ways.append(((word[:at], surname), *rest))
    elif not ways:
        ways.append(((word, clean(anyascii(word).lower())),))
    return tuple(ways)


def _japanese_parts(word: str) -> tuple[tuple[str, str], ...]:
    parts: list[tuple[str, str]] = []
    rest = word
    while rest:
        size = next((size for size in (4, 3, 2, 1) if rest[:size] in _JAPANESE), 0)
        if not size:
            return ()
        parts.append((rest[:size], _JAPANESE[rest[:size]]))
        rest = rest[size:]
    return tuple(parts)
