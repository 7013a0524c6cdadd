"""Every name part seen lately, once, with all that comparing needs of it in columns.

Parts come back from person to person, so what costs time is made once for each, and for all new ones together. A
lexicon only grows; `lexicon()` begins a new one when the last is large.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching.forgetting import forgettable
from borderdesk.matching.nicknames import groups_of
from borderdesk.matching.rarity import rarity_of_fold
from borderdesk.matching.scripts import Kind
from borderdesk.matching.sounds import folds, skeletons

FULL, BONES, LOOSE = 0, 1, 2
"""Kinds of parts, by how much of the sound their script writes (`scripts.Kind`)."""

MOST: Final = 200_000
"""Parts of one lexicon: some 100 MB at most; a desk's day of questions needs a tenth of it."""

_COARSE: Final = str.maketrans("eiouyvqcgxzjpft", "aaaaawkkkkssbbd")
"""Letters that spellings exchange, as one of them; h says nothing."""

_LETTER_BITS: Final = np.zeros(256, np.uint32)
for _letter in "abcdefgijklmnopqrstuvwxyz":
    _LETTER_BITS[ord(_letter)] = 1 << (ord(_letter.translate(_COARSE)) & 31)

_COLUMNS: Final = {
    "kind": np.uint8,
    "size": np.int16,
    "letters": np.uint32,
    "first_letters": np.uint32,
    "grouped": np.bool_,
    "several": np.bool_,
    "rare": np.float64,
}


class Lexicon:
    """Parts by number. `keys[n]` is the part's key (`parts.part_key`), and under the same number stand:

    `plain` and `last`, its first and its last reading; `sounds` and `other_sounds`, the folds of these; `skeleton`;
    `whole` and `short`, its groups of names (`nicknames`). In columns (`column`): `kind`; `size`, the length of the
    first reading; `letters` and `first_letters`, a coarse bit for each letter of all readings and of the first one;
    `grouped`, whether it has groups; `several`, whether it has two sounds; `rare`, how telling it is.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.plain: list[str] = []
        self.last: list[str] = []
        self.sounds: list[str] = []
        self.other_sounds: list[str] = []
        self.skeleton: list[str] = []
        self.whole: list[frozenset[int]] = []
        self.short: list[frozenset[int]] = []
        self._columns: dict[str, npt.NDArray[Any]] = {name: np.zeros(1024, kind) for name, kind in _COLUMNS.items()}
        self._places: dict[str, int] = {}
        self._growing = threading.Lock()

    def __len__(self) -> int:
        return len(self.keys)

    def column(self, name: str) -> npt.NDArray[Any]:
        """One column; longer than the lexicon."""
        return self._columns[name]

    def places(self, keys: Sequence[str]) -> list[int]:
        """The numbers of these parts; new ones are taken in."""
        place = self._places
        try:
            return [place[key] for key in keys]
        except KeyError:
            self._take_in(keys)
            return [place[key] for key in keys]

    def _take_in(self, keys: Iterable[str]) -> None:
        with self._growing:
            new = list(dict.fromkeys(key for key in keys if key not in self._places))
            start, end = len(self.keys), len(self.keys) + len(new)
            kinds = [BONES if key[:1] == Kind.BONES else LOOSE if key[:1] == Kind.LOOSE else FULL for key in new]
            bare = [key[1:] if kind else key for key, kind in zip(new, kinds, strict=True)]
            first = [key.partition("/")[0] for key in bare]
            last = [key.rpartition("/")[2] for key in bare]
            sounds = folds(first)
            several = [n for n in range(len(new)) if first[n] != last[n]]
            others = sounds.copy()
            for n, sound in zip(several, folds([last[n] for n in several]), strict=True):
                others[n] = sound
            whole, short = groups_of(first, sounds, [kind == FULL for kind in kinds])
            for n in several:
                if kinds[n] == FULL:
                    whole[n] |= groups_of([last[n]], [others[n]], [True])[0][0]
            self._room_for(end)
            columns = self._columns
            columns["kind"][start:end] = kinds
            columns["size"][start:end] = [len(one) for one in first]
            columns["letters"][start:end] = _letters(bare)
            columns["first_letters"][start:end] = _letters(first)
            columns["grouped"][start:end] = [bool(a or b) for a, b in zip(whole, short, strict=True)]
            columns["several"][start:end] = [a != b for a, b in zip(sounds, others, strict=True)]
            columns["rare"][start:end] = [rarity_of_fold(sound) for sound in sounds]
            self.plain += first
            self.last += last
            self.sounds += sounds
            self.other_sounds += others
            self.skeleton += skeletons(sounds)
            self.whole += whole
            self.short += short
            self.keys += new
            # Last of all: another thread asks only here whether a part is known.
            self._places.update(zip(new, range(start, end), strict=True))

    def _room_for(self, count: int) -> None:
        for name, column in self._columns.items():
            if count > len(column):
                longer = np.zeros(2 * count, column.dtype)
                longer[: len(column)] = column
                self._columns[name] = longer


def _letters(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    """A bit for every coarse letter in each of the words."""
    bits = _LETTER_BITS[np.frombuffer(("\n".join(words) + "\n").encode(), np.uint8)]
    starts = np.cumsum([0] + [len(word) + 1 for word in words[:-1]])
    found: npt.NDArray[np.uint32] = np.bitwise_or.reduceat(bits, starts)
    return found


class _Latest:
    held = Lexicon()

    def cache_clear(self) -> None:
        """Begin anew."""
        forget_lexicon()


forgettable(_Latest())


def forget_lexicon() -> None:
    """Begin a new lexicon: what the held one says of rarity is no longer true."""
    _Latest.held = Lexicon()


def lexicon() -> Lexicon:
    """The lexicon in use. Whoever compares takes it once and keeps to it."""
    if len(_Latest.held) > MOST:
        _Latest.held = Lexicon()
    return _Latest.held
