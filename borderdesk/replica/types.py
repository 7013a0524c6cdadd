"""What crosses the border of the replica: what was found, from which edition, and how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlite_utils import Database

from borderdesk.ids import ListName, RecordRef
from borderdesk.watchlist import (
    Edition,
    ListKind,
    NoticeDocument,
    Person,
    Scheme,
    Thinglike,
    TravelDocument,
    Withdrawal,
)


class Freshness(StrEnum):
    """How old a list's copy is, by the bureau's policy."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class HeldList:
    """One list as this desk holds it: which edition, and how old it was when the question was asked.

    `details` as in `Edition`: None where everything is held. `held_until` is when it must be destroyed here, if ever.
    """

    name: ListName
    title: str
    edition: int
    rows: int
    published_at: datetime
    age: timedelta
    freshness: Freshness
    details: tuple[str, ...] | None = None
    held_until: datetime | None = None
    kind: ListKind | None = None
    """What it is a list of; None where that was not kept."""


class MatchClass(StrEnum):
    """How a number that was found relates to the number that was asked. Only the first three are hits."""

    EXACT = "exact"
    RANGE = "range"  # inside a range of stolen blanks
    STATE_ALIAS = "state alias"  # the same state under another code
    OVERFLOW = "overflow"  # the same number, printed with or without its overflow or check digit
    NUMBER_ONLY = "number only"  # the same number of a thing whose make is another or unknown
    LOOK_ALIKE = "look-alike"  # 0/O, 1/I, 2/Z, 5/S, 6/G, 8/B …
    ONE_EDIT = "one edit"  # one character more, less, or other, or two neighbours swapped

    @property
    def is_hit(self) -> bool:
        """True for *hit*, False for *near*: near answers are shown, never called a match."""
        return self in (MatchClass.EXACT, MatchClass.RANGE, MatchClass.STATE_ALIAS)


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """A listed document that answers a look-up. `withdrawn` is set where the record is no longer in force."""

    record: RecordRef
    document: TravelDocument
    match: MatchClass
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class ThingMatch:
    """A listed thing (vehicle, vessel, firearm, notice document …) that answers a mark.

    `number` is the mark as listed, in normal form. `entry` is None where the record is no longer in force; `withdrawn`
    then says since when and why.
    """

    record: RecordRef
    entry: Thinglike | None
    scheme: Scheme
    number: str
    match: MatchClass
    withdrawn: Withdrawal | None = None

    @property
    def order(self) -> int:
        """Hits before near."""
        return list(MatchClass).index(self.match)


@dataclass(frozen=True, slots=True)
class NoticeDocumentMatch:
    """A genuine document whose *bearer* is sought (TDAWN). A type of its own, so that no screen takes it for SLTD."""

    record: RecordRef
    document: NoticeDocument
    match: MatchClass


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying an edition changed."""

    edition: Edition
    from_edition: int | None
    withdrawn: int
    upserted: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A list that was destroyed at this desk: the edition that was held."""

    edition: Edition


@dataclass(frozen=True, slots=True)
class Verified:
    """What reading a whole list again found, beside what the bureau signed."""

    edition: Edition
    rows: int
    digest: bytes

    @property
    def is_whole(self) -> bool:
        """True where the list is exactly what the bureau published."""
        return self.rows == self.edition.rows and self.digest == self.edition.digest


@dataclass(frozen=True, slots=True)
class PersonsChanged:
    """Told to listeners when an edition of a list of persons was applied.

    `whole` says that the list was replaced, so that everything known of it before is void: what it holds now is read
    from the database, for a million persons in memory are more than a small PC has. Else `persons` are those that came
    or have new values.
    """

    edition: Edition
    whole: bool
    withdrawals: tuple[Withdrawal, ...]
    persons: tuple[Person, ...]


class EditionListener(Protocol):
    """Something that keeps a view of its own on the lists (the name index). Called inside the applying transaction."""

    def persons_changed(self, db: Database, change: PersonsChanged) -> None:
        """Bring the view up to date in `db`; raising rolls the whole edition back."""
        ...
