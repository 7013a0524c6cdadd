"""Everything the window shows at one moment, and the rules by which one moment follows another. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from borderdesk.errors import BorderDeskError
from borderdesk.findings import Finding, Severity, heaviest_first
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
from borderdesk.ids import RecordRef, ScreeningId
from borderdesk.matching import Clearance
from borderdesk.matching.types import Candidate
from borderdesk.operations import Operation
from borderdesk.operations.drills import Run
from borderdesk.operations.handover import Handover
from borderdesk.people import RIGHTS, Account, Right, Role
from borderdesk.policy import DEFAULT
from borderdesk.screening import (
    CloserLook,
    KeptLateMatch,
    Referral,
    ScreenedList,
    Settled,
    Verdict,
    VerdictWord,
    is_discreet,
    subject_of,
)
from borderdesk.words import Sentence
from sync.agent.diagnosis import Diagnosis
from sync.agent.drilling import Begun, Training
from sync.agent.second_line import NOTHING_WAITS, SecondLine
from sync.agent.state import DeskStatus, ExchangeReport
from sync.agent.tallies import Numbers
from ui.desktop.journal_reading import JournalRead
from ui.desktop.text_size import NORMAL, TextSize
from ui.desktop.theme import LIGHT, Theme
from ui.desktop.voice import Voice

HISTORY_SHOWN = 500
"""Screenings kept in the window's history; the journal keeps them all."""


class Page(StrEnum):
    """The pages of a signed-in window."""

    SCREENING = "screening"
    CASES = "cases"
    EXCHANGE = "exchange"
    NUMBERS = "numbers"
    HELP = "help"
    LISTS = "lists"
    CLEARANCES = "clearances"
    FORM = "form"
    PACKET = "packet"
    JOURNAL = "journal"
    ACCOUNTS = "accounts"
    DIAGNOSIS = "diagnosis"
    TRAINING = "training"
    HANDOVER = "handover"
    EXAMINE = "examine"
    INTERVIEW = "interview"
    SECOND_LINE = "second line"


_LETTERS = {
    Page.ACCOUNTS: "Ctrl+U",
    Page.DIAGNOSIS: "Ctrl+D",
    Page.TRAINING: "Ctrl+T",
    Page.HANDOVER: "Ctrl+H",
    Page.EXAMINE: "Ctrl+P",
    Page.INTERVIEW: "Ctrl+I",
    Page.SECOND_LINE: "Ctrl+L",
}
PAGE_KEYS = {page: _LETTERS.get(page, f"Ctrl+{number % 10}") for number, page in enumerate(Page, start=1)}
"""The keys that lead to each page: digits for the first ten."""


NEEDED: dict[Page, Right] = {
    Page.SCREENING: Right.SCREEN,
    Page.CASES: Right.READ_HITS,
    Page.NUMBERS: Right.READ_RECORDS,
    Page.LISTS: Right.SCREEN,
    Page.CLEARANCES: Right.CLEAR,
    Page.FORM: Right.SCREEN,
    Page.PACKET: Right.TAKE_UP_HITS,
    Page.JOURNAL: Right.READ_JOURNAL,
    Page.DIAGNOSIS: Right.MAINTAIN,
    Page.TRAINING: Right.SCREEN,
    Page.HANDOVER: Right.READ_HITS,
    Page.EXAMINE: Right.SCREEN,
    Page.INTERVIEW: Right.SCREEN,
    Page.SECOND_LINE: Right.CLEAR,
}
"""The right somebody needs for a page; those not named here are everybody's."""


WITH_ACTS = (Page.SCREENING, Page.EXAMINE, Page.INTERVIEW, Page.PACKET)
"""Pages on which a traveller is worked on: from each of them one key refers."""


FAULTS = 10
"""Errors that the diagnosis remembers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error the window showed: its kind and when. Its sentences may name a traveller, so they are not kept."""

    kind: str
    at: datetime | None


class Detail(StrEnum):
    """What can stand below the reasons."""

    COMPARE = "compare"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Sample:
    """A scan that lies ready in the demo's tray."""

    title: Sentence
    text: str


def first_page(state: WindowState) -> Page:
    """Where somebody of this role begins to work."""
    for page in (Page.SCREENING, Page.JOURNAL, Page.DIAGNOSIS):
        if state.may(NEEDED[page]):
            return page
    return Page.EXCHANGE


def may_open(state: WindowState, page: Page) -> bool:
    """Whether this page is for whoever is signed in. The help is for everybody, who cannot sign in included."""
    return page is Page.HELP or (state.signed_in and (page not in NEEDED or state.may(NEEDED[page])))


@dataclass(frozen=True, slots=True)
class ListRun:
    """A list of people that is being screened: what it is called, and how many people are answered."""

    title: str
    done: int = 0


@dataclass(frozen=True, slots=True)
class ListWork:
    """The lists of people of the last days, newest first; which one is shown; which one is being screened."""

    lists: tuple[ScreenedList, ...] = ()
    shown: str = ""
    run: ListRun | None = None

    @property
    def open_list(self) -> ScreenedList | None:
        """The one that is worked through."""
        return next((one for one in self.lists if one.id == self.shown), None)


@dataclass(frozen=True, slots=True)
class OfficeWork:
    """Who has an account, where a supervisor asked; what was done last; the desk as files and numbers."""

    people: tuple[Account, ...] = ()
    told: Sentence | None = None
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class TrainingWork:
    """What whoever is signed in has practised; the lesson shown; the one begun; the drill that was acted on."""

    training: Training | None = None
    chosen: str = ""
    begun: Begun | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class ShiftWork:
    """What is open now, the last hand-over, and what was done about it last."""

    points: tuple[Sentence, ...] = ()
    newest: Handover | None = None
    told: Sentence | None = None


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
    unread: str = ""
    """The text that could not be read last, to be corrected rather than typed again."""
    busy: bool = False
    exchanging: bool = False
    last_exchange: ExchangeReport | None = None
    samples: tuple[Sample, ...] = ()
    lists: ListWork = ListWork()
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
    office: OfficeWork = OfficeWork()
    training: TrainingWork = TrainingWork()
    shift: ShiftWork = ShiftWork()
    faults: tuple[Fault, ...] = ()
    """Newest first; they outlast a shift."""
    journal: JournalRead | None = None
    """As it was read when its page was opened."""
    clearances: tuple[Clearance, ...] = ()
    """For a supervisor: those that wait for review first."""

    def may(self, right: Right) -> bool:
        """Whether the role of whoever is signed in includes this right."""
        user = self.status.signed_in if self.status else None
        return user is not None and right in RIGHTS[Role(user.role)]

    @property
    def unseen(self) -> int:
        """Late matches that nobody has looked at."""
        return sum(match.seen_by is None for match in self.late)

    @property
    def signed_in(self) -> bool:
        """Whether an officer works at the desk."""
        return self.status is not None and self.status.signed_in is not None

    @property
    def now(self) -> datetime | None:
        """The desk's own time, as of the last status."""
        return self.status.at if self.status else None

    @property
    def act_needed(self) -> bool:
        """A match that nobody acted on yet: nothing else may be screened before."""
        return needs_act(self.verdict, self.hits)

    @property
    def drill_shown(self) -> bool:
        """Whether what stands on the screen is invented, and the officer may know it."""
        if self.page is Page.TRAINING:
            return self.signed_in
        return self.page is Page.SCREENING and is_practice(self.verdict)

    @property
    def hit(self) -> Hit | None:
        """The newest hit that was taken up from the verdict on the screen."""
        if self.verdict is None:
            return None
        return next((hit for hit in self.hits if hit.screening == self.verdict.screening), None)

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
        """Whether the strip of acts stands at the foot: where travellers are worked on, and wherever an act is due."""
        return self.signed_in and (self.page in WITH_ACTS or self.act_needed)

    @property
    def discreet(self) -> bool:
        """Whether the verdict on the screen asks for discretion: nothing may then stand out."""
        return self.verdict is not None and is_discreet(self.verdict)

    @property
    def veiled(self) -> bool:
        """Whether it does, and whoever is signed in sees what to do but not whom the list names."""
        return self.discreet and not self.may(Right.READ_DISCREET)

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that is chosen, where the chosen record is one."""
        if self.veiled:
            return None
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
        return answer_clock(self.acts, self.procedure.urgency, DEFAULT)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdict's findings, heaviest first."""
        return heaviest_first(self.verdict.findings) if self.verdict else ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The verdict's candidates, best first."""
        if self.verdict is None:
            return ()
        return tuple(sorted(self.verdict.candidates, key=lambda candidate: -candidate.score))


def with_fault(state: WindowState, before: WindowState) -> WindowState:
    """The same, with the error remembered that was not there before."""
    if state.error is None or state.error is before.error:
        return state
    return replace(state, faults=(Fault(type(state.error).__name__, state.now), *state.faults)[:FAULTS])


def is_practice(verdict: Verdict | None) -> bool:
    """Whether this is the answer of a drill that the officer knows to be one."""
    return verdict is not None and verdict.drill is not None and not verdict.drill.disguised


def needs_act(verdict: Verdict | None, hits: tuple[Hit, ...]) -> bool:
    """True for a match from which no hit was taken up. What is only practised never keeps a traveller waiting."""
    return (
        verdict is not None
        and not is_practice(verdict)
        and verdict.word is VerdictWord.MATCH
        and bool(records_of(verdict))
        and all(hit.screening != verdict.screening for hit in hits)
    )


def records_of(verdict: Verdict) -> tuple[RecordRef, ...]:
    """The records an act can be about, each once: those of the findings by weight, then the candidates by score.

    What is only information, such as a record that was withdrawn, asks for no act: that traveller goes on.
    """
    found = [
        finding.record
        for finding in heaviest_first(verdict.findings)
        if finding.record is not None and finding.severity is not Severity.INFO
    ]
    found += [candidate.record for candidate in sorted(verdict.candidates, key=lambda one: -one.score)]
    return tuple(dict.fromkeys(found))


def with_verdict(state: WindowState, verdict: Verdict) -> WindowState:
    """The state once a screening was answered."""
    if verdict.drill is not None:
        # The history is of travellers, and counted.
        return replace(_showing(state, verdict), busy=False)
    others = tuple(one for one in state.history if one.screening != verdict.screening)
    return replace(_showing(state, verdict), history=(verdict, *others)[:HISTORY_SHOWN], busy=False)


def with_past(state: WindowState, recent: tuple[Verdict, ...], hits: tuple[Hit, ...]) -> WindowState:
    """The state after signing in: the shift's history; a match that was left without an act is on the screen again."""
    history = tuple(sorted(recent, key=lambda one: one.asked_at.trusted, reverse=True))[:HISTORY_SHOWN]
    state = replace(state, history=history, hits=hits)
    for verdict in history:
        if needs_act(verdict, hits):
            return with_verdict(state, verdict)
    return state


def shown_again(state: WindowState, screening: ScreeningId) -> WindowState:
    """The state with an earlier screening on the screen; unchanged while a match still asks for an act."""
    known = (*state.history, *(one.verdict for one in state.late))
    verdict = next((one for one in known if one.screening == screening), None)
    if verdict is None or state.act_needed:
        return state
    return _showing(state, verdict)


def shown_now(state: WindowState, verdict: Verdict) -> WindowState:
    """The state with any verdict on the screen; unchanged while a match still asks for an act."""
    return state if state.act_needed else _showing(state, verdict)


def signed_out(state: WindowState) -> WindowState:
    """The state in which nothing of the last officer's travellers is left on the screen."""
    return WindowState(
        voice=state.voice,
        theme=state.theme,
        text=state.text,
        status=state.status,
        samples=state.samples,
        faults=state.faults,
    )


def _showing(state: WindowState, verdict: Verdict) -> WindowState:
    records = records_of(verdict)
    return replace(
        state,
        page=Page.SCREENING,
        verdict=verdict,
        chosen=records[0] if records else None,
        acts=(),
        photos=(),
        looks=(),
        packet=(),
        photo=None,
        reason_for=None,
        detail=None,
        error=None,
        unread="",
    )
