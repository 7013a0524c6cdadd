"""What desks send is kept once, receipted once, and read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator

pytestmark = both_databases

NewDesk = Callable[..., DeskSimulator]

A1 = RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1)


@pytest.fixture
def published(bureau: Bureau) -> Bureau:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    return bureau


def test_a_hit_arrives_with_who_where_when_and_the_edition(
    published: Bureau, new_desk: NewDesk, clock: HeldClock
) -> None:
    desk = new_desk()
    item = desk.hit(A1, clock.moment, note="kept the passport")
    clock.forward(minutes=3)
    (receipt,) = desk.send(item.envelope)
    (received,) = published.hits()
    assert desk.receipt(receipt).content_hash == item.content_hash
    assert (received.hit.record, received.hit.taken_up_by, received.hit.desk) == (A1, "aminata", "torodi-1")
    assert (received.received_at - received.hit.taken_up_at.trusted).total_seconds() == 180
    assert received.events[0].note == "kept the passport"


def test_the_same_upload_again_gets_the_same_receipt(published: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    desk = new_desk()
    item = desk.hit(A1, clock.moment)
    first = desk.send(item.envelope)
    clock.forward(days=1)
    assert desk.send(item.envelope, item.envelope) == first * 2
    assert len(published.hits()) == 1


def test_other_content_under_a_used_counter_is_quarantined(
    published: Bureau, new_desk: NewDesk, clock: HeldClock
) -> None:
    desk = new_desk()
    desk.send(desk.hit(A1, clock.moment).envelope)
    desk.counter = 0
    other = desk.hit(A1, clock.moment)
    assert desk.send(other.envelope) == ()
    assert desk.send(other.envelope) == ()
    assert len(published.hits()) == 1
    (kept,) = published.quarantined()
    assert "counter" in str(kept.reason)


def test_an_upload_nobody_signed_is_quarantined_and_the_others_are_kept(
    published: Bureau, new_desk: NewDesk, clock: HeldClock
) -> None:
    desk, stranger = new_desk("torodi"), new_desk("gaya")
    good = desk.hit(A1, clock.moment)
    forged = desk.hit(A1, clock.moment)
    stranger.reply = desk.reply
    forged = stranger.sealed(2, "hit", b"")
    assert len(desk.send(forged.envelope, good.envelope, b"noise")) == 1
    assert len(published.quarantined()) == 2


def test_another_desk_may_carry_an_upload(published: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    author, carrier = new_desk("torodi"), new_desk("gaya")
    item = author.hit(A1, clock.moment)
    (receipt,) = carrier.send(item.envelope)
    assert author.receipt(receipt).counter == 1
    assert published.hits()[0].hit.desk == "torodi-1"


def test_a_hit_that_a_desk_reports_in_the_name_of_another_is_kept_and_is_no_hit(
    published: Bureau, new_desk: NewDesk, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, other = new_desk("torodi"), new_desk("gaya")
    monkeypatch.setattr(other, "sealed", desk.sealed)
    assert len(desk.send(other.hit(A1, clock.moment).envelope)) == 1
    assert published.hits() == ()
    (kept,) = published.unread()
    assert (kept.desk, str(kept.why)) == ("torodi-1", "a hit of another desk")


def test_what_cannot_be_read_is_kept_and_receipted(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    assert len(desk.send(desk.sealed(1, "from-the-future", b"x").envelope)) == 1
    assert len(desk.send(desk.sealed(2, "hit", b"not a hit").envelope)) == 1
    assert published.hits() == ()
    assert published.posts()[0].received == 2


def test_a_gap_in_the_counter_is_seen(published: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    desk = new_desk()
    desk.send(desk.hit(A1, clock.moment).envelope)
    lost = desk.hit(A1, clock.moment)
    desk.send(desk.hit(A1, clock.moment).envelope)
    assert published.posts()[0].missing == (2,)
    desk.send(lost.envelope)
    assert published.posts()[0].missing == ()
