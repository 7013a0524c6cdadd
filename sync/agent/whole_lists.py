"""Large whole lists come into use in a thread of their own, so that nothing urgent waits for them.

A list of a hundred million documents takes minutes to put in its place. It is done in steps of about a second, and
between two of them whoever else has something to write does: an alert, a hit. Where the desk is locked meanwhile, the
list stops after its step and goes on from there when somebody signs in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from borderdesk.clock import Moment
from borderdesk.ids import ListName
from borderdesk.watchlist import Delta, ListKind, Snapshot
from sync.agent.unlocked import Unlocked

LARGE: Final = 100_000
"""Documents from which a whole list is large: a smaller one takes less than half a second."""


class WholeLists:
    """Applies one large list at a time. `done` is called in its thread when one has come to its end."""

    def __init__(self, done: Callable[[], None]) -> None:
        self._done = done
        self._stopping = threading.Event()
        self._running: _Running | None = None

    @property
    def busy_with(self) -> ListName | None:
        """The list that is coming into use, or that has and whose end nobody has collected yet."""
        return self._running.change.edition.watchlist.name if self._running else None

    @property
    def is_done(self) -> bool:
        """Whether there is something to collect."""
        return self._running is not None and self._running.end.done()

    def for_here(self, change: Snapshot | Delta) -> Snapshot | None:
        """The list, where it is large, or one of documents while another one comes in; None for anything else."""
        if not isinstance(change, Snapshot) or change.edition.watchlist.kind is not ListKind.DOCUMENTS:
            return None
        return change if change.edition.rows >= LARGE or self._running is not None else None

    def begin(self, desk: Unlocked, change: Snapshot, at: Moment) -> None:
        """Apply a list; where another one is under way, nothing happens, and it is to be offered again later."""
        if self._running is not None:
            return
        self._stopping.clear()
        pool = ThreadPoolExecutor(1, thread_name_prefix="whole-list")
        end = pool.submit(desk.apply, change, at, stop=self._stopping.is_set)
        self._running = _Running(change, end, pool)
        end.add_done_callback(lambda _: self._done())

    def collect(self) -> Snapshot | None:
        """The list that is in use now, once; None where none has come to its end. Raises what applying it raised."""
        running = self._running
        if running is None or not running.end.done():
            return None
        self._running = None
        running.pool.shutdown(wait=True)
        running.end.result()
        return running.change

    def wait(self) -> None:
        """Until what is under way has come to its end."""
        if self._running is not None:
            self._running.pool.shutdown(wait=True)

    def stop(self) -> None:
        """End it after its step, before the store is closed. What is not in use yet goes on another time."""
        self._stopping.set()
        self.wait()
        self._running = None


@dataclass(frozen=True, slots=True)
class _Running:
    change: Snapshot
    end: Future[None]
    pool: ThreadPoolExecutor
