"""A discreet check tells an officer what to do, and a supervisor alone whom the list names: wherever it is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk.dates import PartialDate
from borderdesk.documents import Format, compose_mrz
from borderdesk.hits import HitAct
from borderdesk.ids import ListName, RecordKey
from borderdesk.people import Cost, Right, Role, Vault, read_machine_secret
from borderdesk.screening import VerdictWord, asks_discretion, is_discreet, ordinary, records_of, verdict_plain
from borderdesk.watchlist import Action, DocumentMention, ListKind, Person, PersonName, Watchlist
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import identity as identities
from sync.agent.beside import PROGRAM, DeskService
from sync.api import Caller
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place
from ui.cli.desk import app

WATCHED = Person(
    key=RecordKey("watched"),
    names=(PersonName("Vilayphone KEOMANY", "Vilayphone", "KEOMANY"),),
    births=(PartialDate(1979, 4, 3),),
    nationalities=("LAO",),
    sex="M",
    documents=(DocumentMention("PA5550123", "P", "LAO"),),
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


def passport(surname: str, given: str, number: str, state: str, *, expires: PartialDate | None = None) -> str:
    """A passport as the reader sends it, with the birth date of the watched person."""
    return "\r".join(
        compose_mrz(
            Format.TD3,
            document_code="P",
            issuing_state=state,
            surname=surname,
            given=given,
            number=number,
            nationality="LAO",
            birth_date=PartialDate(1979, 4, 3),
            sex="M",
            expiry_date=expires or PartialDate(datetime.now(UTC).year + 5, 1, 1),
        )
    )


STOLEN = next(each for each in stolen_documents(DOCUMENTS, SEED) if each.type == "P" and len(each.number) <= 9)


@pytest.mark.parametrize(("account", "named"), [("kham", False), ("noy", True)])
def test_with_a_stolen_passport_the_passport_is_told_to_everybody_and_the_person_is_not(
    place: Place, folder: Path, account: str, named: bool
) -> None:
    with place.desk() as desk:
        desk.sign_in(account, PASSWORD)
        scanned = passport("KEOMANY", "VILAYPHONE", STOLEN.number, STOLEN.state)
        (answer,) = DeskService(desk).screen(Caller(PROGRAM, frozenset()), [scanned])
    assert answer["verdict"] == "match" and answer["discreet"]
    assert any(each["code"].startswith("list.document.") for each in answer["findings"])
    assert (WATCHED.names[0].full in json.dumps(answer)) is named


@pytest.mark.parametrize(("account", "named"), [("kham", False), ("noy", True)])
def test_the_document_that_the_record_names_gives_nobody_away_under_another_name(
    place: Place, folder: Path, account: str, named: bool
) -> None:
    with place.desk() as desk:
        desk.sign_in(account, PASSWORD)
        verdict = desk.screen(passport("PHOMMA", "SOM", "PA5550123", "LAO"))
        told = json.dumps(verdict_plain(verdict, veiled=not desk.may(Right.READ_DISCREET)))
    assert is_discreet(verdict), "nothing of it may stand out"
    assert ordinary(verdict).word is VerdictWord.NO_MATCH
    assert (WATCHED.names[0].full in told) is named


@pytest.mark.parametrize(("account", "named"), [("kham", False), ("noy", True)])
def test_whoever_is_found_late_on_such_a_record_is_named_to_the_supervisor_alone(
    place: Place, folder: Path, account: str, named: bool
) -> None:
    sought = replace(WATCHED, key=RecordKey("later"), names=(PersonName("Bounmy SENGSAVATH", "Bounmy", "SENGSAVATH"),))
    with place.desk() as desk:
        desk.sign_in(account, PASSWORD)
        desk.screen(passport("SENGSAWAT", "BOUNMI", "PA9990123", "LAO"))
        place.bureau.flash(ListName("national"), [sought])
        report = desk.exchange(wait=60)
        (late,) = desk.late_matches()
    assert late.verdict.candidates[0].record.key == sought.key
    assert ("SENGSAVATH" in str(late.match.summary)) is named
    assert ("SENGSAVATH" in " ".join(map(str, report.lines))) is named


def test_an_expired_passport_of_a_watched_person_is_still_told_to_be_expired(place: Place, folder: Path) -> None:
    with place.desk() as desk:
        desk.sign_in("kham", PASSWORD)
        verdict = desk.screen(passport("KEOMANY", "VILAYPHONE", "PA7770123", "LAO", expires=PartialDate(2020, 1, 1)))
    shown = ordinary(verdict)
    assert shown.word is VerdictWord.LOOK_AGAIN and asks_discretion(verdict)
    assert any("expired" in str(each.sentence) for each in shown.findings)
    assert not any(WATCHED.names[0].full in str(each.sentence) for each in shown.findings)


def test_that_somebody_was_cleared_of_a_discreet_record_is_told_to_nobody_else(place: Place, folder: Path) -> None:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        verdict = desk.screen(passport("KEOMANI", "VILAYPHON", "PA8880123", "LAO"))
        desk.clear_candidate(verdict, verdict.candidates[0].record, reason="another face")
        again = desk.screen(passport("KEOMANI", "VILAYPHON", "PA8880123", "LAO"))
    assert again.cleared and not asks_discretion(again)
    assert "KEOMANY" in json.dumps(verdict_plain(again))
    assert "KEOMANY" not in json.dumps(verdict_plain(again, veiled=True))


def test_a_hit_on_the_stolen_passport_keeps_its_summary_beside_a_discreet_one(place: Place, folder: Path) -> None:
    with place.desk() as desk:
        desk.sign_in("kham", PASSWORD)
        verdict = desk.screen(passport("KEOMANY", "VILAYPHONE", STOLEN.number, STOLEN.state))
        for record in records_of(verdict):
            desk.take_up(verdict, record=record, act=HitAct.TAKE_UP)
        told = {hit.record.list: str(hit.summary) for hit in desk.hits()}
    assert STOLEN.number in told[SYNTHETIC_LIST.name]
    assert "KEOMANY" not in told["national"]
