"""Files that were handed in are looked at and taken over, one at a time, in a thread of the server's pool.

A page starts it and goes on; what it shows meanwhile is what stands beside the file (`arrivals`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, BorderDeskError, KnownError
from borderdesk.watchlist.readers import Tally
from borderdesk.words import Sentence, say
from sync.api.bugs import LOG, told
from sync.bureau.arrivals import Arrival, Arrivals, Outcome, Stage
from sync.bureau.bureau import Bureau
from sync.bureau.drafting import Preview
from sync.bureau.formats import Plan, watched
from sync.bureau.importing import take_over, write_report
from sync.bureau.pool import Pool

SHOWN_CHANGES: Final = 50
SHOWN_REFUSALS: Final = 100
_LOOK_EVERY: Final = 1000
_TOLD_SECONDS: Final = 1.0

CUT_OFF: Final[tuple[Sentence, ...]] = (
    say("The server stopped while the file was being read."),
    say("Either all of it is in the draft or nothing; nothing was published."),
    say("Look at the list's difference, then look at the file again."),
)
"""What is said of a file that nobody reads any more though its reading never ended."""
_BUG: Final[tuple[Sentence, ...]] = (
    say("The program failed while it read the file."),
    CUT_OFF[1],
    say("Tell whoever looks after the server: the kind of the failure is in its log."),
)


class Stopping(KnownError):
    """The server goes down while a file is read."""

    def __init__(self) -> None:
        super().__init__(
            say("The server was stopped while it read the file."),
            safe=NOTHING_CHANGED,
            todo=say("Look at the file again once the server runs."),
        )


class Arriving:
    """Reads files of `arrivals` in the pool."""

    def __init__(self, arrivals: Arrivals, pool: Pool, monotonic: Callable[[], float]) -> None:
        self.arrivals = arrivals
        self._pool, self._monotonic = pool, monotonic

    def look(self, bureau: Bureau, one: Arrival, plan: Plan) -> None:
        """See what taking the file over would change. Raises Busy."""
        self._begin(bureau, replace(one, plan=plan, stage=Stage.LOOKING), plan, withdraw_many=False)

    def take(self, bureau: Bureau, one: Arrival, plan: Plan, *, withdraw_many: bool) -> None:
        """Take the file over into the list's draft. Raises Busy."""
        self._begin(bureau, replace(one, stage=Stage.TAKING), plan, withdraw_many=withdraw_many)

    def _begin(self, bureau: Bureau, one: Arrival, plan: Plan, *, withdraw_many: bool) -> None:
        with ExitStack() as held:
            held.enter_context(self.arrivals.reading())
            begun = self.arrivals.put(replace(one, records=0, position=0, refused=()))
            done = self._pool.submit(self._work, bureau, begun, plan, withdraw_many=withdraw_many)
            lock = held.pop_all()

        def ended(future: Future[Arrival]) -> None:
            try:
                bug = future.exception()
                if isinstance(bug, Exception):
                    LOG.error(told(bug))
                    self.arrivals.put(replace(begun, stage=Stage.FAILED, refused=_BUG))
            finally:
                lock.close()

        done.add_done_callback(ended)

    def _work(self, bureau: Bureau, one: Arrival, plan: Plan, *, withdraw_many: bool) -> Arrival:
        tally, taking = Tally(plan.says), one.stage is Stage.TAKING
        try:
            with ExitStack() as files:
                file = files.enter_context(watched(self.arrivals.file(one)))
                other = files.enter_context(watched(self.arrivals.file(one, other=True))) if one.other else None
                found = take_over(
                    bureau,
                    plan.watchlist,
                    plan.read(file.stream, other.stream if other else None, one.name),
                    tally,
                    self._step(one, tally, file.position),
                    preview=not taking,
                    withdraw_many=withdraw_many,
                    by=one.by,
                    file=f"{one.name} {one.sha256}",
                    shown=SHOWN_CHANGES,
                )
            outcome = _told(tally, found)
            if not taking and outcome.refused:
                # Of a file that is taken over it stands there since it was looked at.
                write_report(self.arrivals.report(one), tally.report())
        except BorderDeskError as error:
            return self.arrivals.put(replace(one, stage=Stage.FAILED, refused=error.sentences))
        if not taking:
            return self.arrivals.put(replace(one, stage=Stage.LOOKED, outcome=outcome))
        taken = self.arrivals.put(replace(one, stage=Stage.TAKEN, outcome=outcome))
        self.arrivals.forget_file(taken)
        return taken

    def _step(self, one: Arrival, tally: Tally, position: Callable[[], int]) -> Callable[[int], None]:
        """Told how many records came, says now and then how far it is, and ends where the server does."""
        count, said = 0, self._monotonic()

        def step(records: int) -> None:
            nonlocal count, said
            count += records
            if count < _LOOK_EVERY:
                return
            count = 0
            if self._pool.ending.is_set():
                raise Stopping
            if self._monotonic() - said >= _TOLD_SECONDS:
                said = self._monotonic()
                self.arrivals.put(replace(one, records=tally.imported, position=position()))

        return step


def _told(tally: Tally, found: Preview) -> Outcome:
    report = tally.report()
    return Outcome(
        report.imported,
        replace(found.difference, duplicates=found.difference.duplicates[:SHOWN_REFUSALS]),
        found.changes,
        found.many,
        report.refusals[:SHOWN_REFUSALS],
        sum(times for *_, times in report.reasons),
        tuple((loss.value, name, reason, times) for loss, name, reason, times in report.reasons[:SHOWN_REFUSALS]),
        report.generated_at,
    )
