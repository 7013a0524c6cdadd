"""Screening a list of people at an open desk: in small steps, so that a scan at the window never waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Final

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.documents import ListedPerson, PassengerList
from borderdesk.ids import AccountId, ScreeningId, random_id
from borderdesk.matching import clearances
from borderdesk.policy import Policy, ScreeningPurpose
from borderdesk.replica.types import HeldList
from borderdesk.screening import (
    ListLine,
    ScreenedList,
    SearchedTogether,
    Verdict,
    memory,
    questions_of,
    screen,
    title_of,
    together,
)
from sync.agent.unlocked import Unlocked
from sync.agent.unwritten import Entry, NotJournalled, Unwritten

AT_ONCE: Final = 25
"""People whose names are searched together, and whose answers are stored in one transaction: one write to the disk
instead of twenty-five."""

Progress = Callable[[int], bool]
"""Told after each step how many people are answered; False stops."""


def screen_list(
    desk: Unlocked,
    listed: PassengerList,
    unwritten: Unwritten,
    *,
    source: str,
    sha256: str,
    at: Callable[[], Moment],
    held: Callable[[Moment], tuple[HeldList, ...]],
    policy: Policy,
    progress: Progress,
    step: Callable[[], AbstractContextManager[None]],
) -> ScreenedList:
    """Answer for everybody on the list, remember and journal it. What was answered before a stop stays.

    The store is open within a `step`, and may be closed between two of them; the next one then raises.

    A list that was stopped, also before a restart, goes on with those who were not answered: `sha256` of its file, in
    hex, tells that it is the same.

    What the disk has no room for waits in `unwritten`, and a warning of the list says so: a full disk hides no match.
    """
    with step():
        began = at()
        stopped = memory.stopped_list(desk.store.reader, sha256)
        result = stopped or ScreenedList(
            id=random_id(),
            title=title_of(listed, source),
            people=len(listed.people),
            lines=(),
            warnings=tuple(warning.sentence for warning in listed.warnings),
            asked_at=began.trusted,
        )
        who, why = AccountId(desk.signed_in.account), "list of people"
        told: dict[str, object] = {"list": result.id, "people": result.people}
        if stopped is not None:
            told["answered before"] = len(stopped.lines)
        keep = None if stopped is not None else partial(_remember_list, result, sha256)
        full = _write(unwritten, desk, [Entry("list", who, began, why, told, {}, keep)])
    lines = list(result.lines)
    answered = {line.number for line in lines}
    left = [number for number in range(1, len(listed.people) + 1) if number not in answered]
    for numbers in (left[start : start + AT_ONCE] for start in range(0, len(left), AT_ONCE)):
        with step():
            moment = at()
            answers = _answers(desk, [listed.people[number - 1] for number in numbers], moment, held(moment), policy)
            fresh = [ListLine(number, verdict) for number, verdict in zip(numbers, answers, strict=True)]
            entries = [
                Entry(
                    kind="screening",
                    who=who,
                    at=line.verdict.asked_at,
                    why=why,
                    details={"screening": line.verdict.screening, "word": line.verdict.word.value, "list": result.id},
                    editions={each.name: each.edition for each in line.verdict.lists},
                    remember=partial(_remember_line, result.id, line),
                )
                for line in fresh
            ]
            full = _write(unwritten, desk, entries) or full
        lines += fresh
        if not progress(len(lines)):
            break
    warnings = (full.happened, *result.warnings) if full is not None else result.warnings
    return replace(result, lines=tuple(sorted(lines, key=lambda line: line.number)), warnings=warnings)


def _write(unwritten: Unwritten, desk: Unlocked, entries: list[Entry]) -> NotJournalled | None:
    try:
        unwritten.write(desk.store, *entries)
    except NotJournalled as error:
        return error
    return None


def _remember_list(result: ScreenedList, sha256: str, db: Database) -> None:
    memory.remember_list(db, result, sha256)


def _remember_line(list_: str, line: ListLine, db: Database) -> None:
    memory.remember(db, line.verdict, in_list=list_, in_line=line.number)


def _answers(
    desk: Unlocked, people: Sequence[ListedPerson], at: Moment, held: tuple[HeldList, ...], policy: Policy
) -> Iterator[Verdict]:
    """The answers for some people, whose names are searched together.

    An edition that comes into use meanwhile may already answer for a number. The verdict then names the one before; it
    was given before that edition, so the re-check asks again, whenever it is written down (`rechecking`).
    """
    questions = [questions_of(person) for person in people]
    with desk.index_guard:
        index = desk.index
    found = SearchedTogether(index, [asked for each in questions for asked in each], policy)
    for each in questions:
        desk.precedence.give_way()
        verdicts = [
            screen(
                asked,
                documents=desk.replica,
                people=found,
                held=held,
                policy=policy,
                at=at,
                screening=ScreeningId(random_id()),
                clearances=clearances.remembered(desk.store.reader, asked.question.person),
                purpose=ScreeningPurpose.BATCH,
            )
            for asked in each
        ]
        yield together(verdicts[0], verdicts[1:])
