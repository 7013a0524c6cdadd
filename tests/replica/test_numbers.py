"""Numbers as the index holds them: nothing is lost, and look-alikes stand together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.documents import ALPHABET, look_alike_class, one_edit_neighbours
from borderdesk.replica.marks import normal_mark
from borderdesk.replica.numbers import PLACES, near_entries, read_number, write_number, write_numbers
from borderdesk.watchlist import Mark, Scheme

numbers = st.text(ALPHABET, min_size=1, max_size=14) | st.text("0OQ1I8B", min_size=1, max_size=12)


@settings(max_examples=200)
@given(numbers)
def test_a_written_number_reads_back(number: str) -> None:
    assert read_number(*write_number(number)) == number


@settings(max_examples=200)
@given(numbers, numbers)
def test_numbers_share_a_skeleton_exactly_where_their_first_nine_look_alike(one: str, other: str) -> None:
    same = look_alike_class(one[:PLACES]) == look_alike_class(other[:PLACES])
    assert (write_number(one).skeleton == write_number(other).skeleton) == same


@settings(max_examples=50)
@given(st.lists(numbers, min_size=1, max_size=8))
def test_many_numbers_are_written_as_each_of_them(many: list[str]) -> None:
    array = np.array([number.encode() for number in many], np.bytes_)
    skeletons, rests, variants = write_numbers(array.view(np.uint8).reshape(len(many), -1))
    together = list(zip(skeletons.tolist(), [rest.decode() for rest in rests.tolist()], variants.tolist(), strict=True))
    assert together == [tuple(write_number(number)) for number in many]


@settings(max_examples=60, deadline=None)
@given(numbers)
def test_every_number_one_edit_away_stands_under_a_near_entry_or_the_own_skeleton(number: str) -> None:
    entries, own = near_entries(number), write_number(number).skeleton
    neighbours = [neighbour for neighbour in one_edit_neighbours(number) if neighbour]
    assert len(neighbours) > len(number) * len(ALPHABET)
    for neighbour in neighbours:
        written = write_number(neighbour)
        there = entries.get(written.rest, ())
        assert written.skeleton == own or written.skeleton in there, neighbour


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ກຂ 1234", "ກຂ-1234", True),
        ("ກຂ 1234", "ກຂ ໑໒໓໔", True),
        ("ກຂ 1234", "ບກ 1234", False),
        ("ب ت 1234", "ب ت ١٢٣٤", True),
        ("ب ت 1234", "1234", False),
        ("А123ВС77", "A123BC77", True),
        ("29-MĐ1 234.56", "29MD1 23456", True),
    ],
)
def test_a_plate_is_known_by_its_letters_in_whatever_script_they_are(one: str, other: str, same: bool) -> None:
    assert (normal_mark(Mark(Scheme.PLATE, one)) == normal_mark(Mark(Scheme.PLATE, other))) is same
