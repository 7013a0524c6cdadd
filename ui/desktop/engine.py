"""What the window asks of the desk. The real one is `sync.agent.Desk`; tests bring a scripted one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import Contact, KeptPhoto
from borderdesk.hits.types import BureauAnswer, Hit, HitAct, HitEvent
from borderdesk.ids import HitId, RecordRef, ScreeningId
from borderdesk.matching import Clearance
from borderdesk.operations import Counted, Operation
from borderdesk.operations.drills import Run
from borderdesk.operations.handover import Handover
from borderdesk.people import Account, Role
from borderdesk.policy import Policy
from borderdesk.screening import (
    Answered,
    CloserLook,
    Inspection,
    Interview,
    KeptLateMatch,
    Referral,
    ScreenedList,
    Seen,
    Settled,
)
from borderdesk.screening.verdict import Verdict
from borderdesk.watchlist import Photo
from borderdesk.words import Sentence
from sync.agent.diagnosis import Diagnosis
from sync.agent.drilling import Begun, Training
from sync.agent.second_line import SecondLine
from sync.agent.state import DeskStatus, ExchangeReport
from sync.agent.tallies import Numbers


class DeskEngine(Protocol):
    """A desk without a screen. Every method may be called from any thread; none of them touches Qt.

    All but `exchange` work on this machine alone. Any of them raises `KnownError` or `TamperingError`.
    """

    def get_ready(self) -> None:
        """Load what the first traveller needs. Asked for before anybody is signed in, so that nobody waits for it."""
        ...

    def sign_in(self, account: str, password: str) -> object:
        """Open the desk for an officer. A wrong password raises, and changes nothing."""
        ...

    def sign_out(self) -> object:
        """Close it again."""
        ...

    def touch(self) -> None:
        """Somebody is there. The engine locks itself where nobody is."""
        ...

    def answer(self, text: str, *, passed_at: datetime | None = None) -> Verdict:
        """Answer a scan or a typed line, as it came; waits for no write. Raises where the text cannot be read.

        `passed_at`: when the traveller really passed, for entries from paper.
        """
        ...

    def note_view(self, record: RecordRef, screening: ScreeningId | None = None) -> None:
        """Journal that somebody looked at a listed record again. Raises where the disk does not take it."""
        ...

    def record(self, verdict: Verdict) -> None:
        """Remember and journal an answer that was shown. Raises where the disk does not take it."""
        ...

    def take_up(self, verdict: Verdict, *, record: RecordRef, act: HitAct, note: str) -> Hit:
        """Record what the officer did about one record of a verdict: hit, upload and journal at once."""
        ...

    def hits(self) -> tuple[Hit, ...]:
        """This desk's hits, confirmed state with pending acts over it."""
        ...

    def acts(self, hit: HitId) -> tuple[HitEvent, ...]:
        """Everything done about one hit, oldest first."""
        ...

    def packet(self, hit: HitId) -> tuple[str, ...]:
        """A hit as signed groups to read out or to show as a QR code."""
        ...

    def enter_answer(self, code: str) -> Hit:
        """The bureau's answer that was read out or scanned. Raises where a group is wrong."""
        ...

    def photos(self, record: RecordRef) -> tuple[Photo | None, ...]:
        """The photos of a listed person; None for one that has not come yet."""
        ...

    def screen_list(self, data: bytes, *, source: str, progress: Callable[[int], bool]) -> ScreenedList:
        """Answer for everybody on a passenger list; `progress` stops it by returning False."""
        ...

    def screened_lists(self) -> tuple[ScreenedList, ...]:
        """The lists of people of the last days, newest first."""
        ...

    def late_matches(self) -> tuple[KeptLateMatch, ...]:
        """Travellers whom a later edition would have stopped, unseen ones first."""
        ...

    def note_late_seen(self, match: KeptLateMatch) -> None:
        """Somebody looked at one of them."""
        ...

    def clear_candidate(self, verdict: Verdict, record: RecordRef, *, reason: str) -> Clearance:
        """Remember that the traveller is not this listed person."""
        ...

    def operations(self) -> tuple[Operation, ...]:
        """The operations that are on now."""
        ...

    def journal_lines(self) -> tuple[bytes, list[str]]:
        """The desk's public key, and the journal as exported lines."""
        ...

    def export_journal(self, path: Path) -> int:
        """Write the whole journal into a new file; how many lines. Raises where it cannot be written."""
        ...

    def clearances(self) -> tuple[Clearance, ...]:
        """For a supervisor: all of them, those that wait for review first."""
        ...

    def review_clearance(self, clearance: str) -> Clearance:
        """A supervisor lets one hold until it expires."""
        ...

    def revoke_clearance(self, clearance: str, *, reason: str) -> None:
        """A supervisor lets the record stop this traveller again."""
        ...

    def people(self) -> tuple[Account, ...]:
        """For a supervisor: everybody who has an account."""
        ...

    def add_person(
        self,
        account: str,
        *,
        name: str,
        role: Role,
        password: str,
        until: datetime | None = None,
        operation: Operation | None = None,
    ) -> None:
        """For a supervisor: another account, for good, for a time or for an operation. Raises where it is taken."""
        ...

    def reset_password(self, account: str, password: str) -> None:
        """For a supervisor: a new first password for somebody else who forgot the old one."""
        ...

    def shut_out(self, account: str, *, disabled: bool) -> None:
        """For a supervisor: let somebody sign in no more, or again."""
        ...

    def change_password(self, old: str, new: str) -> None:
        """Another password for whoever is signed in. Raises where the old one is wrong."""
        ...

    def diagnosis(self) -> Diagnosis:
        """For a technician: the desk as files and numbers."""
        ...

    def contacts(self) -> tuple[Contact, ...]:
        """Whom to call, as the bureau last said."""
        ...

    @property
    def policy(self) -> Policy:
        """The bureau's policy as last heard."""
        ...

    def attach_photo(self, hit: HitId, content: bytes, note: str = "") -> KeptPhoto:
        """Keep a picture with a hit and queue it in parts. Raises where it is none, or the disk does not take it."""
        ...

    def hit_photos(self, hit: HitId) -> tuple[KeptPhoto, ...]:
        """The pictures of one hit, and how far each has come."""
        ...

    def answers(self, hit: HitId) -> tuple[BureauAnswer, ...]:
        """What the bureau said about one hit, oldest first."""
        ...

    def inspect(self, verdict: Verdict, printed: PrintedFields, marks: Mapping[Sense, Seen]) -> Inspection:
        """Compare what is printed with the zone, keep it and the officer's ticks."""
        ...

    def interview(self, verdict: Verdict, answers: Sequence[Answered], *, language: str) -> Interview:
        """Keep what the traveller answered."""
        ...

    def refer(self, verdict: Verdict, *, note: str) -> Referral:
        """Send a traveller to the second line whom no list names."""
        ...

    def settle(self, screening: ScreeningId, *, note: str) -> Settled:
        """The second line has dealt with one of them."""
        ...

    def closer_looks(self, screening: ScreeningId) -> tuple[CloserLook, ...]:
        """Everything noted about one traveller, oldest first."""
        ...

    def numbers(self) -> Numbers:
        """The shift and the operations that are on, counted."""
        ...

    def count_by_hand(self, operation: str, counted: Counted, number: int, *, note: str) -> None:
        """Enter what no act tells."""
        ...

    def second_line(self) -> SecondLine:
        """For a supervisor: everything that waits for a decision."""
        ...

    def recent(self) -> tuple[Verdict, ...]:
        """The last screenings."""
        ...

    def begin_lesson(self, lesson: str) -> Begun:
        """Practise: its document, once scanned, is answered as a drill."""
        ...

    def skip_lesson(self, lesson: str) -> None:
        """Leave a lesson out for now."""
        ...

    def training(self) -> Training:
        """What whoever is signed in has practised; everybody's results for who may read them."""
        ...

    def drill_left(self) -> Verdict | None:
        """The answer of a surprise on which nobody acted before the desk was left; None where there is none."""
        ...

    def leave_drill(self, verdict: Verdict) -> None:
        """The desk is left without an act on a surprise's answer."""
        ...

    def act_in_drill(self, verdict: Verdict, act: HitAct) -> Run:
        """The officer's act on an answer that carries a drill's mark."""
        ...

    def mark_steps(self, done: frozenset[int]) -> Run:
        """Which steps of the drill that was acted on the officer took."""
        ...

    def type_back(self, groups: str) -> Run:
        """What the bureau read back in a drill. Raises where a group is wrong."""
        ...

    def open_points(self) -> tuple[Sentence, ...]:
        """What a hand-over would say is open."""
        ...

    def hand_over(self, note: str) -> Handover:
        """Write a hand-over of the shift."""
        ...

    def newest_handover(self) -> Handover | None:
        """The last one."""
        ...

    def confirm_handover(self, id: str) -> None:
        """Whoever is signed in has read it. Raises where there is nothing to confirm."""
        ...

    def carry(self, stick: Path) -> ExchangeReport:
        """The same by stick: take in what it brings, leave on it what waits."""
        ...

    def exchange(self) -> ExchangeReport:
        """Upload what waits, fetch what is new. Uses the network; may take minutes."""
        ...

    def leave(self) -> None:
        """The window is being closed: the network is to keep nobody waiting. Returns at once."""
        ...

    def status(self) -> DeskStatus:
        """Link, lists, waiting items, who is signed in: at this moment."""
        ...
