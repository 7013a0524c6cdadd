"""UN/EDIFACT PAXLST (WCO/IATA/ICAO API guidelines, D:02B to D:12B), and the older US EDIFACT form with one PDT segment
a person: every person is kept, whatever else is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from borderdesk.documents.passengers.dates import listed_date
from borderdesk.documents.passengers.edifact import Segment, segments
from borderdesk.documents.passengers.types import Leg, ListedDocument, ListedPerson, PassengerList, warning
from borderdesk.findings import Finding
from borderdesk.words import Sentence, say

_ROLES = {"FL": "passenger", "FM": "crew", "DDU": "transit", "DDT": "crew in transit"}
_OTHER_PARTIES = frozenset({"MS", "MR", "CA", "CN", "CZ", "AG", "GR", "DT", "TR", "OP"})
"""Parties that are no people: sender, receiver, carrier and so on. Any other party that has a birth date, a nationality
or a document is a person, whatever a carrier calls it."""

_DEPARTS = frozenset({"189", "136"})
_ARRIVES = frozenset({"232", "132"})
_STOPS = frozenset({"125", "87", "92", "5", "8", "PT", "188", "172"})
_SEXES = {"1": "M", "2": "F"}


@dataclass
class _Stop:
    place: str
    departs: str = ""
    arrives: str = ""


@dataclass
class _Reader:
    today: date
    warnings: list[Finding] = field(default_factory=list)
    people: list[ListedPerson] = field(default_factory=list)
    legs: dict[Leg, None] = field(default_factory=dict)
    flights: set[str] = field(default_factory=set)
    sender: str = ""
    crew_list: bool = False
    person: ListedPerson | None = None
    is_person: bool = True
    document: ListedDocument | None = None
    documents: list[ListedDocument] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    carrier: str = ""
    flight: str = ""
    stops: list[_Stop] = field(default_factory=list)
    in_message: int = 0
    in_group: int = 0
    messages: int = 0
    groups: int = 0
    open_message: bool = False
    people_before: int = 0
    last_part: str = ""

    def read(self, all_segments: list[Segment]) -> PassengerList:
        for segment in all_segments:
            self.in_message += 1
            handle = getattr(self, f"_{segment.tag.lower()}", None)
            if handle:
                handle(segment)
        self._end_message(complete=False)
        self._end_person()
        self._end_legs()
        if self.last_part == "C":
            self._warn("part_missing", say("The last part of this list has not been sent."))
        if not self.people:
            self._warn("nobody", say("The list names nobody; compare it with what the carrier says."))
        return PassengerList("PAXLST", self.sender, tuple(self.legs), tuple(self.people), tuple(self.warnings))

    # Envelopes -----------------------------------------------------------------------------------------------------

    def _unb(self, segment: Segment) -> None:
        self.sender = segment.get(1) or self.sender

    def _ung(self, segment: Segment) -> None:
        self.groups += 1
        self.in_group = 0

    def _unh(self, segment: Segment) -> None:
        self._end_message(complete=False)
        self._end_person()
        self._end_legs()
        self.open_message, self.in_message = True, 1
        self.messages += 1
        self.in_group += 1
        self.people_before = len(self.people)
        self.last_part = segment.get(3, 1) or self.last_part
        if segment.get(1) and segment.get(1).upper() != "PAXLST":
            self._warn("other_message", say("A message is no PAXLST; what it names is read all the same."))

    def _unt(self, segment: Segment) -> None:
        self._end_person()
        if segment.get(0).isdecimal() and int(segment.get(0)[:9]) != self.in_message:
            self._warn("segment_count", say("The message does not have as many segments as it says."))
        self._end_message(complete=True)

    def _une(self, segment: Segment) -> None:
        if segment.get(0).isdecimal() and int(segment.get(0)[:9]) != self.in_group:
            self._warn("group_count", say("The group does not have as many messages as it says."))

    def _unz(self, segment: Segment) -> None:
        inside = self.groups or self.messages
        if segment.get(0).isdecimal() and int(segment.get(0)[:9]) != inside:
            self._warn("interchange_count", say("The interchange does not hold as many parts as it says."))

    def _end_message(self, *, complete: bool) -> None:
        if self.open_message and not complete:
            self._warn("unfinished", say("The message ends without its trailer; it may be cut."))
        self.open_message = False

    def _cnt(self, segment: Segment) -> None:
        self._end_person()
        said = segment.get(0, 1) or segment.get(1)
        if segment.get(0) not in ("41", "42") or not said.isdecimal():
            return
        found = len(self.people) - self.people_before
        if int(said[:9]) not in (found, len(self.people)) and self.last_part != "C":
            self.warnings.append(
                warning("people_count", say("The list says {said} people and names {found}.", said=said, found=found))
            )

    # Journey -------------------------------------------------------------------------------------------------------

    def _bgm(self, segment: Segment) -> None:
        self.crew_list = segment.get(0) == "250"

    def _tdt(self, segment: Segment) -> None:
        self._end_legs()
        self.flight = segment.get(1)
        self.carrier = segment.get(4) or segment.get(1)[:2]

    def _end_legs(self) -> None:
        stops = self.stops
        if len(stops) == 1:
            stops = [stops[0], _Stop("")]
        for one, other in pairwise(stops):
            leg = Leg(self.carrier, self.flight, one.place, other.place, one.departs, other.arrives)
            self.legs[leg] = None
        if not stops and self.flight and self.flight not in self.flights:
            self.legs[Leg(self.carrier, self.flight, "", "")] = None
        self.flights.add(self.flight)
        self.stops = []
        self.flight = self.carrier = ""

    # People --------------------------------------------------------------------------------------------------------

    def _nad(self, segment: Segment) -> None:
        self._end_person()
        kind = segment.get(0).upper()
        if kind == "MS":
            said = " ".join(segment.elements[3]).strip() if len(segment.elements) > 3 else ""
            self.sender = said or self.sender
        at = next((n for n in (3, 2, 1) if segment.get(n) or segment.get(n, 1)), 3)
        names = [segment.get(at, component) for component in range(5)]
        self._begin_person(_ROLES.get(kind, "passenger"), names[0], names[1:])
        self.is_person = kind in _ROLES
        if kind in _OTHER_PARTIES:
            self.person = None

    def _begin_person(self, role: str, surname: str, given: list[str]) -> None:
        if self.crew_list and role == "passenger":
            role = "crew"
        if not any(given):
            # Reservation systems write SURNAME/GIVEN in one field.
            surname, _, rest = surname.partition("/")
            given = [rest]
        self.person = ListedPerson(role, surname.strip(), " ".join(filter(None, (part.strip() for part in given))))
        self.is_person = True

    def _end_person(self) -> None:
        self._end_document()
        person = self.person
        if person is not None:
            person = replace(person, documents=tuple(self.documents), references=tuple(self.references))
        if person is not None and (self.is_person or person.documents or person.birth_date_raw or person.nationality):
            if not person.surname or not person.given:
                self._warn("name_part", say("A person has no surname or no given name."))
            if not person.documents:
                self._warn("no_document", say("A person is listed without a document."))
            self.people.append(person)
        self.person = None
        self.documents, self.references = [], []

    def _end_document(self) -> None:
        if self.person is not None and self.document is not None:
            if self.document.type or self.document.number:
                self.documents.append(self.document)
            else:
                self._warn("document_empty", say("A document is listed without type and number."))
        self.document = None

    def _pdt(self, segment: Segment) -> None:
        """US EDIFACT: type/number:expiry:issuer + surname:given:middle:birth:sex + kind + from:to, all in one."""
        self._end_person()
        role = "crew" if segment.get(2).upper().startswith("CR") else "passenger"
        self._begin_person(role, segment.get(1), [segment.get(1, 1), segment.get(1, 2)])
        if self.person is None:
            return
        self.person = replace(
            self.person, sex=segment.get(1, 4).upper()[:1], embarks=segment.get(3), disembarks=segment.get(3, 1)
        )
        self._born(segment.get(1, 3))
        kind, _, number = segment.get(0).partition("/")
        self.document = ListedDocument(kind if number else "", number or kind, segment.get(0, 2))
        self._expiry(segment.get(0, 1))
        self._end_person()

    def _att(self, segment: Segment) -> None:
        if self.person and segment.get(0) == "2":
            sex = (segment.get(2) or segment.get(1)).upper()[:1]
            self.person = replace(self.person, sex=_SEXES.get(sex, sex))

    def _dtm(self, segment: Segment) -> None:
        kind, value = segment.get(0), segment.get(0, 1) or segment.get(1) + segment.get(2)
        if self.person is None:
            if self.stops and kind in _DEPARTS:
                self.stops[-1].departs = value
            elif self.stops and kind in _ARRIVES:
                self.stops[-1].arrives = value
        elif kind == "329":
            self._born(value)
        elif kind == "36":
            self._expiry(value)

    def _born(self, value: str) -> None:
        born = listed_date(value, self.today)
        if born is None and value:
            self._warn("birth_date", say("A date of birth is no date."))
        if self.person is not None and value:
            self.person = replace(self.person, birth_date=born, birth_date_raw=value)

    def _expiry(self, value: str) -> None:
        if self.document is None:
            self._warn("expiry_alone", say("A date of expiry stands without a document."))
        elif self.document.expiry_date_raw:
            self._warn("expiry_twice", say("A document has two dates of expiry; the first is kept."))
        else:
            ends = listed_date(value, self.today, expiry=True)
            if ends is None and value:
                self._warn("expiry_date", say("A date of expiry is no date."))
            self.document = replace(self.document, expiry_date=ends, expiry_date_raw=value)

    def _loc(self, segment: Segment) -> None:
        kind, place = segment.get(0).lstrip("0").upper(), segment.get(1)
        if self.person is None:
            first_port = kind == "22" and not self.stops
            if (kind in _STOPS or first_port) and not (self.stops and self.stops[-1].place == place):
                self.stops.append(_Stop(place))
        elif kind == "91" and self.document is not None:
            self.document = replace(self.document, state=self.document.state or place)
        elif kind == "178":
            self.person = replace(self.person, embarks=place)
        elif kind == "179":
            self.person = replace(self.person, disembarks=place)
        elif kind == "174":
            self.person = replace(self.person, residence=place)
        elif kind == "180":
            city = " ".join(filter(None, (place, segment.get(2, 3) or segment.get(1, 3))))
            self.person = replace(self.person, birth_place=city)

    def _nat(self, segment: Segment) -> None:
        if self.person:
            self.person = replace(self.person, nationality=self.person.nationality or segment.get(1))

    def _rff(self, segment: Segment) -> None:
        if self.person and segment.get(0, 1):
            self.references.append((segment.get(0).upper(), segment.get(0, 1)))

    def _doc(self, segment: Segment) -> None:
        self._end_document()
        if self.person is None:
            return
        # Where the number is not in its element, it was put among the components of the type (DOC+P:::::X1234567).
        among = (segment.get(0, component) for component in range(8, 2, -1))
        self.document = ListedDocument(segment.get(0), segment.get(1) or next(filter(None, among), ""))

    def _warn(self, code: str, sentence: Sentence) -> None:
        self.warnings.append(warning(code, sentence))


def read_paxlst(text: str, today: date) -> PassengerList:
    """Read an interchange, or what is left of one. `today` decides centuries of birth."""
    return _Reader(today).read(segments(text))
