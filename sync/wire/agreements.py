"""Agreements between two bureaus: which lists the one lets the other have, how far, and until when. Pure.

An agreement comes as a letter from the list's owner to the partner, which is a desk to it: sealed, signed, numbered.
The partner's acceptance, and either side's word that it has ended, are an upload or a letter of their own. Both sides
keep the exact bytes: what was agreed is their hash.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from borderdesk.ids import ListName
from borderdesk.watchlist import RECORD_TYPES, ListKind, Record, TravelDocument
from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.letters import MAX_LETTER_BODY
from sync.wire.manifest import MAX_LISTS
from sync.wire.refusals import AGREEMENT

AGREEMENT_KIND: Final = "agreement"
"""The kind of letter that offers one."""

ACCEPTED_KIND: Final = "agreement-accepted"
"""The kind of upload that accepts it."""

ENDED_KIND: Final = "agreement-ended"
"""The kind of letter, or of upload, that ends it."""

MAX_WORDS: Final = 500
_MAX_STATES: Final = 300
_MAX_FIELDS: Final = 30
_MAX_NAME: Final = 200
_ID: Final = 64
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class AgreedList:
    """One list, as its owner names it, and how far it may be passed on.

    `states` (ICAO letters) are those whose records may be passed on; empty for all, then also records that name no
    state. `withheld` names fields of its records that are left out.
    """

    list: ListName
    kind: ListKind
    states: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    def allows(self, record: Record) -> bool:
        """Whether this record may be passed on at all."""
        if type(record) is not RECORD_TYPES[self.kind]:
            return False
        return not self.states or bool(states_of(record) & set(self.states))

    def passed_on(self, record: Record) -> Record:
        """The record without the fields that are withheld."""
        if not self.withheld:
            return record
        bare = {field.name: field.default for field in dataclasses.fields(record) if field.name in self.withheld}
        return dataclasses.replace(record, **bare)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one bureau lets another have. `hits`: reports about its records go to the owner by themselves.

    `owner` is the owner's name for people; it holds from `begins` until `ends`, both in UTC.
    """

    id: str
    owner: str
    lists: tuple[AgreedList, ...]
    begins: datetime
    ends: datetime
    hits: bool = True
    words: str = ""

    def of_list(self, name: ListName) -> AgreedList | None:
        """What is agreed about a list; None where nothing is."""
        return next((one for one in self.lists if one.list == name), None)

    def runs(self, now: datetime) -> bool:
        """Whether it holds at this time."""
        return self.begins <= now < self.ends

    @property
    def hash(self) -> bytes:
        """SHA-256 of its bytes: what the partner accepts."""
        return sha256(self.encode()).digest()

    def encode(self) -> bytes:
        """Its one form. Raises ValueError where it is too large for a letter."""
        lists = [[one.list, one.kind.value, list(one.states), list(one.withheld)] for one in self.lists]
        times = [stamp(self.begins), stamp(self.ends)]
        body = encode([_VERSION, self.id, self.owner, lists, *times, int(self.hits), self.words])
        if len(body) > MAX_LETTER_BODY:
            raise ValueError(f"an agreement has at most {MAX_LETTER_BODY} bytes, not {len(body)}")
        return body

    @classmethod
    def decode(cls, body: bytes) -> Agreement:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(body, AGREEMENT, MAX_LETTER_BODY), AGREEMENT, 8)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        id_, owner = fields.text(_ID), fields.text(_MAX_NAME)
        lists = tuple(_agreed(one) for one in fields.array(MAX_LISTS))
        begins, ends, hits = fields.time(), fields.time(), bool(fields.integer(0, 1))
        return cls(id_, owner, lists, begins, ends, hits, fields.text(MAX_WORDS, empty=True))


def _agreed(value: object) -> AgreedList:
    fields = Fields(value, AGREEMENT, 4)
    name, kind = ListName(fields.text(64)), fields.text(32)
    try:
        found = AgreedList(name, ListKind(kind), fields.texts(_MAX_STATES, 3), fields.texts(_MAX_FIELDS, 32))
    except ValueError:
        fields.refuse("a kind of list that is not known here")
    if not set(found.withheld) <= may_be_withheld(found.kind):
        fields.refuse("a field that cannot be left out")
    return found


def may_be_withheld(kind: ListKind) -> frozenset[str]:
    """The fields that records of a kind can do without."""
    known = dataclasses.fields(RECORD_TYPES[kind])
    return frozenset(one.name for one in known if one.default is not dataclasses.MISSING)


def states_of(record: Record) -> frozenset[str]:
    """The states a record belongs to: who issued the document, who asks for the person or the thing. May be empty."""
    if isinstance(record, TravelDocument):
        return frozenset({record.state})
    for name in ("state", "issued_by", "country", "flag"):
        found = getattr(record, name, "")
        if found:
            return frozenset({found})
    return frozenset(getattr(record, "nationalities", ()))


@dataclass(frozen=True, slots=True)
class AgreementWord:
    """Either side's word about an agreement, as ACCEPTED_KIND or ENDED_KIND: which one, by whom, when, and why."""

    id: str
    hash: bytes
    by: str
    at: datetime
    why: str = ""

    def encode(self) -> bytes:
        return encode([_VERSION, self.id, self.hash, self.by, stamp(self.at), self.why])

    @classmethod
    def decode(cls, body: bytes) -> AgreementWord:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(body, AGREEMENT, MAX_LETTER_BODY), AGREEMENT, 6)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        id_, hash_, by = fields.text(_ID), fields.blob(32, 32), fields.text(_MAX_NAME)
        return cls(id_, hash_, by, fields.time(), fields.text(MAX_WORDS, empty=True))
