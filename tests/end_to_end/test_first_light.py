"""The six scenes of the demonstration, on a smaller list: a real bureau process, a real desk, a real window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from borderdesk.watchlist import Person
from sync.agent import Desk
from ui.demo.enrol import enrol_demo_desk
from ui.demo.samples import make_samples
from ui.demo.scenes import Play
from ui.demo.stage import OFFICER, PASSWORD, POST, SEED, Stage

DOCUMENTS = 3000


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def stage(tmp_path: Path, lines: list[str]) -> Iterator[Stage]:
    with Stage(tmp_path, lines.append, DOCUMENTS) as stage:
        stage.prepare_bureau()
        stage.start_bureau()
        enrol_demo_desk(stage, lines.append)
        yield stage


@pytest.mark.timeout(300)
def test_one_scan_one_hit_one_delta_end_to_end(stage: Stage, lines: list[str], tmp_path: Path, qtbot: QtBot) -> None:
    samples = make_samples(DOCUMENTS, SEED, date(2026, 3, 1))
    with Play(stage, samples, tmp_path / "pictures", lines.append) as play:
        play.all()
    pictures = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert [name[0] for name in pictures] == ["1", "2", "2", "3", "4", "5", "5"]
    for scene in range(1, 7):
        assert any(line.startswith(f"scene {scene}: ") for line in lines), f"scene {scene} reported nothing"

    _nothing_known_is_readable_in_any_file_the_desk_wrote(stage, samples.stolen_document.number)
    _the_bureaus_log_tells_what_was_asked_and_of_nobody(stage, samples.stolen_document.number)


def _the_bureaus_log_tells_what_was_asked_and_of_nobody(stage: Stage, number: str) -> None:
    log = (stage.folder / "bureau.log").read_text()
    for route in ("/v1/outbox", "/v1/manifest"):
        assert f'"route": "{route}"' in log, "the day is in the log"
    for secret in (number, "DUMONT", "KONI", "ERIKSSON", OFFICER, "Phommachanh", PASSWORD, POST):
        assert secret.casefold() not in log.casefold()


def _nothing_known_is_readable_in_any_file_the_desk_wrote(stage: Stage, number: str) -> None:
    with Desk(stage.desk_folder) as desk:
        desk.sign_in(OFFICER, PASSWORD)
        verdict = desk.screen("KONI JOZEF 1961")
        listed: Person = verdict.candidates[0].person
        secrets = [number, listed.names[0].full, listed.reference, "DUMONT", "recovered by its owner", PASSWORD]
        files = [path for path in stage.desk_folder.rglob("*") if path.is_file()]
        assert {"desk.db", "desk.db-wal", "spool.db"} <= {path.name for path in files}, "looked at while it is open"
        for path in files:
            content = path.read_bytes()
            for secret in secrets:
                for form in (secret.encode(), secret.encode("utf-16-le")):
                    assert form not in content, f"{secret!r} is readable in {path.name}"
