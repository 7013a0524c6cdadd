"""The shift and the operations in numbers, counted in the store; and what officers count by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from borderdesk import journal
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import Hit, HitEvent
from borderdesk.ids import AccountId
from borderdesk.operations import Counted, Operation, Outcome, Tally, beside, counts, outcomes, running, tally
from borderdesk.people import Right
from borderdesk.screening import VerdictWord, memory
from borderdesk.words import say
from sync.agent.session import Session
from sync.agent.unlocked import Unlocked

SHIFT: Final = timedelta(hours=12)
OUTSIDE: Final = ""
"""The name under which is counted what belongs to no operation."""


class CannotCount(KnownError):
    """A number that cannot be entered: none, far too large, or more taken back than was there."""

    def __init__(self) -> None:
        super().__init__(
            say("This number cannot be counted: it is nothing, too large, or takes back more than was entered."),
            safe=NOTHING_CHANGED,
            todo=say("Enter a whole number; a negative one takes back an entry that was wrong."),
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """One time in numbers: a shift, or an operation up to now. `operation` is None for the shift."""

    operation: Operation | None
    tally: Tally
    outcomes: tuple[Outcome, ...]

    @property
    def key(self) -> str:
        """Under which numbers are entered by hand."""
        return self.operation.id if self.operation else OUTSIDE


@dataclass(frozen=True, slots=True)
class PostNumbers:
    """The whole post in the days for which travellers are remembered: this desk up to now, the others up to their
    newest report."""

    days: int
    here: Mapping[VerdictWord, int]
    others: tuple[beside.DeskNumbers, ...]

    def counted(self, word: VerdictWord) -> int:
        """Of all desks together."""
        return self.here.get(word, 0) + sum(each.counted.get(word, 0) for each in self.others)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What this desk counted: the last twelve hours, and each operation that is on; and what the post did."""

    shift: Counts
    operations: tuple[Counts, ...]
    post: PostNumbers | None = None

    @property
    def all(self) -> tuple[Counts, ...]:
        """Operations first: they are what is asked for."""
        return (*self.operations, self.shift)


class Tallies(Session):
    """Counting, without a name or a number of any traveller."""

    def numbers(self) -> Numbers:
        """The shift and the operations that are on. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.READ_RECORDS, by_hand=False) as desk:
            until = self.now().trusted + timedelta(seconds=1)
            hits = desk.hits.all()
            events = tuple(event for hit in hits for event in desk.hits.acts(hit.id))
            on = running.running(desk.store.reader, self.now().trusted)
            return Numbers(
                _counts(desk, None, until - SHIFT, until, hits, events),
                tuple(_counts(desk, each, each.begins_at, until, hits, events) for each in on),
                _post(desk, self.policy.recheck_days, until),
            )

    def count_by_hand(self, operation: str, counted: Counted, number: int, *, note: str = "") -> None:
        """Enter what no act tells, for an operation or (`OUTSIDE`) none; a negative number takes an entry back.

        Raises NobodySignedIn, NotAllowed, CannotCount, DiskFull, DiskFailed.
        """
        with self._open(Right.TAKE_UP_HITS) as desk:
            at = self.now()
            who = AccountId(desk.signed_in.account)
            known = {OUTSIDE, *(each.id for each in running.running(desk.store.reader, at.trusted))}
            if operation not in known:
                raise CannotCount
            details = {"operation": operation, "counted": counted.value, "number": number}
            with desk.store.transaction() as db:
                try:
                    counts.enter_by_hand(db, operation, counted, number, officer=who, at=at, note=note)
                except ValueError as error:
                    raise CannotCount from error
                journal.append(db, kind="counted", who=who, at=at, why=note, details=details)


def _post(desk: Unlocked, days: int, until: datetime) -> PostNumbers:
    since = until - timedelta(days=days)
    here: Counter[VerdictWord] = Counter()
    for (_, word), count in memory.count_by_hour(desk.store.reader, since, until).items():
        here[word] += count
    return PostNumbers(days, here, beside.others(desk.store.reader, since))


def _counts(
    desk: Unlocked,
    operation: Operation | None,
    since: datetime,
    until: datetime,
    hits: tuple[Hit, ...],
    events: tuple[HitEvent, ...],
) -> Counts:
    reader = desk.store.reader
    counted = memory.count_by_hour(reader, since, until)
    hand = counts.by_hand(reader, operation.id if operation else OUTSIDE, since=since, until=until)
    return Counts(
        operation,
        tally(counted, hits, since=since, until=until),
        outcomes(counts.by_acts(events, since=since, until=until), hand),
    )
