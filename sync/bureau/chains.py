"""Which chain of manifests each post follows: its scope's, or one of its own.

Most posts follow their scope's chain. One that works by a policy of its own, or to which an operation lends further
lists, follows a chain of its own, `SCOPE.POST`: so only that post pays the bytes. Files and keys are the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from borderdesk.ids import DeskId, ListName, PostId
from borderdesk.policy import Policy
from sync.bureau import lists, rules, scopes
from sync.bureau import tables as t
from sync.bureau.lists import ListRow
from sync.bureau.scopes import ScopeRule, Share
from sync.wire import Scope


@dataclass(frozen=True, slots=True)
class Lent:
    """A list that a post has for an operation, until a moment in UTC."""

    list: ListName
    until: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A share of a list that a chain names, and until when (None: as long as its scope says)."""

    share: Share
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of manifests: what it is called, what it holds, by which policy its desks work."""

    name: Scope
    rule: ScopeRule
    policy: Policy
    lent: tuple[Lent, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether it is one post's own."""
        return self.name != self.rule.name

    def holds(self, rows: Iterable[ListRow]) -> tuple[Held, ...]:
        """What its desks may hold of these lists."""
        until = {lent.list: lent.until for lent in self.lent}
        found = []
        for row in rows:
            share = self.rule.share_of(row)
            if share is not None:
                found.append(Held(share))
            elif row.watchlist.name in until and self.rule.admits(row.category):
                found.append(Held(Share(row), until[row.watchlist.name]))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Move:
    """A desk that follows another chain from now on."""

    desk: DeskId
    before: Scope
    now: Chain


@dataclass(frozen=True, slots=True)
class Chains:
    """Every chain by its name, and which one each post follows."""

    every: dict[Scope, Chain]
    of_post: dict[PostId, Chain]


def now_in_use(db: sa.Connection, policy: Policy, now: datetime) -> Chains:
    """The chains as scopes, policies of posts and running operations have it at this time."""
    rules_of = {rule.name: rule for rule in scopes.every(db)}
    every = {name: Chain(name, rule, policy) for name, rule in rules_of.items()}
    lent, categories = _lent(db, now), {row.watchlist.name: row.category for row in lists.all_rows(db)}
    of_post: dict[PostId, Chain] = {}
    for row in db.execute(sa.select(t.posts).order_by(t.posts.c.id)):
        rule, post = rules_of[Scope(row.scope)], PostId(row.id)
        own = rules.of_post(policy, row.rules)
        further = tuple(
            each
            for each in lent.get(post, ())
            if rule.lists is not None and each.list not in rule.lists and rule.admits(categories[each.list])
        )
        if own == policy and not further:
            of_post[post] = every[rule.name]
            continue
        chain = Chain(Scope(f"{rule.name}.{post}"), rule, own, further)
        every[chain.name] = of_post[post] = chain
    return Chains(every, of_post)


def unsettled(db: sa.Connection, chains: Chains) -> tuple[Move, ...]:
    """The desks, not revoked, that follow another chain than their post's."""
    desks = sa.select(t.desks.c.id, t.desks.c.post, t.desks.c.scope).where(t.desks.c.revoked_at.is_(None))
    return tuple(
        Move(DeskId(row.id), Scope(row.scope), chain)
        for row in db.execute(desks.order_by(t.desks.c.id)).all()
        if row.scope != (chain := chains.of_post[PostId(row.post)]).name
    )


def settle(db: sa.Connection, chains: Chains) -> tuple[Move, ...]:
    """Let every desk follow its post's chain; those that follow another one than before."""
    moved = unsettled(db, chains)
    for move in moved:
        values = {"scope": move.now.name, "assigned": t.desks.c.assigned + 1}
        db.execute(t.desks.update().where(t.desks.c.id == move.desk).values(**values))
    return moved


def _lent(db: sa.Connection, now: datetime) -> dict[PostId, tuple[Lent, ...]]:
    """What running operations lend to each post; of several that lend one list, the last to end counts."""
    found: dict[PostId, dict[ListName, datetime]] = {}
    running = (t.operations.c.begins_at <= now) & (t.operations.c.ends_at > now) & (t.operations.c.lists != "[]")
    for row in db.execute(sa.select(t.operations).where(running)):
        for post in json.loads(row.posts):
            of_post = found.setdefault(PostId(post), {})
            for name in json.loads(row.lists):
                of_post[ListName(name)] = max(row.ends_at, of_post.get(ListName(name), row.ends_at))
    return {
        post: tuple(Lent(name, until) for name, until in sorted(of_post.items())) for post, of_post in found.items()
    }
