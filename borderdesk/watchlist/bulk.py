"""Invented documents by the million, in columns: what a decoded snapshot of a whole SLTD looks like.

The same states, weights and shapes as `borderdesk.watchlist.synthetic`, drawn with numpy instead of one by one. The
same count and seed give the same list for one version of numpy; it is for measuring, not for keeping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from borderdesk.watchlist.columns import DocumentColumns
from borderdesk.watchlist.digest import STATUS_CODES
from borderdesk.watchlist.records import DocumentStatus
from borderdesk.watchlist.synthetic import _CLASSES, _PASSPORT_SHARE, _SHAPES, AS_OF

_BLOCK: Final = 250_000
_FILLED: Final = 0.95
_BLANK_SHARE: Final = 0.1
_BLANK_RUN: Final = 200
_KEPT_DAYS: Final = 3650

_STATUSES: Final = (
    DocumentStatus.LOST,
    DocumentStatus.STOLEN,
    DocumentStatus.REVOKED,
    DocumentStatus.INVALID,
)
_STATUS_SHARES: Final = (0.66, 0.27, 0.05, 0.02)


class _Series(NamedTuple):
    state: str
    type: str
    shape: str
    weight: float

    @property
    def alphabets(self) -> list[bytes]:
        """What may stand at each place."""
        return [_CLASSES.get(c, c).encode() for c in self.shape]

    @property
    def capacity(self) -> int:
        """How many numbers the shape can have."""
        capacity = 1
        for alphabet in self.alphabets:
            capacity *= len(alphabet)
        return capacity


def synthetic_columns(count: int, seed: int) -> Iterator[DocumentColumns]:
    """About `count` invented documents, no two with one key, sorted by state, type and number as the wire sends them.

    A tenth are stolen blanks in unbroken runs.
    """
    rng = np.random.default_rng(seed)
    for series in _all_series():
        left, at = round(count * series.weight), 0
        mean = max(1.0, series.capacity * _FILLED / max(1, left))
        while left > 0:
            size = min(left, _BLOCK)
            block, at = _block(series, rng, size, mean, at)
            if not len(block):
                break
            yield block
            left -= size


def _all_series() -> list[_Series]:
    rows = [row.split() for line in _SHAPES.split("\n") for row in line.split("|") if row.strip()]
    total = sum(int(weight) for _, weight, _, _ in rows)
    found: list[_Series] = []
    for state, weight, passport, card in rows:
        share = int(weight) / total
        if card != "-":
            found.append(_Series(state, "I", card, share * (1 - _PASSPORT_SHARE)))
            share *= _PASSPORT_SHARE
        found.append(_Series(state, "P", passport, share))
    return sorted(found)


def _block(series: _Series, rng: np.random.Generator, size: int, mean: float, at: int) -> tuple[DocumentColumns, int]:
    """The next `size` documents of a series after its number `at`, and where it then stands."""
    starts = rng.random(size) < _BLANK_SHARE / _BLANK_RUN
    blank = np.convolve(starts, np.ones(_BLANK_RUN, bool))[:size] > 0
    gaps = np.where(blank, 1, 1 + (rng.exponential(max(0.0, mean - 1), size)).astype(np.int64))
    places = at + np.cumsum(gaps)
    fits = places < series.capacity
    places, blank = places[fits], blank[fits]
    size = len(places)
    status = rng.choice([STATUS_CODES[each] for each in _STATUSES], size, p=_STATUS_SHARES).astype(np.uint8)
    status[blank] = STATUS_CODES[DocumentStatus.STOLEN_BLANK]
    reported = (AS_OF.toordinal() - _KEPT_DAYS * rng.random(size) ** 2).astype(np.uint32)
    lost = (reported - 60 * rng.random(size) ** 4).astype(np.uint32)
    lost[status >= STATUS_CODES[DocumentStatus.REVOKED]] = 0
    block = DocumentColumns(
        ((series.state, series.type),),
        np.zeros(size, np.uint16),
        _numbers(series, places),
        status,
        lost,
        reported,
    )
    return block, int(places[-1]) if size else at


def _numbers(series: _Series, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bytes_]:
    characters = np.zeros((len(places), len(series.shape)), np.uint8)
    left = places.copy()
    for column in range(len(series.shape) - 1, -1, -1):
        alphabet = np.frombuffer(series.alphabets[column], np.uint8)
        left, digit = np.divmod(left, len(alphabet))
        characters[:, column] = alphabet[digit]
    return characters.reshape(-1).view(f"S{len(series.shape)}")
