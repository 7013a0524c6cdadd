"""The UN Security Council's consolidated list, as XML.

https://scsanctions.un.org/resources/xml/en/consolidated.xml (schema https://www.un.org/sc/resources/sc-sanctions.xsd).
Individuals become persons; entities are reported as no persons. What has no place of its own in a record (titles,
designations, addresses, notes) is kept in its remarks, so that nothing the list says is lost to the officer.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import IO, Final, TypeVar
from xml.etree.ElementTree import Element

from borderdesk.codes import find_state
from borderdesk.dates import PartialDate
from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist.readers.names import is_nothing, names_in, person_name
from borderdesk.watchlist.readers.numbers import document_letter, written_number
from borderdesk.watchlist.readers.report import Loss, Read, Refusal, SourceStamp, UnreadableList, is_key, refuse
from borderdesk.watchlist.readers.xmlstream import XmlRoot, clean, text_of, xml_records
from borderdesk.watchlist.records import DocumentMention, ListKind, NameQuality, Person, PersonName, Watchlist
from borderdesk.words import Sentence, say

FORMAT: Final = "UN consolidated list (XML)"
UN_LIST: Final = Watchlist(
    ListName("un-sc"), ListKind.PERSONS, "UN Security Council consolidated list", "UN Security Council"
)

T = TypeVar("T")
_NAMES: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_SEXES: Final = {"male": "M", "female": "F"}
_ZONE: Final = re.compile(r"(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$")
"""What XML lets follow a date: a time and a zone, which say nothing of a day of birth."""
_MAX_YEARS: Final = 15
"""A range of birth years longer than this says too little to be spelt out year by year."""
# Bookkeeping of the list itself, and the list's name in every record.
_NOT_CARRIED: Final = frozenset({"DATAID", "VERSIONNUM", "LIST_TYPE", "SORT_KEY", "SORT_KEY_LAST_MOD"})
_KNOWN: Final = frozenset(
    {
        *_NAMES,
        *_NOT_CARRIED,
        *("REFERENCE_NUMBER", "UN_LIST_TYPE", "LISTED_ON", "LAST_DAY_UPDATED", "GENDER", "COMMENTS1", "TITLE"),
        *("DESIGNATION", "NATIONALITY", "NAME_ORIGINAL_SCRIPT", "INDIVIDUAL_ALIAS", "INDIVIDUAL_ADDRESS"),
        *("INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_PLACE_OF_BIRTH", "INDIVIDUAL_DOCUMENT"),
    }
)


def read_un(stream: IO[bytes]) -> Iterator[Read]:
    """Read the list as it streams by: its stamp, then persons and refusals in the order of the file.

    Raises UnreadableList where the file is not this format.
    """
    seen: set[str] = set()
    for found in xml_records(stream, FORMAT, frozenset({"INDIVIDUAL", "ENTITY"})):
        if isinstance(found, XmlRoot):
            if found.tag != "CONSOLIDATED_LIST":
                raise UnreadableList(FORMAT, 1, say("its outermost element is {tag}.", tag=found.tag))
            yield SourceStamp(_moment(found.attributes.get("dateGenerated", "")))
            continue
        element, line = found.element, found.line
        reference = text_of(element, "REFERENCE_NUMBER")
        names = " ".join(filter(None, (text_of(element, tag) for tag in _NAMES)))
        if element.tag == "ENTITY":
            why = say("It is an organisation; only persons are imported from this list.")
            yield refuse(line, reference, "ENTITY", names, why, Loss.RECORD)
        elif not is_key(reference) or reference in seen:
            why = say("Its reference number is missing, or was used before in this file.")
            yield refuse(line, reference, "REFERENCE_NUMBER", names, why, Loss.RECORD)
        else:
            seen.add(reference)
            entry = _Entry(element, line, reference)
            person = entry.person()
            yield from entry.refusals
            if person is not None:
                yield person


@dataclass(slots=True)
class _Entry:
    """One INDIVIDUAL while it is read."""

    element: Element
    line: int
    reference: str
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    births: list[PartialDate] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def person(self) -> Person | None:
        names = self._names()
        if not names:
            self._refuse("FIRST_NAME", "", say("It has no name."), Loss.RECORD)
            return None
        self._births()
        self._places()
        nationalities, documents, sex = self._nationalities(), self._documents(), self._sex()
        listed_on = self._day("LISTED_ON", text_of(self.element, "LISTED_ON"))
        self._other_remarks()
        return Person(
            key=RecordKey(self.reference),
            names=names,
            births=_once(self.births),
            birth_places=_once(self.places),
            nationalities=nationalities,
            sex=sex,
            documents=documents,
            reference=self.reference,
            listed_on=listed_on,
            remarks="\n".join(_once(self.remarks)),
        )

    def _names(self) -> tuple[PersonName, ...]:
        names: list[PersonName] = []
        main = [text_of(self.element, tag) for tag in _NAMES]
        main = [part for part in main if part and not is_nothing(part)]
        if main:
            names.append(PersonName(" ".join(main)))
        original = text_of(self.element, "NAME_ORIGINAL_SCRIPT")
        names += [PersonName(name) for name in names_in(original).names]
        for alias in self.element.iterfind("INDIVIDUAL_ALIAS"):
            names += self._alias(alias)
        return _once(names)

    def _alias(self, alias: Element) -> list[PersonName]:
        text, quality, note = text_of(alias, "ALIAS_NAME"), text_of(alias, "QUALITY"), text_of(alias, "NOTE")
        grades = {"good": NameQuality.STRONG, "a.k.a.": NameQuality.STRONG, "f.k.a.": NameQuality.STRONG}
        found = names_in(text)
        if text and not found.names:
            self._refuse("ALIAS_NAME", text, say("There is no name in it."))
        self.remarks += [f"{text}: {said}" for said in (*found.notes, note) if said]
        self._birth_text("INDIVIDUAL_ALIAS/DATE_OF_BIRTH", text_of(alias, "DATE_OF_BIRTH"))
        place = ", ".join(filter(None, (text_of(alias, "CITY_OF_BIRTH"), text_of(alias, "COUNTRY_OF_BIRTH"))))
        if place:
            self.places.append(place)
        return [person_name(name, grades.get(quality.lower(), NameQuality.WEAK)) for name in found.names]

    def _births(self) -> None:
        for birth in self.element.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
            kind, note = text_of(birth, "TYPE_OF_DATE"), text_of(birth, "NOTE")
            if kind == "BETWEEN":
                self._birth_range(text_of(birth, "FROM_YEAR"), text_of(birth, "TO_YEAR"))
            text = text_of(birth, "DATE") or text_of(birth, "YEAR")
            self._birth_text("INDIVIDUAL_DATE_OF_BIRTH", text)
            if kind == "APPROXIMATELY":
                self.remarks.append(f"Date of birth approximate: {text}" + (f" ({note})" if note else ""))
            elif note:
                known = text or f"{text_of(birth, 'FROM_YEAR')}-{text_of(birth, 'TO_YEAR')}"
                self.remarks.append(f"Date of birth {known.strip('-')}: {note}")

    def _birth_range(self, first: str, last: str) -> None:
        if first.isdigit() and last.isdigit() and 0 <= int(last) - int(first) <= _MAX_YEARS:
            self.births += [PartialDate(year) for year in range(int(first), int(last) + 1)]
            self.remarks.append(f"Born between {first} and {last}")
        else:
            why = say("It is no range of at most {years} years.", years=_MAX_YEARS)
            self.remarks.append(f"Born between {first or '?'} and {last or '?'}")
            self._refuse("INDIVIDUAL_DATE_OF_BIRTH", f"{first}-{last}", why, Loss.MOVED)

    def _birth_text(self, field_: str, text: str) -> None:
        if not text:
            return
        try:
            self.births.append(PartialDate.parse(_ZONE.sub("", text)))
        except ValueError:
            self.remarks.append(f"Date of birth: {text}")
            self._refuse(field_, text, say("It is no date."), Loss.MOVED)

    def _places(self) -> None:
        for place in self.element.iterfind("INDIVIDUAL_PLACE_OF_BIRTH"):
            parts = [text_of(place, tag) for tag in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")]
            if any(parts):
                self.places.append(", ".join(filter(None, parts)))
            note = text_of(place, "NOTE")
            if note:
                self.remarks.append(f"Place of birth: {note}")

    def _nationalities(self) -> tuple[str, ...]:
        codes: list[str] = []
        for value in self._values("NATIONALITY"):
            state = find_state(value)
            if state is not None:
                codes.append(state.code)
            elif not is_nothing(value):
                self.remarks.append(f"Nationality: {value}")
                self._refuse("NATIONALITY", value, say("It is no state with a code of its own."), Loss.MOVED)
        return _once(codes)

    def _sex(self) -> str:
        text = text_of(self.element, "GENDER")
        if text and text.lower() not in _SEXES:
            self._refuse("GENDER", text, say("It is neither male nor female."))
        return _SEXES.get(text.lower(), "")

    def _documents(self) -> tuple[DocumentMention, ...]:
        documents: list[DocumentMention] = []
        for document in self.element.iterfind("INDIVIDUAL_DOCUMENT"):
            parts = {child.tag: clean(child.text) for child in document}
            kind = " ".join(filter(None, (parts.pop("TYPE_OF_DOCUMENT", ""), parts.pop("TYPE_OF_DOCUMENT2", ""))))
            written = parts.pop("NUMBER", "")
            country = parts.pop("ISSUING_COUNTRY", "") or parts.get("COUNTRY_OF_ISSUE", "")
            rest = ", ".join(f"{tag.replace('_', ' ').lower()} {text}" for tag, text in parts.items() if text)
            if not written and any(c.isdigit() for c in kind):
                written = kind
            number = written_number(written)
            state = find_state(country) if country else number.state
            if country and state is None:
                self._refuse("INDIVIDUAL_DOCUMENT", country, say("It is no state with a code of its own."), Loss.MOVED)
            if number.bare:
                letter = document_letter(f"{kind} {written}")
                documents.append(DocumentMention(number.bare, letter, state.code if state else ""))
            elif kind or written:
                why = say("It names a document, but no number that could be compared.")
                self._refuse("INDIVIDUAL_DOCUMENT", f"{kind} {written}", why, Loss.MOVED)
            said = " ".join(filter(None, (kind, written, f"({country})" if country else "")))
            if said or rest:
                self.remarks.append("Document: " + ", ".join(filter(None, (said, rest))))
        return _once(documents)

    def _other_remarks(self) -> None:
        head: list[str] = []
        comments = text_of(self.element, "COMMENTS1")
        for label, tag in (("Title", "TITLE"), ("Designation", "DESIGNATION")):
            values = self._values(tag)
            if values:
                head.append(f"{label}: {'; '.join(values)}")
        if comments:
            head.append(comments)
        for address in self.element.iterfind("INDIVIDUAL_ADDRESS"):
            parts = [clean(part.text) for part in address if clean(part.text)]
            if parts:
                self.remarks.append(f"Address: {', '.join(parts)}")
        updated = [value for value in self._values("LAST_DAY_UPDATED") if value]
        if updated:
            self.remarks.append(f"Updated: {max(updated)}")
        self.remarks[:0] = head
        regime = text_of(self.element, "UN_LIST_TYPE")
        if regime:
            self.remarks.append(f"Regime: {regime}")
        for child in self.element:
            if child.tag not in _KNOWN and clean("".join(child.itertext())):
                text = clean(" ".join(child.itertext()))
                self.remarks.append(f"{child.tag}: {text}")
                self._refuse(child.tag, text, say("The field is not known."), Loss.MOVED)

    def _values(self, tag: str) -> list[str]:
        values = (clean(value.text) for outer in self.element.iterfind(tag) for value in outer.iterfind("VALUE"))
        return [value for value in values if value]

    def _day(self, field_: str, text: str) -> date | None:
        try:
            return date.fromisoformat(_ZONE.sub("", text)) if text else None
        except ValueError:
            self._refuse(field_, text, say("It is no date."))
            return None

    def _refuse(self, field_: str, value: str, reason: Sentence, loss: Loss = Loss.VALUE) -> None:
        self.refusals.append(refuse(self.line, self.reference, field_, value, reason, loss))


def _once(values: list[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _moment(text: str) -> datetime | None:
    """The list's own date in UTC; None where it gives none that can be read."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC) if text else None
    except ValueError:
        return None


def open_shipped_un() -> IO[bytes]:
    """The dated copy of the list that comes with BorderDesk (`borderdesk/watchlist/data/SOURCES.md`), unpacked."""
    return lzma.open(str(files("borderdesk.watchlist") / "data" / "un-sc-consolidated-2026-02-27.xml.xz"))
