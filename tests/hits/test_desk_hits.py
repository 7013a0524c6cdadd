"""Taking up a hit at the desk: one transaction, nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.hits import MIGRATIONS, DeskHits, HitAct, HitState, UnknownHit, outbox
from borderdesk.hits.outbox import ForeignReceipt
from borderdesk.store import DiskFull, Store, open_store
from tests.hits.samples import DESK, POST, PlainSealer, hit, taken_up

KEY = bytes(range(32))
RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def opened(path: Path) -> Store:
    return open_store(path / "desk.db", KEY, [outbox.MIGRATIONS, MIGRATIONS, journal.MIGRATIONS])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path) as store:
        yield store


@pytest.fixture
def hits(store: Store) -> DeskHits:
    return DeskHits(store, PlainSealer(), POST, DESK)


def rows(store: Store) -> dict[str, int]:
    return {table: store.reader[table].count for table in ("hits", "hit_events", "outbox", "journal")}


def test_a_hit_its_report_and_its_journal_entry_are_written_together(store: Store, hits: DeskHits) -> None:
    taken = hits.take_up(hit(), taken_up())
    assert rows(store) == {"hits": 1, "hit_events": 1, "outbox": 1, "journal": 1}
    assert hits.all() == (taken,)
    assert taken.state is HitState.TAKEN_UP and taken.pending


def test_a_full_disk_while_queueing_leaves_none_of_the_three_and_says_so(store: Store, hits: DeskHits) -> None:
    hits.take_up(hit(1), taken_up(1))
    before = rows(store)
    with store.transaction() as db:
        (pages,) = db.conn.execute("PRAGMA page_count").fetchone()
        db.conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="NOT stored"):
        for number in range(2, 200):
            hits.take_up(hit(number), taken_up(number, note="x" * 900))
    after = rows(store)
    assert len(set(after.values())) == 1, f"half a hit was stored: {after}"
    assert after["hits"] >= before["hits"]


def test_pressing_twice_records_one_hit(store: Store, hits: DeskHits) -> None:
    hits.take_up(hit(), taken_up())
    hits.take_up(hit(), taken_up())
    assert rows(store) == {"hits": 1, "hit_events": 1, "outbox": 1, "journal": 1}


def test_a_restart_of_the_desk_finds_everything_still_there(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        taken = DeskHits(store, PlainSealer(), POST, DESK).take_up(hit(), taken_up())
        envelope = outbox.waiting(store.reader)[0].item.envelope
    with opened(tmp_path) as store:
        assert DeskHits(store, PlainSealer(), POST, DESK).all() == (taken,)
        assert outbox.waiting(store.reader)[0].item.envelope == envelope, "a queued report is frozen"


def test_only_the_bureaus_receipt_makes_a_hit_reported(store: Store, hits: DeskHits) -> None:
    hits.take_up(hit(), taken_up())
    (item,) = outbox.waiting(store.reader)
    with store.transaction() as db:
        assert outbox.accept_receipt(db, counter=1, content_hash=item.item.content_hash, received_at=RECEIVED)
    (reported,) = hits.all()
    assert (reported.state, reported.pending, reported.reported_at) == (HitState.REPORTED, False, RECEIVED)
    assert outbox.count_waiting(store.reader) == 0


def test_a_receipt_that_comes_twice_changes_nothing(store: Store, hits: DeskHits) -> None:
    hits.take_up(hit(), taken_up())
    content_hash = outbox.waiting(store.reader)[0].item.content_hash
    for fresh in (True, False):
        with store.transaction() as db:
            assert fresh is outbox.accept_receipt(db, counter=1, content_hash=content_hash, received_at=RECEIVED)


@pytest.mark.parametrize(("counter", "content_hash"), [(1, bytes(32)), (2, bytes(32))], ids=["other content", "unsent"])
def test_a_receipt_for_something_else_is_tampering_and_the_item_stays(
    store: Store, hits: DeskHits, counter: int, content_hash: bytes
) -> None:
    hits.take_up(hit(), taken_up())
    with pytest.raises(ForeignReceipt, match="does not fit"), store.transaction() as db:
        outbox.accept_receipt(db, counter=counter, content_hash=content_hash, received_at=RECEIVED)
    assert outbox.count_waiting(store.reader) == 1


def test_counters_have_no_gaps_and_are_never_used_twice(store: Store, hits: DeskHits) -> None:
    for number in range(1, 4):
        hits.take_up(hit(number), taken_up(number))
    for item in outbox.waiting(store.reader):
        with store.transaction() as db:
            outbox.accept_receipt(
                db, counter=item.item.counter, content_hash=item.item.content_hash, received_at=RECEIVED
            )
    hits.take_up(hit(4), taken_up(4))
    assert [item.item.counter for item in outbox.waiting(store.reader)] == [4]


def test_a_later_act_waits_for_its_own_receipt(store: Store, hits: DeskHits) -> None:
    hits.take_up(hit(), taken_up())
    (first,) = outbox.waiting(store.reader)
    with store.transaction() as db:
        outbox.accept_receipt(db, counter=1, content_hash=first.item.content_hash, received_at=RECEIVED)
    after = hits.act(replace(taken_up(), act=HitAct.SEIZED, note="Receipt 17 given."))
    assert after.state is HitState.REPORTED and after.pending
    assert rows(store) == {"hits": 1, "hit_events": 2, "outbox": 2, "journal": 2}


def test_everything_done_about_a_hit_is_told_in_order(hits: DeskHits) -> None:
    hits.take_up(hit(), taken_up(note="calm"))
    hits.act(replace(taken_up(), act=HitAct.SEIZED, note="Receipt 17 given."))
    assert [(event.act, event.note) for event in hits.acts(hit().id)] == [
        (HitAct.TAKE_UP, "calm"),
        (HitAct.SEIZED, "Receipt 17 given."),
    ]


def test_an_act_on_an_unknown_hit_is_refused(store: Store, hits: DeskHits) -> None:
    with pytest.raises(UnknownHit, match="holds no hit"):
        hits.act(taken_up(9))
    assert rows(store)["journal"] == 0


def test_every_hit_is_in_the_journal_with_the_edition_it_was_answered_from(store: Store, hits: DeskHits) -> None:
    hits.take_up(hit(), taken_up())
    (entry,) = journal.entries(store.reader)
    assert (entry.who, entry.details["list"], entry.editions) == ("noy", "sltd", {"sltd": 7})


def test_what_was_done_about_a_hit_is_read_back_in_order(store: Store, hits: DeskHits) -> None:
    first = hits.take_up(hit(), taken_up())
    hits.act(replace(taken_up(), act=HitAct.SEIZED, note="receipt 12"))
    assert [(event.act, event.note) for event in hits.acts(first.id)] == [
        (HitAct.TAKE_UP, ""),
        (HitAct.SEIZED, "receipt 12"),
    ]
