"""Whole lists as files: which one desks are sent to, and when a newer one is to be made.

To write a large list whole takes minutes, and whoever publishes holds the database meanwhile. So publishing writes one
only where there is none to go on from; a newer one is made beside it, from the published state as it stands, and named
by the next page. Until then the way is the older whole and the steps after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from borderdesk.watchlist import Edition, ListKind
from sync.bureau import tables as t
from sync.bureau.keyrings import SealKey
from sync.bureau.lists import ListRow
from sync.wire import FileRole

BASE_OF_NUMBERS: Final = -1
BASE_OF_REST: Final = -2
"""Under which the two parts of a whole list are kept beside one that is not divided."""
_WHOLE_BASES: Final = (0, BASE_OF_NUMBERS, BASE_OF_REST)
_WHOLE_ROLES: Final = (FileRole.SNAPSHOT, FileRole.MEMBERSHIP, FileRole.REST)

AT_ONCE_ROWS: Final = 50_000
"""A changed list of up to so many rows is written whole with every publishing; it takes less than a second."""
_ALWAYS_ROWS: Final = 500_000
"""One of up to so many after every publishing that changed it; it takes seconds."""
_AFTER_SHARE: Final = 0.1
"""A longer one when so much of it changed since that the steps would weigh as much."""
_AFTER_STEPS: Final = 24
"""And after so many editions, so that a new desk has few steps to take."""
STEPS_NAMED: Final = 48
"""Single steps named in a manifest: the way onward from a whole, and for desks a few editions behind. Where nobody has
made a newer whole by then, publishing does, however long it takes."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole list that is there: of which edition, and whether numbers and the rest are files of their own."""

    edition: int
    in_parts: bool

    @property
    def bases(self) -> tuple[int, ...]:
        """Under which bases its files are kept."""
        return (BASE_OF_NUMBERS, BASE_OF_REST) if self.in_parts else (0,)


def newest(db: sa.Connection, key: SealKey, *, in_parts: bool) -> Whole | None:
    """The whole list that desks are sent to. Where parts are wanted, an undivided file serves as well."""
    found = db.execute(_newest(key))
    there = [Whole(row.edition, row.base == BASE_OF_REST) for row in found if row.base != BASE_OF_NUMBERS]
    usable = [whole for whole in there if in_parts or not whole.in_parts]
    return max(usable, key=lambda whole: (whole.edition, whole.in_parts), default=None)


def of_earlier_key(db: sa.Connection, key: SealKey) -> tuple[sa.Row[tuple[object, ...]], ...]:
    """The files of the newest whole list under the last key before this one."""
    same = (t.sealed.c.list == key.list) & (t.sealed.c.view == key.view) & (t.sealed.c.version < key.version)
    last = db.execute(sa.select(t.sealed).where(same, _IS_WHOLE).order_by(*_NEWEST_FIRST).limit(1)).first()
    if last is None:
        return ()
    alike = (t.sealed.c.version == last.version) & (t.sealed.c.edition == last.edition)
    bases = (0,) if last.base == 0 else (BASE_OF_NUMBERS, BASE_OF_REST)
    return tuple(db.execute(sa.select(t.sealed).where(same, alike, _IS_WHOLE, t.sealed.c.base.in_(bases))))


def is_due_now(db: sa.Connection, row: ListRow, edition: Edition, whole: Whole, *, in_parts: bool) -> bool:
    """Whether publishing itself writes a newer whole."""
    if edition.number - whole.edition >= STEPS_NAMED:
        return True
    is_small = edition.rows <= AT_ONCE_ROWS
    return is_small and (_changed(db, row, whole) > 0 or (in_parts and not whole.in_parts))


def is_due(db: sa.Connection, row: ListRow, edition: Edition, key: SealKey, whole: Whole, *, in_parts: bool) -> bool:
    """Whether a newer whole is to be made beside the publishing."""
    if in_parts and not whole.in_parts:
        return True
    if edition.number - whole.edition >= _AFTER_STEPS or not leads_on(db, key, whole.edition, edition.number):
        return True
    changed = _changed(db, row, whole)
    return changed > (0 if edition.rows <= _ALWAYS_ROWS else edition.rows * _AFTER_SHARE)


def leads_on(db: sa.Connection, key: SealKey, start: int, number: int) -> bool:
    """Whether single steps lead from one edition to another under this key."""
    steps = sa.and_(t.sealed.c.base == t.sealed.c.edition - 1, t.sealed.c.base >= start, t.sealed.c.edition <= number)
    there = db.execute(sa.select(sa.func.count()).where(of(key), t.sealed.c.base > 0, steps)).scalar_one()
    return there == number - start


def are_parts(edition: Edition, first_rows: int) -> bool:
    """Whether desks are to get the numbers of this share before the rest of it."""
    is_large = first_rows > 0 and edition.rows >= first_rows
    return is_large and edition.watchlist.kind is ListKind.DOCUMENTS and edition.details != ()


def of(key: SealKey) -> sa.ColumnElement[bool]:
    """The files that are sealed with a key."""
    return sa.and_(t.sealed.c.list == key.list, t.sealed.c.view == key.view, t.sealed.c.version == key.version)


_IS_WHOLE: Final = sa.and_(
    t.sealed.c.base.in_(_WHOLE_BASES), t.sealed.c.role.in_([role.value for role in _WHOLE_ROLES])
)
_NEWEST_FIRST: Final = (t.sealed.c.version.desc(), t.sealed.c.edition.desc(), t.sealed.c.base)


def _newest(key: SealKey) -> sa.Select[tuple[int, int]]:
    latest = sa.func.max(t.sealed.c.edition).label("edition")
    return sa.select(t.sealed.c.base, latest).where(of(key), _IS_WHOLE).group_by(t.sealed.c.base)


def _changed(db: sa.Connection, row: ListRow, whole: Whole) -> int:
    since = sa.select(sa.func.count()).where(t.changes.c.list == row.id, t.changes.c.edition > whole.edition)
    since = since.where(t.changes.c.edition <= row.head)
    return db.execute(since).scalar_one()
