"""The life of a hit, as the desk and the bureau both know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from borderdesk.clock import Moment
from borderdesk.ids import AccountId, DeskId, HitId, PostId, RecordRef, ScreeningId
from borderdesk.words import Sentence


class HitState(StrEnum):
    """Where a hit stands. Only the bureau confirms and closes."""

    TAKEN_UP = "taken up"  # the officer acted; waits at the desk
    REPORTED = "reported"  # the bureau's signed receipt is here
    MORE_NEEDED = "more needed"  # the bureau asked back, and the desk has not replied yet
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    CLOSED = "closed"


class HitAct(StrEnum):
    """What the officer did."""

    TAKE_UP = "take up"
    REFER = "refer"
    NOT_THE_PERSON = "not the person"
    SEIZED = "document seized"
    LET_GO = "let go"
    PROTECTED = "victim protected"
    ASK_AGAIN = "ask again"  # the bureau has not answered in time
    REPLY = "reply"  # what the bureau asked for, in the note
    NOTED = "noted"  # nothing was done; what the traveller answered or the officer found goes to the bureau
    LEFT_OPEN = "left open"  # the desk was locked or closed before anybody acted: the match still asks for an act


WITH_REASON: Final = (HitAct.NOT_THE_PERSON, HitAct.LET_GO)
"""Acts that let somebody pass: they ask for a reason."""


class AnswerKind(StrEnum):
    """What the bureau says about a hit."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    MORE_NEEDED = "more needed"  # the desk is to reply
    INSTRUCTIONS = "instructions"  # what to do; the state stays as it is
    CLOSED = "closed"  # the outcome stands in the words


FOUND: Final = "found."
"""What the keys of findings begin with among the keys of questions."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the interview: the question's key and words, the officer's note, and the language it was put in.

    Or one finding from the printed page or from the senses: `FOUND` and its code, its words, and neither note nor
    language. A bureau of before findings travelled reads it as an answer without a note.
    """

    question: str
    asked: Sentence
    note: str
    language: str
    at: Moment

    @property
    def is_finding(self) -> bool:
        """Whether the officer found it, and nobody was asked."""
        return self.question.startswith(FOUND)


@dataclass(frozen=True, slots=True)
class HitEvent:
    """One act on a hit. Events are only ever added; the newest pending ones lie over what the bureau confirmed.

    `said` is what the traveller answered, or the officer found, and no earlier act carried.
    """

    hit: HitId
    act: HitAct
    officer: AccountId
    at: Moment
    note: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class BureauAnswer:
    """The bureau's word about one hit, as it came in a signed letter to the desk that reported it.

    `number` counts the bureau's letters to this desk, from 1; `words` is for the officer, in the bureau's own language;
    `by` names the person at the bureau; `at` is the bureau's clock, in UTC.
    """

    hit: HitId
    number: int
    kind: AnswerKind
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A match or candidate that an officer took up.

    `summary` says in one sentence what was found; `record` points to the list entry and the edition it was found in;
    `state` is the bureau's confirmed state with this desk's pending events laid over it; `pending` says whether any
    event still waits for the bureau's receipt; `answer` is the bureau's newest word, where it has answered.
    """

    id: HitId
    screening: ScreeningId
    post: PostId
    desk: DeskId
    record: RecordRef
    summary: Sentence
    document_state: str
    document_number: str
    traveller: str
    taken_up_by: AccountId
    taken_up_at: Moment
    state: HitState
    pending: bool
    reported_at: datetime | None = None
    answer: BureauAnswer | None = None
    discreet: bool = False
    """At its desk: not every role there may read whom the list names."""
    left_open: bool = False
    """At its desk: nobody has acted on it yet, it was only recorded that the desk was locked or closed."""


@dataclass(frozen=True, slots=True)
class SealedItem:
    """An upload, frozen when it was queued: sealed to the bureau, signed by the desk, counted.

    `counter` counts from 1 per desk without gaps; `content_hash` is the SHA-256 of `envelope`, the exact bytes to send.
    """

    counter: int
    content_hash: bytes
    envelope: bytes


class Sealer(Protocol):
    """Seals an upload. `sync.wire` does it; the domain only knows that it must be done inside the transaction."""

    def seal(self, counter: int, kind: str, body: bytes) -> SealedItem:
        """`kind` is the item's type (`hit`), `body` its CBOR. Pure: the same desk key, no network."""
        ...
