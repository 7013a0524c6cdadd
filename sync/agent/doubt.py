"""What a desk may claim whose computer's clock cannot be right about how long it was switched off.

Until the bureau says the time, ages may be too small: so no list is called fresh, and every answer says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from borderdesk.replica.types import Freshness, HeldList
from borderdesk.screening import Verdict
from borderdesk.words import say

CLOCK: Final = say(
    "This computer's clock cannot be right, so the lists may be older than is shown, until the bureau has said the"
    " time."
)


def held_in_doubt(held: Iterable[HeldList], *, time_is_sure: bool) -> tuple[HeldList, ...]:
    """The lists held, none of them called fresh where the time is in doubt."""
    if time_is_sure:
        return tuple(held)
    return tuple(
        replace(each, freshness=Freshness.AMBER) if each.freshness is Freshness.GREEN else each for each in held
    )


def answered_in_doubt(verdict: Verdict, *, time_is_sure: bool) -> Verdict:
    """The verdict, with what the copy cannot know where the time is in doubt."""
    return verdict if time_is_sure else replace(verdict, limits=(*verdict.limits, CLOCK))
