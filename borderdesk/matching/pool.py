"""Many short texts in one block of bytes, so that a million of them are two arrays and not a million objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Pool:
    """Text n is `data[start[n]:start[n + 1]]`, in UTF-8."""

    data: bytes
    start: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Pool:
        """Keep these texts."""
        return cls.of_raw([text.encode() for text in texts])

    @classmethod
    def of_raw(cls, texts: Sequence[bytes]) -> Pool:
        """Keep these texts, given as their bytes."""
        return cls(b"".join(texts), starts_of(np.fromiter(map(len, texts), np.int64, len(texts))))

    def __len__(self) -> int:
        return len(self.start) - 1

    def __getitem__(self, at: int) -> str:
        return self.raw(at).decode()

    def raw(self, at: int) -> bytes:
        """One text as its bytes."""
        return self.data[self.start[at] : self.start[at + 1]]

    def some(self, places: npt.NDArray[Any]) -> list[bytes]:
        """Several texts as their bytes."""
        data = self.data
        starts, ends = self.start[places].tolist(), self.start[places + 1].tolist()
        return [data[start:end] for start, end in zip(starts, ends, strict=True)]

    def all(self) -> list[bytes]:
        """All texts as their bytes."""
        return self.some(np.arange(len(self)))

    def find(self, text: str, low: int = 0, high: int | None = None) -> int | None:
        """Where this very text stands, of texts that ascend from `low` to below `high`."""
        wanted = text.encode()
        first, last = low, len(self) if high is None else high
        end = last
        while first < last:
            middle = (first + last) // 2
            if self.raw(middle) < wanted:
                first = middle + 1
            else:
                last = middle
        return first if first < end and self.raw(first) == wanted else None


def ranges(start: npt.NDArray[Any], end: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The numbers from every `start[n]` to below `end[n]`, one range after the other."""
    sizes = end.astype(np.int64) - start
    if not len(sizes):
        return np.empty(0, np.int64)
    before = np.cumsum(sizes) - sizes
    found: npt.NDArray[np.int64] = np.arange(int(sizes.sum())) + np.repeat(start - before, sizes)
    return found


def starts_of(sizes: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """Where each of several neighbouring ranges of these sizes begins, and where the last one ends."""
    starts = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=starts[1:])
    return starts


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The different ones of these numbers, ascending; for many, faster than `np.unique`."""
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
