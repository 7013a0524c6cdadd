"""The desk as an engine: everything an officer does, without a screen.

One `Desk` owns the encrypted store, the spool and the link of one folder. It works from a script, from the command
line and behind the window alike. Every method may be called from any thread: writes queue up at the store, reads see
the last committed state, and the network is touched by `exchange` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from borderdesk.hits import outbox
from borderdesk.ids import AccountId, ListName
from borderdesk.people import Right, require
from borderdesk.screening import late
from sync.agent import daily
from sync.agent.accounts import Accounts
from sync.agent.auditing import Auditing
from sync.agent.casework import Casework, NothingFound
from sync.agent.closer import CloserLooks
from sync.agent.diagnosis import Diagnosis
from sync.agent.drilling import Drilling
from sync.agent.exchange import Exchanged
from sync.agent.handing_over import HandingOver
from sync.agent.intake import Taken
from sync.agent.neighbour import neighbour
from sync.agent.orders import AccountShutOut, is_shut_out
from sync.agent.preview import Preview
from sync.agent.revoked import MARK, DeskRevoked, destroy
from sync.agent.second_line import SecondLineWork
from sync.agent.state import DeskStatus, ExchangeReport
from sync.agent.state import Progress as Transfer
from sync.agent.tables import MIGRATIONS
from sync.agent.tallies import Tallies
from sync.agent.unlocked import NobodySignedIn
from sync.agent.unwritten import Entry, NotJournalled
from sync.carriers import PeerAddress

__all__ = ["MIGRATIONS", "Desk", "NobodySignedIn", "NothingFound"]


class Desk(Drilling, CloserLooks, Casework, SecondLineWork, Tallies, HandingOver, Accounts, Auditing):
    """One desk's folder, from enrolment to the last hit. Close it when done."""

    def exchange(self, *, wait: float = 0.0, stop: Callable[[], bool] = lambda: False) -> ExchangeReport:
        """Upload what waits, fetch what is new; apply it where the desk is unlocked. The only use of the network.

        Where nothing is new, wait up to `wait` seconds for the bureau to say something. `stop` is asked between pieces.

        A link that is down is no error: the report and the status say so. What was refused is in the report's lines and
        in the journal, and the last good edition stays in use. Raises DiskFull or DiskFailed.
        """
        self.lock_if_idle()
        self._send_what_waits()
        self._offer_all()
        taken = Taken()

        def arrived() -> None:
            with self._guard:
                if self._unlocked is not None:
                    taken.add(self._take_in(self._unlocked))

        exchanged = self._link.exchange(wait, arrived, stop, due=lambda: self._whole_lists.is_done)
        return self._finish(exchanged, taken) if wait > 0 else self._taken_in(exchanged, taken)

    def finish_applying(self) -> None:
        """Wait until a large list that is coming into use is: for a program that asks once and ends."""
        self._finish_applying(Taken())

    def _finish_applying(self, taken: Taken) -> None:
        while self._whole_lists.busy_with is not None:
            self._whole_lists.wait()
            with self._guard:
                if self._unlocked is None:
                    return
                taken.add(self._take_in(self._unlocked))

    def want_repair(self, name: ListName) -> None:
        """A list was found not to be whole: the next exchanges mend it, shard by shard."""
        self._link.repairs.want(name)
        self._link.end_wait()

    def progress(self) -> Transfer | None:
        """What is still to come down, None where the desk is up to date. From any thread, also during an exchange."""
        return self._link.progress()

    def end_exchange(self) -> None:
        """End an exchange that is under way after its piece; what is here stays. From any thread."""
        self._link.end_exchange()

    def end_wait(self) -> None:
        """End an exchange that is under way: at once where it waits for news, else after its piece. From any thread."""
        self._link.end_wait()

    def leave(self) -> None:
        """The program ends: the network is given some seconds for what is under way. From any thread, at once."""
        self._link.leave()

    def plan_next_try(self, seconds: float | None) -> None:
        """Note when a broken exchange is tried again, for the status; None where the last one was good."""
        self._next_try = None if seconds is None else self.now().trusted + timedelta(seconds=seconds)

    def is_revoked(self) -> bool:
        """Whether the bureau has revoked this desk: nothing is to be exchanged any more."""
        return (self.folder / MARK).exists()

    def daily_work_due(self) -> datetime | None:
        """When it is due by trusted time; None while nobody is signed in."""
        with self._guard:
            return daily.due(self._unlocked, self.policy) if self._unlocked is not None else None

    def do_daily_work(self) -> None:
        """Journal, statistics, health: where a day has gone by and somebody is signed in. Raises DiskFull."""
        with self._guard:
            desk, at, policy = self._unlocked, self.now(), self.policy
            if desk is None or not daily.is_due(desk, policy, at):
                return
            self._refused.extend(daily.do(desk, policy, at, self.folder))
            self._offer_waiting(desk)

    def carry(self, stick: Path) -> ExchangeReport:
        """The same by stick: take in what it brings, leave on it what waits. Its folder is where it is mounted.

        What was refused is in the report's lines and in the journal. Raises DiskFull or DiskFailed.
        """
        self._send_what_waits()
        self._offer_all()
        report = self._taken_in(self._link.carry(stick), Taken())
        with self._peek() as desk:
            if desk is not None:
                told = {"uploaded": report.uploaded, "receipts": report.receipts, "applied": list(report.applied)}
                with suppress(NotJournalled):
                    who = AccountId(desk.signed_in.account)
                    self._unwritten.write(desk.store, Entry("stick", who, self.now(), "", told, {}))
        return report

    def feed(self, peer: PeerAddress, *, stop: Callable[[], bool] = lambda: False) -> ExchangeReport:
        """Take in what another desk of the post has from the bureau. Reports wait for link or stick.

        As with those, what was refused is in the report's lines and in the journal. Raises DiskFull or DiskFailed.
        """
        return self._taken_in(self._link.feed(peer, stop), Taken())

    def feed_from_neighbour(self, *, stop: Callable[[], bool] = lambda: False) -> ExchangeReport | None:
        """The same from the desk that was set, None where none was. Raises PeerAddressWrong, DiskFull, DiskFailed."""
        found = neighbour(self.folder)
        return None if found is None else self.feed(found, stop=stop)

    def serve_post(self) -> None:
        """Keep from now on what the other desks of the post may want; `PostServer` hands it out. Raises ShelfFailed."""
        self._link.open_shelf()

    def serve_no_post(self) -> None:
        """Keep it no longer."""
        self._link.close_shelf()

    def preview(self, stick: Path) -> Preview:
        """What `carry` would change; nothing is. Raises NotThere, StickTrap or StickUnusable."""
        return self._link.preview(stick)

    def _offer_all(self) -> None:
        """Offer again what the spool may not have taken when it was queued. Needs the store, so not while locked."""
        with self._peek() as desk:
            if desk is not None:
                self._offer_waiting(desk)

    def _taken_in(self, exchanged: Exchanged, taken: Taken) -> ExchangeReport:
        """Where nobody goes on waiting for news, what came is in use before it is reported, large lists too."""
        with self._guard:
            if self._unlocked is not None:
                taken.add(self._take_in(self._unlocked))
        self._finish_applying(taken)
        return self._finish(exchanged, taken)

    def _finish(self, exchanged: Exchanged, taken: Taken) -> ExchangeReport:
        with self._guard:
            self._refused.extend(exchanged.refusals)
            if self._unlocked is not None:
                self._unwritten.retry(self._unlocked.store)
                taken.add(self._take_in(self._unlocked))
                if is_shut_out(self._vault, self._unlocked.signed_in.account):
                    self.sign_out("order of the bureau")
                    taken.lines.append(AccountShutOut().happened)
            if exchanged.revocation is not None:
                self.sign_out("revoked")
                destroy(self.folder, exchanged.revocation)
                taken.lines.append(DeskRevoked().happened)
        report = exchanged.report
        return replace(report, applied=taken.applied, lines=(*report.lines, *taken.lines))

    def status(self) -> DeskStatus:
        """Link, lists, waiting items, who is signed in: at this moment. Locks the desk where an account is over."""
        self._lock_if_over()
        at, reply = self.now(), self.identity.reply
        with self._peek() as desk:
            limited = self._limited
            return DeskStatus(
                post=reply.post,
                desk=reply.desk,
                bureau=reply.bureau_name,
                link=self._link.state(),
                lists=self._held(desk, at) if desk else (),
                waiting=outbox.count_waiting(desk.store.reader) if desk else self._link.waiting(),
                signed_in=desk.signed_in if desk else limited.signed_in if limited else None,
                last_good_exchange=self._link.last_good(),
                at=at.trusted,
                heard=self._link.heard(),
                progress=self._link.progress(),
                warning=self._link.warning(),
                late_matches=late.count_unseen(desk.store.reader) if desk else 0,
                unwritten=len(self._unwritten),
                next_try=self._next_try,
                policy=self.policy,
            )

    def diagnosis(self) -> Diagnosis:
        """What a technician needs to know, without the lists being open. Raises NobodySignedIn, NotAllowed."""
        role = self._unlocked.role if self._unlocked else self._limited.role if self._limited else None
        if role is None:
            raise NobodySignedIn
        require(role, Right.MAINTAIN)
        return Diagnosis.of(self.folder, self._link.held(), self.status(), self._vault, self.now())
