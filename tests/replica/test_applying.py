"""From edition to edition: exactly what the bureau published, or the old edition untouched."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from borderdesk import journal
from borderdesk.ids import ListName, RecordKey
from borderdesk.policy import DEFAULT
from borderdesk.replica import (
    MIGRATIONS,
    EditionRefused,
    Freshness,
    MatchClass,
    PersonsChanged,
    Replica,
)
from borderdesk.store import DiskFull, Store, open_store
from borderdesk.watchlist import Delta, DocumentColumns, DocumentStatus, Snapshot

from .conftest import AT, KEY, MORNING, NOTICES, SLTD, Bureau, document, person

PATIENCE = 30.0
"""Seconds after which a test says that something hangs."""

STOLEN = "UTO/P/L898902C3"
OTHER = "FRA/I/880692310285"


def holding(replica: Replica, *keys: str) -> Bureau:
    bureau = Bureau(SLTD, [document(key) for key in keys])
    replica.apply(bureau.snapshot(), at=AT)
    return bureau


def edition_of(replica: Replica) -> int:
    (held,) = replica.held(MORNING, DEFAULT)
    return held.edition


def test_a_delta_adds_changes_and_withdraws(replica: Replica) -> None:
    bureau = holding(replica, STOLEN, OTHER)
    changed = document(OTHER, DocumentStatus.REVOKED)
    applied = replica.apply(bureau.delta(changed, document("UTO/P/X1"), withdraw=[STOLEN]), at=AT)
    assert (applied.from_edition, applied.edition.number, applied.withdrawn, applied.upserted) == (1, 2, 1, 2)
    assert [found.document for found in replica.find_documents("880692310285")] == [changed]
    assert replica.find_documents("X1")[0].record.edition == 2
    assert replica.held(MORNING, DEFAULT)[0].rows == 2


def test_a_withdrawn_document_says_when_and_why(replica: Replica) -> None:
    bureau = holding(replica, STOLEN, OTHER)
    replica.apply(bureau.delta(withdraw=[STOLEN], reason="found again"), at=AT)
    (found,) = replica.find_documents("L898902C3", state="UTO", type="P")
    assert found.withdrawn is not None
    assert (found.withdrawn.withdrawn_on, found.withdrawn.reason) == (date(2026, 8, 31), "found again")
    assert (found.match, found.document.status) == (MatchClass.EXACT, DocumentStatus.STOLEN)
    assert replica.find_documents("L898902C4") == (), "a withdrawn record is nobody's near answer"
    assert replica.find_documents("L898902C3", state="FRA") == ()


@pytest.mark.parametrize("how", ["delta", "snapshot"])
def test_a_document_listed_again_is_no_longer_withdrawn(replica: Replica, how: str) -> None:
    bureau = holding(replica, STOLEN, OTHER)
    replica.apply(bureau.delta(withdraw=[STOLEN, OTHER]), at=AT)
    if how == "delta":
        replica.apply(bureau.delta(document(STOLEN)), at=AT)
    else:
        bureau.records[STOLEN] = document(STOLEN)
        replica.apply(bureau.snapshot(), at=AT)
    assert [found.withdrawn for found in replica.find_documents("L898902C3")] == [None]
    assert [found.withdrawn is None for found in replica.find_documents("880692310285")] == [False]


def test_a_snapshot_replaces_what_was_held(replica: Replica) -> None:
    bureau = holding(replica, STOLEN)
    bureau.records = {OTHER: document(OTHER)}
    applied = replica.apply(bureau.snapshot(), at=AT)
    assert (applied.from_edition, applied.upserted) == (1, 1)
    assert replica.find_documents("L898902C3") == ()
    assert len(replica.find_documents("880692310285")) == 1


def test_a_snapshot_in_columns_is_the_same_as_one_in_records(replica: Replica) -> None:
    bureau = Bureau(SLTD, [document(f"UTO/P/{n:09d}") for n in range(500)])
    whole = bureau.snapshot()
    records = [record for record in whole.records if not isinstance(record, type(person("x")))]
    blocks = (DocumentColumns.of(records[300:]), DocumentColumns.of(records[:200]))
    replica.apply(Snapshot(whole.edition, records=records[200:300], columns=blocks), at=AT)
    assert all(replica.find_documents(f"{n:09d}")[0].match is MatchClass.EXACT for n in (0, 250, 499))


def test_an_empty_edition_is_a_heartbeat(replica: Replica) -> None:
    bureau = holding(replica, STOLEN)
    applied = replica.apply(bureau.delta(), at=AT)
    assert (applied.edition.number, applied.withdrawn, applied.upserted) == (2, 0, 0)
    assert edition_of(replica) == 2


def test_applying_the_held_edition_again_changes_nothing(replica: Replica) -> None:
    bureau = holding(replica, STOLEN)
    delta = bureau.delta(document(OTHER))
    replica.apply(delta, at=AT)
    assert replica.apply(delta, at=AT).upserted == 0
    assert edition_of(replica) == 2


Spoil = Callable[[Bureau], Delta | Snapshot]


def other_digest(bureau: Bureau) -> Delta:
    delta = bureau.delta(document("UTO/P/X1"))
    return dataclasses.replace(delta, edition=dataclasses.replace(delta.edition, digest=bytes(32)))


def other_rows(bureau: Bureau) -> Delta:
    delta = bureau.delta(document("UTO/P/X1"))
    return dataclasses.replace(delta, edition=dataclasses.replace(delta.edition, rows=99))


def missing_record(bureau: Bureau) -> Delta:
    return dataclasses.replace(bureau.delta(document("UTO/P/X1"), withdraw=[STOLEN]), withdrawals=())


def one_skipped(bureau: Bureau) -> Delta:
    bureau.delta(document("UTO/P/X1"))
    return bureau.delta(document("UTO/P/X2"))


def older(bureau: Bureau) -> Snapshot:
    bureau.number -= 1
    return dataclasses.replace(
        bureau.snapshot(), edition=dataclasses.replace(bureau.edition(), number=bureau.number - 2)
    )


def same_number_other_content(bureau: Bureau) -> Snapshot:
    bureau.number -= 1
    bureau.records = {OTHER: document(OTHER)}
    return bureau.snapshot()


def other_kind(bureau: Bureau) -> Snapshot:
    return Bureau(dataclasses.replace(NOTICES, name=ListName("sltd")), [person("1")]).snapshot()


def wrong_records(bureau: Bureau) -> Delta:
    return bureau.delta(document("UTO/P/X1"), person("1"))


def twice(bureau: Bureau) -> Snapshot:
    whole = bureau.snapshot()
    return dataclasses.replace(whole, records=[*whole.records, document(STOLEN)])


def no_document(bureau: Bureau) -> Delta:
    return bureau.delta(document("UTO/P/X1"), withdraw=["L898902C3"])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (other_digest, "state digest"),
        (other_rows, "should hold 99 records and holds 3"),
        (missing_record, "should hold 2 records and holds 3"),
        (one_skipped, "a change to edition 2, and 1 is held"),
        (older, "older than edition"),
        (same_number_other_content, "has other content"),
        (other_kind, "other things than before"),
        (wrong_records, "another kind"),
        (twice, "in it twice"),
        (no_document, "which is no document"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_old_edition_answers(replica: Replica, spoil: Spoil, words: str) -> None:
    bureau = holding(replica, STOLEN, OTHER)
    with pytest.raises(EditionRefused, match=words):
        replica.apply(spoil(bureau), at=AT)
    assert edition_of(replica) == 1
    assert [found.withdrawn for found in replica.find_documents("L898902C3")] == [None]
    assert replica.find_documents("X1") == ()


def test_a_delta_on_nothing_is_refused(replica: Replica) -> None:
    bureau = Bureau(SLTD, [document(STOLEN)])
    bureau.edition()
    with pytest.raises(EditionRefused, match="none is held"):
        replica.apply(bureau.delta(), at=AT)
    assert replica.held(MORNING, DEFAULT) == ()


def test_a_full_disk_leaves_the_old_edition(store: Store, replica: Replica) -> None:
    bureau = holding(replica, STOLEN)
    with store.transaction() as db:
        (pages,) = db.conn.execute("PRAGMA page_count").fetchone()
        db.conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        replica.apply(bureau.delta(*[document(f"UTO/P/{n:09d}") for n in range(2000)]), at=AT)
    assert (edition_of(replica), len(replica.find_documents("L898902C3"))) == (1, 1)


def test_age_is_counted_from_the_edition_and_coloured_by_policy(replica: Replica) -> None:
    holding(replica, STOLEN)
    published = MORNING + timedelta(hours=1)
    colours = {
        hours: replica.held(published + timedelta(hours=hours), DEFAULT)[0] for hours in (0, 23, 24, 47, 48, 900)
    }
    assert {hours: held.freshness for hours, held in colours.items()} == {
        0: Freshness.GREEN,
        23: Freshness.GREEN,
        24: Freshness.AMBER,
        47: Freshness.AMBER,
        48: Freshness.RED,
        900: Freshness.RED,
    }
    assert colours[47].age == timedelta(hours=47)
    assert replica.held(MORNING - timedelta(days=1), DEFAULT)[0].age == timedelta(0)


class Notes:
    """A listener that keeps what it was told, and can refuse."""

    def __init__(self) -> None:
        self.told: list[PersonsChanged] = []
        self.refuse = False

    def persons_changed(self, db: Database, change: PersonsChanged) -> None:
        if self.refuse:
            raise ZeroDivisionError
        self.told.append(change)


def test_persons_are_listed_found_by_document_and_withdrawn(store: Store) -> None:
    notes = Notes()
    replica = Replica(store, [notes])
    bureau = Bureau(NOTICES, [person("1", "Anna Eriksson", "L-898902 c3"), person("2", "Omar Haddad")])
    replica.apply(bureau.snapshot(), at=AT)
    assert [(name, edition, each.key) for name, edition, each in replica.persons()] == [
        ("notices", 1, "1"),
        ("notices", 1, "2"),
    ]
    ((ref, named),) = replica.persons_naming_document("L898902C3")
    assert (ref.key, ref.edition, named.names[0].full) == ("1", 1, "Anna Eriksson")
    replica.apply(bureau.delta(person("2", "Omar al-Haddad", "777"), withdraw=["1"]), at=AT)
    assert replica.person(ListName("notices"), RecordKey("1")) is None
    assert replica.person(ListName("notices"), RecordKey("2")) == person("2", "Omar al-Haddad", "777")
    assert replica.persons_naming_document("L898902C3") == ()
    assert [len(told.persons) for told in notes.told] == [0, 1], "of a whole list, who asks reads the database"
    assert [told.whole for told in notes.told] == [True, False]
    assert notes.told[1].withdrawals[0].key == "1"


def test_a_listener_that_fails_undoes_the_edition(store: Store) -> None:
    notes = Notes()
    replica = Replica(store, [notes])
    bureau = Bureau(NOTICES, [person("1")])
    replica.apply(bureau.snapshot(), at=AT)
    notes.refuse = True
    with pytest.raises(ZeroDivisionError):
        replica.apply(bureau.delta(withdraw=["1"]), at=AT)
    assert replica.person(ListName("notices"), RecordKey("1")) == person("1")


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    bureau = Bureau(SLTD, [document(STOLEN)])
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store:
        Replica(store).apply(bureau.snapshot(), at=AT)
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store:
        replica = Replica(store)
        replica.apply(bureau.delta(document(OTHER)), at=AT)
        assert len(replica.find_documents("L898902C3")) == len(replica.find_documents("880692310285")) == 1


def test_no_document_number_is_in_any_file_in_the_clear(tmp_path: Path) -> None:
    bureau = Bureau(SLTD, [document(f"UTO/I/L8989CANARY{n:04d}") for n in range(2000)])
    with open_store(tmp_path / "desk.db", KEY, [MIGRATIONS]) as store:
        Replica(store).apply(bureau.snapshot(), at=AT)
        files = [file.read_bytes() for file in tmp_path.iterdir() if file.is_file()]
    assert sum(map(len, files)) > 40_000
    assert not any(b"CANARY" in content or b"ANARY0" in content for content in files)


class Between:
    """Stands in the middle of a change: does something of another thread's at the record after the first."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if self.asked == 2:
            meanwhile = threading.Thread(target=self._act)
            meanwhile.start()
            meanwhile.join(PATIENCE)
            assert not meanwhile.is_alive(), "it waited for the change"


def test_a_hit_is_recorded_while_a_change_is_worked_out(store: Store) -> None:
    bureau = holding(Replica(store), STOLEN, OTHER)

    def record() -> None:
        with store.transaction() as db:
            journal.append(db, kind="hit", who="noy", at=AT)

    replica = Replica(store, give_way=Between(record))
    replica.apply(bureau.delta(document("UTO/P/X1"), withdraw=[STOLEN, OTHER]), at=AT)
    assert [entry.kind for entry in journal.entries(store.reader)] == ["hit"]
    assert edition_of(replica) == 2


def test_what_another_thread_changed_meanwhile_is_not_written_over(store: Store) -> None:
    other = Replica(store)
    bureau = holding(other, STOLEN, OTHER)
    first, second = bureau.delta(withdraw=[STOLEN]), bureau.delta(document("UTO/P/X1"))
    replica = Replica(store, give_way=Between(lambda: other.apply(first, at=AT) and None))
    with pytest.raises(EditionRefused):
        replica.apply(Delta(1, second.edition, (), (document("UTO/P/X1"), document("UTO/P/X2"))), at=AT)
    assert edition_of(replica) == 2
    replica.apply(second, at=AT)
    assert edition_of(replica) == 3
    verified = replica.verify(SLTD.name)
    assert verified is not None and verified.is_whole and verified.rows == 2


def test_the_same_change_brought_twice_at_once_is_applied_once(store: Store) -> None:
    other = Replica(store)
    bureau = holding(other, STOLEN, OTHER)
    change = bureau.delta(document("UTO/P/X1"), withdraw=[STOLEN])
    noted: list[int] = []
    replica = Replica(store, give_way=Between(lambda: other.apply(change, at=AT) and None))
    applied = replica.apply(change, at=AT, note=lambda _, done: noted.append(done.upserted))
    assert (applied.edition, applied.upserted, noted) == (change.edition, 0, [])
    verified = replica.verify(SLTD.name)
    assert verified is not None and verified.is_whole and verified.rows == 2
