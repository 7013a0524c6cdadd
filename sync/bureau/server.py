"""The bureau's server: uvicorn over HTTPS with the bureau's own certificate. Stops gracefully, leaves no thread."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.api.serving import Serving, listen, running
from sync.bureau.app import BureauApp, Pages, no_pages
from sync.bureau.bureau import Bureau

_KEEP_ALIVE: Final = 900
"""Seconds an idle connection stays open: a cold handshake costs a post ten times what a poll costs."""
_GRACE: Final = 5
_BACKLOG: Final = 2048
_SWEEP_SECONDS: Final = 0.5


class AddressTaken(KnownError):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            say("The bureau cannot listen on {host}:{port} ({reason}).", host=host, port=port, reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Stop what uses the port, or choose another one with --port."),
        )


class BureauServer(Serving):
    """One server on one listening socket. `url` is known before it runs."""

    def __init__(self, bureau: Bureau, host: str = "127.0.0.1", port: int = 0, *, pages: Pages = no_pages) -> None:
        """Listen on `host`; port 0 takes a free one. Raises AddressTaken."""
        listening = listen(host, port, partial(AddressTaken, host), backlog=_BACKLOG)
        names = dict.fromkeys((host, "127.0.0.1", "localhost"))
        certificate, key = bureau.server_certificate(tuple(names))
        self._app = BureauApp(bureau, pages)
        super().__init__(
            self._app.asgi,
            listening,
            lifespan="on",
            ssl_certfile=str(certificate),
            ssl_keyfile=str(key),
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
        self.url = f"https://{host}:{self.port}"
        self.config.load()
        if isinstance(self.config.ssl, ssl.SSLContext):
            # Nobody resumes a session here, and tickets would add half a kilobyte to every connection.
            self.config.ssl.num_tickets = 0

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.stop()
        # A TLS connection is closed by both sides; a desk that only keeps one open would make us wait for that.
        self._cut(only_idle=True)
        sweeping = asyncio.create_task(self._sweep())
        try:
            await super().shutdown(sockets)
        finally:
            sweeping.cancel()
        self._cut(only_idle=False)
        await asyncio.sleep(0)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self._cut(only_idle=True)

    def _cut(self, *, only_idle: bool) -> None:
        for connection in list(self.server_state.connections):
            if not isinstance(connection, H11Protocol) or connection.transport is None:
                continue
            if not only_idle or connection.cycle is None or connection.cycle.response_complete:
                connection.transport.abort()


@contextmanager
def serve_in_thread(
    bureau: Bureau, *, host: str = "127.0.0.1", port: int = 0, pages: Pages = no_pages
) -> Iterator[BureauServer]:
    """A running server in a thread of its own; it has stopped, and the thread is joined, when the block ends."""
    server = BureauServer(bureau, host, port, pages=pages)
    with running(server, "bureau-server", partial(AddressTaken, host)) as serving:
        yield serving
