"""What to do about a hit, step by step, and how long the bureau may take to answer.

An officer meets a real hit a few times a year, so the steps stand on the screen. They follow the duties that hit
procedures have in common: a hit is no proof; compare; keep safe; go to the second line; ask the bureau; act only under
national law; never reveal a discreet check; record what came of it. National instructions go before them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from borderdesk.hits.types import HitAct, HitEvent
from borderdesk.policy import Policy
from borderdesk.watchlist import Action, DocumentStatus, ThingStatus
from borderdesk.words import Sentence, say

Subject = DocumentStatus | ThingStatus | Action
"""What a hit is about: a listed document or thing by its status, or a listed person by what the list asks for."""


class Urgency(StrEnum):
    """How fast the bureau is to answer."""

    URGENT = "urgent"
    ROUTINE = "routine"


class Reach(StrEnum):
    """Who a step is for."""

    EVERYBODY = "everybody"
    SECOND_LINE = "second line"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `records` is the act that says it was done, where there is one."""

    text: Sentence
    reach: Reach = Reach.EVERYBODY
    records: HitAct | None = None


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    """The steps for one kind of hit, in order. `discreet`: the traveller must notice nothing."""

    title: Sentence
    steps: tuple[Step, ...]
    urgency: Urgency
    discreet: bool = False

    def for_role(self, *, second_line: bool) -> tuple[Step, ...]:
        """The steps an officer of the first or the second line has to take."""
        return tuple(step for step in self.steps if second_line or step.reach is Reach.EVERYBODY)


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """When the bureau was asked last, for which time, and by when it is to answer."""

    asked_at: datetime
    request: int
    due_at: datetime
    supervisor_at: datetime

    def left(self, now: datetime) -> timedelta:
        """Time left; negative once the bureau is late."""
        return self.due_at - now

    def is_late(self, now: datetime) -> bool:
        """Whether to ask again."""
        return now >= self.due_at

    def is_supervisors(self, now: datetime) -> bool:
        """Whether the hit has waited so long that it is the supervisor's."""
        return now >= self.supervisor_at


def veiled_summary() -> Sentence:
    """What stands for the summary of a discreet check where somebody may not read whom the list names."""
    return _PERSON[Action.DISCREET].title


def procedure_for(subject: Subject) -> ProcedureCard:
    """The card for a document or thing of this status, or a person for whom the list asks this."""
    if isinstance(subject, ThingStatus):
        return _THING
    return _DOCUMENT if isinstance(subject, DocumentStatus) else _PERSON[subject]


def answer_clock(events: Iterable[HitEvent], urgency: Urgency, policy: Policy) -> AnswerClock:
    """The clock of a hit that the bureau has not answered. `events` are all its acts, oldest first.

    Every *ask again* starts the clock anew and counts as the next request; the supervisor's limit counts from the
    first. Raises ValueError without events.
    """
    acts = list(events)
    if not acts:
        raise ValueError("a hit begins with an act")
    requests = [acts[0], *(event for event in acts[1:] if event.act is HitAct.ASK_AGAIN)]
    minutes = policy.urgent_reply_minutes if urgency is Urgency.URGENT else policy.routine_reply_minutes
    asked_at = requests[-1].at.trusted
    return AnswerClock(
        asked_at=asked_at,
        request=len(requests),
        due_at=asked_at + timedelta(minutes=minutes),
        supervisor_at=acts[0].at.trusted + timedelta(hours=policy.late_reply_hours),
    )


_COMPARE: Final = Step(say("A hit is no proof. Compare the face, the birth date and the marks with the record."))
_REFER: Final = Step(say("Refer the traveller to the second line, calmly."), records=HitAct.REFER)
_ASK: Final = Step(say("Wait for the bureau; ask again when the clock has run out."), records=HitAct.ASK_AGAIN)
_NATIONAL_LAW: Final = Step(
    say("Arrest or hold only under national law, and only after the bureau has confirmed."), Reach.SECOND_LINE
)
_OUTCOME: Final = Step(say("Record what came of it: seized, let go and why, or protected."))

_DOCUMENT: Final = ProcedureCard(
    title=say("Listed document"),
    steps=(
        Step(say("Keep the document in your hand and compare its number with the screen, character by character.")),
        Step(say("Ask how the bearer came by it: an owner may travel with a document that was found again.")),
        _REFER,
        _ASK,
        Step(say("Seize it when the bureau has confirmed; give a receipt."), Reach.SECOND_LINE, HitAct.SEIZED),
        _OUTCOME,
    ),
    urgency=Urgency.ROUTINE,
)

_THING: Final = ProcedureCard(
    title=say("Listed thing"),
    steps=(
        Step(say("Read the number again on the thing itself, and compare make, model and colour with the record.")),
        Step(say("Look for signs that the number was changed: other type, new rivets, weld marks, filed surface.")),
        Step(say("A firearm: keep away from it, and let nobody touch it but whoever is trained for it.")),
        Step(say("Ask for the papers, and since when and from whom the bearer has it; a buyer may know nothing.")),
        _REFER,
        _ASK,
        Step(say("Seize it when the bureau has confirmed; give a receipt."), Reach.SECOND_LINE, HitAct.SEIZED),
        _OUTCOME,
    ),
    urgency=Urgency.ROUTINE,
)

_PERSON: Final[dict[Action, ProcedureCard]] = {
    Action.ARREST: ProcedureCard(
        title=say("Person sought for arrest"),
        steps=(
            Step(say("Your safety first: call a colleague before you speak to the traveller.")),
            _COMPARE,
            _REFER,
            _ASK,
            _NATIONAL_LAW,
            _OUTCOME,
        ),
        urgency=Urgency.URGENT,
    ),
    Action.SEIZE: ProcedureCard(
        title=say("Person whose document is to be seized"),
        steps=(
            _COMPARE,
            _REFER,
            _ASK,
            Step(say("Seize it when the bureau has confirmed; give a receipt."), Reach.SECOND_LINE, HitAct.SEIZED),
            _OUTCOME,
        ),
        urgency=Urgency.ROUTINE,
    ),
    Action.LOCATE: ProcedureCard(
        title=say("Person whose whereabouts are sought"),
        steps=(
            _COMPARE,
            Step(say("Note where the person comes from, goes to, and with whom.")),
            Step(say("Do not hold the person on account of this record."), records=HitAct.LET_GO),
            _OUTCOME,
        ),
        urgency=Urgency.ROUTINE,
    ),
    Action.DISCREET: ProcedureCard(
        title=say("Note for the record"),
        steps=(
            Step(say("Go on as with every traveller. Ask nothing you would not ask others.")),
            Step(say("Note route, vehicle, companions and time in the note of the act.")),
            Step(say("Let the traveller go in the usual time."), records=HitAct.LET_GO),
        ),
        urgency=Urgency.ROUTINE,
        discreet=True,
    ),
    Action.PROTECT: ProcedureCard(
        title=say("Person who may need protection"),
        steps=(
            Step(say("Treat the person as somebody to help, not as a suspect.")),
            Step(say("Separate the person from companions without giving the reason.")),
            Step(say("Bring the person to a quiet room, with an interpreter where needed."), records=HitAct.PROTECTED),
            _ASK,
            _OUTCOME,
        ),
        urgency=Urgency.URGENT,
    ),
    Action.REFER: ProcedureCard(
        title=say("Listed person"),
        steps=(_COMPARE, _REFER, _ASK, _NATIONAL_LAW, _OUTCOME),
        urgency=Urgency.ROUTINE,
    ),
}
