"""A partner's editions: kept exactly as they came, proved, and passed on as far as the agreement allows.

An edition is taken over only where the records it leaves give the digest its owner signed. What passes goes into the
draft of a list of ours, called `partner-list`, whose owner stays who it was; here nobody edits it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError, TamperingError
from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import Delta, Edition, Record, Snapshot, Watchlist
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say
from sync.bureau import lists, loading
from sync.bureau import tables as main
from sync.bureau import twin_tables as t
from sync.bureau.lists import ListRow
from sync.bureau.stored import from_body, to_body
from sync.wire.agreements import AgreedList, Agreement

GONE: Final = "no longer on the list of its owner"
_AT_ONCE: Final = 4096
_KEYS_AT_ONCE: Final = 500


class NotAgreed(TamperingError):
    """A partner sends what the agreement does not let it send."""

    def __init__(self, partner: str, name: str) -> None:
        super().__init__(
            say("{partner} sends the list {list}, which the agreement does not allow.", partner=partner, list=name),
            safe=say("Nothing of it was taken in; what was taken in before stays."),
            todo=say("Ask the partner, or agree on it."),
        )


class EditionNotProved(TamperingError):
    """The records do not give the digest the owner signed."""

    def __init__(self, partner: str, name: str, number: int) -> None:
        super().__init__(
            say(
                "Edition {number} of {list} from {partner} does not hold what its owner signed.",
                number=number,
                list=name,
                partner=partner,
            ),
            safe=say("The edition before it stays in use."),
            todo=say("It is fetched again; if this stays, tell the partner."),
        )


class ForeignList(KnownError):
    """A list that belongs to a partner was to be edited here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The list {name} belongs to a partner; it is not edited here.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Ask its owner to change it: forward the hit, or call."),
        )


class NameTaken(KnownError):
    """A list of our own has the name that a partner's list would have here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("A list of this bureau is called {name}, as a partner's list would be.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("End the partnership, and add the partner again under another name."),
        )


@dataclass(frozen=True, slots=True)
class PartnerList:
    """A partner's list as it is here. `own` is the list of ours it goes into, empty where nothing of it is agreed.

    `held_back` counts the records of this edition that the agreement does not let pass.
    """

    id: int
    partner: str
    name: ListName
    own: ListName
    edition: int
    rows: int
    held_back: int


def own_name(partner: str, name: str) -> ListName:
    """What a partner's list is called here."""
    return ListName(f"{partner}-{name}"[:64])


def partner_lists(db: sa.Connection, partner: str = "") -> tuple[PartnerList, ...]:
    """The lists of one partner, or of all."""
    query = sa.select(t.partner_lists).order_by(t.partner_lists.c.partner, t.partner_lists.c.list)
    return tuple(
        PartnerList(
            row.id, row.partner, ListName(row.list), ListName(row.own or ""), row.edition, row.rows, row.held_back
        )
        for row in db.execute(query.where(t.partner_lists.c.partner == partner) if partner else query)
    )


def behind(db: sa.Connection, own: str) -> PartnerList | None:
    """Whose list stands behind one of ours; None where it is our own."""
    return next((one for one in partner_lists(db) if one.own == own), None)


def refuse_foreign(db: sa.Connection, own: str) -> None:
    """Raises ForeignList where a list of that name is a partner's."""
    if behind(db, own) is not None:
        raise ForeignList(own)


def take(
    db: sa.Connection, partner: str, change: Snapshot | Delta, agreement: Agreement, *, today: date
) -> PartnerList:
    """Take over one edition. Raises NotAgreed, EditionNotProved; then the caller's transaction must be rolled back."""
    edition = change.edition
    watchlist = edition.watchlist
    agreed = agreement.of_list(watchlist.name)
    if agreed is None or agreed.kind is not watchlist.kind:
        raise NotAgreed(partner, watchlist.name)
    id_ = _ensure(db, partner, watchlist)
    mirror = ListRow(id_, watchlist, edition.number)
    own = replace(watchlist, name=own_name(partner, watchlist.name))
    if behind(db, own.name) is None and any(row.watchlist.name == own.name for row in lists.all_rows(db)):
        raise NameTaken(own.name)
    row = lists.ensure(db, own)
    # An owner's title carries the date of its source, which is what an officer reads.
    db.execute(main.lists.update().where(main.lists.c.id == row.id).values(title=own.title, owner=own.owner))
    row = lists.row_of(db, own.name)
    if isinstance(change, Snapshot):
        held_back = _take_whole(db, partner, mirror, change, agreed, row, today)
    else:
        held_back = _take_changes(db, partner, mirror, change, agreed, row)
    values = {"own": own.name, "edition": edition.number, "rows": edition.rows, "held_back": held_back}
    db.execute(t.partner_lists.update().where(t.partner_lists.c.id == id_).values(**values))
    return next(one for one in partner_lists(db, partner) if one.id == id_)


def give_up(db: sa.Connection, partner: str, *, today: date, why: str) -> tuple[ListName, ...]:
    """Withdraw everything that came from a partner; which lists of ours it concerns."""
    concerned = []
    for one in partner_lists(db, partner):
        db.execute(t.partner_records.delete().where(t.partner_records.c.list == one.id))
        db.execute(
            t.partner_lists.update().where(t.partner_lists.c.id == one.id).values(edition=0, rows=0, held_back=0)
        )
        if one.own:
            row = lists.row_of(db, one.own)
            loading.import_whole(db, row.watchlist, (), today=today, reason=why)
            concerned.append(one.own)
    return tuple(concerned)


def _ensure(db: sa.Connection, partner: str, watchlist: Watchlist) -> int:
    query = sa.select(t.partner_lists.c.id).where(
        t.partner_lists.c.partner == partner, t.partner_lists.c.list == watchlist.name
    )
    found = db.execute(query).scalar()
    if found is None:
        empty = {"edition": 0, "rows": 0, "held_back": 0, "digest_state": StateDigest().state}
        db.execute(t.partner_lists.insert().values(partner=partner, list=watchlist.name, **empty))
        found = db.execute(query).scalar_one()
    return int(found)


def _take_whole(
    db: sa.Connection,
    partner: str,
    mirror: ListRow,
    snapshot: Snapshot,
    agreed: AgreedList,
    row: ListRow,
    today: date,
) -> int:
    db.execute(t.partner_records.delete().where(t.partner_records.c.list == mirror.id))
    loading.load(db, mirror, chain(snapshot.records, snapshot.columns), "partner_records")
    whole = lists.summed(_bodies(db, mirror))
    _prove(db, partner, mirror, snapshot.edition, whole.digest, whole.rows)
    passed = 0

    def passing() -> Iterator[Record]:
        nonlocal passed
        for body in _bodies(db, mirror):
            record = from_body(body)
            if agreed.allows(record):
                passed += 1
                yield agreed.passed_on(record)

    loading.import_whole(db, row.watchlist, passing(), today=today, reason=GONE)
    return whole.rows - passed


def _take_changes(
    db: sa.Connection, partner: str, mirror: ListRow, delta: Delta, agreed: AgreedList, row: ListRow
) -> int:
    held = db.execute(sa.select(t.partner_lists).where(t.partner_lists.c.id == mirror.id)).one()
    if held.edition != delta.base:
        raise EditionNotProved(partner, mirror.watchlist.name, delta.edition.number)
    keys = [*(one.key for one in delta.withdrawals), *(record.key for record in delta.records)]
    before = _held(db, mirror, keys)
    digest = StateDigest(bytes(held.digest_state))
    digest.remove_bytes(list(before.values()))
    digest.add_bytes([to_body(record) for record in delta.records])
    gone = [{"gone": key} for key in before]
    if gone:
        where = (t.partner_records.c.list == mirror.id) & (t.partner_records.c.key == sa.bindparam("gone"))
        db.execute(t.partner_records.delete().where(where), gone)
    loading.load(db, mirror, delta.records, "partner_records")
    _prove(db, partner, mirror, delta.edition, digest, held.rows - len(before) + len(delta.records))
    passing = [record for record in delta.records if agreed.allows(record)]
    loading.put(db, row, [agreed.passed_on(record) for record in passing])
    why = {one.key: (one.withdrawn_on, one.reason or GONE) for one in delta.withdrawals}
    stay = {record.key for record in passing}
    for key in before:
        if key not in stay and lists.find(db, row, key) is not None:
            day, reason = why.get(key, (delta.edition.published_at.date(), GONE))
            lists.withdraw(db, row, key, today=day, reason=reason[: lists.MAX_REASON])
    stopped = sum(not agreed.allows(from_body(body)) for body in before.values())
    held_back: int = held.held_back
    return held_back - stopped + len(delta.records) - len(passing)


def _prove(db: sa.Connection, partner: str, mirror: ListRow, edition: Edition, digest: StateDigest, rows: int) -> None:
    if rows != edition.rows or digest.value() != edition.digest:
        raise EditionNotProved(partner, mirror.watchlist.name, edition.number)
    values = {"digest_state": digest.state}
    db.execute(t.partner_lists.update().where(t.partner_lists.c.id == mirror.id).values(**values))


def _bodies(db: sa.Connection, mirror: ListRow) -> Iterator[bytes]:
    query = sa.select(t.partner_records.c.body).where(t.partner_records.c.list == mirror.id)
    for part in db.execute(query.execution_options(yield_per=_AT_ONCE)).partitions(_AT_ONCE):
        yield from (bytes(body) for (body,) in part)


def _held(db: sa.Connection, mirror: ListRow, keys: Sequence[RecordKey]) -> dict[RecordKey, bytes]:
    found: dict[RecordKey, bytes] = {}
    for at in range(0, len(keys), _KEYS_AT_ONCE):
        some = t.partner_records.c.key.in_(keys[at : at + _KEYS_AT_ONCE])
        query = sa.select(t.partner_records.c.key, t.partner_records.c.body).where(
            t.partner_records.c.list == mirror.id, some
        )
        found |= {RecordKey(row.key): bytes(row.body) for row in db.execute(query)}
    return found
