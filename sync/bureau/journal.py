"""The bureau's journal: who did what, chained by hash, signed with every publishing. The rules are the desk's own.

An entry is written in the transaction of the act it tells of. `check` of `borderdesk.journal` finds what was changed,
left out or cut off.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from borderdesk.journal import BEGINNING, JournalReport, Segment, canonical, check, entry_hash, signed_bytes
from sync.bureau import tables as t
from sync.trust import BureauKeys

_LOOKED_AT: Final = 1000
"""Entries among which the latest time is looked for, so that it costs the same in a long journal."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One entry, for a person."""

    number: int
    kind: str
    who: str
    at: datetime
    why: str
    details: str


def note(
    db: sa.Connection, kind: str, who: str, at: datetime, *, why: str = "", details: Mapping[str, Any] | None = None
) -> None:
    """Add one entry inside the caller's transaction. `who` is an account, a token's name, or the program's part."""
    last = db.execute(sa.select(t.journal.c.number, t.journal.c.hash).order_by(t.journal.c.number.desc())).first()
    number, previous = (last.number + 1, bytes(last.hash)) if last else (1, BEGINNING)
    fields: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "who": who,
        "trusted_at": at.isoformat(),
        "wall_at": at.isoformat(),
        "why": why,
        "details": canonical(details or {}),
        "editions": canonical({}),
    }
    own = entry_hash(previous, fields)
    db.execute(t.journal.insert().values(**fields, previous=previous, hash=own))


def sign(db: sa.Connection, keys: BureauKeys, at: datetime) -> None:
    """Sign everything since the last segment: from then on a cut at the end shows."""
    before = db.execute(sa.select(t.journal_segments).order_by(t.journal_segments.c.last.desc())).first()
    newest = db.execute(sa.select(t.journal.c.number, t.journal.c.hash).order_by(t.journal.c.number.desc())).first()
    last, previous = (before.last, bytes(before.head)) if before else (0, BEGINNING)
    if newest is None or newest.number <= last:
        return
    head = bytes(newest.hash)
    signer = Ed25519PrivateKey.from_private_bytes(keys.signing.secret)
    db.execute(
        t.journal_segments.insert().values(
            first=last + 1,
            last=newest.number,
            previous=previous,
            head=head,
            closed_at=at.isoformat(),
            signature=signer.sign(signed_bytes(last + 1, newest.number, previous, head, at)),
        )
    )


def verify(db: sa.Connection, keys: BureauKeys) -> JournalReport:
    """Compute every hash again, and check the signed segments."""
    public = Ed25519PrivateKey.from_private_bytes(keys.signing.secret).public_key()
    return check(_rows(db), _segments(db), public)


def export(db: sa.Connection) -> Iterator[str]:
    """The journal as lines of JSON, as a desk's: `borderdesk.journal.verify_export` reads it."""
    for segment in _segments(db):
        yield canonical(
            {
                "segment": segment.first,
                "last": segment.last,
                "previous": segment.previous.hex(),
                "head": segment.head.hex(),
                "closed_at": segment.closed_at.isoformat(),
                "signature": segment.signature.hex(),
                "purged": False,
            }
        )
    for row in _rows(db):
        yield canonical({**row, "previous": row["previous"].hex(), "hash": row["hash"].hex()})


def latest(db: sa.Connection) -> datetime | None:
    """The latest time among the newest entries, by the bureau's clock of then; None where there is none.

    Not that of the newest one: a clock that was set back may have written it.
    """
    newest_ones = sa.select(t.journal.c.trusted_at).order_by(t.journal.c.number.desc()).limit(_LOOKED_AT).subquery()
    found = db.execute(sa.select(sa.func.max(newest_ones.c.trusted_at))).scalar()
    return datetime.fromisoformat(found) if found else None


def newest(db: sa.Connection, most: int) -> tuple[JournalLine, ...]:
    """The newest entries, newest first."""
    rows = db.execute(sa.select(t.journal).order_by(t.journal.c.number.desc()).limit(most))
    return tuple(
        JournalLine(row.number, row.kind, row.who, datetime.fromisoformat(row.trusted_at), row.why, row.details)
        for row in rows
    )


def without(line: JournalLine, hidden: Collection[str]) -> JournalLine:
    """The entry without what it says of `hidden` lists: that something was done stays, to what does not."""
    details = json.loads(line.details)
    if details.get("list") in hidden:
        return replace(line, details=canonical({"withheld": "need to know"}))
    kept = [each for each in details.get("expired", ()) if each.partition(" ")[0] not in hidden]
    return replace(line, details=canonical(details | {"expired": kept})) if "expired" in details else line


def _rows(db: sa.Connection) -> Iterator[dict[str, Any]]:
    for row in db.execute(sa.select(t.journal).order_by(t.journal.c.number)).mappings():
        yield {**row, "previous": bytes(row["previous"]), "hash": bytes(row["hash"])}


def _segments(db: sa.Connection) -> list[Segment]:
    return [
        Segment(
            row.first,
            row.last,
            bytes(row.previous),
            bytes(row.head),
            datetime.fromisoformat(row.closed_at),
            bytes(row.signature),
            purged=False,
        )
        for row in db.execute(sa.select(t.journal_segments).order_by(t.journal_segments.c.first))
    ]
