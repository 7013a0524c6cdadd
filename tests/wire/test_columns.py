"""Columns give back what they were given, and refuse what they would not have written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.errors import TamperingError
from sync.wire.columns import (
    NUMBER_LIMIT,
    deflate,
    inflate,
    pack_numbers,
    pack_sorted,
    unpack_numbers,
    unpack_sorted,
)

groups = st.lists(
    st.integers(1, 2**53).flatmap(
        lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), max_size=min(size, 40)).map(sorted))
    ),
    max_size=8,
)
numbers = st.lists(st.none() | st.integers(-20, 20) | st.integers(1 - NUMBER_LIMIT, NUMBER_LIMIT - 1), max_size=60)


@settings(max_examples=150, deadline=None)
@given(groups)
def test_sorted_numbers_come_back(found: list[tuple[int, list[int]]]) -> None:
    counts = np.array([len(values) for _, values in found], dtype=np.int64)
    ranges = np.array([size for size, _ in found], dtype=np.int64)
    values = np.array([value for _, group in found for value in group], dtype=np.int64)
    assert unpack_sorted(pack_sorted(values, counts, ranges), counts, ranges).tolist() == values.tolist()


def test_a_full_range_costs_nothing() -> None:
    values = np.arange(10_000, dtype=np.int64)
    assert pack_sorted(values, np.array([10_000]), np.array([10_000])) == b""


@settings(max_examples=150, deadline=None)
@given(numbers)
def test_small_numbers_come_back(found: list[int | None]) -> None:
    values = np.array([value or 0 for value in found], dtype=np.int64)
    known = np.array([value is not None for value in found], dtype=bool)
    back, back_known = unpack_numbers(pack_numbers(values, known), len(found))
    assert [value if there else None for value, there in zip(back.tolist(), back_known.tolist(), strict=True)] == found


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 50))
def test_arbitrary_bytes_are_refused_or_read_but_never_crash(data: bytes, count: int) -> None:
    for read in (
        lambda: unpack_numbers(data, count),
        lambda: unpack_sorted(data, np.array([count]), np.array([1000])),
        lambda: inflate(data, 1000),
    ):
        try:
            read()
        except (ValueError, TamperingError):
            continue


def test_a_compression_bomb_is_refused_before_it_opens() -> None:
    with pytest.raises(ValueError, match="too large"):
        inflate(deflate(bytes(10_000_000)), 1_000_000)


def test_bits_left_over_are_refused() -> None:
    counts, ranges = np.array([1]), np.array([256])
    with pytest.raises(ValueError, match="longer"):
        unpack_sorted(b"\x01\x01", counts, ranges)
    with pytest.raises(ValueError, match="early"):
        unpack_sorted(b"", counts, ranges)
