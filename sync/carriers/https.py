"""The link: one kept-alive HTTPS session to the bureau, in pieces, signed by the desk, believed by nobody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from borderdesk import __version__
from borderdesk.clock import Clock
from borderdesk.ids import ListName
from borderdesk.words import say
from sync.carriers.types import HungUp, LinkDown, NotAccepted, NotThere, Traffic
from sync.trust import LinkIdentity
from sync.trust.root import MAX_ROOT
from sync.wire import Purpose, Scope, decode_letters, decode_receipts, encode_outbox, http
from sync.wire.enrolment import MAX_ENROLMENT
from sync.wire.grants import MAX_GRANT
from sync.wire.letters import MAX_LETTERS_BYTES
from sync.wire.manifest import ANY, MAX_MANIFEST
from sync.wire.refusals import MANIFEST, Malformed
from sync.wire.relaying import MAX_WORDS, Wanted, Word, decode_words, encode_wanted
from sync.wire.repair import MAX_GIVEN, RepairAsked, RepairGiven
from sync.wire.revocation import MAX_REVOCATION
from sync.wire.uploads import MAX_BATCH, MAX_RECEIPT

if TYPE_CHECKING:
    from sync.carriers.tls import Answer, Session


class HttpsCarrier:
    """A bureau behind a URL. Owned by one thread, except for `interrupt`; close it when done."""

    def __init__(self, link: LinkIdentity, clock: Clock, entropy: Callable[[int], bytes]) -> None:
        """`entropy` gives random bytes (`secrets.token_bytes`)."""
        self._link = link
        self._clock = clock
        self._entropy = entropy
        self._session: Session | None = None
        self._guard = threading.Lock()
        self._socket: socket.socket | None = None
        self._stands = False
        self._waiting = False
        self._interrupted = False
        self._hung_up = False
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
        if self._session is not None:
            self._session.close()

    def interrupt(self) -> None:
        """End the wait of `manifest`, now or as soon as it begins: something urgent is to be sent. From any thread.

        The connection is lost with it, which costs a handshake; reports of hits are rare enough for that.
        """
        with self._guard:
            self._interrupted = True
            # A call that nobody has taken yet goes on: whether somebody does is what is known of the link.
            if self._waiting and self._stands:
                self._cut()

    def hang_up(self) -> None:
        """End whatever is under way, a call that nobody takes included, and begin nothing more. From any thread.

        What was asked, and what is asked from now on, raises HungUp. Only the look-up of a name cannot be ended.
        """
        with self._guard:
            self._hung_up = True
            self._cut()

    def _cut(self) -> None:
        if self._socket is not None:
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
                interrupted, self._interrupted = self._interrupted and self._stands, False
            if self._hung_up or not interrupted:
                raise
            return None
        finally:
            with self._guard:
                self._waiting = False
        return None if status == 204 else body

    def _opened(self, sock: socket.socket, *, stands: bool) -> None:
        with self._guard:
            self._socket, self._stands = sock, stands
            if self._hung_up:
                raise ConnectionAbortedError
            if stands and self._waiting and self._interrupted:
                self._cut()

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
        if self._hung_up:
            raise HungUp
        try:
            answer = self._line().ask(
                method,
                self._link.url + target,
                headers,
                body,
                limit=limit,
                heard=self._hear,
                patience=patience,
                partial=partial,
            )
        except LinkDown as error:
            if self._hung_up:
                raise HungUp from error
            raise
        self._count(method + target, headers, len(body), answer)
        _check_status(answer.status, target, answer.body)
        return answer.status, answer.body

    def _line(self) -> Session:
        if self._session is None:
            # See there: loaded by whoever first asks the bureau, and not at the start of the program.
            from sync.carriers.tls import pinned

            self._session = pinned(self._link.reply.tls_ca, self._opened)
        return self._session

    def _headers(self, method: str, target: str, range_: str, body: bytes) -> dict[str, str]:
        return signed_headers(self._link, self._clock, self._entropy, method, target, range_, body)

    def _hear(self, headers: Mapping[str, str]) -> None:
        self._newest = max(self._newest, _mentioned(headers, http.SEQUENCE_HEADER))
        self._newest_letter = max(self._newest_letter, _mentioned(headers, http.LETTERS_HEADER))

    def _count(self, line: str, headers: Mapping[str, str], sent: int, answer: Answer) -> None:
        out = len(line) + sum(len(name) + len(value) + 4 for name, value in headers.items())
        back = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
        before = self._traffic
        received = before.received + back + len(answer.body)
        self._traffic = Traffic(before.sent + out + sent, received, before.requests + 1)


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
    from sync.carriers.tls import ask_anybody

    answer = ask_anybody(url + http.ENROL, {"Content-Type": http.CONTENT_TYPE}, request, limit=MAX_ENROLMENT)
    _check_status(answer.status, http.ENROL, b"")
    return answer.body


def _mentioned(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
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
