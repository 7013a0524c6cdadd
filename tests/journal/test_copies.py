"""The auditor's copy proves itself without the database; notes left outside come into the journal once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.store import Store, open_store

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY, COPY_KEY, NOTE_KEY = bytes(32), b"c" * 32, b"n" * 32
SIGNER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
DESK_KEY = SIGNER.public_key().public_bytes_raw()


def at(days: float = 0) -> Moment:
    return Moment(START + timedelta(days=days), START + timedelta(days=days))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "desk.db", KEY, [journal.MIGRATIONS]) as store:
        yield store


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "journal.copy"


def shift(store: Store, copy: Path, entries: int, days: float = 0, key: bytes = COPY_KEY) -> None:
    """So many entries, a signed segment, and the copy brought up to date."""
    with store.transaction() as db:
        for n in range(entries):
            journal.append(db, kind="screening", who="amina", at=at(days), details={"n": n})
        journal.close_segment(db, SIGNER, at=at(days))
        journal.bring_up_to_date(db, copy, key, DESK_KEY)


def verified(copy: Path, key: bytes = COPY_KEY) -> journal.JournalReport:
    desk_key, lines = journal.read_copy(copy, key)
    assert desk_key == DESK_KEY
    return journal.verify_export(lines, SIGNER.public_key())


def test_the_copy_is_the_journal_and_proves_itself(store: Store, copy: Path) -> None:
    for _ in range(3):
        shift(store, copy, 5)
    report = verified(copy)
    assert (report.is_whole, report.entries, report.segments, report.signatures_checked) == (True, 15, 3, True)
    assert report.head == journal.verify(store.reader).head


def test_bringing_it_up_to_date_only_adds(store: Store, copy: Path) -> None:
    shift(store, copy, 500)
    before = copy.read_bytes()
    shift(store, copy, 1)
    assert copy.read_bytes().startswith(before) and len(copy.read_bytes()) < len(before) + 1000


def test_no_line_of_it_is_in_the_clear(store: Store, copy: Path) -> None:
    shift(store, copy, 5)
    assert b"amina" not in copy.read_bytes() and b"screening" not in copy.read_bytes()


def test_another_key_or_a_changed_byte_is_refused(store: Store, copy: Path) -> None:
    shift(store, copy, 5)
    with pytest.raises(journal.FrameAltered):
        journal.read_copy(copy, NOTE_KEY)
    content = bytearray(copy.read_bytes())
    content[40] ^= 1
    copy.write_bytes(content)
    with pytest.raises(journal.FrameAltered):
        journal.read_copy(copy, COPY_KEY)


def test_a_torn_end_is_written_over(store: Store, copy: Path) -> None:
    """The power went while a frame was written: its transaction was not committed either."""
    shift(store, copy, 5)
    with copy.open("ab") as file:
        file.write(b"\0\0\1\0half of a frame")
    assert verified(copy).entries == 5
    shift(store, copy, 5)
    assert verified(copy).entries == 10


def test_a_copy_that_was_deleted_or_cut_or_has_another_key_is_written_anew(store: Store, copy: Path) -> None:
    shift(store, copy, 5)
    copy.unlink()
    shift(store, copy, 5)
    assert verified(copy).entries == 10
    copy.write_bytes(copy.read_bytes()[:100])
    shift(store, copy, 5)
    assert verified(copy).entries == 15
    shift(store, copy, 5, key=NOTE_KEY)
    assert verified(copy, NOTE_KEY).entries == 20


def test_what_was_purged_is_in_the_copy_no_longer(store: Store, copy: Path) -> None:
    shift(store, copy, 5)
    with store.transaction() as db:
        assert journal.purge(db, years=3, who="sami", at=at(4 * 366)) == 5
    shift(store, copy, 2, days=4 * 366)
    report = verified(copy)
    assert (report.is_whole, report.purged, report.entries) == (True, 5, 3)


def test_a_note_comes_into_the_journal_once(store: Store, tmp_path: Path) -> None:
    notes = tmp_path / "journal.notes"
    journal.leave_note(notes, NOTE_KEY, kind="sign-in", who="lee", at=at())
    with notes.open("ab") as file:
        file.write(b"\0\0\1\0torn")
    journal.leave_note(notes, NOTE_KEY, kind="sign-out", who="lee", at=at(0.5))
    for expected in (2, 0):  # the second time as after a power cut between commit and deletion
        with store.transaction() as db:
            assert journal.take_notes(db, notes, [COPY_KEY, NOTE_KEY]) == expected
    found = [(entry.kind, entry.who, entry.at, dict(entry.details)) for entry in journal.entries(store.reader)]
    assert found == [("sign-in", "lee", at(), {"late": True}), ("sign-out", "lee", at(0.5), {"late": True})]
