"""Six lanes, in strict priority: what may go first between two pieces, and what must wait on a metered line. Pure.

1. flash alerts and revocations
2. hits and receipts, and what else an officer waits for
3. people
4. changes of documents and things
5. whole lists; statistics and health
6. photos, the journal, releases of the program

No step takes longer than one piece of some four seconds, so the first lane never waits longer than that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.watchlist import ListKind
from borderdesk.words import Sentence, say
from sync.wire import FileRef, FileRole, ListHead


class Lane(IntEnum):
    """The smaller goes first."""

    FLASH = 1
    HITS = 2
    PEOPLE = 3
    CHANGES = 4
    WHOLE_LISTS = 5
    BULK = 6

    @property
    def title(self) -> Sentence:
        """For a person."""
        return _TITLES[self]


_TITLES: Final = {
    Lane.FLASH: say("flash alerts"),
    Lane.HITS: say("hits and receipts"),
    Lane.PEOPLE: say("people"),
    Lane.CHANGES: say("changes"),
    Lane.WHOLE_LISTS: say("whole lists"),
    Lane.BULK: say("photos and journal"),
}

UPLOADS: Final = {
    "hit": Lane.HITS,
    "hit-event": Lane.HITS,
    "decision": Lane.HITS,
    "late-match": Lane.HITS,
    "look-out": Lane.HITS,
    "agreement-accepted": Lane.HITS,
    "agreement-ended": Lane.HITS,
    "drill": Lane.WHOLE_LISTS,
    "health": Lane.WHOLE_LISTS,
    "statistics": Lane.WHOLE_LISTS,
    "photo": Lane.BULK,
    "journal": Lane.BULK,
}
"""The lane of each kind of upload."""


def lane_of_upload(kind: str) -> Lane:
    """An upload's lane; what this program does not know waits with the statistics."""
    return UPLOADS.get(kind, Lane.WHOLE_LISTS)


def lane_of_file(head: ListHead, file: FileRef, held: int) -> Lane:
    """The lane of a file of a list of which edition `held` is here, 0 where none is.

    A flash alert is the change that brings it. Where a list is not here at all, nothing of it is an alert yet.
    """
    if head.edition.watchlist.kind is ListKind.PHOTOS:
        return Lane.BULK
    if file.role is not FileRole.DELTA:
        small = head.edition.watchlist.kind is ListKind.PERSONS
        return Lane.PEOPLE if small else Lane.WHOLE_LISTS
    if 0 < held < head.flash:
        return Lane.FLASH
    return Lane.PEOPLE if head.edition.watchlist.kind is ListKind.PERSONS else Lane.CHANGES


def in_order(heads: Iterable[ListHead]) -> list[ListHead]:
    """Lists in the order in which they go within a lane, and are applied: people, small, large, photos."""

    def place(head: ListHead) -> tuple[bool, bool, int, ListName]:
        edition, kind = head.edition, head.edition.watchlist.kind
        return (kind is ListKind.PHOTOS, kind is not ListKind.PERSONS, edition.rows, edition.watchlist.name)

    return sorted(heads, key=place)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The last lane that may be used now, and why not all of them, if so."""

    last: Lane
    why: Sentence | None = None


def allowance(policy: Policy, at: datetime, used_today: int) -> Allowance:
    """What the bureau's policy lets a desk exchange by link at a time (UTC), after so many bytes on that day."""
    if policy.metered_bytes_per_day and used_today >= policy.metered_bytes_per_day:
        return Allowance(Lane.PEOPLE, say("today's bytes on this metered line are used up"))
    begin, end, hour = policy.bulk_from_hour, policy.bulk_until_hour, at.hour
    inside = begin <= hour < end if begin <= end else hour >= begin or hour < end
    if not inside:
        return Allowance(Lane.CHANGES, say("whole lists wait for {hour}:00 UTC", hour=begin))
    return Allowance(Lane.BULK)


def opens_next(policy: Policy, at: datetime) -> datetime | None:
    """When more may be exchanged than now, by the clock alone: the window opens, or a metered day begins.

    None where neither will ever be.
    """
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    later: list[datetime] = []
    if (policy.bulk_from_hour, policy.bulk_until_hour) != (0, 24):
        opens = midnight + timedelta(hours=policy.bulk_from_hour)
        later.append(opens if opens > at else opens + timedelta(days=1))
    if policy.metered_bytes_per_day:
        later.append(midnight + timedelta(days=1))
    return min(later, default=None)
