"""Another desk of the post: brings what it has taken in from the bureau itself, over the local network or a cable.

It is believed no more than a stick: a page is judged by its signature, a file by its hash, and both are encrypted or
public. Hence plain HTTP: TLS would hide nothing and would need one more certificate at every desk.

Where it relays, it takes this desk's sealed uploads along to the bureau and gives what the bureau says to this desk:
receipts, letters, key grants. It knows this desk by the signature of its request.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlencode, urlsplit

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import Sentence, say
from sync.carriers.types import SAFE, LinkDown, NotAccepted, NotThere, Traffic
from sync.trust.root import MAX_ROOT
from sync.wire import Scope, http
from sync.wire.manifest import ANY, MAX_MANIFEST
from sync.wire.refusals import MANIFEST, Malformed, TooLarge
from sync.wire.relaying import MAX_BROUGHT, Brought, Handover
from sync.wire.revocation import MAX_REVOCATION

CONNECT_SECONDS: Final = 3.0
"""A desk on the same floor answers at once, or is switched off."""

ANSWER_SECONDS: Final = 30.0
"""For a whole answer, however it drips: the desk's own link waits for its turn meanwhile."""

_READ: Final = 64 * 1024


class PeerAddressWrong(KnownError):
    """What was given as the address of another desk is none."""

    def __init__(self, address: str) -> None:
        super().__init__(
            say("{address} is not the address of another desk.", address=address),
            safe=NOTHING_CHANGED,
            todo=say("Give it as the other desk prints it, such as http://192.168.1.10:8470."),
        )


class PeerDown(LinkDown):
    """The other desk could not be reached, or did not answer to the end."""

    def __init__(self, reason: Sentence) -> None:
        KnownError.__init__(
            self,
            say("The other desk of the post cannot be reached: {reason}.", reason=reason),
            safe=SAFE,
            todo=say("Check that it is switched on and serves its post; the link and the stick work without it."),
        )
        self.reason = reason


class KeyNotHere(KnownError):
    """The other desk has the files, and only the bureau has the key for this desk."""

    def __init__(self, epoch: int) -> None:
        super().__init__(
            say("The bureau's files are under a new key (number {epoch}) that this desk does not have.", epoch=epoch),
            safe=SAFE,
            todo=say("Try again once the other desk has reached the bureau, or exchange by link or by stick."),
        )


class NotKnownThere(KnownError):
    """The other desk relays, but not for this one: the bureau has not named it there yet."""

    def __init__(self) -> None:
        super().__init__(
            say("The other desk of the post does not know this one yet."),
            safe=SAFE,
            todo=say("It learns of it from the bureau with its next exchange; the link and the stick work without it."),
        )


Sign = Callable[[str, str, str, bytes], dict[str, str]]
"""The headers that say who asks: from method, target, range and body."""


@dataclass(frozen=True, slots=True)
class PeerAddress:
    """Where another desk serves its post."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> PeerAddress:
        """From `http://host:port`. Raises PeerAddressWrong."""
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError as error:
            raise PeerAddressWrong(text) from error
        rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
        if parts.scheme != "http" or not parts.hostname or not port or any(rest):
            raise PeerAddressWrong(text)
        return cls(parts.hostname, port)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class PeerCarrier:
    """Another desk as a carrier. Each question has a connection of its own: nothing is left open between them."""

    def __init__(self, address: PeerAddress, sign: Sign | None = None, *, patience: float = ANSWER_SECONDS) -> None:
        """`sign` says who asks; without it nothing is handed over. `patience` is in seconds, for one whole answer."""
        self._address = address
        self._sign = sign
        self._patience = patience
        self._traffic = Traffic()
        self._relays: bool | None = None if sign else False
        self._letters_held = 0
        self._newest_letter = 0

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    @property
    def newest(self) -> int:
        """It is asked once an exchange; hints are not taken from it."""
        return 0

    @property
    def newest_letter(self) -> int:
        return self._newest_letter

    def manifest(self, have: int, wait: float, letters: int = 0, scope: Scope = ANY) -> bytes | None:
        """Its page, where that is newer. It is not waited for."""
        self._letters_held = letters
        if self.takes_uploads():
            self._hand_over(Handover(letters, 0, ()))
        return self._ask(http.MANIFEST + "?" + urlencode({http.HAVE: have}), MAX_MANIFEST)

    def piece(self, name: str, start: int, length: int) -> bytes:
        range_ = f"bytes={start}-{start + length - 1}"
        data = self._ask(http.FILES + name, length, range_=range_)
        if not data:
            raise NotThere(f"{name} beyond byte {start}")
        return data

    def grant(self, scope: Scope, epoch: int) -> bytes:
        """The key the bureau has given this desk, where it lies there: from now on the other desk asks for it."""
        brought = self._hand_over(Handover(self._letters_held, epoch, ())) if self.takes_uploads() else None
        if brought is None or not brought.grant:
            raise KeyNotHere(epoch)
        return brought.grant

    def root(self, version: int) -> bytes:
        found = self._ask(f"{http.ROOTS}{version}", MAX_ROOT)
        if found is None:
            raise NotThere(f"root {version}")
        return found

    def takes_uploads(self) -> bool:
        """Whether it relays, and knows this desk. Asked once."""
        if self._relays is None:
            try:
                self._hand_over(Handover(0, 0, ()))
                self._relays = True
            except (NotThere, NotKnownThere):
                self._relays = False
        return self._relays

    def send(self, envelopes: Sequence[bytes]) -> tuple[bytes, ...]:
        """Hand them over; the receipts of those the bureau has by now."""
        return self._hand_over(Handover(self._letters_held, 0, tuple(envelopes))).receipts

    def receipts(self) -> tuple[bytes, ...]:
        return ()

    def letters(self, after: int) -> tuple[bytes, ...]:
        if not self.takes_uploads():
            return ()
        self._letters_held = after
        return self._hand_over(Handover(after, 0, ())).letters

    def _hand_over(self, handed: Handover) -> Brought:
        data = self._ask(http.RELAY, MAX_BROUGHT, body=handed.encode())
        if data is None:
            raise NotThere(http.RELAY)
        brought = Brought.decode(data)
        self._newest_letter = brought.newest
        return brought

    def _ask(self, target: str, limit: int, *, range_: str = "", body: bytes = b"") -> bytes | None:
        headers = {"Accept-Encoding": "identity", "Connection": "close", **({"Range": range_} if range_ else {})}
        if body and self._sign is not None:
            headers |= self._sign("POST", target, "", body)
        with self._connected() as connection:
            connection.request("POST" if body else "GET", target, body=body or None, headers=headers)
            with connection.getresponse() as response:
                data = _read(response, limit, partial=bool(range_))
                status, came = response.status, sum(len(name) + len(value) + 4 for name, value in response.getheaders())
        before = self._traffic
        sent = len(target) + len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items())
        self._traffic = Traffic(before.sent + sent, before.received + came + len(data), before.requests + 1)
        if status == 204:
            return None
        if status in (404, 405):
            raise NotThere(target)
        if status == 401:
            raise NotAccepted(data)
        if status == 403:
            raise NotKnownThere
        if status >= 500:
            raise PeerDown(say("it reports trouble ({status})", status=status))
        # An answer from the beginning of a file is none to a question about its middle.
        if status != (206 if range_ else 200):
            raise Malformed(MANIFEST, f"an answer with status {status}")
        return data

    @contextmanager
    def _connected(self) -> Iterator[HTTPConnection]:
        """A connection that is cut when its time is over: one byte a second would otherwise never be a silence."""
        connection = HTTPConnection(self._address.host, self._address.port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
            own = connection.sock
            own.settimeout(self._patience)
            cut = threading.Timer(self._patience, _cut, [own])
            cut.start()
            try:
                yield connection
            finally:
                cut.cancel()
                cut.join()
        except (OSError, HTTPException) as error:
            raise PeerDown(_why(error)) from error
        finally:
            connection.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):  # it may have ended by itself meanwhile
        sock.shutdown(socket.SHUT_RDWR)


def _read(response: HTTPResponse, limit: int, *, partial: bool) -> bytes:
    """The body, never more than `limit` bytes of it. With `partial`, what came before a break counts."""
    if response.status == 401:
        limit = MAX_REVOCATION
    elif response.status >= 300 or response.status == 204:
        return b""
    # A desk says how long its answer is; without that, a broken one could not be told from a whole one.
    if response.length is None:
        raise PeerDown(say("the connection broke"))
    if response.length > limit:
        raise TooLarge(MANIFEST, limit)
    found = bytearray()
    try:
        while block := response.read1(_READ):
            found += block
    except (OSError, HTTPException):
        if not partial or not found:
            raise
    if response.length and not (partial and found):
        raise PeerDown(say("the connection broke"))
    return bytes(found)


def _why(error: Exception) -> Sentence:
    """The reason in plain words. The exact error is the cause of what is raised, for the technician."""
    if isinstance(error, TimeoutError):
        return say("nobody answers")
    if isinstance(error, ConnectionRefusedError):
        return say("it does not serve its post there")
    if isinstance(error, socket.gaierror):
        return say("its name cannot be looked up")
    return say("the connection broke")
