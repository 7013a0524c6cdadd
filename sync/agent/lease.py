"""The lease: how long a desk may be used without a word of its bureau, where the bureau's signed policy sets an end.

Every manifest that is believed renews it, by link or by stick, also while the desk is locked. It bounds what a stolen
desk is good for. It counts in trusted time, so setting the PC's clock back while the desk is off can stretch it by that
time, but never beyond; ordinarily there is no lease, and stale data only warns.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.policy import Policy
from borderdesk.words import say


class LeaseOver(KnownError):
    """The bureau has not been heard for longer than its policy lets this desk be used."""

    def __init__(self, heard: datetime, days: int) -> None:
        super().__init__(
            say(
                "This desk has not heard the bureau since {heard}; after {days} days it may not be used.",
                heard=heard.strftime("%Y-%m-%d %H:%M UTC"),
                days=days,
            ),
            safe=say("Lists, hits and reports are kept as they are."),
            todo=say("Connect the link, or take in a stick from the bureau; then sign in again."),
        )


def refuse_if_lease_is_over(heard: datetime | None, at: Moment, policy: Policy) -> None:
    """Raises LeaseOver. A desk that has heard nothing at all has nothing to protect."""
    if policy.lease_days and heard is not None and at.trusted - heard > timedelta(days=policy.lease_days):
        raise LeaseOver(heard, policy.lease_days)
