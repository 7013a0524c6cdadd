"""Need-to-know categories: terrorism, victims, discreet, whatever the bureau calls them, and who is let near them.

A list carries at most one. Its desks are those whose scope may hold the category, its readers at the bureau those whose
role or token may see it. To everybody else the list, its records and the hits on them are not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau import tables as t
from sync.bureau.rights import RIGHTS, BureauRole, Right

OPEN: Final = ""
"""The category of a list that everybody may see."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class UnknownCategory(KnownError):
    """A category this bureau does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("This bureau has no category called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau categories show"),
        )


class BadCategory(KnownError):
    """A category with an impossible name, or one whose hits nobody could answer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("There can be no category {name} with these roles.", name=name),
            safe=NOTHING_CHANGED,
            todo=say(
                "Use up to 20 small letters, digits and hyphens, and at least one role that answers hits: {roles}.",
                roles=", ".join(role.value for role in BureauRole if Right.ANSWER_HITS in RIGHTS[role]),
            ),
        )


class CategoryInUse(KnownError):
    """A category that a list carries was to be removed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("Lists carry the category {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Take it off them first: borderdesk-bureau categories of LIST none"),
        )


@dataclass(frozen=True, slots=True)
class Category:
    """One category, and the roles of the bureau that may see what carries it."""

    name: str
    title: str
    roles: tuple[BureauRole, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: what is open to all, and these categories; None for everything."""

    categories: frozenset[str] | None

    def sees(self, category: str) -> bool:
        """Whether something of this category is there for them."""
        return category == OPEN or self.categories is None or category in self.categories


EVERYTHING: Final = Sight(None)
"""What the bureau's own machine sees: its commands, its publishing, its housekeeping."""


def every(db: sa.Connection) -> tuple[Category, ...]:
    """Every category, by name."""
    rows = db.execute(sa.select(t.categories).order_by(t.categories.c.name))
    return tuple(Category(row.name, row.title, tuple(map(BureauRole, json.loads(row.roles)))) for row in rows)


def sight_of(db: sa.Connection, role: BureauRole) -> Sight:
    """What a role may see."""
    return Sight(frozenset(each.name for each in every(db) if role in each.roles))


def put(db: sa.Connection, category: Category) -> None:
    """Make a category, or say anew who may see it. Raises BadCategory."""
    answering = any(Right.ANSWER_HITS in RIGHTS[role] for role in category.roles)
    if not _NAME.fullmatch(category.name) or not answering:
        raise BadCategory(category.name)
    values = {"title": category.title or category.name, "roles": json.dumps(sorted(set(category.roles)))}
    where = t.categories.c.name == category.name
    if not db.execute(t.categories.update().where(where).values(**values)).rowcount:
        db.execute(t.categories.insert().values(name=category.name, **values))


def remove(db: sa.Connection, name: str) -> None:
    """Forget a category that no list carries; scopes and tokens too. Raises UnknownCategory, CategoryInUse."""
    refuse_unknown(db, [name])
    if db.execute(sa.select(t.lists.c.id).where(t.lists.c.category == name)).first() is not None:
        raise CategoryInUse(name)
    for table in (t.scopes, t.tokens):
        for row in db.execute(sa.select(table.c.name, table.c.categories)).all():
            kept = kept_text(each for each in of_text(row.categories) if each != name)
            db.execute(table.update().where(table.c.name == row.name).values(categories=kept))
    db.execute(t.categories.delete().where(t.categories.c.name == name))


def refuse_unknown(db: sa.Connection, names: Iterable[str]) -> None:
    """Raises UnknownCategory for the first that there is not."""
    known = {each.name for each in every(db)}
    for name in names:
        if name not in known:
            raise UnknownCategory(name)


def classify(db: sa.Connection, list_id: int, category: str) -> None:
    """Let a list carry a category, or none (`OPEN`). Raises UnknownCategory."""
    if category != OPEN:
        refuse_unknown(db, [category])
    db.execute(t.lists.update().where(t.lists.c.id == list_id).values(category=category))


def kept_text(names: Iterable[str]) -> str:
    """How a table keeps some categories."""
    return json.dumps(sorted(set(names)))


def of_text(kept: str) -> tuple[str, ...]:
    """The inverse of `kept_text`."""
    return tuple(json.loads(kept))
