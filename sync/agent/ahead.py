"""What is read in the background after signing in, so that the first traveller waits no longer than the next."""

from __future__ import annotations

import threading
from contextlib import suppress

from borderdesk.replica import Replica
from borderdesk.store import DiskFailed


class ReadAhead:
    """A thread that reads ahead; `close` stops and joins it, and must come before the store is closed."""

    def __init__(self, replica: Replica) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(replica,), name="read-ahead")
        self._thread.start()

    def close(self) -> None:
        """Stop after the piece that is being read."""
        self._stop.set()
        self._thread.join()

    def _read(self, replica: Replica) -> None:
        # Whoever asks reads the same pages, meets the same disk, and says so on the screen.
        with suppress(DiskFailed):
            replica.read_ahead(lambda: not self._stop.is_set())
