"""Owned threads: for questions to the desk, for what is written down, for the network. Nothing else runs beside them.

A lane runs one job at a time in its own thread and hands the outcome back on the window's thread. The outcome travels
through a signal of an object that lives in the window's thread, so that Qt queues it there; no widget is ever touched
from a lane. Known errors go to the job's `failed`; anything else is a bug and is raised on the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from borderdesk.errors import BorderDeskError


class Lane(QObject):
    """One owned thread and its queue."""

    _finished = Signal(object)

    def __init__(self, name: str, *, finish_on_close: bool, parent: QObject | None = None) -> None:
        """`finish_on_close`: whether queued jobs are still done when the window closes (an officer's act must be)."""
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._finish_on_close = finish_on_close
        self._jobs: dict[Future[Any], tuple[Callable[[Any], None], Callable[[BorderDeskError], None]]] = {}
        # Queued from this thread, too: a job that ends at once must not answer in the middle of what asked it.
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        job: Callable[[], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[BorderDeskError], None],
    ) -> None:
        """Queue a job. `done` or `failed` is called on the window's thread. Call it there, too."""
        future = self._pool.submit(job)
        self._jobs[future] = (done, failed)
        future.add_done_callback(self._finished.emit)

    @property
    def idle(self) -> bool:
        """No job is queued, running, or on its way back."""
        return not self._jobs

    def drain(self) -> None:
        """Wait until everything queued so far is done. To be called from another lane."""
        self._pool.submit(lambda: None).result()

    def close(self) -> None:
        """Stop taking jobs and join the thread. Outcomes that come after this are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=not self._finish_on_close)
        self._jobs.clear()

    @Slot(object)
    def _deliver(self, future: Future[Any]) -> None:
        callbacks = self._jobs.pop(future, None)
        if callbacks is None:
            return
        done, failed = callbacks
        try:
            outcome = future.result()
        except CancelledError:
            return
        except BorderDeskError as error:
            failed(error)
            return
        done(outcome)
