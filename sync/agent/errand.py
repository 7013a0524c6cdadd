"""One exchange after the other, on demand: what another desk handed over goes on at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, Self

from borderdesk.store import DiskFailed, DiskFull
from sync.agent.state import ExchangeReport


class Exchanges(Protocol):
    """The part of `Desk` that an errand needs."""

    def exchange(self) -> ExchangeReport: ...

    def end_exchange(self) -> None: ...


class Errand:
    """Owns one thread, which has ended when its block ends. Where the link is down, the next demand tries again."""

    def __init__(self, desk: Exchanges) -> None:
        self._desk = desk
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="errand")
        self._waiting = threading.Event()

    def run(self) -> None:
        """Exchange soon. From any thread; demands that come meanwhile are one."""
        if not self._waiting.is_set():
            self._waiting.set()
            self._pool.submit(self._exchange)

    def _exchange(self) -> None:
        self._waiting.clear()
        try:
            self._desk.exchange()
        except (DiskFull, DiskFailed):
            return  # what was handed over is kept; the desk itself says so to whoever works at it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.end_exchange()
        self._pool.shutdown(wait=True, cancel_futures=True)
