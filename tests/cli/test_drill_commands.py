"""`borderdesk drill` and `borderdesk-bureau drill`, as people use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk.errors import KnownError
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau import Bureau
from sync.bureau.server import serve_in_thread
from ui.cli.bureau import app as bureau_app
from ui.cli.desk import app as desk_app

PASSWORD = "three lanterns at the bridge"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(20, 7))
        bureau.publish()
        with serve_in_thread(bureau) as server:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
            with Desk(tmp_path / "desk") as desk:
                desk.sign_in("noy", PASSWORD)
                desk.exchange()
    return tmp_path / "desk", tmp_path / "bureau"


def run(app: object, *arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    return done.stdout


def test_an_officer_practises_and_reads_the_score_on_the_command_line(folders: tuple[Path, Path]) -> None:
    at = ("--dir", str(folders[0]), "--as", "noy")
    told = run(desk_app, "drill", "practise", "practice.stolen", "--act", "refer", "--step", "1", *at)
    assert told.startswith("DRILL") and "MATCH" in told and "refer was right" in told and "Steps 1 of" in told
    lessons = {each["lesson"]: each["state"] for each in json.loads(run(desk_app, "drill", "list", "--json", *at))}
    assert lessons["practice.stolen"] == "done" and lessons["practice.near"] == ""
    (result,) = json.loads(run(desk_app, "drill", "results", "--json", *at))["results"]
    assert (result["judged"], result["officer"]) == ("right", "noy") and result["score"] > 60
    assert json.loads(run(desk_app, "hits", "--json", *at)) == []
    with pytest.raises(KnownError, match="no lesson nap"):
        run(desk_app, "drill", "practise", "nap", "--act", "refer", *at)


def test_the_bureau_orders_a_drill_prints_its_slip_and_reports_it(folders: tuple[Path, Path]) -> None:
    at = ("--dir", str(folders[1]))
    slip = run(bureau_app, *at, "drill", "order", "nong-haet", "--until", "2999-01-01", "--from", "2998-12-30")
    lines = [line for line in slip.splitlines() if len(line) == 44]
    assert len(lines) == 2 and lines[0].startswith("P<")
    assert run(bureau_app, *at, "drill", "slip", "1") == slip
    assert json.loads(run(bureau_app, *at, "drill", "list", "--json"))[0]["documents"] == [lines]
    report = json.loads(run(bureau_app, *at, "drill", "report", "1", "--json"))
    assert report["posts"][0] | {"desks": 1, "acted": 0, "median_seconds": None} == report["posts"][0]
    assert "nong-haet: 1 desks" in run(bureau_app, *at, "drill", "report", "1")
    with pytest.raises(KnownError, match="at most 31 days"):
        run(bureau_app, *at, "drill", "order", "nong-haet", "--until", "2999-01-01")
    with pytest.raises(KnownError, match="posts that this bureau knows"):
        run(bureau_app, *at, "drill", "order", "nowhere", "--until", "2999-01-01", "--from", "2998-12-30")
    with pytest.raises(KnownError, match="no drill 7"):
        run(bureau_app, *at, "drill", "report", "7")
