"""Scopes: which lists a group of posts may hold, and of whose documents more than that they are listed.

A scope names lists, or all of them; and the issuing states of whose documents its desks hold status and days. That a
document is listed, every desk of the scope knows for all states, and with STATUS_OF_OTHERS how it is: no post misses a
stolen passport for its scope.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from borderdesk.codes import find_state, region
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName
from borderdesk.watchlist import STATUS_OF_OTHERS, ListKind
from borderdesk.words import say
from sync.bureau import lists
from sync.bureau import tables as t
from sync.bureau.categories import OPEN, kept_text, of_text, refuse_unknown
from sync.bureau.lists import ListRow
from sync.wire import Scope

ALL: Final = Scope("all")
"""The scope every bureau begins with: every list, in full."""

FULL: Final = ""
"""The view of a list that holds everything."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_NOBODY: Final = "-"


class UnknownScope(KnownError):
    """A scope this bureau does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("This bureau has no scope called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau scopes show"),
        )


class BadScope(KnownError):
    """A scope with an impossible name, or one that is taken."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("A new scope cannot be called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Use up to 20 small letters, digits and hyphens, and a name that is not taken yet."),
        )


class ScopeInUse(KnownError):
    """A scope that posts belong to, or the first one, was to be removed or narrowed beyond use."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("Posts belong to the scope {name}, or it is the one every bureau has.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Put its posts into another scope first: borderdesk-bureau posts scope POST NAME"),
        )


class NotForScope(KnownError):
    """A list was to go to desks whose scope may not hold its category, or does not hold it."""

    def __init__(self, name: str, scope: str) -> None:
        super().__init__(
            say("Desks of the scope {scope} may not hold the list {list}.", scope=scope, list=name),
            safe=NOTHING_CHANGED,
            todo=say("Choose another scope, or change it: borderdesk-bureau scopes set NAME --list --category"),
        )


class UnknownStateOrRegion(KnownError):
    """Neither a state nor a region."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            say("{typed} is neither a state nor a region.", typed=typed),
            safe=NOTHING_CHANGED,
            todo=say("Give ICAO letters such as LAO, or a region such as asean: borderdesk-bureau scopes regions"),
        )


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """One scope. `lists` is None for all; `details` the states of whose documents everything is held, None for all.

    A list that carries a need-to-know category is held only where `categories` names it, whatever `lists` says.
    """

    name: Scope
    lists: tuple[ListName, ...] | None = None
    details: tuple[str, ...] | None = None
    categories: tuple[str, ...] = ()

    def admits(self, category: str) -> bool:
        """Whether desks of this scope may be given lists of a category, by the scope itself or for an operation."""
        return category == OPEN or category in self.categories

    def share_of(self, row: ListRow) -> Share | None:
        """What desks of this scope hold of a list; None where that is nothing."""
        if not self.admits(row.category) or (self.lists is not None and row.watchlist.name not in self.lists):
            return None
        return Share(row, self.details if row.watchlist.kind is ListKind.DOCUMENTS else None)


@dataclass(frozen=True, slots=True)
class Share:
    """A list as some scopes hold it: in full, or with the details of some states only."""

    row: ListRow
    details: tuple[str, ...] | None = None

    @property
    def view(self) -> str:
        """The same as a text: the states, FULL for everything."""
        return FULL if self.details is None else " ".join(self.details) or _NOBODY


def details_of(view: str) -> tuple[str, ...] | None:
    """The inverse of `Share.view`: states, and perhaps STATUS_OF_OTHERS behind them."""
    return None if view == FULL else () if view == _NOBODY else tuple(view.split())


def states_of(typed: Iterable[str]) -> tuple[str, ...]:
    """The states that these letters, names and regions stand for, sorted; STATUS_OF_OTHERS stays last.

    Raises UnknownStateOrRegion.
    """
    found: set[str] = set()
    for each in typed:
        if each == STATUS_OF_OTHERS:
            found.add(each)
            continue
        members = region(each)
        if members is not None:
            found.update(members.states)
            continue
        state = find_state(each)
        if state is None:
            raise UnknownStateOrRegion(each)
        found.update((state.code, *state.also))
    return tuple(sorted(found))


def every(db: sa.Connection) -> tuple[ScopeRule, ...]:
    """Every scope, by name."""
    return tuple(
        ScopeRule(Scope(row.name), _names(row.lists), _plain(row.details), of_text(row.categories))
        for row in db.execute(sa.select(t.scopes).order_by(t.scopes.c.name))
    )


def one(db: sa.Connection, name: str) -> ScopeRule:
    """The scope of that name. Raises UnknownScope."""
    for rule in every(db):
        if rule.name == name:
            return rule
    raise UnknownScope(name)


def add(db: sa.Connection, rule: ScopeRule) -> None:
    """Make a scope. Raises BadScope, UnknownList, UnknownCategory."""
    if not _NAME.fullmatch(rule.name) or any(each.name == rule.name for each in every(db)):
        raise BadScope(rule.name)
    _check(db, rule)
    db.execute(t.scopes.insert().values(name=rule.name, **_kept(rule)))


def change(db: sa.Connection, rule: ScopeRule) -> None:
    """Give a scope another content. Raises UnknownScope, UnknownList, UnknownCategory."""
    one(db, rule.name)
    _check(db, rule)
    db.execute(t.scopes.update().where(t.scopes.c.name == rule.name).values(**_kept(rule)))


def remove(db: sa.Connection, name: str) -> None:
    """Forget a scope that no post belongs to. Raises UnknownScope, ScopeInUse."""
    one(db, name)
    if name == ALL or db.execute(sa.select(t.posts.c.id).where(t.posts.c.scope == name)).first():
        raise ScopeInUse(name)
    db.execute(t.scopes.delete().where(t.scopes.c.name == name))


def _check(db: sa.Connection, rule: ScopeRule) -> None:
    for name in rule.lists or ():
        lists.row_of(db, name)
    refuse_unknown(db, rule.categories)


def _kept(rule: ScopeRule) -> dict[str, str | None]:
    return {
        "lists": None if rule.lists is None else json.dumps(sorted(set(rule.lists))),
        "details": None if rule.details is None else json.dumps(rule.details),
        "categories": kept_text(rule.categories),
    }


def _names(kept: str | None) -> tuple[ListName, ...] | None:
    return None if kept is None else tuple(ListName(name) for name in json.loads(kept))


def _plain(kept: str | None) -> tuple[str, ...] | None:
    return None if kept is None else tuple(json.loads(kept))
