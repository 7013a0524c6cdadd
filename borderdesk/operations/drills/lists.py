"""The list of a drill: a handful of invented records in memory, asked by the very rules that ask the real lists.

They never stand in the store, so no look-up of a real traveller can find them, and no edition can bring them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from borderdesk.clock import Moment
from borderdesk.documents import is_one_edit_away, look_alike_class
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.ids import DRILL_LIST, RecordKey, RecordRef, ScreeningId
from borderdesk.matching import Candidate, PersonIndex, PersonQuery
from borderdesk.policy import Policy
from borderdesk.replica.types import DocumentMatch, Freshness, HeldList, MatchClass, NoticeDocumentMatch, ThingMatch
from borderdesk.screening import Asked, DrillMark, Verdict, screen, word_of
from borderdesk.watchlist import NoticeDocument, Person, Scheme, TravelDocument
from borderdesk.words import say

DrillRecord = TravelDocument | NoticeDocument | Person
"""What a drill can list."""

MARKED = "DRILL"
"""What the list of a drill is called where nobody is to take it for a real one; the same word in every language."""

_OF_UTOPIA = frozenset({"mrz.state.no_issuer", "authenticity.specimen.state"})
"""What is said of every document of Utopia; a practised one is to be like any other but for what it practises."""


class DrillLists:
    """Implements what `borderdesk.screening.screen` asks of a replica and of a name index. `edition`: as shown."""

    def __init__(self, records: Iterable[DrillRecord], *, edition: int = 1) -> None:
        records = tuple(records)
        self.edition = edition
        self._documents = tuple(each for each in records if isinstance(each, TravelDocument))
        self._bearers = tuple(each for each in records if isinstance(each, NoticeDocument))
        self._persons = tuple(each for each in records if isinstance(each, Person))
        self.rows = len(records)
        self._index = PersonIndex()
        for person in self._persons:
            self._index.put(DRILL_LIST, edition, person)

    def find_documents(
        self, number: str, *, state: str = "", type: str = "", one_edit: bool = True
    ) -> tuple[DocumentMatch, ...]:
        return tuple(
            DocumentMatch(self._ref(each.key), each, found)
            for each in self._documents
            if (found := _relation(each.number, number)) is not None and state in ("", each.state)
        )

    def find_notice_documents(
        self, number: str, *, state: str = "", type: str = "", near: bool = True
    ) -> tuple[NoticeDocumentMatch, ...]:
        return tuple(
            NoticeDocumentMatch(self._ref(each.key), each, found)
            for each in self._bearers
            if (found := _relation(each.number, number)) is not None
            and (near or found.is_hit)
            and state in ("", each.state)
        )

    def find_things(self, scheme: Scheme, number: str, *, scope: str = "", near: bool = True) -> tuple[ThingMatch, ...]:
        return ()

    def persons_naming_document(self, number: str) -> Iterator[tuple[RecordRef, Person]]:
        for person in self._persons:
            if any(mention.number == number for mention in person.documents):
                yield self._ref(person.key), person

    def search(self, query: PersonQuery, *, limit: int, at_least: float) -> tuple[Candidate, ...]:
        return self._index.search(query, limit=limit, at_least=at_least)

    def _ref(self, key: RecordKey) -> RecordRef:
        return RecordRef(DRILL_LIST, key, self.edition)


def answer(
    lists: DrillLists, asked: Asked, mark: DrillMark, *, policy: Policy, at: Moment, screening: ScreeningId, title: str
) -> Verdict:
    """What the desk would say if these records stood on a list called `title`. Not to be remembered, ever."""
    held = HeldList(DRILL_LIST, title, lists.edition, lists.rows, at.trusted, timedelta(0), Freshness.GREEN)
    found = screen(asked, documents=lists, people=lists, held=(held,), policy=policy, at=at, screening=screening)
    if mark.disguised:
        return replace(found, drill=mark)
    findings = (*(each for each in found.findings if each.code not in _OF_UTOPIA), _MARK)
    return replace(found, drill=mark, word=word_of(findings), findings=findings)


def _relation(listed: str, asked: str) -> MatchClass | None:
    if listed == asked:
        return MatchClass.EXACT
    if look_alike_class(listed) == look_alike_class(asked):
        return MatchClass.LOOK_ALIKE
    return MatchClass.ONE_EDIT if is_one_edit_away(listed, asked) else None


_MARK = Finding(
    code="drill.invented",
    severity=Severity.INFO,
    outcome=Outcome.FINE,
    sentence=say("This is a drill: the document is invented, and nothing of it is reported or counted."),
)
