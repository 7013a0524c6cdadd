"""The interface for other systems: tokens with rights, screening, hits, and exactly what its description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from borderdesk.ids import RecordKey, RecordRef
from borderdesk.watchlist.readers import UN_LIST, open_shipped_un, read_un
from borderdesk.watchlist.readers.report import Tally
from sync.api import describe, openapi
from sync.bureau import Bureau, BureauServer, with_threshold
from sync.bureau.rights import Right
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator

A1 = RecordRef(SLTD.name, RecordKey("FRA/P/AB123456"), 1)


class Program:
    """A national system with a token."""

    def __init__(self, server: BureauServer, bureau: Bureau, *rights: Right) -> None:
        self.url = server.url
        self.session = requests.Session()
        self.session.verify = str(bureau.home.ca)
        self.session.trust_env = False
        if rights:
            secret = bureau.people.add_token(f"program-{len(bureau.people.tokens())}", rights, by="test")
            self.session.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=30)

    def post(self, path: str, body: object) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=30)

    def close(self) -> None:
        self.session.close()


@pytest.fixture
def published(bureau: Bureau) -> Bureau:
    bureau.import_list(SLTD, [passport("AB123456"), passport("CD123456", state="D")])
    bureau.publish()
    return bureau


@pytest.fixture
def program(published: Bureau, server: BureauServer) -> Iterator[Program]:
    program = Program(server, published, *Right)
    yield program
    program.close()


@both_databases
def test_many_are_screened_at_once_and_an_unreadable_one_says_so(program: Program) -> None:
    texts = ["P FRA AB123456", "CD123456", "ZZ999999", "P<FRA<<BROKEN"]
    answer = program.post("/api/v1/screen", {"items": [{"text": text} for text in texts]})
    assert answer.status_code == 200
    listed, without_state, unknown, broken = answer.json()["results"]
    assert (listed["verdict"], listed["findings"][0]["key"]) == ("match", "FRA/P/AB123456")
    assert without_state["findings"][0]["key"] == "D/P/CD123456"
    assert unknown["verdict"] == "no match"
    assert "error" in broken


def test_a_listed_person_is_found_under_another_spelling(program: Program, published: Bureau) -> None:
    tally = Tally("UN")
    with open_shipped_un() as stream:
        published.import_list(UN_LIST, (record for read in read_un(stream) if (record := tally.add(read))))
    published.publish()
    answer = program.post("/api/v1/screen", {"items": [{"text": "KONI Jozef 1961"}]}).json()
    (result,) = answer["results"]
    assert result["candidates"][0]["list"] == UN_LIST.name
    assert result["verdict"] != "no match"


def test_a_changed_policy_counts_for_the_next_screening(program: Program, published: Bureau) -> None:
    tally = Tally("UN")
    with open_shipped_un() as stream:
        published.import_list(UN_LIST, (record for read in read_un(stream) if (record := tally.add(read))))
    asked = {"items": [{"text": "KONI Jozef 1961"}]}
    assert program.post("/api/v1/screen", asked).json()["results"][0]["candidates"]
    published.set_policy(lambda old: with_threshold(old, UN_LIST.name, None, "1"), by="test")
    assert program.post("/api/v1/screen", asked).json()["results"][0]["candidates"] == []


def test_a_token_opens_only_what_it_was_given(published: Bureau, server: BureauServer) -> None:
    lists = Program(server, published, Right.READ_LISTS)
    nobody = Program(server, published)
    assert lists.get("/api/v1/lists").json()[0]["rows"] == 2
    assert lists.get("/api/v1/hits").status_code == 403
    assert nobody.get("/api/v1/lists").status_code == 401
    assert nobody.get("/api/v1/health").json() == {"status": "ok"}
    published.people.revoke_token("program-0", by="test")
    assert lists.get("/api/v1/lists").status_code == 401
    lists.close()
    nobody.close()


def test_a_token_ends_by_itself(published: Bureau, server: BureauServer, clock: HeldClock) -> None:
    program = Program(server, published, Right.READ_LISTS)
    clock.forward(days=366)
    assert program.get("/api/v1/lists").status_code == 401
    program.close()


def test_a_clock_set_back_revives_no_token_that_has_ended(
    published: Bureau, server: BureauServer, clock: HeldClock
) -> None:
    program = Program(server, published, Right.READ_LISTS)
    clock.forward(days=366)
    published.publish()
    assert program.get("/api/v1/lists").status_code == 401
    clock.forward(days=-300)
    assert program.get("/api/v1/lists").status_code == 401
    program.close()


def test_a_program_answers_a_hit(program: Program, published: Bureau, new_desk: Any, clock: HeldClock) -> None:
    desk: DeskSimulator = new_desk()
    desk.send(desk.hit(A1, clock.moment).envelope)
    (hit,) = program.get("/api/v1/hits?open=true").json()
    said = program.post(f"/api/v1/hits/{hit['id']}/answers", {"kind": "confirmed", "words": "It is the one."})
    assert said.json()["by"] == "program-0"
    assert program.get(f"/api/v1/hits/{hit['id']}").json()["state"] == "confirmed"
    assert program.get(f"/api/v1/hits/{'0' * 32}").status_code == 404
    published.close_hit(hit["id"], "seized", true_hit=True, by="test")
    late = program.post(f"/api/v1/hits/{hit['id']}/answers", {"kind": "confirmed", "words": "Again."})
    assert late.status_code == 409


def test_what_is_counted_names_nobody(program: Program, new_desk: Any, clock: HeldClock) -> None:
    desk: DeskSimulator = new_desk()
    desk.send(desk.hit(A1, clock.moment).envelope)
    text = program.get("/metrics").text
    assert "borderdesk_hits_open 1" in text
    assert 'borderdesk_list_rows{list="sltd"} 2' in text
    assert 'route="/v1/outbox",status="200"' in text
    assert "MARTIN" not in text and "AB123456" not in text
    assert program.session.get(program.url + "/metrics", headers={"Authorization": ""}, timeout=30).status_code == 401


def test_who_was_screened_is_journalled_as_a_number_only(program: Program, published: Bureau) -> None:
    program.post("/api/v1/screen", {"items": [{"text": "AB123456"}]})
    newest = published.journal_newest(1)[0]
    assert (newest.kind, newest.who) == ("screening", "program-0")
    assert "AB123456" not in newest.details
    assert published.verify_journal().is_whole


schema = schemathesis.openapi.from_dict(describe(openapi.ALL, "NCB Utopia", "0"))


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_server_answers_as_described(case: schemathesis.Case, program: Program) -> None:
    case.call_and_validate(base_url=program.url, session=program.session, verify=program.session.verify, timeout=30)
