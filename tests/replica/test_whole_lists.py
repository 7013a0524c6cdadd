"""A whole list that comes in by steps: what is said to be in use is really stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from borderdesk.replica import MIGRATIONS, EditionRefused, Replica, staging
from borderdesk.replica.schema import changes_table, make_document_tables
from borderdesk.replica.types import Applied
from borderdesk.store import open_store
from borderdesk.watchlist import DocumentColumns, Snapshot
from tests.replica.conftest import AT, KEY, SLTD, Bureau, document

DOCUMENTS = [document(f"UTO/P/A{number:06d}") for number in range(60)]


def snapshot() -> Snapshot:
    edition = Bureau(SLTD, DOCUMENTS).edition()
    return Snapshot(edition, (), (DocumentColumns.of(DOCUMENTS[:30]), DocumentColumns.of(DOCUMENTS[30:])))


def test_an_edition_is_refused_where_a_step_was_lost_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "STEP_ROWS", 30)
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store:
        whole = snapshot()

        def cut_short() -> object:
            yield whole.columns[0]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Replica(store).apply(Snapshot(whole.edition, (), cut_short()), at=AT)  # type: ignore[arg-type]
        with store.transaction() as db:
            db.conn.execute("DELETE FROM staged")
        with pytest.raises(EditionRefused, match="60 documents came and 30 were stored"):
            Replica(store).apply(whole, at=AT)
        assert Replica(store).find_documents("A000001") == ()
        Replica(store).apply(whole, at=AT)
        assert Replica(store).find_documents("A000001")[0].match.is_hit


def test_applying_inside_a_transaction_is_a_bug_and_stops_loudly(tmp_path: Path) -> None:
    with (
        open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store,
        pytest.raises(RuntimeError, match="transactions of its own"),
        store.transaction(),
    ):
        Replica(store).apply(snapshot(), at=AT)


def test_a_journal_entry_is_written_with_the_edition_or_neither_is(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store:

        def no_room(_: Database, __: Applied) -> None:
            raise OSError("the journal has no room")

        with pytest.raises(OSError, match="no room"):
            Replica(store).apply(snapshot(), at=AT, note=no_room)
        assert Replica(store).find_documents("A000001") == ()
        noted: list[int] = []
        Replica(store).apply(snapshot(), at=AT, note=lambda _, applied: noted.append(applied.edition.number))
        assert noted == [1]


def test_a_list_that_an_older_program_was_bringing_in_comes_in_from_its_beginning(tmp_path: Path) -> None:
    """What waited to be sorted was written otherwise then; and the file as it was is kept."""
    path = tmp_path / "desk.db"
    change = Bureau(SLTD, DOCUMENTS).snapshot()
    with open_store(path, KEY) as store, store.transaction() as db:
        MIGRATIONS.apply(db, stop_before="squeeze_staged")
        as_an_older_program_made_them(db)
        row = (SLTD.name, change.edition.number, change.edition.digest, 1, 1, 60, bytes(512), 0)
        db.conn.execute("INSERT INTO coming VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.conn.execute("INSERT INTO staged (slot, part, rest_width, documents) VALUES (1, 3, 1, x'00')")
    with open_store(path, KEY, [MIGRATIONS]) as store:
        replica = Replica(store)
        assert replica.apply(change, at=AT).upserted == len(DOCUMENTS)
        verified = replica.verify(SLTD.name)
        assert verified is not None and verified.is_whole
    assert path.with_name("desk.db.before").exists()


def test_a_list_that_an_older_program_holds_answers_and_takes_the_next_delta(tmp_path: Path) -> None:
    """It had one table for everything, and other filters."""
    path, bureau = tmp_path / "desk.db", Bureau(SLTD, DOCUMENTS)
    with open_store(path, KEY, [MIGRATIONS]) as store:
        Replica(store).apply(bureau.snapshot(), at=AT)
        with store.transaction() as db:
            db.conn.execute(f"DROP TABLE {changes_table(1)}")
            db.conn.execute("DROP TABLE word_filters")
            db.conn.execute("DROP TABLE skeletons_touched")
            db.conn.execute("CREATE TABLE skeleton_filters (slot INTEGER)")
            db.conn.execute("CREATE TABLE skeletons_added (slot INTEGER)")
            db.conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'make_changes'")
    with open_store(path, KEY, [MIGRATIONS]) as store:
        replica, (first, second, *_) = Replica(store), DOCUMENTS
        assert [each.document for each in replica.find_documents(first.number, near=False)] == [first]
        new = document("UTO/P/NEW898902")
        replica.apply(bureau.delta(new, withdraw=[second.key]), at=AT)
        assert [each.document for each in replica.find_documents("NEW898903")] == [new]
        verified = replica.verify(SLTD.name)
        assert verified is not None and verified.is_whole
    assert path.with_name("desk.db.before").exists()


def as_an_older_program_made_them(db: Database) -> None:
    """The tables of a list, as they were before there was one for changes."""
    make_document_tables(db, 1)
    db.conn.execute(f"DROP TABLE {changes_table(1)}")
