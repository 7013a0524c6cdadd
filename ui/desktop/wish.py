"""A wish that has to be uttered twice, and a key that is held down."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer

HELD_KEY_MS: Final = 1_000
"""Milliseconds of quiet after which a wish is a new one: a held key repeats after 660 at the latest."""


class Wish:
    """Tells a second wish from a key that is held down. Not every system says which keys only repeat."""

    def __init__(self) -> None:
        self._since = QElapsedTimer()

    @property
    def rests(self) -> bool:
        """Whether it was quiet long enough."""
        return not self._since.isValid() or self._since.hasExpired(HELD_KEY_MS)

    def is_new(self) -> bool:
        """Whether this is a wish of its own. To be asked once for each."""
        rested = self.rests
        self._since.start()
        return rested
