"""What the desk can honestly say about one traveller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from borderdesk.clock import Moment
from borderdesk.findings import Finding
from borderdesk.ids import ScreeningId
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.replica.types import HeldList
from borderdesk.words import Sentence


class VerdictWord(StrEnum):
    """The three honest answers. There is no *clear*: a copy can only say what it knew, and when."""

    NO_MATCH = "no match"
    LOOK_AGAIN = "look again"
    MATCH = "match"


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one screening. Immutable; screens render it, hits refer to it.

    `lists` are the editions it was answered from, and `limits` what such a copy cannot know. `as_of` is the oldest of
    their publication times: *no match as of* that time, or None where the desk holds no list at all.
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
