"""Signed segments, export and purge: what remains provable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.journal import NotAJournal
from borderdesk.store import Store, open_store

KEY = bytes(range(32))
DESK = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = DESK.public_key()
START = datetime(2020, 1, 1, tzinfo=UTC)


def at(days: int) -> Moment:
    now = START + timedelta(days=days)
    return Moment(now, now)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three signed segments of four entries, a year apart, and two entries after them."""
    with open_store(tmp_path / "desk.db", KEY, [journal.MIGRATIONS]) as store:
        for year in range(3):
            write(store, 4, at(365 * year))
            with store.transaction() as db:
                assert journal.close_segment(db, DESK, at=at(365 * year)) is not None
        write(store, 2, at(1100))
        yield store


def write(store: Store, count: int, moment: Moment) -> None:
    with store.transaction() as db:
        for n in range(count):
            journal.append(db, kind="screening", who="amina", at=moment, details={"n": n})


def test_a_signed_journal_is_whole_and_says_what_is_not_signed_yet(store: Store) -> None:
    report = journal.verify(store.reader, PUBLIC)
    assert (report.is_whole, report.entries, report.segments, report.unsigned) == (True, 14, 3, 2)
    assert report.signatures_checked
    assert not journal.verify(store.reader).signatures_checked


def test_there_is_no_segment_without_new_entries(store: Store) -> None:
    with store.transaction() as db:
        segment = journal.close_segment(db, DESK, at=at(1200))
        assert segment is not None
        assert (segment.first, segment.last) == (13, 14)
        assert journal.close_segment(db, DESK, at=at(1201)) is None


def test_another_key_is_not_this_desks(store: Store) -> None:
    report = journal.verify(store.reader, Ed25519PrivateKey.generate().public_key())
    assert (report.broken_at, "not signed by this desk" in str(report.broken)) == (1, True)


def test_purging_leaves_a_stub_that_still_proves_the_chain(store: Store) -> None:
    with store.transaction() as db:
        assert journal.purge(db, years=3, who="auditor", at=at(365 * 4 + 30)) == 8
    report = journal.verify(store.reader, PUBLIC)
    assert (report.is_whole, report.purged, report.entries) == (True, 8, 7)
    first, *_, last = journal.entries(store.reader)
    assert (first.number, last.kind, last.details) == (9, "purge", {"entries": 8, "last": 8})
    with store.transaction() as db:
        assert journal.purge(db, years=3, who="auditor", at=at(365 * 4 + 30)) == 0


def test_nothing_younger_than_the_policy_is_purged(store: Store) -> None:
    with store.transaction() as db:
        assert journal.purge(db, years=3, who="auditor", at=at(1000)) == 0
    assert journal.verify(store.reader, PUBLIC).entries == 14


def test_unsigned_entries_and_signed_ones_out_of_turn_cannot_be_deleted(store: Store) -> None:
    for act in (
        "DELETE FROM journal WHERE number = 14",
        "DELETE FROM journal WHERE number = 2",
        "DELETE FROM journal_segments WHERE first = 1",
        "UPDATE journal_segments SET head = zeroblob(32) WHERE first = 1",
        "UPDATE journal_segments SET purged = 0",
    ):
        with pytest.raises(sqlcipher.IntegrityError, match="only ever added to"), store.transaction() as db:
            db.conn.execute(act)


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        (["DELETE FROM journal WHERE number >= 11"], "entries 11 to 12 were cut off"),
        (["DELETE FROM journal WHERE number <= 4"], "entries between them are missing"),
        (["UPDATE journal_segments SET head = zeroblob(32) WHERE first = 5"], "not signed by"),
        (["UPDATE journal_segments SET previous = zeroblob(32) WHERE first = 5"], "does not follow"),
        (["DELETE FROM journal_segments WHERE first = 1"], "does not follow the one before"),
        (
            ["UPDATE journal_segments SET purged = 1 WHERE first = 5", "DELETE FROM journal WHERE number IN (5,6,7,8)"],
            "purged before an older one",
        ),
    ],
)
def test_what_somebody_with_the_key_cuts_or_forges_is_found(store: Store, acts: list[str], words: str) -> None:
    with store.transaction() as db:
        for (name,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.conn.execute(f"DROP TRIGGER {name}")
        for act in acts:
            db.conn.execute(act)
    report = journal.verify(store.reader, PUBLIC)
    assert words in str(report.broken)


def test_a_chain_written_anew_is_not_the_one_that_was_signed(store: Store, tmp_path: Path) -> None:
    """Somebody with the database key can make a chain that fits in itself; the signatures are what he lacks."""
    lines = list(journal.export(store.reader))
    with open_store(tmp_path / "forged.db", KEY, [journal.MIGRATIONS]) as forged:
        with forged.transaction() as db:
            for n in range(14):
                journal.append(db, kind="screening", who="somebody else", at=at(n))
        entries = list(journal.export(forged.reader))
    segments = [line for line in lines if "segment" in json.loads(line)]
    report = journal.verify_export([*segments, *entries], PUBLIC)
    assert (report.broken_at, "not the one that was signed" in str(report.broken)) == (4, True)


def test_an_exported_journal_is_verified_without_the_desk(store: Store) -> None:
    lines = list(journal.export(store.reader))
    report = journal.verify_export(lines, PUBLIC)
    assert (report.is_whole, report.entries, report.segments) == (True, 14, 3)
    forged = [line.replace("amina", "nobody") if '"number":6,' in line else line for line in lines]
    assert journal.verify_export(forged, PUBLIC).broken_at == 6
    assert "cut off" in str(journal.verify_export(lines[:-4], PUBLIC).broken)


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"segment": 1}', "no json"])
def test_another_file_is_no_journal(line: str) -> None:
    with pytest.raises(NotAJournal, match="Line 1"):
        journal.verify_export([line])
