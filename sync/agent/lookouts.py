"""Look-outs a post adds itself: in force at this desk at once, sent to the bureau, compared with the last days.

A look-out is a record of one of two lists of the desk's own, which are numbered, digested and applied like any other,
so that screening, near numbers, names and late matches need not know of them. Post and bureau hear of it in the very
transaction that puts it in force. They are never stale: nobody else writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import cbor2
from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import outbox
from borderdesk.ids import AccountId, ListName, RecordKey, random_id
from borderdesk.replica.lists import one_list
from borderdesk.replica.types import Applied, Freshness, HeldList
from borderdesk.screening import late
from borderdesk.watchlist import Delta, Edition, ListKind, Person, Snapshot, TravelDocument, Watchlist, Withdrawal
from borderdesk.watchlist.digest import StateDigest
from borderdesk.watchlist.plain import to_plain
from borderdesk.words import say
from sync.agent.unlocked import Unlocked

KIND: Final = "look-out"
"""What such an upload is called on the wire."""

OWN: Final = {
    ListKind.PERSONS: Watchlist(ListName("own:persons"), ListKind.PERSONS, "Look-outs of this post", "post"),
    ListKind.DOCUMENTS: Watchlist(ListName("own:documents"), ListKind.DOCUMENTS, "Look-outs of this post", "post"),
}
"""The two lists of a desk's own."""

_NAMES: Final = frozenset(watchlist.name for watchlist in OWN.values())
_VERSION: Final = 1


class ReasonMissing(KnownError):
    """A look-out without a reason."""

    def __init__(self) -> None:
        super().__init__(
            say("A look-out needs a reason."),
            safe=NOTHING_CHANGED,
            todo=say("Say in a few words who asked for it and why."),
        )


class NoSuchLookOut(KnownError):
    """A look-out that is not in force here."""

    def __init__(self, key: str) -> None:
        super().__init__(
            say("No look-out {key} is in force at this desk.", key=key),
            safe=NOTHING_CHANGED,
            todo=say("Look at those in force and choose one of them."),
        )


@dataclass(frozen=True, slots=True)
class LookOut:
    """A look-out in force. `key` names it."""

    key: RecordKey
    record: Person | TravelDocument


def add(desk: Unlocked, record: Person | TravelDocument, *, reason: str, at: Moment) -> LookOut:
    """Put a look-out in force. A person gets a key of its own; a document's key is its number.

    Raises ReasonMissing, DiskFull, DiskFailed.
    """
    if not reason.strip():
        raise ReasonMissing
    if isinstance(record, Person):
        record = replace(record, key=RecordKey(random_id()))
        kind = ListKind.PERSONS
    else:
        kind = ListKind.DOCUMENTS
    row = one_list(desk.store.reader, OWN[kind].name)
    digest = StateDigest(row.digest_state) if row else StateDigest()
    before = _held(desk, kind, record.key)
    if before is not None:
        digest.remove(before)
    digest.add(record)
    rows = (row.edition.rows if row else 0) + (before is None)
    edition = Edition(OWN[kind], (row.edition.number if row else 0) + 1, rows, digest.value(), at.trusted)
    change = Delta(row.edition.number, edition, (), (record,)) if row else Snapshot(edition, [record])
    _apply(desk, change, at, "add", record.key, reason, to_plain(record))
    return LookOut(record.key, record)


def withdraw(desk: Unlocked, key: RecordKey, *, reason: str, at: Moment) -> None:
    """Take a look-out out of force. Raises ReasonMissing, NoSuchLookOut, DiskFull, DiskFailed."""
    if not reason.strip():
        raise ReasonMissing
    kind = ListKind.DOCUMENTS if "/" in key else ListKind.PERSONS
    row, before = one_list(desk.store.reader, OWN[kind].name), _held(desk, kind, key)
    if row is None or before is None:
        raise NoSuchLookOut(key)
    digest = StateDigest(row.digest_state)
    digest.remove(before)
    edition = Edition(OWN[kind], row.edition.number + 1, row.edition.rows - 1, digest.value(), at.trusted)
    gone = Withdrawal(key, at.trusted.date(), reason)
    _apply(desk, Delta(row.edition.number, edition, (gone,), ()), at, "withdraw", key, reason, None)


def in_force(desk: Unlocked) -> tuple[LookOut, ...]:
    """The look-outs of this desk, oldest first."""
    rows = desk.store.reader.conn.execute("SELECT details FROM journal WHERE kind = ? ORDER BY number", (KIND,))
    keys = dict.fromkeys(RecordKey(json.loads(details)["key"]) for (details,) in rows)
    found: list[LookOut] = []
    for key in keys:
        record = _held(desk, ListKind.DOCUMENTS if "/" in key else ListKind.PERSONS, key)
        if record is not None:
            found.append(LookOut(key, record))
    return tuple(found)


def is_own(name: ListName) -> bool:
    """Whether this is one of the two lists of a desk's own."""
    return name in _NAMES


def never_stale(held: Iterable[HeldList], now: datetime) -> tuple[HeldList, ...]:
    """The lists held, with the desk's own as of now."""
    return tuple(
        replace(each, published_at=now, age=timedelta(0), freshness=Freshness.GREEN) if each.name in _NAMES else each
        for each in held
    )


def _held(desk: Unlocked, kind: ListKind, key: RecordKey) -> Person | TravelDocument | None:
    if kind is ListKind.PERSONS:
        return desk.replica.person(OWN[kind].name, key)
    state, type_, number = key.split("/", 2)
    found = desk.replica.find_documents(number, state=state, type=type_, near=False)
    ours = (each for each in found if each.record.list == OWN[kind].name and each.withdrawn is None)
    return next((each.document for each in ours if each.document.key == key), None)


def _apply(
    desk: Unlocked,
    change: Snapshot | Delta,
    at: Moment,
    act: str,
    key: RecordKey,
    reason: str,
    record: object,
) -> None:
    who: AccountId = desk.signed_in.account
    body = cbor2.dumps(
        {
            "v": _VERSION,
            "act": act,
            "key": key,
            "officer": who,
            "reason": reason,
            "at": at.trusted.isoformat(),
            "record": record,
        },
        canonical=True,
    )

    def note(db: Database, applied: Applied) -> None:
        item = outbox.queue(db, desk.sealer, kind=KIND, about=key, body=body, at=at)
        name = applied.edition.watchlist.name
        details = {"act": act, "key": key, "outbox": item.counter}
        journal.append(
            db, kind=KIND, who=who, at=at, why=reason, details=details, editions={name: applied.edition.number}
        )
        late.note_due(db, applied.edition, [key] if act == "add" else ())

    desk.replica.apply(change, at=at, note=note)
    desk.follow_changes()
