"""Addresses of the console, and what each of them does."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sync.bureau import Bureau
from sync.bureau.people import NotSignedIn
from sync.bureau.rights import Right
from ui.console import account, board, drills, hits, lists, oversight, owner
from ui.console.account import begin_session
from ui.console.web import (
    COOKIE,
    FOLDER,
    LANGUAGE_COOKIE,
    OFFERED,
    SIGN_IN,
    Asked,
    Shown,
    Web,
    catalogue_of,
    dressed,
    from_own_page,
    read_form,
)

_STATIC = {"style.css": "text/css", "live.js": "text/javascript", "passkey.js": "text/javascript"}


def console_routes(bureau: Bureau, pool: Executor) -> Sequence[BaseRoute]:
    """Every page. `pool` does what waits for the database."""
    web = Web(bureau, pool)
    get, post = ["GET"], ["POST"]

    async def home(_request: Request) -> Response:
        return dressed(RedirectResponse("/console", 303))

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            return dressed(Response(status_code=404))
        response = dressed(FileResponse(FOLDER / "static" / name, media_type=_STATIC[name]))
        response.headers["Cache-Control"] = "max-age=3600"
        return response

    async def sign_in_page(request: Request) -> Response:
        values = {"catalogue": catalogue_of(request), "error": None}
        return await web.in_pool(lambda: web.render("sign_in.html", None, values))

    async def sign_in(request: Request) -> Response:
        form = await read_form(request) or {}

        def work() -> Response:
            who, password, code = (form.get(name, "") for name in ("account", "password", "code"))
            try:
                secret = bureau.people.sign_in(who.strip(), password, code) if from_own_page(request) else ""
            except NotSignedIn:
                secret = ""
            if not secret:
                values = {"catalogue": catalogue_of(request), "error": NotSignedIn()}
                return web.render("sign_in.html", None, values, status=403)
            response = dressed(RedirectResponse("/console", 303))
            begin_session(response, secret)
            return response

        return await web.in_pool(work)

    async def language(request: Request) -> Response:
        code = request.path_params["code"]
        back = request.query_params.get("to", "/console")
        # Only a place of the console itself, never another server.
        response = dressed(RedirectResponse(back if back.startswith("/console") else "/console", 303))
        if code in OFFERED:
            response.set_cookie(LANGUAGE_COOKIE, code, 31536000, secure=True, httponly=True, samesite="strict")
        return response

    async def stamp(request: Request) -> Response:
        def work() -> Response:
            if bureau.people.session(request.cookies.get(COOKIE, "")) is None:
                return dressed(Response(status_code=401))
            return dressed(JSONResponse({"stamp": bureau.stamp()}))

        return await web.in_pool(work)

    def sign_out(asked: Asked) -> Shown:
        bureau.people.sign_out(asked.request.cookies.get(COOKIE, ""))
        return Shown(elsewhere=SIGN_IN)

    return (
        Route("/", home, methods=get),
        Route("/console/static/{name}", static, methods=get),
        Route(SIGN_IN, sign_in_page, methods=get),
        Route(SIGN_IN, sign_in, methods=post),
        *account.routes(bureau, web),
        Route("/console/sign-out", web.page(sign_out, Right.READ_POSTS), methods=post),
        Route("/console/language/{code}", language, methods=get),
        Route("/console/stamp", stamp, methods=get),
        Route("/console", web.page(board.show, Right.READ_POSTS), methods=get),
        Route("/console/hits", web.page(hits.show_all, Right.READ_HITS), methods=get),
        Route("/console/hits/{id}", web.page(hits.show, Right.READ_HITS), methods=get),
        Route("/console/hits/{id}/photos/{sha256}", web.page(hits.photo, Right.READ_HITS), methods=get),
        Route("/console/hits/{id}/answer", web.page(hits.answer, Right.ANSWER_HITS), methods=post),
        Route("/console/hits/{id}/forward", web.page(owner.forward, Right.ANSWER_HITS), methods=post),
        Route("/console/hits/{id}/owner-answer", web.page(owner.answered, Right.ANSWER_HITS), methods=post),
        Route("/console/hits/{id}/message.{kind:str}", web.page(owner.message, Right.ANSWER_HITS), methods=get),
        Route("/console/hits/{id}/close", web.page(hits.close, Right.ANSWER_HITS), methods=post),
        Route("/console/links", web.page(hits.links, Right.READ_HITS), methods=get),
        Route("/console/lists", web.page(lists.show_all, Right.READ_LISTS), methods=get),
        Route("/console/lists/{name}", web.page(lists.show, Right.READ_LISTS), methods=get),
        Route("/console/lists/{name}/withdraw", web.page(lists.withdraw, Right.EDIT_LISTS), methods=post),
        Route("/console/lists/{name}/document", web.page(lists.add_document, Right.EDIT_LISTS), methods=post),
        Route("/console/publish", web.page(lists.publish, Right.PUBLISH), methods=post),
        Route("/console/operations", web.page(oversight.operations, Right.READ_POSTS), methods=get),
        Route("/console/operations", web.page(oversight.begin, Right.MANAGE_POSTS), methods=post),
        Route("/console/operations/{id:int}/report.{kind}", web.page(oversight.report, Right.READ_HITS), methods=get),
        Route("/console/drills", web.page(drills.show, Right.READ_POSTS), methods=get),
        Route("/console/journal", web.page(oversight.journal, Right.READ_JOURNAL), methods=get),
        Route("/console/copies", web.page(oversight.copies, Right.READ_POSTS), methods=get),
        Route("/console/copies.csv", web.page(oversight.copies_table, Right.READ_POSTS), methods=get),
    )
