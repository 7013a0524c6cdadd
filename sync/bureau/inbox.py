"""What desks send: kept once, receipted, and read as hits.

A receipt is made in the transaction that keeps the upload and leaves only after that is on the disk. The same bytes
again get the same receipt; other bytes under a used counter, or bytes that cannot be believed, go to quarantine.

Opening and reading an upload costs a hundred times more than keeping it, so it is done before the transaction begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.hits import (
    EVENT_KIND,
    HIT_KIND,
    Hit,
    HitAct,
    HitEvent,
    HitState,
    UnreadableReport,
    Urgency,
    procedure_for,
    read_event_body,
    read_hit_body,
)
from borderdesk.hits.photos import MOST_BYTES as MOST_PHOTO
from borderdesk.hits.photos import PHOTO_KIND, PartsName
from borderdesk.ids import DeskId
from borderdesk.operations.drills import DRILL_KIND, UnreadableDrill, read_report_body
from borderdesk.screening import LATE_KIND, LateMatch, UnreadableLateMatch, read_late_body
from borderdesk.watchlist import Action, DocumentStatus, Person, TravelDocument
from borderdesk.words import Sentence, say
from sync.bureau import agreements, cases, links
from sync.bureau import tables as t
from sync.bureau.columns import among
from sync.bureau.reasons import as_text, read_back
from sync.bureau.stored import from_body
from sync.trust import BureauKeys
from sync.wire import OpenedEnvelope, Purpose, Receipt, Scope, SignedBytes, VerifyingKey, open_envelope
from sync.wire.agreements import ACCEPTED_KIND, ENDED_KIND, AgreementWord
from sync.wire.refusals import RECEIPT, Refused
from sync.wire.reports import HEALTH, JOURNAL, PART, STATISTICS, Part, read_part
from sync.wire.uploads import MAX_RECEIPT

_MOST_PARTS = MOST_PHOTO // PART + 2
"""Of one photo with what is said about it."""

_KEPT_AS_THEY_ARE: Final = frozenset((STATISTICS, HEALTH, JOURNAL, "look-out"))
"""Nothing follows from these at once; they are read when somebody asks."""
_NOT_BELIEVED = say("It cannot be believed.")
_CONFLICT = say("Another upload with this desk and counter was received before.")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An upload that was not accepted, and why. `brought_by` is the desk whose connection it came over."""

    id: int
    brought_by: DeskId
    received_at: datetime
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Unread:
    """A report that was believed and kept, but says nothing to this program: its kind, and why."""

    desk: DeskId
    counter: int
    received_at: datetime
    kind: str
    why: Sentence


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload, verified and read, but not kept yet. `refused` says why it cannot be believed, `unread` why it is
    believed and kept, but says nothing to this program."""

    data: bytes
    opened: OpenedEnvelope | None
    hit: Hit | None = None
    event: HitEvent | None = None
    late: LateMatch | None = None
    part: Part | None = None
    word: AgreementWord | None = None
    unread: Sentence | None = None
    refused: Sentence | None = None


@dataclass(slots=True)
class _Rows:
    """What one batch adds, to be written with one statement per table."""

    uploads: list[dict[str, Any]] = field(default_factory=list)
    hits: list[dict[str, Any]] = field(default_factory=list)
    taken: list[Hit] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    late_matches: list[dict[str, Any]] = field(default_factory=list)
    photo_parts: list[dict[str, Any]] = field(default_factory=list)


def read(
    keys: BureauKeys, desk_key: Callable[[DeskId], VerifyingKey | None], envelopes: Iterable[bytes]
) -> tuple[Upload, ...]:
    """Verify, open and read a batch. Nothing is kept yet. A desk may bring another desk's uploads: the signature
    inside counts, not who carried it."""
    found = []
    for data in envelopes:
        try:
            found.append(_read(data, open_envelope(data, desk_key, keys.sealing)))
        except Refused as error:
            found.append(Upload(data, None, refused=error.happened))
    return tuple(found)


def _read(data: bytes, opened: OpenedEnvelope) -> Upload:
    try:
        if opened.kind == HIT_KIND:
            hit, event = read_hit_body(opened.body)
            if hit.desk != opened.desk:
                return Upload(data, opened, unread=say("a hit of another desk"))
            return Upload(data, opened, hit, event)
        if opened.kind == EVENT_KIND:
            return Upload(data, opened, event=read_event_body(opened.body))
        if opened.kind == LATE_KIND:
            return Upload(data, opened, late=read_late_body(opened.body))
        if opened.kind == PHOTO_KIND:
            part = read_part(opened.body)
            PartsName.read(part.name)
            if part.count > _MOST_PARTS:
                return Upload(data, opened, unread=say("a photo in too many parts: {count}", count=part.count))
            return Upload(data, opened, part=part)
        if opened.kind in (ACCEPTED_KIND, ENDED_KIND):
            return Upload(data, opened, word=AgreementWord.decode(opened.body))
        if opened.kind == DRILL_KIND:
            read_report_body(opened.body)  # read again where drills are counted
            return Upload(data, opened)
    except (UnreadableReport, UnreadableLateMatch, UnreadableDrill, Refused) as error:
        return Upload(data, opened, unread=error.happened)
    if opened.kind in _KEPT_AS_THEY_ARE:
        return Upload(data, opened)
    return Upload(
        data, opened, unread=say("a kind of report that this program does not know: {kind}", kind=opened.kind)
    )


def keep(
    db: sa.Connection, keys: BureauKeys, batch: Sequence[Upload], *, brought_by: Sequence[DeskId], now: datetime
) -> list[bytes | None]:
    """Keep a batch; for each upload, brought by the desk in the same place, its signed receipt, or None if refused.

    Receipts are true once `db` has committed.
    """
    opened = [upload.opened for upload in batch if upload.opened is not None]
    known = _known(db, [(one.desk, one.counter) for one in opened])
    hit_ids = _known_hits(db, [upload.hit.id for upload in batch if upload.hit is not None])
    urgent = _urgent(db, [upload.hit for upload in batch if upload.hit is not None])
    rows = _Rows()
    receipts: list[bytes | None] = []
    for upload, carrier in zip(batch, brought_by, strict=True):
        one = upload.opened
        if one is None:
            _quarantine(db, upload.data, carrier, now, upload.refused or _NOT_BELIEVED)
            receipts.append(None)
            continue
        before = known.get((one.desk, one.counter))
        if before is not None:
            same = before[0] == one.content_hash
            if not same:
                _quarantine(db, upload.data, carrier, now, _CONFLICT)
            receipts.append(_by_todays_key(keys, before[1]) if same else None)
            continue
        payload = Receipt(one.desk, one.counter, one.content_hash, now).encode()
        receipt = SignedBytes.sign(Purpose.RECEIPT, payload, [keys.signing]).encode()
        known[one.desk, one.counter] = (one.content_hash, receipt)
        receipts.append(receipt)
        unread = _enter(rows, upload, one, hit_ids, urgent, now)
        rows.uploads.append(
            {
                "desk": one.desk,
                "counter": one.counter,
                "kind": one.kind,
                "content_hash": one.content_hash,
                "envelope": upload.data,
                "body": one.body,
                "received_at": now,
                "receipt": receipt,
                "unread": as_text(unread) if unread is not None else None,
            }
        )
    for table, values in (
        (t.uploads, rows.uploads),
        (t.hits, rows.hits),
        (t.hit_events, rows.events),
        (t.late_matches, rows.late_matches),
        (t.photo_parts, rows.photo_parts),
    ):
        if values:
            db.execute(table.insert(), values)
    links.note(db, rows.taken)
    _asked_again(db, rows.events, now)
    for upload in batch:
        if upload.word is not None and upload.opened is not None:
            agreements.heard(db, upload.opened.desk, upload.opened.kind, upload.word, now)
    return receipts


def _enter(
    rows: _Rows, upload: Upload, one: OpenedEnvelope, hit_ids: set[str], urgent: set[tuple[str, str]], now: datetime
) -> Sentence | None:
    """Note what goes into the tables of hits; say why not where it does not. The upload is kept either way."""
    hit, event, late = upload.hit, upload.event, upload.late
    if hit is not None:
        if hit.id in hit_ids:
            return say("a hit reported before")
        hit_ids.add(hit.id)
        rows.taken.append(hit)
        urgency = Urgency.URGENT if (hit.record.list, hit.record.key) in urgent else Urgency.ROUTINE
        rows.hits.append(
            {
                "id": hit.id,
                "desk": one.desk,
                "counter": one.counter,
                "received_at": now,
                "list": hit.record.list,
                "record_key": hit.record.key,
                "state": HitState.REPORTED.value,
                "urgency": urgency.value,
                "requests": 1,
                "asked_at": now,
                "words": cases.words_of(hit),
            }
        )
    if event is not None:
        rows.events.append(
            {
                "desk": one.desk,
                "counter": one.counter,
                "hit": event.hit,
                "act": event.act.value,
                "officer": event.officer,
                "at": event.at.trusted,
                "note": event.note,
            }
        )
    if late is not None:
        rows.late_matches.append(
            {
                "desk": one.desk,
                "counter": one.counter,
                "list": late.record.list,
                "record_key": late.record.key,
                "received_at": now,
            }
        )
    if upload.part is not None:
        rows.photo_parts.append(
            {
                "desk": one.desk,
                "counter": one.counter,
                "hit": PartsName.read(upload.part.name).hit,
                "name": upload.part.name,
                "number": upload.part.number,
                "count": upload.part.count,
            }
        )
    return upload.unread


def _asked_again(db: sa.Connection, events: Iterable[dict[str, Any]], now: datetime) -> None:
    """A second request, or the reply the bureau asked for, starts the clock of the desk's own hit anew."""
    for event in events:
        own = (t.hits.c.id == event["hit"]) & (t.hits.c.desk == event["desk"]) & t.hits.c.closed_at.is_(None)
        if event["act"] == HitAct.ASK_AGAIN.value:
            db.execute(t.hits.update().where(own).values(requests=t.hits.c.requests + 1, asked_at=now))
        elif event["act"] == HitAct.REPLY.value:
            back = own & (t.hits.c.state == HitState.MORE_NEEDED.value)
            db.execute(t.hits.update().where(back).values(state=HitState.REPORTED.value, asked_at=now))


def _known(db: sa.Connection, asked: list[tuple[DeskId, int]]) -> dict[tuple[str, int], tuple[bytes, bytes]]:
    if not asked:
        return {}
    same = among(t.uploads.c.desk, t.uploads.c.counter, asked)
    query = sa.select(t.uploads.c.desk, t.uploads.c.counter, t.uploads.c.content_hash, t.uploads.c.receipt)
    return {
        (row.desk, row.counter): (bytes(row.content_hash), bytes(row.receipt)) for row in db.execute(query.where(same))
    }


def _known_hits(db: sa.Connection, ids: list[Any]) -> set[str]:
    return set(db.execute(sa.select(t.hits.c.id).where(t.hits.c.id.in_(ids))).scalars()) if ids else set()


def _urgent(db: sa.Connection, hits: Iterable[Hit]) -> set[tuple[str, str]]:
    """Which of the records ask for an answer at once. One that was withdrawn meanwhile does not."""
    named = {(hit.record.list, hit.record.key) for hit in hits}
    if not named:
        return set()
    ids = {
        row.name: row.id
        for row in db.execute(sa.select(t.lists.c.name, t.lists.c.id).where(t.lists.c.name.in_({n for n, _ in named})))
    }
    wanted = among(t.records.c.list, t.records.c.key, [(ids[name], key) for name, key in named if name in ids])
    query = sa.select(t.lists.c.name, t.records.c.key, t.records.c.body)
    found = set()
    for row in db.execute(query.join(t.lists, t.records.c.list == t.lists.c.id).where(wanted)):
        record = from_body(row.body)
        subject: DocumentStatus | Action | None = None
        if isinstance(record, TravelDocument):
            subject = record.status
        elif isinstance(record, Person):
            subject = record.action
        if subject is not None and procedure_for(subject).urgency is Urgency.URGENT:
            found.add((row.name, row.key))
    return found


def _quarantine(db: sa.Connection, data: bytes, brought_by: DeskId, now: datetime, why: Sentence) -> None:
    digest = sha256(data).digest()
    if db.execute(sa.select(t.quarantine.c.id).where(t.quarantine.c.content_hash == digest)).first():
        return
    values = {"content_hash": digest, "brought_by": brought_by, "received_at": now, "reason": as_text(why)}
    db.execute(t.quarantine.insert().values(**values, envelope=data))


def quarantined(db: sa.Connection) -> tuple[Quarantined, ...]:
    """What was not accepted, newest first."""
    kept = t.quarantine.c
    rows = db.execute(sa.select(kept.id, kept.brought_by, kept.received_at, kept.reason).order_by(kept.id.desc()))
    return tuple(Quarantined(row.id, DeskId(row.brought_by), row.received_at, read_back(row.reason)) for row in rows)


def unread(db: sa.Connection) -> tuple[Unread, ...]:
    """What was kept but could not be read, newest first."""
    said = t.uploads.c
    query = sa.select(said.desk, said.counter, said.received_at, said.kind, said.unread)
    rows = db.execute(query.where(said.unread.is_not(None)).order_by(said.received_at.desc()))
    return tuple(
        Unread(DeskId(row.desk), row.counter, row.received_at, row.kind, read_back(row.unread)) for row in rows
    )


def recent_receipts(
    db: sa.Connection, keys: BureauKeys, scope: Scope, most: int
) -> tuple[tuple[DeskId, bytes, bytes], ...]:
    """The newest receipts for desks of a scope: desk, hash of the upload, signed receipt."""
    query = (
        sa.select(t.uploads.c.desk, t.uploads.c.content_hash, t.uploads.c.receipt)
        .join(t.desks, t.desks.c.id == t.uploads.c.desk)
        .where(t.desks.c.scope == scope, t.desks.c.revoked_at.is_(None))
        .order_by(t.uploads.c.received_at.desc())
        .limit(most)
    )
    return tuple(
        (DeskId(row.desk), bytes(row.content_hash), _by_todays_key(keys, bytes(row.receipt)))
        for row in db.execute(query)
    )


def _by_todays_key(keys: BureauKeys, receipt: bytes) -> bytes:
    """The same receipt, signed anew where the publishing key was exchanged since: the old one is believed no more."""
    signed = SignedBytes.decode(receipt, RECEIPT, MAX_RECEIPT)
    if any(key == keys.signing.public.id for key, _ in signed.signatures):
        return receipt
    return SignedBytes.sign(Purpose.RECEIPT, signed.payload, [keys.signing]).encode()
