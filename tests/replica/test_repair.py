"""A copy that was damaged is mended shard by shard, and is then exactly what the bureau published."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from borderdesk.replica import Replica, StateDiffers
from borderdesk.replica.lists import one_list
from borderdesk.replica.schema import document_table
from borderdesk.store import Store
from borderdesk.watchlist import Delta, DocumentStatus, Record
from borderdesk.watchlist.shards import ShardValues, in_shard, sharding

from .conftest import AT, NOTICES, SLTD, Bureau, document, person

DOCUMENTS = [document(f"UTO/P/L{number:06d}") for number in range(400)]
NEW = document("UTO/P/NEW1")
CHANGED = document(DOCUMENTS[0].key, DocumentStatus.REVOKED)


def table(db: Database) -> str:
    held = one_list(db, SLTD.name)
    assert held is not None
    return document_table(held.slot)


@pytest.fixture
def bureau(replica: Replica) -> Bureau:
    bureau = Bureau(SLTD, DOCUMENTS)
    replica.apply(bureau.snapshot(), at=AT)
    return bureau


def bad_shards(replica: Replica, bureau: Bureau, delta: Delta) -> tuple[int, ...]:
    ours = replica.shards_after(bureau.watchlist.name, [delta], at=AT)
    return ours.differing(values(bureau))


def values(bureau: Bureau) -> ShardValues:
    return sharding(bureau.records.values()).values()


def fetched(bureau: Bureau, shards: tuple[int, ...]) -> dict[int, list[Record]]:
    return {shard: list(in_shard(shard, bureau.records.values())) for shard in shards}


@pytest.mark.parametrize(("damage", "bad"), [("lost", 1), ("altered", 1), ("sum", 0)])
def test_a_damaged_list_is_narrowed_down_and_mended(
    replica: Replica, store: Store, bureau: Bureau, damage: str, bad: int
) -> None:
    spoil(store, damage)
    delta = bureau.delta(CHANGED, NEW, withdraw=[DOCUMENTS[300].key])
    with pytest.raises(StateDiffers):
        replica.apply(delta, at=AT)
    shards = bad_shards(replica, bureau, delta)
    assert len(shards) == bad
    assert replica.editions()[SLTD.name] == 1, "finding out has changed nothing"
    applied = replica.mend(delta.edition, [delta], fetched(bureau, shards), at=AT)
    assert (applied.from_edition, applied.edition.number) == (1, 2)
    verified = replica.verify(SLTD.name)
    assert verified is not None and verified.is_whole
    for record in (CHANGED, DOCUMENTS[1], NEW):
        assert [found.document for found in replica.find_documents(record.number, near=False)] == [record]
    (gone,) = replica.find_documents(DOCUMENTS[300].number, near=False)
    assert gone.withdrawn is not None
    replica.apply(bureau.delta(document("UTO/P/NEW2")), at=AT)


def spoil(store: Store, damage: str) -> None:
    with store.transaction() as db:
        name = table(db)
        first = f"WHERE skeleton IN (SELECT skeleton FROM {name} ORDER BY skeleton LIMIT 2)"  # noqa: S608
        statement = {
            "lost": f"DELETE FROM {name} {first}",  # noqa: S608
            "altered": f"UPDATE {name} SET facts = facts | 3 {first}",  # noqa: S608
            "sum": "UPDATE lists SET digest_state = zeroblob(512)",
        }[damage]
        assert db.conn.execute(statement).rowcount == (1 if damage == "sum" else 2)


def test_what_no_change_touched_is_found_by_verifying_and_mended_where_it_is(
    replica: Replica, store: Store, bureau: Bureau
) -> None:
    spoil(store, "lost")
    verified = replica.verify(SLTD.name)
    assert verified is not None and not verified.is_whole
    ours = replica.shards_after(SLTD.name, [], at=AT)
    shards = ours.differing(values(bureau))
    assert len(shards) == 2
    replica.mend(verified.edition, [], fetched(bureau, shards), at=AT)
    verified = replica.verify(SLTD.name)
    assert verified is not None and verified.is_whole


def test_wrong_shards_mend_nothing_and_change_nothing(replica: Replica, store: Store, bureau: Bureau) -> None:
    spoil(store, "lost")
    delta = bureau.delta(CHANGED)
    shards = bad_shards(replica, bureau, delta)
    wrong = {shards[0]: [document("UTO/P/FORGED")]}
    for content in (wrong, {}, {shards[0]: []}):
        with pytest.raises(StateDiffers):
            replica.mend(delta.edition, [delta], content, at=AT)
    assert replica.editions()[SLTD.name] == 1
    assert replica.find_documents("FORGED") == ()


def test_persons_are_mended_too_and_the_index_is_told(store: Store) -> None:
    told: list[str] = []

    class Listener:
        def persons_changed(self, db: Database, change: object) -> None:
            told.append("whole" if getattr(change, "whole", False) else "some")

    replica = Replica(store, [Listener()])
    bureau = Bureau(NOTICES, [person(f"P{number}") for number in range(50)])
    replica.apply(bureau.snapshot(), at=AT)
    with store.transaction() as db:
        assert db.conn.execute("DELETE FROM persons WHERE key IN ('P7', 'P8')").rowcount == 2
    delta = bureau.delta(person("P8", "Jeanne Martin"))
    with pytest.raises(StateDiffers):
        replica.apply(delta, at=AT)
    shards = bad_shards(replica, bureau, delta)
    assert len(shards) == 1
    told.clear()
    replica.mend(delta.edition, [delta], fetched(bureau, shards), at=AT)
    assert told == ["whole"]
    assert replica.person(NOTICES.name, bureau.records["P7"].key) is not None
    verified = replica.verify(NOTICES.name)
    assert verified is not None and verified.is_whole
