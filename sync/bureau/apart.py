"""Single records of a higher category than their list's: set apart into a list of that category.

Keys and signatures go by list, so what only some may hold is a list of its own. The owner's next file, or a photo that
comes again, names the record still: it then goes where it was set apart to, never back into the open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import sqlalchemy as sa

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import DocumentColumns, Entries, ListKind, Person, Record, one_by_one
from sync.bureau import categories, lists, loading
from sync.bureau import tables as t
from sync.bureau.lists import ListRow

MOVED: Final = "held in another list from now on"
"""What desks that lose the record are told: not where it went, and not why."""


@dataclass(slots=True)
class Diversion:
    """What of the records for one list goes elsewhere, held back while they are read."""

    row: ListRow
    into: dict[RecordKey, int]
    held: dict[int, list[Record]] = field(default_factory=dict)

    def passing(self, records: Iterable[Entries]) -> Iterable[Entries]:
        """The records that stay; the others are kept for `settle`."""
        return self._sorted_out(records) if self.into else records

    def _sorted_out(self, records: Iterable[Entries]) -> Iterator[Entries]:
        for each in records:
            if isinstance(each, DocumentColumns) and self.into.keys().isdisjoint(each.keys()):
                yield each
            else:
                yield from self._staying(one_by_one([each]))

    def _staying(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            target = self.into.get(RecordKey(record.key))
            if target is None:
                yield record
            else:
                self.held.setdefault(target, []).append(record)

    def settle(self, db: sa.Connection, *, whole: bool, today: date, reason: str = "") -> None:
        """Enter what was held back; where the `whole` list came, take out what was not among it."""
        rows = {row.id: row for row in lists.all_rows(db)}
        for target in sorted(set(self.into.values())):
            came = self.held.get(target, [])
            if came:
                loading.put(db, rows[target], came)
            if whole:
                there = {RecordKey(record.key) for record in came}
                for key in sorted(key for key, place in self.into.items() if place == target and key not in there):
                    if lists.find(db, rows[target], key) is not None:
                        lists.withdraw(db, rows[target], key, today=today, reason=reason)


def diversion(db: sa.Connection, row: ListRow) -> Diversion:
    """What was set apart of this list so far."""
    found = db.execute(sa.select(t.apart).where(t.apart.c.list == row.id))
    return Diversion(row, {RecordKey(each.key): each.into for each in found})


def set_apart(db: sa.Connection, row: ListRow, key: RecordKey, category: str, *, today: date) -> ListName:
    """Move a record, and the photos it names, into the list of this category; what that list is called.

    Raises UnknownRecord, UnknownCategory, OtherKind.
    """
    if row.category == category:
        return row.watchlist.name
    record = lists.find(db, row, key)
    if record is None:
        raise lists.UnknownRecord(row.watchlist.name, key)
    target = _move(db, row, record, category, today)
    for photo in record.photos if isinstance(record, Person) else ():
        for of_photos in lists.all_rows(db):
            if of_photos.watchlist.kind is ListKind.PHOTOS and of_photos.category != category:
                found = lists.find(db, of_photos, RecordKey(photo))
                if found is not None:
                    _move(db, of_photos, found, category, today)
    return target.watchlist.name


def _move(db: sa.Connection, row: ListRow, record: Record, category: str, today: date) -> ListRow:
    name = ListName(f"{row.watchlist.name}-{category}"[:64])
    target = lists.ensure(db, replace(row.watchlist, name=name))
    categories.classify(db, target.id, category)
    loading.put(db, target, [record])
    lists.withdraw(db, row, RecordKey(record.key), today=today, reason=MOVED)
    where = (t.apart.c.list == row.id) & (t.apart.c.key == record.key)
    db.execute(t.apart.delete().where(where))
    db.execute(t.apart.insert().values(list=row.id, key=record.key, into=target.id))
    return target
