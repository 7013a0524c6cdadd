"""`borderdesk hits` does about a match what the window does, typed well and badly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from borderdesk.hits import UnknownHit
from borderdesk.hits.spoken import WrongGroups
from borderdesk.watchlist import DocumentStatus, TravelDocument
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import NothingFound
from sync.agent.enrolment import enrol
from sync.bureau import Bureau
from sync.bureau.server import serve_in_thread
from ui.cli.desk import app
from ui.cli.hits import NoSuchScreening

PASSWORD = "three lanterns at the bridge"
STOLEN = next(iter(stolen_documents(50, 7)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("post")
    with Bureau.create(home / "bureau", name="NCB Test", country="LAO") as bureau, serve_in_thread(bureau) as server:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(50, 7))
        bureau.publish()
        code = str(bureau.enrol_code("nong-haet"))
        enrol(home / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        assert run(home / "desk", "sync", "now").exit_code == 0
    yield home / "desk"


def run(folder: Path, *words: str) -> Result:
    given = {"BORDERDESK_PASSWORD": PASSWORD, "BORDERDESK_DIR": str(folder), "BORDERDESK_ACCOUNT": "noy"}
    return CliRunner().invoke(app, list(words), env=given)


def screened(folder: Path) -> str:
    """A traveller with a stolen passport, and the id of the screening."""
    answer = json.loads(run(folder, "screen", "--json", f"P {STOLEN.state} {STOLEN.number}").stdout)
    assert answer["verdict"] == "match"
    return str(answer["screening"])


def test_a_match_is_referred_and_read_out_without_a_window(folder: Path) -> None:
    acted = run(folder, "hits", "act", screened(folder), "refer", "--note", "to the second line", "--json")
    hit = json.loads(acted.stdout)
    assert hit["pending"] and hit["key"] == STOLEN.key
    assert hit["hit"] in run(folder, "hits").stdout
    groups = json.loads(run(folder, "hits", "packet", hit["hit"], "--json").stdout)
    assert len(groups) > 20
    misheard = groups[0][::-1], *groups[1:5]
    assert isinstance(run(folder, "hits", "answer", *misheard).exception, WrongGroups)


def test_nobody_is_let_go_without_a_reason_and_nothing_is_done_by_mistake(folder: Path) -> None:
    screening, before = screened(folder), run(folder, "hits", "--json").stdout
    assert run(folder, "hits", "act", screening, "let-go").exit_code == 2
    assert run(folder, "hits", "act", screening, "reply").exit_code == 2
    assert run(folder, "hits", "act", screening, "letgo", "--note", "x").exit_code == 2
    assert isinstance(run(folder, "hits", "act", "nosuch", "refer").exception, NoSuchScreening)
    assert isinstance(run(folder, "hits", "act", screening, "refer", "--record", "sltd/x").exception, NothingFound)
    assert isinstance(run(folder, "hits", "packet", "nosuch").exception, UnknownHit)
    assert run(folder, "hits", "--json").stdout == before


def test_a_match_on_a_list_of_people_is_acted_on_by_its_id(folder: Path, tmp_path: Path) -> None:
    bus = tmp_path / "bus.csv"
    bus.write_text(
        "Surname,Given names,Document number,Issuing state,Document type\n"
        f"DOE,JOHN,{STOLEN.number},{STOLEN.state},{STOLEN.type}\n"
    )
    (line,) = json.loads(run(folder, "screen", "--list", str(bus), "--json").stdout)["lines"]
    acted = run(folder, "hits", "act", line["screening"], "refer", "--json")
    assert json.loads(acted.stdout)["key"] == STOLEN.key


def test_somebody_found_late_is_acted_on_by_the_id_of_the_old_screening(tmp_path: Path) -> None:
    """The traveller matched nothing then: only the late match knows the record."""
    desk = tmp_path / "desk"
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(50, 7))
        bureau.publish()
        with serve_in_thread(bureau) as server:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(desk, url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
            assert run(desk, "sync", "now").exit_code == 0
            passed = json.loads(run(desk, "screen", "--json", "P UTO XK7703915").stdout)
            assert passed["verdict"] == "no match"
            act = "hits", "act", passed["screening"], "refer", "--json"
            assert isinstance(run(desk, *act).exception, NothingFound)
            listed = TravelDocument("UTO", "P", "XK7703915", DocumentStatus.STOLEN)
            bureau.flash(SYNTHETIC_LIST.name, [listed])
            assert run(desk, "sync", "now").exit_code == 0
            assert "WOULD HAVE MATCHED" in run(desk, "hits").stdout
            acted = run(desk, *act)
            assert acted.exit_code == 0, acted.exception
            hit = json.loads(acted.stdout)
            assert (hit["list"], hit["key"]) == (SYNTHETIC_LIST.name, listed.key)
            assert run(desk, "sync", "now").exit_code == 0
            (case,) = bureau.hits()
            assert (case.hit.id, case.hit.screening) == (hit["hit"], passed["screening"])
