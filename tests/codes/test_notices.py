"""Colours of notices are data."""

from __future__ import annotations

from borderdesk.codes import notice_colour, notice_colours


def test_every_colour_has_a_name_and_a_purpose_and_stands_once() -> None:
    rows = notice_colours()
    assert [row.code for row in rows] == sorted({row.code for row in rows})
    assert all(row.name and row.purpose for row in rows)


def test_silver_is_known_and_an_unknown_colour_is_no_error() -> None:
    silver = notice_colour("silver")
    assert silver is not None
    assert silver.purpose == "information on criminal assets"
    assert notice_colour("turquoise") is None
