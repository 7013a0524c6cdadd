"""Files that come with a form: straight to the disk, and only from whoever may bring them."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from borderdesk.errors import NOTHING_CHANGED, BorderDeskError, KnownError
from borderdesk.words import say
from sync.bureau.arrivals import Arrival, Incoming, Stage, TooLarge, UnknownArrival
from sync.bureau.rights import Right
from ui.console.multipart import BadForm, FormReader
from ui.console.web import Asked, FormRefused, Web, dressed, from_own_page

_PIECE: Final = 1 << 20
"""Bytes handed on at once: a hop to another thread for every packet would cost more than the disk."""
_HEARD_OUT: Final = 64 << 20
"""Of a form that is refused so many bytes are listened to, so that the browser shows the answer and no broken line."""


class NothingInIt(KnownError):
    """No file was chosen, or one without a byte in it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The file {name} is empty.", name=name) if name else say("No file was chosen."),
            safe=NOTHING_CHANGED,
            todo=say("Look at the file on your own machine, then hand in one that has the list in it."),
        )


def routes(web: Web) -> Sequence[BaseRoute]:
    """A first file, and the second one of a list that comes in two."""

    def door(second: bool) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            asked = await web.in_pool(lambda: web.entered(request, Right.EDIT_LISTS))
            if isinstance(asked, Response):
                return asked
            coming = _Coming(web, asked, request.path_params["id"] if second else "")
            try:
                return await _received(web, asked, coming)
            except BorderDeskError as error:
                refused = error
            except (BadForm, ClientDisconnect):
                refused = FormRefused()
            finally:
                await web.in_pool(coming.close)
            return await web.in_pool(lambda: web.refused(asked, refused))

        endpoint.__dict__["right"] = Right.EDIT_LISTS
        return endpoint

    return (
        Route("/console/imports", door(second=False), methods=["POST"]),
        Route("/console/imports/{id}/other", door(second=True), methods=["POST"]),
    )


class _Coming:
    """One file on its way: begun when its form is known to be our own, gone again unless all of it came."""

    def __init__(self, web: Web, asked: Asked, first: str) -> None:
        self._arrivals, self._asked, self._first = web.arriving.arrivals, asked, first
        self._one: Arrival | None = None
        self._incoming: Incoming | None = None
        self._name = ""

    def begin(self, fields: dict[str, str], name: str, file_name: str) -> Incoming:
        """The fields before it are here. Raises FormRefused, UnknownArrival, TooLarge, DiskRefused."""
        own = hmac.compare_digest(fields.get("csrf", ""), self._asked.session.csrf)
        if not own or name != "file":
            raise FormRefused
        self._arrivals.sweep(self._asked.now)
        if self._first:
            found = self._arrivals.of(self._first)
            if found.by != self._asked.who or found.stage not in (Stage.HERE, Stage.LOOKED, Stage.FAILED):
                raise UnknownArrival
            self._arrivals.file(found, other=True).unlink(missing_ok=True)
        else:
            found = self._arrivals.begin(self._asked.who, self._asked.now)
        self._one, self._name = found, file_name
        self._incoming = Incoming(self._arrivals.file(found, other=bool(self._first)), self._arrivals.room())
        return self._incoming

    def end(self) -> str:
        """All of it came: its id. Raises FormRefused where the form had no place for a file, NothingInIt."""
        if self._one is None or self._incoming is None:
            raise FormRefused
        if not (self._incoming.size and self._name):
            raise NothingInIt(self._name)
        digest = self._incoming.end()
        kept = self._arrivals.arrived(self._one, self._name, digest, self._incoming.size, other=bool(self._first))
        self._one = None
        return kept.id

    def close(self) -> None:
        """Whatever happened: nothing of half a file stays."""
        if self._incoming is not None:
            self._incoming.close()
        if self._one is not None:
            if self._first:
                self._arrivals.file(self._one, other=True).unlink(missing_ok=True)
            else:
                self._arrivals.drop(self._one)


async def _received(web: Web, asked: Asked, coming: _Coming) -> Response:
    pieces = _pieces(asked.request)
    try:
        if not from_own_page(asked.request):
            raise FormRefused
        length = asked.request.headers.get("content-length", "")
        room = await web.in_pool(web.arriving.arrivals.room)
        if length.isdecimal() and int(length) > room:
            raise TooLarge(room)
        reader = FormReader(asked.request.headers.get("content-type", ""), coming.begin)
        async for piece in pieces:
            await web.in_pool(lambda piece=piece: reader.feed(piece))  # type: ignore[misc]
        reader.close()
    except (BorderDeskError, BadForm):
        heard = 0
        async for piece in pieces:
            heard += len(piece)
            if heard > _HEARD_OUT:
                break
        raise
    # Whoever was shut out while the file came brought nothing.
    still = await web.in_pool(lambda: web.entered(asked.request, Right.EDIT_LISTS))
    if isinstance(still, Response):
        return still
    id_ = await web.in_pool(coming.end)
    return dressed(RedirectResponse(f"/console/imports/{id_}", 303))


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    held = bytearray()
    async for piece in request.stream():
        held += piece
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
