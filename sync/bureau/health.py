"""What desks last said of themselves: what waits there, how old their copies were, whether their journal is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from borderdesk.ids import DeskId
from sync.bureau import tables as t
from sync.wire.refusals import Refused
from sync.wire.reports import HEALTH, read_report

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeskHealth:
    """One desk's newest health report. `oldest` is the age its oldest copy had at `at`, None where it held none."""

    desk: DeskId
    at: datetime
    waiting: int
    disk_free: int
    journal_broken: str
    oldest: timedelta | None

    def age(self, now: datetime) -> timedelta | None:
        """How old that copy is now, where nothing newer came since."""
        return None if self.oldest is None else self.oldest + max(now - self.at, timedelta())


def newest(db: sa.Connection) -> dict[DeskId, DeskHealth]:
    """The newest report of every desk that sent one. What is not in the form this program knows is left out."""
    uploads = t.uploads.c
    last = (
        sa.select(uploads.desk, sa.func.max(uploads.counter).label("counter"))
        .where(uploads.kind == HEALTH)
        .group_by(uploads.desk)
        .subquery()
    )
    same = sa.and_(uploads.desk == last.c.desk, uploads.counter == last.c.counter)
    found: dict[DeskId, DeskHealth] = {}
    for row in db.execute(sa.select(uploads.desk, uploads.body).join(last, same)):
        try:
            found[DeskId(row.desk)] = _read(DeskId(row.desk), read_report(bytes(row.body)))
        except (Refused, LookupError, TypeError, ValueError, OverflowError):
            continue
    return found


def _read(desk: DeskId, said: dict[str, Any]) -> DeskHealth:
    trusted, _wall = said["at"]
    ages = [timedelta(seconds=int(seconds)) for _name, _edition, _rows, seconds in said["lists"]]
    return DeskHealth(
        desk,
        _EPOCH + timedelta(microseconds=int(trusted)),
        int(said["waiting"]),
        int(said["disk_free"]),
        str(said["journal_broken"]),
        max(ages, default=None),
    )
