"""A traveller goes before everything that the desk does beside: editions coming in, lists of people, re-checks.

Python runs one thread at a time, so work beside an answer makes it, and the painting of it, take several times as long.
Such work therefore asks at every step whether to wait. It goes on between travellers, and in short turns where they
come without a break.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

PAINTED: Final = timedelta(milliseconds=50)
"""For how long after an answer the way stays clear: for the window to paint it."""

LONGEST: Final = timedelta(milliseconds=200)
"""How long a step waits at most: a question that never ends must not keep an edition from coming into use."""

TURN: Final = timedelta(milliseconds=20)
"""How long whoever has waited may work before waiting again."""


class Precedence:
    """Shared by all threads of a desk."""

    def __init__(self, *, painted: timedelta = PAINTED, longest: timedelta = LONGEST, turn: timedelta = TURN) -> None:
        self._painted, self._longest, self._turn = (each.total_seconds() for each in (painted, longest, turn))
        self._changed = threading.Condition()
        self._asked = 0
        self._clear_until = 0.0
        self._turn_until = 0.0

    @contextmanager
    def traveller(self) -> Iterator[None]:
        """While a traveller is asked about. Several may be."""
        with self._changed:
            self._asked += 1
            self._clear_until = float("inf")
        try:
            yield
        finally:
            with self._changed:
                self._asked -= 1
                if not self._asked:
                    self._clear_until = time.monotonic() + self._painted
                    self._changed.notify_all()

    def give_way(self) -> None:
        """To be called at every step of what may wait."""
        now = time.monotonic()
        if now >= self._clear_until or now < self._turn_until:
            return
        until = now + self._longest
        with self._changed:
            while (left := min(self._clear_until, until) - time.monotonic()) > 0:
                self._changed.wait(left)
            self._turn_until = time.monotonic() + self._turn
