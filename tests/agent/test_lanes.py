"""What goes first, what waits, and what a metered line is spared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.watchlist import Edition, ListKind, Watchlist
from sync.agent.lanes import Lane, allowance, lane_of_file, lane_of_upload
from sync.agent.pace import Pace
from sync.wire import FileRef, FileRole, ListHead
from sync.wire.policy import changes
from tests.simulators.bureau import START, BureauSimulator, HeldClock, PostSimulator


@pytest.fixture
def bureau() -> BureauSimulator:
    bureau = BureauSimulator()
    bureau.publish(add=[f"A{number * 7919:08d}" for number in range(3000)])
    return bureau


@pytest.fixture
def post(bureau: BureauSimulator, tmp_path: Path) -> Iterator[PostSimulator]:
    post = PostSimulator(bureau, tmp_path)
    yield post
    post.close()


def head_of(kind: ListKind, flash: int = 0) -> ListHead:
    edition = Edition(Watchlist(ListName("x"), kind, "", ""), 5, 1, b"", START)
    return ListHead(edition, (), flash)


def file(kind: ListKind, base: int) -> FileRef:
    return FileRef(bytes(32), 10, FileRole.DELTA if base else FileRole.SNAPSHOT, base, 5, kind)


def test_every_file_has_its_lane() -> None:
    documents, people = ListKind.DOCUMENTS, ListKind.PERSONS
    assert lane_of_file(head_of(documents), file(documents, 4), 4) is Lane.CHANGES
    assert lane_of_file(head_of(documents), file(documents, 0), 0) is Lane.WHOLE_LISTS
    assert lane_of_file(head_of(people), file(people, 4), 4) is Lane.PEOPLE
    assert lane_of_file(head_of(people), file(people, 0), 0) is Lane.PEOPLE
    assert lane_of_file(head_of(documents, flash=5), file(documents, 4), 4) is Lane.FLASH
    assert lane_of_file(head_of(documents, flash=4), file(documents, 4), 4) is Lane.CHANGES, "that alert is here"
    assert lane_of_file(head_of(documents, flash=5), file(documents, 0), 0) is Lane.WHOLE_LISTS


def test_hits_go_before_people_and_statistics_after_changes() -> None:
    kinds = ["journal", "statistics", "hit", "late-match", "a kind of tomorrow"]
    lanes = [lane_of_upload(kind) for kind in kinds]
    assert lanes == [Lane.BULK, Lane.WHOLE_LISTS, Lane.HITS, Lane.HITS, Lane.WHOLE_LISTS]


def test_a_whole_list_goes_before_photos_and_a_hit_before_both(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.exchanger._pace.piece = 1024
    post.queue(2, kind="photo")
    stored: list[int] = []

    def meanwhile() -> None:
        stored.append(len(bureau.stored))
        if len(stored) == 2:
            post.queue()

    bureau.before_piece = meanwhile
    post.exchange()
    assert stored[:4] == [0, 0, 1, 1], "the hit went between two pieces"
    assert stored[-1] == 1, "the photos waited for the end of the list"
    assert len(bureau.stored) == 3


def test_small_reports_go_first_within_a_lane(bureau: BureauSimulator, post: PostSimulator) -> None:
    for body in (b"x" * 9000, b"y"):
        post.counter += 1
        post.spool.queue([post.sealer.seal(post.counter, "photo", body)])
    post.exchange()
    assert [body[:1] for body, _ in bureau.stored.values()] == [b"y", b"x"]


def test_a_flash_alert_is_learned_of_and_fetched_in_the_middle_of_a_download(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    post.update()
    bureau.publish(add=[f"B{number * 7919:08d}" for number in range(3000)], snapshot=False)
    large = bureau.refs[-1].name
    post.exchanger._pace.piece = 1024
    when_asked = len(bureau.pieces)

    def meanwhile() -> None:
        if len(bureau.pieces) == when_asked + 2:
            bureau.flash = bureau.number + 1
            bureau.publish(add=["FLASH0001"], snapshot=False)

    bureau.before_piece = meanwhile
    post.update()
    assert "FLASH0001" in post.numbers
    assert sum(start == 0 for name, start, _ in bureau.pieces if name == large) == 1, "nothing was begun again"


@pytest.mark.parametrize(
    ("begin", "until", "hour", "last"),
    [
        (0, 24, 3, Lane.BULK),
        (22, 6, 23, Lane.BULK),
        (22, 6, 5, Lane.BULK),
        (22, 6, 6, Lane.CHANGES),
        (8, 8, 8, Lane.CHANGES),
    ],
)
def test_whole_lists_wait_for_their_window(begin: int, until: int, hour: int, last: Lane) -> None:
    policy = Policy(bulk_from_hour=begin, bulk_until_hour=until)
    assert allowance(policy, START.replace(hour=hour), 0).last is last


def test_the_bureaus_signed_policy_opens_and_shuts_the_window(bureau: BureauSimulator, post: PostSimulator) -> None:
    shut = changes(Policy(bulk_from_hour=20, bulk_until_hour=22))
    bureau.sign(bureau.page.lists[0].edition, policy=shut)
    post.exchange()
    assert bureau.pieces == []
    assert post.exchanger.left().bytes_left == bureau.refs[-1].length
    post.clock.ticks += timedelta(hours=8).total_seconds()
    post.update()
    assert post.numbers == sorted(bureau.rows)


def test_a_metered_line_that_is_used_up_still_carries_hits(bureau: BureauSimulator, post: PostSimulator) -> None:
    edition = bureau.page.lists[0].edition
    bureau.sign(edition, policy=changes(Policy(metered_bytes_per_day=1)))
    post.spool.keep_used(START.date(), 1)
    post.queue(1, kind="photo")
    post.queue(1, kind="hit")
    post.exchange()
    assert [body for body, _ in bureau.stored.values()] == [b"hit 2"]
    assert bureau.pieces == []
    post.clock.ticks += timedelta(days=1).total_seconds()
    post.update()
    assert len(bureau.stored) == 2
    assert post.numbers == sorted(bureau.rows), "a new day has new bytes"


def test_a_cap_makes_pieces_small_and_rests_after_them() -> None:
    clock, rests = HeldClock(), []
    pace = Pace(clock, rests.append)
    began = pace.now()
    clock.ticks += 1
    pace.took(16 * 1024, began, Policy(cap_bytes_per_second=2048, piece_seconds=3))
    assert pace.piece == 3 * 2048
    assert rests == [7.0], "sixteen kilobytes at two a second are eight seconds, of which one has passed"


def test_progress_says_bytes_and_minutes(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.exchanger._pace.piece = 4096
    seen = []

    def slowly() -> None:
        post.clock.ticks += 4
        seen.append(post.exchanger.progress)

    bureau.before_piece = slowly
    post.exchange()
    whole = bureau.refs[0].length
    assert seen[0].bytes_left == whole
    assert seen[0].minutes_left is None, "not measured yet"
    assert seen[1].bytes_left == whole - 4096
    assert seen[1].minutes_left == pytest.approx((whole - 4096) / 1024 / 60)
    assert str(seen[1].lane) == "whole lists"
    assert post.exchanger.left() is None


def test_a_flash_number_beyond_the_head_is_refused(bureau: BureauSimulator, post: PostSimulator) -> None:
    page = bureau.page
    head = replace(page.lists[0], flash=99)
    bureau.sign(page.lists[0].edition, lists=(head,))
    assert len(post.exchange().refusals) == 1


def test_an_allowance_says_why() -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=START.tzinfo)
    assert "20:00" in str(allowance(Policy(bulk_from_hour=20, bulk_until_hour=22), at, 0).why)
    assert allowance(Policy(), at, 10**9).why is None
