"""A person while a reader gathers what one entry says. What has no place of its own ends as a remark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from borderdesk.codes import find_state
from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.names import is_nothing, names_in, person_name
from borderdesk.watchlist.readers.numbers import document_letter, written_number
from borderdesk.watchlist.readers.report import NO_KEY, Loss, Refusal, is_key, refuse
from borderdesk.watchlist.records import Action, DocumentMention, NameQuality, Person, PersonName
from borderdesk.words import Sentence, say

_SEXES = {"male": "M", "female": "F", "m": "M", "f": "F"}
_STATES_BETWEEN = re.compile(r"\s*(?:,|;|/|\band\b|\bor\b)\s*")
_FURTHER = re.compile(r"[(;]|\s+[A-Z][A-Za-z]+:|\s+POB\b")


@dataclass(slots=True)
class PersonDraft:
    """One entry. `line` and `record` say where it stands in its source."""

    line: int
    record: str
    refusals: list[Refusal] = field(default_factory=list)
    names: list[PersonName] = field(default_factory=list)
    births: list[PartialDate] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    documents: list[DocumentMention] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    sexes: set[str] = field(default_factory=set)
    listed_on: date | None = None

    def name(
        self, text: str, quality: NameQuality = NameQuality.PRIMARY, *, surname: str = "", given: str = ""
    ) -> None:
        """Add one name, or several written in one field."""
        if surname and given:
            self.names.append(PersonName(text or f"{surname}, {given}", surname, given, quality))
            return
        found = names_in(text)
        self.names += [person_name(one, quality) for one in found.names]
        self.remarks += [f"{text}: {note}" for note in found.notes]

    def born(self, field_: str, text: str) -> None:
        """Add what a text says of the day of birth."""
        if not text or is_nothing(text):
            return
        read = read_days(text)
        if read is None:
            # What stands before a bracket or a further statement still helps to find the person.
            self.moved(field_, f"Date of birth: {text}", text, say("It is no date, or says more than a date."))
            read = read_days(_FURTHER.split(text)[0])
            self.births += read.days if read else ()
            return
        self.births += read.days
        if read.about:
            self.remarks.append(f"Date of birth approximate: {text}")

    def born_at(self, text: str) -> None:
        """Add a place of birth."""
        if text and not is_nothing(text):
            self.places.append(text)

    def citizen(self, field_: str, text: str) -> None:
        """Add a nationality, or several in one field."""
        if not text or is_nothing(text):
            return
        text = text.removeprefix("possibly ")
        whole = find_state(text)
        if whole is not None:
            self.nationalities.append(whole.code)
            return
        for part in _STATES_BETWEEN.split(text):
            found = find_state(part)
            if found is not None:
                self.nationalities.append(found.code)
            elif part.strip():
                why = say("It is no state with a code of its own.")
                self.moved(field_, f"Nationality: {text}", part, why)

    def gender(self, field_: str, text: str) -> None:
        """Note male or female; anything else is reported."""
        if not text or is_nothing(text) or text.lower() in {"u", "unknown"}:
            return
        sex = _SEXES.get(text.lower().strip(" ."), "")
        if not sex:
            self.moved(field_, f"Gender: {text}", text, say("It is neither male nor female."))
        elif self.sexes and sex not in self.sexes:
            self.moved(field_, f"Gender: {text}", text, say("The list says male and female of one person."))
        self.sexes |= {sex} - {""}

    def document(self, field_: str, kind: str, written: str, country: str = "", *, remark: bool = True) -> None:
        """Add a document that the entry mentions; the text becomes a remark where it is not one already."""
        number = written_number(written)
        said = " ".join(filter(None, (kind, written, f"({country})" if country else "")))
        if remark:
            self.remarks.append(f"Document: {said}")
        if not number.bare:
            why = say("It names a document, but no number that could be compared.")
            self.moved(field_, "", said, why)
            return
        issuer = find_state(country) if country else number.state
        letter = document_letter(f"{kind} {written}")
        self.documents.append(DocumentMention(number.bare, letter, issuer.code if issuer else ""))

    def remark(self, label: str, text: str) -> None:
        """Keep a text for the officer."""
        if text and not is_nothing(text):
            self.remarks.append(f"{label}: {text}" if label else text)

    def moved(self, field_: str, remark: str, value: str, why: Sentence) -> None:
        """Report a value that is kept only as a remark."""
        if remark:
            self.remarks.append(remark)
        self.refusals.append(refuse(self.line, self.record, field_, value, why, Loss.MOVED))

    def person(self, *, reference: str = "", action: Action = Action.REFER) -> Person | None:
        """The record, or None (reported) where it has no name to be found by."""
        if not is_key(self.record):
            self.refusals.append(refuse(self.line, self.record, "id", self.record, NO_KEY, Loss.RECORD))
            return None
        if not self.names:
            why = say("It has no name.")
            self.refusals.append(refuse(self.line, self.record, "name", "", why, Loss.RECORD))
            return None
        return Person(
            key=RecordKey(self.record),
            names=tuple(dict.fromkeys(self.names)),
            births=tuple(dict.fromkeys(self.births)),
            birth_places=tuple(dict.fromkeys(self.places)),
            nationalities=tuple(dict.fromkeys(self.nationalities)),
            # Of two that contradict each other neither may count against a traveller, or for one.
            sex="".join(self.sexes) if len(self.sexes) == 1 else "",
            documents=tuple(dict.fromkeys(self.documents)),
            action=action,
            reference=reference or self.record,
            listed_on=self.listed_on,
            remarks="\n".join(dict.fromkeys(self.remarks)),
        )
