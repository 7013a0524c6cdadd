"""The desk's loop: one thread that exchanges with the bureau for as long as the program runs, locked or not.

    courier = Courier(desk, heard=lambda news: ...)
    courier.start()
    courier.now()        # an officer asks for it
    courier.stop()       # before the desk is closed

Where nothing is to be done it holds one long poll, so an alert is here seconds after it was published and an idle day
costs 72 requests. A broken exchange is tried again without end: the wait doubles up to the policy's longest, and is
drawn by lot so that the posts of a country do not all come back in the same second; meanwhile the desk feeds from
another one of its post, where it was told of one. What must happen at a time of day, or once a day, is woken by
APScheduler (`timetable`), and whether it is due is read from the database: a restart forgets nothing.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.policy import Policy
from sync.agent.state import ExchangeReport
from sync.agent.timetable import Timetable
from sync.wire.http import MAX_WAIT

_REST_SECONDS: Final = 1.0
"""Between two exchanges that both came back at once: a bureau that does not hold the poll must not be besieged."""


@dataclass(frozen=True, slots=True)
class News:
    """What one round did: the report, or why there is none (the disk). `revoked` ends the loop."""

    report: ExchangeReport | None
    error: KnownError | None = None


class Exchanging(Protocol):
    """The part of `Desk` that the courier needs."""

    @property
    def policy(self) -> Policy: ...

    def exchange(self, *, wait: float, stop: Callable[[], bool]) -> ExchangeReport: ...

    def feed_from_neighbour(self, *, stop: Callable[[], bool]) -> ExchangeReport | None: ...

    def end_wait(self) -> None: ...

    def do_daily_work(self) -> None: ...

    def daily_work_due(self) -> datetime | None: ...

    def now(self) -> Moment: ...

    def is_revoked(self) -> bool: ...


class Courier:
    """Owns one thread and one scheduler. Start it once; stop it before the desk is closed."""

    def __init__(
        self,
        desk: Exchanging,
        *,
        heard: Callable[[News], None] = lambda _: None,
        planned: Callable[[float | None], None] = lambda _: None,
        draw: Callable[[], float] = random.random,
        wait: float = MAX_WAIT,
    ) -> None:
        """`heard` is called in the courier's thread after every round; `draw` gives numbers from 0 to 1.

        `planned` is told there, too, in how many seconds a broken exchange is tried again, and None once one is good.
        """
        self._desk = desk
        self._heard = heard
        self._planned = planned
        self._draw = draw
        self._wait = wait
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="courier")
        self.timetable = Timetable(self.now)

    def start(self) -> None:
        """Begin with an exchange at once."""
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """False before it was started, after it was stopped, and where the desk was revoked."""
        return self._thread.is_alive()

    def now(self) -> None:
        """Exchange now: end the long poll or the wait after a failure. From any thread; returns at once."""
        self._woken.set()
        self._desk.end_wait()

    def stop(self) -> None:
        """End what is under way at its next piece, and join the threads. Stopping again changes nothing."""
        self._stopping = True
        self.now()
        self.timetable.stop()
        if self._thread.is_alive():
            self._thread.join()

    def __enter__(self) -> Courier:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        self.timetable.start()
        failures = 0
        while not self._stopping and not self._desk.is_revoked():
            news = self._round()
            self._heard(news)
            if not self._stopping:
                self.timetable.plan(self._desk.policy, self._desk.now(), self._desk.daily_work_due())
            # Who answers with what must be refused is not asked again at once, either.
            failed = news.report is None or not news.report.reached or news.report.refused > 0
            failures = failures + 1 if failed else 0
            pause = retry_after(failures, self._desk.policy, self._draw()) if failed else _REST_SECONDS
            self._planned(pause if failed else None)
            self._woken.wait(pause)
            self._woken.clear()

    def _round(self) -> News:
        try:
            report = self._desk.exchange(wait=self._wait, stop=lambda: self._stopping)
            if not report.reached and not self._stopping:
                fed = self._desk.feed_from_neighbour(stop=lambda: self._stopping)
                if fed is not None:
                    self._heard(News(fed))
            self._desk.do_daily_work()
        except KnownError as error:
            return News(None, error)
        return News(report)


def retry_after(failures: int, policy: Policy, drawn: float) -> float:
    """Seconds to wait after so many failures in a row: doubling, between half and whole by `drawn` from 0 to 1."""
    longest = min(policy.retry_longest_seconds, policy.retry_first_seconds * 2 ** min(failures - 1, 20))
    return float(longest) * (0.5 + drawn / 2)
