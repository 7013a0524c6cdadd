"""One kept-alive HTTPS session: what `https` asks through.

It stands apart because `requests` takes a while to load: only who really asks the bureau loads it, which at a desk is
the courier, in its own thread.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import ssl
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import requests
import urllib3
from requests.adapters import HTTPAdapter

from borderdesk.words import Sentence, say
from sync.carriers.types import Impostor, LinkDown
from sync.wire.refusals import MANIFEST, TooLarge

CONNECT_SECONDS: Final = 20.0
SILENCE_SECONDS: Final = 30.0
"""Nothing for so long is a broken connection. A satellite answers within two."""

_UNDER_WAY: Final = (errno.EINPROGRESS, errno.EWOULDBLOCK)
_READ: Final = 2048
_REFUSAL: Final = 4096
# OpenSSL's X509_V_FLAG_NO_CHECK_TIME: a post's clock may be years off, and that must not cut it off. Certificates of
# the pinned authority are ended by revoking the bureau's keys, not by the calendar.
_NO_CHECK_TIME: Final = 0x200000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Session:
    """Asks one server, over one connection that is kept. Owned by one thread; close it when done."""

    def __init__(self, adapter: HTTPAdapter) -> None:
        """Use `pinned` or `unpinned`."""
        self._session = requests.Session()
        # Proxies, certificates and passwords of the environment have no say here.
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        limit: int,
        heard: Callable[[Mapping[str, str]], None] = lambda _: None,
        patience: float = 0.0,
        partial: bool = False,
    ) -> Answer:
        """One request. `limit` bounds the answer; with `partial`, what came before a break counts as one. `patience`:
        seconds that the server may be silent beyond the usual. `heard` is told the headers before the rest comes.

        Raises LinkDown, Impostor or TooLarge.
        """
        try:
            with self._session.request(
                method,
                url,
                headers=headers,
                data=body or None,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, SILENCE_SECONDS + patience),
            ) as response:
                heard(response.headers)
                # A refusal may carry a proof that is longer than what was asked for.
                accepted = response.status_code < 400
                answer = _read(response, limit if accepted else _REFUSAL, partial=partial and accepted)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if _is_about_the_certificate(error):
                raise Impostor from error
            raise LinkDown(_why(error)) from error
        return Answer(response.status_code, response.headers, answer)


class Opened(Protocol):
    """Is told of every socket: of a double while somebody is being called, which ends with the call, and of the one in
    use once TLS `stands`. Shutting it down ends whatever waits for it. What it raises ends the call."""

    def __call__(self, sock: socket.socket, *, stands: bool) -> None: ...


def pinned(ca: bytes, opened: Opened) -> Session:
    """A session that believes one certificate authority and no other, whatever is installed on the machine."""
    return Session(_Pinned(ca, opened))


def ask_anybody(url: str, headers: Mapping[str, str], body: bytes, *, limit: int) -> Answer:
    """Post to whomever answers, certificate unchecked. For enrolment alone. Raises LinkDown or TooLarge."""
    session = Session(_Unpinned())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
            return session.ask("POST", url, headers, body, limit=limit)
    finally:
        session.close()


class _Pinned(HTTPAdapter):
    def __init__(self, ca: bytes, opened: Opened) -> None:
        class Connection(urllib3.connection.HTTPSConnection):
            def connect(self) -> None:
                self._doubles: list[socket.socket] = []
                try:
                    super().connect()
                    opened(self.sock, stands=True)
                finally:
                    for double in self._doubles:
                        double.close()

            def _new_conn(self) -> socket.socket:
                try:
                    return _called(self._dns_host, self.port, self.timeout, self.socket_options or (), self._begun)
                except socket.gaierror as error:
                    raise urllib3.exceptions.NameResolutionError(self.host, self, error) from error
                except TimeoutError as error:
                    raise urllib3.exceptions.ConnectTimeoutError(self, "nobody answers") from error
                except OSError as error:
                    raise urllib3.exceptions.NewConnectionError(self, str(error)) from error

            def _begun(self, sock: socket.socket) -> None:
                # TLS takes the socket itself away into one of its own.
                self._doubles.append(sock.dup())
                opened(self._doubles[-1], stands=False)

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


class _Unpinned(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        super().init_poolmanager(*args, ssl_context=context, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_NONE"


def _called(
    host: str, port: int, timeout: float | None, options: Iterable[Any], begun: Callable[[socket.socket], None]
) -> socket.socket:
    """A connection to the first address of a host that answers, each within so many seconds.

    As `urllib3.util.connection.create_connection`; but `begun` is told of each socket as soon as it is being connected,
    so that whoever shuts that socket down ends the wait. Raises OSError, or what `begun` raises.
    """
    failed: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            for option in options:
                sock.setsockopt(*option)
            sock.setblocking(False)
            code = sock.connect_ex(address)
            begun(sock)
            _wait_for_the_end_of_connecting(sock, code, timeout)
            sock.settimeout(timeout)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    raise failed or OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))


def _wait_for_the_end_of_connecting(sock: socket.socket, code: int, timeout: float | None) -> None:
    """`code` is what connecting began with. Raises OSError, of which TimeoutError is one."""
    if code in _UNDER_WAY:
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            if not selector.select(timeout):
                raise TimeoutError
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


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
