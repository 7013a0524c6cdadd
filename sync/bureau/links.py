"""Links between hits: the same person, document, record or vehicle, and who or what went the same way.

What a hit shares is noted in the transaction that keeps it, and so is the group it belongs to; a page then asks for
groups, not for hits, and takes as long with two hundred thousand of them as with two thousand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from borderdesk.hits import Hit
from borderdesk.policy import Policy
from borderdesk.watchlist import ListKind
from sync.bureau import cases
from sync.bureau import tables as t
from sync.bureau.cases import ReceivedHit
from sync.bureau.columns import among
from sync.bureau.link_tables import groups, marks

_WHEELED: Final = (ListKind.VEHICLES.value, ListKind.PARTS.value)
_MOVING: Final = ("person", "document", "vehicle")
_STEP: Final = " → "
_LONGEST_ROUTE: Final = 40
"""Posts of a route that are kept: who is met more often than that has no route, but a habit."""
_MOVERS: Final = 30
_WAYS: Final = 15
"""Routes among links of every kind: each is looked at mover by mover."""
_AT_ONCE: Final = 200
_CANDIDATES: Final = 4
"""Times as many groups are looked at as are shown, where somebody may not know of every hit."""


class LinkKind(StrEnum):
    """What hits have in common."""

    PERSON = "person"
    DOCUMENT = "document"
    VEHICLE = "vehicle"
    RECORD = "record"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Link:
    """Hits that share something: how many (`count`), and the newest of them. `route` names their posts in order."""

    kind: LinkKind
    value: str
    count: int
    hits: tuple[ReceivedHit, ...]
    route: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which links: of one kind, one value of it, those of one hit; how many of them, and how many hits of each."""

    kind: str = ""
    value: str = ""
    hit: str = ""
    most: int = 50
    shown: int = 10


def marks_of(hit: Hit, *, is_vehicle: bool) -> Iterable[tuple[LinkKind, str]]:
    """What a hit shares with others that have the same."""
    person = " ".join(sorted(hit.traveller.upper().replace(",", " ").split()))
    document = f"{hit.document_state} {hit.document_number}".strip() if hit.document_number else ""
    record = LinkKind.VEHICLE if is_vehicle else LinkKind.RECORD
    pairs = ((LinkKind.PERSON, person), (LinkKind.DOCUMENT, document), (record, f"{hit.record.list} {hit.record.key}"))
    return [(kind, value) for kind, value in pairs if value]


def note(db: sa.Connection, hits: Sequence[Hit]) -> None:
    """Note what new hits share, and bring the groups they belong to up to date."""
    if not hits:
        return
    named = {hit.record.list for hit in hits}
    kinds = db.execute(sa.select(t.lists.c.name, t.lists.c.kind).where(t.lists.c.name.in_(named)))
    wheeled = {row.name for row in kinds if row.kind in _WHEELED}
    found: list[dict[str, Any]] = [
        {
            "hit": hit.id,
            "kind": kind.value,
            "value": value,
            "list": hit.record.list,
            "post": hit.post,
            "at": hit.taken_up_at.trusted,
        }
        for hit in hits
        for kind, value in marks_of(hit, is_vehicle=hit.record.list in wheeled)
    ]
    db.execute(marks.insert(), found)
    met = Counter((mark["kind"], mark["value"]) for mark in found)
    first = {(mark["kind"], mark["value"]): mark["hit"] for mark in sorted(found, key=_newest_first)}
    rows = [
        {"kind": kind, "value": value, "hits": times, "first": first[kind, value]}
        for (kind, value), times in sorted(met.items())
    ]
    insert = (sqlite if db.dialect.name == "sqlite" else postgresql).insert(groups)
    more = {"hits": groups.c.hits + insert.excluded.hits}
    db.execute(insert.on_conflict_do_update(index_elements=["kind", "value"], set_=more), rows)
    _follow(db, [group for group in met if group[0] in _MOVING])


def _newest_first(mark: dict[str, Any]) -> tuple[float, str]:
    return -mark["at"].timestamp(), mark["hit"]


def _follow(db: sa.Connection, moved: Sequence[tuple[str, str]]) -> None:
    """Where each of these was, in the order of time; one that was met once has no way yet."""
    if not moved:
        return
    known = db.execute(sa.select(groups.c.kind, groups.c.value, groups.c.hits).where(_these(groups, moved)))
    several = [(row.kind, row.value) for row in known if row.hits > 1]
    if not several:
        return
    query = sa.select(marks.c.kind, marks.c.value, marks.c.hit, marks.c.post)
    alike = _these(marks, several)
    been: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in db.execute(query.where(alike).order_by(marks.c.at, marks.c.hit)):
        been[row.kind, row.value].append(row)
    own = (groups.c.kind == sa.bindparam("of_kind")) & (groups.c.value == sa.bindparam("of_value"))
    rows = [
        {
            "of_kind": kind,
            "of_value": value,
            "route": _STEP.join(_route(row.post for row in met)),
            "first": met[0].hit,
        }
        for (kind, value), met in sorted(been.items())
    ]
    db.execute(groups.update().where(own), rows)


def _route(posts: Iterable[str]) -> tuple[str, ...]:
    """The posts, each once in a row; none where it is one only, or more than a route has."""
    route: list[str] = []
    for post in posts:
        if not route or route[-1] != post:
            route.append(post)
    return tuple(route) if 1 < len(route) <= _LONGEST_ROUTE else ()


def rebuild(db: sa.Connection) -> None:
    """Note what all hits share: of a database that an older program kept."""
    db.execute(marks.delete())
    db.execute(groups.delete())
    found = cases.cases(db, Policy())
    for at in range(0, len(found), _AT_ONCE):
        note(db, [one.hit for one in found[at : at + _AT_ONCE]])


def links(db: sa.Connection, policy: Policy, sought: Sought, *, hidden: Collection[str] = ()) -> tuple[Link, ...]:
    """The links sought, the largest first. Hits on `hidden` lists are not there, and link nothing."""
    found = [] if sought.kind == LinkKind.ROUTE else _alike(db, sought, hidden)
    ways = _ways(db, sought, hidden) if sought.kind in ("", LinkKind.ROUTE) else []
    chosen = sorted([*found, *ways], key=lambda one: (-one.count, one.kind, one.value))[: sought.most]
    ids = {id_ for one in chosen for id_ in one.newest}
    held = {str(one.hit.id): one for one in cases.cases(db, policy, among=ids, hidden=hidden)} if ids else {}
    return tuple(
        Link(one.kind, one.value, one.count, tuple(held[id_] for id_ in one.newest if id_ in held), one.route)
        for one in chosen
    )


@dataclass(frozen=True, slots=True)
class _Group:
    kind: LinkKind
    value: str
    count: int
    newest: tuple[str, ...]
    route: tuple[str, ...]


def _alike(db: sa.Connection, sought: Sought, hidden: Collection[str]) -> list[_Group]:
    query = sa.select(groups).where(groups.c.hits > 1)
    if sought.kind:
        query = query.where(groups.c.kind == sought.kind)
    if sought.value:
        query = query.where(groups.c.value == sought.value)
    if sought.hit:
        query = query.where(_these(groups, _own(db, sought.hit)))
    most = sought.most * (_CANDIDATES if hidden else 1)
    rows = db.execute(query.order_by(groups.c.hits.desc(), groups.c.kind, groups.c.value).limit(most)).all()
    return [made for row in rows if (made := _seen(db, row, sought.shown, hidden)) is not None]


def _seen(db: sa.Connection, row: Any, shown: int, hidden: Collection[str]) -> _Group | None:
    """A group as it is without hidden hits; None where fewer than two are left."""
    where = (marks.c.kind == row.kind) & (marks.c.value == row.value)
    count, route = row.hits, tuple(row.route.split(_STEP)) if row.route else ()
    if hidden:
        where &= marks.c.list.not_in(hidden)
        been = db.execute(sa.select(marks.c.post).where(where).order_by(marks.c.at, marks.c.hit)).scalars().all()
        count, route = len(been), _route(been) if row.kind in _MOVING else ()
    if count < 2:
        return None
    newest = sa.select(marks.c.hit).where(where).order_by(marks.c.at.desc(), marks.c.hit).limit(shown)
    return _Group(LinkKind(row.kind), row.value, count, tuple(db.execute(newest).scalars()), route)


def _these(table: sa.Table, pairs: Iterable[tuple[str, str]]) -> sa.ColumnElement[bool]:
    return among(table.c.kind, table.c.value, pairs)


def _own(db: sa.Connection, hit: str) -> list[tuple[str, str]]:
    """What a hit shares."""
    found = db.execute(sa.select(marks.c.kind, marks.c.value).where(marks.c.hit == hit))
    return [(row.kind, row.value) for row in found]


def _ways(db: sa.Connection, sought: Sought, hidden: Collection[str]) -> list[_Group]:
    """Routes that two or more went. A person and their own document are one, not two."""
    several = sa.func.count(sa.distinct(groups.c.first))
    query = sa.select(groups.c.route).where(groups.c.route != "").group_by(groups.c.route).having(several > 1)
    if sought.value:
        query = query.where(groups.c.route == sought.value)
    if sought.hit:
        ways = sa.select(groups.c.route).where(_these(groups, _own(db, sought.hit)))
        query = query.where(groups.c.route.in_(ways))
    found = []
    for route in (
        db.execute(query.order_by(several.desc(), groups.c.route).limit(sought.most if sought.kind else _WAYS))
        .scalars()
        .all()
    ):
        movers = db.execute(
            sa.select(groups.c.kind, groups.c.value).where(groups.c.route == route).limit(_MOVERS)
        ).all()
        made = _way(db, route, [(row.kind, row.value) for row in movers], sought.shown, hidden)
        if made is not None:
            found.append(made)
    return found


def _way(
    db: sa.Connection, route: str, movers: list[tuple[str, str]], shown: int, hidden: Collection[str]
) -> _Group | None:
    query = sa.select(marks.c.kind, marks.c.value, marks.c.hit, marks.c.post, marks.c.list)
    rows = db.execute(query.where(_these(marks, movers)).order_by(marks.c.at, marks.c.hit))
    been: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        if row.list not in hidden:
            been[row.kind, row.value].append(row)
    apart: list[set[str]] = []
    for met in been.values():
        if _STEP.join(_route(row.post for row in met)) != route:
            continue  # only hidden hits made it that way
        ids = {row.hit for row in met}
        joined = [group for group in apart if group & ids]
        apart = [group for group in apart if not group & ids] + [ids.union(*joined)]
    if len(apart) < 2:
        return None
    ids = set().union(*apart)
    newest = sa.select(marks.c.hit).where(marks.c.hit.in_(ids)).group_by(marks.c.hit)
    chosen = db.execute(newest.order_by(sa.func.max(marks.c.at).desc(), marks.c.hit).limit(shown)).scalars()
    return _Group(LinkKind.ROUTE, route, len(ids), tuple(chosen), tuple(route.split(_STEP)))
