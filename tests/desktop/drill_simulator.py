"""The part of the scripted desk that practises: the real rules of drills, without a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from borderdesk.clock import Moment
from borderdesk.hits.types import HitAct
from borderdesk.ids import AccountId, ScreeningId
from borderdesk.operations import drills
from borderdesk.operations.drills import DrillDocument, DrillOrder, DrillResult, Progress, Run
from borderdesk.operations.handover import Handover, NothingToConfirm
from borderdesk.policy import DEFAULT
from borderdesk.screening import DrillMark, Verdict, understand
from borderdesk.store import DiskFull
from borderdesk.words import Sentence, say
from sync.agent.drilling import Begun, DrillOvertaken, Training
from sync.agent.state import SignedIn


class FullDisk(DiskFull):
    """What the store says of the disk of this desk."""

    def __init__(self) -> None:
        super().__init__(Path("/var/lib/borderdesk"))


class DrillSimulator:
    """What `DeskSimulator` does about lessons, surprises and hand-overs."""

    now: datetime
    role: str
    disk_full: bool
    user: SignedIn | None

    def start_drills(self) -> None:
        """Nothing is practised yet; nothing was handed over."""
        self.begun: Begun | None = None
        self.run: Run | None = None
        self.ticks = 0.0
        self.overtaken = False
        self.reads_everything = False
        self.surprise: tuple[DrillOrder, DrillDocument] | None = None
        self.results: list[DrillResult] = []
        self.progress: list[Progress] = []
        self.points: tuple[Sentence, ...] = (say("Nothing is open."),)
        self.handovers: list[Handover] = []
        self.refresher: Sentence | None = None

    def drilled(self, text: str, lists: Any) -> Verdict | None:
        """The answer of a drill, None for every real document."""
        if self.begun is not None and text == self.begun.text:
            scene = next(each for each in drills.scenes(self.now.date()) if each.name == self.begun.lesson.scene)
            verdict = self._asked(text, scene.records, DrillMark(self.begun.lesson.id), drills.MARKED)
            run = drills.of_scene("run", scene, self.begun.lesson, verdict, self._me, second_line=False)
            self.run = drills.shown(replace(run, id=f"run{len(self.results)}"), self.ticks)
            return verdict
        if self.surprise is not None and text == self.surprise[1].text:
            order, document = self.surprise
            mark = DrillMark(drills.about_order(order, document), disguised=True)
            verdict = replace(self._asked(text, (document.record,), mark, document.title), lists=lists)
            run = drills.of_order("surprise", order, document, verdict, self._me, second_line=False)
            self.run = drills.shown(run, self.ticks)
            return verdict
        return None

    def begin_lesson(self, lesson: str) -> Begun:
        found = drills.lesson(lesson)
        assert found is not None
        scenes = {each.name: each.text for each in drills.scenes(self.now.date())}
        self.begun = Begun(found, scenes.get(found.scene, ""))
        return self.begun

    def skip_lesson(self, lesson: str) -> None:
        self.progress.append(Progress(lesson, self.now, skipped=True))

    def training(self) -> Training:
        own = tuple(each for each in self.results if self.user and each.officer == self.user.account)
        others = tuple(self.results) if self.role == "supervisor" else ()
        return Training(own, tuple(self.progress), self.refresher, others)

    def drill_left(self) -> Verdict | None:
        return None

    def leave_drill(self, verdict: Verdict) -> None:
        assert verdict.drill is not None and verdict.drill.disguised
        if self.disk_full:
            raise FullDisk

    def act_in_drill(self, verdict: Verdict, act: HitAct) -> Run:
        assert self.run is not None and self.run.verdict.screening == verdict.screening
        if self.overtaken:
            self.begun = self.surprise = self.run = None
            raise DrillOvertaken
        self.run = drills.acted(self.run, act, Moment(self.now, self.now), self.ticks + 7)
        self._note(self.run)
        return self.run

    def mark_steps(self, done: frozenset[int]) -> Run:
        assert self.run is not None
        if self.disk_full:
            raise FullDisk
        self.run = drills.marked(self.run, done)
        self._note(self.run)
        return self.run

    def type_back(self, groups: str) -> Run:
        assert self.run is not None
        self.run = drills.typed_back(self.run, groups)
        return self.run

    def open_points(self) -> tuple[Sentence, ...]:
        return self.points

    def hand_over(self, note: str) -> Handover:
        if self.disk_full:
            raise FullDisk
        made = Handover(f"h{len(self.handovers)}", self._me, self.now, self.points, note)
        self.handovers.append(made)
        return made

    def newest_handover(self) -> Handover | None:
        return self.handovers[-1] if self.handovers else None

    def confirm_handover(self, id: str) -> None:
        if not self.handovers[-1].is_for(self._me):
            raise NothingToConfirm
        self.handovers[-1] = replace(self.handovers[-1], read_by=self._me, read_at=self.now)

    @property
    def _me(self) -> AccountId:
        assert self.user is not None
        return self.user.account

    def _note(self, run: Run) -> None:
        assert run.result is not None
        self.results = [run.result, *(each for each in self.results if each.id != run.id)]

    def _asked(self, text: str, records: Any, mark: DrillMark, title: str) -> Verdict:
        return drills.answer(
            drills.DrillLists(records),
            understand(text, today=self.now.date()),
            mark,
            policy=DEFAULT,
            at=Moment(self.now, self.now),
            screening=ScreeningId(f"drill{len(self.results)}"),
            title=title,
        )
