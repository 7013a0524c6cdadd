"""The threads that do what waits for the database, and the word that the server is going down."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor


class Pool(ThreadPoolExecutor):
    """A pool whose long work can see that it should end: `ending` is set before the pool is waited for."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix="bureau")
        self.ending = threading.Event()
