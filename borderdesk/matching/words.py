"""All different name parts of a segment, and which of them one part might be, found without looking at all.

Every word is filed under several short hashes: its sound, its sound with one letter left out (so that one typing error
on either side still meets), its consonants, its groups of names. A question looks under its own hashes. After
J. Garbe, *SymSpell* (2012).
"""

from __future__ import annotations

import weakref
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from borderdesk.matching.alike import compare_parts
from borderdesk.matching.forgetting import forgettable
from borderdesk.matching.lexicon import FULL, Lexicon, lexicon
from borderdesk.matching.parts import PARTICLES, TITLES
from borderdesk.matching.pool import Pool, distinct, ranges
from borderdesk.matching.sounds import every_bones, every_loose_bones, slavic, syllable

MOST_ALIKE: Final = 200
"""Words that one part of a question is followed up to, the most alike first."""

MOST_SOUGHT: Final = 8192
"""Parts of questions that are kept ready; those of one long list of people."""

ALIKE: Final = 0.5
"""Below this a word is not followed up."""

_BY_SOUND, _BY_SKELETON, _BY_GROUP, _BY_LANGUAGE, _BY_BONES = 0.0, 0.62, 0.88, 0.85, 0.6
"""How alike two words are at least that are filed together: by sound has to be looked at."""

_VOWELS: Final = b"aeiouv"


@dataclass(frozen=True, slots=True)
class Sought:
    """One part of a question, with the hashes it is looked for under: those that speak of full words, each with the
    least it says, and those that speak of consonants across scripts."""

    key: str
    sounds: tuple[bytes, ...]
    full_codes: npt.NDArray[np.uint32]
    least: npt.NDArray[np.float32]
    bone_codes: npt.NDArray[np.uint32]


class _Lately:
    sought: ClassVar[dict[str, Sought]] = {}

    def cache_clear(self) -> None:
        """Begin anew."""
        _Lately.sought = {}


forgettable(_Lately())


def sought(keys: Sequence[str]) -> list[Sought]:
    """Parts of questions (`parts.part_key`), ready to be looked for in any segment. Many take a tenth of the time each
    that one takes."""
    known = _Lately.sought
    new = [key for key in dict.fromkeys(keys) if key not in known]
    if len(known) + len(new) > MOST_SOUGHT:
        known = _Lately.sought = {}
        new = list(dict.fromkeys(keys))
    if new:
        words = lexicon()
        places = words.places(new)
        for key, place, filed in zip(new, places, _codes(words, places, listed=False), strict=True):
            known[key] = _sought(key, words, place, filed)
    return [known[key] for key in keys]


def _sought(key: str, words: Lexicon, place: int, filed: dict[int, float]) -> Sought:
    full = [(code, least) for code, least in filed.items() if least != _BY_BONES]
    sounds = tuple(sound.encode() for sound in dict.fromkeys((words.sounds[place], words.other_sounds[place])))
    return Sought(
        key,
        sounds,
        np.array([code for code, _ in full], np.uint32),
        np.array([least for _, least in full], np.float32),
        np.array([code for code, least in filed.items() if least == _BY_BONES], np.uint32),
    )


Like = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
"""Places of words, and how alike each is."""


class _Found:
    everywhere: ClassVar[weakref.WeakSet[Words]] = weakref.WeakSet()

    def cache_clear(self) -> None:
        """Forget in every segment what was found for parts of questions."""
        for words in list(_Found.everywhere):
            words.lately.clear()


forgettable(_Found())


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Words:
    """Sorted words (`parts.part_key`), their sounds, and the hashes they are filed under.

    `weights` say how telling each is. `hashes` is sorted; `filed[n]` is the place of the word under `hashes[n]`.
    """

    keys: Pool
    sounds: Pool
    weights: npt.NDArray[np.float32]
    hashes: npt.NDArray[np.uint32]
    filed: npt.NDArray[np.uint32]
    lately: dict[str, Like] = field(default_factory=dict, repr=False, compare=False)
    """What was found for parts of questions asked lately: people on one list have many parts in common."""

    def __post_init__(self) -> None:
        _Found.everywhere.add(self)

    @classmethod
    def of(cls, keys: Sequence[str]) -> Words:
        """File these words, which ascend, each once."""
        codes, places = array("I"), array("I")
        sounds: list[str] = []
        weights: list[float] = []
        for start in range(0, len(keys), 10_000):
            words = Lexicon()
            numbers = words.places(keys[start : start + 10_000])
            sounds += words.sounds
            rare = words.column("rare").tolist()
            weights += [_weight(plain, dear) for plain, dear in zip(words.plain, rare, strict=False)]
            for at, mine in enumerate(_codes(words, numbers, listed=True), start):
                codes.extend(mine)
                places.extend([at] * len(mine))
        hashes, filed = np.array(codes, np.uint32), np.array(places, np.uint32)
        order = np.argsort(hashes, kind="stable")
        return cls(Pool.of(keys), Pool.of(sounds), np.array(weights, np.float32), hashes[order], filed[order])

    def __len__(self) -> int:
        return len(self.keys)

    def like(self, wanted: Sequence[Sought]) -> list[Like]:
        """For each part sought the places of words it might be, and how alike each is as the score has it (0 to 1); the
        most alike last. Any thread may ask."""
        found = {part.key: known for part in wanted if (known := self.lately.get(part.key)) is not None}
        new = list({part.key: part for part in wanted if part.key not in found}.values())
        if new:
            looked_up = dict(zip([part.key for part in new], self._look_up(new), strict=True))
            found.update(looked_up)
            # Another index may stand on the same words, so nothing is answered from what is shared.
            if len(self.lately) + len(new) > MOST_SOUGHT:
                self.lately.clear()
            self.lately.update(looked_up)
        return [found[part.key] for part in wanted]

    def _look_up(self, wanted: Sequence[Sought]) -> list[Like]:
        near = [self._near(part) for part in wanted]
        words = lexicon()
        # All in one go: much of what comparing takes does not depend on how many are compared.
        theirs = self.keys.some(np.concatenate([np.empty(0, np.int64), *near]))
        numbers = np.array(words.places([*(part.key for part in wanted), *(key.decode() for key in theirs)]), np.int64)
        mine = np.repeat(numbers[: len(wanted)], [len(places) for places in near])
        alike = compare_parts(words, mine, numbers[len(wanted) :]).value
        found = []
        for places in near:
            ours, alike = alike[: len(places)], alike[len(places) :]
            order = np.argsort(ours, kind="stable")
            found.append((places[order], ours[order]))
        return found

    def _near(self, wanted: Sought) -> npt.NDArray[np.int64]:
        """The places of the words that are roughly the most alike."""
        places, least = self._under(wanted.full_codes, wanted.least)
        alike = np.zeros(len(places), np.float32)
        if len(places):
            theirs = self.sounds.some(places)
            for sound in wanted.sounds:
                alike = np.maximum(alike, _likeness(sound, theirs))
            alike = np.maximum(alike, least)
        # Between scripts only consonants speak: 0.6 for being filed together, the rest for how near they are.
        others, _ = self._under(wanted.bone_codes, np.zeros(len(wanted.bone_codes), np.float32))
        if len(others):
            theirs = [sound.translate(None, _VOWELS) for sound in self.sounds.some(others)]
            near = _likeness(wanted.sounds[0].translate(None, _VOWELS), theirs)
            places = np.concatenate([places, others])
            alike = np.concatenate([alike, _BY_BONES + 0.35 * near])
        order = np.argsort(alike, kind="stable")
        order = order[np.searchsorted(alike[order], ALIKE) :][-MOST_ALIKE:]
        return distinct(places[order])

    def _under(self, codes: Any, least: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """The different words under these hashes, and the most that one of their hashes says."""
        low, high = np.searchsorted(self.hashes, codes, "left"), np.searchsorted(self.hashes, codes, "right")
        found = self.filed[ranges(low, high)]
        if not len(found):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        order = np.argsort(found, kind="stable")
        found = found[order]
        first = np.flatnonzero(np.append(True, found[1:] != found[:-1]))
        most: npt.NDArray[np.float32] = np.maximum.reduceat(np.repeat(least, high - low)[order], first)
        return found[first].astype(np.int64), most.astype(np.float32, copy=False)


def _likeness(sound: bytes, others: Sequence[bytes]) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = process.cdist(
        [sound], others, scorer=OSA.normalized_similarity, dtype=np.float32, workers=1
    )[0]
    return found


def _weight(plain: str, rare: float) -> float:
    if plain in PARTICLES or plain in TITLES:
        return 0.1
    return rare if len(plain) > 1 else 0.35


def _codes(words: Lexicon, places: Sequence[int], *, listed: bool) -> Iterator[dict[int, float]]:
    """The hashes of each of these words, and of each hash the least that being filed together under it says."""
    fulls = words.column("kind")[places] == FULL
    plain, last = ([texts[at] for at in places] for texts in (words.plain, words.last))
    forms = zip(every_bones(plain), every_bones(last), every_loose_bones(plain), strict=True)
    for at, full, (bones, last_bones, loose_bones) in zip(places, fulls.tolist(), forms, strict=True):
        codes: dict[int, float] = {}
        if full:
            for sound in {words.sounds[at], words.other_sounds[at]}:
                codes.update(dict.fromkeys(_hashes("f", _one_less(sound)), _BY_SOUND))
            if len(words.skeleton[at]) > 1:
                codes.update(dict.fromkeys(_hashes("s", {words.skeleton[at]}), _BY_SKELETON))
            groups = words.whole[at] | words.short[at]
            codes.update(dict.fromkeys(_hashes("g", {str(group) for group in groups}), _BY_GROUP))
            for form, tag in ((slavic(words.plain[at]), "v"), (syllable(words.plain[at]), "y")):
                if len(form) > 1:
                    codes.update(dict.fromkeys(_hashes(tag, {form}), _BY_LANGUAGE))
        others = {last_bones} - {bones} if not full else set()
        for form, tag in ((bones, "b"), *((other, "b") for other in others), (loose_bones, "l")):
            # Full words meet each other by sound; only words of other scripts are looked for by consonants.
            near = {form} if full and listed else _one_less(form)
            tags = (tag.upper(),) if full and listed else (tag,) if full or listed else (tag, tag.upper())
            if len(form) > 1:
                codes.update(dict.fromkeys([one for kind in tags for one in _hashes(kind, near)], _BY_BONES))
        yield codes


def _one_less(text: str) -> set[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))} if len(text) > 2 else {text}


def _hashes(tag: str, texts: set[str]) -> list[int]:
    start = zlib.crc32(tag.encode())
    return [zlib.crc32(text.encode(), start) for text in texts]
