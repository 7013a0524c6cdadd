"""What wakes a desk at a time of day: the window for whole lists opens, a metered day begins, daily work is due.

APScheduler keeps the appointments. Which they are follows from the policy and from trusted time, and is planned anew
after every exchange; whether something is due when it wakes is read from the database. A round every ten minutes is
for everything that no appointment knows of: a PC clock that jumped, a policy that came by stick.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from borderdesk.clock import Moment
from borderdesk.policy import Policy
from sync.agent.lanes import opens_next

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

WAKE_MINUTES: Final = 10
"""How often it is looked whether anything is due."""

_OPENS: Final = "what may be exchanged changes"
_DAILY: Final = "daily work"


class Timetable:
    """Owns one scheduler, with a thread of its own. `wake` is called in it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._schedule: BackgroundScheduler | None = None
        self._guard, self._stopped = threading.Lock(), False

    def start(self) -> None:
        """Keep appointments from now on; nothing happens where it was stopped already."""
        # Loaded here, in the courier's thread: it looks through every installed package for plug-ins, which keeps an
        # officer waiting for the sign-in screen.
        from apscheduler.schedulers.background import BackgroundScheduler

        with self._guard:
            if self._stopped:
                return
            self._schedule = BackgroundScheduler(timezone="UTC", daemon=False)
            self._schedule.add_job(self._wake, "interval", minutes=WAKE_MINUTES, coalesce=True, max_instances=1)
            self._schedule.start()

    def stop(self) -> None:
        """Keep none any more; joins the thread."""
        with self._guard:
            self._stopped = True
            if self._schedule is not None and self._schedule.running:
                self._schedule.shutdown(wait=True)

    def plan(self, policy: Policy, at: Moment, daily: datetime | None) -> None:
        """Replace the appointments. `daily` is when daily work is due by trusted time, None where nobody knows."""
        with self._guard:
            if self._stopped or self._schedule is None:
                return
            self._appoint(self._schedule, _OPENS, opens_next(policy, at.trusted), at)
            self._appoint(self._schedule, _DAILY, daily if daily is not None and daily > at.trusted else None, at)

    def appointments(self) -> dict[str, datetime]:
        """When it wakes by the PC's clock, and what for."""
        jobs = {job.id: job.next_run_time for job in self._schedule.get_jobs()} if self._schedule is not None else {}
        return {name: jobs[name] for name in (_OPENS, _DAILY) if name in jobs}

    def _appoint(self, schedule: BackgroundScheduler, name: str, when: datetime | None, at: Moment) -> None:
        if when is None:
            if schedule.get_job(name) is not None:
                schedule.remove_job(name)
            return
        # The scheduler goes by the PC's clock, however wrong that is: what counts is how long it is from now.
        wall = at.wall + (when - at.trusted) + timedelta(seconds=1)
        # One that is over would be taken off by the scheduler itself, which fails where it is just being stopped.
        schedule.add_job(
            self._wake,
            "interval",
            days=1,
            start_date=wall,
            id=name,
            replace_existing=True,
            coalesce=True,
            misfire_grace_time=None,
        )
