"""Editions of lists and of their shares: numbers, digests, and what leads from one edition to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Final

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist import Delta, DocumentColumns, Edition, ListKind, Snapshot, Withdrawal
from borderdesk.watchlist.digest import StateDigest
from sync.bureau import lists
from sync.bureau import tables as t
from sync.bureau.database import by_index
from sync.bureau.scopes import FULL, Share, details_of
from sync.bureau.stored import columns_of, from_body, share_of_body

_COLUMNS_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class PublishedList:
    """One list's new edition, and what it changed."""

    edition: Edition
    withdrawn: int
    upserted: int


def new_edition(db: sa.Connection, row: lists.ListRow, issued: datetime) -> PublishedList:
    """Number the draft as the list's next edition, and bring the digests of its shares along."""
    number = row.head + 1
    withdrawn = upserted = 0
    gone: list[bytes] = []
    come: list[bytes] = []
    if not row.head:
        digest, rows = _whole(db, row, None)
        upserted = rows
    else:
        before = _stored(db, row, row.head)
        digest = StateDigest(before.digest_state)
        with by_index(db):
            _drop_empty_changes(db, row, number)
            changed = db.execute(sa.text(_SINCE), {"list": row.id, "base": row.head}).all()
        for found in changed:
            if found.before is not None:
                gone.append(found.before)
            if found.body is not None:
                come.append(found.body)
            withdrawn += found.body is None
            upserted += found.body is not None
        digest.remove_bytes(gone)
        digest.add_bytes(come)
        rows = before.rows - len(gone) + len(come)
    edition = Edition(row.watchlist, number, rows, digest.value(), issued)
    db.execute(
        t.editions.insert().values(
            list=row.id,
            number=number,
            rows=rows,
            digest=edition.digest,
            digest_state=digest.state,
            published_at=issued,
        )
    )
    if row.head:
        _carry_shares_on(db, row, number, gone, come)
    return PublishedList(edition, withdrawn, upserted)


def edition_of(db: sa.Connection, share: Share, *, keep: bool = True) -> Edition:
    """The newest edition as this share of the list has it. One that nobody held so far is read through once.

    `keep` notes its digest, so that it is carried on from edition to edition; not where nothing is written.
    """
    row = share.row
    found = _stored(db, row, row.head)
    edition = Edition(row.watchlist, row.head, found.rows, found.digest, found.published_at)
    if share.view == FULL:
        return edition
    where = (t.shares.c.list == row.id) & (t.shares.c.view == share.view) & (t.shares.c.number == row.head)
    digest = db.execute(sa.select(t.shares.c.digest).where(where)).scalar()
    if digest is None:
        whole, _ = _whole(db, row, share.details)
        digest = whole.value()
        if keep:
            _keep_share(db, row, share.view, row.head, whole)
    return replace(edition, digest=bytes(digest), details=share.details)


def delta(db: sa.Connection, share: Share, base: int, to: Edition) -> Delta:
    """One exact delta from an edition to the newest, however many lie between: what came and went is not in it."""
    withdrawals: list[Withdrawal] = []
    records = []
    with by_index(db):
        changed = db.execute(sa.text(_SINCE), {"list": share.row.id, "base": base}).all()
    for found in changed:
        before, body = _as_shared(found.before, share.details), _as_shared(found.body, share.details)
        if before == body:
            continue
        if body is not None:
            records.append(from_body(body))
        else:
            day = date.fromisoformat(found.withdrawn_on) if found.withdrawn_on else to.published_at.date()
            withdrawals.append(Withdrawal(RecordKey(found.key), day, found.reason or ""))
    return Delta(base, to, tuple(withdrawals), tuple(records))


def bodies(db: sa.Connection, share: Share) -> Iterator[bytes]:
    """Every record of the newest edition as this share of the list has it, streamed; not what waits in the draft."""
    found = lists.published_bodies(db, share.row)
    if share.details is None:
        return found
    states = frozenset(share.details)
    return (share_of_body(body, states) for body in found)


class Ended(Exception):
    """Whoever reads a whole list was told to end; nothing of it was kept."""


def whole(db: sa.Connection, share: Share, edition: Edition, stop: Callable[[], bool] = lambda: False) -> Snapshot:
    """The whole list as this share has it, streamed. Reading it raises Ended once `stop` says so."""
    stored = _until(bodies(db, share), stop)
    if share.row.watchlist.kind is ListKind.DOCUMENTS:
        return Snapshot(edition, columns=_columns(stored))
    return Snapshot(edition, (from_body(body) for body in stored))


def editions_at(db: sa.Connection, row: lists.ListRow, moments: Iterable[datetime]) -> set[int]:
    """Which edition of a list was the newest at each of these moments."""
    found = set()
    for moment in moments:
        at = (t.editions.c.list == row.id) & (t.editions.c.published_at <= moment)
        newest = sa.select(t.editions.c.number).where(at).order_by(t.editions.c.number.desc()).limit(1)
        number = db.execute(newest).scalar()
        if number is not None:
            found.add(int(number))
    return found


_SINCE: Final = """
    SELECT span.key, span.before, r.body, span.withdrawn_on, span.reason
      FROM (SELECT key, withdrawn_on, reason,
                   first_value(before) OVER (PARTITION BY key ORDER BY edition) AS before,
                   row_number() OVER (PARTITION BY key ORDER BY edition DESC) AS from_last
              FROM changes WHERE list = :list AND edition > :base) AS span
      LEFT JOIN records AS r ON r.list = :list AND r.key = span.key
     WHERE span.from_last = 1"""
"""What each record was before the first change, and why it left with the last one. The changes are read once: joined to
themselves, PostgreSQL has compared each with every other."""


def _columns(stored: Iterable[bytes]) -> Iterator[DocumentColumns]:
    rest = iter(stored)
    while batch := list(islice(rest, _COLUMNS_AT_ONCE)):
        yield columns_of(batch)


def _until(stored: Iterator[bytes], stop: Callable[[], bool]) -> Iterator[bytes]:
    while batch := list(islice(stored, _COLUMNS_AT_ONCE)):
        if stop():
            raise Ended
        yield from batch


def _stored(db: sa.Connection, row: lists.ListRow, number: int) -> sa.Row[tuple[object, ...]]:
    return db.execute(sa.select(t.editions).where(t.editions.c.list == row.id, t.editions.c.number == number)).one()


def _carry_shares_on(db: sa.Connection, row: lists.ListRow, number: int, gone: list[bytes], come: list[bytes]) -> None:
    """The digest of each share that the edition before had; one without is read through when it is wanted again."""
    if row.watchlist.kind is not ListKind.DOCUMENTS:
        return
    before = sa.select(t.shares).where(t.shares.c.list == row.id, t.shares.c.number == row.head)
    for held in db.execute(before).all():
        states = frozenset(details_of(held.view) or ())
        digest = StateDigest(held.digest_state)
        digest.remove_bytes([share_of_body(body, states) for body in gone])
        digest.add_bytes([share_of_body(body, states) for body in come])
        _keep_share(db, row, held.view, number, digest)
    db.execute(t.shares.delete().where(t.shares.c.list == row.id, t.shares.c.number < number))


def _keep_share(db: sa.Connection, row: lists.ListRow, view: str, number: int, digest: StateDigest) -> None:
    values = {"list": row.id, "view": view, "number": number, "digest": digest.value(), "digest_state": digest.state}
    db.execute(t.shares.insert().values(**values))


def _as_shared(body: bytes | None, details: tuple[str, ...] | None) -> bytes | None:
    return body if body is None or details is None else share_of_body(body, frozenset(details))


def _whole(db: sa.Connection, row: lists.ListRow, details: tuple[str, ...] | None) -> tuple[StateDigest, int]:
    whole = lists.summed(bodies(db, Share(row, details)))
    return whole.digest, whole.rows


def _drop_empty_changes(db: sa.Connection, row: lists.ListRow, number: int) -> None:
    """What was changed and changed back before publishing never happened for a desk."""
    statement = """DELETE FROM changes WHERE list = :list AND edition = :edition AND (
        (before IS NULL AND NOT EXISTS (SELECT 1 FROM records r WHERE r.list = changes.list AND r.key = changes.key))
        OR EXISTS (SELECT 1 FROM records r
                    WHERE r.list = changes.list AND r.key = changes.key AND r.body = changes.before))"""
    db.execute(sa.text(statement), {"list": row.id, "edition": number})
