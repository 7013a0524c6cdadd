"""The bureau's door: who is let in, what may be fetched, and what a receipt is worth. Over real HTTPS."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau, BureauServer, serve_in_thread
from sync.bureau.posts import CODE_LIFE
from sync.bureau.server import AddressTaken
from sync.wire import EnrolCode, http
from sync.wire.uploads import encode_outbox
from tests.bureau.common import SLTD, HeldClock, passport
from tests.bureau.simulator import DeskSimulator

NewDesk = Callable[..., DeskSimulator]

A1 = RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1)


@pytest.fixture
def published(bureau: Bureau) -> Bureau:
    bureau.import_list(SLTD, [passport(f"A{number}") for number in range(1, 400)])
    bureau.publish()
    return bureau


# Enrolment


def test_a_code_enrols_one_desk_and_no_other(bureau: Bureau, server: BureauServer) -> None:
    code = bureau.enrol_code("torodi")
    first, second = DeskSimulator(server.url, bureau.home.ca), DeskSimulator(server.url, bureau.home.ca)
    assert first.enrol(code).status_code == 200
    assert second.enrol(code).status_code == 403
    assert first.identity.desk == "torodi-1"
    assert first.identity.bureau_name == "NCB Utopia"
    first.close()
    second.close()


def test_an_answer_lost_on_the_way_is_given_again(bureau: Bureau, server: BureauServer) -> None:
    code = bureau.enrol_code("torodi")
    desk = DeskSimulator(server.url, bureau.home.ca)
    request = desk.request(code)
    desk.enrol(code, request)
    first = desk.identity.desk
    assert desk.enrol(code, request).status_code == 200
    assert desk.identity.desk == first
    assert len(bureau.posts()) == 1
    desk.close()


def test_a_code_is_void_after_its_time(bureau: Bureau, server: BureauServer, clock: HeldClock) -> None:
    code = bureau.enrol_code("torodi")
    clock.forward(seconds=CODE_LIFE.total_seconds() + 1)
    desk = DeskSimulator(server.url, bureau.home.ca)
    assert desk.enrol(code).status_code == 403
    desk.close()


def test_who_guesses_at_a_code_voids_it(bureau: Bureau, server: BureauServer) -> None:
    code = bureau.enrol_code("torodi")
    desk = DeskSimulator(server.url, bureau.home.ca)
    for guess in range(10):
        assert desk.enrol(EnrolCode(code.handle, f"{guess:012d}")).status_code == 403
    assert desk.enrol(code).status_code == 403
    assert bureau.posts() == ()
    desk.close()


def test_the_desks_of_a_post_are_counted(new_desk: NewDesk) -> None:
    assert [new_desk("torodi").identity.desk, new_desk("torodi").identity.desk] == ["torodi-1", "torodi-2"]


def test_somebody_elses_certificate_is_not_believed(bureau: Bureau, server: BureauServer, tmp_path: Path) -> None:
    with Bureau.create(tmp_path / "other", name="Another", country="UTO") as other:
        desk = DeskSimulator(server.url, other.home.ca)
        with pytest.raises(requests.exceptions.SSLError):
            desk.enrol(bureau.enrol_code("torodi"))
        desk.close()


# Who is asking


def test_a_request_without_a_valid_signature_is_refused(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    path = f"{http.MANIFEST}?have=0&wait=0"
    assert desk.ask("GET", path).status_code == 200
    assert desk.session.get(desk.url + path, timeout=30).status_code == 401
    assert desk.ask("GET", path, **{http.SIGNATURE_HEADER: "00" * 64}).status_code == 401
    assert desk.ask("GET", path, **{http.SIGNATURE_HEADER: "no"}).status_code == 401
    assert desk.ask("GET", path, **{http.DESK_HEADER: "nobody-1"}).status_code == 401
    assert desk.ask("GET", path, **{http.TIME_HEADER: "1"}).status_code == 401


def test_a_signature_is_good_for_its_own_request_only(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    sent = desk.ask("GET", f"{http.MANIFEST}?have=0&wait=0").request.headers
    other = desk.session.get(f"{desk.url}{http.MANIFEST}?have=0&wait=1", headers=dict(sent), timeout=30)
    assert other.status_code == 401


def test_a_revoked_desk_is_answered_no_more(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.catch_up(1)
    published.revoke("torodi-1")
    with serve_in_thread(published) as again:
        desk.url = again.url
        assert desk.ask("GET", f"{http.MANIFEST}?have=0&wait=0").status_code == 401
        assert desk.ask("POST", http.OUTBOX, encode_outbox([])).status_code == 401


# What may be fetched


def test_a_poll_without_news_says_so_at_once_or_when_it_comes(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    assert desk.poll(wait=0)
    assert not desk.poll(wait=0)
    publishing = threading.Thread(target=published.publish)
    publishing.start()
    assert desk.poll(wait=30)
    publishing.join()
    assert desk.believed is not None
    assert desk.believed.manifest.sequence == 2


def test_a_file_can_be_fetched_in_pieces(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.poll()
    assert desk.believed is not None
    (file,) = desk.believed.manifest.lists[0].files
    path = http.FILES + file.name
    whole = desk.ask("GET", path)
    assert (whole.status_code, len(whole.content)) == (200, file.length)
    first = desk.ask("GET", path, range_="bytes=0-99")
    rest = desk.ask("GET", path, range_="bytes=100-")
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.content + rest.content == whole.content
    assert rest.headers["Content-Range"] == f"bytes 100-{file.length - 1}/{file.length}"
    assert desk.ask("GET", path, range_=f"bytes={file.length}-").status_code == 416
    assert desk.ask("GET", path, range_="bytes=-5").status_code == 416


@pytest.mark.parametrize("name", ["00" * 32, "..%2Fkeys.cbor", "zz", "A" * 64])
def test_nothing_but_published_files_can_be_fetched(published: Bureau, new_desk: NewDesk, name: str) -> None:
    assert new_desk().ask("GET", http.FILES + name).status_code in (401, 404)


def test_a_grant_opens_for_its_own_desk_only(published: Bureau, new_desk: NewDesk) -> None:
    one, other = new_desk("torodi"), new_desk("torodi")
    one.poll()
    other.poll()
    assert one.epoch_key() == other.epoch_key()
    answer = one.ask("GET", f"{http.GRANTS}all/1").content
    assert one.trust.grant(answer).desk == "torodi-1"
    assert one.ask("GET", f"{http.GRANTS}all/2").status_code == 404
    assert one.ask("GET", f"{http.GRANTS}other/1").status_code == 404


# What is sent


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
    assert "counter" in kept.reason


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


@pytest.mark.parametrize(("size", "status"), [(10, 400), (2 * 1024 * 1024, 413)])
def test_a_body_that_is_no_outbox_is_refused(published: Bureau, new_desk: NewDesk, size: int, status: int) -> None:
    assert new_desk().ask("POST", http.OUTBOX, b"x" * size).status_code == status


# Coming and going


def test_the_bureau_knows_which_editions_a_desk_holds(published: Bureau, clock: HeldClock) -> None:
    with serve_in_thread(published) as server:
        desk = DeskSimulator(server.url, published.home.ca)
        desk.enrol(published.enrol_code("torodi"))
        desk.catch_up(1)
        assert not desk.poll(wait=0)
        desk.close()
    (held,) = published.posts()
    assert (held.holds, held.seen_at) == ((("sltd", 1),), clock.now)


def test_stopping_answers_a_long_poll_instead_of_cutting_it(published: Bureau) -> None:
    with serve_in_thread(published) as server:
        desk = DeskSimulator(server.url, published.home.ca)
        desk.enrol(published.enrol_code("torodi"))
        assert desk.poll(wait=0)
        answers: list[bool] = []
        polling = threading.Thread(target=lambda: answers.append(desk.poll(wait=60)))
        polling.start()
    polling.join()
    desk.close()
    assert answers == [False]


def test_a_port_in_use_is_said(bureau: Bureau, server: BureauServer) -> None:
    with pytest.raises(AddressTaken):
        BureauServer(bureau, port=server.port)
