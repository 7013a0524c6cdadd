"""Bytes that somebody altered are refused in the room's own words, whatever was done to them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.wire import REFUSED, Decoder, decoders

ALL = decoders()


@pytest.mark.parametrize("name", ALL)
def test_a_good_message_is_read(name: str) -> None:
    assert ALL[name].read(ALL[name].example) is not None


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None)
@given(st.data())
def test_an_altered_message_is_read_or_refused_and_nothing_else(name: str, data: st.DataObject) -> None:
    decoder: Decoder = ALL[name]
    example = bytearray(decoder.example)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(example) - 1)))
        act = data.draw(st.sampled_from(["flip", "cut", "insert", "double"]))
        if act == "flip" and example:
            example[at] ^= data.draw(st.integers(1, 255))
        elif act == "cut":
            del example[at : at + data.draw(st.integers(1, 40))]
        elif act == "insert":
            example[at:at] = data.draw(st.binary(min_size=1, max_size=9))
        else:
            example[at:at] = example[at : at + 40]
    try:
        decoder.read(bytes(example))
    except REFUSED:
        return


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    try:
        ALL[name].read(data)
    except REFUSED:
        return
