"""Late matches: what a screening would have found, had a later edition been there. Kept until somebody looked at it.

Also which editions still have to be compared with the travellers of the last days. That is noted in the transaction
that puts an edition in use, so no restart forgets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.ids import AccountId, DeskId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.screening.stored import from_json, to_json
from borderdesk.screening.verdict import Verdict
from borderdesk.watchlist import Edition, ListKind
from borderdesk.words import Sentence, say

MIGRATIONS: Final = Migrations("late_matches")


@MIGRATIONS()
def make_late_matches(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE late_matches (
            id INTEGER PRIMARY KEY,
            screening TEXT NOT NULL,
            list TEXT NOT NULL,
            record_key TEXT NOT NULL,
            edition INTEGER NOT NULL,
            summary TEXT NOT NULL,         -- a Sentence, as JSON
            asked_at TEXT NOT NULL,        -- trusted time of the screening
            found_at TEXT NOT NULL,
            verdict TEXT NOT NULL,         -- what would have been answered, as JSON
            seen_by TEXT,
            seen_at TEXT,
            UNIQUE (screening, list, record_key)
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE rechecks_due (
            id INTEGER PRIMARY KEY,
            list TEXT NOT NULL,
            kind TEXT NOT NULL,
            edition INTEGER NOT NULL,
            keys TEXT                      -- of what is new, one a line; NULL where the list came whole
        ) STRICT"""
    )


@MIGRATIONS()
def note_how_far_was_compared(db: Database) -> None:
    """An answer may be given before an edition, and written down after the travellers were compared with it."""
    db.conn.execute(
        """CREATE TABLE compared (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            at TEXT NOT NULL,              -- trusted time of the last comparison with an edition
            newest INTEGER NOT NULL        -- the screening that was written down last before it (`memory.newest`)
        ) STRICT"""
    )


@dataclass(frozen=True, slots=True)
class LateMatch:
    """One record that would have been found. `asked_at` and `found_at` are trusted times in UTC.

    `document_number` and `traveller` are what the screening was asked, empty where it was not.
    """

    screening: ScreeningId
    post: PostId
    desk: DeskId
    record: RecordRef
    summary: Sentence
    asked_at: datetime
    found_at: datetime
    document_state: str
    document_number: str
    traveller: str

    @property
    def sentence(self) -> Sentence:
        """For the officer: when the traveller passed, and what is known now."""
        return say(
            "Screened on {time}, before this was known here: {summary}",
            time=self.asked_at.strftime("%Y-%m-%d %H:%M UTC"),
            summary=self.summary,
        )


@dataclass(frozen=True, slots=True)
class KeptLateMatch:
    """A late match at its desk: with what would have been answered, and who has looked at it, if anybody has."""

    match: LateMatch
    verdict: Verdict
    seen_by: AccountId | None


@dataclass(frozen=True, slots=True)
class Due:
    """An edition that has not been compared yet. `keys` name what it brought, None where the list came whole."""

    id: int
    list: ListName
    kind: ListKind
    edition: int
    keys: tuple[RecordKey, ...] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """How far travellers were compared: `at` is trusted time, `newest` the last screening that was looked at."""

    at: datetime
    newest: int


def note_due(db: Database, edition: Edition, keys: Iterable[RecordKey] | None) -> None:
    """Note an edition for comparison, inside the transaction that applies it. One that brings nothing is not noted."""
    lines = None if keys is None else "\n".join(keys)
    if lines != "":
        watchlist = edition.watchlist
        db.conn.execute(
            "INSERT INTO rechecks_due (list, kind, edition, keys) VALUES (?, ?, ?, ?)",
            (watchlist.name, watchlist.kind.value, edition.number, lines),
        )


def due(db: Database) -> tuple[Due, ...]:
    """What has not been compared yet, oldest first."""
    rows = db.conn.execute("SELECT id, list, kind, edition, keys FROM rechecks_due ORDER BY id")
    return tuple(
        Due(number, ListName(name), ListKind(kind), edition, None if keys is None else _keys(keys))
        for number, name, kind, edition, keys in rows
    )


def settle(db: Database, compared: Iterable[Due]) -> None:
    """These have been compared."""
    db.conn.executemany("DELETE FROM rechecks_due WHERE id = ?", [(each.id,) for each in compared])


def compared(db: Database) -> Compared | None:
    """How far it was done the last time; None where it never was."""
    row = db.conn.execute("SELECT at, newest FROM compared").fetchone()
    return None if row is None else Compared(datetime.fromisoformat(row[0]), row[1])


def note_compared(db: Database, compared: Compared) -> None:
    """It was done so far, inside the caller's transaction."""
    db.conn.execute("INSERT OR REPLACE INTO compared VALUES (1, ?, ?)", (compared.at.isoformat(), compared.newest))


def keep(db: Database, match: LateMatch, verdict: Verdict) -> bool:
    """Keep a late match, inside the caller's transaction. False where it is known already."""
    return bool(
        db.conn.execute(
            "INSERT OR IGNORE INTO late_matches (screening, list, record_key, edition, summary, asked_at, found_at,"
            " verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                match.screening,
                match.record.list,
                match.record.key,
                match.record.edition,
                match.summary.as_json(),
                match.asked_at.isoformat(),
                match.found_at.isoformat(),
                to_json(verdict),
            ),
        ).rowcount
    )


def kept(db: Database, post: PostId, desk: DeskId, *, limit: int) -> tuple[KeptLateMatch, ...]:
    """The newest late matches: those nobody has looked at first, then the newest first."""
    rows = db.query("SELECT * FROM late_matches ORDER BY seen_at IS NOT NULL, id DESC LIMIT ?", (limit,))
    return tuple(_kept(row, post, desk) for row in rows)


def count_unseen(db: Database) -> int:
    """How many late matches nobody has looked at."""
    (count,) = db.conn.execute("SELECT count(*) FROM late_matches WHERE seen_at IS NULL").fetchone()
    return int(count)


def note_seen(db: Database, screening: ScreeningId, record: RecordRef, *, who: AccountId, at: Moment) -> bool:
    """Somebody looked at a late match, inside the caller's transaction. False where somebody had, or none is kept."""
    return bool(
        db.conn.execute(
            "UPDATE late_matches SET seen_by = ?, seen_at = ?"
            " WHERE screening = ? AND list = ? AND record_key = ? AND seen_at IS NULL",
            (who, at.trusted.isoformat(), screening, record.list, record.key),
        ).rowcount
    )


def traveller_of(verdict: Verdict) -> str:
    """The name that was asked for, in one line; empty where none was."""
    person = verdict.question.person
    return "" if person is None else person.full or ", ".join(part for part in (person.surname, person.given) if part)


def _keys(lines: str) -> tuple[RecordKey, ...]:
    return tuple(RecordKey(key) for key in lines.split("\n"))


def _kept(row: dict[str, Any], post: PostId, desk: DeskId) -> KeptLateMatch:
    verdict = from_json(Verdict, row["verdict"])
    match = LateMatch(
        screening=ScreeningId(row["screening"]),
        post=post,
        desk=desk,
        record=RecordRef(ListName(row["list"]), RecordKey(row["record_key"]), row["edition"]),
        summary=Sentence.from_json(row["summary"]),
        asked_at=datetime.fromisoformat(row["asked_at"]),
        found_at=datetime.fromisoformat(row["found_at"]),
        document_state=verdict.question.document_state,
        document_number=verdict.question.document_number,
        traveller=traveller_of(verdict),
    )
    return KeptLateMatch(match, verdict, AccountId(row["seen_by"]) if row["seen_by"] else None)
