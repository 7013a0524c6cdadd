"""The bureau's lists while they are drafts: imported, edited, withdrawn, looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import Entries, Record, Watchlist
from sync.bureau import apart, categories, differences, foreign, lists, loading, reviews, withdrawals
from sync.bureau import tables as t
from sync.bureau.categories import Category
from sync.bureau.differences import RecordChange
from sync.bureau.lists import Change, Difference, ListRow, ListState
from sync.bureau.office import NAMED, OWN, Office
from sync.bureau.reviews import Review
from sync.bureau.withdrawals import ManyWithdrawn


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would change, the first of the changes, and whether it takes a word that `many` are withdrawn."""

    difference: Difference
    changes: tuple[RecordChange, ...]
    many: bool


class Drafting(Office):
    """What is done to lists before they are published."""

    def lists(self) -> tuple[ListState, ...]:
        """Every list as it stands."""
        with self.database.reading() as db:
            return tuple(state for state in lists.states(db) if self._sight.sees(state.category))

    def import_list(
        self,
        watchlist: Watchlist,
        records: Iterable[Entries],
        *,
        reason: str = "no longer on the list of its owner",
        source_date: Callable[[], datetime | None] = lambda: None,
        withdraw_many: bool = False,
        file: str = "",
        by: str = OWN,
    ) -> Difference:
        """Make a list's draft hold exactly these records; what is missing from them is withdrawn for `reason`.

        `source_date` is asked once they were read, for a file says its date on the way. The journal calls it `file`.
        Raises ManyWithdrawn unless `withdraw_many`, OtherKind, ForeignList, UnknownList where the list is not theirs
        to know, and whatever reading the records raises; then nothing was changed.
        """
        with self._act("import", by) as (db, details):
            foreign.refuse_foreign(db, watchlist.name)
            row = self._ensured(db, watchlist)
            before = lists.difference(db, row)
            diverted = apart.diversion(db, row)
            passing = diverted.passing(records)
            found = loading.import_whole(db, watchlist, passing, today=self.today, reason=reason)
            if not withdraw_many and withdrawals.are_many(before, found):
                raise ManyWithdrawn(found)
            diverted.settle(db, whole=True, today=self.today, reason=reason)
            where = t.lists.c.name == watchlist.name
            dated = source_date()
            # An old source in a fresh edition must not look new: its own date is part of what the officer reads.
            title = f"{watchlist.title}, {dated:%Y-%m-%d}" if dated else watchlist.title
            db.execute(t.lists.update().where(where).values(source_date=dated, title=title))
            details.update(_counts(found), **({"file": file} if file else {}))
            return found

    def preview_import(self, watchlist: Watchlist, records: Iterable[Entries], *, shown: int = 0) -> Preview:
        """What `import_list` would change, without changing it; the first `shown` changes field by field.

        Raises what `import_list` raises, but for ManyWithdrawn: that is part of the answer.
        """
        with self.database.engine.connect() as db, db.begin() as transaction:
            foreign.refuse_foreign(db, watchlist.name)
            row = self._ensured(db, watchlist)
            before = lists.difference(db, row)
            passing = apart.diversion(db, row).passing(records)
            found = loading.import_whole(db, watchlist, passing, today=self.today, reason="preview")
            changed = differences.record_changes(db, row, shown) if shown else ()
            transaction.rollback()
            return Preview(found, changed, withdrawals.are_many(before, found))

    def _ensured(self, db: sa.Connection, watchlist: Watchlist) -> ListRow:
        row = lists.ensure(db, watchlist)
        if not self._sight.sees(row.category):
            raise lists.UnknownList(watchlist.name)
        return row

    def put_records(self, name: ListName, records: Iterable[Record], *, by: str = OWN) -> Difference:
        """Add records to a list's draft or replace them. Raises UnknownList, OtherKind, ForeignList."""
        with self._act("put", by) as (db, details):
            foreign.refuse_foreign(db, name)
            row, put = self._list(db, name), list(records)
            self._put(db, row, put)
            found = lists.difference(db, row)
            details.update(_counts(found), keys=[record.key for record in put[:NAMED]])
            return found

    def withdraw(self, name: ListName, key: RecordKey, reason: str, *, by: str = OWN) -> Difference:
        """Take a record out of a list's draft. Raises UnknownList, UnknownRecord, ReasonNeeded, ForeignList."""
        with self._act("withdraw", by) as (db, details):
            foreign.refuse_foreign(db, name)
            row = self._list(db, name)
            lists.withdraw(db, row, key, today=self.today, reason=reason)
            details.update(list=name, key=key, reason=reason)
            return lists.difference(db, row)

    def withdraw_all(self, name: ListName, keys: Iterable[RecordKey], reason: str, *, by: str = OWN) -> Difference:
        """Take many records out of a list's draft, or none. Raises what `withdraw` raises."""
        with self._act("withdraw", by) as (db, details):
            foreign.refuse_foreign(db, name)
            row, gone = self._list(db, name), list(keys)
            for key in gone:
                lists.withdraw(db, row, key, today=self.today, reason=reason)
            details.update(list=name, keys=gone[:NAMED], withdrawn=len(gone), reason=reason)
            return lists.difference(db, row)

    def record(self, name: ListName, key: RecordKey) -> Record | None:
        """A record of a list's draft. Raises UnknownList."""
        with self.database.reading() as db:
            return lists.find(db, self._list(db, name), key)

    def changes(self, name: ListName, most: int) -> tuple[Change, ...]:
        """The first changes that wait in a list's draft. Raises UnknownList."""
        with self.database.reading() as db:
            return lists.changes(db, self._list(db, name), most)

    def record_changes(self, name: ListName, most: int) -> tuple[RecordChange, ...]:
        """The same, field by field: what a second person looks at. Raises UnknownList."""
        with self.database.reading() as db:
            return differences.record_changes(db, self._list(db, name), most)

    def plan_review(
        self, name: ListName, key: RecordKey, *, review_on: date | None, expires_on: date | None, by: str = OWN
    ) -> None:
        """Set when a record is looked at again and when it ends. Raises UnknownList, UnknownRecord, DatesCross."""
        with self._act("review", by) as (db, details):
            foreign.refuse_foreign(db, name)
            row = self._list(db, name)
            reviews.plan(db, row, key, review_on=review_on, expires_on=expires_on, today=self.today)
            details.update(list=name, key=key, review=str(review_on), expires=str(expires_on))

    def reviews_due(self) -> tuple[Review, ...]:
        """Records that somebody is to look at."""
        with self.database.reading() as db:
            hidden = self._hidden(db)
            return tuple(each for each in reviews.due(db, self.today) if each.list not in hidden)

    def categories(self) -> tuple[Category, ...]:
        """Every need-to-know category, by name."""
        with self.database.reading() as db:
            return categories.every(db)

    def put_category(self, category: Category, *, by: str = OWN) -> None:
        """Make a need-to-know category, or say anew which roles may see what carries it. Raises BadCategory."""
        with self._act("category", by) as (db, details):
            details.update(category=category.name, roles=sorted(category.roles))
            categories.put(db, category)

    def remove_category(self, name: str, *, by: str = OWN) -> None:
        """Forget a category that no list carries. Raises UnknownCategory, CategoryInUse."""
        with self._act("category-out", by) as (db, details):
            details.update(category=name)
            categories.remove(db, name)

    def classify(self, name: ListName, category: str, *, by: str = OWN) -> None:
        """Let a list carry a category, or none (""). Desks that may not hold it destroy it after the next publishing.

        Raises UnknownList, UnknownCategory.
        """
        with self._act("classify", by) as (db, details):
            details.update(list=name, category=category)
            categories.classify(db, self._list(db, name).id, category)

    def set_apart(self, name: ListName, key: RecordKey, category: str, *, by: str = OWN) -> ListName:
        """Move one record, with the photos it names, into a list of this category, and keep it there; that list's name.

        Raises UnknownList, UnknownRecord, UnknownCategory, OtherKind, ForeignList.
        """
        with self._act("set-apart", by) as (db, details):
            foreign.refuse_foreign(db, name)
            categories.refuse_unknown(db, [category])
            into = apart.set_apart(db, self._list(db, name), key, category, today=self.today)
            # The key goes with the list that may not be seen, so that the journal does not tell what the list hides.
            details.update(list=into, key=key)
            return into


def _counts(found: Difference) -> dict[str, Any]:
    counts = {"added": found.added, "changed": found.changed, "withdrawn": found.withdrawn}
    return {"list": found.list, **counts}
