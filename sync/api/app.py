"""The interface's routes. They check the token, the right and the form of what comes in; a service does the work."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from borderdesk import __version__
from borderdesk.errors import BorderDeskError
from sync.api import openapi
from sync.api.openapi import MAX_HITS, MAX_ITEMS, MAX_TEXT, PREFIX, Json, Operation

_MAX_BODY: Final = 1024 * 1024
_HIT_ID: Final = re.compile(r"[0-9a-f]{1,64}")
_KINDS: Final = ("confirmed", "not confirmed", "more needed", "instructions")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a token's name, what it was given, and the need-to-know categories it may see."""

    name: str
    rights: frozenset[str]
    categories: frozenset[str] = frozenset()


class Missing(Exception):
    """There is no such thing: 404."""


class Over(Exception):
    """The hit is closed: 409."""


class Service(Protocol):
    """What stands behind the interface. Called from the threads of a pool; plain values in, plain values out.

    The last three are not offered everywhere: a route leads to them only where their operation is among the routes.
    """

    def caller(self, token: str) -> Caller | None: ...

    def screen(self, caller: Caller, texts: Sequence[str]) -> list[Json]: ...

    def lists(self, caller: Caller) -> list[Json]: ...

    def hits(self, caller: Caller, *, only_open: bool, limit: int) -> list[Json]: ...

    def hit(self, caller: Caller, hit: str) -> Json: ...

    def healthy(self) -> None: ...

    def answer(self, caller: Caller, hit: str, kind: str, words: str) -> Json:
        raise Missing

    def posts(self) -> list[Json]:
        raise Missing

    def status(self) -> Json:
        raise Missing


class _Refused(Exception):
    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


def api_routes(service: Service, pool: Executor, operations: tuple[Operation, ...], title: str) -> list[Route]:
    """The routes of these operations, and of their description."""
    document = openapi.describe(operations, title, __version__)

    async def description(_request: Request) -> Response:
        return JSONResponse(document)

    routes = [Route(f"{PREFIX}/openapi.json", description, methods=["GET"])]
    return routes + [_route(service, pool, one) for one in operations]


def _route(service: Service, pool: Executor, one: Operation) -> Route:
    do = _DO[one.name]

    async def endpoint(request: Request) -> Response:
        loop = asyncio.get_running_loop()
        try:
            token = _token(request)
            body = await _body(request) if one.body else b""

            def work() -> Json | list[Json]:
                caller = _let_in(service, token, one)
                return do(service, caller, request, _parsed(request, body) if one.body else {})

            return JSONResponse(await loop.run_in_executor(pool, work))
        except _Refused as error:
            headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
            return JSONResponse({"error": error.said, "todo": ""}, error.status, headers=headers)
        except Missing:
            return JSONResponse({"error": "There is no such thing.", "todo": ""}, 404)
        except Over:
            return JSONResponse({"error": "The hit is closed.", "todo": ""}, 409)
        except BorderDeskError as error:
            return JSONResponse({"error": str(error.happened), "todo": str(error.todo)}, 503)

    return Route(PREFIX + one.path, endpoint, methods=[one.method], name=one.name)


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _let_in(service: Service, token: str, one: Operation) -> Caller:
    if not one.right:
        return Caller("", frozenset())
    caller = service.caller(token) if token else None
    if caller is None:
        raise _Refused(401, "A bearer token is needed.")
    if one.right not in caller.rights:
        raise _Refused(403, f"The token lacks the right {one.right}.")
    return caller


async def _body(request: Request) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > _MAX_BODY:
                raise _Refused(413, "Too much at once.")
            pieces.append(piece)
    except ClientDisconnect:
        raise _Refused(400, "The request broke off.") from None
    return b"".join(pieces)


def _parsed(request: Request, body: bytes) -> Json:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "Send JSON.")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise _Refused(400, "That is no JSON.") from None
    if not isinstance(value, dict):
        raise _Refused(400, "A JSON object is needed.")
    return value


def _only(body: Json, *names: str) -> None:
    if set(body) != set(names):
        raise _Refused(400, f"Give {', '.join(names)}, and nothing else.")


def _screen(service: Service, caller: Caller, _request: Request, body: Json) -> Json:
    _only(body, "items")
    items = body["items"]
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        raise _Refused(400, f"Give 1 to {MAX_ITEMS} items.")
    texts: list[str] = []
    for item in items:
        if not isinstance(item, dict) or set(item) != {"text"} or not isinstance(item["text"], str):
            raise _Refused(400, "An item is an object with a text.")
        if not 1 <= len(item["text"]) <= MAX_TEXT:
            raise _Refused(400, f"A text has 1 to {MAX_TEXT} characters.")
        texts.append(item["text"])
    return {"results": service.screen(caller, texts)}


def _lists(service: Service, caller: Caller, _request: Request, _body: Json) -> list[Json]:
    return service.lists(caller)


def _hits(service: Service, caller: Caller, request: Request, _body: Json) -> list[Json]:
    asked = [name for name, _ in request.query_params.multi_items()]
    if not set(asked) <= {"open", "limit"} or len(set(asked)) != len(asked):
        raise _Refused(400, "Give open and limit at most, once each.")
    wanted = request.query_params.get("open", "false")
    limit = request.query_params.get("limit", str(MAX_HITS))
    if wanted not in ("true", "false"):
        raise _Refused(400, "open is true or false.")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 8 and 1 <= int(limit) <= MAX_HITS):
        raise _Refused(400, f"limit is 1 to {MAX_HITS}.")
    return service.hits(caller, only_open=wanted == "true", limit=int(limit))


def _hit(service: Service, caller: Caller, request: Request, _body: Json) -> Json:
    return service.hit(caller, _hit_id(request))


def _answer(service: Service, caller: Caller, request: Request, body: Json) -> Json:
    hit = _hit_id(request)
    _only(body, "kind", "words")
    kind, words = body["kind"], body["words"]
    if kind not in _KINDS:
        raise _Refused(400, f"kind is one of: {', '.join(_KINDS)}.")
    if not isinstance(words, str) or not words.strip() or len(words) > 2000:
        raise _Refused(400, "words has 1 to 2000 characters.")
    return service.answer(caller, hit, kind, words)


def _posts(service: Service, _caller: Caller, _request: Request, _body: Json) -> list[Json]:
    return service.posts()


def _status(service: Service, _caller: Caller, _request: Request, _body: Json) -> Json:
    return service.status()


def _health(service: Service, _caller: Caller, _request: Request, _body: Json) -> Json:
    service.healthy()
    return {"status": "ok"}


def _hit_id(request: Request) -> str:
    hit: str = request.path_params["id"]
    if not _HIT_ID.fullmatch(hit):
        raise Missing
    return hit


_DO: Final[dict[str, Callable[[Service, Caller, Request, Json], Json | list[Json]]]] = {
    "screen": _screen,
    "lists": _lists,
    "hits": _hits,
    "hit": _hit,
    "answer": _answer,
    "posts": _posts,
    "status": _status,
    "health": _health,
}
