"""Understanding what the officer scanned or typed: a machine readable zone, a document number, or a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from borderdesk.codes import find_state
from borderdesk.dates import PartialDate
from borderdesk.documents import DocumentReading, normal_number, read_mrz
from borderdesk.documents.authenticity import read_barcode
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.findings import Finding
from borderdesk.matching.types import PersonQuery
from borderdesk.policy import Policy
from borderdesk.screening import licence
from borderdesk.screening.licence import is_licence
from borderdesk.screening.marks import read_marks
from borderdesk.screening.typed import (
    TypedNumber,
    birth_at_end,
    ends_like_a_plate,
    number_beside_words,
    read_number,
    read_plate,
)
from borderdesk.screening.verdict import Question
from borderdesk.watchlist import Mark, Scheme
from borderdesk.words import say

MAX_CHARACTERS: Final = 600
"""Longer input is no document: the longest machine readable zone has 90 characters, with framing some 120."""

_FILLER = re.compile("[<«]|__")
_BIRTH_AT_END = re.compile(
    r"^(?P<name>.*[^\s,]),?\s+(?P<birth>\?|\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:\s+(?P<state>[A-Z]{1,3}))??(?:\s+(?P<sex>[MF]))?$"
)


class NothingToScreen(KnownError):
    """There was no text to screen, or far too much."""

    def __init__(self, characters: int) -> None:
        super().__init__(
            say("There is nothing to screen in this input ({characters} characters).", characters=characters),
            safe=NOTHING_CHANGED,
            todo=say("Scan the document again, or type its number or the traveller's name."),
        )


class NotThen(KnownError):
    """An entry from paper claims a time that cannot be."""

    def __init__(self, days: int) -> None:
        super().__init__(
            say("This time lies in the future, or more than {days} days back.", days=days),
            safe=say("Nothing was screened or recorded."),
            todo=say("Look at the paper again; write date and time as 2026-11-22 03:15."),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the document it was read from where there was one.

    `doubts` is what was odd about a document that has no machine readable zone.
    `by_machine`: the number comes from a file. No finger slipped on it, so a neighbour one character away says nothing.
    """

    question: Question
    reading: DocumentReading | None = None
    by_machine: bool = False
    doubts: tuple[Finding, ...] = ()


def understand(text: str, *, today: date) -> Asked:
    """Turn scanned or typed text into a question.

    Text with fillers, or with the line lengths of a machine readable zone, is read as one. What can be a number is the
    number of a document, optionally after a type letter and a state (`P UTO L898902C3`, `75 1234567`). What alone
    stands before it may be a state or its first letters (`MAR 12345`, `PA 1234567`), and both are asked. A word of
    `marks.WORDS` and a number ask for a thing (`plate LAO AB 1234`), and so do letters of another script with digits.
    Anything else is a name, optionally followed by a birth date, then a nationality and a sex (`ERIKSSON, Anna Maria
    1974-08-12 SWE F`); a comma parts surname and given names, and a semicolon the number of the document
    (`…; P SWE L898902C3`). A number among words is asked beside the name they may be, and so is a plate that looks like
    a short name and a year. The barcode of a North American driving licence asks for its number and its holder.

    Raises NothingToScreen, and UnreadableMrz for a machine readable zone that cannot be read.
    """
    stripped = text.strip()
    if is_licence(text) and len(text) <= licence.MAX_CHARACTERS:
        barcode = read_barcode(text, today)
        if barcode.issuer:
            return Asked(licence.question_of(text, barcode), doubts=barcode.findings)
    if not stripped or len(text) > MAX_CHARACTERS:
        raise NothingToScreen(len(text))
    if _FILLER.search(stripped) or _is_long_code(stripped):
        return _from_document(text, read_mrz(stripped, today=today))
    person, _, paper = stripped.partition(";")
    number = read_number(paper)
    if number and person.strip() and not read_marks(person):
        return _with_document(text, _typed_person(person.strip()), number)
    marks = read_marks(stripped)
    if marks:
        return Asked(Question(scanned=text, marks=marks))
    named = _typed_person(stripped) if birth_at_end(stripped) is not None else None
    if named is not None and not ends_like_a_plate(stripped):
        return Asked(Question(scanned=text, person=named))
    number = read_number(stripped)
    if number:
        question = Question(text, number.state, number.type, number.number, named)
        return Asked(replace(question, of_anything=not number.type, other=number.other))
    plate = read_plate(stripped)
    if plate:
        return Asked(Question(scanned=text, person=named, marks=(Mark(Scheme.PLATE, plate),)))
    beside = number_beside_words(stripped) if named is None else None
    if beside is not None:
        found = _with_document(text, _typed_person(beside[1]), beside[0])
        return replace(found, question=replace(found.question, of_anything=True))
    return Asked(Question(scanned=text, person=named or _typed_person(stripped)))


def _is_long_code(text: str) -> bool:
    """A line of an MRZ whose fillers were all lost still is one long run without blanks."""
    return any(len(line) >= 28 and line.isalnum() and any(c.isdigit() for c in line) for line in text.split())


def _from_document(text: str, reading: DocumentReading) -> Asked:
    person = PersonQuery(
        surname=reading.surname,
        given=reading.given,
        birth=reading.birth_date,
        nationality=reading.nationality,
        sex=reading.sex if reading.sex in ("M", "F") else "",
        document_numbers=(reading.number,) if reading.number else (),
        truncated=reading.name_truncated,
    )
    named = bool(reading.surname or reading.given)
    return Asked(
        Question(
            scanned=text,
            document_state=reading.issuing_state,
            document_type=reading.document_code[:1],
            document_number=normal_number(reading.number),
            person=person if named else None,
        ),
        reading,
    )


def _with_document(text: str, person: PersonQuery, number: TypedNumber) -> Asked:
    numbers = (number.number, *((number.other.number,) if number.other else ()))
    person = replace(person, document_numbers=numbers)
    return Asked(Question(text, number.state, number.type, number.number, person, other=number.other))


def typed_later(asked: Asked, passed_at: datetime, *, now: datetime, policy: Policy) -> Asked:
    """The same question about a traveller who passed at a time noted on paper, in UTC. Raises NotThen."""
    if not now - timedelta(days=policy.recheck_days) <= passed_at <= now:
        raise NotThen(policy.recheck_days)
    return replace(asked, question=replace(asked.question, passed_at=passed_at))


def _typed_person(text: str) -> PersonQuery:
    written = birth_at_end(text)
    if written is not None:
        name, born, rest = written
        facts = rest.upper().split()
        sex = facts.pop() if facts and facts[-1] in ("M", "F") else ""
        found = find_state(facts[0]) if facts else None
        return replace(_named(name), birth=born, nationality=found.code if found else "", sex=sex)
    dated = _BIRTH_AT_END.match(text)
    if not dated:
        return _named(text)
    named = _named(dated["name"])
    state = find_state(dated["state"] or "")
    try:
        birth = PartialDate.parse(dated["birth"])
    except ValueError:
        # `?`, 31 February and the like: screened as part of the name it would find nobody.
        birth = None
    return replace(named, birth=birth, nationality=state.code if state else "", sex=dated["sex"] or "")


def _named(text: str) -> PersonQuery:
    surname, comma, given = (part.strip() for part in text.partition(","))
    return PersonQuery(surname=surname, given=given) if comma and surname and given else PersonQuery(full=text)
