"""Travellers at the desk: asked about, remembered, cleared, looked out for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.documents import read_passenger_list
from borderdesk.findings import heaviest_first
from borderdesk.ids import AccountId, RecordKey, RecordRef, ScreeningId, random_id
from borderdesk.matching import Clearance, clearances, forget_names
from borderdesk.matching.thresholds import Decision
from borderdesk.people import Right
from borderdesk.policy import ScreeningPurpose
from borderdesk.screening import (
    KeptLateMatch,
    ScreenedList,
    Verdict,
    closer,
    late,
    memory,
    typed_later,
    understand,
)
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.watchlist import Person, Photo, TravelDocument
from sync.agent import clearing, lookouts
from sync.agent.lists import Progress, screen_list
from sync.agent.lookouts import LookOut
from sync.agent.rechecking import veiled
from sync.agent.session import Session
from sync.agent.unlocked import NobodySignedIn, Unlocked
from sync.agent.unwritten import Entry, NotJournalled

RECENT: Final = 200
"""Screenings handed to a window when it opens; the journal keeps them all."""

NAMES_OF: Final = 500
"""Travellers after whom the names made ready for comparing are forgotten: they make common names quicker, but grow by
some 5 kB a traveller, and nobody's name need stay in memory all day."""


class Checking(Session):
    """What is done about travellers."""

    _answers = 0
    """Written down since the desk was opened."""

    def get_ready(self) -> None:
        """Load what the first traveller needs and the sign-in screen does not. Works on a locked desk."""
        memory.get_ready()
        closer.get_ready()

    def screen(self, text: str, *, passed_at: datetime | None = None, program: str = "") -> Verdict:
        """Answer a scan or a typed line from the lists held, remember and journal it.

        `passed_at` (UTC): when the traveller really passed, for an entry typed from paper. Raises NotThen for it.
        `program` names the program beside the desk that asks in the name of whoever is signed in; the journal does too.
        Where the disk is full the answer says in a finding that its journal entry waits for room.
        Raises NobodySignedIn, NothingToScreen, UnreadableMrz.
        """
        with self._open(Right.SCREEN):
            # Never a drill's answer: only the window can lead an officer through one.
            verdict = Checking.answer(self, text, passed_at=passed_at)
            try:
                self.record(verdict, program=program)
            except NotJournalled as error:
                # A full disk hides no match: the answer is given, and says that it could not be written down.
                return replace(verdict, findings=heaviest_first((error.finding(), *verdict.findings)))
            return verdict

    def answer(self, text: str, *, passed_at: datetime | None = None) -> Verdict:
        """Answer from the lists held. Waits for no write, so not for an edition that is being applied either.

        Whoever shows the answer hands it to `record` at once. `passed_at` as for `screen`.
        Raises NobodySignedIn, NothingToScreen, UnreadableMrz, NotThen.
        """
        with self._open(Right.SCREEN) as desk:
            at = self.now()
            asked = understand(text, today=at.trusted.date())
            if passed_at is not None:
                asked = typed_later(asked, passed_at, now=at.trusted, policy=self.policy)
            with desk.precedence.traveller():
                return self._answer(desk, asked, at, ScreeningId(random_id()), ScreeningPurpose.CHECK)

    def record(self, verdict: Verdict, *, program: str = "") -> None:
        """Remember and journal an answer. Raises NobodySignedIn; NotJournalled where that waits for room."""
        with self._open(Right.SCREEN) as desk:
            self._write_down(desk, verdict, program)
        self._answers += 1
        if self._answers % NAMES_OF == 0:
            forget_names()

    def _write_down(self, desk: Unlocked, verdict: Verdict, program: str) -> None:
        details: dict[str, object] = {"screening": verdict.screening, "word": verdict.word.value}
        if verdict.cleared:
            details["cleared"] = [each.clearance.id for each in verdict.cleared]
        if program:
            details["program"] = program
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
        with self._open(Right.READ_RECORDS, by_hand=False) as desk:
            return veiled(late.kept(desk.store.reader, desk.post, desk.desk, limit=RECENT), desk.role)

    def note_late_seen(self, match: KeptLateMatch) -> None:
        """Somebody looked at a late match. Doing it again changes nothing. Raises NobodySignedIn, DiskFull."""
        with self._open(Right.READ_RECORDS) as desk:
            at, who, about = self.now(), desk.signed_in.account, match.match
            with desk.store.transaction() as db:
                if late.note_seen(db, about.screening, about.record, who=who, at=at):
                    details = {"screening": about.screening, "list": about.record.list, "key": about.record.key}
                    journal.append(db, kind="late-match-seen", who=who, at=at, details=details)

    def screen_list(self, data: bytes, *, source: str, progress: Progress = lambda _done: True) -> ScreenedList:
        """Answer for everybody on a passenger list (PAXLST, CSV, XLSX), remember and journal it.

        `source` is what the officer knows the file by. `progress` is told how many people are answered, and stops the
        rest by returning False; the same file then goes on from there. Scans go on meanwhile. Raises NobodySignedIn
        (also where the desk is locked before the end), UnreadableList, DiskFull, DiskFailed.
        """
        with self._open(Right.SCREEN) as desk:
            pass  # whoever locks the desk waits for a step of the list, not for its end
        listed = read_passenger_list(data, today=self.now().trusted.date())
        policy = self.policy
        return screen_list(
            desk,
            listed,
            self._unwritten,
            source=source,
            sha256=hashlib.sha256(data).hexdigest(),
            at=self.now,
            held=lambda at: self._held(desk, at),
            policy=policy,
            progress=progress,
            step=lambda: _step(desk),
        )

    def screened_lists(self) -> tuple[ScreenedList, ...]:
        """The lists of people screened at this desk in the days it remembers, newest first."""
        with self._open(Right.READ_RECORDS) as desk:
            return memory.lists(desk.store.reader)

    def recent(self) -> tuple[Verdict, ...]:
        """The newest screenings of this desk, newest first, with what closer looks at them found."""
        with self._open(Right.READ_RECORDS) as desk:
            reader = desk.store.reader
            return closer.with_looks(reader, memory.recent(reader, limit=RECENT))

    def remembered(self, screening: ScreeningId) -> Verdict | None:
        """One screening of this desk, also of somebody on a list of people; None where it was forgotten."""
        with self._open(Right.READ_RECORDS) as desk:
            reader = desk.store.reader
            found = memory.recall(reader, screening)
            return None if found is None else closer.with_looks(reader, [found])[0]

    def photos(self, record: RecordRef) -> tuple[Photo | None, ...]:
        """The photos of a listed person, in the record's order: None for one that has not come yet.

        Looking at them is journalled. Raises NobodySignedIn; NotJournalled where that waits for room.
        """
        with self._open(Right.READ_RECORDS) as desk:
            person = desk.replica.person(record.list, record.key)
            found = tuple(desk.replica.photo(each) for each in person.photos) if person is not None else ()
            if found:
                self.note_view(record)
            return found

    def note_view(self, record: RecordRef, screening: ScreeningId | None = None) -> None:
        """Journal that somebody looked at a record again, or closer. Raises NobodySignedIn, NotJournalled."""
        with self._open(Right.READ_RECORDS) as desk:
            who, at = AccountId(desk.signed_in.account), self.now()
            details = {"list": record.list, "key": record.key, **({"screening": screening} if screening else {})}
            editions = {record.list: record.edition}
            self._unwritten.write(desk.store, Entry("view", who, at, "border check", details, editions))

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
        with self._open(Right.TAKE_UP_HITS) as desk:
            return clearing.clear(
                desk,
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
        with self._open(Right.CLEAR) as desk:
            return clearing.decisions(desk)

    def clearances(self) -> tuple[Clearance, ...]:
        """All clearances of this desk for a supervisor: those that wait for review first, then the newest.

        `Clearance.holds(desk.now().trusted)` tells whether one counts now. Raises NobodySignedIn, NotAllowed.
        """
        with self._open(Right.CLEAR) as desk:
            return clearances.all_remembered(desk.store.reader)

    def review_clearance(self, clearance: str) -> Clearance:
        """Let a clearance hold until it expires. Raises NobodySignedIn, NotAllowed, UnknownClearance."""
        with self._open(Right.CLEAR) as desk:
            return clearing.review(desk, clearance, at=self.now())

    def revoke_clearance(self, clearance: str, *, reason: str) -> None:
        """Let the record stop this traveller again. Raises NobodySignedIn, NotAllowed, UnknownClearance."""
        with self._open(Right.CLEAR) as desk:
            clearing.revoke(desk, clearance, reason=reason, at=self.now())

    def look_out(self, record: Person | TravelDocument, *, reason: str) -> LookOut:
        """Look out for a person or a document from now on, at this desk; the bureau is told.

        Travellers of the last days are compared with it at once. Raises NobodySignedIn, NotAllowed, ReasonMissing,
        DiskFull.
        """
        with self._guard, self._open(Right.CLEAR) as desk:
            made = lookouts.add(desk, record, reason=reason, at=self.now())
            self._recheck(desk)
            with suppress(DiskFull, DiskFailed):  # as in take_up
                self._offer_waiting(desk)
            return made

    def withdraw_look_out(self, key: RecordKey, *, reason: str) -> None:
        """Look out no longer. Raises NobodySignedIn, NotAllowed, ReasonMissing, NoSuchLookOut, DiskFull."""
        with self._guard, self._open(Right.CLEAR) as desk:
            lookouts.withdraw(desk, key, reason=reason, at=self.now())
            with suppress(DiskFull, DiskFailed):
                self._offer_waiting(desk)

    def look_outs(self) -> tuple[LookOut, ...]:
        """This desk's own look-outs in force. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.READ_RECORDS) as desk:
            return lookouts.in_force(desk)


@contextmanager
def _step(desk: Unlocked) -> Iterator[None]:
    """A step of long work: whoever locks the desk meanwhile waits for its end. Raises NobodySignedIn after that."""
    if not desk.begin():
        raise NobodySignedIn
    try:
        yield
    finally:
        desk.done()
