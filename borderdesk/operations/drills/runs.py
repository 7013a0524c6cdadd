"""A drill under way, from the verdict to the last step. Rules only: what happened comes in as arguments.

verdict shown → first act → (the officer learns it was a drill) → steps marked → done
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from borderdesk.clock import Moment
from borderdesk.hits import HitAct, ProcedureCard, Step, procedure_for
from borderdesk.hits.spoken import hear, speak
from borderdesk.ids import AccountId
from borderdesk.operations.drills.lessons import Lesson, Need
from borderdesk.operations.drills.orders import DrillDocument, DrillOrder
from borderdesk.operations.drills.results import DrillKind, DrillResult, Judged, judge
from borderdesk.operations.drills.scenes import Scene, right_acts
from borderdesk.screening import Verdict, VerdictWord, subject_of
from borderdesk.words import Sentence, say

_READ_BACK: Final = b"DRILL CONFIRMED"
"""No signed answer of any bureau: typed in at a real hit it is refused."""


@dataclass(frozen=True, slots=True)
class Run:
    """One officer and one invented document.

    `card` is the procedure to follow, None where the document is on no list or only nearly on one. `lesson` is the one
    it belongs to, None in a surprise drill. `result` is there once the officer has acted, `finished` once the steps
    were marked.
    """

    id: str
    kind: DrillKind
    about: str
    officer: AccountId
    title: Sentence
    why: Sentence
    verdict: Verdict
    shown_at: float
    right: frozenset[HitAct]
    safe: frozenset[HitAct]
    card: ProcedureCard | None
    second_line: bool
    lesson: Lesson | None = None
    result: DrillResult | None = None
    finished: bool = False
    spoken: bool = False
    """Whether the answer to the packet was typed in rightly."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is to be done, for the officer's role."""
        return self.card.for_role(second_line=self.second_line) if self.card is not None else ()

    @property
    def packet(self) -> tuple[str, ...]:
        """What is read to the bureau, and what it reads back, while a lesson practises that."""
        if self.lesson is None or self.lesson.needs is not Need.SPOKEN or self.lesson_done:
            return ()
        return speak(_READ_BACK)

    @property
    def lesson_done(self) -> bool:
        """Whether everything the lesson needs has happened, and the act was not wrong."""
        if self.lesson is None or (self.result is not None and self.result.judged is Judged.WRONG):
            return False
        return {
            Need.ANSWER: True,
            Need.ACT: self.result is not None,
            Need.STEPS: self.finished,
            Need.SPOKEN: self.finished and self.spoken,
            Need.LOCK: False,
        }[self.lesson.needs]


def of_scene(id: str, scene: Scene, lesson: Lesson, verdict: Verdict, officer: AccountId, *, second_line: bool) -> Run:
    """A practised scene. Its time begins when `shown` is called."""
    return Run(
        id=id,
        kind=DrillKind.PRACTICE,
        about=scene.name,
        officer=officer,
        title=scene.title,
        why=scene.why,
        verdict=verdict,
        shown_at=0.0,
        right=scene.right,
        safe=scene.safe,
        # Where the bearer is to go on, none of a hit's steps is to be taken.
        card=None if scene.right == {HitAct.NOT_THE_PERSON} else _card(verdict),
        second_line=second_line,
        lesson=lesson,
    )


def of_order(
    id: str, order: DrillOrder, document: DrillDocument, verdict: Verdict, officer: AccountId, *, second_line: bool
) -> Run:
    """A surprise drill."""
    record = next(finding.record for finding in verdict.findings if finding.record is not None)
    return Run(
        id=id,
        kind=DrillKind.SURPRISE,
        about=about_order(order, document),
        officer=officer,
        title=say("A surprise drill of the bureau"),
        why=say(
            "Its bearer holds the bureau's slip. No hit was recorded or reported; the bureau hears what this post did,"
            " without a name. Mark the steps you took, then finish."
        ),
        verdict=verdict,
        shown_at=0.0,
        right=right_acts(subject_of(verdict, record)),
        safe=frozenset(),
        card=_card(verdict),
        second_line=second_line,
    )


def about_order(order: DrillOrder, document: DrillDocument) -> str:
    """What a result of this document of this order is about: the same at every desk, and for every officer."""
    return f"{order.id}/{order.documents.index(document) + 1}"


def shown(run: Run, monotonic: float) -> Run:
    """The verdict is on the screen now; `monotonic` in seconds."""
    return replace(run, shown_at=monotonic)


def acted(run: Run, act: HitAct, at: Moment, monotonic: float) -> Run:
    """The officer's first act. A further one changes nothing: what counts is what was done on the verdict."""
    if run.result is not None:
        return run
    result = DrillResult(
        id=run.id,
        officer=run.officer,
        kind=run.kind,
        about=run.about,
        at=at.trusted,
        seconds=round(max(0.0, monotonic - run.shown_at), 1),
        act=act,
        judged=judge(act, right=run.right, safe=run.safe),
        steps=len(run.steps),
    )
    return replace(run, result=result)


def marked(run: Run, done: frozenset[int]) -> Run:
    """The officer marked these steps (from 0) as taken, once for all. Raises ValueError before the first act."""
    if run.result is None:
        raise ValueError("steps are marked after the act")
    if run.finished:
        return run
    known = len(done & frozenset(range(len(run.steps))))
    return replace(run, finished=True, result=replace(run.result, done=known))


def typed_back(run: Run, groups: str) -> Run:
    """The officer typed in what the bureau read back. Raises WrongGroups, NoPacket."""
    return replace(run, spoken=hear(groups) == _READ_BACK)


def _card(verdict: Verdict) -> ProcedureCard | None:
    records = [finding.record for finding in verdict.findings if finding.record is not None]
    if not records or verdict.word is VerdictWord.NO_MATCH:
        return None
    return procedure_for(subject_of(verdict, records[0]))
