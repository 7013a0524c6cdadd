"""Birth dates as documents get them wrong."""

from __future__ import annotations

import numpy as np
import pytest

from borderdesk.dates import PartialDate
from borderdesk.matching.facts import BIRTHS, Birth, birth_levels, date_number


@pytest.mark.parametrize(
    ("asked", "listed", "level"),
    [
        ("1971-05-02", "1971-05-02", Birth.SAME),
        ("1971-05-02", "1971-02-05", Birth.SLIP),
        ("1971-05-02", "1971-05-03", Birth.SLIP),
        ("1971-05-02", "1972-05-02", Birth.SLIP),
        ("1971-05-02", "1917-05-02", Birth.SLIP),
        ("1976-06-25", "1967-06-25", Birth.SLIP),
        ("1971-05-21", "1971-05-12", Birth.SLIP),
        ("1971-05-21", "1971-05-26", Birth.DIGIT),
        ("1971-05-02", "1978-05-02", Birth.PARTS),
        ("1971-05-02", "1971", Birth.YEAR),
        ("1971-05-02", "1971-05", Birth.YEAR),
        ("1971-05-02", "1971-01-01", Birth.YEAR),
        ("1971-05-02", "1972", Birth.NEAR_YEAR),
        ("1971-05-02", "1971-11-28", Birth.PARTS),
        ("1944-08-18", "1944-08-25", Birth.PARTS),  # both digits of the day are others
        ("1971-05-02", "1974-11-28", Birth.NEAR),
        ("1971-05-02", "1990-11-28", Birth.OTHER),
        ("2514-05-02", "1971-05-02", Birth.CALENDAR),
        ("1391-03-07", "1971-05-02", Birth.CALENDAR),  # 7 Rabi I 1391 AH
    ],
)
def test_two_birth_dates_agree_as_far_as_slips_and_calendars_explain(asked: str, listed: str, level: Birth) -> None:
    numbers = [np.array([date_number(PartialDate.parse(text))]) for text in (asked, listed)]
    assert BIRTHS[int(birth_levels(*numbers)[0])] is level
    assert BIRTHS[int(birth_levels(*reversed(numbers))[0])] is level, "from either side"
