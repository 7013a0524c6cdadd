"""What waits for a supervisor: hits without an end, clocks, answers, and travellers whom no list names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from borderdesk.hits import AnswerClock, Hit, HitEvent, HitState, answer_clock, procedure_for
from borderdesk.people import Right
from borderdesk.screening import Referral, Verdict, closer, memory, subject_of
from sync.agent.session import Session
from sync.agent.unacted import unacted

ANSWERED = (HitState.CONFIRMED, HitState.NOT_CONFIRMED, HitState.CLOSED)
"""States in which nobody waits for the bureau any more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A hit that the bureau has not closed: its acts, and the clock while the bureau is to answer.

    `verdict` is what was answered, None where the desk has forgotten the screening.
    """

    hit: Hit
    acts: tuple[HitEvent, ...]
    clock: AnswerClock | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class ReferredTraveller:
    """A traveller who was sent to the second line without any record."""

    referral: Referral
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class SecondLine:
    """Everything that waits, what is most urgent first. `unacted` are matches on which nobody has acted yet."""

    cases: tuple[Case, ...] = ()
    referred: tuple[ReferredTraveller, ...] = ()
    unacted: tuple[Verdict, ...] = ()


NOTHING_WAITS: Final = SecondLine()


class SecondLineWork(Session):
    """What the supervisor looks at."""

    def second_line(self) -> SecondLine:
        """Everything that waits for a decision: late clocks first. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.CLEAR, by_hand=False) as desk:
            reader, at, policy = desk.store.reader, self.now().trusted, self.policy
            cases = []
            for hit in desk.hits.all():
                if hit.state is HitState.CLOSED:
                    continue
                acts, verdict = desk.hits.acts(hit.id), memory.recall(reader, hit.screening)
                clock = None
                if hit.state not in ANSWERED and verdict is not None:
                    urgency = procedure_for(subject_of(verdict, hit.record)).urgency
                    clock = answer_clock(acts, urgency, policy)
                cases.append(Case(hit, acts, clock, verdict))
            referred = tuple(
                ReferredTraveller(one, memory.recall(reader, one.screening)) for one in closer.referred(reader)
            )
            # One that was left open is a case with a clock; here are those of which nothing at all was recorded.
            return SecondLine(tuple(sorted(cases, key=lambda case: _order(case, at))), referred, unacted(desk))


def _order(case: Case, at: datetime) -> tuple[int, float]:
    """Overdue, then what the bureau has answered, then the clocks that still run; each the oldest first."""
    waited = case.hit.taken_up_at.trusted.timestamp()
    if case.clock is not None and case.clock.is_late(at):
        return (0, case.clock.due_at.timestamp())
    if case.hit.state in ANSWERED or case.hit.state is HitState.MORE_NEEDED:
        return (1, waited)
    return (2, case.clock.due_at.timestamp() if case.clock else waited)
