"""What the desk can honestly say about one traveller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from borderdesk.clock import Moment
from borderdesk.findings import Finding
from borderdesk.ids import RecordRef, ScreeningId
from borderdesk.matching.clearances import Cleared
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.replica.types import HeldList
from borderdesk.watchlist import Mark
from borderdesk.words import Sentence


class VerdictWord(StrEnum):
    """The three honest answers. There is no *clear*: a copy can only say what it knew, and when."""

    NO_MATCH = "no match"
    LOOK_AGAIN = "look again"
    MATCH = "match"

    @property
    def order(self) -> int:
        """0 for what to see first."""
        return (VerdictWord.MATCH, VerdictWord.LOOK_AGAIN, VerdictWord.NO_MATCH).index(self)


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A typed number read in another way: letters before a number may be its state, and they may be its beginning.

    `MAR 12345` is 12345 of Morocco, or else MAR12345; `PA 1234567` is PA1234567, or else 1234567 of Panama.
    """

    number: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, in the form in which it is screened and remembered.

    `scanned` is the text as it came from the reader or the keyboard. A field that was not asked is empty.
    """

    scanned: str
    document_state: str = ""
    document_type: str = ""
    document_number: str = ""
    person: PersonQuery | None = None
    marks: tuple[Mark, ...] = ()
    """Numbers of things: a vehicle, a vessel, a firearm, a container."""
    passed_at: datetime | None = None
    """When the traveller really passed (UTC), where that was noted on paper and typed in later."""
    of_anything: bool = False
    """Somebody typed the number and did not say of what it is: it may be a document's or a thing's."""
    other: OtherReading | None = None
    """The other way to read what was typed. Both are asked."""

    def document_on(self, record: RecordRef) -> tuple[str, str]:
        """State and number of the document, as this record of a list reads them where there are two ways."""
        if self.other is not None and record.key.rpartition("/")[2] == self.other.number:
            return self.other.state, self.other.number
        return self.document_state, self.document_number


@dataclass(frozen=True, slots=True)
class DrillMark:
    """That a verdict answers an invented document, and of which drill. Never set on an answer about a real traveller.

    `disguised`: the officer is to learn it only after having acted. `title` is then what the list is called on the
    screen that its record is said to stand on.
    """

    drill: str
    disguised: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one screening. Immutable; screens render it, hits refer to it.

    `lists` are the editions it was answered from, and `limits` what such a copy cannot know. `as_of` is the oldest of
    their publication times: *no match as of* that time, or None where the desk holds no list at all. `cleared` are
    candidates of whom this traveller was cleared earlier.
    """

    screening: ScreeningId
    word: VerdictWord
    question: Question
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    lists: tuple[HeldList, ...]
    limits: tuple[Sentence, ...]
    as_of: datetime | None
    asked_at: Moment
    cleared: tuple[Cleared, ...] = ()
    drill: DrillMark | None = None


@dataclass(frozen=True, slots=True)
class ListLine:
    """One person of a list and what the desk can say of them. `number` counts from 1 in the order of the list."""

    number: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ScreenedList:
    """A list of people that was screened. `title` is what the officer calls it; `people` how many are on it.

    `lines` are fewer where the officer stopped it. `warnings` is what was odd about the list itself. `asked_at` is
    trusted time in UTC.
    """

    id: str
    title: str
    people: int
    lines: tuple[ListLine, ...]
    warnings: tuple[Sentence, ...]
    asked_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether everybody on the list was screened."""
        return len(self.lines) == self.people

    @property
    def worst_first(self) -> tuple[ListLine, ...]:
        """The lines in the order in which to work through them: matches, then what to look at, then the rest."""
        return tuple(sorted(self.lines, key=lambda line: (line.verdict.word.order, line.number)))
