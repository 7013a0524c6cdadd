"""The bureau's door: who is let in, what may be fetched, and what a receipt is worth. Over real HTTPS."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import requests

from borderdesk.ids import RecordKey, RecordRef
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
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


def test_a_recorded_request_is_answered_once(published: Bureau, new_desk: NewDesk) -> None:
    desk = new_desk()
    path = f"{http.MANIFEST}?have=0&wait=0"
    recorded = dict(desk.ask("GET", path).request.headers)
    assert desk.session.get(desk.url + path, headers=recorded, timeout=30).status_code == 401
    assert desk.ask("GET", path).status_code == 200, "the desk itself goes on"


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
    assert desk.ask("GET", http.FILES + file.name.upper()).status_code == 404, "a file has one name"


def test_a_desk_in_the_middle_of_a_file_hears_of_a_newer_page_with_a_short_piece(
    published: Bureau, new_desk: NewDesk
) -> None:
    published.import_list(SYNTHETIC_LIST, stolen_documents(2000, 7), withdraw_many=True)
    published.publish()
    desk, other = new_desk(), new_desk()
    for each in (desk, other):
        while each.believed is None or all(head.edition.rows != 2000 for head in each.believed.manifest.lists):
            assert each.poll(wait=30)
    assert desk.believed is not None
    (head,) = [each for each in desk.believed.manifest.lists if each.edition.rows == 2000]
    file = max(head.files, key=lambda file: file.length)
    path, known = http.FILES + file.name, desk.believed.manifest.sequence

    def piece() -> requests.Response:
        return desk.ask("GET", path, range_="bytes=0-1999")

    assert len(piece().content) == 2000
    published.publish()
    assert other.poll(wait=30), "the server knows of it"
    first = piece()
    assert len(first.content) == 512
    assert first.headers["Content-Range"] == f"bytes 0-511/{file.length}"
    assert int(first.headers[http.SEQUENCE_HEADER]) == known + 1
    assert len(piece().content) == 2000, "once is enough"
    published.publish()
    assert desk.poll(wait=30)
    assert len(piece().content) == 2000, "it was told with the page itself"
    assert len(desk.ask("GET", path).content) == file.length, "who asks for all of it gets it"


@pytest.mark.parametrize("name", ["00" * 32, "..%2Fkeys.cbor", "zz", "A" * 64])
def test_nothing_but_published_files_can_be_fetched(published: Bureau, new_desk: NewDesk, name: str) -> None:
    assert new_desk().ask("GET", http.FILES + name).status_code == 404


def test_a_grant_opens_for_its_own_desk_only(published: Bureau, new_desk: NewDesk) -> None:
    one, other = new_desk("torodi"), new_desk("torodi")
    one.poll()
    other.poll()
    assert one.ring() == other.ring()
    answer = one.ask("GET", f"{http.GRANTS}all/1").content
    assert one.trust.grant(answer).desk == "torodi-1"
    assert one.ask("GET", f"{http.GRANTS}all/2").status_code == 404
    assert one.ask("GET", f"{http.GRANTS}other/1").status_code == 404


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


class ToldClock(HeldClock):
    """Says when somebody looked at it: the server does when a poll arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = threading.Event()

    def wall(self) -> datetime:
        self.looked.set()
        return super().wall()


def test_stopping_answers_a_long_poll_instead_of_cutting_it(published: Bureau) -> None:
    with serve_in_thread(published) as server:
        desk = DeskSimulator(server.url, published.home.ca)
        desk.enrol(published.enrol_code("torodi"))
        assert desk.poll(wait=0)
        told = ToldClock()
        published.clock = told
        answers: list[bool] = []
        polling = threading.Thread(target=lambda: answers.append(desk.poll(wait=60)))
        polling.start()
        assert told.looked.wait(30)
    polling.join()
    desk.close()
    assert answers == [False]


def test_a_port_in_use_is_said(bureau: Bureau, server: BureauServer) -> None:
    with pytest.raises(AddressTaken):
        BureauServer(bureau, port=server.port)
