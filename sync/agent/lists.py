"""Screening a list of people at an open desk: in small steps, so that a scan at the window never waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.documents import ListedPerson, PassengerList
from borderdesk.ids import ScreeningId, random_id
from borderdesk.matching import clearances
from borderdesk.policy import Policy, ScreeningPurpose
from borderdesk.screening import ListLine, ScreenedList, Verdict, memory, questions_of, screen, title_of, together
from sync.agent.unlocked import Unlocked

AT_ONCE: Final = 25
"""People whose answers are stored in one transaction: one write to the disk instead of twenty-five."""

Progress = Callable[[int], bool]
"""Told after each step how many people are answered; False stops."""


def screen_list(
    desk: Unlocked,
    listed: PassengerList,
    *,
    source: str,
    at: Callable[[], Moment],
    policy: Policy,
    progress: Progress,
) -> ScreenedList:
    """Answer for everybody on the list, remember and journal it. What was answered before a stop stays.

    Raises DiskFull or DiskFailed; what was stored before stays.
    """
    began = at()
    result = ScreenedList(
        id=random_id(),
        title=title_of(listed, source),
        people=len(listed.people),
        lines=(),
        warnings=tuple(warning.sentence for warning in listed.warnings),
        asked_at=began.trusted,
    )
    with desk.store.transaction() as db:
        memory.remember_list(db, result)
        journal.append(
            db,
            kind="list",
            who=desk.signed_in.account,
            at=began,
            why="list of people",
            details={"list": result.id, "people": result.people},
        )
    lines: list[ListLine] = []
    while len(lines) < len(listed.people):
        step = [
            ListLine(number + 1, _answer(desk, listed.people[number], at(), policy))
            for number in range(len(lines), min(len(lines) + AT_ONCE, len(listed.people)))
        ]
        with desk.store.transaction() as db:
            for line in step:
                memory.remember(db, line.verdict, in_list=result.id, in_line=line.number)
                journal.append(
                    db,
                    kind="screening",
                    who=desk.signed_in.account,
                    at=line.verdict.asked_at,
                    why="list of people",
                    details={"screening": line.verdict.screening, "word": line.verdict.word.value, "list": result.id},
                    editions={each.name: each.edition for each in line.verdict.lists},
                )
        lines += step
        if not progress(len(lines)):
            break
    return replace(result, lines=tuple(lines))


def _answer(desk: Unlocked, person: ListedPerson, at: Moment, policy: Policy) -> Verdict:
    held = desk.replica.held(at.trusted, policy)
    with desk.index_guard:
        verdicts = [
            screen(
                asked,
                documents=desk.replica,
                people=desk.index,
                held=held,
                policy=policy,
                at=at,
                screening=ScreeningId(random_id()),
                clearances=clearances.remembered(desk.store.reader, asked.question.person),
                purpose=ScreeningPurpose.BATCH,
            )
            for asked in questions_of(person)
        ]
    return together(verdicts[0], verdicts[1:])
