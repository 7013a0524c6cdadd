"""Drills at a desk: a lesson an officer began, or a surprise of the bureau's, answered in place of *no match*.

What is real goes first. The real lists are asked about every scan; where they know anything of it, theirs is the
answer and the drill is over. Only a scan that says in every field what the invented document says is a drill; neither
programs beside the desk nor the command line's screening ever get one. Nothing of it is remembered, counted, cleared or
taken up: the journal has entries of their own kind, and the bureau an upload of its own kind that names no officer.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import HitAct, outbox
from borderdesk.ids import AccountId, RecordRef, ScreeningId, random_id
from borderdesk.matching import Clearance
from borderdesk.operations import drills
from borderdesk.operations.drills import DrillKind, DrillResult, Lesson, Need, Progress, Run
from borderdesk.people import RIGHTS, Right
from borderdesk.screening import DrillMark, Verdict, understand
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import Sentence, say
from sync.agent.surprises import KNOWN_TOO, Surprises, is_second_line, known, says_the_same, with_finding
from sync.agent.unlocked import Unlocked
from sync.agent.unwritten import Entry


class UnknownLesson(KnownError):
    """A lesson that there is not."""

    def __init__(self, lesson: str) -> None:
        super().__init__(
            say("There is no lesson {lesson}.", lesson=lesson),
            safe=NOTHING_CHANGED,
            todo=say("Choose one of the list."),
        )


class NoDrillUnderWay(KnownError):
    """An act or a step of a drill, and none is under way."""

    def __init__(self) -> None:
        super().__init__(
            say("No drill is under way at this desk."),
            safe=say("Nothing was recorded."),
            todo=say("Begin a lesson and scan its document first."),
        )


class DrillOvertaken(KnownError):
    """While the answer of a drill stood on the screen, a real list came to name the document."""

    def __init__(self) -> None:
        super().__init__(
            say("A real list names this document now: the drill is over."),
            safe=say("Nothing of the drill was recorded."),
            todo=say("Scan the document again, and act on what the desk says."),
        )


@dataclass(frozen=True, slots=True)
class Begun:
    """A lesson that was begun. `text` is its document as a reader delivers it, empty where nothing is scanned."""

    lesson: Lesson
    text: str


@dataclass(frozen=True, slots=True)
class Training:
    """What whoever is signed in has behind them, newest first. `refresher` says what to practise and why, if at all.

    `others` are everybody's results, for whoever may read them; empty for an officer.
    """

    results: tuple[DrillResult, ...]
    progress: tuple[Progress, ...]
    refresher: Sentence | None
    others: tuple[DrillResult, ...] = ()
    unmarked: Run | None = None
    """A surprise that was acted on before the desk was locked: its steps may still be marked."""


class Drilling(Surprises):
    """What is practised, and what the bureau makes of it."""

    _lesson: Begun | None = None
    _acted: Run | None = None
    """The drill that was acted on last; its steps may be marked while another one is shown."""

    def answer(self, text: str, *, passed_at: datetime | None = None) -> Verdict:
        """As `Checking.answer`, for the window: a drill's document is answered as the drill asks.

        Such an answer carries `Verdict.drill`. It is handed to `record` like every other one, but acted on with
        `act_in_drill`.
        """
        with self._open(Right.SCREEN):
            real = super().answer(text, passed_at=passed_at)
            return real if passed_at is not None else self._in_place_of(real)

    def record(self, verdict: Verdict, *, program: str = "") -> None:
        """As `Checking.record`; of a drill's answer only that it was shown."""
        if verdict.drill is None:
            super().record(verdict, program=program)
            return
        with self._open(Right.SCREEN) as desk:
            run, mark, who = self._run, verdict.drill, AccountId(desk.signed_in.account)

            def remember(db: Database) -> None:
                if run is not None and run.verdict.screening == verdict.screening:
                    self._note_lesson(db, run, verdict.asked_at.trusted)
                # Whoever is quick has acted before this is written.
                if mark.disguised and not any(each.about == mark.drill for each in drills.of_officer(db, who)):
                    drills.note_shown(db, mark.drill, who, verdict.asked_at.trusted)

            details = {"drill": mark.drill, "done": "shown"}
            self._unwritten.write(desk.store, Entry("drill", who, verdict.asked_at, "", details, {}, remember))

    def clear_candidate(
        self, verdict: Verdict, record: RecordRef, *, reason: str, days: int | None = None
    ) -> Clearance:
        """As `Checking.clear_candidate`. Raises ValueError for a drill's answer: nobody is cleared of an invention."""
        if verdict.drill is not None:
            raise ValueError("the answer of a drill was to be cleared")
        return super().clear_candidate(verdict, record, reason=reason, days=days)

    def sign_out(self, why: str = "") -> None:
        """As `Session.sign_out`. Locking the desk is itself a lesson."""
        begun = self._lesson
        with self._peek() as desk:
            if desk is not None and begun is not None and begun.lesson.needs is Need.LOCK:
                # Locking is never refused for want of room; the lesson can be done again.
                with suppress(DiskFull, DiskFailed), desk.store.transaction() as db:
                    drills.note_lesson(db, desk.signed_in.account, begun.lesson.id, self.now().trusted, skipped=False)
        super().sign_out(why)
        self._lesson = self._run = self._acted = None

    # --- lessons --------------------------------------------------------------------------------------------------

    def begin_lesson(self, lesson: str) -> Begun:
        """Practise from now on: its document, once scanned, is answered as a drill. Raises UnknownLesson."""
        found = drills.lesson(lesson)
        if found is None:
            raise UnknownLesson(lesson)
        with self._open(Right.SCREEN):
            scene = self._scenes().get(found.scene)
            self.end_lesson()
            self._lesson = begun = Begun(found, scene.text if scene is not None else "")
            return begun

    def end_lesson(self) -> None:
        """Practise no more. A practised drill that is under way is over; a surprise still waits for its act."""
        self._lesson = None
        if not self._surprise_waits:
            self._run = None

    def skip_lesson(self, lesson: str) -> None:
        """Leave a lesson out for now. Raises UnknownLesson, DiskFull, DiskFailed."""
        if drills.lesson(lesson) is None:
            raise UnknownLesson(lesson)
        with self._open(Right.SCREEN) as desk, desk.store.transaction() as db:
            drills.note_lesson(db, desk.signed_in.account, lesson, self.now().trusted, skipped=True)

    def training(self) -> Training:
        """What whoever is signed in has practised. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.SCREEN) as desk:
            reader, officer = desk.store.reader, desk.signed_in.account
            own = drills.of_officer(reader, officer)
            others = drills.of_everybody(reader) if Right.READ_SCORES in RIGHTS[desk.role] else ()
            behind = drills.lessons_of(reader, officer)
            why = drills.refresher(own, self.now().trusted, self.policy, behind)
            if self._acted is None:
                self._acted = self._unmarked(desk)
            acted = self._acted
            waits = acted is not None and acted.kind is DrillKind.SURPRISE and not acted.finished
            return Training(own, behind, why, others, acted if waits else None)

    # --- what is done in a drill ----------------------------------------------------------------------------------

    def act_in_drill(self, verdict: Verdict, act: HitAct) -> Run:
        """The officer's act on a drill's answer: how it was, what was right and why. Only the first one counts.

        Raises NoDrillUnderWay, DrillOvertaken, DiskFull, DiskFailed; then nothing of it was recorded.
        """
        with self._guard, self._open(Right.TAKE_UP_HITS) as desk:
            run = self._under_way()
            if run.verdict.screening != verdict.screening:
                raise NoDrillUnderWay
            if run.result is None and known(super().answer(verdict.question.scanned)):
                self._lesson = self._run = None
                raise DrillOvertaken
            at = self.now()
            acted = drills.acted(run, act, at, self._clock.monotonic())
            if acted is not run:
                self._keep(desk, acted, {"done": "acted", "act": act.value})
            return acted

    def mark_steps(self, done: frozenset[int]) -> Run:
        """Which steps (from 0) the officer took; ends the drill. Raises NoDrillUnderWay, DiskFull, DiskFailed."""
        with self._guard, self._open(Right.TAKE_UP_HITS) as desk:
            run = self._acted_on(desk)
            marked = drills.marked(run, done)
            if marked is not run:
                self._keep(desk, marked, {"done": "finished"})
            return marked

    def type_back(self, groups: str) -> Run:
        """What the bureau read back, typed in. Raises NoDrillUnderWay, WrongGroups, NoPacket, DiskFull, DiskFailed."""
        with self._guard, self._open(Right.TAKE_UP_HITS) as desk:
            run = drills.typed_back(self._acted_on(desk), groups)
            with desk.store.transaction() as db:
                self._note_lesson(db, run, self.now().trusted)
            self._became(run)
            return run

    # --- which scan is a drill ------------------------------------------------------------------------------------

    def _in_place_of(self, real: Verdict) -> Verdict:
        question = real.question
        if question.person is None or not question.document_number:
            return real
        with self._open(Right.SCREEN) as desk:
            begun = self._lesson
            if begun is not None and begun.text and says_the_same(begun.text, real):
                return self._practised(desk, begun, real)
            answered = self._surprise(desk, real)
            if known(answered):
                self.end_lesson()  # a match: nobody is to think of lessons now
            return answered

    def _practised(self, desk: Unlocked, begun: Begun, real: Verdict) -> Verdict:
        if known(real):
            self.end_lesson()
            return with_finding(real, KNOWN_TOO)
        scene = self._scenes()[begun.lesson.scene]
        asked = understand(real.question.scanned, today=real.asked_at.trusted.date())
        verdict = drills.answer(
            drills.DrillLists(scene.records),
            asked,
            DrillMark(begun.lesson.id),
            policy=self.policy,
            at=real.asked_at,
            screening=ScreeningId(random_id()),
            title=drills.MARKED,
        )
        run = drills.of_scene(
            random_id(), scene, begun.lesson, verdict, desk.signed_in.account, second_line=is_second_line(desk)
        )
        self._run = drills.shown(run, self._clock.monotonic())
        return verdict

    # --- helpers --------------------------------------------------------------------------------------------------

    def _scenes(self) -> dict[str, drills.Scene]:
        return {scene.name: scene for scene in drills.scenes(self.now().trusted.date())}

    def _under_way(self) -> Run:
        if self._run is None:
            raise NoDrillUnderWay
        return self._run

    def _acted_on(self, desk: Unlocked) -> Run:
        run = self._acted or self._unmarked(desk)
        if run is None:
            raise NoDrillUnderWay
        return run

    def _became(self, run: Run) -> None:
        """What was done became of this run. Another document may have been shown since."""
        self._acted = run
        if self._run is not None and self._run.id == run.id:
            self._run = run

    def _keep(self, desk: Unlocked, run: Run, done: dict[str, str]) -> None:
        """Result, journal entry, what the bureau hears, and the lesson: all of it, or nothing."""
        result, at = run.result, self.now()
        if result is None:
            raise NoDrillUnderWay
        with desk.store.transaction() as db:
            drills.keep(db, result)
            # No score: auditors read the journal, and the bureau gets it.
            journal.append(db, kind="drill", who=result.officer, at=at, details={"drill": run.about, **done})
            if run.kind is DrillKind.SURPRISE:
                drills.note_over(db, run.about)
                if run.finished:
                    drills.note_marked(db, result)
                else:
                    drills.note_unmarked(db, result, second_line=run.second_line)
                order = run.about.partition("/")[0]
                report = drills.DrillReport(
                    order, run.id, round(result.seconds), result.act, result.judged, result.done, result.steps
                )
                body = drills.report_body(report)
                outbox.queue(db, desk.sealer, kind=drills.DRILL_KIND, about=run.id, body=body, at=at)
            self._note_lesson(db, run, at.trusted)
        self._became(run)
        with suppress(DiskFull, DiskFailed):  # every exchange offers it again
            self._offer_waiting(desk)

    @staticmethod
    def _note_lesson(db: Database, run: Run, at: datetime) -> None:
        if run.lesson is not None and run.lesson_done:
            drills.note_lesson(db, run.officer, run.lesson.id, at, skipped=False)
