"""Thai and Lao words in Latin letters, syllable by syllable.

Thai leaves vowels unwritten and writes letters nobody speaks. The reading follows the Royal Thai General System of
Transcription (1999) as far as spelling tells: what closes a syllable has its final sound, what follows it is silent,
and bare letters in a row get the vowels they imply. Lao writes its vowels; its letters are those of BGN/PCGN (1966).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from borderdesk.matching.tables import table

_THAI: Final = table("thai")
_INITIAL: Final[dict[str, str]] = _THAI["letters"]
_FINAL: Final[dict[str, str]] = _THAI["finals"]
_VOWELS: Final[dict[str, str]] = _THAI["vowels"]
_CLUSTERS: Final = frozenset(_THAI["clusters"].split())
_LAO: Final[dict[str, str]] = table("lao")["letters"]
_LAO_BEFORE: Final = re.compile("([ເແໂໄໃ])(ຫ?[ກ-ຮໜໝ])")
_SIGNS: Final = re.compile("[\u0e47-\u0e4b\u0e4d\u0e4e\u0e46]")
_TOKEN: Final = re.compile("([เแโใไ])?([ก-ฮ])([\u0e30-\u0e3a]*)(\u0e4c)?")
_LONG: Final = frozenset("าีูเแโ")


@dataclass(slots=True)
class _Letter:
    """A consonant with the vowel signs written before and after it."""

    before: str
    consonant: str
    after: str

    @property
    def bare(self) -> bool:
        return not self.before and not self.after

    @property
    def vowel(self) -> str:
        return "".join(_VOWELS.get(sign, "") for sign in self.before + self.after)


def read_thai(word: str) -> str:
    """The word as it is spoken, roughly; small letters. Time grows with its length."""
    spelled = _SIGNS.sub("", word).replace("ฤ", "ริ").replace("ฦ", "ลิ").replace("รร", "\u0e31น")
    spoken: list[str] = []
    letters: list[_Letter] = []
    for before, consonant, after, silenced in _TOKEN.findall(spelled):
        if silenced:
            # The sign that silences a letter also ends the syllable.
            spoken += _spoken(letters)
            letters = []
        else:
            letters.append(_Letter(before, consonant, after))
    return "".join([*spoken, *_spoken(letters)])


def read_lao(word: str) -> str:
    """The letters of a Lao word one by one, in the order of their sounds."""
    return "".join(_LAO.get(letter, "") for letter in _LAO_BEFORE.sub(r"\2\1", word))


def _spoken(letters: list[_Letter]) -> list[str]:
    spoken: list[str] = []
    opened = ""  # the vowel of the syllable that has no end yet
    at = 0
    while at < len(letters):
        letter, rest = letters[at], len(letters) - at
        following = letters[at + 1] if rest > 1 else None
        if not letter.bare:
            closed_by_r = at > 0 and letters[at - 1].consonant == "ร" and not opened
            if rest == 1 and letter.after in ("ิ", "ุ") and letter.consonant in "ตทธฒ":
                if closed_by_r:
                    spoken[-1] = _FINAL[letter.consonant]
                    break
                if opened in _LONG and opened:
                    spoken.append(_FINAL[letter.consonant])
                    break
            cluster = following is not None and rest > 2 and letters[at + 2].bare and _leads(letter, following)
            at += cluster
            spoken += [_INITIAL[letter.consonant], "r" if cluster else "", letter.vowel]
            opened = (letter.before + letter.after)[-1:]
            if not cluster and following is not None and following.bare and _is_vowel(letter, following):
                at += 1
        elif following is not None and _begins_with(letter, following):
            spoken.append("" if letter.consonant in "หอ" else _INITIAL[letter.consonant])
            opened = ""
        elif opened and not _begins_anew(letters, at):
            spoken.append(_closing(letter, following))
            opened = ""
        elif rest == 1:
            if not spoken:
                spoken.append(_INITIAL[letter.consonant])
            break
        elif following is not None and following.bare and following.consonant in "อว" and rest > 2:
            spoken += [_INITIAL[letter.consonant], "o" if following.consonant == "อ" else "ua"]
            opened = "o"
            at += 1
        else:
            even = _bare_run(letters, at) % 2 == 0
            spoken += [_INITIAL[letter.consonant], "o" if even else "a"]
            opened = "o" if even else ""
        at += 1
    return spoken


def _closing(letter: _Letter, following: _Letter | None) -> str:
    """The sound that closes a syllable. Before another one r is hardly heard, and before r a vowel links the two."""
    if following is None:
        return _FINAL.get(letter.consonant, "")
    if letter.consonant == "ร":
        return "r"
    final = _FINAL.get(letter.consonant, "")
    return f"{final}a" if final in ("k", "p", "t") and following.consonant in "รล" and following.after else final


def _leads(letter: _Letter, following: _Letter) -> bool:
    """Whether both begin one syllable whose vowel stands before them."""
    return bool(letter.before) and following.bare and letter.consonant + following.consonant in _CLUSTERS


def _is_vowel(letter: _Letter, following: _Letter) -> bool:
    """Whether the next letter is only part of this one's vowel (เ-ีย, เ-ือ, -ือ, -ัว)."""
    signs = letter.before + letter.after
    return (signs, following.consonant) in (("เี", "ย"), ("เื", "อ"), ("ื", "อ"), ("ั", "ว"), ("เ", "อ"))


def _begins_with(letter: _Letter, following: _Letter) -> bool:
    """Whether both begin one syllable: a true cluster, or a leading h that only sets the tone."""
    return not following.before and bool(following.after) and letter.consonant + following.consonant in _CLUSTERS


def _bare_run(letters: list[_Letter], at: int) -> int:
    end = at
    while end < len(letters) and letters[end].bare:
        end += 1
    return end - at


def _begins_anew(letters: list[_Letter], at: int) -> bool:
    """Whether two bare letters at the end are a syllable of their own (ภา-พร) or only close this one (วัตร, ยุทธ)."""
    if at + 2 != len(letters) or not letters[at + 1].bare:
        return False
    first, second = letters[at].consonant, letters[at + 1].consonant
    if letters[at - 1].after.endswith("\u0e31"):
        return False
    closes = second == "ร" and _FINAL.get(first) in ("t", "k") and letters[at - 1].after[-1:] in ("ิ", "ุ")
    same_stop = _FINAL.get(first) in ("t", "k", "p") and _FINAL.get(first) == _FINAL.get(second)
    return not closes and not same_stop
