"""One's own account: passkeys added and removed. And the doors that a browser's passkey asks at.

The browser is told apart by a cookie of its own, so that what one asked for is of no use to another.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sync.bureau import Bureau
from sync.bureau.passkeys import PasskeyRefused, Site
from sync.bureau.people import SESSION_LONGEST
from sync.bureau.rights import Right
from ui.console.web import COOKIE, SIGN_IN, Asked, Shown, Web, catalogue_of, dressed, from_own_page, read_form

BROWSER: Final = "__Host-borderdesk-browser"
_PAGE: Final = "/console/account"
_BROWSER_SECONDS: Final = 600
_SECRET: Final = 32


def routes(bureau: Bureau, web: Web) -> Sequence[BaseRoute]:
    """The addresses of passkeys."""

    async def ask(request: Request) -> Response:
        binding = request.cookies.get(BROWSER, "") or secrets.token_hex(_SECRET)
        return await web.in_pool(lambda: _told(bureau.passkeys.ask(_site(request), binding), binding))

    async def sign_in(request: Request) -> Response:
        form = await read_form(request) or {}

        def work() -> Response:
            # A page of somebody else has no say, whatever it brings: it is told as little as anybody.
            binding = request.cookies.get(BROWSER, "") if from_own_page(request) else ""
            try:
                secret = bureau.passkeys.sign_in(_answer(form.get("answer", "")), _site(request), binding)
            except PasskeyRefused as error:
                values = {"catalogue": catalogue_of(request), "error": error}
                return web.render("sign_in.html", None, values, status=403)
            bureau.people.sign_out(request.cookies.get(COOKIE, ""))
            response = dressed(RedirectResponse("/console", 303))
            begin_session(response, secret)
            response.delete_cookie(BROWSER, path="/", secure=True, httponly=True, samesite="strict")
            return response

        return await web.in_pool(work)

    async def options(request: Request) -> Response:
        def work() -> Response:
            session = bureau.people.session(request.cookies.get(COOKIE, ""))
            if session is None:
                return dressed(Response(status_code=401))
            binding = request.cookies.get(COOKIE, "")
            return _told(bureau.passkeys.options(session.account.id, _site(request), binding), "")

        return await web.in_pool(work)

    def page(work: Callable[[Asked], Shown]) -> Callable[[Request], Any]:
        return web.page(work, Right.READ_POSTS)

    return (
        Route("/console/passkey", ask, methods=["GET"]),
        Route("/console/passkey", sign_in, methods=["POST"]),
        Route("/console/account/options", options, methods=["GET"]),
        Route(_PAGE, page(show), methods=["GET"]),
        Route(f"{_PAGE}/add", page(add), methods=["POST"]),
        Route(f"{_PAGE}/remove", page(remove), methods=["POST"]),
        Route(f"{_PAGE}/password", page(change_password), methods=["POST"]),
    )


def begin_session(response: Response, secret: str) -> None:
    """Give the browser its session."""
    longest = int(SESSION_LONGEST.total_seconds())
    response.set_cookie(COOKIE, secret, longest, path="/", secure=True, httponly=True, samesite="strict")


def show(asked: Asked) -> Shown:
    """One's own passkeys."""
    return Shown("account.html", {"passkeys": asked.bureau.passkeys.of(asked.who)})


def add(asked: Asked) -> Shown:
    """Add the passkey that this browser has made. The password is asked again: a passkey outlives a session."""
    if not asked.bureau.people.is_password(asked.who, asked.form.get("password", "")):
        raise PasskeyRefused
    binding = asked.request.cookies.get(COOKIE, "")
    answer = _answer(asked.text("answer"))
    asked.bureau.passkeys.add(asked.who, asked.text("name"), answer, _site(asked.request), binding)
    return Shown(elsewhere=_PAGE)


def remove(asked: Asked) -> Shown:
    """Remove one of one's own passkeys."""
    asked.bureau.passkeys.remove(asked.who, asked.text("id"), by=asked.who)
    return Shown(elsewhere=_PAGE)


def change_password(asked: Asked) -> Shown:
    """Change one's own password; every session of the account ends. Raises NotSignedIn, BadAccount."""
    asked.bureau.people.change_password(asked.who, asked.form.get("old", ""), asked.form.get("new", ""))
    return Shown(elsewhere=SIGN_IN)


def _site(request: Request) -> Site:
    return Site.of(request.headers.get("host", ""))


def _answer(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise PasskeyRefused from error
    if not isinstance(found, dict):
        raise PasskeyRefused
    return found


def _told(options: dict[str, Any], binding: str) -> Response:
    response = dressed(JSONResponse(options))
    if binding:
        response.set_cookie(BROWSER, binding, _BROWSER_SECONDS, path="/", secure=True, httponly=True, samesite="strict")
    return response
