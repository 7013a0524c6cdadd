"""The desk's memory of its screenings: what was asked, what was answered, on which editions.

Kept for the days in which travellers are screened again when an edition arrives, and so that the officer finds the
shift's screenings after a restart; what is older is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.findings import Severity
from borderdesk.ids import ScreeningId
from borderdesk.matching import PersonQuery
from borderdesk.policy import Policy
from borderdesk.screening.passages import Passage, ShapeCount, is_sound, shape_of
from borderdesk.screening.question import Asked
from borderdesk.screening.stored import form_of, from_json, to_json
from borderdesk.screening.verdict import ListLine, Question, ScreenedList, Verdict, VerdictWord
from borderdesk.words import Sentence

MIGRATIONS = Migrations("screenings")

MOST_PASSAGES: Final = 20
"""Passages looked at for one question: a passport shown more often than this in a few days is known well enough."""


@MIGRATIONS()
def make_screenings(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE screenings (
            id TEXT PRIMARY KEY,
            asked_at TEXT NOT NULL,        -- trusted time
            word TEXT NOT NULL,
            verdict TEXT NOT NULL          -- the whole Verdict, as JSON
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX screenings_at ON screenings (asked_at)")


@MIGRATIONS()
def make_lists(db: Database) -> None:
    db.conn.execute("ALTER TABLE screenings ADD COLUMN in_list TEXT")  # NULL for a traveller who came by themselves
    db.conn.execute("ALTER TABLE screenings ADD COLUMN in_line INTEGER")
    db.conn.execute("CREATE INDEX screenings_of_list ON screenings (in_list, in_line) WHERE in_list IS NOT NULL")
    db.conn.execute(
        """CREATE TABLE screened_lists (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            people INTEGER NOT NULL,
            warnings TEXT NOT NULL,        -- Sentences, as JSON
            asked_at TEXT NOT NULL         -- trusted time
        ) STRICT"""
    )


@MIGRATIONS()
def find_passages(db: Database) -> None:
    """Earlier passages are found by number, by birth and by name; the columns only read what is remembered anyway."""
    for column, expression in (
        ("number", "verdict ->> '$.question.document_number'"),
        (
            "born",
            "(verdict ->> '$.question.person.birth.year') || '-' || (verdict ->> '$.question.person.birth.month')"
            " || '-' || (verdict ->> '$.question.person.birth.day')",
        ),
        ("holder", "(verdict ->> '$.question.person.surname') || '<<' || (verdict ->> '$.question.person.given')"),
    ):
        db.conn.execute(f"ALTER TABLE screenings ADD COLUMN {column} TEXT GENERATED ALWAYS AS ({expression}) VIRTUAL")
        db.conn.execute(f"CREATE INDEX screenings_{column} ON screenings ({column})")
    db.conn.execute(
        """CREATE TABLE number_shapes (       -- what numbers of documents look like; names nobody, so it is kept
            state TEXT NOT NULL,
            kind TEXT NOT NULL,              -- first letter of the document code
            shape TEXT NOT NULL,             -- A for a letter, 9 for a digit
            first_seen TEXT NOT NULL,        -- day of trusted time
            seen INTEGER NOT NULL,
            PRIMARY KEY (state, kind, shape)
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS()
def find_newest_passages_first(db: Database) -> None:
    """Half a village may be born on one day; only the newest passages are looked at, so only they are read."""
    for column in ("number", "born", "holder"):
        db.conn.execute(f"DROP INDEX screenings_{column}")
        db.conn.execute(f"CREATE INDEX screenings_{column} ON screenings ({column}, asked_at)")


@MIGRATIONS()
def know_a_list_again(db: Database) -> None:
    """A list that was stopped goes on where it stopped, once its file comes again."""
    db.conn.execute("ALTER TABLE screened_lists ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''")


def get_ready() -> None:
    """Learn now how a verdict is written and read, and not with the first traveller."""
    for shape in (Verdict, Question):
        form_of(shape)


def remember(db: Database, verdict: Verdict, *, in_list: str | None = None, in_line: int | None = None) -> None:
    """Keep a verdict, inside the caller's transaction; `in_list` and `in_line` where it is one of a list's.

    Raises ValueError for the answer of a drill: an invented traveller is never remembered.
    """
    if verdict.drill is not None:
        raise ValueError("the answer of a drill was to be remembered")
    at, word = verdict.asked_at.trusted.isoformat(), verdict.word.value
    db.conn.execute(
        "INSERT INTO screenings (id, asked_at, word, verdict, in_list, in_line) VALUES (?, ?, ?, ?, ?, ?)",
        (verdict.screening, at, word, to_json(verdict), in_list, in_line),
    )


def remember_list(db: Database, screened: ScreenedList, sha256: str = "") -> None:
    """Keep a list of people; its lines are kept as they are answered. `sha256` is that of its file, in hex."""
    db.table("screened_lists").insert(
        {
            "id": screened.id,
            "title": screened.title,
            "people": screened.people,
            "warnings": json.dumps([warning.as_plain() for warning in screened.warnings], ensure_ascii=False),
            "asked_at": screened.asked_at.isoformat(),
            "sha256": sha256,
        }
    )


def recall(db: Database, screening: ScreeningId) -> Verdict | None:
    """One verdict as it was given, or None where it was forgotten."""
    row = db.conn.execute("SELECT verdict FROM screenings WHERE id = ?", (screening,)).fetchone()
    return None if row is None else from_json(Verdict, row[0])


def recent(db: Database, *, limit: int) -> tuple[Verdict, ...]:
    """The newest verdicts on travellers who came by themselves, newest first."""
    rows = db.conn.execute(
        "SELECT verdict FROM screenings WHERE in_list IS NULL ORDER BY asked_at DESC, rowid DESC LIMIT ?", (limit,)
    )
    return tuple(from_json(Verdict, text) for (text,) in rows)


def matches(db: Database) -> Iterator[Verdict]:
    """The remembered verdicts that say *match*, on travellers and on lines of lists, oldest first."""
    rows = db.conn.execute(
        "SELECT verdict FROM screenings WHERE word = ? ORDER BY asked_at, rowid", (VerdictWord.MATCH.value,)
    )
    for (text,) in rows:
        yield from_json(Verdict, text)


def since(db: Database, oldest: datetime) -> Iterator[Verdict]:
    """The verdicts given at or after a trusted time in UTC, oldest first."""
    rows = db.conn.execute(
        "SELECT verdict FROM screenings WHERE asked_at >= ? ORDER BY asked_at", (oldest.isoformat(),)
    )
    for (text,) in rows:
        yield from_json(Verdict, text)


def newest(db: Database) -> int:
    """The number of the screening that was written down last; 0 where none is."""
    (number,) = db.conn.execute("SELECT ifnull(max(rowid), 0) FROM screenings").fetchone()
    return int(number)


def written_later(db: Database, after: int, oldest: datetime, until: datetime) -> Iterator[Verdict]:
    """Verdicts given between two trusted times in UTC, and written down after the screening of this number."""
    rows = db.conn.execute(
        # By that index alone: the rows themselves hold whole verdicts.
        "SELECT verdict FROM screenings WHERE rowid IN"
        " (SELECT rowid FROM screenings INDEXED BY screenings_at WHERE asked_at BETWEEN ? AND ? AND rowid > ?)",
        (oldest.isoformat(), until.isoformat(), after),
    )
    for (text,) in rows:
        yield from_json(Verdict, text)


def lists(db: Database) -> tuple[ScreenedList, ...]:
    """The lists of people that are remembered, newest first."""
    rows = db.conn.execute(f"{_LISTS} ORDER BY asked_at DESC")
    return tuple(_list(db, *row) for row in rows.fetchall())


def stopped_list(db: Database, sha256: str) -> ScreenedList | None:
    """The newest list of this file, where it was stopped before everybody on it was answered."""
    row = db.conn.execute(f"{_LISTS} WHERE sha256 = ? ORDER BY asked_at DESC LIMIT 1", (sha256,)).fetchone()
    found = None if row is None else _list(db, *row)
    return None if found is None or found.is_whole else found


_LISTS: Final = "SELECT id, title, people, warnings, asked_at FROM screened_lists"


def _list(db: Database, id_: str, title: str, people: int, warnings: str, asked_at: str) -> ScreenedList:
    said = tuple(Sentence.from_plain(plain) for plain in json.loads(warnings))
    return ScreenedList(id_, title, people, _lines(db, id_), said, datetime.fromisoformat(asked_at))


def _lines(db: Database, list_id: str) -> tuple[ListLine, ...]:
    rows = db.conn.execute("SELECT in_line, verdict FROM screenings WHERE in_list = ? ORDER BY in_line", (list_id,))
    return tuple(ListLine(number, from_json(Verdict, text)) for number, text in rows)


def forget_old(db: Database, *, at: Moment, policy: Policy, due: Collection[ScreeningId] = ()) -> int:
    """Drop screenings older than the policy's days for re-checks. Returns how many.

    Those that are `due` stay: matches on which nobody acted, whom else only the journal would know.
    """
    oldest = (at.trusted - timedelta(days=policy.recheck_days)).isoformat()
    db.conn.execute("DELETE FROM screened_lists WHERE asked_at < ?", (oldest,))
    return int(
        db.conn.execute(
            "DELETE FROM screenings WHERE asked_at < ? AND id NOT IN (SELECT value FROM json_each(?))",
            (oldest, json.dumps(list(due))),
        ).rowcount
    )


def learn_shape(db: Database, asked: Asked, verdict: Verdict) -> None:
    """Count the shape of a number, inside the caller's transaction, where nothing speaks against the document."""
    doubted = any(each.severity in (Severity.STOP, Severity.LOOK) for each in verdict.findings)
    question = asked.question
    if not is_sound(asked) or doubted or not question.document_state:
        return
    db.conn.execute(
        "INSERT INTO number_shapes VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET seen = seen + 1",
        (
            question.document_state,
            question.document_type,
            shape_of(question.document_number),
            verdict.asked_at.trusted.date().isoformat(),
        ),
    )


class RememberedPassages:
    """The passages of this desk, out of its remembered screenings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def with_number(self, number: str) -> Iterable[Passage]:
        """Passages of documents with this number, newest first."""
        return self._passages("number = ?", number)

    def with_holder(self, person: PersonQuery) -> Iterable[Passage]:
        """Passages of holders born that day or of exactly this name, newest first."""
        birth = person.birth
        born = f"{birth.year}-{birth.month}-{birth.day}" if birth and birth.is_whole else ""
        return (
            *self._passages("born = ?", born),
            *self._passages("holder = ?", f"{person.surname}<<{person.given}"),
        )

    def shapes(self, state: str, kind: str, shape: str, before: date) -> ShapeCount:
        """Numbers of this State and kind of document seen at all, and of this shape on an earlier day."""
        row = self._db.conn.execute(
            "SELECT ifnull(sum(seen) FILTER (WHERE shape = ? AND first_seen < ?), 0), ifnull(sum(seen), 0)"
            " FROM number_shapes WHERE state = ? AND kind = ?",
            (shape, before.isoformat(), state, kind),
        ).fetchone()
        return ShapeCount(*row)

    def _passages(self, where: str, value: str) -> tuple[Passage, ...]:
        rows = self._db.conn.execute(
            f"""SELECT asked_at, verdict -> '$.question' FROM screenings
            WHERE {where} AND NOT EXISTS (
                SELECT 1 FROM json_each(verdict, '$.findings') WHERE value ->> 'code' LIKE 'mrz.check.%'
            ) ORDER BY asked_at DESC LIMIT ?""",  # noqa: S608 - the two conditions stand in this module
            (value, MOST_PASSAGES),
        )
        return tuple(_passage(*row) for row in rows)


def _passage(asked_at: str, plain: Any) -> Passage:
    question = from_json(Question, plain)
    return Passage(
        datetime.fromisoformat(asked_at).date(),
        question.document_state,
        question.document_number,
        question.person or PersonQuery(),
    )


def count_by_hour(db: Database, since: datetime, until: datetime) -> dict[tuple[datetime, VerdictWord], int]:
    """How many screenings of travellers and lists lie in each hour of trusted time between two times, by word.

    Counted in the database, so a shift of any length is whole. The hours of the days that are remembered.
    """
    rows = db.conn.execute(
        "SELECT substr(asked_at, 1, 13), word, count(*) FROM screenings WHERE asked_at >= ? AND asked_at < ?"
        " GROUP BY 1, 2",
        (since.isoformat(), until.isoformat()),
    )
    return {
        (datetime.fromisoformat(f"{hour}:00:00+00:00"), VerdictWord(word)): int(count) for hour, word, count in rows
    }
