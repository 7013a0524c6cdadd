"""Time that nobody at the desk can set.

The floor is the largest time the bureau has signed: it never goes back, and decides what is accepted. From there a
monotonic clock counts on. While the program did not run nothing counted; the PC's clock is then taken as a hint of how
long that was, where it is plausible, and ignored where it is not. So an age can be too small after a long silence with
a broken clock, and the desk says so (`clock_doubtful`); it is never larger or smaller because somebody set the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from borderdesk.clock import Clock, Moment

NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The floor of a desk to which nobody has signed anything yet. Until then the PC's clock is all there is; the first
signed time replaces it, also where it is earlier."""

LONGEST_PAUSE: Final = timedelta(days=14)
"""The longest time a desk may have been switched off for the PC's clock to be believed about it."""


@dataclass(frozen=True, slots=True)
class TimeMark:
    """What the caller keeps between runs: trusted time and the PC's clock at the same moment, and the signed floor."""

    floor: datetime
    trusted: datetime
    wall: datetime


class TrustedTime:
    """Derives `Moment`s. The caller persists `mark()` now and then, and gives it back at the next start."""

    def __init__(self, clock: Clock, mark: TimeMark) -> None:
        self._clock = clock
        self._floor = mark.floor
        pause = clock.wall() - mark.wall
        plausible = timedelta(0) <= pause <= LONGEST_PAUSE
        self.clock_doubtful = not plausible
        """True where the PC's clock cannot be right about how long the desk was off, until the bureau says the time."""
        self._anchor = max(mark.floor, mark.trusted) + (pause if plausible else timedelta(0))
        self._anchored_at = clock.monotonic()

    @classmethod
    def first(cls, clock: Clock, signed: datetime) -> TrustedTime:
        """The time of a desk that has just seen its first signed time."""
        return cls(clock, TimeMark(signed, signed, clock.wall()))

    @property
    def floor(self) -> datetime:
        """The largest signed time seen, in UTC."""
        return self._floor

    def observe(self, signed: datetime) -> None:
        """Take note of a time the bureau signed. Older ones change nothing."""
        first = self._floor <= NEVER
        self._floor = max(self._floor, signed)
        if first or signed > self._now():
            # The bureau spoke after the last time this desk was sure of.
            self.clock_doubtful = False
            self._anchor, self._anchored_at = signed, self._clock.monotonic()

    def moment(self) -> Moment:
        """Now: trusted, and what the PC claims."""
        return Moment(self._now(), self._clock.wall())

    def mark(self) -> TimeMark:
        return TimeMark(self._floor, self._now(), self._clock.wall())

    def _now(self) -> datetime:
        return self._anchor + timedelta(seconds=self._clock.monotonic() - self._anchored_at)
