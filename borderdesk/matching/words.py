"""All different name parts of a segment, and which of them one part might be, found without looking at all.

Every word is filed under several short hashes: its sound, its sound with one letter left out (so that one typing error
on either side still meets), its consonants. A question looks under its own hashes. After J. Garbe, *SymSpell* (2012).
"""

from __future__ import annotations

import bisect
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.sounds import bones, loose_bones

MOST_ALIKE: Final = 200
"""Words that one part of a question is followed up to, the most alike first."""

ALIKE: Final = 0.5
"""Below this a word is not followed up."""

_FULL: Final = 0


@dataclass(frozen=True, slots=True)
class Sound:
    """The forms of one part that are compared most often."""

    plain: str
    folds: tuple[str, str]
    skeleton: str
    kind: int
    whole: frozenset[int]
    short: frozenset[int]


def sound_of(key: str) -> Sound:
    """The forms of the part with this key."""
    known = lexicon()
    (at,) = known.places([key])
    return Sound(
        known.plain[at],
        (known.sounds[at], known.other_sounds[at]),
        known.skeleton[at],
        int(known.column("kind")[at]),
        known.whole[at],
        known.short[at],
    )


_NO_VOWELS: Final = str.maketrans("", "", "aeiouv")


@dataclass(frozen=True, slots=True)
class Words:
    """Sorted words (`parts.part_key`), their sounds, and the hashes they are filed under.

    `hashes` is sorted; `filed[n]` is the place of the word under `hashes[n]`.
    """

    keys: tuple[str, ...]
    folds: tuple[str, ...]
    hashes: npt.NDArray[np.uint32]
    filed: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, keys: Iterable[str]) -> Words:
        """File these words, each once."""
        ordered = tuple(sorted(set(keys)))
        folds = tuple(sound_of(key).folds[0] for key in ordered)
        codes, places = array("I"), array("I")
        for at, key in enumerate(ordered):
            mine = sorted(_codes(key, listed=True))
            codes.extend(mine)
            places.extend([at] * len(mine))
        hashes, filed = np.array(codes, np.uint32), np.array(places, np.uint32)
        order = np.argsort(hashes, kind="stable")
        return cls(ordered, folds, hashes[order], filed[order])

    def place(self, key: str) -> int | None:
        """Where this very word stands."""
        at = bisect.bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def like(self, key: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """The places of words this one might be, and roughly how alike each is (0 to 1)."""
        codes = np.array(sorted(_codes(key, listed=False)), np.uint32)
        low, high = np.searchsorted(self.hashes, codes, "left"), np.searchsorted(self.hashes, codes, "right")
        ranges = [self.filed[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
        if not ranges:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        places = np.unique(np.concatenate(ranges)).astype(np.int64)
        alike = self._alike(key, places)
        keep = np.flatnonzero(alike >= ALIKE)
        if len(keep) > MOST_ALIKE:
            keep = keep[np.argpartition(-alike[keep], MOST_ALIKE)[:MOST_ALIKE]]
        return places[keep], alike[keep]

    def _alike(self, key: str, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        mine = sound_of(key)
        theirs = [self.folds[at] for at in places.tolist()]
        best = np.zeros(len(places), np.float32)
        for fold in dict.fromkeys(mine.folds):
            best = np.maximum(best, _likeness(fold, theirs))
        for n, at in enumerate(places.tolist()):
            if best[n] < 0.9 and mine.kind == _FULL and self.keys[at][0] not in "~^":
                best[n] = max(best[n], self._by_custom(mine, sound_of(self.keys[at])))
        # Between scripts only consonants speak: 0.6 for being filed together, the rest for how near they are.
        other = [n for n, at in enumerate(places.tolist()) if mine.kind != _FULL or self.keys[at][0] in "~^"]
        if other:
            near = _likeness(_consonants(mine.folds[0]), [_consonants(theirs[n]) for n in other])
            best[other] = np.maximum(best[other], 0.6 + 0.35 * near)
        return best

    @staticmethod
    def _by_custom(mine: Sound, theirs: Sound) -> float:
        """Nicknames by the table, and equal consonants."""
        if (mine.whole | mine.short) & (theirs.whole | theirs.short):
            return 0.88
        return 0.62 if mine.skeleton == theirs.skeleton else 0.0

    def as_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What `from_arrays` reads back."""
        return {
            "keys": _packed(self.keys),
            "folds": _packed(self.folds),
            "hashes": self.hashes,
            "filed": self.filed,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> Words:
        """The inverse of `as_arrays`."""
        return cls(_unpacked(arrays["keys"]), _unpacked(arrays["folds"]), arrays["hashes"], arrays["filed"])


def _likeness(form: str, others: list[str]) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = process.cdist([form], others, scorer=OSA.normalized_similarity, dtype=np.float32)[
        0
    ]
    return found


def _consonants(fold: str) -> str:
    return fold.translate(_NO_VOWELS)


def _packed(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(packed: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\n")) if len(packed) else ()


def _codes(key: str, *, listed: bool) -> set[int]:
    """The hashes of one word. A question is filed under the same ones as a listed word."""
    sound = sound_of(key)
    codes: set[int] = set()
    if sound.kind == _FULL:
        for fold in dict.fromkeys(sound.folds):
            codes.update(_code("f", text) for text in _one_less(fold))
        if len(sound.skeleton) > 1:
            codes.add(_code("s", sound.skeleton))
        codes.update(_code("g", str(group)) for group in sound.whole | sound.short)
    full = sound.kind == _FULL
    for form, tag in ((bones(sound.plain), "b"), (loose_bones(sound.plain), "l")):
        if len(form) < 2:
            continue
        near = _one_less(form) if len(form) > 2 and not (full and listed) else {form}
        # Full words meet each other by sound; only words of other scripts are looked for by consonants.
        if not (full and listed):
            codes.update(_code(tag, text) for text in near)
        if full == listed:
            codes.update(_code(tag.upper(), text) for text in near)
    return codes


def _one_less(text: str) -> set[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))} if len(text) > 2 else {text}


def _code(tag: str, text: str) -> int:
    return zlib.crc32(f"{tag}{text}".encode())
