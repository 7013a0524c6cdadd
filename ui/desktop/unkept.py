"""Gives back what an officer typed where the desk could not keep it: nobody types a note twice at a full disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ui.desktop.fields import Area, Field
from ui.desktop.state import WindowState

LONGEST: Final = 10.0
"""Seconds after which an error has nothing to do with what was handed over: the store waits for a lock half as long."""


class Unkept:
    """Watches one field over the one act that its text goes with."""

    def __init__(self, field: Field | Area, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._field = field
        self._seconds = seconds
        self._text = ""
        self._until = 0.0
        self._seen: WindowState | None = None

    @contextmanager
    def sent(self) -> Iterator[str]:
        """The text, while it is handed over; the field is empty then. What comes of it is seen by `render`."""
        self._text = self._typed()
        self._until = self._seconds() + LONGEST
        self._field.clear()
        yield self._text.strip()

    def render(self, state: WindowState) -> bool:
        """True where the text stands in its field again, because the act that it went with failed."""
        before, self._seen = self._seen, state
        new = state.error is not None and (before is None or state.error is not before.error)
        # What an exchange or a scan says is about neither.
        about_act = not state.unread and not (before is not None and before.exchanging and not state.exchanging)
        if new and about_act and self._text and self._seconds() < self._until and not self._typed():
            self._put(self._text)
            self._text = ""
            return True
        return False

    def _typed(self) -> str:
        return self._field.toPlainText() if isinstance(self._field, Area) else self._field.text()

    def _put(self, text: str) -> None:
        if isinstance(self._field, Area):
            self._field.setPlainText(text)
        else:
            self._field.setText(text)
