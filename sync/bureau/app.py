"""The bureau's HTTP interface towards desks (`sync.wire.http` says what both ends know of it).

The event loop does no work of its own: the database, the disk and signatures are asked in a small pool of threads. What
is asked most, an idle poll, is answered from memory (`sync.bureau.board`); a watcher looks every half second whether
another process has published or enrolled.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from borderdesk.errors import BorderDeskError
from borderdesk.ids import DeskId
from sync.api import api_routes, openapi
from sync.api.bugs import Bugs, watched
from sync.bureau.board import Board
from sync.bureau.bureau import Bureau
from sync.bureau.database import DatabaseFailed
from sync.bureau.home import DiskRefused
from sync.bureau.keeper import Keeper
from sync.bureau.metrics import METRICS_TYPE, Counting, Counts, metrics
from sync.bureau.pool import Pool
from sync.bureau.posts import CodeNotValid, DeskDoor, Seen
from sync.bureau.rights import Right
from sync.bureau.service import BureauService
from sync.wire import Purpose, Scope, decode_outbox, encode_letters, encode_receipts, http
from sync.wire.enrolment import MAX_ENROLMENT
from sync.wire.manifest import ANY
from sync.wire.refusals import Refused
from sync.wire.relaying import MAX_ASKED, decode_wanted, encode_words
from sync.wire.repair import MAX_ASKED as MAX_REPAIR
from sync.wire.repair import RepairAsked
from sync.wire.uploads import MAX_BATCH_BYTES

_WATCH_SECONDS: Final = 0.5
_FLUSH_EVERY: Final = 4
_EXPIRE_EVERY: Final = 1200
"""Rounds of watching: every ten minutes what has expired is withdrawn and published."""
_PIECE: Final = 64 * 1024
_RECORD: Final = 4 * 1024
"""What is written at once becomes one TLS record, and of a record that is cut off nothing can be read."""
_SHORT: Final = 512
"""Of the piece that brings the first word of a newer page: half a second at 9.6 kbit/s; a whole one takes three."""
_THREADS: Final = 4
_T = TypeVar("_T")

Pages = Callable[[Bureau, Pool], Sequence[BaseRoute]]


def no_pages(_bureau: Bureau, _pool: Pool) -> Sequence[BaseRoute]:
    """Nothing beside what desks and programs ask."""
    return ()


class _Revoked(Exception):
    """A desk asks that was revoked. It is told so with the proof that makes it destroy its keys."""

    def __init__(self, proof: bytes | None) -> None:
        super().__init__()
        self.proof = proof or b""


class BureauApp:
    """The Starlette application of one bureau. `stop` makes every long poll answer at once."""

    def __init__(self, bureau: Bureau, pages: Pages = no_pages) -> None:
        """`pages` makes further routes, such as the console's, from the bureau and the pool that does its work."""
        self._bureau = bureau
        self._counts = Counts()
        self._keeper = Keeper(bureau, self._do)
        self._pool = Pool(_THREADS)
        self._board = Board(bureau, self._do)
        self._told: dict[DeskId, int] = {}
        self._renewing: asyncio.Task[None] | None = None
        self.asgi = Starlette(
            routes=[
                Route(http.ENROL, self._enrol, methods=["POST"]),
                Route(http.MANIFEST, self._manifest, methods=["GET"]),
                Route(http.FILES + "{name}", self._file, methods=["GET"]),
                Route(http.GRANTS + "{scope}/{epoch:int}", self._grant, methods=["GET"]),
                Route(http.LETTERS, self._letters, methods=["GET"]),
                Route(http.ROOTS + "{version:int}", self._root, methods=["GET"]),
                Route(http.POST, self._post, methods=["POST"]),
                Route(http.SHARDS + "{list}", self._shard, methods=["POST"]),
                Route(http.OUTBOX, self._outbox, methods=["POST"]),
                *api_routes(BureauService(bureau), self._pool, openapi.ALL, bureau.home.name),
                Route("/metrics", self._metrics, methods=["GET"]),
                *pages(bureau, self._pool),
            ],
            middleware=[Middleware(Counting, counts=self._counts), Middleware(Bugs)],
            exception_handlers={
                _Revoked: _revoked,
                Refused: _bad_request,
                CodeNotValid: _forbidden,
                DatabaseFailed: _unavailable,
            },
            lifespan=self._lifespan,
        )

    def stop(self) -> None:
        """Answer every long poll now: the server is going down."""
        self._board.stopping = True
        self._pool.ending.set()
        self._board.wake()

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self._board.look()
        watcher = watched(asyncio.create_task(self._watch()))
        try:
            yield
        finally:
            self.stop()
            # What either of them broke off with was told then, and keeps nothing below from being done.
            await asyncio.wait([watcher, *([self._renewing] if self._renewing is not None else [])])
            await self._board.end()
            await self._board.flush()
            self._pool.shutdown(wait=True)

    async def _watch(self) -> None:
        round_ = 0
        while not self._board.stopping:
            try:
                await asyncio.wait_for(self._board.news.wait(), _WATCH_SECONDS)
            except TimeoutError:
                round_ += 1
            try:
                await self._board.look()
                if round_ % _FLUSH_EVERY == 0:
                    await self._board.flush()
                if round_ % _EXPIRE_EVERY == 0:
                    await self._do(self._bureau.publish_expired)
                    await self._do(self._bureau.settle)
                    await self._do(self._bureau.people.end_lapsed)
                    await self._do(self._bureau.delete_old_files)
                    self._renew()
            except (DatabaseFailed, DiskRefused):
                # Requests that need the database say so with 503; what is in memory is still true.
                continue

    def _renew(self) -> None:
        """Let whole lists be made anew, beside everything else: it may take minutes."""
        if self._renewing is None or self._renewing.done():
            self._renewing = watched(asyncio.create_task(self._renew_wholes()))

    async def _renew_wholes(self) -> None:
        with suppress(DatabaseFailed, DiskRefused):  # the older ones do; it is tried again
            await self._do(lambda: self._bureau.renew_wholes(self._pool.ending.is_set))

    async def _do(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    # Who is asking

    async def _desk(self, request: Request, body: bytes) -> DeskDoor:
        """The desk that signed this request. Raises 401."""
        names = (http.DESK_HEADER, http.TIME_HEADER, http.NONCE_HEADER, http.SIGNATURE_HEADER)
        desk, time, nonce, signature = (request.headers.get(name, "") for name in names)
        if not desk or len(nonce) != http.NONCE_LENGTH:
            raise HTTPException(401)
        door = await self._board.door(DeskId(desk))
        if door is None or len(nonce) != http.NONCE_LENGTH:
            raise HTTPException(401)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        signed = http.bytes_to_sign(request.method, path, desk, time, nonce, request.headers.get("range", ""), body)
        try:
            raw = http.as_bytes(signature)
        except ValueError:
            raise HTTPException(401) from None
        if not door.transport.verifies(Purpose.HTTP, signed, raw) or not self._board.is_new(door.id, nonce):
            raise HTTPException(401)
        await self._refuse_revoked(door)
        return door

    async def _refuse_revoked(self, door: DeskDoor) -> None:
        if door.revoked:
            raise _Revoked(await self._do(lambda: self._bureau.revocation(door.id)))

    # Requests

    async def _enrol(self, request: Request) -> Response:
        body = await _body(request, MAX_ENROLMENT)
        reply = await self._do(lambda: self._bureau.enrol(body))
        await self._board.look()
        return Response(reply, media_type=http.CONTENT_TYPE)

    async def _manifest(self, request: Request) -> Response:
        door = await self._desk(request, b"")
        have, wait = _number(request, http.HAVE), min(_number(request, http.WAIT), http.MAX_WAIT)
        held = _number(request, http.HELD_LETTERS)
        board = self._board
        program = request.query_params.get(http.PROGRAM, "")[:20]
        said = Scope(request.query_params.get(http.SCOPE, "")[:64])
        board.seen[door.id] = Seen(self._bureau.clock.wall(), have, held, program, said)
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        await board.look_if_possible()
        while True:
            door = board.doors.get(door.id, door)
            await self._refuse_revoked(door)
            newest = board.manifests.get(door.scope)
            self._told[door.id] = newest[0] if newest is not None else 0
            if newest is not None and (newest[0] != have or said not in (ANY, door.scope)):
                return Response(newest[1], media_type=http.CONTENT_TYPE, headers=_letters_of(door))
            left = until - loop.time()
            if board.stopping or left <= 0 or door.letters > held:
                return Response(status_code=204, headers=_letters_of(door))
            try:
                await asyncio.wait_for(board.news.wait(), left)
            except TimeoutError:
                continue

    async def _file(self, request: Request) -> Response:
        door = await self._desk(request, b"")
        name = request.path_params["name"]
        try:
            digest = bytes.fromhex(name)
        except ValueError:
            raise HTTPException(404) from None
        path = await self._do(lambda: self._bureau.published_file(digest, door.scope))
        if path is None or name != digest.hex():
            raise HTTPException(404)
        size = await self._do(lambda: path.stat().st_size)
        start, end = _range(request.headers.get("range", ""), size)
        if "range" in request.headers and self._has_news(door):
            end = min(end, start + _SHORT)
        headers = {
            **self._mention(door),
            "Content-Length": str(end - start),
        }
        whole = (start, end) == (0, size) and "range" not in request.headers
        if not whole:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return StreamingResponse(
            self._pieces(path, start, end),
            status_code=200 if whole else 206,
            headers=headers,
        )

    def _has_news(self, door: DeskDoor) -> bool:
        """Whether a desk is told of a newer page for the first time: it is not to hear of it behind a long piece."""
        newest = self._board.manifests.get(door.scope, (0, b""))[0]
        told, self._told[door.id] = self._told.get(door.id, newest), newest
        return told < newest

    async def _pieces(self, path: Path, start: int, end: int) -> AsyncIterator[bytes]:
        for at in range(start, end, _PIECE):
            length = min(_PIECE, end - at)
            data = await self._do(lambda at=at, length=length: _read(path, at, length))  # type: ignore[misc]
            for start in range(0, length, _RECORD):
                yield data[start : start + _RECORD]

    async def _grant(self, request: Request) -> Response:
        door = await self._desk(request, b"")
        scope, epoch = Scope(request.path_params["scope"]), request.path_params["epoch"]
        granted = await self._do(lambda: self._bureau.grant(door.id, scope, epoch))
        if granted is None:
            raise HTTPException(404)
        return Response(granted, media_type=http.CONTENT_TYPE)

    async def _letters(self, request: Request) -> Response:
        door = await self._desk(request, b"")
        after = _number(request, http.AFTER)
        found = await self._do(lambda: self._bureau.letters(door.id, after))
        return Response(encode_letters(found), media_type=http.CONTENT_TYPE)

    async def _post(self, request: Request) -> Response:
        body = await _body(request, MAX_ASKED)
        door = await self._desk(request, body)
        wanted = decode_wanted(body)
        words = await self._do(lambda: self._bureau.post_of(door.id, wanted))
        return Response(encode_words(words), media_type=http.CONTENT_TYPE, headers=self._mention(door))

    async def _shard(self, request: Request) -> Response:
        body = await _body(request, MAX_REPAIR)
        door = await self._desk(request, body)
        asked = RepairAsked.decode(body)
        given = await self._do(lambda: self._bureau.shard(door.scope, request.path_params["list"], asked))
        if given is None:
            raise HTTPException(404)
        return Response(given.encode(), media_type=http.CONTENT_TYPE, headers=self._mention(door))

    async def _root(self, request: Request) -> Response:
        await self._desk(request, b"")
        found = await self._do(lambda: self._bureau.roots.read(request.path_params["version"]))
        if found is None:
            raise HTTPException(404)
        return Response(found, media_type="application/json")

    async def _outbox(self, request: Request) -> Response:
        body = await _body(request, MAX_BATCH_BYTES)
        door = await self._desk(request, body)
        envelopes = decode_outbox(body)
        uploads = await self._do(lambda: self._bureau.read_uploads(envelopes, self._board.doors))
        receipts = await self._keeper.keep(uploads, door.id)
        return Response(encode_receipts(receipts), media_type=http.CONTENT_TYPE, headers=self._mention(door))

    async def _metrics(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").partition(" ")[2].strip()
        found = await self._do(lambda: self._bureau.people.token(token))
        if found is None or Right.METRICS not in found.rights:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        bureau = self._bureau
        text = await self._do(lambda: metrics(bureau, self._counts, bureau.seen_by(found).lists()))
        return Response(text, media_type=METRICS_TYPE)

    def _mention(self, door: DeskDoor) -> dict[str, str]:
        """The number of the newest manifest, so that a desk in the middle of a download learns of an alert."""
        newest = self._board.manifests.get(door.scope)
        return ({http.SEQUENCE_HEADER: str(newest[0])} if newest else {}) | _letters_of(door)


def _letters_of(door: DeskDoor) -> dict[str, str]:
    return {http.LETTERS_HEADER: str(door.letters)} if door.letters else {}


def _read(path: Path, at: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(length)


async def _body(request: Request, limit: int) -> bytes:
    """The request's body, refused as soon as it grows beyond its limit. Raises 413, 400."""
    pieces: list[bytes] = []
    taken = 0
    try:
        async for piece in request.stream():
            taken += len(piece)
            if taken > limit:
                raise HTTPException(413)
            pieces.append(piece)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return b"".join(pieces)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise HTTPException(400)
    return int(text)


def _range(header: str, size: int) -> tuple[int, int]:
    """One range of RFC 9110, section 14.2, as start and end (exclusive). Raises 416."""
    if not header:
        return 0, size
    unit, _, span = header.partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not dash or not first.isdigit() or (last and not last.isdigit()):
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= end:
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _answer(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(_request: Request, error: Exception) -> Response:
        said = str(error.happened) if isinstance(error, BorderDeskError) else ""
        return PlainTextResponse(said, status_code=status)

    return answer


async def _revoked(_request: Request, error: Exception) -> Response:
    return Response(error.proof if isinstance(error, _Revoked) else b"", status_code=401, media_type=http.CONTENT_TYPE)


_bad_request = _answer(400)
_forbidden = _answer(403)
_unavailable = _answer(503)
