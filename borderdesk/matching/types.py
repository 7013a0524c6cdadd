"""What crosses the border of this room: the question, the scored answer, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordRef
from borderdesk.watchlist import Person
from borderdesk.words import Sentence


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """The traveller as the desk knows him.

    Give `surname` and `given` where the document tells them apart, else `full`. `truncated` says that the document had
    no room for the whole name (ICAO Doc 9303-3, 4.6), so that its last part may be only a beginning.
    """

    full: str = ""
    surname: str = ""
    given: str = ""
    birth: PartialDate | None = None
    nationality: str = ""
    sex: str = ""
    birth_place: str = ""
    document_numbers: tuple[str, ...] = ()
    truncated: bool = False


class Meeting(StrEnum):
    """How one part of the name asked met one part of the name listed."""

    SAME = "same"
    SOUND = "sound"
    SCRIPT = "script"
    NICKNAME = "nickname"
    INITIAL = "initial"
    TYPING = "typing"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class PartMatch:
    """One name part of the question beside one of the record; empty where the other side has none."""

    asked: str
    listed: str
    how: Meeting


@dataclass(frozen=True, slots=True)
class FactMatch:
    """What another fact said: `fact` is `birth`, `nationality`, `sex`, `place` or `document`.

    `added` is its contribution to the score's log-odds: positive speaks for the same person.
    """

    fact: str
    asked: str
    listed: str
    how: str
    added: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a score is what it is. Travels with the score; `sentence` says it in one plain sentence."""

    listed_name: str
    parts: tuple[PartMatch, ...]
    facts: tuple[FactMatch, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Scored:
    """A score between 0 and 1 and its reasons."""

    score: float
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listed person who might be the traveller."""

    record: RecordRef
    person: Person
    score: float
    explanation: Explanation
