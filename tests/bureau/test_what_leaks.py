"""Logs, metrics and health: good for whoever runs the machine, and silent about travellers, records and officers."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator

import pytest
import requests

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.watchlist import ListKind, Person, PersonName, Watchlist
from sync.api.bugs import LOG
from sync.bureau import Bureau, BureauServer, app, serve_in_thread
from sync.bureau.rights import BureauRole, Right
from tests.bureau.common import SLTD, HeldClock, passport
from tests.bureau.simulator import DeskSimulator
from ui.console import console_routes

WANTED = Watchlist(ListName("wanted"), ListKind.PERSONS, "Wanted persons", "NCB Utopia")
SECRETS = ("MARTIN", "JEANNE", "KONI", "JOZEF", "AB123456", "2026/77", "khamla", "aminata", "nine boats")
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? (?:[0-9.e+-]+|\+Inf)')


@pytest.fixture
def server(bureau: Bureau) -> Iterator[BureauServer]:
    bureau.import_list(SLTD, [passport("AB123456")])
    bureau.import_list(WANTED, [Person(RecordKey("2026/77"), (PersonName("Jozef KONI"),))])
    bureau.publish()
    bureau.people.add("khamla", name="Khamla", role=BureauRole.DUTY, password="nine boats on the lake", by="test")
    with serve_in_thread(bureau, pages=console_routes) as server:
        yield server


@pytest.fixture
def ask(bureau: Bureau, server: BureauServer) -> Iterator[Callable[..., requests.Response]]:
    secret = bureau.people.add_token("customs", list(Right), by="test")
    with requests.Session() as session:
        session.verify, session.trust_env = str(bureau.home.ca), False
        session.headers["Authorization"] = f"Bearer {secret}"
        yield lambda method, path, **more: session.request(
            method, server.url + path, timeout=30, allow_redirects=False, **more
        )


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Everything any part of the program logged, with its tracebacks, as a handler would write it."""
    form = logging.Formatter("%(name)s %(message)s")
    return [form.format(record) for record in caplog.records if not record.name.startswith(("urllib3", "asyncio"))]


def test_no_line_of_the_log_names_anybody_whatever_happens(
    bureau: Bureau,
    ask: Callable[..., requests.Response],
    new_desk: Callable[..., DeskSimulator],
    clock: HeldClock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = new_desk()
    desk.send(desk.hit(RecordRef(SLTD.name, RecordKey("FRA/P/AB123456"), 1), clock.moment).envelope)
    (hit,) = ask("GET", "/api/v1/hits").json()
    ask("GET", f"/api/v1/hits/{hit['id']}?open=MARTIN")
    ask("GET", "/api/v1/KONI/JOZEF")
    ask("GET", "/console/lists/wanted?key=2026/77")
    ask("POST", "/console/sign-in", data={"account": "khamla", "password": "nine boats on the lake", "code": "1"})
    ask("POST", "/api/v1/screen", json={"items": [{"text": "KONI JOZEF 1961"}, {"text": "AB123456"}]})
    ask("POST", f"/api/v1/hits/{hit['id']}/answers", json={"kind": "confirmed", "words": "It is MARTIN JEANNE."})

    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such traveller: MARTIN JEANNE, AB123456")

    monkeypatch.setattr(Bureau, "hits", broken)
    assert ask("GET", "/api/v1/hits").status_code == 500
    written = lines(caplog)
    for line in written:
        for secret in (*SECRETS, hit["id"]):
            assert secret.lower() not in line.lower()
    (bug,) = [json.loads(line.partition(" ")[2]) for line in written if line.startswith("borderdesk.bugs")]
    assert bug["bug"] == "ValueError" and bug["at"][-1].endswith(" broken")
    requests_ = [json.loads(line.partition(" ")[2]) for line in written if line.startswith("borderdesk.bureau ")]
    assert {"/api/v1/hits/{id}", "/console/lists/{name}", "/v1/outbox"} <= {one["route"] for one in requests_}
    assert all(set(one) == {"method", "route", "status", "ms"} for one in requests_)


def test_work_beside_the_requests_that_broke_off_is_told_at_once_and_without_what_it_was_about(
    bureau: Bureau, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.set()

    def broken(*_: object) -> None:
        raise ValueError("no such traveller: MARTIN JEANNE, AB123456")

    monkeypatch.setattr(Bureau, "renew_wholes", broken)
    monkeypatch.setattr(app, "_WATCH_SECONDS", 0.01)
    monkeypatch.setattr(app, "_EXPIRE_EVERY", 1)
    handler = Told(logging.ERROR)
    LOG.addHandler(handler)
    try:
        with serve_in_thread(bureau):
            assert told.wait(20)
    finally:
        LOG.removeHandler(handler)
    written = [form for form in lines(caplog) if form.startswith("borderdesk.bugs")]
    assert json.loads(written[0].partition(" ")[2])["bug"] == "ValueError"
    assert not any(secret in record.getMessage() for record in caplog.records for secret in SECRETS)


def test_an_error_of_the_database_does_not_quote_what_was_written(bureau: Bureau) -> None:
    with pytest.raises(Exception, match="INSERT") as caught, bureau.database.writing() as db:
        db.exec_driver_sql("INSERT INTO hits (id, desk) VALUES (?, ?)", ("MARTIN", "JEANNE"))
    assert "MARTIN" not in str(caught.value)


def test_the_metrics_are_in_prometheus_form_whatever_a_list_is_called(
    bureau: Bureau, ask: Callable[..., requests.Response]
) -> None:
    odd = Watchlist(ListName('a "list" \\ of\nours'), ListKind.DOCUMENTS, "Odd", "")
    bureau.import_list(odd, [passport("ZZ1")])
    ask("GET", "/api/v1/health")
    answer = ask("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.endswith("\n")
    typed: set[str] = set()
    buckets: list[int] = []
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in typed and kind in ("counter", "gauge", "histogram")
            typed.add(name)
            continue
        assert SAMPLE.fullmatch(line), line
        name = re.split(r"[{ ]", line)[0]
        assert name in typed or re.sub(r"_(bucket|sum|count)$", "", name) in typed, line
        if name.endswith("_bucket"):
            buckets.append(int(line.rpartition(" ")[2]))
    assert buckets and buckets[-1] > 0
    assert buckets == sorted(buckets), "each bucket holds the smaller ones"
    for secret in SECRETS:
        assert secret not in answer.text


def test_health_says_ok_to_anybody_and_nothing_else(
    server: BureauServer, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> requests.Response:
        return requests.get(server.url + "/api/v1/health", verify=str(bureau.home.ca), timeout=30)

    answer = ask()
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    bureau.database.engine.dispose()
    monkeypatch.setattr(bureau.database, "engine", None)
    assert ask().status_code >= 500
