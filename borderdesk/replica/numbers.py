"""How the replica writes document numbers, so that look-alikes are neighbours on the disk.

A number's first nine characters become two whole numbers: its *skeleton* (which look-alike class stands at each place,
base 27, 0 where the number has ended) and its *variant* (which member of the class it is, base 5). All numbers that
look alike share a skeleton, so one short range of the index holds them; and a number of digits only has variant 0,
which SQLite stores in no bytes at all. What is beyond nine characters is kept as text.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from borderdesk.documents import ALPHABET, LOOK_ALIKES

PLACES: Final = 9
"""The number field of every machine-readable document (ICAO Doc 9303-4, -5 and -6)."""

_MEMBERS: Final = tuple(LOOK_ALIKES) + tuple(c for c in ALPHABET if not any(c in group for group in LOOK_ALIKES))
"""Every look-alike class with its members; single characters are classes of one. Their order is kept for ever."""

BASE: Final = len(_MEMBERS) + 1
_VARIANTS: Final = max(len(group) for group in _MEMBERS)

_CODE: Final = {c: code for code, group in enumerate(_MEMBERS, 1) for c in group}
_MEMBER: Final = {c: member for group in _MEMBERS for member, c in enumerate(group)}

POWERS: Final = tuple(BASE ** (PLACES - 1 - place) for place in range(PLACES))
_VARIANT_POWERS: Final = tuple(_VARIANTS**place for place in range(PLACES))

_ANY_AT: Final = np.outer(POWERS, np.arange(1, BASE)).astype(np.int64)
"""What each look-alike class adds to a skeleton at each place. Shape (places, classes)."""

_BYTE_OF: Final = np.array(
    [[0] * _VARIANTS, *([ord(c) for c in group.ljust(_VARIANTS, group[0])] for group in _MEMBERS)], np.uint8
)
_CODE_OF_BYTE: Final = np.array([_CODE.get(chr(byte), 0) for byte in range(256)], np.int64)
_MEMBER_OF_BYTE: Final = np.array([_MEMBER.get(chr(byte), 0) for byte in range(256)], np.int64)


class Written(NamedTuple):
    """A number as the replica's index holds it."""

    skeleton: int
    rest: str
    variant: int


def write_number(number: str) -> Written:
    """A number in normal form as its index entry."""
    skeleton = variant = 0
    for place, c in enumerate(number[:PLACES]):
        skeleton += _CODE[c] * POWERS[place]
        variant += _MEMBER[c] * _VARIANT_POWERS[place]
    return Written(skeleton, number[PLACES:], variant)


def read_number(skeleton: int, rest: str, variant: int) -> str:
    """The inverse of `write_number`."""
    characters = []
    for power in POWERS:
        code, skeleton = divmod(skeleton, power)
        variant, member = divmod(variant, _VARIANTS)
        if code:
            characters.append(_MEMBERS[code - 1][member])
    return "".join(characters) + rest


def write_numbers(
    characters: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bytes_], npt.NDArray[np.int64]]:
    """Skeletons, rests and variants of many numbers at once, given as bytes of shape (numbers, longest number)."""
    first = characters[:, :PLACES]
    width = first.shape[1]
    skeletons = _CODE_OF_BYTE[first] @ np.array(POWERS[:width], np.int64)
    variants = _MEMBER_OF_BYTE[first] @ np.array(_VARIANT_POWERS[:width], np.int64)
    if characters.shape[1] <= PLACES:
        return skeletons, np.zeros(len(characters), "S1"), variants
    tail = np.ascontiguousarray(characters[:, PLACES:])
    return skeletons, tail.view(f"S{tail.shape[1]}").ravel(), variants


def read_numbers(
    skeletons: npt.NDArray[np.int64], rests: list[str], variants: npt.NDArray[np.int64]
) -> npt.NDArray[np.bytes_]:
    """The inverse of `write_numbers`."""
    characters = np.zeros((len(skeletons), PLACES), np.uint8)
    for place, power in enumerate(POWERS):
        code, skeletons = np.divmod(skeletons, power)
        variants, member = np.divmod(variants, _VARIANTS)
        characters[:, place] = _BYTE_OF[code, member]
    first = characters.view(f"S{PLACES}").ravel()
    return np.char.add(first, np.array(rests).astype(np.bytes_)) if any(rests) else first


def near_entries(number: str) -> dict[str, npt.NDArray[np.int64]]:
    """The skeletons of every index entry that may hold a number one edit away from `number`, by the entry's rest.

    Not among them is the number's own skeleton, under which all its look-alikes and every edit beyond the ninth
    character stand. Some stand there twice, and some entries hold numbers that are not one edit away: the caller
    compares what it finds.
    """
    codes = [_CODE[c] for c in number]
    length, places = len(codes), min(len(codes), PLACES)
    rest = number[PLACES:]
    longer = number[PLACES - 1 :] if length >= PLACES else ""
    heads = [0]
    for code, power in zip(codes[:places], POWERS, strict=False):
        heads.append(heads[-1] + code * power)
    kept, pulled, pushed = _suffixes(codes)
    by_rest: dict[str, list[npt.NDArray[np.int64]]] = {}
    # One character other, or one more: whatever class may stand at its place.
    others = [head + rest_of for head, rest_of in zip(heads, kept[1 : places + 1], strict=False)]
    by_rest.setdefault(rest, []).append((np.array(others, np.int64)[:, None] + _ANY_AT[:places]).ravel())
    # Before each character, or after the last.
    before = [head + moved for head, moved in zip(heads, pushed[: places + 1], strict=True)][:PLACES]
    by_rest.setdefault(longer, []).append((np.array(before, np.int64)[:, None] + _ANY_AT[: len(before)]).ravel())
    # One less, or two neighbours swapped.
    few: dict[str, list[int]] = {rest[1:]: [heads[at] + pulled[at + 1] for at in range(places)]}
    for at in range(min(length - 1, places)):
        swapped = heads[at] + codes[at + 1] * POWERS[at]
        if at + 1 < PLACES:
            few.setdefault(rest, []).append(swapped + codes[at] * POWERS[at + 1] + kept[at + 2])
        else:
            few.setdefault(number[at] + rest[1:], []).append(swapped)
    for of_rest, skeletons in few.items():
        by_rest.setdefault(of_rest, []).append(np.array(skeletons, np.int64))
    own = heads[-1]
    whole = {of_rest: np.concatenate(parts) for of_rest, parts in by_rest.items()}
    return {of_rest: skeletons[skeletons != own] for of_rest, skeletons in whole.items()}


def _suffixes(codes: list[int]) -> tuple[list[int], list[int], list[int]]:
    """The value of the first nine places from each place on: as they are, moved to the front, moved to the back."""
    length = len(codes)
    kept, pulled, pushed = [0] * (PLACES + 2), [0] * (PLACES + 2), [0] * (PLACES + 2)
    for at in range(min(length, PLACES + 1) - 1, -1, -1):
        kept[at] = kept[at + 1] + (codes[at] * POWERS[at] if at < PLACES else 0)
        pulled[at] = pulled[at + 1] + (codes[at] * POWERS[at - 1] if at else 0)
        pushed[at] = pushed[at + 1] + (codes[at] * POWERS[at + 1] if at + 1 < PLACES else 0)
    return kept, pulled, pushed
