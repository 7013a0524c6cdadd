"""The HTTPS carrier against a real TLS server on loopback."""

from __future__ import annotations

import random
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from borderdesk.ids import ListName
from sync.agent.exchange import Exchanged
from sync.carriers import HttpsCarrier, HungUp, Impostor, LinkDown, NotAccepted, NotThere, enrol
from sync.carriers.tls import CONNECT_SECONDS
from sync.wire import Purpose, decode_outbox, encode_receipts, http
from sync.wire.refusals import TooLarge
from tests.simulators.bureau import BureauSimulator, HeldClock, PostSimulator, link_identity


def certificate(not_after: datetime) -> tuple[bytes, bytes]:
    """A self-signed certificate for loopback, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bureau")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(not_after - timedelta(days=2))
        .not_valid_after(not_after)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(pem), secret


class Server(ThreadingHTTPServer):
    """The bureau's interface over a simulator, one thread per connection, all joined at the end."""

    daemon_threads = False

    def __init__(self, bureau: BureauSimulator, folder: Path, not_after: datetime) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bureau = bureau
        self.connections = 0
        self.polling, self.news = threading.Event(), threading.Event()
        self.cut: int | None = None
        self.status: int | None = None
        self.ca, key = certificate(not_after)
        (folder / "cert.pem").write_bytes(self.ca + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server_address[1]}"
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A desk that hangs up is ordinary here."""

    def stop(self) -> None:
        self.news.set()
        self.shutdown()
        self.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 5

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        bureau = self.server.bureau
        if not self.signed(b""):
            return self.answer(401, b"")
        if url.path == http.MANIFEST:
            query = parse_qs(url.query)
            found = bureau.manifest(int(query[http.HAVE][0]), 0)
            if not found and float(query[http.WAIT][0]):
                self.server.polling.set()
                self.server.news.wait(30)
            return self.answer(200 if found else 204, found or b"")
        if url.path.startswith(http.FILES):
            return self.file(bureau.files.get(url.path.removeprefix(http.FILES)))
        if url.path.startswith(http.GRANTS):
            scope, epoch = url.path.removeprefix(http.GRANTS).split("/")
            return self.answer(200, bureau.grant(scope, int(epoch)))
        return self.answer(404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == http.ENROL:
            return self.answer(200, b"reply to " + body)
        if not self.signed(body):
            return self.answer(401, b"")
        return self.answer(200, encode_receipts(self.server.bureau.send(decode_outbox(body))))

    def signed(self, body: bytes) -> bool:
        head = self.headers
        message = http.bytes_to_sign(
            self.command,
            self.path,
            head[http.DESK_HEADER],
            head[http.TIME_HEADER],
            head[http.NONCE_HEADER],
            head.get("Range", ""),
            body,
        )
        key = self.server.bureau.desk_keys.transport.public
        return key.verifies(Purpose.HTTP, message, http.as_bytes(head[http.SIGNATURE_HEADER]))

    def file(self, data: bytes | None) -> None:
        if data is None:
            return self.answer(404, b"")
        start, end = self.headers["Range"].removeprefix("bytes=").split("-")
        return self.answer(206, data[int(start) : int(end) + 1])

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(self.server.status or status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(http.SEQUENCE_HEADER, str(self.server.bureau.sequence))
        self.end_headers()
        self.wfile.write(body[: self.server.cut])
        if self.server.cut is not None:
            self.close_connection = True


@pytest.fixture
def bureau() -> BureauSimulator:
    bureau = BureauSimulator()
    bureau.publish(add=[f"A{number * 7919:08d}" for number in range(3000)])
    return bureau


@pytest.fixture
def server(bureau: BureauSimulator, tmp_path: Path) -> Iterator[Server]:
    # Expired ten years ago, as it looks to a desk whose clock is ten years ahead.
    server = Server(bureau, tmp_path, datetime.now(UTC) - timedelta(days=3650))
    yield server
    server.stop()


@pytest.fixture
def carrier(server: Server) -> Iterator[HttpsCarrier]:
    link = link_identity(server.bureau, server.url, server.ca)
    carrier = HttpsCarrier(link, HeldClock(), random.Random(1).randbytes)
    yield carrier
    carrier.close()


def test_everything_goes_through_one_connection(
    server: Server, bureau: BureauSimulator, carrier: HttpsCarrier, tmp_path: Path
) -> None:
    post = PostSimulator(bureau, tmp_path)
    post.bureau = carrier  # type: ignore[assignment]
    post.exchanger = post._exchange()
    post.bureau = bureau
    post.queue(3)
    done = post.update()
    assert not done.refusals
    assert not done.failure
    assert post.numbers == sorted(bureau.rows)
    assert (done.report.uploaded, done.report.receipts) == (3, 3)
    assert server.connections == 1
    assert carrier.newest == bureau.sequence
    assert done.report.bytes_received > bureau.refs[0].length
    assert carrier.manifest(bureau.sequence, 0) is None
    post.close()


def test_what_came_before_a_break_is_kept(server: Server, bureau: BureauSimulator, carrier: HttpsCarrier) -> None:
    server.cut = 1500
    name, data = next(iter(bureau.files.items()))
    assert carrier.piece(name, 0, 4000) == data[:1500]
    server.cut = 0
    with pytest.raises(LinkDown):
        carrier.piece(name, 1500, 4000)


def test_another_certificate_is_an_impostor(server: Server, bureau: BureauSimulator) -> None:
    other, _ = certificate(datetime.now(UTC) + timedelta(days=1))
    with HttpsCarrierFor(server, ca=other) as carrier, pytest.raises(Impostor):
        carrier.manifest(0, 0)


def test_a_desk_that_is_not_known_is_told_so(server: Server, bureau: BureauSimulator) -> None:
    bureau.desk_keys = replace(bureau.desk_keys, transport=BureauSimulator(seed=5).desk_keys.transport)
    server_key = bureau.desk_keys
    bureau.desk_keys = BureauSimulator().desk_keys
    with HttpsCarrierFor(server, ca=server.ca) as carrier:
        bureau.desk_keys = server_key
        with pytest.raises(NotAccepted):
            carrier.manifest(0, 0)


def test_failures_are_said_in_plain_words(server: Server, bureau: BureauSimulator, carrier: HttpsCarrier) -> None:
    with pytest.raises(NotThere):
        carrier.piece("0" * 64, 0, 100)
    server.status = 503
    with pytest.raises(LinkDown, match="trouble"):
        carrier.manifest(0, 0)
    server.status = None
    bureau.answer = lambda data: bytes(300_000)
    with pytest.raises(TooLarge):
        carrier.manifest(0, 0)
    server.stop()
    carrier.close()
    with pytest.raises(LinkDown, match="no server runs"):
        carrier.manifest(0, 0)


def test_a_hit_does_not_wait_for_the_end_of_a_long_poll(
    server: Server, bureau: BureauSimulator, carrier: HttpsCarrier, tmp_path: Path
) -> None:
    post = PostSimulator(bureau, tmp_path)
    post.bureau = carrier  # type: ignore[assignment]
    post.exchanger = post._exchange()
    post.exchange()
    done: list[Exchanged] = []
    waiting = threading.Thread(target=lambda: done.append(post.exchanger.run(wait=600)))
    post.apply = lambda: None  # type: ignore[method-assign]
    post.spool.note_held({ListName("sltd"): bureau.number})
    waiting.start()
    assert server.polling.wait(10)
    post.queue()
    carrier.interrupt()
    waiting.join(10)
    assert not waiting.is_alive()
    assert done[0].failure is None
    assert done[0].report.receipts == 1
    assert len(bureau.stored) == 1
    post.close()


class Silent:
    """A bureau's address at which calls are taken, or not even that, and nobody ever says a word."""

    def __init__(self, *, takes: bool) -> None:
        self._takes = takes
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=0 if not takes else 5)
        self._waiting: list[socket.socket] = []
        if not takes:
            for _ in range(3):  # the queue is full: whoever comes next is not answered at all
                caller = socket.socket()
                caller.setblocking(False)
                caller.connect_ex(self._socket.getsockname())
                self._waiting.append(caller)
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        for each in (*self._waiting, self._socket):
            each.close()


@pytest.mark.parametrize("takes", [True, False], ids=["takes the call and says nothing", "does not take the call"])
def test_whoever_closes_the_program_does_not_wait_for_a_bureau_that_never_answers(
    bureau: BureauSimulator, takes: bool
) -> None:
    silent = Silent(takes=takes)
    ca, _ = certificate(datetime.now(UTC) + timedelta(days=1))
    carrier = HttpsCarrier(link_identity(bureau, silent.url, ca), HeldClock(), random.Random(1).randbytes)
    failed: list[type[Exception]] = []

    def ask() -> None:
        try:
            carrier.manifest(0, 0)
        except LinkDown as error:
            failed.append(type(error))

    asking = threading.Thread(target=ask)
    began = time.monotonic()
    asking.start()
    while carrier._socket is None and time.monotonic() < began + 10:
        asking.join(0.01)
    carrier.hang_up()
    asking.join(10)
    assert not asking.is_alive()
    assert time.monotonic() - began < CONNECT_SECONDS / 2
    assert failed == [HungUp], "nothing was learnt about the link"
    with pytest.raises(HungUp):
        carrier.letters(0)
    carrier.close()
    silent.close()


def test_whoever_closes_the_program_does_not_wait_for_an_answer_that_does_not_come(
    server: Server, carrier: HttpsCarrier
) -> None:
    failed: list[type[Exception]] = []

    def poll() -> None:
        try:
            carrier.manifest(server.bureau.number, 600)
        except LinkDown as error:
            failed.append(type(error))

    polling = threading.Thread(target=poll)
    polling.start()
    assert server.polling.wait(10)
    carrier.hang_up()
    polling.join(10)
    assert not polling.is_alive()
    assert failed == [HungUp]


def test_news_of_a_hit_do_not_make_a_dead_link_look_alive(bureau: BureauSimulator) -> None:
    silent = Silent(takes=True)
    ca, _ = certificate(datetime.now(UTC) + timedelta(days=1))
    carrier = HttpsCarrier(link_identity(bureau, silent.url, ca), HeldClock(), random.Random(1).randbytes)
    failed: list[Exception] = []

    def poll() -> None:
        try:
            carrier.manifest(0, 600)
        except LinkDown as error:
            failed.append(error)

    polling = threading.Thread(target=poll)
    polling.start()
    while carrier._socket is None and polling.is_alive():
        polling.join(0.01)
    carrier.interrupt()
    silent.close()  # now the call breaks off: the bureau was never reached
    polling.join(CONNECT_SECONDS * 2)
    carrier.close()
    assert len(failed) == 1 and not isinstance(failed[0], HungUp)


def test_enrolment_needs_no_certificate(server: Server) -> None:
    assert enrol(server.url, b"request") == b"reply to request"


class HttpsCarrierFor:
    """A carrier to this server under a certificate of the test's choice."""

    def __init__(self, server: Server, ca: bytes) -> None:
        link = link_identity(server.bureau, server.url, ca)
        self.carrier = HttpsCarrier(link, HeldClock(), random.Random(1).randbytes)

    def __enter__(self) -> HttpsCarrier:
        return self.carrier

    def __exit__(self, *_: object) -> None:
        self.carrier.close()
