"""The desk as an engine: everything an officer does, without a screen.

One `Desk` owns the encrypted store, the spool and the link of one folder. It works from a script, from the command
line and behind the window alike. Every method may be called from any thread: writes queue up at the store, reads see
the last committed state, and the network is touched by `exchange` alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Clock, Moment, SystemClock
from borderdesk.documents import read_passenger_list
from borderdesk.errors import KnownError, TamperingError
from borderdesk.findings import heaviest_first
from borderdesk.hits import MIGRATIONS as HITS
from borderdesk.hits import BureauAnswer, Hit, HitAct, HitEvent, HitState, outbox
from borderdesk.ids import AccountId, HitId, RecordKey, RecordRef, ScreeningId, random_id
from borderdesk.matching import MIGRATIONS as NAMES
from borderdesk.matching import Clearance, clearances
from borderdesk.matching.thresholds import Decision
from borderdesk.operations import Operation, running
from borderdesk.people import NotAllowed, Right, Scope, Vault, open_lists, read_machine_secret, require
from borderdesk.policy import Policy, ScreeningPurpose
from borderdesk.replica import MIGRATIONS as REPLICA
from borderdesk.screening import (
    Asked,
    KeptLateMatch,
    LateMatch,
    ScreenedList,
    Verdict,
    decided,
    late,
    memory,
    screen,
    typed_later,
    understand,
)
from borderdesk.store import DiskFailed, DiskFull, Store, translated_os_errors
from borderdesk.watchlist import Person, Photo, TravelDocument
from borderdesk.words import Sentence, say
from sync.agent import clearing, daily, lookouts, spoken
from sync.agent import identity as identities
from sync.agent.diagnosis import Diagnosis
from sync.agent.exchange import Exchanged
from sync.agent.intake import Taken, take_in
from sync.agent.lease import refuse_if_lease_is_over
from sync.agent.limited import Limited, catch_up, forget_notes
from sync.agent.link import DeskLink, Line
from sync.agent.lists import Progress, screen_list
from sync.agent.lookouts import LookOut
from sync.agent.orders import AccountShutOut, is_shut_out, obey
from sync.agent.preview import Preview
from sync.agent.rechecking import recheck
from sync.agent.revoked import MARK, DeskRevoked, destroy, refuse_if_revoked
from sync.agent.state import DeskStatus, ExchangeReport, SignedIn
from sync.agent.state import Progress as Transfer
from sync.agent.unlocked import Unlocked
from sync.agent.unwritten import Entry, NotJournalled, Unwritten

RECENT: Final = 200
"""Screenings handed to a window when it opens; the journal keeps them all."""

MIGRATIONS: Final = (
    REPLICA,
    NAMES,
    outbox.MIGRATIONS,
    HITS,
    journal.MIGRATIONS,
    memory.MIGRATIONS,
    running.MIGRATIONS,
    late.MIGRATIONS,
    clearances.MIGRATIONS,
    decided.MIGRATIONS,
    daily.MIGRATIONS,
    identities.MIGRATIONS,
)
"""Every room's own tables, in the order in which they refer to each other."""


class NobodySignedIn(KnownError):
    """Something was asked that only a signed-in officer may ask."""

    def __init__(self) -> None:
        super().__init__(
            say("Nobody is signed in at this desk."),
            safe=say("Nothing was screened or changed."),
            todo=say("Sign in first."),
        )


class NothingFound(KnownError):
    """A hit was to be taken up on a record that the verdict does not name."""

    def __init__(self) -> None:
        super().__init__(
            say("The verdict on the screen does not name this record."),
            safe=say("Nothing was recorded."),
            todo=say("Choose one of the findings or candidates shown, then take it up."),
        )


class Desk:
    """One desk's folder, from enrolment to the last hit. Close it when done."""

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
        self._limited: Limited | None = None
        self._last_act = self._clock.monotonic()
        self._unwritten = Unwritten()
        self._guard = threading.RLock()

    # --- who works here -------------------------------------------------------------------------------------------

    def sign_in(self, account: str, password: str) -> SignedIn:
        """Unlock the desk for an officer. For an auditor or a technician it stays locked: their keys open less.

        Raises WrongPassword, WaitBeforeRetry, StoreInUse, DeskRevoked, LeaseOver, IdentityAltered; the desk then stays
        as it was.
        Raises AccountShutOut where an order of the bureau came since; the desk is then locked.
        """
        with self._guard:
            refuse_if_revoked(self.folder)
            at = self.now()
            refuse_if_lease_is_over(self._link.heard(), at, self.policy)
            # Before the desk is closed for whoever works at it now: a wrong password must not end their session.
            unlocked = self._vault.unlock(account, password, at=at)
            self.sign_out()
            if unlocked.scope is not Scope.LISTS:
                limited = Limited.of(self.folder, unlocked, at)
                self._note(limited, "sign-in", at)
                self._limited = limited
                self.touch()
                return limited.signed_in
            store = open_lists(self.folder / identities.STORE, unlocked, self._vault, MIGRATIONS)
            try:
                signed_in = SignedIn(unlocked.account, unlocked.name, unlocked.role.value, at.trusted)
                desk = Unlocked(store, self._file, signed_in, unlocked.role)
            except BaseException:
                store.close()
                raise
            self._obey_or_close(desk)
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
                self._take_in(desk)
            return signed_in

    def _obey_or_close(self, desk: Unlocked) -> None:
        """Before anything is shown: what came while the desk was locked may be about whoever signs in now."""
        try:
            self._refused.extend(obey(self._link, desk, self._vault))
            shut_out = is_shut_out(self._vault, desk.signed_in.account)
        except BaseException:
            desk.store.close()
            raise
        if shut_out:
            desk.store.close()
            raise AccountShutOut

    def _tidy(self, desk: Unlocked, at: Moment) -> None:
        with desk.store.transaction() as db:
            memory.forget_old(db, at=at, policy=self.policy)
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
            if self._clock.monotonic() - self._last_act < limit:
                return False
            self.sign_out("nobody worked here")
            return True

    def sign_out(self, why: str = "") -> None:
        """Lock the desk: the store is closed and its key forgotten. Nothing happens where nobody is signed in."""
        with self._guard:
            limited, self._limited = self._limited, None
            if limited is not None:
                self._note(limited, "sign-out", self.now())
            desk, self._unlocked = self._unlocked, None
            if desk is None:
                return
            who = AccountId(desk.signed_in.account)
            try:
                # Locking is never refused for want of room.
                with suppress(NotJournalled):
                    self._unwritten.write(desk.store, Entry("sign-out", who, self.now(), why, {}, {}))
                with suppress(DiskFull):
                    self._close_book(desk, self.now())
            finally:
                desk.store.close()
                self._unwritten.forget_travellers()

    def close(self) -> None:
        """Lock, and let go of the spool and the link."""
        self.sign_out()
        self._link.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- screening ------------------------------------------------------------------------------------------------

    def screen(self, text: str, *, passed_at: datetime | None = None) -> Verdict:
        """Answer a scan or a typed line from the lists held, remember and journal it.

        `passed_at` (UTC): when the traveller really passed, for an entry typed from paper. Raises NotThen for it.
        Where the disk is full the answer says in a finding that its journal entry waits for room.
        Raises NobodySignedIn, NothingToScreen, UnreadableMrz.
        """
        verdict = self.answer(text, passed_at=passed_at)
        try:
            self.record(verdict)
        except NotJournalled as error:
            # A full disk hides no match: the answer is given, and says that it could not be written down.
            return replace(verdict, findings=heaviest_first((error.finding(), *verdict.findings)))
        return verdict

    def answer(self, text: str, *, passed_at: datetime | None = None) -> Verdict:
        """Answer from the lists held. Waits for no write, so not for an edition that is being applied either.

        Whoever shows the answer hands it to `record` at once. `passed_at` as for `screen`.
        Raises NobodySignedIn, NothingToScreen, UnreadableMrz, NotThen.
        """
        desk = self._open(Right.SCREEN)
        at = self.now()
        asked = understand(text, today=at.trusted.date())
        if passed_at is not None:
            asked = typed_later(asked, passed_at, now=at.trusted, policy=self.policy)
        return self._answer(desk, asked, at, ScreeningId(random_id()), ScreeningPurpose.CHECK)

    def record(self, verdict: Verdict) -> None:
        """Remember and journal an answer. Raises NobodySignedIn; NotJournalled where that waits for room."""
        desk = self._open(Right.SCREEN)
        details: dict[str, object] = {"screening": verdict.screening, "word": verdict.word.value}
        if verdict.cleared:
            details["cleared"] = [each.clearance.id for each in verdict.cleared]
        passed_at = verdict.question.passed_at
        if passed_at is not None:
            details["passed_at"] = passed_at.isoformat()

        def remember(db: Database) -> None:
            memory.remember(db, verdict)
            asked = understand(verdict.question.scanned, today=verdict.asked_at.trusted.date())
            memory.learn_shape(db, asked, verdict)

        self._unwritten.write(
            desk.store,
            Entry(
                kind="screening",
                who=AccountId(desk.signed_in.account),
                at=verdict.asked_at,
                why="border check" if passed_at is None else "typed from paper",
                details=details,
                editions={each.name: each.edition for each in verdict.lists},
                remember=remember,
            ),
        )

    def late_matches(self) -> tuple[KeptLateMatch, ...]:
        """Travellers whom a later edition would have stopped: those nobody has looked at first, then the newest.

        Each holds the verdict that would have been given; a hit can be taken up on it like on any other.
        """
        desk = self._open(Right.READ_RECORDS)
        return late.kept(desk.store.reader, desk.post, desk.desk, limit=RECENT)

    def note_late_seen(self, match: KeptLateMatch) -> None:
        """Somebody looked at a late match. Doing it again changes nothing. Raises NobodySignedIn, DiskFull."""
        desk = self._open(Right.READ_RECORDS)
        at, who, about = self.now(), desk.signed_in.account, match.match
        with desk.store.transaction() as db:
            if late.note_seen(db, about.screening, about.record, who=who, at=at):
                details = {"screening": about.screening, "list": about.record.list, "key": about.record.key}
                journal.append(db, kind="late-match-seen", who=who, at=at, details=details)

    def screen_list(self, data: bytes, *, source: str, progress: Progress = lambda _done: True) -> ScreenedList:
        """Answer for everybody on a passenger list (PAXLST, CSV, XLSX), remember and journal it.

        `source` is what the officer knows the file by. `progress` is told how many people are answered, and stops the
        rest by returning False. Scans go on meanwhile. Raises NobodySignedIn, UnreadableList, DiskFull, DiskFailed.
        """
        desk = self._open(Right.SCREEN)
        listed = read_passenger_list(data, today=self.now().trusted.date())
        policy = self.policy
        return screen_list(desk, listed, self._unwritten, source=source, at=self.now, policy=policy, progress=progress)

    def screened_lists(self) -> tuple[ScreenedList, ...]:
        """The lists of people screened at this desk in the days it remembers, newest first."""
        return memory.lists(self._open(Right.READ_RECORDS).store.reader)

    def recent(self) -> tuple[Verdict, ...]:
        """The newest screenings of this desk, newest first."""
        return memory.recent(self._open(Right.READ_RECORDS).store.reader, limit=RECENT)

    def photos(self, record: RecordRef) -> tuple[Photo | None, ...]:
        """The photos of a listed person, in the record's order: None for one that has not come yet.

        Looking at them is journalled. Raises NobodySignedIn; NotJournalled where that waits for room.
        """
        desk = self._open(Right.READ_RECORDS)
        person = desk.replica.person(record.list, record.key)
        found = tuple(desk.replica.photo(each) for each in person.photos) if person is not None else ()
        if found:
            self.note_view(record)
        return found

    def note_view(self, record: RecordRef, screening: ScreeningId | None = None) -> None:
        """Journal that somebody looked at a record again, or closer. Raises NobodySignedIn, NotJournalled."""
        desk = self._open(Right.READ_RECORDS)
        who, at = AccountId(desk.signed_in.account), self.now()
        details = {"list": record.list, "key": record.key, **({"screening": screening} if screening else {})}
        editions = {record.list: record.edition}
        self._unwritten.write(desk.store, Entry("view", who, at, "border check", details, editions))

    # --- hits -----------------------------------------------------------------------------------------------------

    def take_up(self, verdict: Verdict, *, record: RecordRef, act: HitAct, note: str = "") -> Hit:
        """Record what the officer did about one record of a verdict: hit, sealed report and journal entry at once.

        Doing it again for the same screening and record records a further act on the same hit, unless it is the same
        act. Raises NobodySignedIn, NothingFound, NoteTooLong, DiskFull, DiskFailed.
        """
        desk = self._open(Right.TAKE_UP_HITS)
        at = self.now()
        officer = AccountId(desk.signed_in.account)
        known = {hit.record: hit for hit in desk.hits.all() if hit.screening == verdict.screening}
        if record in known:
            hit = desk.hits.act(HitEvent(known[record].id, act, officer, at, note))
        else:
            new = self._hit(verdict, record, officer, at)
            hit = desk.hits.take_up(new, HitEvent(new.id, act, officer, at, note))
            with desk.store.transaction() as db:
                decided.note(db, verdict, record)
        # The act is stored and counted as waiting. A spool without room must not make it look lost: every exchange
        # offers it again, and says so where that fails.
        with suppress(DiskFull, DiskFailed):
            self._offer_waiting(desk)
        return hit

    def hits(self) -> tuple[Hit, ...]:
        """This desk's hits, newest first: confirmed state with pending acts laid over it."""
        return self._open(Right.READ_HITS).hits.all()

    def acts(self, hit: HitId) -> tuple[HitEvent, ...]:
        """Everything that was done about one hit, in order. Raises NobodySignedIn, UnknownHit."""
        return self._open(Right.READ_HITS).hits.acts(hit)

    def answers(self, hit: HitId) -> tuple[BureauAnswer, ...]:
        """Everything the bureau said about one hit, oldest first. Raises NobodySignedIn, UnknownHit."""
        return self._open(Right.READ_HITS).hits.answers(hit)

    def packet(self, hit: HitId) -> tuple[str, ...]:
        """A hit and its newest act, signed, as groups to show as a QR code or to read out. Raises UnknownHit."""
        return spoken.packet_groups(self._open(Right.TAKE_UP_HITS), hit)

    def enter_answer(self, code: str) -> Hit:
        """Enter the bureau's answer as it was read out, typed or scanned.

        Raises WrongGroups (with the numbers of the groups), NoPacket, PacketForged, UnknownHit, DiskFull.
        """
        reply = self.identity.reply
        desk = self._open(Right.TAKE_UP_HITS)
        return spoken.enter_answer(desk, code, key=reply.bureau_signing, bureau=reply.bureau_name, at=self.now())

    def act_on(self, hit: HitId, act: HitAct, note: str = "") -> Hit:
        """Record a further act on a hit of this desk: a reply the bureau asked for, the outcome, asking again.

        Raises NobodySignedIn, UnknownHit, NoteTooLong, DiskFull, DiskFailed.
        """
        desk = self._open(Right.TAKE_UP_HITS)
        event = HitEvent(hit, act, AccountId(desk.signed_in.account), self.now(), note)
        done = desk.hits.act(event)
        with suppress(DiskFull, DiskFailed):  # as in take_up
            self._offer_waiting(desk)
        return done

    def operations(self) -> tuple[Operation, ...]:
        """The operations that are on now, by the bureau's order and trusted time. Raises NobodySignedIn."""
        return running.running(self._open(Right.READ_RECORDS).store.reader, self.now().trusted)

    # --- not the same person --------------------------------------------------------------------------------------

    def clear_candidate(
        self, verdict: Verdict, record: RecordRef, *, reason: str, days: int | None = None
    ) -> Clearance:
        """Remember that the traveller of this verdict is not this candidate, for `days` or as long as policy allows.

        From then on the same document is not stopped by the same record: the verdict shows the candidate under
        `cleared`, with a finding that says who cleared whom and why, until record or document changes, the clearance
        expires or is revoked. An officer's clearance holds only the policy's days of review until a supervisor reviews
        it; a supervisor's own is reviewed. Doing it again replaces the earlier one. Reports nothing to the bureau: that
        is `take_up` with `HitAct.NOT_THE_PERSON`.

        Raises NobodySignedIn, CannotClear (no reason, no document number, too many days, no such candidate), DiskFull.
        """
        return clearing.clear(
            self._open(Right.TAKE_UP_HITS),
            verdict,
            record,
            reason=reason,
            days=days,
            at=self.now(),
            policy=self.policy,
        )

    def decisions(self) -> tuple[Decision, ...]:
        """The candidates that were confirmed or refused here, with their scores; for `borderdesk names tune`.

        Confirmed is what the bureau confirmed; refused what it did not, and what an officer said is another person.
        Raises NobodySignedIn, NotAllowed.
        """
        return clearing.decisions(self._open(Right.CLEAR))

    def clearances(self) -> tuple[Clearance, ...]:
        """All clearances of this desk for a supervisor: those that wait for review first, then the newest.

        `Clearance.holds(desk.now().trusted)` tells whether one counts now. Raises NobodySignedIn, NotAllowed.
        """
        return clearances.all_remembered(self._open(Right.CLEAR).store.reader)

    def review_clearance(self, clearance: str) -> Clearance:
        """Let a clearance hold until it expires. Raises NobodySignedIn, NotAllowed, UnknownClearance."""
        return clearing.review(self._open(Right.CLEAR), clearance, at=self.now())

    def revoke_clearance(self, clearance: str, *, reason: str) -> None:
        """Let the record stop this traveller again. Raises NobodySignedIn, NotAllowed, UnknownClearance."""
        clearing.revoke(self._open(Right.CLEAR), clearance, reason=reason, at=self.now())

    # --- look-outs of the post's own ------------------------------------------------------------------------------

    def look_out(self, record: Person | TravelDocument, *, reason: str) -> LookOut:
        """Look out for a person or a document from now on, at this desk; the bureau is told.

        Travellers of the last days are compared with it at once. Raises NobodySignedIn, NotAllowed, ReasonMissing,
        DiskFull.
        """
        with self._guard:
            desk = self._open(Right.CLEAR)
            made = lookouts.add(desk, record, reason=reason, at=self.now())
            self._recheck(desk)
            with suppress(DiskFull, DiskFailed):  # as in take_up
                self._offer_waiting(desk)
            return made

    def withdraw_look_out(self, key: RecordKey, *, reason: str) -> None:
        """Look out no longer. Raises NobodySignedIn, NotAllowed, ReasonMissing, NoSuchLookOut, DiskFull."""
        with self._guard:
            desk = self._open(Right.CLEAR)
            lookouts.withdraw(desk, key, reason=reason, at=self.now())
            with suppress(DiskFull, DiskFailed):
                self._offer_waiting(desk)

    def look_outs(self) -> tuple[LookOut, ...]:
        """This desk's own look-outs in force. Raises NobodySignedIn, NotAllowed."""
        return lookouts.in_force(self._open(Right.READ_RECORDS))

    # --- the link -------------------------------------------------------------------------------------------------

    def exchange(self, *, wait: float = 0.0, stop: Callable[[], bool] = lambda: False) -> ExchangeReport:
        """Upload what waits, fetch what is new; apply it where the desk is unlocked. The only use of the network.

        Where nothing is new, wait up to `wait` seconds for the bureau to say something. `stop` is asked between pieces.

        A link that is down is no error: the report and the status say so. What was refused is in the report's lines and
        in the journal, and the last good edition stays in use. Raises DiskFull or DiskFailed.
        """
        self.lock_if_idle()
        self._offer_all()
        taken = Taken()

        def arrived() -> None:
            with self._guard:
                if self._unlocked is not None:
                    taken.add(self._take_in(self._unlocked))

        return self._finish(self._link.exchange(wait, arrived, stop), taken)

    def progress(self) -> Transfer | None:
        """What is still to come down, None where the desk is up to date. From any thread, also during an exchange."""
        return self._link.progress()

    def end_exchange(self) -> None:
        """End an exchange that is under way after its piece; what is here stays. From any thread."""
        self._link.end_exchange()

    def end_wait(self) -> None:
        """End an exchange that is under way: at once where it waits for news, else after its piece. From any thread."""
        self._link.end_wait()

    def is_revoked(self) -> bool:
        """Whether the bureau has revoked this desk: nothing is to be exchanged any more."""
        return (self.folder / MARK).exists()

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
        self._offer_all()
        report = self._finish(self._link.carry(stick), Taken())
        desk = self._unlocked
        if desk is not None:
            told = {"uploaded": report.uploaded, "receipts": report.receipts, "applied": list(report.applied)}
            with suppress(NotJournalled):
                who = AccountId(desk.signed_in.account)
                self._unwritten.write(desk.store, Entry("stick", who, self.now(), "", told, {}))
        return report

    def preview(self, stick: Path) -> Preview:
        """What `carry` would change; nothing is. Raises NotThere, StickTrap or StickUnusable."""
        return self._link.preview(stick)

    def _offer_all(self) -> None:
        """Offer again what the spool may not have taken when it was queued. Needs the store, so not while locked."""
        desk = self._unlocked
        if desk is not None:
            self._offer_waiting(desk)

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
        """Link, lists, waiting items, who is signed in: at this moment. Waits for nobody."""
        at = self.now()
        desk, limited = self._unlocked, self._limited
        reply = self.identity.reply
        return DeskStatus(
            post=reply.post,
            desk=reply.desk,
            bureau=reply.bureau_name,
            link=self._link.state(),
            lists=lookouts.never_stale(desk.replica.held(at.trusted, self.policy), at.trusted) if desk else (),
            waiting=outbox.count_waiting(desk.store.reader) if desk else self._link.waiting(),
            signed_in=desk.signed_in if desk else limited.signed_in if limited else None,
            last_good_exchange=self._link.last_good(),
            at=at.trusted,
            heard=self._link.heard(),
            progress=self._link.progress(),
            warning=self._link.warning(),
            late_matches=late.count_unseen(desk.store.reader) if desk else 0,
            unwritten=len(self._unwritten),
        )

    @property
    def policy(self) -> Policy:
        """The bureau's policy as last heard: the one of the enrolment until a manifest says more."""
        return self._link.policy()

    def diagnosis(self) -> Diagnosis:
        """What a technician needs to know, without the lists being open. Raises NobodySignedIn, NotAllowed."""
        role = self._unlocked.role if self._unlocked else self._limited.role if self._limited else None
        if role is None:
            raise NobodySignedIn
        require(role, Right.MAINTAIN)
        return Diagnosis.of(self.folder, self._link.held(), self.status(), self._vault)

    def now(self) -> Moment:
        """The time as the bureau's signatures prove it, beside the PC's own."""
        return self._link.now()

    def unlocked_store(self) -> Store:
        """The encrypted store, for diagnosis and for rooms that read it. Raises NobodySignedIn."""
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
        if self._limited is not None:
            return self._limited.journal()
        desk = self._open(Right.READ_JOURNAL)
        signer = Ed25519PrivateKey.from_private_bytes(desk.keys.signing.secret)
        return signer.public_key().public_bytes_raw(), list(journal.export(desk.store.reader))

    def note(self, kind: str) -> None:
        """Journal an act of whoever is signed in that is none of the engine's own, such as an export."""
        at = self.now()
        if self._limited is not None:
            self._note(self._limited, kind, at)
            return
        store = self.unlocked_store()
        with store.transaction() as db:
            journal.append(db, kind=kind, who=self._open(Right.READ_JOURNAL).signed_in.account, at=at)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _answer(
        self, desk: Unlocked, asked: Asked, at: Moment, screening: ScreeningId, purpose: ScreeningPurpose
    ) -> Verdict:
        policy = self.policy
        held = lookouts.never_stale(desk.replica.held(at.trusted, policy), at.trusted)
        cleared = clearances.remembered(desk.store.reader, asked.question.person)
        with desk.index_guard:
            return screen(
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

    def _open(self, right: Right) -> Unlocked:
        desk, limited = self._unlocked, self._limited
        if limited is not None:
            raise NotAllowed(limited.role, right)
        if desk is None:
            raise NobodySignedIn
        require(desk.role, right)
        self.touch()
        return desk

    def _take_in(self, desk: Unlocked) -> Taken:
        self._refused.extend(obey(self._link, desk, self._vault))
        taken = take_in(self._link, desk, refused=self._refused)
        self._refused = []
        found = self._recheck(desk)
        if found:
            taken.lines.extend(match.sentence for match in found)
            with suppress(DiskFull, DiskFailed):
                self._offer_waiting(desk)
        return taken

    def _recheck(self, desk: Unlocked) -> tuple[LateMatch, ...]:
        at = self.now()

        def again(before: Verdict) -> Verdict:
            return self._answer(desk, Asked(before.question), at, before.screening, ScreeningPurpose.RECHECK)

        return recheck(desk, policy=self.policy, at=at, again=again)

    def _hit(self, verdict: Verdict, record: RecordRef, officer: AccountId, at: Moment) -> Hit:
        summary = _summary(verdict, record)
        question = verdict.question
        return Hit(
            id=HitId(random_id()),
            screening=verdict.screening,
            post=self.identity.reply.post,
            desk=self.identity.reply.desk,
            record=record,
            summary=summary,
            document_state=question.document_state,
            document_number=question.document_number,
            traveller=late.traveller_of(verdict),
            taken_up_by=officer,
            taken_up_at=at,
            state=HitState.TAKEN_UP,
            pending=True,
        )

    def _offer_waiting(self, desk: Unlocked) -> None:
        """Put sealed items without receipt where the link finds them, also while the desk is locked."""
        self._link.offer(waiting.item for waiting in outbox.waiting(desk.store.reader))


def _wrong(passwords: int) -> dict[str, int]:
    """What nobody could journal while the desk was locked."""
    return {"wrong passwords before": passwords} if passwords else {}


def _summary(verdict: Verdict, record: RecordRef) -> Sentence:
    for finding in verdict.findings:
        if finding.record == record:
            return finding.sentence
    raise NothingFound
