"""What a reader says about a file beside the records: nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.watchlist.records import Record
from borderdesk.words import Sentence, say


class Loss(StrEnum):
    """How much of the source a refusal cost."""

    RECORD = "record"  # the whole record was not imported
    VALUE = "value"  # the record was imported without this value
    MOVED = "moved"  # the value was kept, but only as a remark


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


Read = Record | Refusal | SourceStamp
"""What a reader yields, in the order of the file."""

_SHOWN = 200


def refuse(line: int, record: str, field_: str, value: str, reason: Sentence, loss: Loss = Loss.VALUE) -> Refusal:
    """Make a refusal, its value shortened for a report."""
    text = " ".join(value.split())
    return Refusal(line, record, field_, text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…", reason, loss)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What reading one file came to. `imported` records arrived; every other entry is among `refusals`."""

    format: str
    imported: int
    refusals: tuple[Refusal, ...]
    generated_at: datetime | None = None

    def count(self, loss: Loss) -> int:
        """How many refusals cost so much."""
        return sum(refusal.loss is loss for refusal in self.refusals)

    @property
    def reasons(self) -> tuple[tuple[Loss, str, str, int], ...]:
        """`(loss, field, reason, how often)`, most frequent first: the report on one page."""
        counted = Counter((refusal.loss, refusal.field, refusal.reason.text) for refusal in self.refusals)
        return tuple((loss, name, reason, times) for (loss, name, reason), times in counted.most_common())


@dataclass(slots=True)
class Tally:
    """Counts while a file is read, where the records themselves go elsewhere."""

    format: str
    imported: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    generated_at: datetime | None = None

    def add(self, read: Read) -> Record | None:
        """Count what a reader yielded; give the record back where it was one."""
        if isinstance(read, Refusal):
            self.refusals.append(read)
            return None
        if isinstance(read, SourceStamp):
            self.generated_at = read.generated_at
            return None
        self.imported += 1
        return read

    def report(self) -> ImportReport:
        """What was counted so far."""
        return ImportReport(self.format, self.imported, tuple(self.refusals), self.generated_at)


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
