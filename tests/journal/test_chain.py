"""The journal: chained, written with the act it tells of, and honest about what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.ids import ListName
from borderdesk.journal import JournalBroken
from borderdesk.store import Store, open_store

KEY = bytes(range(32))
AT = Moment(datetime(2026, 9, 1, 8, tzinfo=UTC), datetime(2026, 9, 1, 8, 0, 7, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "desk.db", KEY, [journal.MIGRATIONS]) as store:
        with store.transaction() as db:
            for n in range(5):
                journal.append(
                    db,
                    kind="screening",
                    who="amina",
                    at=AT,
                    why="traveller",
                    details={"verdict": "no match", "n": n},
                    editions={ListName("sltd"): 7},
                )
        yield store


def lift_protection(store: Store) -> None:
    """What somebody does who has the key and a database tool."""
    with store.transaction() as db:
        db.conn.execute("DROP TRIGGER journal_is_not_rewritten")
        db.conn.execute("DROP TRIGGER journal_is_not_cut")


def test_an_untouched_journal_is_whole(store: Store) -> None:
    report = journal.verify(store.reader)
    assert (report.is_whole, report.entries) == (True, 5)
    report.require_whole()


def test_an_empty_journal_is_whole(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.db", KEY, [journal.MIGRATIONS]) as store:
        assert journal.verify(store.reader).entries == 0


def test_entries_come_back_as_they_were_written(store: Store) -> None:
    first, *_, last = journal.entries(store.reader)
    assert (first.number, last.number) == (1, 5)
    assert last.details == {"verdict": "no match", "n": 4}
    assert (last.who, last.at, last.editions) == ("amina", AT, {"sltd": 7})
    assert [entry.number for entry in journal.entries(store.reader, since=4)] == [4, 5]


def test_an_entry_goes_with_its_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as db:
        journal.append(db, kind="hit", who="amina", at=AT)
        _ = 1 / 0
    assert journal.verify(store.reader).entries == 5


@pytest.mark.parametrize(
    ("act", "number", "words"),
    [
        ("UPDATE journal SET who = 'nobody' WHERE number = 3", 3, "entry 3 was changed"),
        ("UPDATE journal SET details = '{}' WHERE number = 1", 1, "entry 1 was changed"),
        ("UPDATE journal SET wall_at = '2026-01-01T00:00:00+00:00' WHERE number = 5", 5, "entry 5 was changed"),
        ("DELETE FROM journal WHERE number = 2", 3, "entries between them are missing"),
        ("DELETE FROM journal WHERE number = 1", 2, "entries between them are missing"),
        ("UPDATE journal SET previous = zeroblob(32) WHERE number = 4", 4, "does not continue"),
    ],
)
def test_the_first_broken_entry_is_named(store: Store, act: str, number: int, words: str) -> None:
    lift_protection(store)
    with store.transaction() as db:
        db.conn.execute(act)
    report = journal.verify(store.reader)
    assert report.broken_at == number
    with pytest.raises(JournalBroken, match=words):
        report.require_whole()


@pytest.mark.parametrize("act", ["UPDATE journal SET who = 'nobody'", "DELETE FROM journal WHERE number = 5"])
def test_the_database_itself_refuses_to_rewrite(store: Store, act: str) -> None:
    with pytest.raises(sqlcipher.IntegrityError, match="only ever added to"), store.transaction() as db:
        db.conn.execute(act)
    assert journal.verify(store.reader).is_whole


def test_details_that_are_no_json_are_a_bug_and_write_nothing(store: Store) -> None:
    with pytest.raises(TypeError), store.transaction() as db:
        journal.append(db, kind="hit", who="amina", at=AT, details={"when": AT})
    assert journal.verify(store.reader).entries == 5
