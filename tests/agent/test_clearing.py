"""A frequent crosser is cleared once: at a real desk, with a real bureau behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.dates import PartialDate
from borderdesk.documents import compose_mrz
from borderdesk.findings import Severity
from borderdesk.hits import HitAct
from borderdesk.ids import ListName, RecordKey
from borderdesk.matching.clearances import CannotClear, UnknownClearance
from borderdesk.matching.lexicon import lexicon
from borderdesk.people import NotAllowed, Role, Vault, read_machine_secret
from borderdesk.people.slots import Cost
from borderdesk.policy import DEFAULT
from borderdesk.screening import Verdict, VerdictWord
from borderdesk.watchlist import ListKind, Person, PersonName, Watchlist
from sync.agent import Desk, checking
from sync.agent import identity as identities
from sync.agent.enrolment import enrol
from sync.bureau import Bureau
from sync.bureau.server import serve_in_thread
from ui.cli.desk import app

PASSWORD: Final = "three lanterns at the bridge"
IN_FIVE_YEARS: Final = PartialDate(datetime.now(UTC).year + 5, 1, 1)
LIST: Final = Watchlist(ListName("un-sc"), ListKind.PERSONS, "UN Security Council", "Test data")
LISTED: Final = Person(
    RecordKey("QDi.1"), (PersonName("AKBAR TEST HOSSEINI"),), (PartialDate(1970, 5, 2),), reference="QDi.1", sex="M"
)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(LIST, [LISTED])
        bureau.publish()
        yield bureau


@pytest.fixture
def desk(tmp_path: Path, bureau: Bureau) -> Iterator[Desk]:
    """Signed in as an officer; the supervisor is `noy`."""
    folder = tmp_path / "desk"
    with serve_in_thread(bureau) as server:
        code = str(bureau.enrol_code("nong-haet"))
        enrol(folder, url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        with Desk(folder) as desk:
            _add_an_officer(folder, desk)
            desk.sign_in("amina", PASSWORD)
            desk.exchange()
            yield desk


def _add_an_officer(folder: Path, desk: Desk) -> None:
    vault = Vault.open(folder / identities.VAULT, read_machine_secret(folder / identities.MACHINE_SECRET))
    key = vault.unlock("noy", PASSWORD, at=desk.now()).key
    vault.add(key, account="amina", name="Amina", role=Role.OFFICER, password=PASSWORD, cost=Cost(8, 1, 1))


def passport(number: str = "P1234567") -> str:
    lines = compose_mrz(
        "TD3", document_code="P", issuing_state="THA", surname="HOSSEINI", given="AKBAR TEST", number=number,
        nationality="THA", birth_date=PartialDate(1970, 5, 2), sex="M", expiry_date=IN_FIVE_YEARS,
    )  # fmt: skip
    return "\n".join(lines)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings if finding.code.startswith("list.")]


def entries(desk: Desk) -> list[str]:
    return [entry.kind for entry in journal.entries(desk.unlocked_store().reader) if "clearance" in entry.kind]


def test_a_cleared_traveller_passes_with_the_same_document_and_the_screen_says_why(desk: Desk) -> None:
    before = desk.screen(passport())
    assert codes(before) == ["list.person.candidate"]
    clearance = desk.clear_candidate(before, before.candidates[0].record, reason="other father's name, other face")

    after = desk.screen(passport())
    assert after.word is VerdictWord.NO_MATCH
    assert (after.candidates, codes(after)) == ((), ["list.person.cleared"])
    assert after.findings[-1].severity is Severity.INFO
    assert "cleared by amina" in str(after.findings[-1].sentence)
    assert "other father's name" in str(after.findings[-1].sentence)
    assert [each.clearance for each in after.cleared] == [clearance]
    assert desk.recent()[0] == after, "remembered with what was cleared"
    assert entries(desk) == ["clearance"]

    assert desk.screen(passport("P7654321")).word is VerdictWord.LOOK_AGAIN, "another document"


def test_a_changed_record_stops_the_cleared_traveller_again(desk: Desk, bureau: Bureau) -> None:
    before = desk.screen(passport())
    desk.clear_candidate(before, before.candidates[0].record, reason="another man")
    passed = desk.screen(passport())
    bureau.import_list(LIST, [replace(LISTED, birth_places=("Testgrad",))])
    bureau.publish()
    assert "un-sc" in desk.exchange(wait=60).applied
    assert desk.screen(passport()).word is VerdictWord.LOOK_AGAIN
    assert [late.match.screening for late in desk.late_matches()] == [passed.screening], "who passed is told of"


def test_a_supervisor_reviews_and_revokes(desk: Desk) -> None:
    before = desk.screen(passport())
    clearance = desk.clear_candidate(before, before.candidates[0].record, reason="another man", days=30)
    assert clearance.reviewed_by is None
    with pytest.raises(NotAllowed):
        desk.review_clearance(clearance.id)

    desk.sign_in("noy", PASSWORD)
    assert desk.clearances() == (clearance,)
    assert desk.review_clearance(clearance.id).reviewed_by == "noy"
    desk.revoke_clearance(clearance.id, reason="the same scar")
    assert desk.screen(passport()).word is VerdictWord.LOOK_AGAIN
    with pytest.raises(UnknownClearance):
        desk.revoke_clearance(clearance.id, reason="again")
    assert entries(desk) == ["clearance", "clearance-reviewed", "clearance-revoked"]


def test_only_a_candidate_of_a_scanned_document_can_be_cleared(desk: Desk) -> None:
    typed = desk.screen("AKBAR TEST HOSSEINI 1970-05-02")
    with pytest.raises(CannotClear, match="number of a document"):
        desk.clear_candidate(typed, typed.candidates[0].record, reason="another man")
    scanned = desk.screen(passport())
    nowhere = replace(scanned.candidates[0].record, key=RecordKey("nobody"))
    with pytest.raises(CannotClear, match="no candidate"):
        desk.clear_candidate(scanned, nowhere, reason="another man")


def test_the_commands_list_review_and_revoke(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.screen(passport())
    clearance = desk.clear_candidate(before, before.candidates[0].record, reason="another man")
    folder = str(desk.folder)
    desk.sign_out()
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(
            app, ["clearances", *arguments, "--as", "noy", "--dir", folder], catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return result.output

    assert "waits for review" in run("list")
    run("review", clearance.id)
    assert "reviewed by noy" in run("list")
    run("revoke", clearance.id, "--reason", "the same scar")
    assert run("list") == "This desk remembers no clearance.\n"


def test_officers_decisions_can_be_taken_out_to_tune_thresholds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = desk.screen(passport())
    desk.clear_candidate(first, first.candidates[0].record, reason="another man")
    second = desk.screen(passport("P7654321"))
    desk.take_up(second, record=second.candidates[0].record, act=HitAct.NOT_THE_PERSON, note="other face")
    third = desk.screen(passport("P7777777"))
    desk.take_up(third, record=third.candidates[0].record, act=HitAct.REFER)
    with pytest.raises(NotAllowed):
        desk.decisions()
    folder = str(desk.folder)
    desk.sign_out()
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    result = CliRunner().invoke(app, ["names", "decisions", "--as", "noy", "--dir", folder], catch_exceptions=False)
    found = [json.loads(line) for line in result.output.splitlines()]
    assert [(line["confirmed"], line["list"]) for line in found] == [(False, "un-sc")] * 2, "the third waits"
    assert all(DEFAULT.look_again_score <= line["score"] <= 1 for line in found)
    assert "HOSSEINI" not in result.output


def test_in_a_long_shift_the_names_of_earlier_travellers_are_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "NAMES_OF", 2)
    desk.screen(passport())
    assert "hosseini" in lexicon().plain
    desk.screen(passport("P7654321"))
    assert "hosseini" not in lexicon().plain
    assert desk.screen(passport()).word is VerdictWord.LOOK_AGAIN, "and found again all the same"
