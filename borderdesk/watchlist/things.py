"""Records beside documents and persons: ranges, notice documents, circulars, vehicles, vessels, firearms, things.

Every record says under which marks it can be found (`marks`); the replica needs to know nothing else about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey


class Scheme(StrEnum):
    """What kind of number a mark is. Marks of different schemes are never compared."""

    DOCUMENT = "document"
    VIN = "vin"
    ENGINE = "engine"
    PLATE = "plate"
    REGISTRATION = "registration"
    PART = "part"
    IMO = "imo"
    MMSI = "mmsi"
    HULL = "hull"
    CALL_SIGN = "call sign"
    SERIAL = "serial"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True)
class Mark:
    """One number a record can be found under, as the list writes it.

    `scope` narrows it where numbers are only unique inside something: the state of a plate or a document, the make of
    a firearm. Empty where unknown or not needed.
    """

    scheme: Scheme
    number: str
    scope: str = ""


class ThingStatus(StrEnum):
    """Why a thing is on a list (INTERPOL's iARMS and SMV know these)."""

    STOLEN = "stolen"
    LOST = "lost"
    TRAFFICKED = "trafficked"
    WANTED = "wanted"  # to be found for another reason, which the remarks give


@dataclass(frozen=True, slots=True)
class BlankRange:
    """An unbroken range of stolen blank documents: every number from `first` to `last`, both included.

    Both are in normal form, of one length, with the same beginning and digits at the end.
    Raises ValueError where they make no range.
    """

    state: str
    type: str
    first: str
    last: str
    stolen_on: date | None = None
    reported_on: date | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        if self.prefix != self.last[: len(self.prefix)] or len(self.first) != len(self.last) or self.low > self.high:
            raise ValueError(f"not a range of numbers: {self.first} to {self.last}")

    @property
    def key(self) -> RecordKey:
        """`state/type/first-last`."""
        return RecordKey(f"{self.state}/{self.type}/{self.first}-{self.last}")

    @property
    def prefix(self) -> str:
        """What all numbers of the range begin with: everything before the digits at the end."""
        return split_number(self.first)[0]

    @property
    def low(self) -> int:
        """The digits at the end of the first number."""
        return split_number(self.first)[1]

    @property
    def high(self) -> int:
        """The digits at the end of the last number."""
        return split_number(self.last)[1]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """None: ranges are found by lying around a number."""
        return ()

    def holds(self, number: str) -> bool:
        """Whether a number in normal form lies in the range."""
        if len(number) != len(self.first) or not number[-1:].isdigit():
            return False
        beginning, place = split_number(number)
        return beginning == self.prefix and self.low <= place <= self.high


def split_number(number: str) -> tuple[str, int]:
    """A number's beginning, and the digits at its end as a whole number. Raises ValueError where it ends otherwise."""
    beginning = number.rstrip("0123456789")
    if beginning == number:
        raise ValueError(f"{number} does not end in digits")
    return beginning, int(number[len(beginning) :])


@dataclass(frozen=True, slots=True)
class NoticeDocument:
    """A document associated with a notice (TDAWN): the document is genuine, its *bearer* is sought.

    Never to be shown like a stolen document. `notice` is the notice's reference, `colour` its code
    (`borderdesk.codes`), `holder` the name it gives, `action` what the bureau asks for.
    """

    state: str
    type: str
    number: str
    notice: str
    colour: str = ""
    holder: str = ""
    births: tuple[PartialDate, ...] = ()
    action: str = ""
    warnings: tuple[str, ...] = ()
    expires_on: date | None = None

    @property
    def key(self) -> RecordKey:
        """`state/type/number/notice`: several notices may name one document."""
        return RecordKey(f"{self.state}/{self.type}/{self.number}/{self.notice}")

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Its number, of its state."""
        return (Mark(Scheme.DOCUMENT, self.number, self.state),)


@dataclass(frozen=True, slots=True)
class Circular:
    """A notice without a person to find by name: an unknown body (black), a danger (orange), a method (purple), assets.

    Read and searched as text. `colour` is a code of `borderdesk.codes`; `kind` is `notice` or `diffusion`.
    """

    key: RecordKey
    colour: str
    title: str
    text: str = ""
    kind: str = "notice"
    issued_by: str = ""
    published_on: date | None = None
    warnings: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """None: it is read, not looked up."""
        return ()


@dataclass(frozen=True, slots=True)
class Plate:
    """A number plate of a country (ICAO letters), as it is written."""

    country: str
    number: str


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A stolen or wanted motor vehicle, trailer or caravan."""

    key: RecordKey
    status: ThingStatus
    vin: str = ""
    engines: tuple[str, ...] = ()
    plates: tuple[Plate, ...] = ()
    registration: str = ""
    category: str = ""
    make: str = ""
    model: str = ""
    colour: str = ""
    year: int = 0
    country: str = ""
    taken_on: date | None = None
    reference: str = ""
    remarks: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """VIN, engines, plates, registration document."""
        found = [Mark(Scheme.VIN, self.vin), *(Mark(Scheme.ENGINE, each) for each in self.engines)]
        found += [Mark(Scheme.PLATE, each.number, each.country) for each in self.plates]
        found.append(Mark(Scheme.REGISTRATION, self.registration, self.country))
        return tuple(mark for mark in found if mark.number)


@dataclass(frozen=True, slots=True)
class Part:
    """An identifiable part of a vehicle, or an engine of a vessel. `kind` says what it is."""

    key: RecordKey
    status: ThingStatus
    kind: str
    serial: str
    make: str = ""
    model: str = ""
    country: str = ""
    taken_on: date | None = None
    reference: str = ""
    remarks: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Its number: engines are asked for as engines too."""
        scheme = Scheme.ENGINE if "engine" in self.kind.lower() else Scheme.PART
        return (Mark(scheme, self.serial, self.make),)


@dataclass(frozen=True, slots=True)
class Vessel:
    """A stolen or wanted ship or boat."""

    key: RecordKey
    status: ThingStatus
    name: str = ""
    imo: str = ""
    mmsi: str = ""
    hull: str = ""
    call_sign: str = ""
    registration: str = ""
    flag: str = ""
    engines: tuple[str, ...] = ()
    kind: str = ""
    make: str = ""
    model: str = ""
    length_cm: int = 0
    colour: str = ""
    taken_on: date | None = None
    reference: str = ""
    remarks: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """IMO, MMSI, hull number, call sign, registration of its flag, engines."""
        found = [
            Mark(Scheme.IMO, self.imo),
            Mark(Scheme.MMSI, self.mmsi),
            Mark(Scheme.HULL, self.hull),
            Mark(Scheme.CALL_SIGN, self.call_sign),
            Mark(Scheme.REGISTRATION, self.registration, self.flag),
            *(Mark(Scheme.ENGINE, each) for each in self.engines),
        ]
        return tuple(mark for mark in found if mark.number)


_NO_SERIAL: Final = frozenset({"", "NONE", "NSN", "NA", "UNKNOWN", "NOSERIAL", "OBLITERATED"})


@dataclass(frozen=True, slots=True)
class Firearm:
    """A lost, stolen or trafficked firearm. Serials are not unique: make, model and calibre belong to the key."""

    key: RecordKey
    status: ThingStatus
    serial: str
    make: str = ""
    model: str = ""
    calibre: str = ""
    kind: str = ""
    country: str = ""
    taken_on: date | None = None
    reference: str = ""
    remarks: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Its serial, of its make; nothing where the serial says that there is none."""
        bare = "".join(c for c in self.serial.upper() if c.isalnum())
        return () if bare in _NO_SERIAL else (Mark(Scheme.SERIAL, self.serial, self.make),)


@dataclass(frozen=True, slots=True)
class Thing:
    """Any other object with a number: a container, an aircraft engine, a work of art, a banknote series."""

    key: RecordKey
    status: ThingStatus
    category: str
    serial: str = ""
    container: str = ""
    make: str = ""
    model: str = ""
    country: str = ""
    taken_on: date | None = None
    reference: str = ""
    remarks: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Serial and container number."""
        found = (Mark(Scheme.SERIAL, self.serial, self.make), Mark(Scheme.CONTAINER, self.container))
        return tuple(mark for mark in found if mark.number)
