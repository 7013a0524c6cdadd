"""Serving the post: the other desks on the local network read one folder of this desk, and nothing else.

    GET /v1/manifest?have=N   the newest signed page, 204 where its number is not above N
    GET /v1/files/<sha256>    an encrypted file, in ranges of at most a mebibyte
    GET /v1/roots/<version>   a root of trust that was followed
    POST /v1/relay            sealed uploads handed over, and what lies here for the desk that asks (`sync.agent.relay`)

Anybody on that network may ask for the first three: a finder reads the names and sizes of lists, as on a stick. The
last one is for desks of this post, known by the keys the bureau names; nothing else can be written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.policy import DEFAULT
from borderdesk.words import say
from sync.agent.relay import Relay
from sync.agent.relay_door import RelayDoor
from sync.agent.shelf import MEGABYTE, Shelf
from sync.api.serving import Serving, listen, running
from sync.wire import Manifest, SignedBytes, http
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST
from sync.wire.relaying import MAX_HANDOVER

MOST_PIECE: Final = 1024 * 1024
MOST_AT_ONCE: Final = 16
"""Connections. A post has a handful of desks; whoever holds more than that open is not one of them."""

_THREADS: Final = 2
_KEEP_ALIVE: Final = 5
_GRACE: Final = 2
_DIGITS: Final = 15


class PortTaken(KnownError):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            say("This desk cannot listen on {host}:{port} ({reason}).", host=host, port=port, reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Stop what uses the port, or choose another one; the address must be one of this machine."),
        )


class PostServer(Serving):
    """One server on one listening socket. `url` is known before it runs."""

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        came: Callable[[], object] = lambda: None,
        most_relayed: int = DEFAULT.post_relay_megabytes * MEGABYTE,
    ) -> None:
        """`folder` is the desk's; port 0 takes a free one. `came` is told when another desk has handed something over.

        Raises PortTaken.
        """
        listening = listen(host, port, partial(PortTaken, host))
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="post-shelf")
        super().__init__(
            application(Shelf(folder), self._pool, RelayDoor(Relay(folder), most_relayed, came)),
            listening,
            lifespan="off",
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
        self.url = f"http://{host}:{self.port}"

    def ended(self) -> None:
        self._pool.shutdown(wait=True)


@contextmanager
def serving(
    folder: Path,
    host: str,
    port: int,
    *,
    came: Callable[[], object] = lambda: None,
    most_relayed: int = DEFAULT.post_relay_megabytes * MEGABYTE,
) -> Iterator[PostServer]:
    """Serve from a thread of its own, which has ended when the block ends. Raises PortTaken."""
    server = PostServer(folder, host, port, came=came, most_relayed=most_relayed)
    with running(server, "post-server", partial(PortTaken, host)):
        yield server


def application(shelf: Shelf, pool: Executor, relay: RelayDoor) -> Starlette:
    """What is answered, without a socket. The disk is asked in `pool`."""

    def manifest(request: Request) -> Response:
        have = request.query_params.get(http.HAVE, "0")
        if not _is_number(have):
            return Response(status_code=400)
        signed = shelf.page()
        if signed is None or _number_of(signed) <= int(have):
            return Response(status_code=204)
        return Response(signed, media_type=http.CONTENT_TYPE)

    def root(request: Request) -> Response:
        version = request.path_params["version"]
        found = shelf.root(int(version)) if _is_number(version) else None
        return Response(status_code=404) if found is None else Response(found, media_type="application/json")

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        size = shelf.length(name)
        if size is None:
            return Response(status_code=404)
        span = _span(request.headers.get("range", ""), size)
        if span is None:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        try:
            data = shelf.piece(name, span.start, min(len(span), MOST_PIECE))
        except FileNotFoundError:  # a newer page came in between
            return Response(status_code=404)
        last = span.start + len(data) - 1
        return Response(data, status_code=206, headers={"Content-Range": f"bytes {span.start}-{last}/{size}"})

    def in_pool(work: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await asyncio.get_running_loop().run_in_executor(pool, work, request)

        return answer

    async def relayed(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        return await asyncio.get_running_loop().run_in_executor(pool, relay.answer, request, body)

    return Starlette(
        routes=[
            Route(http.RELAY, relayed, methods=["POST"]),
            Route(http.MANIFEST, in_pool(manifest), methods=["GET"]),
            Route(http.ROOTS + "{version}", in_pool(root), methods=["GET"]),
            Route(http.FILES + "{name}", in_pool(file), methods=["GET"]),
        ]
    )


async def _body(request: Request) -> bytes | None:
    """The request's body; None as soon as it is longer than anything that is handed over."""
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > MAX_HANDOVER:
                return None
            pieces.append(piece)
    except ClientDisconnect:
        return None
    return b"".join(pieces)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _number_of(signed: bytes) -> int:
    """The page's own number. It was believed before it was put here."""
    return Manifest.decode(SignedBytes.decode(signed, MANIFEST, MAX_MANIFEST).payload).sequence


def _span(header: str, size: int) -> range | None:
    """One range of RFC 9110, section 14.2, None where it cannot be served. Without one, the beginning."""
    if not header:
        return range(size)
    unit, _, span = header.partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not dash or not _is_number(first) or (last and not _is_number(last)):
        return None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return range(start, end) if start < end else None
