"""The bureau's book of contacts: kept here, sent to every desk by signed letter whenever it changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import CONTACTS_KIND, Contact, ContactRole, contacts_body
from borderdesk.ids import DeskId, PostId
from borderdesk.words import say
from sync.bureau import tables as t
from sync.bureau.cases import Post

_SETTING: Final = "contacts"


class BadContact(KnownError):
    """A contact nobody could be reached by."""

    def __init__(self) -> None:
        super().__init__(
            say("A contact has a name, at least one of telephone, mail and radio, and a post that this bureau knows."),
            safe=NOTHING_CHANGED,
            todo=say("Give them again, each with at most 80 characters; forty contacts fit the book of a desk."),
        )


class UnknownContact(KnownError):
    """A contact that there is not."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say("There is no contact {number}.", number=number),
            safe=NOTHING_CHANGED,
            todo=say("Look at the numbers with: borderdesk-bureau contacts list"),
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A contact of the book, by its number; `post` is empty where it is every post's."""

    number: int
    post: str
    contact: Contact


def book(db: sa.Connection) -> tuple[Listed, ...]:
    """All of it, in the order in which it is shown."""
    value = db.execute(sa.select(t.settings.c.value).where(t.settings.c.name == _SETTING)).scalar()
    rows = json.loads(value) if value else []
    return tuple(
        Listed(row["number"], row["post"], Contact(**{**row["contact"], "role": ContactRole(row["contact"]["role"])}))
        for row in rows
    )


def add(db: sa.Connection, post: Post, contact: Contact, at_post: str) -> Listed:
    """One more, told to the desks it concerns. Raises BadContact."""
    known = set(db.execute(sa.select(t.posts.c.id)).scalars())
    if not contact.name or not (contact.phone or contact.mail or contact.radio) or (at_post and at_post not in known):
        raise BadContact
    old = book(db)
    listed = Listed(max((each.number for each in old), default=0) + 1, at_post, contact)
    everything = (*old, listed)
    try:
        for each in ("", *known):
            contacts_body(_of(everything, each))
    except ValueError as error:
        raise BadContact from error
    _store(db, everything)
    _tell(db, post, at_post)
    return listed


def remove(db: sa.Connection, post: Post, number: int) -> Listed:
    """One less. Raises UnknownContact."""
    old = book(db)
    gone = next((each for each in old if each.number == number), None)
    if gone is None:
        raise UnknownContact(number)
    _store(db, tuple(each for each in old if each is not gone))
    _tell(db, post, gone.post)
    return gone


def tell(db: sa.Connection, post: Post, desk: DeskId, at_post: PostId) -> None:
    """Send a desk that was just enrolled its book, where there is one."""
    own = _of(book(db), at_post)
    if own:
        _send(db, post, desk, own)


def _tell(db: sa.Connection, post: Post, at_post: str) -> None:
    concerned = sa.select(t.desks.c.id, t.desks.c.post).where(t.desks.c.revoked_at.is_(None))
    if at_post:
        concerned = concerned.where(t.desks.c.post == at_post)
    listed = book(db)
    for row in db.execute(concerned).all():
        _send(db, post, DeskId(row.id), _of(listed, row.post))


def _send(db: sa.Connection, post: Post, desk: DeskId, own: Sequence[Contact]) -> None:
    body = contacts_body(own)
    post(db, desk, CONTACTS_KIND, lambda _number: body)


def _of(listed: Sequence[Listed], at_post: str) -> tuple[Contact, ...]:
    """A post's own contacts first."""
    return tuple(each.contact for each in sorted(listed, key=lambda each: not each.post) if each.post in ("", at_post))


def _store(db: sa.Connection, listed: Sequence[Listed]) -> None:
    rows = [{"number": each.number, "post": each.post, "contact": asdict(each.contact)} for each in listed]
    db.execute(t.settings.delete().where(t.settings.c.name == _SETTING))
    db.execute(t.settings.insert().values(name=_SETTING, value=json.dumps(rows)))
