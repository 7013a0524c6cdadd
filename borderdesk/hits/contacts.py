"""Whom to call: the bureau on duty, the second line of the post, interpreters, support for victims.

The bureau sends each desk its whole book in a signed letter; the newest letter replaces the book. A number that is old
is worse than none, so nothing here is ever merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cbor2
from sqlite_utils import Database, Migrations

from borderdesk.errors import KnownError
from borderdesk.hits.procedure import Subject
from borderdesk.watchlist import Action
from borderdesk.words import Sentence, say

CONTACTS_KIND: Final = "contacts"
"""The kind of letter."""

MIGRATIONS: Final = Migrations("contacts")
MOST_CONTACTS: Final = 40
MAX_TEXT: Final = 80
"""Characters of each field."""

_MAX_BYTES: Final = 16 * 1024
_VERSION: Final = 1
_TEXTS: Final = ("name", "phone", "mail", "radio", "hours", "languages")


class ContactRole(StrEnum):
    """What somebody is called for."""

    BUREAU = "bureau"
    SECOND_LINE = "second line"
    INTERPRETER = "interpreter"
    VICTIM_SUPPORT = "victim support"
    TECHNICIAN = "technician"


CONTACT_ROLES: Final[Mapping[ContactRole, Sentence]] = {
    ContactRole.BUREAU: say("Bureau on duty"),
    ContactRole.SECOND_LINE: say("Second line of the post"),
    ContactRole.INTERPRETER: say("Interpreter"),
    ContactRole.VICTIM_SUPPORT: say("Support for victims"),
    ContactRole.TECHNICIAN: say("Technician on call"),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call, and how; what is not known is empty. `hours` and `languages` are words for the officer."""

    role: ContactRole
    name: str
    phone: str = ""
    mail: str = ""
    radio: str = ""
    hours: str = ""
    languages: str = ""

    @property
    def ways(self) -> tuple[str, ...]:
        """How to reach them, the quickest first."""
        return tuple(way for way in (self.phone, self.radio, self.mail, self.hours, self.languages) if way)


class UnreadableContacts(KnownError):
    """A book of contacts that does not decode."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("The contacts that the bureau sent could not be read ({reason}).", reason=reason),
            safe=say("Those that were here before stay."),
            todo=say("Call the bureau, and update the desk if the bureau is newer."),
        )


@MIGRATIONS()
def make_contacts(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE contact_book (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            letter INTEGER NOT NULL,       -- the newest letter counts, in whatever order they come
            body BLOB NOT NULL
        ) STRICT"""
    )


def contacts_body(contacts: Iterable[Contact]) -> bytes:
    """The body of the letter. Raises ValueError for more than a book holds."""
    book = [{"role": each.role.value, **{name: getattr(each, name) for name in _TEXTS}} for each in contacts]
    if len(book) > MOST_CONTACTS or any(len(value) > MAX_TEXT for row in book for value in row.values()):
        raise ValueError("more than a book of contacts holds")
    body = cbor2.dumps({"v": _VERSION, "contacts": book}, canonical=True)
    if len(body) > _MAX_BYTES:
        raise ValueError("more than a letter holds")
    return body


def read_contacts_body(body: bytes) -> tuple[Contact, ...]:
    """The inverse of `contacts_body`; roles of a newer bureau are passed over. Raises UnreadableContacts."""
    if len(body) > _MAX_BYTES:
        raise UnreadableContacts(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableContacts("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableContacts("version")
    rows = plain.get("contacts")
    if not isinstance(rows, list) or len(rows) > MOST_CONTACTS:
        raise UnreadableContacts("contacts")
    return tuple(contact for row in rows if (contact := _contact(row)) is not None)


def _contact(row: object) -> Contact | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("role"), str):
        raise UnreadableContacts("a contact without a role")
    texts = {name: row.get(name, "") for name in _TEXTS}
    if any(not isinstance(text, str) or len(text) > MAX_TEXT for text in texts.values()):
        raise UnreadableContacts("a contact without a name")
    if row["role"] not in list(ContactRole):
        return None
    return Contact(ContactRole(row["role"]), **texts)


def enter_contacts(db: Database, body: bytes, letter: int) -> bool:
    """Keep a book that came in the letter of this number, inside the caller's transaction.

    False where a newer one is here already. Raises UnreadableContacts.
    """
    read_contacts_body(body)
    changed = db.conn.execute(
        "INSERT INTO contact_book VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE"
        " SET letter = excluded.letter, body = excluded.body WHERE excluded.letter > contact_book.letter",
        (letter, body),
    )
    return bool(changed.rowcount)


def held_contacts(db: Database) -> tuple[Contact, ...]:
    """The book of this desk."""
    row = db.conn.execute("SELECT body FROM contact_book").fetchone()
    return read_contacts_body(bytes(row[0])) if row else ()


def contacts_for(subject: Subject | None, contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Whom to call about what a hit is about. At a discreet check nobody at the post is called."""
    roles: tuple[ContactRole, ...] = (ContactRole.BUREAU,)
    if subject is not Action.DISCREET:
        roles = (*roles, ContactRole.SECOND_LINE, ContactRole.INTERPRETER)
    if subject is Action.PROTECT:
        roles = (ContactRole.VICTIM_SUPPORT, *roles)
    book = tuple(contacts)
    return tuple(each for role in roles for each in book if each.role is role)
