"""From draft to edition, and to a desk that proves it holds the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import Person, Record
from borderdesk.watchlist.readers import UN_LIST, Tally, open_shipped_un, read_un
from sync.bureau import Bureau, serve_in_thread
from sync.bureau.lists import OtherKind, ReasonNeeded, UnknownList, UnknownRecord
from sync.bureau.posts import Seen
from sync.bureau.withdrawals import ManyWithdrawn
from sync.wire import FileRole
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator

pytestmark = both_databases

NewDesk = Callable[[], DeskSimulator]


def test_a_new_desk_gets_a_snapshot_and_proves_it(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, [passport("12AB34567"), passport("12AB34568")])
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    assert set(desk.records["sltd"]) == {"FRA/P/12AB34567", "FRA/P/12AB34568"}
    assert [file.role for file in desk.fetched] == [FileRole.SNAPSHOT]


def test_what_was_added_and_withdrawn_comes_as_a_delta(bureau: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1"), passport("A2")])
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    bureau.put_records(SLTD.name, [passport("A3")])
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A1"), "found by its holder")
    clock.forward(hours=1)
    bureau.publish()
    desk.catch_up(2)
    assert set(desk.records["sltd"]) == {"FRA/P/A2", "FRA/P/A3"}
    assert desk.fetched[-1].role is FileRole.DELTA


def test_an_unchanged_list_still_gets_an_edition_as_a_heartbeat(bureau: Bureau, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    first = bureau.publish()
    clock.forward(hours=1)
    second = bureau.publish()
    (before,), (after,) = first.lists, second.lists
    assert (after.edition.number, after.withdrawn, after.upserted) == (2, 0, 0)
    assert after.edition.digest == before.edition.digest
    assert after.edition.published_at > before.edition.published_at
    assert second.bytes < 1000


def test_a_desk_that_was_away_takes_one_merged_delta(bureau: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A0"), passport("B0")])
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    assert not desk.poll(wait=0)  # this tells the bureau what the desk holds, as soon as the server writes it down
    bureau.note_seen({desk.identity.desk: Seen(clock.now, 1, 0)})
    for day in range(1, 41):
        clock.forward(days=1)
        bureau.put_records(SLTD.name, [passport(f"A{day}")])
        bureau.withdraw(SLTD.name, RecordKey(f"FRA/P/A{day - 1}"), "found")
        bureau.publish()
    desk.fetched.clear()
    desk.catch_up(41)
    assert set(desk.records["sltd"]) == {"FRA/P/A40", "FRA/P/B0"}
    assert [(file.base, file.edition) for file in desk.fetched] == [(1, 41)]


def test_what_was_changed_back_before_publishing_is_not_published(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A1"), "by mistake")
    bureau.put_records(SLTD.name, [passport("A1")])
    bureau.put_records(SLTD.name, [passport("A2")])
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A2"), "by mistake")
    (state,) = bureau.lists()
    assert state.waiting.is_empty
    (published,) = bureau.publish().lists
    assert (published.withdrawn, published.upserted) == (0, 0)


def test_importing_a_list_again_withdraws_what_is_missing_from_it(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, [passport("A1"), passport("A2"), passport("A3")])
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    found = bureau.import_list(SLTD, [passport("A2"), passport("A3", state="D"), passport("A4")])
    assert (found.added, found.changed, found.withdrawn, found.rows) == (2, 0, 2, 3)
    bureau.publish()
    desk.catch_up(2)
    assert set(desk.records["sltd"]) == {"FRA/P/A2", "D/P/A3", "FRA/P/A4"}


def test_a_preview_changes_nothing(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    found = bureau.preview_import(SLTD, [passport("A2")]).difference
    assert (found.added, found.withdrawn) == (1, 1)
    (state,) = bureau.lists()
    assert state.waiting.is_empty
    assert bureau.record(SLTD.name, RecordKey("FRA/P/A1"))


def test_a_key_twice_in_one_source_is_told(bureau: Bureau) -> None:
    found = bureau.import_list(SLTD, [passport("A1"), passport("A2"), passport("A1")])
    assert found.duplicates == (RecordKey("FRA/P/A1"),)
    assert found.rows == 2


def test_the_real_list_of_the_un_reaches_a_desk_whole(bureau: Bureau, new_desk: NewDesk) -> None:
    tally = Tally("UN")
    with open_shipped_un() as stream:
        bureau.import_list(UN_LIST, (record for read in read_un(stream) if (record := tally.add(read))))
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    assert len(desk.records["un-sc"]) == 730
    person = desk.records["un-sc"]["QDi.129"]
    assert isinstance(person, Person)
    assert bureau.record(UN_LIST.name, person.key) == person


def test_a_clock_that_goes_back_does_not_take_signed_time_back(bureau: Bureau, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    (first,) = bureau.publish().manifests
    clock.forward(days=-400)
    (second,) = bureau.publish().manifests
    assert second.issued > first.issued


def test_an_import_that_fails_half_way_changes_nothing(bureau: Bureau) -> None:
    def broken() -> Iterator[Record]:
        yield passport("A1")
        raise UnknownList("cut off")

    with pytest.raises(UnknownList):
        bureau.import_list(SLTD, broken())
    assert bureau.lists() == ()


def test_a_person_does_not_get_into_a_list_of_documents(bureau: Bureau) -> None:
    with pytest.raises(OtherKind):
        bureau.import_list(SLTD, [Person(RecordKey("1"), ())])


def test_withdrawing_needs_a_record_and_a_reason(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    with pytest.raises(ReasonNeeded):
        bureau.withdraw(SLTD.name, RecordKey("FRA/P/A1"), " ")
    with pytest.raises(UnknownRecord):
        bureau.withdraw(SLTD.name, RecordKey("FRA/P/A9"), "found")
    with pytest.raises(UnknownList):
        bureau.withdraw(ListName("nosuch"), RecordKey("FRA/P/A1"), "found")


def test_after_a_restart_the_next_edition_follows_on(bureau: Bureau, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    bureau.close()
    with Bureau.open(bureau.home.folder, clock=clock) as again, serve_in_thread(again) as server:
        again.put_records(SLTD.name, [passport("A2")])
        again.publish()
        desk = DeskSimulator(server.url, again.home.ca)
        desk.enrol(again.enrol_code("torodi"))
        desk.catch_up(2)
        desk.close()
        assert desk.editions == {"sltd": 2}


def test_published_files_are_read_only_encrypted_and_named_by_their_hash(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    (file,) = bureau.home.files.iterdir()
    assert len(file.name) == 64
    assert file.stat().st_mode & 0o222 == 0
    assert b"Stolen and lost" not in file.read_bytes()


def test_a_flash_alert_is_one_act(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    desk = new_desk()
    desk.catch_up(1)
    bureau.flash(SLTD.name, [passport("B7")])
    desk.catch_up(2)
    assert "FRA/P/B7" in desk.records["sltd"]
    with pytest.raises(UnknownList):
        bureau.flash(ListName("nosuch"), [passport("B8")])
    assert bureau.lists()[0].edition == 2


def test_after_a_revocation_the_others_go_on_under_a_new_key(bureau: Bureau, new_desk: NewDesk) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    lost, kept = new_desk(), new_desk()
    lost.catch_up(1)
    kept.catch_up(1)
    old_key = kept.ring()
    bureau.revoke(lost.identity.desk)
    bureau.put_records(SLTD.name, [passport("A2")])
    bureau.publish()
    kept.catch_up(2)
    assert set(kept.records["sltd"]) == {"FRA/P/A1", "FRA/P/A2"}
    assert (kept.ring().epoch, old_key.epoch) == (2, 1)
    assert kept.ring().of(SLTD.name) != old_key.of(SLTD.name)
    assert kept.fetched[-1].role is FileRole.DELTA


def test_old_files_are_deleted_and_the_newest_ones_stay(bureau: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    for day in range(40):
        bureau.put_records(SLTD.name, [passport(f"B{day}")])
        bureau.publish()
        clock.forward(days=1)
    before = len(list(bureau.home.files.iterdir()))
    gone = bureau.delete_old_files()
    assert 0 < gone == before - len(list(bureau.home.files.iterdir()))
    assert bureau.delete_old_files() == 0
    desk = new_desk()
    desk.catch_up(40)
    assert len(desk.records[SLTD.name]) == 41


def test_a_file_that_is_cut_or_empty_withdraws_nobody_without_a_word(bureau: Bureau) -> None:
    everybody = [passport(f"A{number}") for number in range(100)]
    bureau.import_list(SLTD, everybody)
    bureau.publish()
    for cut in (everybody[:50], []):
        with pytest.raises(ManyWithdrawn):
            bureau.import_list(SLTD, cut)
        assert bureau.preview_import(SLTD, cut).many
        assert bureau.lists()[0].waiting.is_empty and bureau.lists()[0].rows == 100
    assert bureau.import_list(SLTD, everybody[:95]).withdrawn == 5, "a few end every day"
    assert bureau.import_list(SLTD, everybody[:40], withdraw_many=True).withdrawn == 60
    assert bureau.import_list(SLTD, everybody[:39]).withdrawn == 61, "what already waits is not asked for again"
