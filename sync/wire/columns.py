"""How one column of numbers becomes few bytes: the three packings that edition files are built from.

* `pack_sorted`: strictly rising numbers in known ranges, by binary interpolative coding (Moffat and Stuiver: *Binary
  Interpolative Coding for Effective Index Compression*, Information Retrieval 3, 2000). It needs no parameters, costs
  next to nothing for runs, and adapts to clusters. Done breadth first, so that numpy does a level at a time.
* `pack_numbers`: small signed numbers with gaps and repeats, as one token byte each and raw extra bits.
* `deflate`: bytes under zstd (RFC 8878), bounded when read.

Everything here raises ValueError for bytes it would not have written; callers turn that into their refusal.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from sync.wire.cbor import Fields, decode, encode
from sync.wire.refusals import EDITION

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

MAX_RANGE: Final = 2**53
"""Ranges of sorted numbers stay exact in a double, which is how their logarithm is taken."""

NUMBER_LIMIT: Final = 2**17
"""`pack_numbers` takes magnitudes below this: days within 350 years."""

_NONE, _SAME, _PLAIN = 0, 1, 2
_EXACT: Final = 16
"""Numbers below this have a token of their own; above, a token names the power of two and the next three bits."""
_NEGATIVE: Final = 126


def deflate(data: bytes, level: int = 19) -> bytes:
    return zstandard.ZstdCompressor(level=level, write_checksum=False).compress(data)


def inflate(data: bytes, limit: int) -> bytes:
    """Raises ValueError for anything but one whole frame of at most `limit` bytes."""
    try:
        size = zstandard.frame_content_size(data)
        if not 0 <= size <= limit:
            raise ValueError("a compressed part that is too large, or does not say how large it is")
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise ValueError("a compressed part is damaged") from error


class BitWriter:
    """Collects numbers of known widths, most significant bit first."""

    def __init__(self) -> None:
        self._parts: list[Bytes] = []

    def write(self, values: Ints, widths: Ints) -> None:
        ends = np.cumsum(widths)
        bits = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
        for bit in range(int(widths.max(initial=0))):
            has = widths > bit
            bits[ends[has] - 1 - bit] = (values[has] >> bit) & 1
        self._parts.append(bits)

    def bytes(self) -> bytes:
        return np.packbits(np.concatenate([*self._parts, np.zeros(0, dtype=np.uint8)])).tobytes()


class BitReader:
    """Reads what `BitWriter` wrote, in the same order. Widths are at most 56 bits."""

    def __init__(self, data: bytes) -> None:
        self._bits = len(data) * 8
        self._at = 0
        self._data = np.frombuffer(data + bytes(8), dtype=np.uint8)

    def read(self, widths: Ints) -> Ints:
        ends = self._at + np.cumsum(widths)
        end = int(ends[-1]) if len(ends) else self._at
        if end > self._bits:
            raise ValueError("a part ends too early")
        self._at = end
        starts = ends - widths
        first = starts >> 3
        word = np.zeros(len(widths), dtype=np.uint64)
        for byte in range(8):
            word = (word << np.uint64(8)) | self._data[first + byte].astype(np.uint64)
        word <<= (starts & 7).astype(np.uint64)
        # Shifting by 64 is undefined, hence in two steps for a width of nothing.
        shifted = (word >> np.uint64(1)) >> (63 - widths).astype(np.uint64)
        return shifted.astype(np.int64)

    def finish(self) -> None:
        """Nothing but padding of zero bits may be left."""
        left = self._bits - self._at
        if left >= 8 or (left and int(self._data[self._at >> 3]) & ((1 << left) - 1)):
            raise ValueError("a part is longer than it should be")


def pack_sorted(values: Ints, counts: Ints, ranges: Ints) -> bytes:
    """Pack groups of strictly rising numbers, one after the other in `values`.

    Group i has `counts[i]` numbers, each at least 0 and below `ranges[i]`; `unpack_sorted` is told the same.
    """
    out = BitWriter()
    for level in _levels(counts):
        low, high = _bounds(level, values, ranges)
        _write_below(out, values[level.middle] - low, high - low + 1)
    return out.bytes()


def unpack_sorted(data: bytes, counts: Ints, ranges: Ints) -> Ints:
    """What `pack_sorted` was given."""
    if np.any(counts < 0) or np.any(ranges < counts) or np.any(ranges > MAX_RANGE):
        raise ValueError("more numbers than there is room for")
    values = np.zeros(int(counts.sum()), dtype=np.int64)
    bits = BitReader(data)
    for level in _levels(counts):
        low, high = _bounds(level, values, ranges)
        values[level.middle] = low + _read_below(bits, high - low + 1)
    bits.finish()
    return values


class _Level:
    """One level of the halving: each entry is the middle of an open interval (left, right) of places of a group."""

    __slots__ = ("group", "left", "left_is_edge", "middle", "right", "right_is_edge")

    def __init__(self, group: Ints, left: Ints, right: Ints, starts: Ints, ends: Ints) -> None:
        some = right - left > 1
        self.group, self.left, self.right = group[some], left[some], right[some]
        self.middle = (self.left + self.right) >> 1
        self.left_is_edge = self.left < starts[self.group]
        self.right_is_edge = self.right >= ends[self.group]


def _levels(counts: Ints) -> list[_Level]:
    ends = np.cumsum(counts)
    starts = ends - counts
    levels: list[_Level] = []
    level = _Level(np.arange(len(counts), dtype=np.int64), starts - 1, ends, starts, ends)
    while len(level.middle):
        levels.append(level)
        level = _Level(
            np.concatenate([level.group, level.group]),
            np.concatenate([level.left, level.middle]),
            np.concatenate([level.middle, level.right]),
            starts,
            ends,
        )
    return levels


def _bounds(level: _Level, values: Ints, ranges: Ints) -> tuple[Ints, Ints]:
    """The least and the greatest value that each middle can have, given its neighbours and how many lie between."""
    below = np.where(level.left_is_edge, -1, values[np.maximum(level.left, 0)])
    above = np.where(level.right_is_edge, ranges[level.group], values[np.minimum(level.right, len(values) - 1)])
    return below + (level.middle - level.left), above - (level.right - level.middle)


def _floor_log2(sizes: Ints) -> Ints:
    return (np.frexp(sizes.astype(np.float64))[1] - 1).astype(np.int64)


def _write_below(out: BitWriter, values: Ints, sizes: Ints) -> None:
    """Truncated binary: the short form is one bit shorter than the long one, for as many values as there is room."""
    width = _floor_log2(sizes)
    short = (np.int64(2) << width) - sizes
    long_ones = values >= short
    shifted = values + short
    out.write(np.where(long_ones, shifted >> 1, values), width)
    out.write(shifted[long_ones] & 1, np.ones(int(long_ones.sum()), dtype=np.int64))


def _read_below(bits: BitReader, sizes: Ints) -> Ints:
    width = _floor_log2(sizes)
    short = (np.int64(2) << width) - sizes
    values = bits.read(width)
    long_ones = values >= short
    extra = bits.read(np.ones(int(long_ones.sum()), dtype=np.int64))
    values[long_ones] = ((values[long_ones] << 1) | extra) - short[long_ones]
    return values


def pack_numbers(values: Ints, known: NDArray[np.bool_]) -> bytes:
    """Pack signed numbers of magnitude below NUMBER_LIMIT; where `known` is False there is none."""
    if np.any(np.abs(values[known]) >= NUMBER_LIMIT):
        raise ValueError("a number out of range")
    negative = values < 0
    size = np.where(negative, -values - 1, values)
    power = _floor_log2(np.maximum(size, 1))
    large = size >= _EXACT
    tokens = np.where(large, _EXACT + (power - 4) * 8 + ((size >> np.maximum(power - 3, 0)) & 7), size)
    tokens = np.where(negative, tokens + _NEGATIVE, tokens + _PLAIN)
    same = np.zeros(len(values), dtype=bool)
    same[1:] = large[1:] & known[1:] & known[:-1] & (values[1:] == values[:-1])
    tokens = np.where(known, np.where(same, _SAME, tokens), _NONE).astype(np.uint8)
    extra = large & known & ~same
    bits = BitWriter()
    width = power[extra] - 3
    bits.write(size[extra] & ((np.int64(1) << width) - 1), width)
    return encode([deflate(tokens.tobytes()), bits.bytes()])


def unpack_numbers(data: bytes, count: int) -> tuple[Ints, NDArray[np.bool_]]:
    """What `pack_numbers` was given: `count` numbers, and which of them are known. Raises Malformed or ValueError."""
    pair = Fields(decode(data, EDITION, len(data)), EDITION, 2)
    tokens_packed, bits_packed = pair.blob(len(data)), pair.blob(len(data))
    tokens = np.frombuffer(inflate(tokens_packed, count), dtype=np.uint8).astype(np.int64)
    if len(tokens) != count:
        raise ValueError("a column has another number of rows")
    known = tokens != _NONE
    same = tokens == _SAME
    negative = tokens >= _NEGATIVE
    size = tokens - np.where(negative, _NEGATIVE, _PLAIN)
    large = (size >= _EXACT) & known & ~same
    step = size[large] - _EXACT
    power = (step >> 3) + 4
    if np.any(power > 16):
        raise ValueError("a number out of range")
    bits = BitReader(bits_packed)
    size[large] = (((np.int64(8) | (step & 7)) << (power - 3)) | bits.read(power - 3)).astype(np.int64)
    bits.finish()
    values = np.where(negative, -size - 1, size)
    values[~known] = 0
    if count and same[0]:
        raise ValueError("a first row that repeats the one before")
    source = np.maximum.accumulate(np.where(same, 0, np.arange(count)))
    values = values[source]
    if np.any(~known[source] & same):
        raise ValueError("a row that repeats nothing")
    return values, known
