"""Operations: ordered to the desks of some posts by signed letter, counted while they last, reported at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import HitAct, HitState
from borderdesk.ids import DeskId, ListName, PostId
from borderdesk.operations import OPERATION_KIND, Counted, Operation, operation_body
from borderdesk.words import say
from sync.bureau import scopes
from sync.bureau import tables as t
from sync.bureau.cases import Post, ReceivedHit
from sync.bureau.lists import row_of
from sync.wire.refusals import Refused
from sync.wire.reports import STATISTICS, read_report

_MAX_GOALS = 2000
_NOTHING_DONE: Final = (HitAct.TAKE_UP, HitAct.NOTED, HitAct.LEFT_OPEN)
"""Acts that say nothing about what came of a hit."""


class BadOperation(KnownError):
    """An operation without name, posts or time."""

    def __init__(self) -> None:
        super().__init__(
            say("An operation has a name, posts that this bureau knows, and an end after its beginning."),
            safe=NOTHING_CHANGED,
            todo=say("Give them again; posts are separated by blanks, times are in UTC."),
        )


class UnknownOperation(KnownError):
    """An operation that there is not."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say("There is no operation {number}.", number=number),
            safe=NOTHING_CHANGED,
            todo=say("Look at the numbers with: borderdesk-bureau operations list"),
        )


@dataclass(frozen=True, slots=True)
class Ordered:
    """An operation, its posts, and the lists they have for its time beside those of their scope."""

    number: int
    operation: Operation
    posts: tuple[PostId, ...]
    made_by: str
    lists: tuple[ListName, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationReport:
    """An operation in numbers: its hits by state, by act, by list, and by post."""

    ordered: Ordered
    hits: int
    by_state: tuple[tuple[str, int], ...]
    by_act: tuple[tuple[str, int], ...]
    by_list: tuple[tuple[str, int], ...]
    by_post: tuple[tuple[str, int], ...]
    by_hand: tuple[tuple[str, int], ...]
    """What officers counted by hand, as their desks last reported: once a day."""
    answered_within: float | None
    """The median time until the first answer, in minutes."""


def order(
    db: sa.Connection,
    post: Post,
    *,
    name: str,
    posts: Sequence[str],
    begins_at: datetime,
    ends_at: datetime,
    goals: str,
    lists: Sequence[str] = (),
    by: str,
    entropy: Callable[[int], bytes],
) -> Ordered:
    """Order an operation to every desk of the posts. Raises BadOperation, UnknownList, NotForScope."""
    known = set(db.execute(sa.select(t.posts.c.id)).scalars())
    if not name.strip() or not posts or not set(posts) <= known or ends_at <= begins_at or len(goals) > _MAX_GOALS:
        raise BadOperation
    lent = sorted(set(lists))
    for row in [row_of(db, each) for each in lent]:
        for scope in db.execute(sa.select(t.posts.c.scope).where(t.posts.c.id.in_(posts)).distinct()).scalars():
            if not scopes.one(db, scope).admits(row.category):
                raise scopes.NotForScope(row.watchlist.name, scope)
    operation = Operation(entropy(8).hex(), name.strip(), goals.strip(), begins_at, ends_at)
    number = (db.execute(sa.select(sa.func.max(t.operations.c.id))).scalar() or 0) + 1
    db.execute(
        t.operations.insert().values(
            id=number,
            key=operation.id,
            name=operation.name,
            goals=operation.goals,
            begins_at=begins_at,
            ends_at=ends_at,
            posts=json.dumps(sorted(set(posts))),
            made_by=by,
            lists=json.dumps(lent),
        )
    )
    _tell(db, post, operation, posts)
    return Ordered(
        number, operation, tuple(PostId(each) for each in sorted(set(posts))), by, tuple(map(ListName, lent))
    )


def end(db: sa.Connection, post: Post, number: int, now: datetime) -> Ordered:
    """End an operation before its time, and with it the accounts that are for it.

    Raises UnknownOperation, BadOperation where it has not begun.
    """
    found = one(db, number)
    if now <= found.operation.begins_at:
        raise BadOperation
    old = found.operation
    operation = Operation(old.id, old.name, old.goals, old.begins_at, min(now, old.ends_at))
    db.execute(t.operations.update().where(t.operations.c.id == number).values(ends_at=operation.ends_at))
    for_it = (t.accounts.c.operation == number) & (t.accounts.c.ends_at > operation.ends_at)
    db.execute(t.accounts.update().where(for_it).values(ends_at=operation.ends_at))
    _tell(db, post, operation, found.posts)
    return Ordered(number, operation, found.posts, found.made_by, found.lists)


def _tell(db: sa.Connection, post: Post, operation: Operation, posts: Sequence[str]) -> None:
    of_posts = t.desks.c.post.in_(posts) & t.desks.c.revoked_at.is_(None)
    for desk in db.execute(sa.select(t.desks.c.id).where(of_posts)).scalars().all():
        post(db, DeskId(desk), OPERATION_KIND, lambda _number: operation_body(operation))


def all_ordered(db: sa.Connection) -> tuple[Ordered, ...]:
    """Every operation, the newest first."""
    rows = db.execute(sa.select(t.operations).order_by(t.operations.c.id.desc()))
    return tuple(
        Ordered(
            row.id,
            Operation(row.key, row.name, row.goals, row.begins_at, row.ends_at),
            tuple(PostId(post) for post in json.loads(row.posts)),
            row.made_by,
            tuple(ListName(name) for name in json.loads(row.lists)),
        )
        for row in rows
    )


def one(db: sa.Connection, number: int) -> Ordered:
    """One operation. Raises UnknownOperation."""
    for ordered in all_ordered(db):
        if ordered.number == number:
            return ordered
    raise UnknownOperation(number)


def report(ordered: Ordered, found: Sequence[ReceivedHit], by_hand: Mapping[str, int]) -> OperationReport:
    """Count the hits that the posts took up while the operation ran."""
    of_it = [
        each
        for each in found
        if each.hit.post in ordered.posts and ordered.operation.runs(each.hit.taken_up_at.trusted)
    ]
    acts = (event.act for each in of_it for event in each.events if event.act not in _NOTHING_DONE)
    waits = sorted((each.answers[0].at - each.received_at).total_seconds() / 60 for each in of_it if each.answers)
    return OperationReport(
        ordered,
        len(of_it),
        _counted(each.hit.state.value for each in of_it if isinstance(each.hit.state, HitState)),
        _counted(act.value for act in acts),
        _counted(each.hit.record.list for each in of_it),
        _counted(each.hit.post for each in of_it),
        tuple(sorted(by_hand.items())),
        round(waits[len(waits) // 2], 1) if waits else None,
    )


def counted_by_hand(db: sa.Connection, operation: Operation) -> dict[str, int]:
    """The sums over all desks, each by its newest statistics. What is not sound in them is passed over."""
    newest = (
        sa.select(t.uploads.c.desk, sa.func.max(t.uploads.c.counter).label("counter"))
        .where(t.uploads.c.kind == STATISTICS)
        .group_by(t.uploads.c.desk)
        .subquery()
    )
    is_newest = (t.uploads.c.desk == newest.c.desk) & (t.uploads.c.counter == newest.c.counter)
    found: Counter[str] = Counter()
    for body in db.execute(sa.select(t.uploads.c.body).join(newest, is_newest)).scalars():
        try:
            rows = read_report(bytes(body)).get("counted", [])
        except Refused:
            continue
        for row in rows if isinstance(rows, list) else []:
            match row:
                case [operation.id, str(counted), int(number)] if counted in list(Counted) and number > 0:
                    found[counted] += number
                case _:
                    continue
    return dict(found)


def _counted(values: object) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))  # type: ignore[call-overload]
