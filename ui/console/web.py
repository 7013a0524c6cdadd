"""What every page shares: who is signed in, headers, forms, language. No page is answered without it."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from borderdesk.errors import BorderDeskError, KnownError
from borderdesk.watchlist import STATUS_OF_OTHERS
from borderdesk.words import Sentence, say
from sync.bureau import Bureau
from sync.bureau.arriving import Arriving
from sync.bureau.people import WebSession
from sync.bureau.rights import RIGHTS, Right
from ui.console import tables
from ui.console.acts import JOURNAL, JOURNAL_DETAIL, WHY
from ui.console.fields import FIELD
from ui.console.menu import menu
from ui.console.numbers import POLICY
from ui.console.wording import WORDS
from ui.locale import LANGUAGES, Catalogue

FOLDER: Final = Path(__file__).parent
COOKIE: Final = "__Host-borderdesk"
LANGUAGE_COOKIE: Final = "borderdesk-language"
SIGN_IN: Final = "/console/sign-in"
LIVE: Final = "x-borderdesk-live"
"""A page that brings itself up to date says so: that nobody touched it for half an hour must still end the session."""
OFFERED: Final = tuple(LANGUAGES)
"""Languages all pages are translated into."""

_BY_PASSKEY: Final = "passkey "
_MEGABYTE: Final = 10**6
_HOLE: Final = re.compile(r"\{[^}]*\}")
_MAX_FORM: Final = 64 * 1024
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # To this server only; with none at all browsers would not say where a form came from.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000",
}


_LTR: Final = Markup('<bdi dir="ltr">{}</bdi>')
"""Dates, numbers with units and codes keep their own order in a right-to-left line."""
_TOKEN: Final = Markup('<input type="hidden" name="csrf" value="{}">')


class FormRefused(KnownError):
    """A form did not come from the page it should come from, or was too long."""

    def __init__(self) -> None:
        super().__init__(
            say("The form did not come from your own page, or is too old."),
            safe=say("Nothing was changed."),
            todo=say("Go back, load the page again, and send it once more."),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of somebody who is signed in."""

    bureau: Bureau
    session: WebSession
    catalogue: Catalogue
    request: Request
    form: Mapping[str, str]
    arriving: Arriving

    @property
    def who(self) -> str:
        """The account, as the journal names it."""
        return self.session.account.id

    @property
    def now(self) -> datetime:
        """The bureau's time."""
        return self.bureau.clock.wall()

    def text(self, name: str) -> str:
        """A field of the form, empty where it is missing."""
        return self.form.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page answers: a template with its values, another address, or bytes to keep."""

    template: str = ""
    values: Mapping[str, Any] | None = None
    elsewhere: str = ""
    content: bytes = b""
    media_type: str = ""
    file_name: str = ""


Work = Callable[[Asked], Shown]
_Found = TypeVar("_Found")


class Web:
    """Turns the work of a page into an endpoint."""

    def __init__(self, bureau: Bureau, pool: Executor, arriving: Arriving) -> None:
        self.bureau, self._pool, self.arriving = bureau, pool, arriving
        self._pages = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["when"] = lambda at: (
            _LTR.format(at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")) if at else "–"
        )
        self._pages.filters["ltr"] = _LTR.format
        self._pages.filters["iso"] = lambda at: at.astimezone(UTC).isoformat() if at else ""

    def page(self, work: Work, right: Right) -> Callable[[Request], Any]:
        """An endpoint that does `work` for somebody signed in who has the right."""

        async def endpoint(request: Request) -> Response:
            loop = asyncio.get_running_loop()
            form = await read_form(request) if request.method == "POST" else {}
            return await loop.run_in_executor(self._pool, lambda: self._answer(request, form, work, right))

        endpoint.__dict__["right"] = right  # so that a test can walk all doors and try each of them
        return endpoint

    def entered(self, request: Request, right: Right) -> Asked | Response:
        """Whoever asks, where they are signed in and have the right; else what they are answered. Of no form."""
        session = self.bureau.people.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return dressed(RedirectResponse(SIGN_IN, 303))
        asked = Asked(self.bureau.seen_by(session.account), session, catalogue_of(request), request, {}, self.arriving)
        try:
            session.account.require(right)
        except BorderDeskError as error:
            return self.refused(asked, error)
        return asked

    def refused(self, asked: Asked, error: BorderDeskError) -> Response:
        """The page that says why nothing was done."""
        status = 409 if asked.request.method == "POST" else 403
        return self.render("refused.html", asked, {"error": error}, status=status)

    async def in_pool(self, work: Callable[[], _Found]) -> _Found:
        """Do something off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _answer(self, request: Request, form: Mapping[str, str] | None, work: Work, right: Right) -> Response:
        session = self.bureau.people.session(request.cookies.get(COOKIE, ""), active=LIVE not in request.headers)
        if session is None:
            return dressed(RedirectResponse(SIGN_IN, 303))
        # From here on nothing is there that is not theirs to know.
        seen = self.bureau.seen_by(session.account)
        asked = Asked(seen, session, catalogue_of(request), request, form or {}, self.arriving)
        try:
            session.account.require(right)
            if request.method == "POST":
                own = form is not None and hmac.compare_digest(form.get("csrf", ""), session.csrf)
                if not own or not from_own_page(request):
                    raise FormRefused
            shown = work(asked)
        except BorderDeskError as error:
            return self.refused(asked, error)
        if shown.elsewhere:
            return dressed(RedirectResponse(shown.elsewhere, 303))
        if shown.media_type:
            response = Response(shown.content, media_type=shown.media_type)
            response.headers["Content-Disposition"] = f'attachment; filename="{shown.file_name}"'
            return dressed(response)
        return self.render(shown.template, asked, shown.values or {})

    def render(self, template: str, asked: Asked | None, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """A page as HTML."""
        catalogue = asked.catalogue if asked else values["catalogue"]
        rights = RIGHTS[asked.session.account.role] if asked else frozenset()
        common = {
            "t": {name: catalogue.render(sentence) for name, sentence in WORDS.items()},
            "translated": lambda text: catalogue.translate(str(text)),
            "without_values": lambda text: _HOLE.sub("…", catalogue.translate(text)),
            "field_name": lambda name: catalogue.render(FIELD[name]) if name in FIELD else name,
            "why_name": lambda why: _why(catalogue, why),
            "report_name": lambda kind: catalogue.render(tables.REPORT[kind]) if kind in tables.REPORT else kind,
            "details_said": lambda details: _details(catalogue, details),
            "act_name": lambda kind: catalogue.render(JOURNAL[kind]) if kind in JOURNAL else kind,
            "field_value": lambda name, value: _in_words(catalogue, name, value),
            "policy_name": lambda name: catalogue.render(POLICY[name]) if name in POLICY else name,
            "said": lambda sentence: catalogue.render(sentence) if isinstance(sentence, Sentence) else str(sentence),
            "size": _size,
            "table": lambda table, value: catalogue.render(getattr(tables, table)[value]),
            "account": asked.session.account if asked else None,
            "token": _TOKEN.format(asked.session.csrf) if asked else "",
            "menu": menu(asked.request.url.path, rights) if asked else (),
            "back": _back(asked.request) if asked else "/console",
            "may": {right.name: right in rights for right in Right},
            "bureau_name": self.bureau.home.name,
            "language": catalogue.language,
            "languages": [LANGUAGES[code] for code in OFFERED],
            "path": asked.request.url.path if asked else "",
            "now": self.bureau.clock.wall(),
        }
        page = self._pages.get_template(template).render({**common, **values})
        return dressed(HTMLResponse(page, status))


def _why(catalogue: Catalogue, why: str) -> str:
    """What an entry of the journal says in the program's own words; a passkey by the name that somebody gave it."""
    if why.startswith(_BY_PASSKEY):
        return f"{catalogue.render(JOURNAL['passkey'])} {why.removeprefix(_BY_PASSKEY)}"
    return catalogue.render(WHY[why]) if why in WHY else why


def _details(catalogue: Catalogue, details: Sequence[str]) -> str:
    """Of which states' documents a scope holds everything, and that it holds the status of the others."""
    states = " ".join(one for one in details if one != STATUS_OF_OTHERS) or "–"
    others = catalogue.render(JOURNAL_DETAIL["status_of_others"])
    return f"{states}; {others}" if STATUS_OF_OTHERS in details else states


def _size(count: int) -> Markup:
    return _LTR.format(f"{count / 1e6:,.1f} MB" if count >= _MEGABYTE else f"{count / 1e3:.1f} kB")


def _in_words(catalogue: Catalogue, field: str, value: str) -> str:
    """The value of a record's field: what stands for something is said in the reader's language."""
    table = {"status": tables.STATUS, "action": tables.ACTION}.get(field, {})
    return catalogue.render(table[value]) if value in table else value


def _back(request: Request) -> str:
    """The page that a form was on, so that what was typed is not lost for good; never another server's."""
    came = urlsplit(request.headers.get("referer", ""))
    own = came.netloc == request.headers.get("host", "") and came.path.startswith("/console")
    return f"{came.path}?{came.query}" if own and came.query else came.path if own else "/console"


def dressed(response: Response) -> Response:
    """With the headers that every answer of the console carries."""
    response.headers.update(_HEADERS)
    return response


def catalogue_of(request: Request) -> Catalogue:
    """The language that was chosen, else the browser's own, else English."""
    asked = request.cookies.get(LANGUAGE_COOKIE, "")
    if asked not in OFFERED:
        wanted = [each[:2] for each in request.headers.get("accept-language", "").replace(" ", "").split(",")]
        asked = next((each for each in wanted if each in OFFERED), "en")
    return Catalogue(asked)


def from_own_page(request: Request) -> bool:
    """Whether the form was on a page of this very server, as a browser says; another program has the token only."""
    origin = request.headers.get("origin", "")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of an ordinary form; None where it is none."""
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > _MAX_FORM:
                return None
            pieces.append(piece)
    except ClientDisconnect:
        return None
    try:
        pairs = parse_qsl(b"".join(pieces).decode(), keep_blank_values=True, max_num_fields=50, strict_parsing=False)
    except ValueError:
        return None
    return dict(pairs)
