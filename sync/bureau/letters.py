"""Letters to desks: written in the transaction they report, kept until the desk says that it has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from borderdesk.ids import DeskId
from sync.bureau import tables as t
from sync.trust import BureauKeys
from sync.wire import Letter, Purpose, Scope, SealingPublicKey, SignedBytes
from sync.wire.letters import MAX_LETTERS, MAX_LETTERS_BYTES


def write(
    db: sa.Connection, keys: BureauKeys, desk: DeskId, kind: str, body: Callable[[int], bytes], now: datetime
) -> int:
    """Seal one more letter to a desk; its number. `body` is asked with that number."""
    row = db.execute(sa.select(t.desks.c.letters, t.desks.c.sealing).where(t.desks.c.id == desk)).one()
    number: int = row.letters + 1
    letter = Letter.write(desk, number, kind, body(number), SealingPublicKey(row.sealing))
    signed = SignedBytes.sign(Purpose.LETTER, letter.encode(), [keys.signing]).encode()
    db.execute(t.desks.update().where(t.desks.c.id == desk).values(letters=number))
    db.execute(t.letters.insert().values(desk=desk, number=number, kind=kind, written_at=now, signed=signed))
    return number


def after(db: sa.Connection, desk: DeskId, number: int) -> tuple[bytes, ...]:
    """The next letters to a desk above a number, as many as go into one answer."""
    of_desk = (t.letters.c.desk == desk) & (t.letters.c.number > number)
    query = sa.select(t.letters.c.signed).where(of_desk).order_by(t.letters.c.number).limit(MAX_LETTERS)
    found: list[bytes] = []
    for signed in db.execute(query).scalars():
        if found and sum(map(len, found)) + len(signed) > MAX_LETTERS_BYTES // 2:
            break
        found.append(bytes(signed))
    return tuple(found)


def outstanding(db: sa.Connection, scope: Scope) -> tuple[tuple[DeskId, bytes], ...]:
    """Every letter that a desk of the scope has not said it holds: what a stick takes along."""
    query = (
        sa.select(t.letters.c.desk, t.letters.c.signed)
        .join(t.desks, t.desks.c.id == t.letters.c.desk)
        .where(t.desks.c.scope == scope, t.desks.c.revoked_at.is_(None), t.letters.c.number > t.desks.c.holds_letters)
        .order_by(t.letters.c.desk, t.letters.c.number)
    )
    return tuple((DeskId(row.desk), bytes(row.signed)) for row in db.execute(query))
