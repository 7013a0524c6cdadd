"""A discreet check tells an officer what to do, and a supervisor alone whom the list names: wherever it is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk.dates import PartialDate
from borderdesk.hits import HitAct
from borderdesk.ids import ListName, RecordKey
from borderdesk.people import Cost, Role, Vault, read_machine_secret
from borderdesk.watchlist import Action, ListKind, Person, PersonName, Watchlist
from sync.agent import identity as identities
from sync.agent.beside import PROGRAM, DeskService
from sync.api import Caller
from tests.agent.conftest import PASSWORD, Place
from ui.cli.desk import app

WATCHED = Person(
    key=RecordKey("watched"),
    names=(PersonName("Vilayphone KEOMANY", "Vilayphone", "KEOMANY"),),
    births=(PartialDate(1979, 4, 3),),
    nationalities=("LAO",),
    sex="M",
    action=Action.DISCREET,
)
QUESTION = "KEOMANY, Vilayphone 1979-04-03 LAO M"


@pytest.fixture
def folder(place: Place) -> Path:
    watchlist = Watchlist(ListName("national"), ListKind.PERSONS, "National list", "LAO")
    place.bureau.import_list(watchlist, [WATCHED])
    place.bureau.publish()
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        vault = Vault.open(
            place.folder / identities.VAULT, read_machine_secret(place.folder / identities.MACHINE_SECRET)
        )
        key = vault.unlock("noy", PASSWORD, at=desk.now()).key
        cost = Cost(memory_kib=64, passes=1)
        vault.add(key, account="kham", name="Kham", role=Role.OFFICER, password=PASSWORD, cost=cost)
    return place.folder


@pytest.mark.parametrize(("account", "named"), [("kham", False), ("noy", True)])
def test_the_command_line_veils_it_as_the_window_does(folder: Path, account: str, named: bool) -> None:
    environment = {"BORDERDESK_PASSWORD": PASSWORD}
    told = CliRunner().invoke(app, ["screen", QUESTION, "--as", account, "--dir", str(folder)], env=environment)
    assert told.exit_code == 0, told.output
    assert ("KEOMANY" in told.output) is named
    assert ("as with every traveller" in told.output) is not named
    plain = CliRunner().invoke(
        app, ["screen", QUESTION, "--as", account, "--dir", str(folder), "--json"], env=environment
    )
    read = json.loads(plain.output)
    assert read["discreet"]
    assert bool(read["candidates"]) is named
    assert ("KEOMANY" in plain.output) is named


@pytest.mark.parametrize(("account", "named"), [("kham", False), ("noy", True)])
def test_the_hit_taken_up_from_it_names_the_listed_person_to_the_supervisor_alone(
    place: Place, folder: Path, account: str, named: bool
) -> None:
    assert folder == place.folder
    with place.desk() as desk:
        desk.sign_in("kham", PASSWORD)
        verdict = desk.screen("KEOMANI, Vilayphon 1979-04-03 LAO M")
        desk.take_up(verdict, record=verdict.candidates[0].record, act=HitAct.LET_GO, note="white van, two men")
        desk.sign_out()
        desk.sign_in(account, PASSWORD)
        (hit,) = desk.hits()
        assert (WATCHED.names[0].full in str(hit.summary)) is named
        assert hit.discreet
        (case,) = DeskService(desk).hits(Caller(PROGRAM, frozenset()), only_open=False, limit=9)
        assert (WATCHED.names[0].full in json.dumps(case)) is named


@pytest.mark.parametrize(("account", "named"), [("kham", False), ("noy", True)])
def test_a_program_beside_the_desk_learns_no_more_than_the_officer(
    place: Place, folder: Path, account: str, named: bool
) -> None:
    with place.desk() as desk:
        desk.sign_in(account, PASSWORD)
        (answer,) = DeskService(desk).screen(Caller(PROGRAM, frozenset()), [QUESTION])
    assert answer["discreet"]
    assert bool(answer["candidates"]) is named
    assert ("KEOMANY" in json.dumps(answer)) is named
