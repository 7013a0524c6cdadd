"""A border-management system on the same machine asks the desk over real HTTP: token, lock, journal, description."""

from __future__ import annotations

import logging
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from borderdesk import journal
from borderdesk.hits import HitAct
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.beside import OPERATIONS
from sync.agent.loopback import LOOPBACK, LoopbackServer, serve_beside
from sync.agent.tokens import TOKEN, NoToken, new_token
from sync.api import describe
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, MovableClock, Place

LISTED = next(iter(stolen_documents(DOCUMENTS, SEED)))
TOKEN_MADE = bytes(range(32))


class Program:
    """The system beside the desk."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(f"{self.url}/api/v1/{path}", headers=headers, timeout=30)

    def screen(self, *texts: str) -> requests.Response:
        body = {"items": [{"text": text} for text in texts]}
        return self.session.post(f"{self.url}/api/v1/screen", json=body, timeout=30)


@pytest.fixture
def token(desk: Desk) -> str:
    return new_token(desk.folder, lambda _: TOKEN_MADE)


@pytest.fixture
def server(desk: Desk, token: str) -> Iterator[LoopbackServer]:
    with serve_beside(desk) as server:
        yield server


@pytest.fixture
def program(server: LoopbackServer, token: str) -> Iterator[Program]:
    program = Program(server.url, token)
    yield program
    program.session.close()


def listed_number() -> str:
    return f"{LISTED.type} {LISTED.state} {LISTED.number}"


def test_many_are_screened_at_once_and_an_unreadable_one_says_so(program: Program) -> None:
    listed, unknown, broken = program.screen(listed_number(), "ZZ99999999", "P<FRA<<BROKEN").json()["results"]
    assert (listed["verdict"], listed["findings"][0]["key"]) == ("match", LISTED.key)
    assert unknown["verdict"] == "no match"
    assert "error" in broken


def test_every_screening_is_remembered_and_journalled_in_the_officers_name(program: Program, desk: Desk) -> None:
    first, second = program.screen(listed_number(), "ZZ99999999").json()["results"]
    assert {each.screening for each in desk.recent()} == {first["screening"], second["screening"]}
    entries = [line for line in journal.export(desk.unlocked_store().reader) if "program beside the desk" in line]
    assert len(entries) == 2
    assert all('"noy"' in line for line in entries)


def test_a_locked_desk_refuses_with_a_sentence_and_still_says_how_it_is(program: Program, desk: Desk) -> None:
    desk.sign_out()
    for refused in (program.screen("AB123456"), program.get("lists"), program.get("hits"), program.get("hits/ab")):
        assert refused.status_code == 503
        assert refused.json()["error"] == "This desk is locked: nobody is signed in."
    assert program.get("status").json()["locked"] is True
    assert program.get("health").json() == {"status": "ok"}


def test_without_the_token_nothing_is_answered(program: Program, server: LoopbackServer, desk: Desk) -> None:
    for wrong in ("", "0" * 64):
        stranger = Program(server.url, wrong)
        assert stranger.get("lists").status_code == 401
        assert stranger.screen("AB123456").status_code == 401
        stranger.session.close()
    assert desk.recent() == ()
    assert program.get("lists").status_code == 200
    new_token(desk.folder, lambda _: bytes(32))
    assert program.get("lists").status_code == 401, "the token that was replaced"


def test_the_token_is_kept_as_a_hash_that_only_its_owner_reads(desk: Desk, token: str) -> None:
    kept = desk.folder / TOKEN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert token.encode() not in kept.read_bytes()


def test_it_listens_on_the_loopback_only_and_under_no_other_name(program: Program, server: LoopbackServer) -> None:
    assert {held.getsockname()[0] for each in server.servers for held in each.sockets} == {LOOPBACK}
    assert program.get("health", Host="evil.example").status_code == 400


def test_a_desk_without_a_token_is_not_served(desk: Desk) -> None:
    with pytest.raises(NoToken), serve_beside(desk):
        pass


def test_hits_and_lists_are_read(program: Program, desk: Desk) -> None:
    verdict = desk.screen(listed_number())
    record = verdict.findings[0].record
    assert record is not None
    taken_up = desk.take_up(verdict, record=record, act=HitAct.TAKE_UP)
    (hit,) = program.get("hits?open=true").json()
    assert (hit["id"], hit["state"], hit["officer"]) == (taken_up.id, "taken up", "noy")
    assert program.get(f"hits/{taken_up.id}").json() == hit
    assert program.get(f"hits/{'0' * 32}").status_code == 404
    held = next(each for each in program.get("lists").json() if each["list"] == record.list)
    assert (held["edition"], held["rows"]) == (record.edition, DOCUMENTS)


def test_polling_lets_the_desk_lock_and_screening_does_not(program: Program, desk: Desk, clock: MovableClock) -> None:
    minutes = timedelta(minutes=desk.policy.idle_lock_minutes)
    clock.pass_(minutes)
    program.screen("ZZ99999999")
    clock.pass_(minutes)
    assert program.get("hits").status_code == program.get("lists").status_code == 200
    assert not desk.lock_if_idle()
    clock.pass_(timedelta(minutes=2))
    assert desk.lock_if_idle(), "only hits and lists were asked for since"


def test_the_command_makes_a_token_serves_and_signs_out(place: Place, tmp_path: Path) -> None:
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "ui.cli.desk", "api", *arguments, "--dir", str(place.folder), "--as", "noy"]

    environment = os.environ | {"BORDERDESK_PASSWORD": PASSWORD}
    made = subprocess.run(command("token"), env=environment, capture_output=True, text=True, check=True, timeout=120)
    serving = subprocess.Popen(command("serve", "--port", "0"), env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert serving.stdout is not None
        url = serving.stdout.readline().removeprefix("serving ").strip()
        program = Program(url, made.stdout.strip())
        assert program.get("status").json()["locked"] is False
        program.session.close()
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(60) == 0
    finally:
        serving.kill()
        serving.communicate()
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        kinds = [line for line in journal.export(desk.unlocked_store().reader) if '"sign-out"' in line]
        assert len(kinds) == 2, "the token's command and the server each signed out"


def test_no_line_of_the_log_names_a_traveller_also_where_the_program_fails(
    desk: Desk, program: Program, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    program.screen(listed_number(), "MARTIN JEANNE 1961")
    program.get("hits/MARTIN?open=JEANNE")

    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such traveller: MARTIN JEANNE")

    monkeypatch.setattr(desk, "reported", broken)
    assert program.get("hits").status_code == 500
    form = logging.Formatter("%(name)s %(message)s")
    written = "\n".join(form.format(one) for one in caplog.records if not one.name.startswith("urllib3"))
    assert '"bug": "ValueError"' in written
    for secret in ("MARTIN", "JEANNE", LISTED.number):
        assert secret not in written


schema = schemathesis.openapi.from_dict(describe(OPERATIONS, "Desk", "0"))


@schema.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_desk_answers_as_described(case: schemathesis.Case, program: Program) -> None:
    case.call_and_validate(base_url=program.url, session=program.session, timeout=30)
