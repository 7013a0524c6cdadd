"""Exchanges over a link that breaks: nothing lost, nothing doubled, nothing from the beginning."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from borderdesk.ids import ListName
from borderdesk.watchlist import Edition, ListKind, Watchlist
from sync.agent.route import route
from sync.agent.spool import open_spool
from sync.agent.state import LinkWord
from sync.wire import FileRef, FileRole, ListHead
from tests.simulators.bureau import START, BureauSimulator, PostSimulator


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


def test_where_much_is_still_to_come_a_stick_is_proposed_and_is_no_reason_for_the_link(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    assert bureau.page is not None
    assert not any("stick" in str(line) for line in post.exchange().report.lines)
    bureau.refs[0] = replace(bureau.refs[0], sha256=bytes(32), length=60_000_000)
    bureau.files[bureau.refs[0].name] = bytes(1000)
    bureau.sign(bureau.page.lists[0].edition)
    done = post.exchange()
    assert any(str(line) == "59 MB are still to come: let the bureau fill a stick." for line in done.report.lines)
    assert done.link is not None and done.link.why is not None and "stick" not in str(done.link.why)


def test_an_edition_arrives_while_locked_and_is_applied_later(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.exchange()
    assert post.numbers == []
    post.apply()
    assert post.numbers == sorted(bureau.rows)
    bureau.publish(add=["B1"], withdraw=["A00000000"])
    done = post.update()
    assert done.new_manifest
    assert post.numbers == sorted(bureau.rows)
    assert bureau.pieces[-1][0] == bureau.refs[-1].name, "the delta was fetched, not the snapshot"


def test_a_desk_far_behind_follows_the_deltas(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.update()
    for day in range(5):
        bureau.publish(add=[f"B{day}"], snapshot=False)
    post.update()
    assert post.numbers == sorted(bureau.rows)
    assert post.exchange().report.lines == (), "nothing is left to do"


def test_a_broken_download_goes_on_where_it_stopped(bureau: BureauSimulator, post: PostSimulator) -> None:
    needed = bureau.refs[0].length
    cuts = 0
    for _ in range(100):
        bureau.cut_after = 700
        done = post.update()
        if not done.failure:
            break
        cuts += 1
        assert done.link.word is LinkWord.DOWN
        post.restart()
    assert cuts >= needed // 700 - 1
    assert post.numbers == sorted(bureau.rows)
    assert sum(length for _, _, length in bureau.pieces) == needed, "no byte was fetched twice"


def test_down_since_does_not_move(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.update()
    assert post.spool.link().word is LinkWord.UP
    bureau.down = True
    first = post.exchange()
    post.clock.ticks += 3600
    second = post.exchange()
    assert first.link.since == second.link.since
    assert "nobody answers" in str(second.link.why)
    assert second.report.lines == (second.failure.happened,)
    post.restart()
    assert post.spool.link() == second.link
    bureau.down = False
    assert post.exchange().link.since == first.link.since + timedelta(hours=1)
    assert post.spool.last_good_exchange() == first.link.since + timedelta(hours=1)


def test_reports_reach_the_bureau_once_each_though_receipts_get_lost(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    post.queue(40)
    bureau.on_receipt = lambda signed: signed if bureau.random.random() > 0.3 else None
    for round_ in range(40):
        post.exchange()
        if round_ == 1:
            post.restart()
        if not post.spool.count_waiting():
            break
    assert post.spool.count_waiting() == 0
    assert [body for body, _ in bureau.stored.values()] == [f"hit {n}".encode() for n in range(1, 41)]
    receipts = [post.trust.receipt(signed) for signed in post.spool.receipts().values()]
    assert [receipt.counter for receipt in receipts] == list(range(1, 41))
    post.spool.forget_receipted(range(1, 41))
    assert post.spool.receipts() == {}


def test_an_item_without_receipt_is_never_forgotten(post: PostSimulator) -> None:
    post.queue(2)
    post.spool.forget_receipted([1, 2])
    assert post.spool.count_waiting() == 2


def test_a_report_whose_receipt_is_believed_no_more_waits_and_is_sent_again(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    post.queue()
    post.exchange()
    assert post.spool.count_waiting() == 0
    post.spool.refuse_receipt(1)
    assert (post.spool.count_waiting(), post.spool.receipts()) == (1, {})
    post.exchange()
    assert (post.spool.count_waiting(), list(post.spool.receipts())) == (0, [1])
    assert len(bureau.stored) == 1, "the bureau has it once"


def test_hits_go_before_statistics(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.queue(3, kind="statistics")
    post.queue(1, kind="hit")
    post.exchange()
    assert next(body for body, _ in bureau.stored.values()) == b"hit 4"


def test_a_hit_taken_up_during_a_download_does_not_wait_for_its_end(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    post.exchanger._pace.piece = 1024
    stored_after: list[int] = []

    def meanwhile() -> None:
        stored_after.append(len(bureau.stored))
        if len(stored_after) == 2:
            post.queue()

    bureau.before_piece = meanwhile
    post.exchange()
    assert stored_after[:3] == [0, 0, 1]


def test_news_during_a_download_is_learned_between_pieces(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.exchanger._pace.piece = 2048
    asked: list[int] = []

    def meanwhile() -> None:
        asked.append(len(asked))
        if len(asked) == 2:
            bureau.publish(add=["B1"], snapshot=False)

    bureau.before_piece = meanwhile
    post.update()
    assert post.numbers == sorted(bureau.rows)
    assert sum(length for _, start, length in bureau.pieces if start == 0) < 6000, "nothing was begun again"


def test_a_slow_link_is_called_slow_and_gets_small_pieces(bureau: BureauSimulator, post: PostSimulator) -> None:
    def slowly() -> None:
        post.clock.ticks += 16

    bureau.before_piece = slowly
    assert post.exchange().link.word is LinkWord.SLOW
    assert post.exchanger._pace.piece < 4096


def test_the_time_comes_from_the_bureau(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.now += timedelta(days=3)
    bureau.publish(add=["B1"])
    post.clock.now -= timedelta(days=3650)
    post.update()
    assert post.time.moment().trusted == START + timedelta(days=3, hours=2)
    assert post.spool.time_mark().floor == START + timedelta(days=3, hours=2)


def test_the_spool_is_private_and_holds_nothing_in_the_clear(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.queue()
    post.exchange()
    path = post.folder / "spool.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    everything = b"".join(file.read_bytes() for file in post.folder.iterdir())
    assert b"A00007919" not in everything
    assert b"hit 1" not in everything
    again = open_spool(path)
    assert again.count_waiting() == 0
    again.close()


def file(base: int, edition: int, length: int) -> FileRef:
    role = FileRole.DELTA if base else FileRole.SNAPSHOT
    return FileRef(bytes([base, edition] + [0] * 30), length, role, base, edition, ListKind.DOCUMENTS)


def test_the_cheapest_way_is_taken() -> None:
    edition = Edition(Watchlist(ListName("x"), ListKind.DOCUMENTS, "", ""), 5, 1, b"", START)
    merged, whole = file(1, 5, 3000), file(0, 5, 90_000)
    steps = [file(n, n + 1, 1000) for n in range(1, 5)]
    head = ListHead(edition, (merged, whole, *steps))

    def left(ref: FileRef) -> int:
        return ref.length

    assert route(head, 5, left) == ()
    assert route(head, 1, left) == (merged,)
    assert route(head, 4, left) == (steps[3],)
    assert route(head, 0, left) == (whole,)
    assert route(head, 9, left) == (whole,), "an edition the bureau never had"
    assert route(head, 1, lambda ref: 0 if ref == whole else ref.length) == (whole,), "what is begun is finished"
    assert route(replace(head, files=(steps[3],)), 1, left) is None


def test_of_two_ways_at_the_same_cost_one_is_taken() -> None:
    edition = Edition(Watchlist(ListName("x"), ListKind.PERSONS, "", ""), 3, 1, b"", START)
    twins = [replace(file(1, 3, 1000), sha256=bytes([number] * 32)) for number in (1, 2)]
    assert route(ListHead(edition, tuple(twins)), 1, lambda ref: ref.length) in [(twin,) for twin in twins]
    whole, delta = file(0, 2, 1000), file(1, 2, 1000)
    onward = file(2, 3, 10)
    assert route(ListHead(edition, (whole, delta, onward)), 1, lambda ref: ref.length) is not None
