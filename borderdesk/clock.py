"""Time comes in as an argument. Nothing in BorderDesk asks the operating system for it behind one's back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a room may ask about time."""

    def wall(self) -> datetime:
        """The PC's clock, in UTC. May be wrong by years: never decides what is accepted."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point of this process; never goes back."""
        ...


class SystemClock:
    """The real clock."""

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time as a desk knows it: by what was signed, and by the PC's own clock.

    `trusted` never goes back and is what ages are counted from (`sync.trust` derives it from signed times);
    `wall` is what the PC claimed, kept beside it because a wrong clock is itself worth recording. Both in UTC.
    """

    trusted: datetime
    wall: datetime
