"""A desk whose clock cannot be right calls no list fresh, and says why with every answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from borderdesk.replica.types import Freshness
from tests.agent.conftest import PASSWORD, Place


@pytest.mark.parametrize("wrong", [timedelta(days=-30), timedelta(days=400)], ids=["set back", "far ahead"])
def test_after_a_pause_that_cannot_be_no_list_is_fresh_until_the_bureau_has_said_the_time(
    place: Place, wrong: timedelta
) -> None:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        assert {held.freshness for held in desk.screen("ZZ999999").lists} == {Freshness.GREEN}
    place.clock.now += wrong + timedelta(hours=3)
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        verdict = desk.screen("ZZ999999")
        assert "clock cannot be right" in str(verdict.limits[-1])
        assert {held.freshness for held in (*verdict.lists, *desk.status().lists)} == {Freshness.AMBER}
        assert "clock cannot be right" in str(desk.status().warning)
        place.clock.now -= wrong
        place.bureau.publish()
        desk.exchange()
        assert "clock" not in " ".join(map(str, desk.screen("ZZ999999").limits))
        assert desk.status().warning is None


def test_a_clock_that_jumps_while_the_desk_runs_changes_no_age(place: Place) -> None:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        before = desk.screen("ZZ999999")
        place.clock.now += timedelta(days=400)
        after = desk.screen("ZZ999999")
        assert [held.age for held in after.lists] == [held.age for held in before.lists]
        assert after.asked_at.trusted == before.asked_at.trusted
