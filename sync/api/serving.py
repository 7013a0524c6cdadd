"""One HTTP server on one listening socket, for whoever serves here: the bureau, the post, the desk's loopback.

It stops gracefully and leaves no thread: `running` joins the one it made.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import uvicorn

from borderdesk.errors import KnownError

_READY_SECONDS: Final = 0.05

Refusal = Callable[[int, str], KnownError]
"""What to raise where a port cannot be listened on, from the port and the reason."""

_Server = TypeVar("_Server", bound="Serving")


class Serving(uvicorn.Server):
    """A server that listens before it runs: `port` and `ready` are known at once."""

    def __init__(self, app: Any, listening: socket.socket, **settings: Any) -> None:
        """`settings` are uvicorn's own; what names the program or logs requests is off."""
        self._socket = listening
        self.port: int = listening.getsockname()[1]
        self.ready = threading.Event()
        fixed: dict[str, Any] = {
            "http": "h11",
            "ws": "none",
            "loop": "asyncio",
            "log_config": None,
            "access_log": False,
            "server_header": False,
            "date_header": False,
        }
        super().__init__(uvicorn.Config(app, **fixed, **settings))
        # Its lines name paths, and so hits and records; whoever listens to everything does not hear them either.
        logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)

    def serve_forever(self) -> None:
        """Serve until told to stop: by a signal in the main thread, or by `stop`."""
        try:
            self.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.ended()

    def ended(self) -> None:
        """Let go of what the server worked with."""

    def stop(self) -> None:
        """Stop soon, from any thread. Requests under way are answered."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def listen(host: str, port: int, refusal: Refusal, *, backlog: int | None = None) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises what `refusal` makes."""
    try:
        return socket.create_server((host, port), backlog=backlog)
    except OSError as error:
        raise refusal(port, error.strerror or str(error)) from error


@contextmanager
def running(server: _Server, name: str, refusal: Refusal) -> Iterator[_Server]:
    """Serve in a thread of its own; the server has stopped, and the thread is joined, when the block ends."""
    thread = threading.Thread(target=server.serve_forever, name=name)
    thread.start()
    try:
        while not server.ready.wait(_READY_SECONDS):
            if not thread.is_alive():
                raise refusal(server.port, "the server did not start")
        yield server
    finally:
        server.stop()
        thread.join()
