"""Asking again: whom would an edition that came later have stopped?

An offline copy answers from what it knew. When an edition arrives, the travellers of the last days are compared with
what is new in it, and only those whom it may concern are screened again, by the very rules of a screening. What would
then have been found and was not is a late match: the traveller is gone, but post and bureau know of it.

Numbers that are merely near are not looked for again: that question is put to whoever holds the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from borderdesk.documents import normal_number, overflow_variants
from borderdesk.findings import Finding, Severity
from borderdesk.ids import ListName, RecordRef
from borderdesk.matching import PersonIndex
from borderdesk.policy import Policy
from borderdesk.screening.engine import LIST_FINDING
from borderdesk.screening.verdict import Question, Verdict
from borderdesk.watchlist import Person, Record, TravelDocument
from borderdesk.words import Sentence

_NEAR: Final = "list.document.near"


class Newcomers:
    """The new and changed records of some editions, made to be asked whom they may concern."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._numbers: set[str] = set()
        self._people = PersonIndex()
        self._everybody = False

    def add(self, name: ListName, records: Iterable[Record]) -> None:
        """Take note of records that one edition of a list brought."""
        people: list[Person] = []
        for record in records:
            if isinstance(record, TravelDocument):
                self._numbers.update((record.number, *overflow_variants(record.number)))
            elif isinstance(record, Person):
                people.append(record)
                self._numbers.update(normal_number(mention.number) for mention in record.documents)
            else:
                # Ranges and things are few and are found in ways of their own.
                self._everybody = True
        # An index holds a person once. What came later of the same list counts.
        newest = {person.key: person for person in people}
        if newest:
            self._people.put_all(name, 1, newest.values())

    def add_whole_list(self) -> None:
        """A list came whole: everybody is asked about again."""
        self._everybody = True

    def may_concern(self, question: Question) -> bool:
        """Whether the new records could say anything about who was asked for. Errs on the side of yes."""
        if self._everybody:
            return True
        for number in _numbers(question):
            if not self._numbers.isdisjoint((number, *overflow_variants(number))):
                return True
        person, least = question.person, self._policy.lowest_score
        return person is not None and bool(self._people.search(person, limit=1, at_least=least))


@dataclass(frozen=True, slots=True)
class FoundLate:
    """A record that the first verdict did not name, and what is said of it now."""

    record: RecordRef
    summary: Sentence


def found_late(before: Verdict, again: Verdict) -> Iterator[FoundLate]:
    """What the first verdict did not have, heaviest first; one per record."""
    # What was only shown (withdrawn, cleared earlier) may stop the traveller now that the record changed.
    known = {finding.record for finding in before.findings if finding.record and finding.severity is not Severity.INFO}
    seen = {(record.list, record.key) for record in known}
    for finding in again.findings:
        record = finding.record
        if record is None or (record.list, record.key) in seen or not _counts(finding, again.question):
            continue
        seen.add((record.list, record.key))
        yield FoundLate(record, finding.sentence)


def _counts(finding: Finding, question: Question) -> bool:
    if not finding.code.startswith(LIST_FINDING) or finding.severity not in (Severity.STOP, Severity.LOOK):
        return False
    if finding.code != _NEAR:
        return True
    # One number, printed and scanned in two ways, is the same document.
    return any(not set(finding.fits).isdisjoint(overflow_variants(number)) for number in _numbers(question))


def _numbers(question: Question) -> tuple[str, ...]:
    other = question.other.number if question.other else ""
    return tuple(number for number in (question.document_number, other) if number)
