"""Two servers on one database and one folder, as behind a proxy: whichever is asked, it is the same bureau."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests

from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau, BureauServer, one_time, serve_in_thread
from sync.bureau.links import Sought
from sync.bureau.people import NewAccount
from sync.bureau.rights import BureauRole
from sync.wire import http
from sync.wire.uploads import encode_outbox
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator
from ui.console import console_routes

pytestmark = both_databases

RECORD = RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1)
PASSWORD = "nine boats on the lake"


@dataclass
class Workers:
    """One bureau, opened twice; each has a server."""

    bureaus: tuple[Bureau, Bureau]
    servers: tuple[BureauServer, BureauServer]

    def desk(self) -> DeskSimulator:
        return DeskSimulator(self.servers[0].url, self.bureaus[0].home.ca)


@pytest.fixture
def workers(bureau: Bureau, clock: HeldClock) -> Iterator[Workers]:
    bureau.import_list(SLTD, [passport(f"A{number}") for number in range(1, 5)])
    bureau.publish()
    with (
        Bureau.open(bureau.home.folder, clock=clock) as other,
        serve_in_thread(bureau, pages=console_routes) as one,
        serve_in_thread(other, pages=console_routes) as two,
    ):
        yield Workers((bureau, other), (one, two))


@pytest.fixture
def desk(workers: Workers) -> Iterator[DeskSimulator]:
    desk = workers.desk()
    assert desk.enrol(workers.bureaus[0].enrol_code("torodi")).status_code == 200
    yield desk
    desk.close()


def test_a_desk_enrolled_at_one_fetches_at_the_other_what_the_first_publishes(
    workers: Workers, desk: DeskSimulator
) -> None:
    desk.url = workers.servers[1].url
    desk.catch_up(1)
    waits = threading.Thread(target=desk.catch_up, args=(2,))
    waits.start()
    workers.bureaus[0].flash(SLTD.name, [passport("A9")])
    waits.join(timeout=30)
    assert "FRA/P/A9" in desk.records[SLTD.name]


def test_a_code_to_enrol_is_used_once_whichever_is_asked(workers: Workers) -> None:
    code = workers.bureaus[0].enrol_code("torodi")
    first, second = workers.desk(), workers.desk()
    second.url = workers.servers[1].url
    try:
        assert first.enrol(code).status_code == 200
        assert second.enrol(code).status_code != 200
    finally:
        first.close()
        second.close()


def test_a_hit_sent_again_to_the_other_is_kept_once_with_the_same_receipt(
    workers: Workers, desk: DeskSimulator, clock: HeldClock
) -> None:
    envelope = desk.hit(RECORD, clock.moment).envelope
    (first,) = desk.send(envelope)
    desk.url = workers.servers[1].url
    assert desk.send(envelope) == (first,)
    forged = desk.sealed(desk.counter, "hit", b"something else under the same counter").envelope
    assert desk.ask("POST", http.OUTBOX, encode_outbox([forged])).status_code == 200
    for bureau in workers.bureaus:
        assert len(bureau.hits()) == 1
        assert [alarm.kind for alarm in bureau.alarms()] == ["quarantine"]


def test_hits_that_come_to_both_at_once_are_all_kept(workers: Workers, clock: HeldClock) -> None:
    desks = [workers.desk() for _ in range(6)]
    try:
        for nth, desk in enumerate(desks):
            assert desk.enrol(workers.bureaus[0].enrol_code(f"post-{nth}")).status_code == 200
            desk.url = workers.servers[nth % 2].url

        def sends(desk: DeskSimulator) -> int:
            return sum(len(desk.send(desk.hit(RECORD, clock.moment).envelope)) for _ in range(8))

        with ThreadPoolExecutor(len(desks)) as pool:
            assert sum(pool.map(sends, desks)) == 48
    finally:
        for desk in desks:
            desk.close()
    hits = workers.bureaus[1].hits()
    assert len({one.hit.id for one in hits}) == 48
    assert {(one.hit.desk, one.counter) for one in hits} == {
        (desk.identity.desk, counter) for desk in desks for counter in range(1, 9)
    }
    (group,) = workers.bureaus[0].links(Sought(kind="record"))
    assert group.count == 48


def test_who_is_revoked_at_one_is_refused_by_the_other(workers: Workers, desk: DeskSimulator) -> None:
    desk.url = workers.servers[1].url
    assert desk.poll()
    workers.bureaus[0].revoke(desk.identity.desk)
    assert desk.ask("GET", f"{http.MANIFEST}?have=0&wait=0").status_code == 401


def code_of(made: NewAccount, clock: HeldClock) -> str:
    return one_time.code_at(base64.b32decode(made.typed), one_time.step_of(clock.wall()))


@pytest.fixture
def visit(workers: Workers) -> Iterator[Callable[..., requests.Response]]:
    with requests.Session() as session:
        session.verify, session.trust_env = str(workers.bureaus[0].home.ca), False
        yield lambda method, worker, path, **more: session.request(
            method, workers.servers[worker].url + path, timeout=30, allow_redirects=False, **more
        )


def test_whoever_signed_in_at_one_works_at_the_other_and_leaves_both(
    workers: Workers, visit: Callable[..., requests.Response], clock: HeldClock
) -> None:
    made = workers.bureaus[0].people.add("khamla", name="Khamla", role=BureauRole.DUTY, password=PASSWORD, by="test")
    form = {"account": "khamla", "password": PASSWORD, "code": code_of(made, clock)}
    assert visit("POST", 0, "/console/sign-in", data=form).status_code == 303
    page = visit("GET", 1, "/console/hits")
    assert page.status_code == 200
    assert visit("POST", 1, "/console/sign-in", data=form).status_code == 403, "a code is used once"
    (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', page.text))
    assert visit("POST", 1, "/console/sign-out", data={"csrf": csrf}).status_code == 303
    assert visit("GET", 0, "/console/hits").status_code == 303


def test_guessing_passwords_at_both_is_not_guessing_twice_as_often(
    workers: Workers, visit: Callable[..., requests.Response], clock: HeldClock
) -> None:
    made = workers.bureaus[0].people.add("khamla", name="Khamla", role=BureauRole.DUTY, password=PASSWORD, by="test")
    wrong = {"account": "khamla", "password": "guessed", "code": "000000"}
    for nth in range(10):
        assert visit("POST", nth % 2, "/console/sign-in", data=wrong).status_code == 403
    right = {"account": "khamla", "password": PASSWORD, "code": code_of(made, clock)}
    assert visit("POST", 1, "/console/sign-in", data=right).status_code == 403, "guessed at too often just now"
    clock.forward(hours=1)
    right["code"] = code_of(made, clock)
    assert visit("POST", 1, "/console/sign-in", data=right).status_code == 303
