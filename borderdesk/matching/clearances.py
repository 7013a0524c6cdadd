"""Remembered clearances: a traveller once cleared of a record is not stopped again by the same record.

A clearance ties a fingerprint of the traveller (name, birth date, document) to a fingerprint of the record. When the
record or the document changes, or the clearance expires, it is void: the same people are looked at again, as they are
now. A clearance hides nothing: whoever shows candidates says that one was cleared, when, why and by whom.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.ids import AccountId, ListName, RecordKey
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.watchlist import Person

MIGRATIONS: Final = Migrations("clearances")


@MIGRATIONS()
def make_clearances(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE clearances (
            traveller BLOB NOT NULL,
            list TEXT NOT NULL,
            key TEXT NOT NULL,
            record BLOB NOT NULL,
            reason TEXT NOT NULL,
            cleared_by TEXT NOT NULL,
            cleared_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            PRIMARY KEY (traveller, list, key)
        ) STRICT, WITHOUT ROWID"""
    )


@dataclass(frozen=True, slots=True)
class Clearance:
    """That this traveller is not this listed person, as both were then. Times in UTC, by the desk's trusted clock."""

    traveller: bytes
    list: ListName
    key: RecordKey
    record: bytes
    reason: str
    cleared_by: AccountId
    cleared_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Sifted:
    """Candidates still to be looked at, and those cleared before, each with its clearance."""

    open: tuple[Candidate, ...]
    cleared: tuple[tuple[Candidate, Clearance], ...]


def traveller_fingerprint(query: PersonQuery) -> bytes:
    """32 bytes that change when anything of the traveller's document does: names, birth, nationality, sex, numbers."""
    told = [
        (query.full or f"{query.surname} {query.given}").split(),
        query.birth.iso if query.birth else "",
        query.nationality,
        query.sex,
        sorted("".join(c for c in number.upper() if c.isalnum()) for number in query.document_numbers),
    ]
    return _digest(told)


def record_fingerprint(person: Person) -> bytes:
    """32 bytes that change when anything of the record does by which a traveller is recognised."""
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
    until: datetime,
) -> Clearance:
    """The clearance of this traveller from this candidate.

    Raises ValueError without a reason, without a document number (two namesakes would be one), or where it would
    expire before it begins.
    """
    if not reason.strip():
        raise ValueError("a clearance needs a reason")
    if not query.document_numbers:
        raise ValueError("a clearance needs the number of the traveller's document")
    if until <= at:
        raise ValueError("a clearance must expire after it begins")
    record = candidate.record
    return Clearance(
        traveller_fingerprint(query),
        record.list,
        record.key,
        record_fingerprint(candidate.person),
        reason.strip(),
        by,
        at,
        until,
    )


def sift(query: PersonQuery, candidates: Iterable[Candidate], clearances: Iterable[Clearance], at: datetime) -> Sifted:
    """Part the candidates by the clearances that hold for this traveller and these records at this time."""
    traveller = traveller_fingerprint(query)
    valid = {
        (one.list, one.key, one.record): one
        for one in clearances
        if one.traveller == traveller and one.cleared_at <= at < one.expires_at
    }
    left: list[Candidate] = []
    cleared: list[tuple[Candidate, Clearance]] = []
    for candidate in candidates:
        held = valid.get((candidate.record.list, candidate.record.key, record_fingerprint(candidate.person)))
        if held is None:
            left.append(candidate)
        else:
            cleared.append((candidate, held))
    return Sifted(tuple(left), tuple(cleared))


def remember(db: Database, clearance: Clearance) -> None:
    """Keep a clearance, in place of an earlier one of the same traveller and record."""
    db.conn.execute(
        "INSERT OR REPLACE INTO clearances VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            clearance.traveller,
            clearance.list,
            clearance.key,
            clearance.record,
            clearance.reason,
            clearance.cleared_by,
            clearance.cleared_at.isoformat(),
            clearance.expires_at.isoformat(),
        ),
    )


def remembered(db: Database, query: PersonQuery) -> tuple[Clearance, ...]:
    """The clearances of this traveller, void ones included (`sift` tells)."""
    rows = db.conn.execute(
        "SELECT traveller, list, key, record, reason, cleared_by, cleared_at, expires_at FROM clearances "
        "WHERE traveller = ? ORDER BY list, key",
        (traveller_fingerprint(query),),
    )
    return tuple(
        Clearance(
            bytes(traveller),
            ListName(name),
            RecordKey(key),
            bytes(record),
            reason,
            AccountId(by),
            datetime.fromisoformat(at),
            datetime.fromisoformat(until),
        )
        for traveller, name, key, record, reason, by, at, until in rows
    )


def forget_expired(db: Database, at: datetime) -> int:
    """Delete what expired; returns how many."""
    return int(db.conn.execute("DELETE FROM clearances WHERE expires_at <= ?", (at.isoformat(),)).rowcount)


def _digest(told: object) -> bytes:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).digest()
