"""One kept-alive HTTPS session: what `https` asks through.

It stands apart because `requests` takes a while to load: only who really asks the bureau loads it, which at a desk is
the courier, in its own thread.
"""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter

from borderdesk.words import Sentence, say
from sync.carriers.types import Impostor, LinkDown
from sync.wire.refusals import MANIFEST, TooLarge

CONNECT_SECONDS: Final = 20.0
SILENCE_SECONDS: Final = 30.0
"""Nothing for so long is a broken connection. A satellite answers within two."""

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


def pinned(ca: bytes, opened: Callable[[socket.socket], None]) -> Session:
    """A session that believes one certificate authority and no other, whatever is installed on the machine.

    `opened` is told of every socket once TLS stands.
    """
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
    def __init__(self, ca: bytes, opened: Callable[[socket.socket], None]) -> None:
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


class _Unpinned(HTTPAdapter):
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
