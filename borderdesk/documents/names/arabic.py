"""Arabic in the machine readable zone: ICAO's reversible X-code, and the phonetic Latin that most States print."""

from __future__ import annotations

import unicodedata
from functools import cache
from types import MappingProxyType

from borderdesk.documents.names.letters import arabic_rows

_PREFERRED = "ابتجحدرزسعغفقكلمنهويؤإ"
"""Where two letters share a code, the commoner one of the Arabic language."""

_SOUNDS = MappingProxyType({
    "ب": ("B", "P"), "پ": ("P",), "ت": ("T",), "ث": ("TH", "S", "T"), "ج": ("J", "G", "DJ", "DZH"), "چ": ("CH",),
    "ح": ("H",), "خ": ("KH", "H", "K"), "د": ("D",), "ذ": ("DH", "TH", "Z", "D"), "ر": ("R",), "ز": ("Z",),
    "ژ": ("J", "ZH"), "س": ("S", "C"), "ش": ("SH", "SCH", "CH"), "ص": ("S",), "ض": ("D", "DH", "Z"), "ط": ("T",),
    "ظ": ("Z", "DH", "TH"), "غ": ("GH", "G"), "ف": ("F", "PH", "V"), "ق": ("Q", "K", "G", "GH"), "ك": ("K", "C"),
    "ک": ("K", "C"), "گ": ("G",), "ل": ("L",), "م": ("M",), "ن": ("N",), "ه": ("H", ""), "ة": ("", "H", "T"),
})  # fmt: skip
_VOWELS = "AEIOUYWH"


@cache
def _codes() -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for letter, spelled in arabic_rows().items():
        for code in spelled:
            if code and (code not in found or letter in _PREFERRED):
                found[code] = letter
    return tuple(sorted(found.items(), key=lambda row: -len(row[0])))


def from_x_code(mrz: str) -> str | None:
    """The Arabic that a run of MRZ letters encodes, filler as blanks; None where a letter is in no code.

    >>> from_x_code("MXHMD")
    'محمد'
    """
    out: list[str] = []
    at = 0
    while at < len(mrz):
        if mrz[at] == "<":
            out.append(" ")
            at += 1
            continue
        for code, letter in _codes():
            if mrz.startswith(code, at):
                out.append(letter)
                at += len(code)
                break
        else:
            return None
    return " ".join("".join(out).split())


def looks_like_code(mrz: str) -> bool:
    """Whether a name field may be in the code: it has an escape, or a word without vowels such as BN or EBD."""
    return "X" in mrz or any(
        len(word) > 1 and not set(word[1:]) & set("AEIOUY") and word[0] not in "AIOUY" for word in mrz.split("<")
    )


def sounds_like(arabic: str, latin: str, *, cut: bool = False) -> bool:
    """Whether Latin letters may be the phonetic form of an Arabic name: same consonants in order, vowels free.

    The article may be joined or apart; doubled letters count once. `cut`: the Latin may go on where the Arabic ends.
    """
    letters = _sounds(unicodedata.normalize("NFC", arabic))
    target = "".join(c for c in unicodedata.normalize("NFKD", latin.upper()) if c.isascii() and c.isalpha())
    if len(letters) < 2 or not target:
        return False
    places = {0}
    for options in letters:
        reached: set[int] = set()
        for start in places:
            for end in _skips(target, start):
                for option in options:
                    if target.startswith(option, end):
                        after = end + len(option)
                        reached.add(after)
                        if option and target.startswith(option[-1], after):
                            reached.add(after + 1)
        places = reached
    return bool(places) and (cut or any(not target[place:].strip(_VOWELS) for place in places))


def _sounds(arabic: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for word in arabic.split():
        heard = [_SOUNDS[letter] for letter in word if letter in _SOUNDS]
        if word.startswith("ال") and len(heard) > 1:
            # Before a sun letter the article sounds like it: al-Saffah is as-Saffah.
            heard[0] = (*heard[0], *heard[1], "")
        found += heard
    return found


def _skips(target: str, start: int) -> range:
    end = start
    while end < len(target) and target[end] in _VOWELS:
        end += 1
    return range(start, end + 1)
