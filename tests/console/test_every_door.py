"""Every address of the console, tried without a session, with each role, and with forms that are not the console's own.

The addresses are those the server has: a new one that nobody guards fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from sync.bureau import Bureau
from sync.bureau.people import SESSION_IDLE, SESSION_LONGEST
from sync.bureau.pool import Pool
from sync.bureau.rights import RIGHTS, BureauRole, Right
from tests.bureau.common import HeldClock
from tests.console.conftest import PASSWORD, Office, Visitor
from ui.console import console_routes
from ui.console.app import PAGES
from ui.console.web import LIVE

OPEN = {
    ("GET", "/"),  # leads to the console
    ("GET", "/console/static/{name}"),
    ("GET", "/console/language/{code}"),
    ("GET", "/console/sign-in"),
    ("POST", "/console/sign-in"),
    ("GET", "/console/passkey"),
    ("POST", "/console/passkey"),
}
"""What somebody who is not signed in may ask for. Whatever is added here is decided, not forgotten."""

BY_SESSION = {("GET", "/console/stamp"), ("GET", "/console/account/options")}
"""What scripts ask for: refused with 401 instead of led to the sign-in."""


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    right: Right | None

    @property
    def address(self) -> str:
        """With something in each of its holes that does not exist, so that nothing happens by trying."""
        return re.sub(r"\{\w+(:\w+)?\}", "7", self.path)


@pytest.fixture
def doors(office: Office) -> list[Door]:
    with Pool(1) as pool:
        found = []
        for route in console_routes(office.bureau, pool):
            assert isinstance(route, Route)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                found.append(Door(method, route.path, getattr(route.endpoint, "right", None)))
    assert len(found) > 60
    return found


def ask(visitor: Visitor, door: Door, **form: str) -> Any:
    return visitor.get(door.address) if door.method == "GET" else visitor.post(door.address, form)


def acts(bureau: Bureau) -> list[str]:
    """What was done, but for signing in."""
    return [line.kind for line in bureau.journal_newest(100_000) if line.kind != "sign-in"]


def test_without_a_session_every_door_but_the_open_ones_is_shut(visitor: Visitor, doors: list[Door]) -> None:
    before = acts(visitor.office.bureau)
    for door in doors:
        if (door.method, door.path) in OPEN:
            continue
        answer = ask(visitor, door)
        if (door.method, door.path) in BY_SESSION:
            assert answer.status_code == 401, door
        else:
            assert (answer.status_code, answer.headers.get("location")) == (303, "/console/sign-in"), door
            assert door.right is not None, f"{door} takes no right"
    assert acts(visitor.office.bureau) == before


def test_no_act_takes_a_right_to_read_only() -> None:
    reading = {Right.READ_POSTS, Right.READ_HITS, Right.READ_LISTS, Right.READ_JOURNAL, Right.SCREEN, Right.METRICS}
    assert len({path for method, path, _, _ in PAGES if method == "POST"}) > 30
    for method, path, _, right in PAGES:
        if method == "POST":
            assert right not in reading, path
        if path.startswith("/console/people"):
            assert right is Right.MANAGE_PEOPLE, path
        if path.startswith("/console/journal"):
            assert right is Right.READ_JOURNAL, path


@pytest.mark.parametrize("role", list(BureauRole))
def test_each_role_gets_through_its_own_doors_only(visitor: Visitor, doors: list[Door], role: BureauRole) -> None:
    visitor.office.person("somebody", role)
    visitor.sign_in("somebody")
    csrf = visitor.session.get(visitor.office.server.url + "/console/account").text
    token = csrf.partition('name="csrf" value="')[2].partition('"')[0]
    before = acts(visitor.office.bureau)
    for door in doors:
        if door.right is None or door.path == "/console/sign-out":
            continue
        answer = ask(visitor, door, csrf=token)
        assert answer.status_code < 500, (door, "an empty form, or something that is not there, is no error of ours")
        refused = "may not do this: it takes the right" in answer.text
        assert refused == (door.right not in RIGHTS[role]), (door, answer.status_code)
        if refused:
            assert answer.status_code in (403, 409)
    assert not set(acts(visitor.office.bureau)[: -len(before)]) - {"publish", "enrol-code", "four-eyes"}


def test_no_form_of_another_page_gets_through_any_door(visitor: Visitor, doors: list[Door]) -> None:
    visitor.sign_in("boun")
    token, before = visitor.csrf(), acts(visitor.office.bureau)
    own = visitor.office.server.url
    everywhere: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
        ({}, {}),
        ({"csrf": token}, {"Origin": "https://elsewhere.example"}),
    )
    at_one: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
        ({"csrf": "0" * len(token)}, {}),
        ({"csrf": token}, {"Origin": "null"}),
        ({"csrf": token}, {"Origin": own, "Sec-Fetch-Site": "cross-site"}),
        ({"csrf": token}, {"Sec-Fetch-Site": "same-site"}),
    )
    posts = [door for door in doors if door.method == "POST" and (door.method, door.path) not in OPEN]
    assert len(posts) > 30
    for at, door in enumerate(posts):
        for form, headers in (*everywhere, *(at_one if at == 0 else ())):
            answer = visitor.post(door.address, form, **headers)
            assert answer.status_code == 409 and "did not come from your own page" in answer.text, (door, headers)
    assert acts(visitor.office.bureau) == before
    form = {"account": "boun", "password": PASSWORD, "code": "000000"}
    assert visitor.post("/console/sign-in", form, Origin="https://elsewhere.example").status_code == 403


def test_no_door_does_anything_by_being_looked_at(visitor: Visitor, doors: list[Door]) -> None:
    visitor.sign_in("boun")
    before = acts(visitor.office.bureau)
    for door in doors:
        if door.method == "GET":
            ask(visitor, door)
        if door.right is not None and door.method == "POST":
            assert visitor.get(door.address).status_code in (200, 403, 404, 405), door
    assert acts(visitor.office.bureau) == before


def test_signing_in_again_ends_the_session_before_and_its_cookie_is_worth_nothing(visitor: Visitor) -> None:
    visitor.sign_in("boun")
    first = visitor.session.cookies["__Host-borderdesk"]
    visitor.sign_in("khamla")
    second = visitor.session.cookies["__Host-borderdesk"]
    people = visitor.office.bureau.people
    assert first != second and people.session(first) is None
    assert people.session(second) is not None


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Bureau, HeldClock]]:
    clock = HeldClock()
    with Bureau.create(tmp_path / "held", name="NCB Vientiane", country="LAO", clock=clock) as bureau:
        bureau.people.add("boun", name="Boun", role=BureauRole.SUPERVISOR, password=PASSWORD, by="test")
        yield bureau, clock


def begun(bureau: Bureau) -> str:
    with bureau.database.writing() as db:
        return bureau.people.begin(db, "boun", bureau.clock.wall())


def test_half_an_hour_of_nothing_ends_a_session_though_its_page_asks_for_news(held: tuple[Bureau, HeldClock]) -> None:
    bureau, clock = held
    secret = begun(bureau)
    for _ in range(6):
        clock.forward(minutes=10)
        active = bureau.people.session(secret)
        assert active is not None, "somebody works: nothing ends"
    for _ in range(3):
        clock.forward(minutes=9)
        assert bureau.people.session(secret, active=False) is not None
    clock.forward(minutes=9)
    assert bureau.people.session(secret, active=False) is None
    assert timedelta(minutes=30) == SESSION_IDLE


def test_twelve_hours_end_a_session_whatever_is_done(held: tuple[Bureau, HeldClock]) -> None:
    bureau, clock = held
    secret = begun(bureau)
    for _ in range(int(SESSION_LONGEST / timedelta(minutes=20))):
        assert bureau.people.session(secret) is not None
        clock.forward(minutes=20)
    clock.forward(minutes=1)
    assert bureau.people.session(secret) is None


def test_what_a_page_asks_by_itself_is_told_apart_by_its_header(visitor: Visitor) -> None:
    script = (Path(__file__).parents[2] / "ui/console/static/live.js").read_text(encoding="utf-8")
    assert f'"{LIVE}": "1"' in script and script.count("fetch(") == script.count(", asPage)")


def wait_long(bureau: Bureau) -> None:
    """So that no slow machine outlasts the wait."""
    bureau.set_policy(lambda policy: replace(policy, sign_in_first_wait_seconds=900))


def test_wrong_passwords_cost_more_and_more_waiting_and_the_right_one_does_not_help(visitor: Visitor) -> None:
    wait_long(visitor.office.bureau)
    for _ in range(4):
        answer = visitor.post("/console/sign-in", {"account": "khamla", "password": "wrong", "code": "000000"})
        assert answer.status_code == 403
    assert visitor.sign_in("khamla").status_code == 403, "too many wrong ones came just now"
    assert "after a few wrong tries, wait" in visitor.sign_in("khamla").text
    assert visitor.sign_in("boun").status_code == 303, "nobody else is kept waiting"


def test_a_stolen_session_does_not_guess_the_password_without_end(visitor: Visitor) -> None:
    wait_long(visitor.office.bureau)
    visitor.sign_in("boun")
    form = {"csrf": visitor.csrf(), "new": "another long password"}
    for guess in range(4):
        assert visitor.post("/console/account/password", form | {"old": f"guess {guess}"}).status_code == 409
    right = visitor.post("/console/account/password", form | {"old": PASSWORD})
    assert right.status_code == 409 and "too many wrong ones came just now" in right.text
    refused = [line.why for line in visitor.office.bureau.journal_newest() if line.kind == "sign-in"]
    assert "password refused" in refused


def test_a_changed_password_and_a_renewed_code_end_every_session(visitor: Visitor) -> None:
    visitor.sign_in("boun")
    cookie = visitor.session.cookies["__Host-borderdesk"]
    form = {"csrf": visitor.csrf(), "old": "wrong", "new": "another long password"}
    assert visitor.post("/console/account/password", form).status_code == 409
    short = visitor.post("/console/account/password", form | {"old": PASSWORD, "new": "short"})
    assert short.status_code == 409 and "at least 12 characters" in short.text
    good = visitor.post("/console/account/password", form | {"old": PASSWORD})
    assert good.headers["location"] == "/console/sign-in"
    people = visitor.office.bureau.people
    assert people.session(cookie) is None
    assert people.is_password("boun", "another long password")

    with visitor.office.bureau.database.writing() as db:
        other = people.begin(db, "khamla", visitor.office.bureau.clock.wall())
    made = people.renew_code("khamla", by="boun")
    assert people.session(other) is None and made.typed
    assert visitor.sign_in("khamla").status_code == 403, "the old telephone is worth nothing"
