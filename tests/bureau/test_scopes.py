"""What each post may hold: by list and by state, proven with the real keys of real desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import (
    STATUS_OF_OTHERS,
    DocumentStatus,
    ListKind,
    Person,
    PersonName,
    TravelDocument,
    Watchlist,
)
from sync.bureau import Bureau, ScopeRule, states_of
from sync.bureau import tables as t
from sync.bureau.lists import UnknownList
from sync.bureau.scopes import BadScope, ScopeInUse, UnknownScope, UnknownStateOrRegion
from sync.wire import FileRole, Manifest, Scope, SignedBytes, decrypt, http
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST, AlteredChunk, Malformed
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator

WANTED = Watchlist(ListName("wanted"), ListKind.PERSONS, "Wanted persons", "NCB Utopia")
NORTH, SOUTH = Scope("north"), Scope("south")

NewDesk = Callable[..., DeskSimulator]


@pytest.fixture
def bureau(bureau: Bureau) -> Bureau:
    bureau.import_list(SLTD, [passport("A1"), passport("L1", state="LAO"), passport("V1", state="VNM")])
    bureau.import_list(WANTED, [Person(RecordKey("7"), (PersonName("Boun SENG"),))])
    bureau.add_scope(ScopeRule(NORTH, (SLTD.name,)))
    bureau.add_scope(ScopeRule(SOUTH, (SLTD.name,), states_of(["Laos", "VNM"])))
    bureau.publish()
    return bureau


def page(bureau: Bureau, scope: Scope) -> Manifest:
    found = bureau.manifest(scope)
    assert found is not None
    return Manifest.decode(SignedBytes.decode(found[1], MANIFEST, MAX_MANIFEST).payload)


def files(bureau: Bureau, scope: Scope, name: ListName) -> set[str]:
    head = page(bureau, scope).head(name)
    assert head is not None
    return {file.name for file in head.files}


@both_databases
def test_a_list_that_scopes_hold_alike_is_sealed_once(bureau: Bureau) -> None:
    assert files(bureau, NORTH, SLTD.name) == files(bureau, Scope("all"), SLTD.name)
    assert not files(bureau, SOUTH, SLTD.name) & files(bureau, NORTH, SLTD.name)
    assert [head.edition.watchlist.name for head in page(bureau, NORTH).lists] == [SLTD.name]


@both_databases
def test_a_desk_cannot_open_what_is_outside_its_scope(bureau: Bureau, new_desk: NewDesk) -> None:
    desk, other = new_desk("muang-khong", NORTH), new_desk("nong-haet")
    desk.catch_up(1)
    other.catch_up(1)
    assert set(desk.records) == {"sltd"}
    (secret,) = files(bureau, Scope("all"), WANTED.name)
    assert desk.ask("GET", http.FILES + secret).status_code == 404
    assert other.ask("GET", http.FILES + secret).status_code == 200
    assert desk.ask("GET", f"{http.GRANTS}all/1").status_code == 404
    # Somebody hands the desk the file of the other scope all the same: no key it was granted opens it.
    sealed = (bureau.home.files / secret).read_bytes()
    ring = desk.ring()
    with pytest.raises(Malformed):
        ring.of(WANTED.name)
    for key in ring.keys.values():
        with pytest.raises(AlteredChunk):
            decrypt(sealed, key)
    assert decrypt(sealed, other.ring().of(WANTED.name))


@both_databases
def test_every_post_knows_that_a_document_is_listed_and_details_of_its_own_states_only(
    bureau: Bureau, new_desk: NewDesk
) -> None:
    desk = new_desk("muang-khong", SOUTH)
    desk.catch_up(1)
    held = desk.records["sltd"]
    assert held["LAO/P/L1"] == passport("L1", state="LAO")
    assert held["FRA/P/A1"] == TravelDocument("FRA", "P", "A1", DocumentStatus.LISTED)
    bureau.put_records(SLTD.name, [passport("A2"), passport("V1", state="VNM", status=DocumentStatus.REVOKED)])
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A1"), "found by its holder")
    bureau.publish()
    desk.catch_up(2)
    assert desk.fetched[-1].role is FileRole.DELTA
    assert desk.records["sltd"]["FRA/P/A2"].status is DocumentStatus.LISTED  # type: ignore[union-attr]
    assert desk.records["sltd"]["VNM/P/V1"].status is DocumentStatus.REVOKED  # type: ignore[union-attr]
    assert "FRA/P/A1" not in desk.records["sltd"]


@both_databases
def test_a_scope_is_of_one_of_three_tiers_numbers_status_or_days(bureau: Bureau, new_desk: NewDesk) -> None:
    held = {}
    for place, details in enumerate([(), (STATUS_OF_OTHERS,), ("LAO", STATUS_OF_OTHERS), None]):
        name = Scope(f"tier-{place}")
        bureau.add_scope(ScopeRule(name, (SLTD.name,), details))
        bureau.put_records(SLTD.name, [passport("T1"), passport("T2", state="LAO")])
        desk = new_desk(f"post-{place}", name)
        bureau.publish()
        desk.catch_up(bureau.manifest(name)[0])
        held[details] = [desk.records["sltd"][key] for key in ("FRA/P/T1", "LAO/P/T2")]
    listed = [replace(one, status=DocumentStatus.LISTED, lost_on=None, reported_on=None) for one in held[None]]
    status = [replace(one, lost_on=None, reported_on=None) for one in held[None]]
    assert held[()] == listed
    assert held[STATUS_OF_OTHERS,] == status
    assert held["LAO", STATUS_OF_OTHERS] == [status[0], held[None][1]]
    assert status != held[None]


@both_databases
def test_what_changes_outside_a_share_does_not_travel(bureau: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk("muang-khong", SOUTH)
    desk.catch_up(1)
    before = page(bureau, SOUTH).lists[0].edition.digest
    bureau.put_records(SLTD.name, [passport("A1", status=DocumentStatus.REVOKED)])
    bureau.publish()
    desk.catch_up(2)
    assert page(bureau, SOUTH).lists[0].edition.digest == before
    assert desk.records["sltd"]["FRA/P/A1"].status is DocumentStatus.LISTED  # type: ignore[union-attr]


@both_databases
def test_who_leaves_a_list_behind_does_not_read_what_comes_later(bureau: Bureau, new_desk: NewDesk) -> None:
    desk, other = new_desk("muang-khong"), new_desk("nong-haet")
    desk.catch_up(1)
    other.catch_up(1)
    old = desk.ring()
    moved = bureau.put_post_into("muang-khong", "north")
    assert [(move.desk, move.before, move.now.name) for move in moved.moved] == [("muang-khong-1", "all", "north")]
    bureau.put_records(WANTED.name, [Person(RecordKey("8"), (PersonName("Kham VONG"),))])
    bureau.publish()
    other.catch_up(2)
    assert other.ring().of(WANTED.name) != old.of(WANTED.name)
    assert other.ring().of(SLTD.name) == old.of(SLTD.name), "both still hold it"
    assert set(other.records["wanted"]) == {"7", "8"}


def test_a_scope_without_lists_is_published_all_the_same(tmp_path: Path, clock: HeldClock) -> None:
    with Bureau.create(tmp_path / "new", name="NCB Utopia", country="UTO", clock=clock) as bureau:
        (empty,) = bureau.publish().manifests
        bureau.import_list(SLTD, [passport("A1")])
        (first,) = bureau.publish().manifests
        assert (empty.epoch, first.epoch) == (1, 2), "the first grant opens nothing, the second the list"


def test_a_scope_has_a_name_lists_that_exist_and_posts_that_keep_it(bureau: Bureau, new_desk: NewDesk) -> None:
    with pytest.raises(BadScope):
        bureau.add_scope(ScopeRule(NORTH))
    with pytest.raises(BadScope):
        bureau.add_scope(ScopeRule(Scope("North.1")))
    with pytest.raises(UnknownList):
        bureau.add_scope(ScopeRule(Scope("east"), (ListName("nosuch"),)))
    with pytest.raises(UnknownStateOrRegion):
        states_of(["Atlantis"])
    assert {"LAO", "VNM", "THA"} <= set(states_of(["asean"]))
    new_desk("muang-khong", NORTH)
    with pytest.raises(ScopeInUse):
        bureau.remove_scope("north")
    with pytest.raises(UnknownScope):
        bureau.put_post_into("muang-khong", "east")
    bureau.remove_scope("south")
    assert [rule.name for rule in bureau.scopes()] == ["all", "north"]


def test_every_change_of_a_scope_stands_in_the_journal(bureau: Bureau, new_desk: NewDesk) -> None:
    new_desk("muang-khong")
    bureau.change_scope(ScopeRule(NORTH, (SLTD.name, WANTED.name)), by="khamla")
    bureau.put_post_into("muang-khong", "north", by="khamla")
    kinds = [line.kind for line in bureau.journal_newest()]
    assert kinds[:2] == ["post-scope", "scope-set"]
    assert bureau.verify_journal().broken is None


def test_a_bureau_of_an_older_program_goes_on_with_the_keys_its_desks_have(
    tmp_path: Path, clock: HeldClock, new_desk: NewDesk, bureau: Bureau
) -> None:
    desk = new_desk()
    desk.catch_up(1)
    ring = desk.ring()
    _as_before_keys_of_lists(bureau)
    with Bureau.open(bureau.home.folder, clock=clock) as again:
        assert page(again, Scope("all")).epoch == 1
        clock.forward(hours=1)
        again.put_records(SLTD.name, [passport("A9")])
        again.publish()
        desk.catch_up(2)
        assert desk.fetched[-1].role is FileRole.DELTA
        assert "FRA/P/A9" in desk.records["sltd"]
        assert desk.ring().epoch == ring.epoch, "nobody needs another grant"


def _as_before_keys_of_lists(bureau: Bureau) -> None:
    """Turn the database back to what schema 4 had: one key for every list of an epoch."""
    secrets, home = bureau._secrets, bureau.home
    with bureau.database.writing() as db:
        keys = db.execute(sa.select(t.list_keys).where(t.list_keys.c.view == "")).all()
        key = secrets.unlock(keys[0].locked_key, keys[0].label, home.keys)
        locked = secrets.lock(key, "all 1", bureau.entropy)
        db.exec_driver_sql("CREATE TABLE epochs (scope TEXT, epoch INTEGER, locked_key BLOB)")
        db.execute(sa.text("INSERT INTO epochs VALUES ('all', 1, :key)"), {"key": locked})
        db.exec_driver_sql(
            "CREATE TABLE files AS SELECT *, 'all' AS scope, version AS epoch FROM sealed WHERE view = ''"
        )
        for table in ("sealed", "rings", "list_keys", "shares"):
            db.exec_driver_sql(f"DROP TABLE {table}")
        db.exec_driver_sql("DELETE FROM scopes WHERE name <> 'all'")
        db.exec_driver_sql("UPDATE settings SET value = '4' WHERE name = 'schema'")
