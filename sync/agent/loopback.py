"""The desk's HTTP server for programs on the same machine: on the loopback only, whatever the machine is named."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.agent.beside import OPERATIONS, DeskService
from sync.agent.desk import Desk
from sync.agent.tokens import NoToken, has_token
from sync.api import api_routes

LOOPBACK: Final = "127.0.0.1"
_THREADS: Final = 2
_GRACE: Final = 5
_READY_SECONDS: Final = 0.05


class PortTaken(KnownError):
    """The port cannot be listened on."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(
            say("The desk cannot listen on port {port} of this machine ({reason}).", port=port, reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Stop what uses the port, or choose another one with --port."),
        )


class LoopbackServer(uvicorn.Server):
    """One server on one listening socket. `url` is known before it runs."""

    def __init__(self, desk: Desk, port: int = 0) -> None:
        """Listen on the loopback; port 0 takes a free one. Raises NoToken, PortTaken."""
        if not has_token(desk.folder):
            raise NoToken
        try:
            self._socket = socket.create_server((LOOPBACK, port))
        except OSError as error:
            raise PortTaken(port, error.strerror or str(error)) from error
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.ready = threading.Event()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="beside")
        app = Starlette(
            routes=api_routes(DeskService(desk), self._pool, OPERATIONS, f"Desk {desk.identity.reply.desk}"),
            # A page in a browser on this machine must not reach the desk under a name of its own.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])],
        )
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_GRACE,
            )
        )

    def serve_until_stopped(self) -> None:
        """Serve until `stop`."""
        try:
            self.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self._pool.shutdown()

    def stop(self) -> None:
        """Stop soon. Requests under way are answered."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def serve_beside(desk: Desk, port: int = 0) -> Iterator[LoopbackServer]:
    """A running server in a thread of its own; it has stopped, and the thread is joined, when the block ends.

    Raises NoToken, PortTaken.
    """
    server = LoopbackServer(desk, port)
    thread = threading.Thread(target=server.serve_until_stopped, name="beside-the-desk")
    thread.start()
    try:
        while not server.ready.wait(_READY_SECONDS):
            if not thread.is_alive():
                raise PortTaken(server.port, "the server did not start")
        yield server
    finally:
        server.stop()
        thread.join()
