"""Everything the window shows at one moment, and what follows from it. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from borderdesk.errors import BorderDeskError
from borderdesk.findings import Finding, heaviest_first
from borderdesk.hits import (
    AnswerClock,
    Contact,
    Hit,
    HitAct,
    HitEvent,
    HitState,
    KeptPhoto,
    ProcedureCard,
    Subject,
    answer_clock,
    procedure_for,
)
from borderdesk.ids import RecordRef
from borderdesk.matching import Clearance
from borderdesk.matching.types import Candidate
from borderdesk.operations import Operation
from borderdesk.people import RIGHTS, Right, Role
from borderdesk.policy import DEFAULT
from borderdesk.screening import (
    CloserLook,
    KeptLateMatch,
    Referral,
    Settled,
    Verdict,
    asks_discretion,
    is_discreet,
    ordinary,
    subject_of,
)
from borderdesk.words import Sentence
from sync.agent.second_line import NOTHING_WAITS, SecondLine
from sync.agent.state import DeskStatus, ExchangeReport
from sync.agent.tallies import Numbers
from ui.desktop.due import is_practice, needs_act
from ui.desktop.page import WITH_ACTS, Page
from ui.desktop.text_size import NORMAL, TextSize
from ui.desktop.theme import LIGHT, Theme
from ui.desktop.voice import Voice
from ui.desktop.work import (
    NO_LISTS,
    NOT_HANDED_OVER,
    NOT_PRACTISED,
    NOTHING_DONE,
    Detail,
    Fault,
    ListWork,
    OfficeWork,
    Sample,
    ShiftWork,
    TrainingWork,
)


@dataclass(frozen=True, slots=True)
class WindowState:
    """One moment of the window. Views render it whole; only the presenter makes a new one.

    `verdict` is the one on the screen. `chosen` is the record an act would be about. `kept` are scans that came while a
    match still asked for an act. `error` is what went wrong last, until the next act of the officer.
    """

    voice: Voice
    theme: Theme = LIGHT
    text: TextSize = NORMAL
    page: Page = Page.SCREENING
    status: DeskStatus | None = None
    verdict: Verdict | None = None
    chosen: RecordRef | None = None
    hits: tuple[Hit, ...] = ()
    acts: tuple[HitEvent, ...] = ()
    """What was done about the hit on the screen, oldest first."""
    photos: tuple[KeptPhoto, ...] = ()
    """What was attached to the hit on the screen, and how far each has come."""
    attaching: bool = False
    """A picture is being made ready to travel."""
    reason_for: HitAct | None = None
    """An act that was asked for without the reason it needs."""
    detail: Detail | None = None
    """What the officer wants to see below the reasons; None leaves it to the verdict."""
    history: tuple[Verdict, ...] = ()
    kept: tuple[str, ...] = ()
    error: BorderDeskError | None = None
    written: Sentence | None = None
    """Where the file lies that was written last; until the page is left or put away."""
    unread: str = ""
    """The text that could not be read last, to be corrected rather than typed again."""
    busy: bool = False
    exchanging: bool = False
    last_exchange: ExchangeReport | None = None
    samples: tuple[Sample, ...] = ()
    lists: ListWork = NO_LISTS
    looks: tuple[CloserLook, ...] = ()
    """What was noted about the traveller on the screen beside the verdict, oldest first."""
    numbers: Numbers | None = None
    """The shift and the operations, as counted when their page was opened."""
    second_line: SecondLine = NOTHING_WAITS
    """For a supervisor: everything that waits for a decision."""
    photo: bytes | None = None
    """The first photo of the chosen candidate's record, once it was fetched."""
    packet: tuple[str, ...] = ()
    """The hit on the screen in groups to read out, while that page is open."""
    late: tuple[KeptLateMatch, ...] = ()
    """Travellers whom a later edition would have stopped: unseen first."""
    contacts: tuple[Contact, ...] = ()
    """Whom to call, as the bureau last said."""
    operations: tuple[Operation, ...] = ()
    """Those that are on now, by the bureau's order."""
    office: OfficeWork = NOTHING_DONE
    training: TrainingWork = NOT_PRACTISED
    shift: ShiftWork = NOT_HANDED_OVER
    faults: tuple[Fault, ...] = ()
    """Newest first; they outlast a shift."""
    clearances: tuple[Clearance, ...] = ()
    """For a supervisor: those that wait for review first."""

    def may(self, right: Right) -> bool:
        """Whether the role of whoever is signed in includes this right."""
        user = self.status.signed_in if self.status else None
        return user is not None and right in RIGHTS[Role(user.role)]

    @property
    def unseen(self) -> int:
        """Late matches that nobody has looked at, or acted on where they ask for it."""
        return sum(match.seen_by is None or needs_act(match.verdict, self.hits) for match in self.late)

    @property
    def signed_in(self) -> bool:
        """Whether an officer works at the desk."""
        return self.status is not None and self.status.signed_in is not None

    @property
    def now(self) -> datetime | None:
        """The desk's own time, as of the last status."""
        return self.status.at if self.status else None

    @property
    def today(self) -> date | None:
        """The day it is at this post, as of the last status."""
        return self.voice.day(self.now) if self.now is not None else None

    def time_of(self, at: datetime) -> str:
        """The minute alone where `at` is of today, else with its date: what yesterday left must not look like now."""
        return self.voice.hour(at) if self.voice.day(at) == self.today else self.voice.moment(at)

    @property
    def act_needed(self) -> bool:
        """A match that nobody acted on yet: nothing else may be screened before."""
        return needs_act(self.verdict, self.hits)

    @property
    def may_ask(self) -> bool:
        """Whether the next traveller may be screened at once."""
        return not self.busy and not self.act_needed

    @property
    def drill_shown(self) -> bool:
        """Whether what stands on the screen is invented, and the officer may know it."""
        if self.page is Page.TRAINING:
            # A match that still asks for an act stands below: the banner is never over anything that may be real.
            return self.signed_in and not self.act_needed
        return self.page is Page.SCREENING and is_practice(self.verdict)

    @property
    def taken_up(self) -> tuple[Hit, ...]:
        """The hits that were taken up from the verdict on the screen, the newest first: one for each record at most."""
        if self.verdict is None:
            return ()
        return tuple(hit for hit in self.hits if hit.screening == self.verdict.screening)

    @property
    def hit(self) -> Hit | None:
        """The hit on the chosen record. Another record of the same verdict asks for an act of its own."""
        return next((hit for hit in self.taken_up if self.chosen in (None, hit.record)), None)

    @property
    def begun(self) -> bool:
        """Whether somebody has acted on the chosen record; a hit that was only left open is not begun."""
        return self.hit is not None and not self.hit.left_open

    @property
    def referral(self) -> Referral | None:
        """That the traveller on the screen was sent to the second line without a record; None once that is settled."""
        told = [look for look in self.looks if isinstance(look, Referral | Settled)]
        return told[-1] if told and isinstance(told[-1], Referral) else None

    @property
    def subject(self) -> Subject | None:
        """What the chosen record is about; None where no list names anybody."""
        if self.verdict is None or self.chosen is None:
            return None
        return subject_of(self.verdict, self.chosen)

    @property
    def acts_shown(self) -> bool:
        """Whether the strip of acts stands at the foot: where travellers are worked on, and wherever an act is due, or
        somebody whose scan was kept during a drill waits for the next one."""
        waits = bool(self.kept) and self.verdict is None
        return self.signed_in and (self.page in WITH_ACTS or self.act_needed or waits)

    @property
    def discreet(self) -> bool:
        """Whether discretion is all that the verdict on the screen asks for: nothing may then stand out."""
        return self.verdict is not None and is_discreet(self.verdict)

    @property
    def veiled(self) -> bool:
        """Whether whoever is signed in sees that discretion is asked and what to do, but not whom the list names."""
        return self.verdict is not None and not self.may(Right.READ_DISCREET) and asks_discretion(self.verdict)

    @property
    def readable(self) -> Verdict | None:
        """The verdict on the screen, as whoever is signed in may read it."""
        if self.verdict is None or self.may(Right.READ_DISCREET):
            return self.verdict
        return ordinary(self.verdict)

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that is chosen, where the chosen record is one that may be read."""
        return next((one for one in self.candidates if one.record == self.chosen), None)

    @property
    def procedure(self) -> ProcedureCard | None:
        """What to do about the chosen record."""
        return None if self.subject is None else procedure_for(self.subject)

    @property
    def detail_shown(self) -> Detail:
        """The comparison while a candidate is weighed, the procedure once there is a hit."""
        if self.detail is not None:
            return self.detail
        return Detail.COMPARE if self.candidate is not None and self.hit is None else Detail.PROCEDURE

    @property
    def clock(self) -> AnswerClock | None:
        """How long the bureau may still take; None where it has answered or there is nothing to answer."""
        answered = (HitState.CONFIRMED, HitState.NOT_CONFIRMED, HitState.CLOSED)
        if self.hit is None or self.hit.state in answered or not self.acts or self.procedure is None:
            return None
        return answer_clock(self.acts, self.procedure.urgency, self.status.policy if self.status else DEFAULT)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that may be read, heaviest first."""
        return heaviest_first(self.readable.findings) if self.readable else ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates that may be read, best first."""
        if self.readable is None:
            return ()
        return tuple(sorted(self.readable.candidates, key=lambda candidate: -candidate.score))
