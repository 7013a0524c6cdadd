"""How large the next piece is, and how long to rest after it.

A piece should take some seconds, whatever the link: then something urgent never waits longer for its turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from borderdesk.clock import Clock
from borderdesk.policy import Policy

FIRST_PIECE: Final = 16 * 1024
LEAST_PIECE: Final = 2 * 1024
MOST_PIECE: Final = 1024 * 1024
_MEASURABLE: Final = 4 * 1024
"""Fewer bytes say more about the round trip than about the link."""


class Pace:
    """Measures one link. `piece` is in bytes; `rate` in bytes a second, None before the first measurable piece."""

    def __init__(self, clock: Clock, rest: Callable[[float], object]) -> None:
        """`rest` waits so many seconds, or less where there is something better to do."""
        self._clock = clock
        self._rest = rest
        self.piece = FIRST_PIECE
        self.rate: float | None = None

    def now(self) -> float:
        """When a piece begins, to be given to `took`."""
        return self._clock.monotonic()

    def took(self, size: int, began: float, policy: Policy) -> None:
        """A piece of so many bytes is through: judge the next one by it, and rest where the policy caps the link."""
        seconds = self._clock.monotonic() - began
        if size >= min(_MEASURABLE, self.piece) and seconds > 0:
            self.rate = size / seconds
            wanted = self.rate * policy.piece_seconds
            if policy.cap_bytes_per_second:
                wanted = min(wanted, policy.cap_bytes_per_second * policy.piece_seconds)
            self.piece = max(LEAST_PIECE, min(MOST_PIECE, int(wanted), self.piece * 2))
        if policy.cap_bytes_per_second:
            self._rest(max(0.0, size / policy.cap_bytes_per_second - seconds))
