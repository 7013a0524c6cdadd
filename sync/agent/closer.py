"""A closer look at a traveller: printed fields, sense checks, interview, and a referral that needs no list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from borderdesk import journal
from borderdesk.documents import PrintedFields, Sense
from borderdesk.errors import KnownError
from borderdesk.hits import HitState
from borderdesk.ids import AccountId, ScreeningId
from borderdesk.people import Right
from borderdesk.screening import (
    Answered,
    CloserLook,
    Inspection,
    Interview,
    Referral,
    Seen,
    Settled,
    Verdict,
    closer,
    inspect,
)
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import say
from sync.agent.casework import send_noted
from sync.agent.session import Session
from sync.agent.unlocked import Unlocked

MOST_ANSWERS: Final = 64


class NothingNoted(KnownError):
    """A closer look was to be kept in which nothing stands, or far too much."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Nothing was typed, ticked or answered, or a note is longer than {most} characters.",
                most=closer.MAX_NOTE,
            ),
            safe=say("Nothing was recorded; what you typed is still there."),
            todo=say("Fill in at least one field, and shorten long notes."),
        )


class CloserLooks(Session):
    """What is noted about a traveller beside the verdict. It is kept encrypted and journalled.

    Answers of an interview, and what the printed page or the senses showed, go to the bureau with a hit of this
    traveller: those from before it with the first act, later ones by themselves. All else stays at this desk.
    """

    _may_wait = True

    def inspect(self, verdict: Verdict, printed: PrintedFields, marks: Mapping[Sense, Seen]) -> Inspection:
        """Compare what is printed with what was scanned, and keep it with the officer's ticks.

        Raises NobodySignedIn, NotAllowed, NothingNoted, DiskFull, DiskFailed; then nothing was kept.
        """
        with self._open(Right.SCREEN) as desk:
            officer = AccountId(desk.signed_in.account)
            looked = inspect(verdict, printed, marks, officer=officer, at=self.now(), policy=self.policy)
            if printed == PrintedFields() and not looked.marks:
                raise NothingNoted
            self._keep_look(looked, verdict)
            self._send_noted(desk, looked, verdict)
            return looked

    def interview(self, verdict: Verdict, answers: Iterable[Answered], *, language: str) -> Interview:
        """Keep what the traveller was asked and answered. Raises as `inspect`."""
        with self._open(Right.SCREEN) as desk:
            told = tuple(answers)
            if not told or len(told) > MOST_ANSWERS or any(len(each.note) > closer.MAX_NOTE for each in told):
                raise NothingNoted
            kept = Interview(verdict.screening, AccountId(desk.signed_in.account), self.now(), language, told)
            self._keep_look(kept, verdict)
            self._send_noted(desk, kept, verdict)
            return kept

    def refer(self, verdict: Verdict, *, note: str = "") -> Referral:
        """Send a traveller to the second line whom no list names. Raises as `inspect`."""
        with self._open(Right.SCREEN) as desk:
            if len(note) > closer.MAX_NOTE:
                raise NothingNoted
            sent = Referral(verdict.screening, AccountId(desk.signed_in.account), self.now(), note)
            self._keep_look(sent, verdict)
            return sent

    def settle(self, screening: ScreeningId, *, note: str) -> Settled:
        """The second line has dealt with a traveller who was referred. Raises as `inspect`; the note says how."""
        with self._open(Right.TAKE_UP_HITS) as desk:
            if not note.strip() or len(note) > closer.MAX_NOTE:
                raise NothingNoted
            done = Settled(screening, AccountId(desk.signed_in.account), self.now(), note.strip())
            self._keep_look(done)
            return done

    def closer_looks(self, screening: ScreeningId) -> tuple[CloserLook, ...]:
        """Everything noted about one traveller, oldest first. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.READ_RECORDS) as desk:
            return closer.looks_at(desk.store.reader, screening)

    def _send_noted(self, desk: Unlocked, look: Inspection | Interview, verdict: Verdict) -> None:
        if verdict.drill is None:
            # It is kept. What the disk does not take of its way to the bureau goes with the next act or exchange.
            try:
                send_noted(desk, look.screening, look.officer, look.at)
                self._offer_waiting(desk)
            except (DiskFull, DiskFailed):
                self._may_wait = True

    def _send_what_waits(self) -> None:
        """Once after a start, and where a disk was full since: what was noted about a hit and no act has carried."""
        with self._peek() as desk:
            if desk is None or not self._may_wait:
                return
            at = self.now()
            # It stays at this desk until there is room; the next exchange tries again.
            with suppress(DiskFull, DiskFailed):
                for hit in desk.hits.all():
                    looks = closer.looks_at(desk.store.reader, hit.screening)
                    if looks and hit.state is not HitState.CLOSED:
                        send_noted(desk, hit.screening, looks[-1].officer, at)
                self._may_wait = False

    def _keep_look(self, look: CloserLook, verdict: Verdict | None = None) -> None:
        with self._open(Right.SCREEN) as desk:
            if verdict is not None and verdict.drill is not None:
                return  # an invented traveller is never remembered
            details: dict[str, object] = {"screening": look.screening}
            why = ""
            if isinstance(look, Inspection):
                details["findings"] = [finding.code for finding in look.findings]
                details["senses"] = {mark.sense.value: mark.seen.value for mark in look.marks}
            elif isinstance(look, Interview):
                details["questions"] = [each.question for each in look.answers]
                details["language"] = look.language
            else:
                why = look.note
            with desk.store.transaction() as db:
                closer.keep(db, look)
                journal.append(db, kind=closer.kind_of(look), who=look.officer, at=look.at, why=why, details=details)
