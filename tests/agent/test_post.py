"""A post's second desk feeds from the first: two real desks of one real bureau, over loopback, the bureau gone."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.hits import HitAct
from borderdesk.screening import VerdictWord
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Courier, Desk
from sync.agent.courier import News
from sync.agent.enrolment import enrol
from sync.agent.neighbour import neighbour, set_neighbour
from sync.agent.post_server import MOST_PIECE, serving
from sync.agent.shelf import SHELF, Shelf
from sync.agent.state import LinkWord
from sync.bureau import Bureau
from sync.bureau.server import BureauServer, serve_in_thread
from sync.carriers import LinkDown, NotThere, PeerAddress, PeerAddressWrong, PeerCarrier, PeerDown
from sync.wire import FileRef, FileRole, Manifest, SignedBytes
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST, TooLarge
from tests.agent.conftest import PASSWORD, SEED, MovableClock
from ui.cli.desk import app

DOCUMENTS = 60
STOLEN = list(stolen_documents(DOCUMENTS + 1, SEED))[-1]
"""In the second edition and not in the first."""

NEW = f"{STOLEN.type} {STOLEN.state} {STOLEN.number}"


@dataclass
class Post:
    """A bureau and the two desks of one of its posts; the bureau can go away."""

    bureau: Bureau
    clock: MovableClock
    first: Desk
    second: Desk
    server: BureauServer
    stack: ExitStack

    def publish(self, documents: int) -> None:
        self.clock.pass_(timedelta(minutes=2))  # longer, and the desks lock themselves
        self.bureau.import_list(SYNTHETIC_LIST, stolen_documents(documents, SEED))
        self.bureau.publish()

    def fetch(self, desk: Desk) -> None:
        """What was just published, by link. Something urgent may end the first wait."""
        for _ in range(5):
            desk.exchange(wait=20)
            if desk.status().heard == self.clock.now and desk.progress() is None:
                return
        raise AssertionError(desk.status())

    def bureau_goes_away(self) -> None:
        self.stack.close()

    @property
    def shelf(self) -> Path:
        return self.first.folder / SHELF

    def files(self) -> list[Path]:
        """What the first desk keeps for the second, without page and roots."""
        return [path for path in self.shelf.iterdir() if len(path.name) == 64]


@pytest.fixture
def post(tmp_path: Path, clock: MovableClock) -> Iterator[Post]:
    with (
        Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO", clock=clock) as bureau,
        ExitStack() as desks,
        ExitStack() as stack,
    ):
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS, SEED))
        bureau.publish()
        server = stack.enter_context(serve_in_thread(bureau))
        first, second = (desks.enter_context(make(tmp_path / name, bureau, server)) for name in ("one", "two"))
        first.serve_post()
        yield Post(bureau, clock, first, second, server, stack)


@contextmanager
def make(folder: Path, bureau: Bureau, server: BureauServer) -> Iterator[Desk]:
    """One more desk of the post, signed in and up to date."""
    code = str(bureau.enrol_code("nong-haet"))
    enrol(folder, url=server.url, code=code, account="noy", name="Noy", password=PASSWORD, clock=bureau.clock)
    with Desk(folder, clock=bureau.clock) as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().reached
        yield desk


@pytest.fixture
def ahead(post: Post) -> Post:
    """The first desk is an edition ahead of the second, and the bureau is gone."""
    post.publish(DOCUMENTS + 1)
    post.fetch(post.first)
    post.bureau_goes_away()
    assert not post.second.exchange().reached
    return post


def edition(desk: Desk) -> int:
    (held,) = desk.status().lists
    return held.edition


def refusals(desk: Desk) -> list[str]:
    return [entry.why for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]


def test_the_second_desk_is_brought_up_to_date_while_the_bureau_is_gone(ahead: Post) -> None:
    assert ahead.second.screen(NEW).word is VerdictWord.NO_MATCH
    with serving(ahead.first.folder, "127.0.0.1", 0) as server:
        report = ahead.second.feed(PeerAddress.read(server.url))
    assert report.applied and report.reached and not report.refused
    assert edition(ahead.second) == edition(ahead.first) == 2
    assert ahead.second.screen(NEW).word is VerdictWord.MATCH
    assert refusals(ahead.second) == []
    assert not (ahead.second.folder / SHELF).exists()  # it was not told to serve
    assert ahead.shelf.stat().st_mode & 0o077 == 0


def test_a_locked_desk_feeds_too_and_applies_it_when_somebody_signs_in(ahead: Post) -> None:
    ahead.second.sign_out()
    with serving(ahead.first.folder, "127.0.0.1", 0) as server:
        ahead.second.feed(PeerAddress.read(server.url))
    ahead.second.sign_in("noy", PASSWORD)
    assert edition(ahead.second) == 2


def test_a_desk_that_was_fed_feeds_the_next_one(ahead: Post) -> None:
    ahead.second.serve_post()
    with serving(ahead.first.folder, "127.0.0.1", 0) as server:
        ahead.second.feed(PeerAddress.read(server.url))
    kept = ahead.second.folder / SHELF
    assert {path.name for path in ahead.files()} & {path.name for path in kept.iterdir()}
    assert (kept / "page").read_bytes() == (ahead.shelf / "page").read_bytes()


def test_what_lies_whole_in_a_locked_desk_when_it_begins_to_serve_is_handed_out(post: Post) -> None:
    post.first.serve_no_post()
    assert not post.shelf.exists()
    post.first.sign_out()
    post.publish(DOCUMENTS + 1)
    post.fetch(post.first)
    post.bureau_goes_away()
    post.first.serve_post()
    with serving(post.first.folder, "127.0.0.1", 0) as server:
        post.second.feed(PeerAddress.read(server.url))
    assert edition(post.second) == 2


def test_the_second_desk_goes_around_a_file_the_first_did_not_need(post: Post) -> None:
    """The first followed day by day; the second slept, and the bureau has a merged delta for it."""
    for more in (1, 2, 3):
        post.publish(DOCUMENTS + more)
        post.fetch(post.first)
    post.bureau_goes_away()
    with serving(post.first.folder, "127.0.0.1", 0) as server:
        post.second.feed(PeerAddress.read(server.url))
    assert edition(post.second) == edition(post.first) == 4


def test_the_link_is_still_down_and_reports_still_wait_though_they_lie_at_the_other_desk(ahead: Post) -> None:
    second = ahead.second
    with serving(ahead.first.folder, "127.0.0.1", 0) as server:
        second.feed(PeerAddress.read(server.url))
        verdict = second.screen(NEW)
        second.take_up(verdict, record=next(f.record for f in verdict.findings if f.record), act=HitAct.REFER)
        waiting = second.status().waiting
        report = second.feed(PeerAddress.read(server.url))
    assert (report.uploaded, report.receipts, second.status().waiting) == (waiting, 0, waiting)
    assert waiting > 0
    assert second.status().link.word is LinkWord.DOWN
    assert any("knows nothing newer" in str(line) for line in report.lines)


def test_a_first_desk_that_is_behind_is_no_attacker(post: Post) -> None:
    post.publish(DOCUMENTS + 1)
    post.fetch(post.second)
    with serving(post.first.folder, "127.0.0.1", 0) as server:
        assert post.second.feed(PeerAddress.read(server.url)).refused == 0
    assert edition(post.second) == 2


def test_a_new_key_of_the_bureau_comes_from_nobody_who_has_not_asked_for_it(post: Post, tmp_path: Path) -> None:
    with make(tmp_path / "three", post.bureau, post.server) as stolen:
        post.bureau.revoke(stolen.identity.reply.desk)
    post.publish(DOCUMENTS + 1)
    post.fetch(post.first)
    with serving(post.first.folder, "127.0.0.1", 0) as server:
        report = post.second.feed(PeerAddress.read(server.url))
    assert any("under a new key" in str(line) for line in report.lines)
    assert (report.refused, edition(post.first), edition(post.second)) == (0, 2, 1)
    post.fetch(post.second)
    assert edition(post.second) == 2


def test_the_courier_feeds_from_the_desk_that_was_set_while_the_link_is_down(ahead: Post) -> None:
    came = threading.Event()

    def heard(news: News) -> None:
        if news.report is not None and news.report.applied:
            came.set()

    with serving(ahead.first.folder, "127.0.0.1", 0) as server:
        set_neighbour(ahead.second.folder, PeerAddress.read(server.url))
        with Courier(ahead.second, heard=heard):
            assert came.wait(20)
    assert edition(ahead.second) == 2


# --- a first desk that is not what it seems -------------------------------------------------------------------------


def feed_refused(post: Post) -> list[str]:
    """Feed, and look that the last good edition still answers. What was refused."""
    with serving(post.first.folder, "127.0.0.1", 0) as server:
        report = post.second.feed(PeerAddress.read(server.url))
    assert report.refused and not report.applied
    assert edition(post.second) == 1
    assert post.second.screen(NEW).word is VerdictWord.NO_MATCH
    return refusals(post.second)


def test_an_altered_file_is_refused(ahead: Post) -> None:
    for path in ahead.files():
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert set(feed_refused(ahead)) == {"WrongHash"}


def test_another_file_under_the_right_name_is_refused(ahead: Post) -> None:
    for path in ahead.files():
        path.write_bytes(bytes(path.stat().st_size + 5000))
    assert set(feed_refused(ahead)) == {"WrongHash"}


def test_an_altered_page_is_refused(ahead: Post) -> None:
    page = bytearray((ahead.shelf / "page").read_bytes())
    page[-1] ^= 1
    (ahead.shelf / "page").write_bytes(page)
    assert feed_refused(ahead) == ["BadSignature"]


def test_an_older_page_is_refused(post: Post) -> None:
    """An honest desk that is behind says that it has nothing newer."""
    old = (post.shelf / "page").read_bytes()
    post.publish(DOCUMENTS + 1)
    post.fetch(post.second)
    with hostile(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(old), old)) as address:
        assert post.second.feed(address).refused == 1
    assert refusals(post.second) == ["RolledBack"]
    assert edition(post.second) == 2
    assert post.second.screen(NEW).word is VerdictWord.MATCH


_NO_RELAY = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def hostile(answer: bytes, *, endless: bytes = b"") -> Iterator[PeerAddress]:
    """Somebody on the post's network who relays nothing, answers all else with this, and goes on with `endless`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        over = threading.Event()

        def answer_one(line: socket.socket) -> None:
            with line:
                try:
                    relays = not endless and line.recv(65536).startswith(b"POST")
                    line.sendall(_NO_RELAY if relays else answer)
                    while endless and not over.is_set():
                        line.sendall(endless)
                except OSError:
                    return

        def serve() -> None:
            while not over.is_set():
                try:
                    line, _ = listening.accept()
                except TimeoutError:
                    continue
                answer_one(line)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield PeerAddress("127.0.0.1", listening.getsockname()[1])
        finally:
            over.set()
            thread.join()


def test_an_endless_answer_is_cut_off_and_refused(ahead: Post) -> None:
    with hostile(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", endless=bytes(65536)) as address:
        report = ahead.second.feed(address)
        with pytest.raises(TooLarge):
            PeerCarrier(address).manifest(0, 0.0)
    assert report.refused == 1
    assert refusals(ahead.second) == ["TooLarge"]
    assert report.bytes_received <= MAX_MANIFEST + 65536
    assert edition(ahead.second) == 1


def test_an_answer_without_a_length_is_a_broken_one(ahead: Post) -> None:
    with hostile(b"HTTP/1.1 200 OK\r\n\r\n", endless=bytes(65536)) as address:
        report = ahead.second.feed(address)
    assert (report.reached, report.refused) == (False, 0)
    assert edition(ahead.second) == 1


def test_an_answer_that_drips_ends_when_its_time_is_over() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            line, _ = listening.accept()
            with line:
                line.sendall(b"HTTP/1.1 200 OK\r\n")
                over.wait(20)

        thread = threading.Thread(target=drip)
        thread.start()
        address = PeerAddress("127.0.0.1", listening.getsockname()[1])
        with pytest.raises(PeerDown):
            PeerCarrier(address, patience=0.1).manifest(0, 0.0)
        over.set()
        thread.join()


def test_any_other_answer_changes_nothing(ahead: Post) -> None:
    for answer in (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    ):
        with hostile(answer) as address:
            report = ahead.second.feed(address)
        assert report.refused or not report.reached, answer
        assert edition(ahead.second) == 1
        assert not ahead.second.is_revoked()


# --- what the first desk hands out, and to whom ---------------------------------------------------------------------


def ask(port: int, target: str, *, method: str = "GET", range_: str = "") -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, target, headers={"Range": range_} if range_ else {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A shelf with one file, and the secrets of a desk beside it."""
    (tmp_path / SHELF).mkdir()
    (tmp_path / "link.identity").write_bytes(b"secret")
    (tmp_path / SHELF / ("a" * 64)).write_bytes(bytes(range(256)))
    (tmp_path / SHELF / "page").write_bytes(b"no page")
    return tmp_path


def test_no_name_leads_out_of_the_shelf(shelf: Path) -> None:
    with serving(shelf, "127.0.0.1", 0) as server:
        for name in (
            "../link.identity",
            "..%2flink.identity",
            "%2e%2e/link.identity",
            "..%5clink.identity",
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "page",
            "a" * 63 + "%00",
            "a" * 64 + "%0a",
            "A" * 64,
            "b" * 64,
            "a" * 5000,
        ):
            assert ask(server.port, f"/v1/files/{name}")[0] == 404, name
            assert ask(server.port, f"/v1/roots/{name}")[0] == 404, name
        assert ask(server.port, "/v1/files/" + "a" * 64)[0] == 206


def test_nothing_can_be_written_and_nothing_else_is_answered(shelf: Path) -> None:
    with serving(shelf, "127.0.0.1", 0) as server:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert ask(server.port, "/v1/files/" + "a" * 64, method=method)[0] == 405
        for target in ("/v1/outbox", "/v1/letters", "/v1/enrol", "/v1/grants/all/1", "/", "/docs"):
            assert ask(server.port, target)[0] == 404
        assert ask(server.port, "/v1/manifest?have=-1")[0] == 400


def test_a_file_comes_in_ranges(shelf: Path) -> None:
    data, target = bytes(range(256)), "/v1/files/" + "a" * 64
    with serving(shelf, "127.0.0.1", 0) as server:
        assert ask(server.port, target, range_="bytes=10-19") == (206, data[10:20])
        assert ask(server.port, target, range_="bytes=10-") == (206, data[10:])
        for wrong in ("bytes=256-", "bytes=9-3", "bytes=-5", "lines=1-2", "bytes=1-2,4-5"):
            assert ask(server.port, target, range_=wrong)[0] == 416


def test_no_answer_is_longer_than_a_mebibyte(shelf: Path) -> None:
    (shelf / SHELF / ("a" * 64)).write_bytes(bytes(MOST_PIECE + 1))
    with serving(shelf, "127.0.0.1", 0) as server:
        assert len(ask(server.port, "/v1/files/" + "a" * 64, range_="bytes=0-")[1]) == MOST_PIECE
        carrier = PeerCarrier(PeerAddress.read(server.url))
        assert len(carrier.piece("a" * 64, MOST_PIECE, 100)) == 1
        with pytest.raises(NotThere):
            carrier.piece("b" * 64, 0, 100)


def test_only_what_the_newest_page_names_is_kept(post: Post) -> None:
    stray = post.shelf / ("e" * 64)
    stray.write_bytes(b"of an older page")
    post.publish(DOCUMENTS + 1)
    post.fetch(post.first)
    page = Manifest.decode(SignedBytes.decode((post.shelf / "page").read_bytes(), MANIFEST, MAX_MANIFEST).payload)
    named = {file.name for head in page.lists for file in head.files}
    assert not stray.exists()
    assert {path.name for path in post.files()} <= named
    assert page.sequence > 1


def test_the_shelf_stays_within_its_bound_and_the_largest_goes_first(tmp_path: Path) -> None:
    (tmp_path / SHELF).mkdir()
    shelf = Shelf(tmp_path)
    kind = SYNTHETIC_LIST.kind

    def keep(letter: str, length: int) -> None:
        file = FileRef(bytes.fromhex(letter * 64), length, FileRole.DELTA, 1, 2, kind)
        shelf.keep(file, bytes(length), 1000)

    keep("a", 600)
    keep("b", 300)
    keep("c", 200)
    assert [shelf.length(letter * 64) for letter in "abc"] == [None, 300, 200]
    keep("d", 1001)
    assert [shelf.length(letter * 64) for letter in "bcd"] == [300, 200, None]


# --- by command -----------------------------------------------------------------------------------------------------


def test_it_is_asked_for_by_command(ahead: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDERDESK_DIR", str(ahead.second.folder))
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    ahead.second.sign_out()
    with serving(ahead.first.folder, "127.0.0.1", 0) as server:
        answer = CliRunner().invoke(
            app, ["sync", "now", "--as", "noy", "--peer", server.url, "--json"], catch_exceptions=False
        )
        assert answer.exit_code == 0, answer.output
        assert json.loads(answer.stdout)["applied"]
        assert server.url in CliRunner().invoke(app, ["sync", "peer", server.url]).output
        found = neighbour(ahead.second.folder)
        assert found is not None and found.url == server.url
        answer = CliRunner().invoke(app, ["sync", "now", "--json"], catch_exceptions=False)
        assert any("knows nothing newer" in line for line in json.loads(answer.stdout)["lines"])
    assert "no other desk" in CliRunner().invoke(app, ["sync", "peer", "--none"]).output
    assert neighbour(ahead.second.folder) is None


@pytest.mark.parametrize(
    "address",
    ["https://10.0.0.1:1", "10.0.0.1", "http://10.0.0.1", "http://a:99999", "http://a:1/x", "http://u@a:1", ""],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(PeerAddressWrong):
        PeerAddress.read(address)


def test_nobody_there_is_said_in_plain_words(ahead: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    report = ahead.second.feed(PeerAddress("127.0.0.1", port))
    assert not report.reached and not report.refused
    assert any("does not serve its post there" in str(line) for line in report.lines)
    assert issubclass(PeerDown, LinkDown)
