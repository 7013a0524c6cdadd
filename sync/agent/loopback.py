"""The desk's HTTP server for programs on the same machine: on the loopback only, whatever the machine is named."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.agent.beside import OPERATIONS, DeskService
from sync.agent.desk import Desk
from sync.agent.tokens import NoToken, has_token
from sync.api import api_routes
from sync.api.bugs import Bugs
from sync.api.serving import Serving, listen, running

LOOPBACK: Final = "127.0.0.1"
_THREADS: Final = 2
_GRACE: Final = 5


class PortTaken(KnownError):
    """The port cannot be listened on."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(
            say("The desk cannot listen on port {port} of this machine ({reason}).", port=port, reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Stop what uses the port, or choose another one with --port."),
        )


class LoopbackServer(Serving):
    """One server on one listening socket. `url` is known before it runs."""

    def __init__(self, desk: Desk, port: int = 0) -> None:
        """Listen on the loopback; port 0 takes a free one. Raises NoToken, PortTaken."""
        if not has_token(desk.folder):
            raise NoToken
        listening = listen(LOOPBACK, port, PortTaken)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="beside")
        app = Starlette(
            routes=api_routes(DeskService(desk), self._pool, OPERATIONS, f"Desk {desk.identity.reply.desk}"),
            # A page in a browser on this machine must not reach the desk under a name of its own.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"]), Middleware(Bugs)],
        )
        super().__init__(app, listening, lifespan="off", timeout_graceful_shutdown=_GRACE)
        self.url = f"http://{LOOPBACK}:{self.port}"

    def ended(self) -> None:
        self._pool.shutdown()


@contextmanager
def serve_beside(desk: Desk, port: int = 0) -> Iterator[LoopbackServer]:
    """A running server in a thread of its own; it has stopped, and the thread is joined, when the block ends.

    Raises NoToken, PortTaken.
    """
    with running(LoopbackServer(desk, port), "beside-the-desk", PortTaken) as server:
        yield server
