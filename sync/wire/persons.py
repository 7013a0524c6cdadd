"""Everything but travel documents, as rows: CBOR under zstd, sorted by key.

Persons have arrays of their own; of the other kinds the plain form of `borderdesk.watchlist.plain` travels, which
leaves out what holds its default.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeVar

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.watchlist import Action, DocumentMention, NameQuality, Person, PersonName
from borderdesk.watchlist.plain import from_plain, to_plain
from borderdesk.watchlist.records import Thinglike
from sync.wire.cbor import Fields, decode, encode, ordinal
from sync.wire.columns import deflate, inflate
from sync.wire.refusals import EDITION

BLOCK_PERSONS: Final = 4096
BLOCK_PHOTOS: Final = 64
"""A block is in memory whole: some six megabytes of the largest photos."""

_MAX_BLOCK: Final = 64 * 1024 * 1024
_MANY: Final = 500
_LONG: Final = 2000
_REMARKS: Final = 20_000
_TALLEST_CM: Final = 300


def pack_persons(persons: list[Person]) -> bytes:
    """Pack persons that are sorted by key."""
    return deflate(encode([_out(person) for person in persons]))


def unpack_persons(data: bytes) -> list[Person]:
    """What `pack_persons` was given. Raises Malformed or ValueError."""
    whole = Fields([decode(inflate(data, _MAX_BLOCK), EDITION, _MAX_BLOCK)], EDITION, 1)
    persons = [_in(value) for value in whole.array(BLOCK_PERSONS)]
    if any(not earlier.key < later.key for earlier, later in pairwise(persons)):
        raise ValueError("persons out of order")
    return persons


def pack_things(things: list[Thinglike]) -> bytes:
    """Pack records of another kind that are sorted by key."""
    return deflate(encode([to_plain(thing) for thing in things]))


def unpack_things(data: bytes, kind: type[Thinglike]) -> list[Thinglike]:
    """What `pack_things` was given. Raises Malformed or ValueError."""
    whole = Fields([decode(inflate(data, _MAX_BLOCK), EDITION, _MAX_BLOCK)], EDITION, 1)
    things = [from_plain(kind, value) for value in whole.array(BLOCK_PERSONS)]
    if any(not earlier.key < later.key for earlier, later in pairwise(things)):
        raise ValueError("records out of order")
    return things


def _out(person: Person) -> list[object]:
    return [
        person.key,
        [[name.full, name.surname, name.given, name.quality.value] for name in person.names],
        [birth.iso for birth in person.births],
        list(person.birth_places),
        list(person.nationalities),
        person.sex,
        [[document.number, document.type, document.state] for document in person.documents],
        person.action.value,
        list(person.warnings),
        person.reference,
        ordinal(person.listed_on),
        person.remarks,
        person.colour,
        person.kind,
        person.issued_by,
        list(person.marks),
        person.height_cm,
        list(person.languages),
        list(person.offences),
        list(person.photos),
    ]


def _in(value: object) -> Person:
    fields = Fields(value, EDITION, 20)
    return Person(
        key=RecordKey(fields.text(_LONG)),
        names=tuple(_name(name) for name in fields.array(_MANY)),
        births=tuple(PartialDate.parse(text) for text in fields.texts(_MANY, 10)),
        birth_places=fields.texts(_MANY, _LONG),
        nationalities=fields.texts(_MANY, 64),
        sex=fields.text(1, empty=True),
        documents=tuple(_document(document) for document in fields.array(_MANY)),
        action=_one_of(Action, fields.text(16)),
        warnings=fields.texts(_MANY, _LONG),
        reference=fields.text(_LONG, empty=True),
        listed_on=fields.day(),
        remarks=fields.text(_REMARKS, empty=True),
        colour=fields.text(64, empty=True),
        kind=fields.text(64, empty=True),
        issued_by=fields.text(64, empty=True),
        marks=fields.texts(_MANY, _LONG),
        height_cm=fields.integer(0, _TALLEST_CM),
        languages=fields.texts(_MANY, 64),
        offences=fields.texts(_MANY, _LONG),
        photos=fields.texts(_MANY, 64),
    )


def _name(value: object) -> PersonName:
    fields = Fields(value, EDITION, 4)
    return PersonName(
        fields.text(_LONG),
        fields.text(_LONG, empty=True),
        fields.text(_LONG, empty=True),
        _one_of(NameQuality, fields.text(16)),
    )


def _document(value: object) -> DocumentMention:
    fields = Fields(value, EDITION, 3)
    return DocumentMention(fields.text(_LONG), fields.text(_LONG, empty=True), fields.text(_LONG, empty=True))


_Word = TypeVar("_Word", bound=StrEnum)


def _one_of(words: type[_Word], text: str) -> _Word:
    try:
        return words(text)
    except ValueError as error:
        raise ValueError(f"not one of the known words: {text[:20]}") from error
