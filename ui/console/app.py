"""Addresses of the console, and what each of them does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sync.bureau import Bureau
from sync.bureau.arrivals import Arrivals
from sync.bureau.arriving import Arriving
from sync.bureau.people import NotSignedIn
from sync.bureau.pool import Pool
from sync.bureau.rights import Right
from ui.console import (
    account,
    board,
    drills,
    handing_in,
    hits,
    imports,
    lists,
    oversight,
    owner,
    partners,
    people,
    posts,
    publishing,
    rules,
    watch,
)
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
    Work,
    catalogue_of,
    dressed,
    from_own_page,
    read_form,
)

PAGES: Final[tuple[tuple[str, str, Work, Right], ...]] = (
    ("GET", "/console", board.show, Right.READ_POSTS),
    ("POST", "/console/posts", posts.enrol, Right.MANAGE_POSTS),
    ("GET", "/console/posts/{post}", posts.show, Right.READ_POSTS),
    ("POST", "/console/posts/{post}/scope", posts.into_scope, Right.MANAGE_POSTS),
    ("POST", "/console/posts/{post}/policy", posts.set_number, Right.MANAGE_POSTS),
    ("POST", "/console/posts/{post}/place", posts.put_on_map, Right.MANAGE_POSTS),
    ("POST", "/console/posts/{post}/desks/{desk}/revoke", posts.revoke, Right.MANAGE_POSTS),
    ("POST", "/console/posts/{post}/desks/{desk}/account", posts.order, Right.MANAGE_POSTS),
    ("GET", "/console/hits", hits.show_all, Right.READ_HITS),
    ("GET", "/console/hits/{id}", hits.show, Right.READ_HITS),
    ("GET", "/console/hits/{id}/photos/{sha256}", hits.photo, Right.READ_HITS),
    ("POST", "/console/hits/{id}/answer", hits.answer, Right.ANSWER_HITS),
    ("POST", "/console/hits/{id}/forward", owner.forward, Right.ANSWER_HITS),
    ("POST", "/console/hits/{id}/owner-answer", owner.answered, Right.ANSWER_HITS),
    ("GET", "/console/hits/{id}/message.{kind:str}", owner.message, Right.ANSWER_HITS),
    ("POST", "/console/hits/{id}/close", hits.close, Right.ANSWER_HITS),
    ("GET", "/console/watch", watch.show, Right.READ_HITS),
    ("POST", "/console/watch", watch.settle, Right.ANSWER_HITS),
    ("GET", "/console/links", hits.links, Right.READ_HITS),
    ("GET", "/console/lists", lists.show_all, Right.READ_LISTS),
    ("GET", "/console/imports", imports.show_all, Right.EDIT_LISTS),
    ("GET", "/console/imports/{id}", imports.show, Right.EDIT_LISTS),
    ("GET", "/console/imports/{id}/report.csv", imports.report, Right.EDIT_LISTS),
    ("POST", "/console/imports/{id}/look", imports.look, Right.EDIT_LISTS),
    ("POST", "/console/imports/{id}/take", imports.take, Right.EDIT_LISTS),
    ("POST", "/console/imports/{id}/drop", imports.drop, Right.EDIT_LISTS),
    ("GET", "/console/lists/{name}", lists.show, Right.READ_LISTS),
    ("POST", "/console/lists/{name}/withdraw", lists.withdraw, Right.EDIT_LISTS),
    ("POST", "/console/lists/{name}/review", lists.plan_review, Right.EDIT_LISTS),
    ("POST", "/console/lists/{name}/apart", lists.set_apart, Right.MANAGE_POSTS),
    ("POST", "/console/lists/{name}/category", lists.classify, Right.MANAGE_POSTS),
    ("POST", "/console/lists/{name}/document", lists.add_document, Right.EDIT_LISTS),
    ("POST", "/console/lists/{name}/person", lists.add_person, Right.EDIT_LISTS),
    ("GET", "/console/publish", publishing.show, Right.READ_LISTS),
    ("POST", "/console/publish", publishing.publish, Right.PUBLISH),
    ("GET", "/console/operations", oversight.operations, Right.READ_POSTS),
    ("POST", "/console/operations", oversight.begin, Right.MANAGE_POSTS),
    ("POST", "/console/operations/{id:int}/end", oversight.end, Right.MANAGE_POSTS),
    ("GET", "/console/operations/{id:int}/report.{kind}", oversight.report, Right.READ_HITS),
    ("GET", "/console/drills", drills.show, Right.READ_POSTS),
    ("POST", "/console/drills", drills.order, Right.MANAGE_POSTS),
    ("GET", "/console/drills/{number:int}/slip", drills.slip, Right.MANAGE_POSTS),
    ("POST", "/console/drills/{number:int}/end", drills.end, Right.MANAGE_POSTS),
    ("GET", "/console/partners", partners.show, Right.READ_LISTS),
    ("POST", "/console/partners", partners.offer, Right.MANAGE_POSTS),
    ("POST", "/console/partners/add", partners.add, Right.MANAGE_POSTS),
    ("POST", "/console/partners/{name}/accept", partners.accept, Right.MANAGE_POSTS),
    ("POST", "/console/partners/{name}/end", partners.end, Right.MANAGE_POSTS),
    ("POST", "/console/partners/given/{id}/end", partners.end_given, Right.MANAGE_POSTS),
    ("GET", "/console/rules", rules.show, Right.READ_POSTS),
    ("POST", "/console/rules/policy", rules.set_number, Right.MANAGE_POSTS),
    ("POST", "/console/rules/four-eyes", rules.four_eyes, Right.MANAGE_POSTS),
    ("POST", "/console/rules/scopes", rules.keep_scope, Right.MANAGE_POSTS),
    ("POST", "/console/rules/categories", rules.keep_category, Right.MANAGE_POSTS),
    ("POST", "/console/rules/contacts", rules.add_contact, Right.MANAGE_POSTS),
    ("POST", "/console/rules/contacts/remove", rules.remove_contact, Right.MANAGE_POSTS),
    ("GET", "/console/people", people.show, Right.MANAGE_PEOPLE),
    ("POST", "/console/people", people.add, Right.MANAGE_PEOPLE),
    ("POST", "/console/people/tokens", people.add_token, Right.MANAGE_PEOPLE),
    ("POST", "/console/people/tokens/{name}/revoke", people.revoke_token, Right.MANAGE_PEOPLE),
    ("POST", "/console/people/{account}/code", people.renew, Right.MANAGE_PEOPLE),
    ("POST", "/console/people/{account}/end", people.end, Right.MANAGE_PEOPLE),
    ("GET", "/console/journal", oversight.journal, Right.READ_JOURNAL),
    ("GET", "/console/journal.jsonl", oversight.journal_lines, Right.READ_JOURNAL),
    ("GET", "/console/copies", oversight.copies, Right.READ_POSTS),
    ("GET", "/console/copies.csv", oversight.copies_table, Right.READ_POSTS),
)
"""Every page: what it is asked with, where, what it does, and the right that it takes."""

_STATIC = {"style.css": "text/css", "live.js": "text/javascript", "passkey.js": "text/javascript"}


def console_routes(bureau: Bureau, pool: Pool) -> Sequence[BaseRoute]:
    """Every page. `pool` does what waits for the database."""
    web = Web(bureau, pool, Arriving(Arrivals(bureau.home), pool, bureau.clock.monotonic))
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
            # Whoever was signed in at this browser is so no more.
            bureau.people.sign_out(request.cookies.get(COOKIE, ""))
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
            if bureau.people.session(request.cookies.get(COOKIE, ""), active=False) is None:
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
        *handing_in.routes(web),
        Route("/console/sign-out", web.page(sign_out, Right.READ_POSTS), methods=post),
        Route("/console/language/{code}", language, methods=get),
        Route("/console/stamp", stamp, methods=get),
        *(Route(path, web.page(work, right), methods=[method]) for method, path, work, right in PAGES),
    )
