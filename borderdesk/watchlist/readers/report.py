"""What a reader says about a file beside the records: nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, cast

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.watchlist.columns import DocumentColumns, Entries
from borderdesk.watchlist.records import RECORD_TYPES, Record
from borderdesk.words import Sentence, say


class Loss(StrEnum):
    """How much of the source a refusal cost."""

    RECORD = "record"  # the whole record was not imported
    VALUE = "value"  # the record was imported without this value
    MOVED = "moved"  # the value was kept, but only as a remark
    DOUBT = "doubt"  # the value was taken as it stands, and may be wrong


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing of the source that did not arrive where it belongs, and why.

    `line` counts from 1 in the source file; `record` is the source's own id of the entry (empty where it has none);
    `field` the source's name of the field; `value` its text, shortened to 200 characters.
    """

    line: int
    record: str
    field: str
    value: str
    reason: Sentence
    loss: Loss


@dataclass(frozen=True, slots=True)
class SourceStamp:
    """What the file says about itself: when its owner made it (UTC), or None where it does not say."""

    generated_at: datetime | None


Read = Entries | Refusal | SourceStamp
"""What a reader yields, in the order of the file."""

_RECORDS: Final = frozenset(RECORD_TYPES.values())
_SHOWN = 200
LONGEST_KEY: Final = 200
MOST_KEPT: Final = 100_000
"""Refusals kept with line and value; of a file that has more, the others are counted."""


def refuse(line: int, record: str, field_: str, value: str, reason: Sentence, loss: Loss = Loss.VALUE) -> Refusal:
    """Make a refusal, its value shortened for a report."""
    text = " ".join(value.split())
    return Refusal(line, record, field_, text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…", reason, loss)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What reading one file came to. `imported` records arrived; every other entry is counted in `reasons`.

    `refusals` are the first `MOST_KEPT` of them with line and value; `reasons` is `(loss, field, reason, how often)` of
    all, most frequent first: the report on one page.
    """

    format: str
    imported: int
    refusals: tuple[Refusal, ...]
    generated_at: datetime | None
    reasons: tuple[tuple[Loss, str, str, int], ...]

    def count(self, loss: Loss) -> int:
        """How many refusals cost so much."""
        return sum(times for each, _, _, times in self.reasons if each is loss)

    @property
    def left_out(self) -> int:
        """How many refusals are counted only."""
        return sum(times for *_, times in self.reasons) - len(self.refusals)


@dataclass(slots=True)
class Tally:
    """Counts while a file is read, where the records themselves go elsewhere."""

    format: str
    imported: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    generated_at: datetime | None = None
    counted: Counter[tuple[Loss, str, str]] = field(default_factory=Counter)

    def add(self, read: Read) -> Entries | None:
        """Count what a reader yielded; give it back where it was a record, or a block of them."""
        if type(read) in _RECORDS:  # asked first: of a whole list there are millions
            self.imported += 1
            return cast(Record, read)
        if isinstance(read, DocumentColumns):
            self.imported += len(read)
            return read
        if isinstance(read, Refusal):
            self.counted[read.loss, read.field, read.reason.text] += 1
            if len(self.refusals) < MOST_KEPT:
                self.refusals.append(read)
            return None
        self.generated_at = cast(SourceStamp, read).generated_at
        return None

    def report(self) -> ImportReport:
        """What was counted so far."""
        reasons = tuple((loss, name, reason, times) for (loss, name, reason), times in self.counted.most_common())
        return ImportReport(self.format, self.imported, tuple(self.refusals), self.generated_at, reasons)


def is_key(text: str) -> bool:
    """Whether a source's number can be a record's key: every database and every carrier must be able to hold it."""
    return 0 < len(text) <= LONGEST_KEY and text.isprintable()


NO_KEY: Final = say("Its number is empty, too long, or holds what cannot be printed.")


class UnreadableList(KnownError):
    """The file is not what it should be: wrong format, cut off, too large, or with parts that are never accepted."""

    def __init__(self, format_: str, line: int, reason: Sentence) -> None:
        super().__init__(
            say(
                "The file could not be read as {format}: line {line}: {reason}",
                format=format_,
                line=line,
                reason=reason,
            ),
            safe=NOTHING_CHANGED,
            todo=say("Fetch the file again from its owner, or choose the format it really has."),
        )
