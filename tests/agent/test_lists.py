"""A bus of people, screened from one file at a real desk."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.documents import UnreadableList
from borderdesk.screening import ListLine, VerdictWord
from sync.agent import NobodySignedIn, lists
from sync.agent.unlocked import Unlocked
from sync.agent.unwritten import Entry, NotJournalled, Unwritten
from ui.cli.bench_desk import passengers
from ui.cli.bench_engine import MeasuredDesk, measured_desk
from ui.cli.bench_replica_work import Work
from ui.cli.desk import app
from ui.demo.stage import OFFICER, PASSWORD

WORK = Work.invented(2_000, 50, 3)
STOLEN = WORK.sample[0]
LISTED = WORK.persons[7].names[0]
BUS = "\n".join(
    [
        "Surname,Given names,Date of birth,Nationality,Document type,Document number,Issuing state",
        "ERIKSSON,ANNA,1974-08-12,SE,P,L898902C3,SE",
        f"DOE,JOHN,1980-01-01,{STOLEN.state},{STOLEN.type},{STOLEN.number},{STOLEN.state}",
        f"{LISTED.surname},{LISTED.given},1990-02-07,UTO,P,Q00000001,UTO",
        *(f"NOBODY{chr(65 + n // 26)}{chr(65 + n % 26)}X,PERSON,1990-01-01,UTO,P,ZZ{n:07d},UTO" for n in range(60)),
    ]
).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lists")
    with measured_desk(made, WORK) as desk:
        return desk.folder


@pytest.fixture
def desk(folder: Path) -> Iterator[MeasuredDesk]:
    with MeasuredDesk(folder) as desk:
        desk.sign_in(OFFICER, PASSWORD)
        yield desk


def test_everybody_on_the_list_is_answered_and_the_worst_comes_first(desk: MeasuredDesk) -> None:
    steps: list[int] = []
    screened = desk.screen_list(BUS, source="bus.csv", progress=lambda done: steps.append(done) or True)
    assert screened.is_whole
    assert screened.people == 63
    first, second = screened.worst_first[:2]
    assert (first.number, first.verdict.word) == (2, VerdictWord.MATCH)
    assert (second.number, second.verdict.word) == (3, VerdictWord.LOOK_AGAIN)
    assert second.verdict.candidates[0].person.names[0] == LISTED
    assert steps == [25, 50, 63]


def test_a_list_that_was_stopped_keeps_what_was_answered(desk: MeasuredDesk) -> None:
    screened = desk.screen_list(BUS, source="bus.csv", progress=lambda _done: False)
    assert not screened.is_whole
    assert len(screened.lines) == 25
    assert desk.screened_lists()[0] == screened


def test_a_desk_is_locked_between_two_steps_of_a_list_and_what_was_answered_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = BUS + b"\nAFTERTHOUGHT,ONE,1990-01-01,UTO,P,YY0000002,UTO"
    inside, locked = threading.Event(), threading.Event()
    write = lists._write

    def slow(unwritten: Unwritten, desk: Unlocked, entries: list[Entry]) -> NotJournalled | None:
        if entries[0].kind == "screening" and not inside.is_set():
            inside.set()
            assert not locked.wait(0.2), "whoever locks the desk waits"
        return write(unwritten, desk, entries)

    monkeypatch.setattr(lists, "_write", slow)
    with MeasuredDesk(folder) as desk, ThreadPoolExecutor(1) as lane:
        desk.sign_in(OFFICER, PASSWORD)
        answered = lane.submit(desk.screen_list, bus, source="bus.csv")
        assert inside.wait(20)
        desk.sign_out("order of the bureau")
        locked.set()
        with pytest.raises(NobodySignedIn):
            answered.result(20)
        desk.sign_in(OFFICER, PASSWORD)
        stopped = desk.screened_lists()[0]
        assert len(stopped.lines) == 25
        assert desk.screen_list(bus, source="bus.csv").id == stopped.id


def test_a_list_that_was_stopped_goes_on_where_it_stopped_also_after_a_restart(folder: Path) -> None:
    bus = BUS + b"\nLATECOMER,ONE,1990-01-01,UTO,P,YY0000001,UTO"
    with MeasuredDesk(folder) as before:
        before.sign_in(OFFICER, PASSWORD)
        stopped = before.screen_list(bus, source="bus.csv", progress=lambda _done: False)
    with MeasuredDesk(folder) as desk:
        desk.sign_in(OFFICER, PASSWORD)
        steps: list[int] = []
        whole = desk.screen_list(bus, source="bus.csv", progress=lambda done: steps.append(done) or True)
        assert whole.is_whole and whole.id == stopped.id and steps == [50, 64]
        assert whole.lines[:25] == stopped.lines, "what was answered stays as it was"
        assert [line.number for line in whole.lines] == list(range(1, 65))
        assert [one.id for one in desk.screened_lists()].count(whole.id) == 1
        assert desk.screen_list(bus, source="bus.csv").id != whole.id, "one that is whole is a new question"


def test_a_list_is_there_after_a_restart_but_not_among_the_travellers_of_the_shift(desk: MeasuredDesk) -> None:
    alone = desk.screen("ERIKSSON Anna Maria 1974-08-12")
    screened = desk.screen_list(BUS, source="bus.csv")
    assert screened in desk.screened_lists()
    assert desk.recent()[0] == alone


def test_a_list_is_answered_alike_however_many_are_searched_together(
    desk: MeasuredDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = passengers(WORK, 120)
    together = desk.screen_list(people, source="bus.csv")
    monkeypatch.setattr(lists, "AT_ONCE", 1)
    alone = desk.screen_list(people, source="bus.csv")
    assert sum(bool(line.verdict.candidates) for line in alone.lines) >= 3
    for one, other in zip(together.lines, alone.lines, strict=True):
        same = replace(one.verdict, screening=other.verdict.screening, asked_at=other.verdict.asked_at)
        assert ListLine(one.number, same) == replace(other, verdict=replace(other.verdict, lists=same.lists))


def test_every_person_of_a_list_is_in_the_journal(desk: MeasuredDesk) -> None:
    screened = desk.screen_list(BUS, source="bus.csv")
    entries = [
        each for each in journal.entries(desk.unlocked_store().reader) if each.details.get("list") == screened.id
    ]
    assert [each.kind for each in entries].count("screening") == 63
    assert entries[0].details["people"] == 63


def test_a_full_disk_hides_no_match_of_a_list(desk: MeasuredDesk) -> None:
    with desk.unlocked_store().transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1")
    for _ in range(20):
        screened = desk.screen_list(BUS, source="bus.csv")
        assert screened.is_whole and screened.worst_first[0].verdict.word is VerdictWord.MATCH
        if desk.status().unwritten:
            break
    assert "NOT WRITTEN DOWN" in str(screened.warnings[0])
    with desk.unlocked_store().transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1073741823")
    desk.screen("ERIKSSON Anna Maria 1974-08-12")
    assert desk.status().unwritten == 0
    assert desk.screened_lists()[0].is_whole, "what waited is remembered too"
    assert journal.verify(desk.unlocked_store().reader).is_whole


def test_a_file_that_is_no_list_changes_nothing(desk: MeasuredDesk) -> None:
    before = len(desk.screened_lists())
    with pytest.raises(UnreadableList):
        desk.screen_list(b"hello", source="letter.txt")
    assert len(desk.screened_lists()) == before


def test_the_command_line_screens_a_list_as_the_window_does(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bus.csv"
    file.write_bytes(BUS)
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    asked = ["screen", "--list", str(file), "--as", OFFICER, "--dir", str(folder)]
    done = CliRunner().invoke(app, [*asked, "--json"])
    assert done.exit_code == 0, done.output
    lines = json.loads(done.stdout)["lines"]
    assert len(lines) == 63
    assert lines[1]["verdict"] == "match"
    shown = CliRunner().invoke(app, asked)
    assert "63 of 63 people" in shown.stdout
    assert "match: 1, look again: 1" in shown.stdout
