"""Dates on records: when somebody is to look whether a record still holds, and when it ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName, RecordKey
from borderdesk.words import say
from sync.bureau import lists
from sync.bureau import tables as t


class DatesCross(KnownError):
    """A record was to end before it is reviewed, or in the past."""

    def __init__(self) -> None:
        super().__init__(
            say("A record is reviewed before it ends, and ends in the future."),
            safe=NOTHING_CHANGED,
            todo=say("Give the days again, as YYYY-MM-DD."),
        )


@dataclass(frozen=True, slots=True)
class Review:
    """The days of one record."""

    list: ListName
    key: RecordKey
    review_on: date | None
    expires_on: date | None


def plan(
    db: sa.Connection,
    row: lists.ListRow,
    key: RecordKey,
    *,
    review_on: date | None,
    expires_on: date | None,
    today: date,
) -> None:
    """Set a record's days; without any, they are taken off. Raises UnknownRecord, DatesCross."""
    if lists.find(db, row, key) is None:
        raise lists.UnknownRecord(row.watchlist.name, key)
    if expires_on is not None and (expires_on <= today or (review_on or today) > expires_on):
        raise DatesCross
    db.execute(t.reviews.delete().where(t.reviews.c.list == row.id, t.reviews.c.key == key))
    if review_on or expires_on:
        db.execute(
            t.reviews.insert().values(
                list=row.id,
                key=key,
                review_on=review_on.isoformat() if review_on else None,
                expires_on=expires_on.isoformat() if expires_on else None,
            )
        )


def due(db: sa.Connection, today: date) -> tuple[Review, ...]:
    """Records to be looked at: their day has come."""
    where = t.reviews.c.review_on <= today.isoformat()
    query = sa.select(t.lists.c.name, t.reviews).join(t.lists, t.lists.c.id == t.reviews.c.list).where(where)
    return tuple(
        Review(ListName(row.name), RecordKey(row.key), _day(row.review_on), _day(row.expires_on))
        for row in db.execute(query.order_by(t.reviews.c.review_on))
    )


def expire(db: sa.Connection, today: date) -> tuple[Review, ...]:
    """Withdraw the records whose last day is over; which ones."""
    query = (
        sa.select(t.lists.c.name, t.reviews)
        .join(t.lists, t.lists.c.id == t.reviews.c.list)
        .where(t.reviews.c.expires_on < today.isoformat())
    )
    ended = []
    for found in db.execute(query).all():
        row, key = lists.row_of(db, found.name), RecordKey(found.key)
        if lists.find(db, row, key) is not None:
            lists.withdraw(db, row, key, today=today, reason=f"expired on {found.expires_on}")
            ended.append(Review(row.watchlist.name, key, _day(found.review_on), _day(found.expires_on)))
        db.execute(t.reviews.delete().where(t.reviews.c.list == row.id, t.reviews.c.key == key))
    return tuple(ended)


def any_ended(db: sa.Connection, today: date) -> bool:
    """Whether a record's last day is over."""
    return db.execute(sa.select(t.reviews.c.key).where(t.reviews.c.expires_on < today.isoformat())).first() is not None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
