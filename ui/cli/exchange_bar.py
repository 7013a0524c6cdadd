"""A progress bar on standard error while an exchange runs, where somebody looks; nothing where nobody does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from sync.agent import Desk
from sync.agent.state import ExchangeReport

_LOOK_EVERY: Final = 0.25


def with_bar(desk: Desk, exchange: Callable[[], ExchangeReport], *, quiet: bool) -> ExchangeReport:
    """Run an exchange and show how far it is. An interrupt ends it after its piece; what is here stays."""
    if quiet or not sys.stderr.isatty():
        return exchange()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with ThreadPoolExecutor(1) as pool, Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking the bureau", total=None)
        running = pool.submit(exchange)
        try:
            while not (report := _finished(running)):
                if left := desk.progress():
                    bar.update(
                        task,
                        description=str(left.lane),
                        total=left.bytes_here + left.bytes_left,
                        completed=left.bytes_here,
                    )
        except KeyboardInterrupt:
            bar.update(task, description="ending after this piece")
            desk.end_exchange()
            report = running.result()
        return report


def _finished(running: Future[ExchangeReport]) -> ExchangeReport | None:
    try:
        return running.result(_LOOK_EVERY)
    except NotYet:
        return None
