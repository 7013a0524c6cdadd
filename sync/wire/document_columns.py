"""A whole list of travel documents from columns: what `editions` writes from objects, byte for byte, without objects.

Twenty million documents as objects take ten gigabytes and a quarter of an hour; as columns they are sorted and packed
at the speed of numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from borderdesk.watchlist import DocumentColumns
from sync.wire.cbor import encode
from sync.wire.columns import Ints, deflate, pack_numbers
from sync.wire.documents import BLOCK_ROWS, LONGEST, Group, pack_groups, status_codes

_RADIX: Final = 37
"""Digits, letters, and the end of a number: nine places still fit 64 bits."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """All documents, in wire order. `width` is the length of a number; those over LONGEST come last, as text."""

    kinds: tuple[tuple[str, str], ...]
    kind: Ints
    width: Ints
    characters: NDArray[np.uint8]
    status: NDArray[np.uint8]
    lost: Ints
    reported: Ints

    def __len__(self) -> int:
        return len(self.kind)


def pack_blocks(columns: Iterable[DocumentColumns], reference: date) -> Iterator[tuple[int, list[bytes]]]:
    """Rows and sections of each block of a whole list. Raises ValueError where a document is in it twice."""
    whole = _in_wire_order(list(columns))
    codes = status_codes()
    for start in range(0, len(whole), BLOCK_ROWS):
        part = slice(start, start + BLOCK_ROWS)
        yield (
            len(whole.kind[part]),
            [
                _keys(whole, part),
                deflate(codes[whole.status[part]].tobytes()),
                _dates(whole.lost[part], whole.reported[part], reference),
            ],
        )


def _in_wire_order(blocks: list[DocumentColumns]) -> _Whole:
    kinds = tuple(sorted({kind for block in blocks for kind in block.kinds}))
    place = {kind: number for number, kind in enumerate(kinds)}
    longest = max((block.number.itemsize for block in blocks), default=1)
    count = sum(map(len, blocks))
    characters = np.zeros((count, longest), np.uint8)
    kind = np.zeros(count, np.int64)
    at = 0
    for block in blocks:
        of_block = block.characters()
        characters[at : at + len(block), : of_block.shape[1]] = of_block
        kind[at : at + len(block)] = np.array([place[each] for each in block.kinds], np.int64)[block.kind]
        at += len(block)
    width = np.count_nonzero(characters, axis=1).astype(np.int64)
    odd = width > LONGEST
    # An odd number's place is by state, type, length and number too, after all others.
    group = (odd.astype(np.int64) << 40) | (kind << 8) | width
    keys = [_value(characters[:, first : first + LONGEST]) for first in range(0, longest, LONGEST)]
    order = np.lexsort((*reversed(keys), group))
    same = np.ones(max(0, count - 1), bool)
    for key in (group, *keys):
        placed = key[order]
        same &= placed[1:] == placed[:-1]
    if same.any():
        raise ValueError("a document twice in one list")
    return _Whole(
        kinds,
        kind[order],
        width[order],
        characters[order],
        np.concatenate([block.status for block in blocks] or [np.zeros(0, np.uint8)])[order],
        np.concatenate([block.lost for block in blocks] or [np.zeros(0, np.uint32)])[order].astype(np.int64),
        np.concatenate([block.reported for block in blocks] or [np.zeros(0, np.uint32)])[order].astype(np.int64),
    )


def _value(characters: NDArray[np.uint8]) -> Ints:
    """Up to nine characters as one number that sorts like them."""
    code = np.zeros(256, np.int64)
    code[ord("0") : ord("9") + 1] = np.arange(1, 11)
    code[ord("A") : ord("Z") + 1] = np.arange(11, 37)
    values = np.zeros(len(characters), np.int64)
    for position in range(characters.shape[1]):
        values = values * _RADIX + code[characters[:, position]]
    return values


def _keys(whole: _Whole, part: slice) -> bytes:
    kind, width, characters = whole.kind[part], whole.width[part], whole.characters[part]
    plain = int(np.count_nonzero(width <= LONGEST))
    edges = np.flatnonzero((np.diff(kind[:plain]) != 0) | (np.diff(width[:plain]) != 0)) + 1
    groups = []
    starts = [0, *edges.tolist()] if plain else []
    for first, last in zip(starts, [*edges.tolist(), plain], strict=False):
        state, type_ = whole.kinds[kind[first]]
        groups.append(Group(state, type_, characters[first:last, : width[first]]))
    odd = [
        [*whole.kinds[kind[row]], characters[row, : width[row]].tobytes().decode("ascii")]
        for row in range(plain, len(kind))
    ]
    return pack_groups(groups, odd)


def _dates(lost: Ints, reported: Ints, reference: date) -> bytes:
    today = reference.toordinal()
    is_lost, is_reported = lost != 0, reported != 0
    base = np.where(is_reported, reported, today)
    ages = np.where(is_reported, today - reported, 0)
    lags = np.where(is_lost, base - lost, 0)
    return encode([pack_numbers(ages, is_reported), pack_numbers(lags, is_lost)])
