"""A desk without database or network that a test scripts: documents it knows, a link it can cut."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from borderdesk.clock import Moment
from borderdesk.dates import PartialDate
from borderdesk.documents import PrintedFields, Sense
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.hits import Contact, HitPhoto, KeptPhoto, Urgency, answer_clock
from borderdesk.hits.spoken import hear, speak
from borderdesk.hits.types import AnswerKind, BureauAnswer, Hit, HitAct, HitEvent, HitState
from borderdesk.ids import AccountId, DeskId, HitId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.matching import Clearance
from borderdesk.matching.sentences import sentence_for
from borderdesk.matching.types import Candidate, Explanation, FactMatch, Meeting, PartMatch, PersonQuery
from borderdesk.operations import Counted, Operation, count_verdicts, outcomes, tally
from borderdesk.operations.counts import by_acts
from borderdesk.people import Account, AccountTaken, BadEnd, Role
from borderdesk.people.errors import WrongPassword
from borderdesk.policy import DEFAULT
from borderdesk.replica.types import Freshness, HeldList
from borderdesk.screening import (
    Answered,
    CloserLook,
    Inspection,
    Interview,
    KeptLateMatch,
    LateMatch,
    ListLine,
    Referral,
    ScreenedList,
    Seen,
    Settled,
    inspect,
)
from borderdesk.screening.question import NothingToScreen
from borderdesk.screening.verdict import Question, Verdict, VerdictWord
from borderdesk.watchlist import Action, Person, PersonName, Photo
from borderdesk.words import Sentence, say
from sync.agent.auditing import NotExported
from sync.agent.diagnosis import Diagnosis
from sync.agent.second_line import Case, ReferredTraveller, SecondLine
from sync.agent.state import DeskStatus, ExchangeReport, LinkState, LinkWord, Progress, SignedIn
from sync.agent.tallies import CannotCount, Counts, Numbers, PostNumbers
from sync.carriers.types import LinkDown
from tests.desktop.drill_simulator import DrillSimulator, FullDisk

Look = TypeVar("Look", Inspection, Interview, Referral, Settled)

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)

CLEAN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen of ICAO Doc 9303-4, appendix B: nobody's passport."""
STOLEN = "P<UTODOE<<JOHN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nX123456784UTO8001014M3001019<<<<<<<<<<<<<<04"
LISTED = "P<UTOALMASRI<<MOHAMMED<<<<<<<<<<<<<<<<<<<<<<\nY876543213UTO7101015M3001019<<<<<<<<<<<<<<08"

SLTD = ListName("sltd")
UN = ListName("un-sc")


def held(name: ListName, title: str, *, hours: float, edition: int = 7, rows: int = 200_000) -> HeldList:
    age = timedelta(hours=hours)
    freshness = Freshness.GREEN if hours < 24 else Freshness.AMBER if hours < 48 else Freshness.RED
    return HeldList(name, title, edition, rows, START - age, age, freshness)


class DeskSimulator(DrillSimulator):
    """Implements `ui.desktop.engine.DeskEngine`."""

    def __init__(self, *, signed_in: bool = False, role: str = "officer") -> None:
        self.role = role
        self.lists = (
            held(SLTD, "Stolen and lost travel documents", hours=3.2),
            held(UN, "UN Security Council", hours=30, rows=1_000),
        )
        self.link = LinkState(LinkWord.UP, START - timedelta(hours=2))
        self.user = SignedIn(AccountId("demo"), "A. Officer", self.role, START) if signed_in else None
        self.ready = False
        self.tried: list[tuple[str, str]] = []
        self.left = threading.Event()
        self.hangs = False
        self.when_signed_out: Callable[[], object] = lambda: None
        self.asked = threading.Event()
        self.disk_full = False
        self.linked = True
        self.threads: set[str] = set()
        self.screened: list[str] = []
        self.recorded: list[str] = []
        self.viewed: list[RecordRef] = []
        self.book_gate: threading.Event | None = None
        self.taken: list[tuple[RecordRef, HitAct, str]] = []
        self.exchanged = 0
        self._hits: list[Hit] = []
        self._events: list[HitEvent] = []
        self.now = START
        self.start_drills()
        self.action = Action.REFER
        self.also: tuple[Finding, ...] = ()
        self._verdicts: list[Verdict] = []
        self._listed = 0
        self.viewed: list[RecordRef] = []
        self.pictures: tuple[Photo | None, ...] = ()
        self.journal: tuple[bytes, list[str]] = (bytes(32), [])
        self.running: list[Operation] = []
        self.photo_keys: tuple[str, ...] = ()
        self.attached: list[KeptPhoto] = []
        self.post: PostNumbers | None = None
        self.passed_at: datetime | None = None
        self.answers_entered: list[bytes] = []
        self._lists: list[ScreenedList] = []
        self.list_gate: threading.Event | None = None
        self.late: list[KeptLateMatch] = []
        self.cleared: list[Clearance] = []
        self.looks: list[CloserLook] = []
        self.book: list[Contact] = []
        self.sticks: list[Path] = []
        self.coming: Progress | None = None
        self.warning: Sentence | None = None
        self.next_try: datetime | None = None
        self.unwritten = 0
        self.heard = START - timedelta(minutes=20)
        self.policy = DEFAULT
        self.by_hand: list[tuple[str, Counted, int]] = []
        self.gate: threading.Event | None = None
        self.free = 100 * 1024**3
        self.passwords: dict[str, str] = {}
        self.accounts = [
            Account(AccountId("demo"), "A. Officer", Role(role), disabled=False),
            Account(AccountId("noy"), "Noy K.", Role.OFFICER, disabled=False),
            Account(AccountId("tech"), "T. Wire", Role.TECHNICIAN, disabled=True),
        ]

    def get_ready(self) -> None:
        self.ready = True

    def sign_in(self, account: str, password: str) -> None:
        self._enter()
        self.tried.append((account, password))
        if password != "correct horse":
            raise WrongPassword
        self.user = SignedIn(AccountId(account), "A. Officer", self.role, START)

    def sign_out(self) -> None:
        self._enter()
        if self.user is not None or self.left.is_set():
            self.when_signed_out()
        self.user = None

    def leave(self) -> None:
        self.left.set()

    def touch(self) -> None:
        pass

    def note_view(self, record: RecordRef, screening: ScreeningId | None = None) -> None:
        self._enter()
        self.viewed.append(record)

    def record(self, verdict: Verdict) -> None:
        self._enter()
        if self.book_gate is not None:
            assert self.book_gate.wait(10)
        if self.disk_full:
            raise FullDisk
        self.recorded.append(verdict.screening)

    def answer(self, text: str, *, passed_at: datetime | None = None) -> Verdict:
        self._enter()
        self.passed_at = passed_at
        self.screened.append(text)
        if self.gate is not None:
            assert self.gate.wait(10)
        drilled = self.drilled(text, self.lists) if passed_at is None else None
        if drilled is not None:
            return drilled
        if "UTO" not in text and not self.reads_everything:
            raise NothingToScreen(len(text))
        verdict = self._answer(text)
        verdict = replace(verdict, question=replace(verdict.question, passed_at=passed_at))
        self._verdicts.append(verdict)
        return verdict

    def take_up(self, verdict: Verdict, *, record: RecordRef, act: HitAct, note: str) -> Hit:
        self._enter()
        if self.disk_full:
            raise FullDisk
        assert verdict.drill is None
        self.taken.append((record, act, note))
        question = verdict.question
        assert self.user is not None
        known = [hit for hit in self._hits if (hit.screening, hit.record) == (verdict.screening, record)]
        hit_id = known[0].id if known else HitId(f"hit{len(self._hits)}")
        self._events.append(HitEvent(hit_id, act, self.user.account, Moment(self.now, self.now), note))
        if known:
            self._hits = [
                replace(one, left_open=act is HitAct.LEFT_OPEN) if one.id == hit_id else one for one in self._hits
            ]
            if act is HitAct.REPLY:
                self._hits = [
                    replace(one, state=HitState.REPORTED, pending=True) if one.id == hit_id else one
                    for one in self._hits
                ]
            return known[0]
        hit = Hit(
            id=hit_id,
            screening=verdict.screening,
            post=PostId("NORTH"),
            desk=DeskId("1"),
            record=record,
            summary=stolen_finding().sentence,
            document_state=question.document_state,
            document_number=question.document_number,
            traveller="",
            taken_up_by=self.user.account,
            taken_up_at=Moment(START, START),
            state=HitState.TAKEN_UP,
            pending=True,
            left_open=act is HitAct.LEFT_OPEN,
        )
        self._hits.append(hit)
        return hit

    def hits(self) -> tuple[Hit, ...]:
        self._enter()
        return tuple(self._hits)

    def acts(self, hit: HitId) -> tuple[HitEvent, ...]:
        self._enter()
        return tuple(event for event in self._events if event.hit == hit)

    def packet(self, hit: HitId) -> tuple[str, ...]:
        self._enter()
        return speak(hit.encode() * 30)

    def enter_answer(self, code: str) -> Hit:
        self._enter()
        self.answers_entered.append(hear(code))
        answer = BureauAnswer(self._hits[0].id, 1, AnswerKind.CONFIRMED, "", "NCB", START)
        self._hits[0] = replace(self._hits[0], answer=answer, state=HitState.CONFIRMED)
        return self._hits[0]

    def ask_back(self, words: str) -> None:
        """The bureau wants to know more about the first hit; the next exchange of the courier brought it."""
        answer = BureauAnswer(self._hits[0].id, 1, AnswerKind.MORE_NEEDED, words, "NCB", START)
        self._hits[0] = replace(self._hits[0], answer=answer, state=HitState.MORE_NEEDED, pending=False)
        self.heard += timedelta(minutes=1)

    def photos(self, record: RecordRef) -> tuple[Photo | None, ...]:
        self._enter()
        self.viewed.append(record)
        return self.pictures

    def screen_list(self, data: bytes, *, source: str, progress: Callable[[int], bool]) -> ScreenedList:
        self._enter()
        people = data.decode().split(";")
        lines: list[ListLine] = []
        for number, text in enumerate(people, start=1):
            lines.append(ListLine(number, self._answer(text)))
            self._listed += 1
            if self.list_gate is not None:
                assert self.list_gate.wait(10)
            if not progress(number):
                break
        made = ScreenedList(f"list{len(self._lists)}", source, len(people), tuple(lines), (), START)
        self._lists.insert(0, made)
        return made

    def screened_lists(self) -> tuple[ScreenedList, ...]:
        self._enter()
        return tuple(self._lists)

    def late_matches(self) -> tuple[KeptLateMatch, ...]:
        self._enter()
        return tuple(self.late)

    def note_late_seen(self, match: KeptLateMatch) -> None:
        self._enter()
        assert self.user is not None
        self.late = [replace(one, seen_by=self.user.account) if one == match else one for one in self.late]

    def clear_candidate(self, verdict: Verdict, record: RecordRef, *, reason: str) -> Clearance:
        self._enter()
        assert self.user is not None
        made = clearance(f"c{len(self.cleared)}", reason, self.user.account)
        self.cleared.append(made)
        return made

    def operations(self) -> tuple[Operation, ...]:
        self._enter()
        return tuple(self.running)

    def journal_lines(self) -> tuple[bytes, list[str]]:
        self._enter()
        return self.journal

    def export_journal(self, path: Path) -> int:
        self._enter()
        if self.disk_full:
            raise NotExported(path, "No space left on device")
        path.write_text("".join(f"{line}\n" for line in self.journal[1]))
        return len(self.journal[1])

    def clearances(self) -> tuple[Clearance, ...]:
        self._enter()
        return tuple(self.cleared)

    def review_clearance(self, clearance: str) -> Clearance:
        self._enter()
        assert self.user is not None
        by = self.user.account
        self.cleared = [replace(one, reviewed_by=by) if one.id == clearance else one for one in self.cleared]
        return next(one for one in self.cleared if one.id == clearance)

    def revoke_clearance(self, clearance: str, *, reason: str) -> None:
        self._enter()
        assert reason
        self.cleared = [one for one in self.cleared if one.id != clearance]

    def people(self) -> tuple[Account, ...]:
        self._enter()
        return tuple(self.accounts)

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
        self._enter()
        if self.disk_full:
            raise FullDisk
        if any(one.account == account for one in self.accounts):
            raise AccountTaken(account)
        ends_at = min((each for each in (until, operation.ends_at if operation else None) if each), default=None)
        if ends_at is not None and ends_at <= self.now:
            raise BadEnd
        about = operation.id if operation else ""
        self.accounts.append(Account(AccountId(account), name, role, False, ends_at, about))
        self.passwords[account] = password

    def shut_out(self, account: str, *, disabled: bool) -> None:
        self._enter()
        self.accounts = [replace(one, disabled=disabled) if one.account == account else one for one in self.accounts]

    def reset_password(self, account: str, password: str) -> None:
        self._enter()
        if self.disk_full:
            raise FullDisk
        self.passwords[account] = password

    def change_password(self, old: str, new: str) -> None:
        self._enter()
        if old != "correct horse":
            raise WrongPassword
        assert self.user is not None
        self.passwords[self.user.account] = new

    def diagnosis(self) -> Diagnosis:
        self._enter()
        return Diagnosis(
            post="NORTH",
            desk="1",
            held={SLTD: 7, UN: 7},
            store_bytes=3 * 1024**3,
            spool_bytes=40 * 1024,
            free_bytes=self.free,
            waiting=0,
            unwritten=0,
            link=self.link,
            binding="file",
            passed_over=("tpm: no such device",),
            version="0.1.0",
            at=Moment(self.now, self.now),
            copy_bytes=5 * 1024**2,
        )

    def contacts(self) -> tuple[Contact, ...]:
        self._enter()
        return tuple(self.book)

    def attach_photo(self, hit: HitId, content: bytes, note: str = "") -> KeptPhoto:
        self._enter()
        if self.disk_full:
            raise FullDisk
        assert self.user is not None
        kept = KeptPhoto(HitPhoto(hit, content, self.user.account, Moment(self.now, self.now), note), 6, 6)
        self.attached.append(kept)
        return kept

    def hit_photos(self, hit: HitId) -> tuple[KeptPhoto, ...]:
        self._enter()
        return tuple(each for each in self.attached if each.photo.hit == hit)

    def answers(self, hit: HitId) -> tuple[BureauAnswer, ...]:
        self._enter()
        return tuple(one.answer for one in self._hits if one.id == hit and one.answer is not None)

    def inspect(self, verdict: Verdict, printed: PrintedFields, marks: Mapping[Sense, Seen]) -> Inspection:
        assert self.user is not None
        at = Moment(self.now, self.now)
        return self._look(inspect(verdict, printed, marks, officer=self.user.account, at=at, policy=DEFAULT))

    def interview(self, verdict: Verdict, answers: Sequence[Answered], *, language: str) -> Interview:
        assert self.user is not None
        at = Moment(self.now, self.now)
        return self._look(Interview(verdict.screening, self.user.account, at, language, tuple(answers)))

    def refer(self, verdict: Verdict, *, note: str) -> Referral:
        assert self.user is not None
        return self._look(Referral(verdict.screening, self.user.account, Moment(self.now, self.now), note))

    def settle(self, screening: ScreeningId, *, note: str) -> Settled:
        assert self.user is not None
        return self._look(Settled(screening, self.user.account, Moment(self.now, self.now), note))

    def closer_looks(self, screening: ScreeningId) -> tuple[CloserLook, ...]:
        self._enter()
        return tuple(look for look in self.looks if look.screening == screening)

    def numbers(self) -> Numbers:
        self._enter()
        until = self.now + timedelta(minutes=1)

        def counts(operation: Operation | None, since: datetime) -> Counts:
            seen = count_verdicts(self._verdicts, since=since, until=until)
            key = operation.id if operation else ""
            hand = {counted: sum(n for k, c, n in self.by_hand if (k, c) == (key, counted)) for counted in Counted}
            acts = by_acts(self._events, since=since, until=until)
            return Counts(operation, tally(seen, self._hits, since=since, until=until), outcomes(acts, hand))

        return Numbers(
            counts(None, until - timedelta(hours=12)),
            tuple(counts(each, each.begins_at) for each in self.running),
            self.post,
        )

    def count_by_hand(self, operation: str, counted: Counted, number: int, *, note: str) -> None:
        self._enter()
        if self.disk_full:
            raise FullDisk
        if not number:
            raise CannotCount
        self.by_hand.append((operation, counted, number))

    def second_line(self) -> SecondLine:
        self._enter()
        verdicts = {one.screening: one for one in self._verdicts}
        cases = []
        for hit in self._hits:
            acts = self.acts(hit.id)
            clock = answer_clock(acts, Urgency.ROUTINE, DEFAULT) if hit.answer is None else None
            cases.append(Case(hit, acts, clock, verdicts.get(hit.screening)))
        settled = {look.screening for look in self.looks if isinstance(look, Settled)}
        referred = [look for look in self.looks if isinstance(look, Referral) and look.screening not in settled]
        return SecondLine(tuple(cases), tuple(ReferredTraveller(one, verdicts.get(one.screening)) for one in referred))

    def _look(self, look: Look) -> Look:
        self._enter()
        if self.disk_full:
            raise FullDisk
        self.looks.append(look)
        return look

    def recent(self) -> tuple[Verdict, ...]:
        self._enter()
        return tuple(self._verdicts)

    def carry(self, stick: Path) -> ExchangeReport:
        self._enter()
        self.sticks.append(stick)
        return ExchangeReport(1, 0, (), 10, 20, (say("Reports on the stick: {sent}.", sent=1),))

    def exchange(self) -> ExchangeReport:
        self._enter()
        self.exchanged += 1
        if self.hangs:
            self.asked.set()
            assert self.left.wait(10), "the window that is being closed never said so"
            raise LinkDown(say("nobody answers"))
        if not self.linked:
            self.link = LinkState(LinkWord.DOWN, START - timedelta(minutes=50), say("nobody answers"))
            raise LinkDown(say("nobody answers"))
        done = sum(hit.pending for hit in self._hits)
        self._hits = [
            replace(hit, state=HitState.REPORTED, pending=False, reported_at=START) if hit.pending else hit
            for hit in self._hits
        ]
        said = say("Reports sent: {sent}; confirmed: {receipts}.", sent=done, receipts=done)
        return ExchangeReport(done, done, (), 1200, 300, (said,))

    def status(self) -> DeskStatus:
        self._enter()
        return DeskStatus(
            PostId("NORTH"),
            DeskId("1"),
            "https://bureau.example",
            self.link,
            self.lists,
            sum(hit.pending for hit in self._hits),
            self.user,
            self.heard,
            self.now,
            late_matches=sum(one.seen_by is None for one in self.late),
            progress=self.coming,
            warning=self.warning,
            next_try=self.next_try,
            unwritten=self.unwritten,
            policy=self.policy,
        )

    def _enter(self) -> None:
        self.threads.add(threading.current_thread().name)

    def _answer(self, text: str) -> Verdict:
        word, findings, candidates = VerdictWord.NO_MATCH, (), ()
        lines = text.splitlines()
        surname, _, given = lines[0][5:].partition("<<")
        number = lines[-1][:9].strip("<")
        person = PersonQuery(
            document_numbers=(number,),
            surname=surname.replace("<", " ").strip(),
            given=given.replace("<", " ").strip(),
            birth=PartialDate(1980, 1, 1),
            nationality="UTO",
            sex="M",
        )
        if text == STOLEN:
            word, findings = VerdictWord.MATCH, (stolen_finding(),)
        elif text == LISTED:
            word, candidates = VerdictWord.LOOK_AGAIN, (candidate(person, action=self.action),)
            if self.also:
                word, findings = VerdictWord.MATCH, self.also
        return Verdict(
            screening=ScreeningId(f"s{len(self._verdicts) + self._listed}"),
            word=word,
            question=Question(text, "UTO", "P", number, person),
            findings=findings,
            candidates=tuple(replace(one, person=replace(one.person, photos=self.photo_keys)) for one in candidates),
            lists=self.lists,
            limits=(
                say(
                    "{list}: nothing reported after {time} is in this copy.",
                    list="Stolen and lost travel documents",
                    time="2026-11-22 14:48 UTC",
                ),
                say(
                    "{list}: nothing reported after {time} is in this copy.",
                    list="UN Security Council",
                    time="2026-11-21 12:00 UTC",
                ),
            ),
            as_of=min((one.published_at for one in self.lists), default=None),
            asked_at=Moment(START + timedelta(seconds=len(self._verdicts)), START),
        )


def stolen_finding() -> Finding:
    return Finding(
        code="list.document.stolen",
        severity=Severity.STOP,
        sentence=say(
            "Document {number} of {state} is on {list}: {status}.",
            number="X12345678",
            state="UTO",
            list="Stolen and lost travel documents",
            status=say("stolen"),
        ),
        outcome=Outcome.WRONG,
        field="document_number",
        record=RecordRef(SLTD, RecordKey("UTO/P/X12345678"), 7),
        todo=say(
            "Keep the document in your hand, refer the traveller, and let the bureau confirm:"
            " a recovered document may be with its owner."
        ),
    )


def candidate(
    person: PersonQuery, *, score: float = 0.83, name: str = "Muhammad AL-MASRY", action: Action = Action.REFER
) -> Candidate:
    parts = (PartMatch("MOHAMMED", "Muhammad", Meeting.SOUND), PartMatch("ALMASRI", "AL-MASRY", Meeting.SOUND))
    facts = (FactMatch("birth", "1971-01-01", "1971", "same year", 0.9),)
    return Candidate(
        record=RecordRef(UN, RecordKey("QDi.999"), 7),
        person=Person(
            key=RecordKey("QDi.999"),
            names=(PersonName(name), PersonName("محمد المصري")),
            births=(PartialDate(1971),),
            nationalities=("UTO",),
            sex="M",
            action=action,
            reference="QDi.999",
        ),
        score=score,
        explanation=Explanation(
            listed_name=name,
            parts=parts,
            facts=facts,
            sentence=sentence_for(parts, facts),
        ),
    )


def clearance(id_: str, reason: str, by: AccountId) -> Clearance:
    return Clearance(
        id=id_,
        traveller="t",
        list=UN,
        key=RecordKey("QDi.999"),
        record="r",
        traveller_name="ALMASRI Mohammed",
        listed_name="Muhammad AL-MASRY",
        reason=reason,
        cleared_by=by,
        cleared_at=START,
        expires_at=START + timedelta(days=90),
        review_by=START + timedelta(days=7),
    )


def late_match(verdict: Verdict) -> KeptLateMatch:
    about = stolen_finding()
    assert about.record is not None
    match = LateMatch(
        verdict.screening, PostId("NORTH"), DeskId("1"), about.record, about.sentence,
        START - timedelta(hours=9), START,
        "UTO", "X12345678", "DOE JOHN",
    )  # fmt: skip
    return KeptLateMatch(match, replace(verdict, word=VerdictWord.MATCH, findings=(about,)), None)
