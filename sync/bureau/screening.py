"""Screening at the bureau, for systems that ask it instead of a desk: the same rules, on the bureau's own lists.

It answers from the lists as they stand at the bureau, what waits to be published included; names are compared as at a
desk, numbers exactly, in their overflow forms and with ranges of stolen blanks. Look-alikes and near numbers, which a
bad light at a crossing makes, are what a desk's replica is for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from string import ascii_uppercase, digits

import sqlalchemy as sa

from borderdesk.clock import Moment
from borderdesk.codes import states
from borderdesk.documents import normal_number, state_aliases
from borderdesk.ids import RecordKey, RecordRef, ScreeningId
from borderdesk.matching import PersonIndex
from borderdesk.replica.marks import AskedMark, normal_mark, normal_scope
from borderdesk.replica.search import ORDER, Asked
from borderdesk.replica.types import DocumentMatch, Freshness, HeldList, MatchClass, NoticeDocumentMatch, ThingMatch
from borderdesk.screening import Verdict, screen, understand
from borderdesk.watchlist import (
    BlankRange,
    ListKind,
    Mark,
    NoticeDocument,
    Person,
    Record,
    Scheme,
    Thinglike,
    TravelDocument,
    document_key,
    stolen_blank,
)
from sync.bureau import lists, rules
from sync.bureau import tables as t
from sync.bureau.categories import EVERYTHING, Sight
from sync.bureau.database import Database
from sync.bureau.stored import from_body

_COMMON_TYPES = "PVIACD"
"""Document codes tried where neither type nor state is known."""


Marked = dict[tuple[Scheme, str], list[tuple[RecordRef, Thinglike, str]]]
"""Things by scheme and number in normal form, each with its state or make."""

Ranged = dict[tuple[str, int], list[tuple[RecordRef, BlankRange]]]
"""Ranges of stolen blanks by what their numbers begin with and how long they are."""


class BureauScreen:
    """Screens texts. The index of names is made when it is first needed, and again after a list of persons changed."""

    def __init__(self, database: Database, sight: Sight = EVERYTHING) -> None:
        self._database, self._sight = database, sight
        self._index = PersonIndex()
        self._indexed: tuple[tuple[str, int, int], ...] = ()
        self._marked: Marked = {}
        self._ranged: Ranged = {}
        self._naming: dict[str, list[tuple[RecordRef, Person]]] = {}
        self._guard = threading.Lock()

    def screen(self, text: str, *, at: datetime, screening: str) -> Verdict:
        """Answer one text. Raises NothingToScreen, UnreadableMrz, DatabaseFailed."""
        asked = understand(text, today=at.date())
        with self._database.reading() as db:
            rows = self._rows(db)
            held = self._held(db, at)
            with self._guard:
                self._refresh(db)
                return screen(
                    asked,
                    documents=_Documents(db, rows, self._naming, self._marked, self._ranged),
                    people=self._index,
                    held=held,
                    policy=rules.stored(db),
                    at=Moment(at, at),
                    screening=ScreeningId(screening),
                )

    def _rows(self, db: sa.Connection) -> tuple[lists.ListRow, ...]:
        return tuple(row for row in lists.all_rows(db) if self._sight.sees(row.category))

    def _held(self, db: sa.Connection, at: datetime) -> tuple[HeldList, ...]:
        found = []
        for state in lists.states(db):
            if state.published_at is not None and self._sight.sees(state.category):
                age = max(at - state.published_at, timedelta())
                about = state.watchlist
                held = HeldList(
                    about.name, about.title, state.edition, state.rows, state.published_at, age, Freshness.GREEN
                )
                found.append(replace(held, kind=about.kind))
        return tuple(found)

    def _refresh(self, db: sa.Connection) -> None:
        indexed = [row for row in self._rows(db) if row.watchlist.kind is not ListKind.DOCUMENTS]
        version = {row.id: row.version for row in db.execute(sa.select(t.lists.c.id, t.lists.c.version))}
        stand = tuple((row.watchlist.name, row.head, version[row.id]) for row in indexed)
        if stand == self._indexed:
            return
        index = PersonIndex()
        naming: dict[str, list[tuple[RecordRef, Person]]] = {}
        marked: Marked = {}
        ranged: Ranged = {}
        for row in indexed:
            records = (from_body(body) for body in lists.bodies(db, row))
            if row.watchlist.kind is not ListKind.PERSONS:
                _note_marks(marked, ranged, row, records)
                continue
            persons = [record for record in records if isinstance(record, Person)]
            index.put_all(row.watchlist.name, row.head, persons)
            for person in persons:
                reference = RecordRef(row.watchlist.name, person.key, row.head)
                for mention in person.documents:
                    naming.setdefault(normal_number(mention.number), []).append((reference, person))
        self._index, self._naming, self._marked, self._ranged = index, naming, marked, ranged
        self._indexed = stand


class _Documents:
    """Exact look-ups in the bureau's tables."""

    def __init__(
        self,
        db: sa.Connection,
        rows: tuple[lists.ListRow, ...],
        naming: Mapping[str, list[tuple[RecordRef, Person]]],
        marked: Marked,
        ranged: Ranged,
    ) -> None:
        self._db, self._naming, self._marked, self._ranged = db, naming, marked, ranged
        self._rows = {row.id: row for row in rows if row.watchlist.kind is ListKind.DOCUMENTS}

    def find_documents(
        self, number: str, *, state: str = "", type: str = "", one_edit: bool = True
    ) -> tuple[DocumentMatch, ...]:
        """Documents and stolen blanks of this number, in the forms it is listed in. Asked as the replica is."""
        written = normal_number(number)
        if not written:
            return ()
        asked = Asked(written, state, type, near=False)
        found = [*self._listed(asked, state.rstrip("<").upper(), type[:1].upper()), *self._blanks(asked)]
        return tuple(sorted(found, key=lambda each: ORDER.index(each.match)))

    def _listed(self, asked: Asked, state: str, type: str) -> Iterator[DocumentMatch]:
        issuers = [state, *state_aliases(state)] if state else [each.code for each in states()]
        letters = ascii_uppercase if state else f"{_COMMON_TYPES}{type}"
        numbers = (asked.number, *asked.variants)
        keys = [document_key(issuer, letter, each) for issuer in issuers for letter in letters for each in numbers]
        for at in range(0, len(keys), 500):
            wanted = t.records.c.key.in_(keys[at : at + 500]) & t.records.c.list.in_(self._rows)
            for row in self._db.execute(sa.select(t.records).where(wanted)):
                document = from_body(row.body)
                match = asked.classify(document) if isinstance(document, TravelDocument) else None
                if isinstance(document, TravelDocument) and match is not None:
                    of = self._rows[row.list]
                    reference = RecordRef(of.watchlist.name, RecordKey(row.key), of.head)
                    yield DocumentMatch(reference, document, match)

    def _blanks(self, asked: Asked) -> Iterator[DocumentMatch]:
        for number in (asked.number, *asked.variants):
            for reference, blank in self._ranged.get(_place_of(number), ()):
                document = stolen_blank(blank, number)
                match = asked.classify(document) if blank.holds(number) else None
                if match is not None:
                    yield DocumentMatch(reference, document, MatchClass.RANGE if match.is_hit else match)

    def persons_naming_document(self, number: str) -> Iterable[tuple[RecordRef, Person]]:
        return self._naming.get(normal_number(number), ())

    def find_things(self, scheme: Scheme, number: str, *, scope: str = "", near: bool = True) -> tuple[ThingMatch, ...]:
        """Things with exactly this mark."""
        asked = AskedMark(Mark(scheme, number, scope), near=False)
        found = []
        for record, entry, listed in self._marked.get((scheme, asked.number), ()):
            match = asked.classify(asked.number, listed)
            if match is not None:
                found.append(ThingMatch(record, entry, scheme, asked.number, match))
        return tuple(sorted(found, key=lambda each: each.order))

    def find_notice_documents(
        self, number: str, *, state: str = "", type: str = "", near: bool = True
    ) -> tuple[NoticeDocumentMatch, ...]:
        """Genuine documents whose bearer is sought."""
        return tuple(
            NoticeDocumentMatch(each.record, each.entry, each.match)
            for each in self.find_things(Scheme.DOCUMENT, number, scope=state.rstrip("<"))
            if isinstance(each.entry, NoticeDocument) and (not type or type[:1] == each.entry.type[:1])
        )


def _place_of(number: str) -> tuple[str, int]:
    return number.rstrip(digits), len(number)


def _note_marks(marked: Marked, ranged: Ranged, row: lists.ListRow, records: Iterable[Record]) -> None:
    for entry in records:
        if isinstance(entry, BlankRange):
            noted_range = (RecordRef(row.watchlist.name, entry.key, row.head), entry)
            ranged.setdefault(_place_of(entry.first), []).append(noted_range)
        if not isinstance(entry, Person | TravelDocument):
            reference = RecordRef(row.watchlist.name, entry.key, row.head)
            for mark in entry.marks:
                noted = (reference, entry, normal_scope(mark))
                marked.setdefault((mark.scheme, normal_mark(mark)), []).append(noted)
