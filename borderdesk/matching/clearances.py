"""Remembered clearances: a traveller once cleared of a record is not stopped again by the same record.

A clearance ties a fingerprint of the traveller (name, birth date, document) to a fingerprint of the record. When the
record or the document changes, or the clearance expires, it is void: the same people are looked at again, as they are
now. What an officer cleared holds only for a few days unless a supervisor reviews it. A clearance hides nothing:
whoever shows candidates says that one was cleared, when, why and by whom.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import AccountId, ListName, RecordKey
from borderdesk.matching.facts import document_number
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.policy import Policy
from borderdesk.watchlist import Person
from borderdesk.words import Sentence, say

MIGRATIONS: Final = Migrations("clearances")


@MIGRATIONS()
def make_clearances(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE clearances (
            id TEXT PRIMARY KEY,
            traveller TEXT NOT NULL,       -- fingerprint
            list TEXT NOT NULL,
            key TEXT NOT NULL,
            record TEXT NOT NULL,          -- fingerprint
            traveller_name TEXT NOT NULL,
            listed_name TEXT NOT NULL,
            reason TEXT NOT NULL,
            cleared_by TEXT NOT NULL,
            cleared_at TEXT NOT NULL,      -- trusted time, as all that follow
            expires_at TEXT NOT NULL,
            review_by TEXT NOT NULL,
            reviewed_by TEXT NOT NULL,     -- empty until then
            reviewed_at TEXT
        ) STRICT, WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX clearances_of ON clearances (traveller)")


class CannotClear(KnownError):
    """A clearance that would clear too much, or nothing."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(
            say("This candidate cannot be cleared: {why}.", why=why),
            safe=NOTHING_CHANGED,
            todo=say("Scan the traveller's document, choose the candidate, and say why it is another person."),
        )


class UnknownClearance(KnownError):
    """A clearance that this desk does not hold, or no longer."""

    def __init__(self, clearance: str) -> None:
        super().__init__(
            say("This desk remembers no clearance {clearance}.", clearance=clearance),
            safe=NOTHING_CHANGED,
            todo=say("Choose the clearance from the list."),
        )


@dataclass(frozen=True, slots=True)
class Clearance:
    """That this traveller is not this listed person, as both were then. Times in UTC, by the desk's trusted clock.

    `traveller` and `record` are fingerprints; the names are for people to read. Until `reviewed_by` names a supervisor
    it holds only before `review_by`.
    """

    id: str
    traveller: str
    list: ListName
    key: RecordKey
    record: str
    traveller_name: str
    listed_name: str
    reason: str
    cleared_by: AccountId
    cleared_at: datetime
    expires_at: datetime
    review_by: datetime
    reviewed_by: AccountId | None = None
    reviewed_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it counts at this time: not before it was made, nor once it expired or its review is overdue."""
        until = self.expires_at if self.reviewed_by else min(self.expires_at, self.review_by)
        return self.cleared_at <= at < until


@dataclass(frozen=True, slots=True)
class Cleared:
    """A candidate of whom the traveller was cleared earlier."""

    candidate: Candidate
    clearance: Clearance


@dataclass(frozen=True, slots=True)
class Sifted:
    """Candidates still to be looked at, and those cleared before."""

    open: tuple[Candidate, ...]
    cleared: tuple[Cleared, ...]


def traveller_fingerprint(query: PersonQuery) -> str:
    """Changes when anything of the traveller's document does: names, birth, nationality, sex, numbers."""
    told = [
        (query.full or f"{query.surname} {query.given}").split(),
        query.birth.iso if query.birth else "",
        query.nationality,
        query.sex,
        sorted(map(document_number, query.document_numbers)),
    ]
    return _digest(told)


def record_fingerprint(person: Person) -> str:
    """Changes when anything of the record does by which a traveller is recognised, or what is to be done about it."""
    told = [
        sorted([name.full, name.surname, name.given] for name in person.names),
        sorted(birth.iso for birth in person.births),
        sorted(person.birth_places),
        sorted(person.nationalities),
        person.sex,
        sorted([mention.number, mention.type, mention.state] for mention in person.documents),
        person.action.value,
    ]
    return _digest(told)


def clear(
    query: PersonQuery,
    candidate: Candidate,
    *,
    reason: str,
    by: AccountId,
    at: datetime,
    policy: Policy,
    days: int | None = None,
    reviewed: bool = False,
) -> Clearance:
    """The clearance of this traveller from this candidate, for `days` or as long as the policy allows.

    `reviewed` where whoever clears may review. Raises CannotClear without a reason, without a document number (two
    namesakes would be one), or for less than a day or more days than the policy allows.
    """
    if not reason.strip():
        raise CannotClear(say("no reason was given"))
    if not query.document_numbers:
        raise CannotClear(say("without the number of a document it would clear every namesake"))
    days = policy.clearance_days if days is None else days
    if not 1 <= days <= policy.clearance_days:
        raise CannotClear(say("it may last from 1 to {most} days", most=policy.clearance_days))
    record, traveller = candidate.record, traveller_fingerprint(query)
    return Clearance(
        id=_digest([traveller, record.list, record.key])[:12],
        traveller=traveller,
        list=record.list,
        key=record.key,
        record=record_fingerprint(candidate.person),
        traveller_name=query.full or ", ".join(part for part in (query.surname, query.given) if part),
        listed_name=candidate.explanation.listed_name,
        reason=reason.strip(),
        cleared_by=by,
        cleared_at=at,
        expires_at=at + timedelta(days=days),
        review_by=at + timedelta(days=policy.clearance_review_days),
        reviewed_by=by if reviewed else None,
        reviewed_at=at if reviewed else None,
    )


def sift(query: PersonQuery, candidates: Iterable[Candidate], clearances: Iterable[Clearance], at: datetime) -> Sifted:
    """Part the candidates by the clearances that hold for this traveller and these records at this time."""
    traveller = traveller_fingerprint(query)
    valid = {(one.list, one.key, one.record): one for one in clearances if one.traveller == traveller and one.holds(at)}
    left: list[Candidate] = []
    cleared: list[Cleared] = []
    for candidate in candidates:
        held = valid.get((candidate.record.list, candidate.record.key, record_fingerprint(candidate.person)))
        if held is None:
            left.append(candidate)
        else:
            cleared.append(Cleared(candidate, held))
    return Sifted(tuple(left), tuple(cleared))


def remember(db: Database, clearance: Clearance) -> None:
    """Keep a clearance, in place of an earlier one of the same traveller and record."""
    db.conn.execute(
        "INSERT OR REPLACE INTO clearances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            clearance.id,
            clearance.traveller,
            clearance.list,
            clearance.key,
            clearance.record,
            clearance.traveller_name,
            clearance.listed_name,
            clearance.reason,
            clearance.cleared_by,
            clearance.cleared_at.isoformat(),
            clearance.expires_at.isoformat(),
            clearance.review_by.isoformat(),
            clearance.reviewed_by or "",
            clearance.reviewed_at.isoformat() if clearance.reviewed_at else None,
        ),
    )


def remembered(db: Database, query: PersonQuery | None) -> tuple[Clearance, ...]:
    """The clearances of this traveller, void ones included (`sift` tells); none of nobody."""
    return () if query is None else _read(db, "WHERE traveller = ? ORDER BY list, key", traveller_fingerprint(query))


def all_remembered(db: Database) -> tuple[Clearance, ...]:
    """Every clearance: those that wait for review first, then the newest."""
    return _read(db, "ORDER BY reviewed_by <> '', cleared_at DESC, id")


def one_remembered(db: Database, clearance: str) -> Clearance:
    """One clearance by its id. Raises UnknownClearance."""
    for found in _read(db, "WHERE id = ?", clearance):
        return found
    raise UnknownClearance(clearance)


def forget(db: Database, clearance: str) -> None:
    """Let the record stop this traveller again. Raises UnknownClearance."""
    if not db.conn.execute("DELETE FROM clearances WHERE id = ?", (clearance,)).rowcount:
        raise UnknownClearance(clearance)


def forget_expired(db: Database, at: datetime) -> int:
    """Delete what expired; returns how many. What only waits too long for its review stays on the list."""
    return int(db.conn.execute("DELETE FROM clearances WHERE expires_at <= ?", (at.isoformat(),)).rowcount)


def _read(db: Database, which: str, *values: str) -> tuple[Clearance, ...]:
    # `which` is one of this module's own literals; the values are bound.
    columns = (
        "id, traveller, list, key, record, traveller_name, listed_name, reason, cleared_by, cleared_at, expires_at,"
        " review_by, reviewed_by, reviewed_at"
    )
    return tuple(
        Clearance(
            id=id_,
            traveller=traveller,
            list=ListName(name),
            key=RecordKey(key),
            record=record,
            traveller_name=traveller_name,
            listed_name=listed_name,
            reason=reason,
            cleared_by=AccountId(by),
            cleared_at=datetime.fromisoformat(at),
            expires_at=datetime.fromisoformat(until),
            review_by=datetime.fromisoformat(review_by),
            reviewed_by=AccountId(reviewed_by) if reviewed_by else None,
            reviewed_at=datetime.fromisoformat(reviewed_at) if reviewed_at else None,
        )
        for (
            id_, traveller, name, key, record, traveller_name, listed_name, reason, by, at, until, review_by,
            reviewed_by, reviewed_at,
        ) in db.conn.execute(f"SELECT {columns} FROM clearances {which}", values)  # noqa: S608
    )  # fmt: skip


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
