"""What a supervisor typed about somebody who is to get an account. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.operations import Operation
from borderdesk.people import Role
from borderdesk.words import say


class NotADay(KnownError):
    """The last day of an account is none."""

    def __init__(self, text: str) -> None:
        super().__init__(
            say("{text} is no day.", text=text),
            safe=NOTHING_CHANGED,
            todo=say("Write the last day like 2027-03-31, or leave it empty for an account that stays."),
        )


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`last_day` as it was typed, meant in `zone`, the post's own; empty for an account that stays."""

    account: str
    name: str
    role: Role
    password: str = field(repr=False)
    last_day: str = ""
    operation: Operation | None = None
    zone: tzinfo = UTC

    @property
    def until(self) -> datetime | None:
        """The end of the last day, in UTC. Raises NotADay."""
        if not self.last_day:
            return None
        try:
            day = date.fromisoformat(self.last_day)
        except ValueError as error:
            raise NotADay(self.last_day) from error
        return datetime.combine(day, time.max, self.zone).astimezone(UTC)
