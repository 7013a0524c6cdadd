"""The bureau's server: uvicorn over HTTPS with the bureau's own certificate. Stops gracefully, leaves no thread."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
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


class BureauServer(uvicorn.Server):
    """One server on one listening socket. `url` is known before it runs."""

    def __init__(self, bureau: Bureau, host: str = "127.0.0.1", port: int = 0, *, pages: Pages = no_pages) -> None:
        """Listen on `host`; port 0 takes a free one. Raises AddressTaken."""
        try:
            self._socket = socket.create_server((host, port), backlog=_BACKLOG)
        except OSError as error:
            raise AddressTaken(host, port, error.strerror or str(error)) from error
        self.port: int = self._socket.getsockname()[1]
        self.url = f"https://{host}:{self.port}"
        self.ready = threading.Event()
        names = dict.fromkeys((host, "127.0.0.1", "localhost"))
        certificate, key = bureau.server_certificate(tuple(names))
        self._app = BureauApp(bureau, pages)
        config = uvicorn.Config(
            self._app.asgi,
            http="h11",
            ws="none",
            lifespan="on",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ssl_certfile=str(certificate),
            ssl_keyfile=str(key),
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
        config.load()
        if isinstance(config.ssl, ssl.SSLContext):
            # Nobody resumes a session here, and tickets would add half a kilobyte to every connection.
            config.ssl.num_tickets = 0
        super().__init__(config)

    def serve_forever(self) -> None:
        """Serve until told to stop: by a signal in the main thread, or by `stop`."""
        try:
            self.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Stop soon. Requests under way are answered."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

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
    thread = threading.Thread(target=server.serve_forever, name="bureau-server")
    thread.start()
    try:
        while not server.ready.wait(0.05):
            if not thread.is_alive():
                raise AddressTaken(host, server.port, "the server did not start")
        yield server
    finally:
        server.stop()
        thread.join()
