"""Surprise drills: ordered to the desks of some posts by signed letter, held on paper, reported in numbers.

A drill's documents are invented anew for each, and none is used that the bureau's own lists say anything of. What the
desks report names no officer, so a report here is about posts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DeskId, PostId
from borderdesk.operations import drills
from borderdesk.operations.drills import DrillDocument, DrillOrder, DrillReport, Judged
from borderdesk.policy import Policy
from borderdesk.watchlist import ListKind
from borderdesk.words import say
from sync.bureau import lists
from sync.bureau import tables as t
from sync.bureau.cases import Post

_TRIED = 4
"""Times as many documents are invented as are wanted: a number may be listed by chance."""

_DEFAULT_TITLE = "Stolen and lost travel documents"


class BadDrill(KnownError):
    """A drill without posts, documents or a time that policy allows."""

    def __init__(self, days: int) -> None:
        super().__init__(
            say(
                "A drill has posts that this bureau knows, 1 to {most} documents, and at most {days} days.",
                most=drills.MOST_DOCUMENTS,
                days=days,
            ),
            safe=NOTHING_CHANGED,
            todo=say("Give them again; posts are separated by blanks, times are in UTC."),
        )


class UnknownDrill(KnownError):
    """A drill that there is not."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say("There is no drill {number}.", number=number),
            safe=NOTHING_CHANGED,
            todo=say("Look at the numbers with: borderdesk-bureau drill list"),
        )


@dataclass(frozen=True, slots=True)
class OrderedDrill:
    """A drill, and which posts it was ordered to."""

    number: int
    order: DrillOrder
    posts: tuple[PostId, ...]
    made_by: str


@dataclass(frozen=True, slots=True)
class PostRuns:
    """A drill at one post. `runs` were acted on; `overtaken` ended because a real list named the document too.

    `median_seconds` run from verdict to act, None where nobody acted; `steps_done` is a share of 1.
    """

    post: PostId
    desks: int
    runs: int
    right: int
    safe: int
    wrong: int
    overtaken: int
    median_seconds: int | None
    steps_done: float | None


@dataclass(frozen=True, slots=True)
class DrillNumbers:
    """A drill in numbers, post by post."""

    ordered: OrderedDrill
    posts: tuple[PostRuns, ...]


def order(
    db: sa.Connection,
    post: Post,
    *,
    posts: Sequence[str],
    begins_at: datetime,
    ends_at: datetime,
    count: int,
    by: str,
    policy: Policy,
    entropy: Callable[[int], bytes],
    is_listed: Callable[[DrillDocument], bool],
) -> OrderedDrill:
    """Order a drill to every desk of the posts. Raises BadDrill."""
    known = set(db.execute(sa.select(t.posts.c.id)).scalars())
    longest = timedelta(days=policy.drill_longest_days)
    in_time = begins_at < ends_at <= begins_at + longest
    if not posts or not set(posts) <= known or not in_time or not 0 < count <= drills.MOST_DOCUMENTS:
        raise BadDrill(policy.drill_longest_days)
    seed = int.from_bytes(entropy(6), "big")
    tried = drills.invented(seed, _TRIED * count, title=_title(db), today=begins_at)
    made = DrillOrder(
        entropy(8).hex(), begins_at, ends_at, tuple(each for each in tried if not is_listed(each))[:count]
    )
    if len(made.documents) < count:
        raise BadDrill(policy.drill_longest_days)
    number = (db.execute(sa.select(sa.func.max(t.drills.c.id))).scalar() or 0) + 1
    db.execute(
        t.drills.insert().values(
            id=number,
            key=made.id,
            begins_at=begins_at,
            ends_at=ends_at,
            posts=json.dumps(sorted(set(posts))),
            made_by=by,
            body=drills.order_body(made),
        )
    )
    _tell(db, post, made, posts)
    return OrderedDrill(number, made, tuple(PostId(each) for each in sorted(set(posts))), by)


def end(db: sa.Connection, post: Post, number: int, now: datetime) -> OrderedDrill:
    """End a drill before its time, or before it begins. Raises UnknownDrill; changes nothing where it is over."""
    found = one(db, number)
    if now >= found.order.ends_at:
        return found
    # An order lasts for some time, so one that never ran is told as one that was over at once.
    began = min(found.order.begins_at, now - timedelta(seconds=1))
    made = replace(found.order, begins_at=began, ends_at=now)
    body = drills.order_body(made)
    db.execute(t.drills.update().where(t.drills.c.id == number).values(begins_at=began, ends_at=now, body=body))
    _tell(db, post, made, found.posts)
    return replace(found, order=made)


def all_ordered(db: sa.Connection) -> tuple[OrderedDrill, ...]:
    """Every drill, the newest first."""
    rows = db.execute(sa.select(t.drills).order_by(t.drills.c.id.desc()))
    return tuple(
        OrderedDrill(
            row.id,
            drills.read_order_body(bytes(row.body)),
            tuple(PostId(post) for post in json.loads(row.posts)),
            row.made_by,
        )
        for row in rows
    )


def one(db: sa.Connection, number: int) -> OrderedDrill:
    """One drill. Raises UnknownDrill."""
    for ordered in all_ordered(db):
        if ordered.number == number:
            return ordered
    raise UnknownDrill(number)


def report(db: sa.Connection, ordered: OrderedDrill) -> DrillNumbers:
    """Count what the posts did. Of a run that was reported twice the later report counts."""
    desks = {row.id: row.post for row in db.execute(sa.select(t.desks.c.id, t.desks.c.post))}
    query = sa.select(t.uploads.c.desk, t.uploads.c.body).where(
        t.uploads.c.kind == drills.DRILL_KIND, t.uploads.c.unread.is_(None)
    )
    latest: dict[tuple[str, str], DrillReport] = {}
    for row in db.execute(query.order_by(t.uploads.c.desk, t.uploads.c.counter)):
        read = drills.read_report_body(bytes(row.body))
        if read.order == ordered.order.id:
            latest[row.desk, read.run] = read
    return DrillNumbers(
        ordered,
        tuple(
            _post_runs(
                post,
                sum(1 for each in desks.values() if each == post),
                [read for (desk, _), read in latest.items() if desks[desk] == post],
            )
            for post in ordered.posts
        ),
    )


def _post_runs(post: PostId, desks: int, found: Iterable[DrillReport]) -> PostRuns:
    reports = list(found)
    acted = [each for each in reports if each.judged is not None]
    seconds = sorted(each.seconds for each in acted)
    steps = sum(each.steps for each in acted)
    judged = [each.judged for each in acted]
    return PostRuns(
        post=post,
        desks=desks,
        runs=len(acted),
        right=judged.count(Judged.RIGHT),
        safe=judged.count(Judged.SAFE),
        wrong=judged.count(Judged.WRONG),
        overtaken=len(reports) - len(acted),
        median_seconds=seconds[len(seconds) // 2] if seconds else None,
        steps_done=round(sum(each.done for each in acted) / steps, 2) if steps else None,
    )


def _title(db: sa.Connection) -> str:
    """What the invented list is called on the screen: like the bureau's own list of documents."""
    titles = [row.watchlist.title for row in lists.all_rows(db) if row.watchlist.kind is ListKind.DOCUMENTS]
    return titles[0][:200] if titles else _DEFAULT_TITLE


def _tell(db: sa.Connection, post: Post, made: DrillOrder, posts: Sequence[str]) -> None:
    of_posts = t.desks.c.post.in_(posts) & t.desks.c.revoked_at.is_(None)
    for desk in db.execute(sa.select(t.desks.c.id).where(of_posts)).scalars().all():
        post(db, DeskId(desk), drills.DRILL_KIND, lambda _number: drills.order_body(made))
