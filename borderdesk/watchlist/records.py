"""The entries of watchlists: one frozen type per kind, the same at the bureau, on the wire and at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from borderdesk.dates import PartialDate
from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist.photos import Photo
from borderdesk.watchlist.things import (
    BlankRange,
    Circular,
    Firearm,
    NoticeDocument,
    Part,
    Thing,
    Vehicle,
    Vessel,
)


class ListKind(StrEnum):
    """What a list holds. One list holds one kind."""

    DOCUMENTS = "documents"
    PERSONS = "persons"
    BLANK_RANGES = "blank ranges"
    NOTICE_DOCUMENTS = "notice documents"  # TDAWN: genuine papers of people who are sought
    CIRCULARS = "circulars"  # notices without a name to look for
    VEHICLES = "vehicles"
    PARTS = "parts"
    VESSELS = "vessels"
    FIREARMS = "firearms"
    THINGS = "things"
    PHOTOS = "photos"  # of persons and things on other lists; come after everything else


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A named collection that the bureau publishes.

    `title` is what the officer reads; `owner` is the authority that answers for the list's content.
    """

    name: ListName
    kind: ListKind
    title: str
    owner: str


class DocumentStatus(StrEnum):
    """Why a document is on the list (INTERPOL SLTD's types of fraud, with *invalid*)."""

    LOST = "lost"
    STOLEN = "stolen"
    STOLEN_BLANK = "blank"
    REVOKED = "revoked"
    INVALID = "invalid"
    LISTED = "listed"
    """On the list; why and since when is not part of this copy. Only a desk's share of a list has it."""


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """A stolen, lost, revoked or invalid travel document. Such lists hold no names.

    `state` is the issuing state in ICAO Doc 9303-3 letters (`D`, `FRA`, `UTO`); `type` the first letter of the document
    code (`P`, `I`, `V` …); `number` its normal form (`borderdesk.documents.normal_number`).
    """

    state: str
    type: str
    number: str
    status: DocumentStatus
    lost_on: date | None = None
    reported_on: date | None = None

    @property
    def key(self) -> RecordKey:
        """`state/type/number`."""
        return document_key(self.state, self.type, self.number)


def stolen_blank(blank: BlankRange, number: str) -> TravelDocument:
    """The document that a range of stolen blanks lists under one of its numbers, which is in normal form."""
    status = DocumentStatus.STOLEN_BLANK
    return TravelDocument(blank.state, blank.type, number, status, blank.stolen_on, blank.reported_on)


def document_key(state: str, type_: str, number: str) -> RecordKey:
    """The natural key of a travel document."""
    return RecordKey(f"{state}/{type_}/{number}")


class NameQuality(StrEnum):
    """How far the list's owner trusts a name."""

    PRIMARY = "primary"
    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name of a person, in one script.

    `full` is always given, as the list writes it; `surname` and `given` only where the list tells them apart.
    """

    full: str
    surname: str = ""
    given: str = ""
    quality: NameQuality = NameQuality.PRIMARY


@dataclass(frozen=True, slots=True)
class DocumentMention:
    """A document that a person's record names. `state` and `type` may be unknown (empty)."""

    number: str
    type: str = ""
    state: str = ""


class Action(StrEnum):
    """What the bureau asks the desk to do. A colour is not an instruction; this is."""

    ARREST = "arrest"  # arrest under national law
    SEIZE = "seize"
    LOCATE = "locate"  # locate and inform the bureau
    DISCREET = "discreet"  # report without letting the person notice
    PROTECT = "protect"  # protect as a victim
    REFER = "refer"  # refer to the second line and ask the bureau


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a list, under every name, date and nationality the list gives.

    `key` is the list's own id for the person. `nationalities` are ICAO letters; `sex` is `M`, `F` or empty.
    `births` may be partial and contradict each other; `warnings` are the owner's safety words (armed, violent …).
    `reference` is what the owner of the list calls the entry in correspondence.
    """

    key: RecordKey
    names: tuple[PersonName, ...]
    births: tuple[PartialDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    sex: str = ""
    documents: tuple[DocumentMention, ...] = ()
    action: Action = Action.REFER
    warnings: tuple[str, ...] = ()
    reference: str = ""
    listed_on: date | None = None
    remarks: str = ""
    colour: str = ""
    """Of the notice or diffusion (`borderdesk.codes.notice_colour`); empty for other lists."""
    kind: str = ""
    """`notice`, `diffusion` or `nominal`; empty for other lists."""
    issued_by: str = ""
    """The state or organization that asks, in ICAO letters."""
    marks: tuple[str, ...] = ()
    """Distinguishing marks in words."""
    height_cm: int = 0
    languages: tuple[str, ...] = ()
    offences: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    """SHA-256 of each photo, in hexadecimal. The photos themselves are a tier of their own, which comes later."""


Thinglike = BlankRange | NoticeDocument | Circular | Vehicle | Part | Vessel | Firearm | Thing | Photo
"""The records that are kept alike and found by their marks."""

Record = TravelDocument | Person | Thinglike
"""Any entry of any list."""

THING_TYPES: Final[dict[ListKind, type[Thinglike]]] = {
    ListKind.BLANK_RANGES: BlankRange,
    ListKind.NOTICE_DOCUMENTS: NoticeDocument,
    ListKind.CIRCULARS: Circular,
    ListKind.VEHICLES: Vehicle,
    ListKind.PARTS: Part,
    ListKind.VESSELS: Vessel,
    ListKind.FIREARMS: Firearm,
    ListKind.THINGS: Thing,
    ListKind.PHOTOS: Photo,
}
RECORD_TYPES: Final[dict[ListKind, type[Record]]] = {
    ListKind.DOCUMENTS: TravelDocument,
    ListKind.PERSONS: Person,
    **THING_TYPES,
}
"""Which record a list of each kind holds."""
