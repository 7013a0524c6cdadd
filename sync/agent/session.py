"""Who works at the desk: signing in and out, locking, and what every other part asks of an open desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from borderdesk import journal
from borderdesk.clock import Clock, Moment, SystemClock
from borderdesk.errors import TamperingError
from borderdesk.hits import outbox
from borderdesk.ids import AccountId, ScreeningId
from borderdesk.matching import clearances, forget_names
from borderdesk.operations import running
from borderdesk.people import (
    RIGHTS,
    AccountEnded,
    NotAllowed,
    Right,
    Scope,
    Vault,
    ends_with,
    open_lists,
    read_machine_secret,
    require,
)
from borderdesk.policy import Policy, ScreeningPurpose
from borderdesk.replica.types import HeldList
from borderdesk.screening import Asked, KeptLateMatch, Verdict, closer, memory, screen
from borderdesk.store import DiskFailed, DiskFull, Store, translated_os_errors
from sync.agent import identity as identities
from sync.agent import lookouts
from sync.agent.doubt import answered_in_doubt, held_in_doubt
from sync.agent.intake import Taken, take_in
from sync.agent.lease import refuse_if_lease_is_over
from sync.agent.limited import Limited, catch_up, forget_notes
from sync.agent.link import DeskLink, Line
from sync.agent.orders import AccountShutOut, is_shut_out, obey
from sync.agent.rechecking import recheck, veiled
from sync.agent.revoked import refuse_if_revoked
from sync.agent.state import SignedIn
from sync.agent.tables import MIGRATIONS
from sync.agent.unacted import still_due
from sync.agent.unlocked import SYNC, NobodySignedIn, Unlocked
from sync.agent.unwritten import Entry, NotJournalled, Unwritten
from sync.agent.whole_lists import WholeLists


class Session:
    """One desk's folder, locked or open; close it when done."""

    def __init__(self, folder: Path, *, clock: Clock | None = None, carrier: Line | None = None) -> None:
        """Open an enrolled desk, locked. Raises NotEnrolled, DeskRevoked, IdentityAltered, DiskFailed."""
        refuse_if_revoked(folder)
        self.folder = folder
        self._file = identities.read_link(folder)
        self.identity = self._file.link
        self._clock = clock or SystemClock()
        self._vault = Vault.open(folder / identities.VAULT, read_machine_secret(folder / identities.MACHINE_SECRET))
        self._refused: list[TamperingError] = []
        self._link = DeskLink(folder, self.identity, self._clock, carrier)
        self._unlocked: Unlocked | None = None
        self._whole_lists = WholeLists(self._link.end_wait)
        self._limited: Limited | None = None
        self._last_act = self._clock.monotonic()
        self._unwritten = Unwritten()
        self._next_try: datetime | None = None
        self._guard = threading.RLock()

    def sign_in(self, account: str, password: str) -> SignedIn:
        """Unlock the desk for an officer. For an auditor or a technician it stays locked: their keys open less.

        Raises WrongPassword, WaitBeforeRetry, StoreInUse, DeskRevoked, LeaseOver, IdentityAltered, AccountEnded,
        TimeInDoubt; the desk then stays as it was.
        Raises AccountShutOut where an order of the bureau came since; the desk is then locked.
        """
        with self._guard:
            refuse_if_revoked(self.folder)
            at = self.now()
            refuse_if_lease_is_over(self._link.heard(), at, self.policy)
            # Before the desk is closed for whoever works at it now: a wrong password must not end their session.
            unlocked = self._vault.unlock(account, password, at=at, time_is_sure=self._link.time_is_sure)
            self.sign_out()
            if unlocked.scope is not Scope.LISTS:
                limited = Limited.of(self.folder, unlocked, at)
                self._note(limited, "sign-in", at)
                self._limited = limited
                self.touch()
                return limited.signed_in
            store = open_lists(self.folder / identities.STORE, unlocked, self._vault, MIGRATIONS)
            try:
                signed_in = SignedIn.of(unlocked, at)
                desk = Unlocked(store, self._file, signed_in, unlocked.role)
            except BaseException:
                store.close()
                raise
            self._obey_or_close(desk)
            self._end_lapsed_or_close(desk, at)
            # A disk without room must not shut the officers out: lists that can be read can be asked.
            with suppress(NotJournalled):
                self._unwritten.write(
                    store, Entry("sign-in", unlocked.account, at, "", _wrong(unlocked.wrong_before), {})
                )
            self._unlocked = desk
            self.touch()
            with suppress(DiskFull):
                self._tidy(desk, at)
                self._offer_waiting(desk)
                self._take_in(desk, large=False)
            # What came while the desk was locked may have ended the operation this account is for.
            if self._lock_if_over():
                raise AccountEnded
            return signed_in

    def _end_lapsed_or_close(self, desk: Unlocked, at: Moment) -> None:
        """Take away the accounts whose time is over, whoever's they are, and journal it."""
        try:
            with desk.store.transaction() as db:
                over = self._vault.end_lapsed(at, running.ends(db))
                for each in over:
                    ended = {"about": each.account, "ended": (each.ends_at or at.trusted).isoformat()}
                    journal.append(db, kind="person ended", who=SYNC, at=at, details=ended)
        except DiskFull:
            # What is over opens nothing, journalled or not.
            return
        except BaseException:
            desk.close()
            raise
        if any(each.account == desk.signed_in.account for each in over):
            desk.close()
            raise AccountEnded

    def _lock_if_over(self) -> bool:
        """Lock the desk where the account that is signed in has come to its end. True where it was locked now."""
        with self._peek() as desk:
            who = desk or self._limited
            if who is None or who.signed_in.ends_at is None:
                return False
            ends_at = who.signed_in.ends_at
            if desk is not None and who.signed_in.operation:
                operation = running.ends(desk.store.reader).get(who.signed_in.operation)
                ends_at = ends_with(ends_at, operation) or ends_at
        if self.now().trusted < ends_at:
            return False
        self.sign_out("the account's time is over")
        return True

    def _obey_or_close(self, desk: Unlocked) -> None:
        """Before anything is shown: what came while the desk was locked may be about whoever signs in now."""
        try:
            self._refused.extend(obey(self._link, desk, self._vault))
            shut_out = is_shut_out(self._vault, desk.signed_in.account)
        except BaseException:
            desk.close()
            raise
        if shut_out:
            desk.close()
            raise AccountShutOut

    def _tidy(self, desk: Unlocked, at: Moment) -> None:
        with desk.store.transaction() as db:
            memory.forget_old(db, at=at, policy=self.policy, due=still_due(desk))
            closer.forget_old(db, at=at, policy=self.policy)
            clearances.forget_expired(db, at.trusted)
        self._close_book(desk, at)

    def _close_book(self, desk: Unlocked, at: Moment) -> None:
        """Sign what was journalled, so that nobody can cut it off later, and show it to the auditor."""
        signer = Ed25519PrivateKey.from_private_bytes(desk.keys.signing.secret)
        with translated_os_errors(self.folder), desk.store.transaction() as db:
            journal.close_segment(db, signer, at=at)
            catch_up(db, self.folder, desk.store.key, signer.public_key().public_bytes_raw(), at)
        forget_notes(self.folder)

    def _note(self, limited: Limited, kind: str, at: Moment) -> None:
        try:
            limited.note(kind, at)
        except DiskFull:
            # A technician is needed most where the disk is full.
            self._unwritten.keep(Entry(kind, limited.signed_in.account, at, "", {}, {}))

    def touch(self) -> None:
        """Somebody works here: the time to the lock begins anew."""
        self._last_act = self._clock.monotonic()

    def lock_if_idle(self) -> bool:
        """Lock the desk where nobody has worked at it for as long as the policy says. True where it was locked now.

        Every exchange asks this, so a desk without a window locks itself too.
        """
        # A minute longer than a window, which knows whether a match on it still asks for an act.
        limit = self.policy.idle_lock_minutes * 60 + 60
        with self._guard:
            if self._unlocked is None and self._limited is None:
                return False
            if self._lock_if_over():
                return True
            if self._clock.monotonic() - self._last_act < limit:
                return False
            self.sign_out("nobody worked here")
            return True

    def sign_out(self, why: str = "") -> None:
        """Lock the desk: the store is closed and its key forgotten. Nothing happens where nobody is signed in."""
        if (working := self._unlocked) is not None:
            working.leaving.set()  # before the guard is asked for: what holds it ends at its next record
        with self._guard:
            limited, self._limited = self._limited, None
            if limited is not None:
                self._note(limited, "sign-out", self.now())
            desk = self._unlocked
            if desk is None:
                return
            self._whole_lists.stop()
            desk.end_work()  # what has been begun ends: a scan that is being answered or written down still is
            self._unlocked = None
            try:
                entry = Entry("sign-out", AccountId(desk.signed_in.account), self.now(), why, {}, {})
                with suppress(NotJournalled):  # locking is never refused for want of room
                    self._unwritten.write(desk.store, entry)
                with suppress(DiskFull):
                    self._close_book(desk, self.now())
                # What was queued since the last exchange travels while the desk is locked.
                with suppress(DiskFull, DiskFailed):
                    self._offer_waiting(desk)
            finally:
                desk.close()
                self._unwritten.forget_travellers()
                forget_names()

    def close(self) -> None:
        """Lock, and let go of the spool and the link."""
        self.sign_out()
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> Moment:
        """The time as the bureau's signatures prove it, beside the PC's own."""
        return self._link.now()

    @property
    def time_is_sure(self) -> bool:
        """Whether accounts for a time may sign in: see `DeskLink.time_is_sure`."""
        return self._link.time_is_sure

    @property
    def policy(self) -> Policy:
        """The bureau's policy as last heard: the one of the enrolment until a manifest says more."""
        return self._link.policy()

    def unlocked_store(self) -> Store:
        """The encrypted store, for a program in which nobody else locks the desk meanwhile. Raises NobodySignedIn."""
        desk, limited = self._unlocked, self._limited
        if limited is not None:
            raise NotAllowed(limited.role, Right.READ_RECORDS)
        if desk is None:
            raise NobodySignedIn
        return desk.store

    def journal_lines(self) -> tuple[bytes, list[str]]:
        """The desk's public key, and the journal as lines for `journal.verify_export`: an auditor's from the copy.

        Raises NobodySignedIn, NotAllowed, CopyMissing, FrameAltered.
        """
        if self._lock_if_over():
            raise AccountEnded
        if self._limited is not None:
            return self._limited.journal()
        with self._open(Right.READ_JOURNAL) as desk:
            signer = Ed25519PrivateKey.from_private_bytes(desk.keys.signing.secret)
            return signer.public_key().public_bytes_raw(), list(journal.export(desk.store.reader))

    def note(self, kind: str) -> None:
        """Journal an act of whoever is signed in that is none of the engine's own, such as an export."""
        at = self.now()
        if self._limited is not None:
            self._note(self._limited, kind, at)
            return
        with self._open(Right.READ_JOURNAL) as desk, desk.store.transaction() as db:
            journal.append(db, kind=kind, who=desk.signed_in.account, at=at)

    def may(self, right: Right) -> bool:
        """Whether the role of whoever is signed in includes this right."""
        desk, limited = self._unlocked, self._limited
        role = desk.role if desk is not None else limited.role if limited is not None else None
        return role is not None and right in RIGHTS[role]

    @contextmanager
    def _open(self, right: Right, *, by_hand: bool = True) -> Iterator[Unlocked]:
        """The open desk, for work that ends soon: whoever locks it meanwhile waits for that. No other way leads to it.

        Whoever needs the session's guard, too, takes that first: locking the desk waits with it.
        Raises NobodySignedIn, NotAllowed, AccountEnded.
        """
        # Not in the middle of work: it would lock the desk under its own feet.
        if not self._at_work and self._lock_if_over():
            raise AccountEnded
        with self._peek() as desk:
            if desk is None:
                limited = self._limited
                raise NobodySignedIn if limited is None else NotAllowed(limited.role, right)
            require(desk.role, right)
            if by_hand:
                self.touch()
            yield desk

    @contextmanager
    def _peek(self) -> Iterator[Unlocked | None]:
        """The same for whoever need not be asked for a right; None where the desk is locked, or is being locked."""
        desk = self._unlocked
        if desk is None or not desk.begin():
            yield None
            return
        try:
            yield desk
        finally:
            desk.done()

    @property
    def _at_work(self) -> bool:
        return self._unlocked is not None and self._unlocked.is_at_work

    def _take_in(self, desk: Unlocked, *, large: bool = True) -> Taken:
        self._refused.extend(obey(self._link, desk, self._vault))
        taken = take_in(self._link, desk, self._whole_lists, refused=self._refused, large=large)
        self._refused = []
        found = self._recheck(desk)
        if found:
            taken.lines.extend(each.match.sentence for each in veiled(found, desk.role))
            with suppress(DiskFull, DiskFailed):
                self._offer_waiting(desk)
        return taken

    def _recheck(self, desk: Unlocked) -> tuple[KeptLateMatch, ...]:
        def again(before: Verdict, at: Moment) -> Verdict:
            desk.precedence.give_way()
            return self._answer(desk, Asked(before.question), at, before.screening, ScreeningPurpose.RECHECK)

        return recheck(desk, policy=self.policy, now=self.now, again=again)

    def _answer(
        self, desk: Unlocked, asked: Asked, at: Moment, screening: ScreeningId, purpose: ScreeningPurpose
    ) -> Verdict:
        policy = self.policy
        held = self._held(desk, at)
        cleared = clearances.remembered(desk.store.reader, asked.question.person)
        with desk.index_guard:
            verdict = screen(
                asked,
                documents=desk.replica,
                people=desk.index,
                held=held,
                policy=policy,
                at=at,
                screening=screening,
                passages=memory.RememberedPassages(desk.store.reader),
                clearances=cleared,
                purpose=purpose,
            )
        return answered_in_doubt(verdict, time_is_sure=self.time_is_sure)

    def _held(self, desk: Unlocked, at: Moment) -> tuple[HeldList, ...]:
        """The lists as they answer now: the desk's own never stale, none fresh while the time is in doubt."""
        held = lookouts.never_stale(desk.replica.held(at.trusted, self.policy), at.trusted)
        return held_in_doubt(held, time_is_sure=self.time_is_sure)

    def _offer_waiting(self, desk: Unlocked) -> None:
        """Put sealed items without receipt where the link finds them, also while the desk is locked."""
        self._link.offer(waiting.item for waiting in outbox.waiting(desk.store.reader))


def _wrong(passwords: int) -> dict[str, int]:
    """What nobody could journal while the desk was locked."""
    return {"wrong passwords before": passwords} if passwords else {}
