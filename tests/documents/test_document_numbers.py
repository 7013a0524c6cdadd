"""Numbers are compared in one form, and the numbers near them are known."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.documents import (
    is_one_edit_away,
    look_alike_class,
    normal_number,
    one_edit_neighbours,
    overflow_variants,
)

NUMBER = st.text("012ABOQ", min_size=1, max_size=5)


def test_separators_case_and_filler_do_not_matter() -> None:
    assert normal_number("l-898 902c<") == "L898902C"
    assert normal_number("№ 12/34") == "1234"


def test_look_alikes_share_a_class() -> None:
    assert len({look_alike_class(n) for n in ("O1S", "0I5", "QL5", "D1S", "U15")}) == 1
    assert look_alike_class("8G2Z") == look_alike_class("B6ZZ")
    assert look_alike_class("A3") != look_alike_class("A4")


@settings(max_examples=60, deadline=None)
@given(NUMBER)
def test_neighbours_are_told_apart_one_by_one_too(number: str) -> None:
    neighbours = list(one_edit_neighbours(number))
    assert len(neighbours) == len(set(neighbours))
    assert number not in neighbours
    assert all(is_one_edit_away(number, other) and is_one_edit_away(other, number) for other in neighbours)


@settings(max_examples=200, deadline=None)
@given(NUMBER, NUMBER)
def test_a_number_is_near_exactly_when_it_is_among_the_neighbours(one: str, other: str) -> None:
    assert is_one_edit_away(one, other) == (other in set(one_edit_neighbours(one)))


def test_a_long_number_is_also_listed_short_or_with_its_check_digit() -> None:
    variants = overflow_variants("D23145890734")
    assert {"D23145890", "D231458907349"} <= set(variants)
    assert "D23145890734" in overflow_variants("D231458907349")
    assert "D23145890124" in overflow_variants("D231458901240")
