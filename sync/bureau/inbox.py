"""What desks send: kept once, receipted, and read as hits.

A receipt is made in the transaction that keeps the upload and leaves only after that is on the disk. The same bytes
again get the same receipt; other bytes under a used counter, or bytes that cannot be believed, go to quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from borderdesk.errors import BorderDeskError
from borderdesk.hits import EVENT_KIND, HIT_KIND, Hit, HitEvent, UnreadableReport, read_event_body, read_hit_body
from borderdesk.ids import DeskId, HitId
from borderdesk.words import say
from sync.bureau import tables as t
from sync.trust import BureauKeys
from sync.wire import OpenedEnvelope, Purpose, Receipt, SignedBytes, VerifyingKey, open_envelope
from sync.wire.refusals import Refused

_CONFLICT = say("Another upload with this desk and counter was received before.")


@dataclass(frozen=True, slots=True)
class ReceivedHit:
    """A hit at the bureau: the report as the desk sealed it, every act known so far, and when it arrived."""

    hit: Hit
    events: tuple[HitEvent, ...]
    counter: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An upload that was not accepted, and why. `brought_by` is the desk whose connection it came over."""

    id: int
    brought_by: DeskId
    received_at: datetime
    reason: str


def receive(
    db: sa.Connection,
    keys: BureauKeys,
    desk_key: Callable[[DeskId], VerifyingKey | None],
    envelopes: Iterable[bytes],
    *,
    brought_by: DeskId,
    now: datetime,
) -> tuple[bytes, ...]:
    """Keep a batch; give the signed receipts of those that are kept, in order. They are true once `db` has committed.

    A desk may bring another desk's uploads: the signature inside counts, not who carried it.
    """
    receipts: list[bytes] = []
    for data in envelopes:
        try:
            opened = open_envelope(data, desk_key, keys.sealing)
        except Refused as error:
            _quarantine(db, data, brought_by, now, error)
            continue
        receipt = _keep(db, keys, opened, data, now)
        if receipt is None:
            _quarantine(db, data, brought_by, now, _CONFLICT)
        else:
            receipts.append(receipt)
    return tuple(receipts)


def _keep(db: sa.Connection, keys: BureauKeys, opened: OpenedEnvelope, data: bytes, now: datetime) -> bytes | None:
    where = (t.uploads.c.desk == opened.desk) & (t.uploads.c.counter == opened.counter)
    known = db.execute(sa.select(t.uploads.c.content_hash, t.uploads.c.receipt).where(where)).one_or_none()
    if known is not None:
        return bytes(known.receipt) if known.content_hash == opened.content_hash else None
    payload = Receipt(opened.desk, opened.counter, opened.content_hash, now).encode()
    receipt = SignedBytes.sign(Purpose.RECEIPT, payload, [keys.signing]).encode()
    db.execute(
        t.uploads.insert().values(
            desk=opened.desk,
            counter=opened.counter,
            kind=opened.kind,
            content_hash=opened.content_hash,
            envelope=data,
            body=opened.body,
            received_at=now,
            receipt=receipt,
            unread=_read(db, opened, now),
        )
    )
    return receipt


def _read(db: sa.Connection, opened: OpenedEnvelope, now: datetime) -> str | None:
    """Enter a hit or an act into their tables; say why not where it cannot be read. The upload is kept either way."""
    try:
        if opened.kind == HIT_KIND:
            hit, event = read_hit_body(opened.body)
            if hit.desk != opened.desk or _known(db, hit.id):
                return "a hit of another desk, or reported before"
            db.execute(
                t.hits.insert().values(
                    id=hit.id,
                    desk=opened.desk,
                    counter=opened.counter,
                    received_at=now,
                    list=hit.record.list,
                    record_key=hit.record.key,
                    state=hit.state.value,
                )
            )
        elif opened.kind == EVENT_KIND:
            event = read_event_body(opened.body)
        else:
            return f"kind {opened.kind}"
    except UnreadableReport as error:
        return str(error.happened)
    db.execute(
        t.hit_events.insert().values(
            desk=opened.desk,
            counter=opened.counter,
            hit=event.hit,
            act=event.act.value,
            officer=event.officer,
            at=event.at.trusted,
            note=event.note,
        )
    )
    return None


def _known(db: sa.Connection, hit: HitId) -> bool:
    return db.execute(sa.select(t.hits.c.id).where(t.hits.c.id == hit)).first() is not None


def _quarantine(db: sa.Connection, data: bytes, brought_by: DeskId, now: datetime, why: object) -> None:
    digest = sha256(data).digest()
    if db.execute(sa.select(t.quarantine.c.id).where(t.quarantine.c.content_hash == digest)).first():
        return
    reason = str(why.happened) if isinstance(why, BorderDeskError) else str(why)
    db.execute(
        t.quarantine.insert().values(
            content_hash=digest, brought_by=brought_by, received_at=now, reason=reason, envelope=data
        )
    )


def hits(db: sa.Connection) -> tuple[ReceivedHit, ...]:
    """Every hit reported, newest first."""
    joined = sa.and_(t.uploads.c.desk == t.hits.c.desk, t.uploads.c.counter == t.hits.c.counter)
    query = sa.select(t.hits.c.id, t.hits.c.desk, t.hits.c.counter, t.hits.c.received_at, t.uploads.c.body).join(
        t.uploads, joined
    )
    rows = db.execute(query.order_by(t.hits.c.received_at.desc(), t.hits.c.counter.desc())).all()
    return tuple(
        ReceivedHit(
            read_hit_body(row.body)[0], _events(db, HitId(row.id), DeskId(row.desk)), row.counter, row.received_at
        )
        for row in rows
    )


def _events(db: sa.Connection, hit: HitId, desk: DeskId) -> tuple[HitEvent, ...]:
    """The acts on a hit that its own desk reported; another desk has no say in it."""
    same = sa.and_(t.uploads.c.desk == t.hit_events.c.desk, t.uploads.c.counter == t.hit_events.c.counter)
    query = (
        sa.select(t.uploads.c.kind, t.uploads.c.body)
        .join(t.hit_events, same)
        .where(t.hit_events.c.hit == hit, t.hit_events.c.desk == desk)
    )
    return tuple(
        read_hit_body(row.body)[1] if row.kind == HIT_KIND else read_event_body(row.body)
        for row in db.execute(query.order_by(t.hit_events.c.counter))
    )


def quarantined(db: sa.Connection) -> tuple[Quarantined, ...]:
    """What was not accepted, newest first."""
    rows = db.execute(sa.select(t.quarantine).order_by(t.quarantine.c.id.desc()))
    return tuple(Quarantined(row.id, DeskId(row.brought_by), row.received_at, row.reason) for row in rows)
