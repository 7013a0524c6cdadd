"""`borderdesk-bureau` as a person and as a program use it."""

from __future__ import annotations

import csv
import json
import lzma
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from borderdesk.errors import KnownError
from borderdesk.ids import RecordKey, RecordRef
from borderdesk.watchlist.readers import open_shipped_un
from sync.bureau import Bureau, serve_in_thread
from tests.bureau.common import SLTD, HeldClock
from tests.bureau.simulator import DeskSimulator
from ui.cli.bureau import app


class Commands:
    """Runs commands on one bureau's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> str:
        done = CliRunner().invoke(app, ["--dir", str(self.folder), *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def run(tmp_path: Path) -> Commands:
    commands = Commands(tmp_path / "bureau")
    commands("init", "--name", "NCB Utopia", "--country", "UTO")
    return commands


def test_a_folder_becomes_a_bureau_once(tmp_path: Path) -> None:
    run = Commands(tmp_path / "unused")
    made = run.json("init", str(tmp_path / "made"), "--name", "NCB Utopia", "--country", "UTO")
    assert made["country"] == "UTO"
    with pytest.raises(KnownError, match="not empty"):
        run("init", str(tmp_path / "made"), "--name", "NCB Utopia", "--country", "UTO")


def test_a_country_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="QQQ"):
        Commands(tmp_path / "b")("init", "--name", "N", "--country", "QQQ")


def test_the_real_un_list_is_imported_with_a_report(run: Commands, tmp_path: Path) -> None:
    file = tmp_path / "consolidated.xml"
    with open_shipped_un() as stream:
        file.write_bytes(stream.read())
    preview = run.json("lists", "import", "un", str(file), "--preview")
    assert preview["difference"]["added"] == 730
    assert run.json("lists", "show") == []
    said = run("lists", "import", "un", str(file))
    assert "730" in said
    assert "273 × ENTITY not imported" in said
    (shown,) = run.json("lists", "show")
    assert (shown["rows"], shown["edition"], shown["source_date"][:10]) == (730, 0, "2026-02-27")


def test_every_refusal_is_written_down_with_its_line_before_anything_is_published(
    run: Commands, tmp_path: Path
) -> None:
    table, report = tmp_path / "sltd.csv", tmp_path / "refused.csv"
    table.write_text(
        "state,type,number,status,lost,reported\nFRA,P,12AB,stolen,,\nFRA,P,=1+1!,eaten,,\nQQQ,P,13AB,lost,,\n"
    )
    said = run("lists", "import", "documents", str(table), "--preview", "--report", str(report))
    assert "1 added" in said and "Nothing was changed" in said
    rows = list(csv.reader(report.read_text("utf-8-sig").splitlines()))
    assert [(row[0], row[2], row[3], row[5]) for row in rows[1:]] == [
        ("3", "status", "eaten", "record"),
        ("4", "state", "QQQ", "record"),
    ]
    assert rows[1][1] == "'=1+1!", "no spreadsheet takes it for a formula"
    with pytest.raises(KnownError, match="could not be written"):
        run("lists", "import", "documents", str(table), "--report", str(tmp_path / "no" / "folder.csv"))
    assert run.json("lists", "show") == []
    cut = tmp_path / "cut.xml.xz"
    cut.write_bytes(lzma.compress(b"<CONSOLIDATED_LIST>" + bytes(1000))[:-20])
    with pytest.raises(KnownError, match="could not be read"):
        run("lists", "import", "un", str(cut))


def test_the_eus_consolidated_file_is_imported_with_its_date_and_a_report(run: Commands, tmp_path: Path) -> None:
    file = tmp_path / "eu.csv"
    file.write_text(
        "fileGenerationDate;Entity_LogicalId;Entity_SubjectType;NameAlias_WholeName\n"
        "17/11/2026;1;P;Anton Petrov\n17/11/2026;1;P;Tosha Petrov\n17/11/2026;2;E;Volga Trading\n"
    )
    assert "1 × E not imported" in run("lists", "import", "eu-consolidated", str(file))
    (shown,) = run.json("lists", "show")
    assert (shown["rows"], shown["source_date"][:10]) == (1, "2026-11-17")


def test_documents_are_added_withdrawn_and_published(run: Commands) -> None:
    run("lists", "import", "synthetic", "--documents", "500", "--seed", "3")
    assert run.json("publish")["lists"][0]["rows"] == 500
    run("lists", "add-document", "--state", "fra", "--number", "12 AB-34567", "--status", "lost")
    assert run.json("lists", "show")[0]["waiting"]["added"] == 1
    run("publish")
    waiting = run.json("lists", "withdraw-document", "--state", "FRA", "--number", "12AB34567", "--reason", "found")
    assert (waiting["withdrawn"], waiting["rows"]) == (1, 500)
    done = run.json("publish")
    assert (done["lists"][0]["edition"], done["lists"][0]["withdrawn"], done["files"]) == (3, 1, 2)
    assert "edition 4" in run("publish")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--state", "QQQ", "--number", "1"], "state"),
        (["--state", "FRA", "--number", "--"], "number"),
        (["--state", "FRA", "--number", "1", "--type", "PP"], "type"),
        (["--state", "FRA", "--number", "1", "--list", "nosuch"], "nosuch"),
    ],
)
def test_a_document_that_cannot_be_is_refused_in_words(run: Commands, arguments: list[str], said: str) -> None:
    with pytest.raises(KnownError, match=said):
        run("lists", "add-document", *arguments)


def test_a_hit_is_listed_with_who_where_when_and_which_record(run: Commands, clock: HeldClock) -> None:
    run("lists", "import", "synthetic", "--documents", "10")
    run("publish")
    code = run.json("enrol", "nong-haet")["code"]
    assert len(code.replace("-", "")) == 16
    with Bureau.open(run.folder) as bureau, serve_in_thread(bureau) as server:
        desk = DeskSimulator(server.url, bureau.home.ca)
        desk.enrol(bureau.enrol_code("nong-haet"))
        desk.send(desk.hit(RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1), clock.moment).envelope)
        desk.close()
    (hit,) = run.json("hits")
    assert (hit["officer"], hit["post"], hit["desk"]) == ("aminata", "nong-haet", "nong-haet-1")
    assert (hit["list"], hit["key"], hit["edition"]) == ("sltd", "FRA/P/A1", 1)
    assert hit["taken_up_at"] == "2026-11-22T12:00:00+00:00"
    said = run("hits")
    assert all(word in said for word in ("2026-11-22 12:00 UTC", "nong-haet-1", "aminata", "edition 1", "take up"))
    (held,) = run.json("posts")
    assert held["received"] == 1
    assert "nong-haet-1" in run("posts")


def test_the_command_as_a_process_says_known_errors_in_sentences(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from ui.cli.bureau import main; main()", "--dir", str(tmp_path), "publish"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 2
    assert "There is no bureau" in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_as_a_process_ends_cleanly_on_sigterm(run: Commands) -> None:
    command = "import sys; from ui.cli.bureau import main; main()"
    serving = subprocess.Popen(
        [sys.executable, "-u", "-c", command, "--dir", str(run.folder), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    with serving:
        assert serving.stdout is not None
        url = serving.stdout.readline().split()[-1]
        with Bureau.open(run.folder) as bureau:
            desk = DeskSimulator(url, bureau.home.ca)
            desk.enrol(bureau.enrol_code("torodi"))
            assert not desk.poll(wait=0)
            bureau.publish()
            assert desk.poll(wait=20)
        serving.send_signal(signal.SIGTERM)
        _, errors = serving.communicate(timeout=30)
        desk.close()
    assert "Traceback" not in errors
    assert serving.returncode in (0, -signal.SIGTERM)


def test_a_flash_alert_is_published_at_once(run: Commands) -> None:
    run("lists", "import", "synthetic", "--documents", "10")
    run("publish")
    assert run.json("flash", "--state", "FRA", "--number", "12AB34567")["edition"] == 2
    assert "edition 3" in run("flash", "--state", "D", "--number", "C01X0006H")


def test_a_bureau_is_backed_up_and_restored(run: Commands, tmp_path: Path) -> None:
    run("lists", "import", "synthetic", "--documents", "10")
    run("publish")
    assert run.json("backup", str(tmp_path / "backup.tar"))["files"] == 1
    run("restore", str(tmp_path / "backup.tar"), str(tmp_path / "again"))
    assert Commands(tmp_path / "again").json("lists", "show")[0]["rows"] == 10


def test_the_measurement_measures(run: Commands) -> None:
    found = run.json("bench", "--posts", "3", "--hits", "6", "--seconds", "0.2")
    assert (found["desks"], found["hits"]) == (3, 6)
    assert found["baseline_p99_ms"] > 0


def test_an_old_source_does_not_look_new_to_the_officer(run: Commands, tmp_path: Path) -> None:
    source = tmp_path / "un.xml"
    with open_shipped_un() as stream:
        source.write_bytes(stream.read())
    run("lists", "import", "un", str(source))
    (un,) = run.json("lists", "show")
    assert un["title"] == "UN Security Council consolidated list, 2026-02-27"
