"""The link: one kept-alive HTTPS session to the bureau, in pieces, signed by the desk, believed by nobody."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

import requests
import urllib3
from requests.adapters import HTTPAdapter

from borderdesk import __version__
from borderdesk.clock import Clock
from borderdesk.errors import TamperingError
from borderdesk.ids import ListName
from borderdesk.words import Sentence, say
from sync.carriers.types import SAFE, LinkDown, NotAccepted, NotThere, Traffic
from sync.trust import LinkIdentity
from sync.trust.root import MAX_ROOT
from sync.wire import Purpose, Scope, decode_letters, decode_receipts, encode_outbox, http
from sync.wire.enrolment import MAX_ENROLMENT
from sync.wire.grants import MAX_GRANT
from sync.wire.letters import MAX_LETTERS_BYTES
from sync.wire.manifest import ANY, MAX_MANIFEST
from sync.wire.refusals import MANIFEST, Malformed, TooLarge
from sync.wire.relaying import MAX_WORDS, Wanted, Word, decode_words, encode_wanted
from sync.wire.repair import MAX_GIVEN, RepairAsked, RepairGiven
from sync.wire.revocation import MAX_REVOCATION
from sync.wire.uploads import MAX_BATCH, MAX_RECEIPT

CONNECT_SECONDS: Final = 20.0
SILENCE_SECONDS: Final = 30.0
"""Nothing for so long is a broken connection. A satellite answers within two."""

_READ: Final = 2048
_REFUSAL: Final = 4096
# OpenSSL's X509_V_FLAG_NO_CHECK_TIME: a post's clock may be years off, and that must not cut it off. Certificates of
# the pinned authority are ended by revoking the bureau's keys, not by the calendar.
_NO_CHECK_TIME: Final = 0x200000


class Impostor(TamperingError):
    """Whoever answers does not hold the bureau's certificate."""

    def __init__(self) -> None:
        super().__init__(
            say("Somebody who is not the bureau answers at the bureau's address."),
            safe=SAFE,
            todo=say("Tell the bureau; go on working and use the stick until it is resolved."),
        )


class _Pinned(HTTPAdapter):
    """TLS that believes one certificate authority and no other, whatever is installed on the machine."""

    def __init__(self, ca: bytes, opened: Callable[[socket.socket], None]) -> None:
        """`opened` is told of every socket once TLS stands."""

        class Connection(urllib3.connection.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                opened(self.sock)

        class Pool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Connection

        self._pool = Pool
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=ca.decode("ascii"))
        context.verify_flags |= _NO_CHECK_TIME
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": self._pool}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # The inherited method would add the public authorities that come with requests.
        conn.cert_reqs = "CERT_REQUIRED"


class HttpsCarrier:
    """A bureau behind a URL. Owned by one thread, except for `interrupt`; close it when done."""

    def __init__(self, link: LinkIdentity, clock: Clock, entropy: Callable[[int], bytes]) -> None:
        """`entropy` gives random bytes (`secrets.token_bytes`)."""
        self._link = link
        self._clock = clock
        self._entropy = entropy
        self._session = requests.Session()
        # Proxies, certificates and passwords of the environment have no say here.
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.mount("https://", _Pinned(link.reply.tls_ca, self._opened))
        self._guard = threading.Lock()
        self._socket: socket.socket | None = None
        self._waiting = False
        self._interrupted = False
        self._traffic = Traffic()
        self._newest = 0
        self._newest_letter = 0

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    @property
    def newest(self) -> int:
        return self._newest

    @property
    def newest_letter(self) -> int:
        return self._newest_letter

    def close(self) -> None:
        self._session.close()

    def interrupt(self) -> None:
        """End the wait of `manifest`, now or as soon as it begins: something urgent is to be sent. From any thread.

        The connection is lost with it, which costs a handshake; reports of hits are rare enough for that.
        """
        with self._guard:
            self._interrupted = True
            if self._waiting and self._socket is not None:
                with suppress(OSError):  # it may have ended by itself meanwhile
                    # Not SSLSocket.shutdown, which would take TLS away from under the thread that reads.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def manifest(self, have: int, wait: float, letters: int = 0, scope: Scope = ANY) -> bytes | None:
        with self._guard:
            wait = 0.0 if self._interrupted else wait
            self._interrupted, self._waiting = False, wait > 0
        asked = {
            http.HAVE: have,
            http.WAIT: int(min(wait, http.MAX_WAIT)),
            http.HELD_LETTERS: letters,
            http.PROGRAM: __version__,
            **({http.SCOPE: scope} if scope else {}),
        }
        target = http.MANIFEST + "?" + urlencode(asked)
        try:
            status, body = self._ask("GET", target, limit=MAX_MANIFEST, patience=wait)
        except LinkDown:
            with self._guard:
                interrupted, self._interrupted = self._interrupted, False
            if not interrupted:
                raise
            return None
        finally:
            with self._guard:
                self._waiting = False
        return None if status == 204 else body

    def _opened(self, sock: socket.socket) -> None:
        with self._guard:
            self._socket = sock

    def piece(self, name: str, start: int, length: int) -> bytes:
        range_ = f"bytes={start}-{start + length - 1}"
        status, body = self._ask("GET", http.FILES + name, limit=length, range_=range_, partial=True)
        if status != 206 and start:
            raise LinkDown(say("it cannot go on in the middle of a file"))
        return body

    def grant(self, scope: Scope, epoch: int) -> bytes:
        return self._ask("GET", f"{http.GRANTS}{scope}/{epoch}", limit=MAX_GRANT)[1]

    def root(self, version: int) -> bytes:
        return self._ask("GET", f"{http.ROOTS}{version}", limit=MAX_ROOT)[1]

    def takes_uploads(self) -> bool:
        return True

    def send(self, envelopes: Sequence[bytes]) -> tuple[bytes, ...]:
        limit = MAX_BATCH * (MAX_RECEIPT + 8)
        return decode_receipts(self._ask("POST", http.OUTBOX, body=encode_outbox(envelopes), limit=limit)[1])

    def letters(self, after: int) -> tuple[bytes, ...]:
        target = http.LETTERS + "?" + urlencode({http.AFTER: after})
        return decode_letters(self._ask("GET", target, limit=MAX_LETTERS_BYTES)[1])

    def post(self, wanted: Sequence[Wanted]) -> tuple[Word, ...]:
        """The other desks of the post, with what these are said to want."""
        return decode_words(self._ask("POST", http.POST, body=encode_wanted(wanted), limit=MAX_WORDS)[1])

    def shard(self, name: ListName, asked: RepairAsked) -> RepairGiven:
        """The next shard in which a list differs. Raises NotThere where the bureau is at another edition of it."""
        return RepairGiven.decode(self._ask("POST", http.SHARDS + name, body=asked.encode(), limit=MAX_GIVEN)[1])

    def receipts(self) -> tuple[bytes, ...]:
        """A link answers at once; nothing comes later."""
        return ()

    def _ask(
        self,
        method: str,
        target: str,
        *,
        limit: int,
        body: bytes = b"",
        range_: str = "",
        patience: float = 0.0,
        partial: bool = False,
    ) -> tuple[int, bytes]:
        """One request. `limit` bounds the answer; with `partial`, what came before a break counts as one."""
        headers = self._headers(method, target, range_, body)
        try:
            with self._session.request(
                method,
                self._link.url + target,
                headers=headers,
                data=body or None,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, SILENCE_SECONDS + patience),
            ) as response:
                self._hear(response)
                # A refusal may carry a proof that is longer than what was asked for.
                accepted = response.status_code < 400
                answer = _read(response, limit if accepted else _REFUSAL, partial=partial and accepted)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if _is_about_the_certificate(error):
                raise Impostor from error
            raise LinkDown(_why(error)) from error
        self._count(method + target, headers, len(body), response, len(answer))
        _check_status(response.status_code, target, answer)
        return response.status_code, answer

    def _headers(self, method: str, target: str, range_: str, body: bytes) -> dict[str, str]:
        return signed_headers(self._link, self._clock, self._entropy, method, target, range_, body)

    def _hear(self, response: requests.Response) -> None:
        self._newest = max(self._newest, _mentioned(response, http.SEQUENCE_HEADER))
        self._newest_letter = max(self._newest_letter, _mentioned(response, http.LETTERS_HEADER))

    def _count(self, line: str, headers: dict[str, str], sent: int, response: requests.Response, received: int) -> None:
        out = len(line) + sum(len(name) + len(value) + 4 for name, value in headers.items())
        back = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
        before = self._traffic
        self._traffic = Traffic(before.sent + out + sent, before.received + back + received, before.requests + 1)


def signed_headers(
    link: LinkIdentity,
    clock: Clock,
    entropy: Callable[[int], bytes],
    method: str,
    target: str,
    range_: str,
    body: bytes,
) -> dict[str, str]:
    """What says that this desk asks (`sync.wire.http`), and the headers that go with it."""
    desk = link.reply.desk
    time = str(int(clock.wall().timestamp()))
    nonce = http.as_text(entropy(http.NONCE_BYTES))
    signed = http.bytes_to_sign(method, target, desk, time, nonce, range_, body)
    headers = {
        http.DESK_HEADER: desk,
        http.TIME_HEADER: time,
        http.NONCE_HEADER: nonce,
        http.SIGNATURE_HEADER: http.as_text(link.transport.sign(Purpose.HTTP, signed)),
        "Accept-Encoding": "identity",
    }
    if range_:
        headers["Range"] = range_
    if body:
        headers["Content-Type"] = http.CONTENT_TYPE
    return headers


def enrol(url: str, request: bytes) -> bytes:
    """Send an enrolment request to a bureau that is not known yet; its answer. Raises LinkDown or NotThere.

    The certificate is not checked, because nobody has told this desk which one is right: the enrolment code
    authenticates both messages (`sync.wire.enrolment`), and neither holds a secret.
    """
    with requests.Session() as session, warnings.catch_warnings():
        warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
        session.trust_env = False
        session.mount("https://", _Unpinned())
        try:
            with session.post(
                url + http.ENROL,
                data=request,
                headers={"Content-Type": http.CONTENT_TYPE},
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
            ) as response:
                answer = _read(response, MAX_ENROLMENT, partial=False)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise LinkDown(_why(error)) from error
    _check_status(response.status_code, http.ENROL, b"")
    return answer


class _Unpinned(HTTPAdapter):
    """TLS with whomever answers. For enrolment alone."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        super().init_poolmanager(*args, ssl_context=context, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_NONE"


def _read(response: requests.Response, limit: int, *, partial: bool) -> bytes:
    """The body, never more than `limit` bytes of it. An answer that goes on raises TooLarge."""
    found = bytearray()
    try:
        while block := response.raw.read1(_READ) if hasattr(response.raw, "read1") else response.raw.read(_READ):
            found += block
            if len(found) > limit:
                raise TooLarge(MANIFEST, limit)
    except (urllib3.exceptions.HTTPError, OSError):
        if not partial or not found:
            raise
    return bytes(found)


def _mentioned(response: requests.Response, name: str) -> int:
    text = response.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def _check_status(status: int, target: str, answer: bytes) -> None:
    if status in (200, 204, 206):
        return
    if status in (401, 403):
        raise NotAccepted(answer[:MAX_REVOCATION])
    if status == 404:
        raise NotThere(target)
    if status >= 500 or status == 429:
        raise LinkDown(say("the bureau's server reports trouble ({status})", status=status))
    raise Malformed(MANIFEST, f"an answer with status {status}")


def _is_about_the_certificate(error: BaseException | None) -> bool:
    """True where the other side's certificate was refused, and not the connection cut in the middle of TLS."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _why(error: BaseException) -> Sentence:
    """The reason in plain words. The exact error is the cause of what is raised, for the technician."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return say("nobody answers")
    if isinstance(error, requests.exceptions.Timeout):
        return say("the answer stopped coming")
    text = str(error)
    if "Name or service not known" in text or "NameResolutionError" in text or "getaddrinfo" in text:
        return say("the name of the bureau's server cannot be looked up")
    if "Connection refused" in text:
        return say("no server runs at the bureau's address")
    if "unreachable" in text:
        return say("there is no way to the bureau's network")
    return say("the connection broke")
