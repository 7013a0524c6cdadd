"""Bureaus whose lists this one takes: to each of them it is a desk. Who we are there, and what waits to go there.

What goes there is sealed, counted and kept in the transaction of the act it tells of, as at a desk, and stays until the
partner's signed receipt is here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import SealedItem
from borderdesk.words import say
from sync.bureau import twin_tables as t
from sync.bureau.home import Home
from sync.bureau.secrets import Secrets
from sync.trust import DeskKeys, LinkIdentity
from sync.wire import DeskSealer, Receipt

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class BadPartnerName(KnownError):
    """A partner's name that is taken, or could not begin the names of its lists."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("A partner cannot be called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Use up to 20 small letters, digits and hyphens, and a name that no partner has yet."),
        )


class UnknownPartner(KnownError):
    """A partner that this bureau does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("This bureau has no partner called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau twin show"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Partner:
    """A bureau whose lists we take. `name` is what we call it; `link` and `keys` are who we are to it."""

    name: str
    link: LinkIdentity
    keys: DeskKeys
    added_at: datetime
    heard_at: datetime | None
    ended_at: datetime | None

    @property
    def bureau(self) -> str:
        """What it calls itself."""
        return self.link.reply.bureau_name


def refuse_bad_name(db: sa.Connection, name: str) -> None:
    """Raises BadPartnerName."""
    if not _NAME.fullmatch(name) or db.execute(sa.select(t.partners.c.name).where(t.partners.c.name == name)).first():
        raise BadPartnerName(name)


def add(
    db: sa.Connection,
    secrets: Secrets,
    entropy: Callable[[int], bytes],
    name: str,
    link: LinkIdentity,
    keys: DeskKeys,
    now: datetime,
) -> None:
    """Keep a partner at which we have enrolled. Raises BadPartnerName."""
    refuse_bad_name(db, name)
    db.execute(
        t.partners.insert().values(
            name=name,
            bureau=link.reply.bureau,
            locked_link=secrets.lock(link.encode(), _label(name, "link"), entropy),
            locked_keys=secrets.lock(keys.serialise(), _label(name, "keys"), entropy),
            added_at=now,
        )
    )


def all_partners(db: sa.Connection, secrets: Secrets, home: Home) -> tuple[Partner, ...]:
    """Every partner, by name; also those with whom it has ended. Raises KeysMissing."""
    return tuple(
        Partner(
            row.name,
            LinkIdentity.decode(secrets.unlock(bytes(row.locked_link), _label(row.name, "link"), home.keys)),
            DeskKeys.deserialise(secrets.unlock(bytes(row.locked_keys), _label(row.name, "keys"), home.keys)),
            row.added_at,
            row.heard_at,
            row.ended_at,
        )
        for row in db.execute(sa.select(t.partners).order_by(t.partners.c.name))
    )


def partner(db: sa.Connection, secrets: Secrets, home: Home, name: str) -> Partner:
    """One partner. Raises UnknownPartner, KeysMissing."""
    for found in all_partners(db, secrets, home):
        if found.name == name:
            return found
    raise UnknownPartner(name)


def note_heard(db: sa.Connection, name: str, at: datetime) -> None:
    """The partner answered."""
    db.execute(t.partners.update().where(t.partners.c.name == name).values(heard_at=at))


def note_ended(db: sa.Connection, name: str, at: datetime) -> None:
    """Nothing is exchanged with this partner any more."""
    db.execute(t.partners.update().where(t.partners.c.name == name).values(ended_at=at))


def queue(db: sa.Connection, to: Partner, kind: str, about: str, body: bytes, now: datetime) -> bool:
    """Seal one more upload to a partner; False where this was said before."""
    of_partner = t.partner_outbox.c.partner == to.name
    if db.execute(sa.select(t.partner_outbox.c.counter).where(of_partner, t.partner_outbox.c.about == about)).first():
        return False
    last = db.execute(sa.select(sa.func.coalesce(sa.func.max(t.partner_outbox.c.counter), 0)).where(of_partner))
    reply = to.link.reply
    item = DeskSealer(reply.desk, to.keys.signing, reply.bureau_sealing).seal(last.scalar_one() + 1, kind, body)
    db.execute(
        t.partner_outbox.insert().values(
            partner=to.name,
            counter=item.counter,
            kind=kind,
            about=about,
            content_hash=item.content_hash,
            envelope=item.envelope,
            queued_at=now,
        )
    )
    return True


def waiting(db: sa.Connection, name: str) -> tuple[SealedItem, ...]:
    """What the partner has not acknowledged yet, in order."""
    of_partner = (t.partner_outbox.c.partner == name) & t.partner_outbox.c.received_at.is_(None)
    rows = db.execute(sa.select(t.partner_outbox).where(of_partner).order_by(t.partner_outbox.c.counter))
    return tuple(SealedItem(row.counter, bytes(row.content_hash), bytes(row.envelope)) for row in rows)


def acknowledge(db: sa.Connection, name: str, receipt: Receipt) -> bool:
    """Note a receipt that was verified; False where it is known, or fits nothing that was sent."""
    where = (
        (t.partner_outbox.c.partner == name)
        & (t.partner_outbox.c.counter == receipt.counter)
        & (t.partner_outbox.c.content_hash == receipt.content_hash)
        & t.partner_outbox.c.received_at.is_(None)
    )
    values = {"received_at": receipt.received_at, "envelope": None}
    return db.execute(t.partner_outbox.update().where(where).values(**values)).rowcount == 1


def take_letter(db: sa.Connection, name: str, number: int, kind: str, now: datetime) -> bool:
    """Note that a letter is taken in with this transaction; False where it was before."""
    of_number = (t.partner_letters.c.partner == name) & (t.partner_letters.c.number == number)
    if db.execute(sa.select(t.partner_letters.c.number).where(of_number)).first():
        return False
    db.execute(t.partner_letters.insert().values(partner=name, number=number, kind=kind, taken_at=now))
    return True


def was_said(db: sa.Connection, name: str, about: str) -> bool:
    """Whether an upload about this was queued to the partner."""
    where = (t.partner_outbox.c.partner == name) & (t.partner_outbox.c.about == about)
    return db.execute(sa.select(t.partner_outbox.c.counter).where(where)).first() is not None


def _label(name: str, what: str) -> str:
    return f"partner {name} {what}"
