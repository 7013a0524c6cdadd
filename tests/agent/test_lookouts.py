"""What a post looks out for by itself: found at once, told to the bureau, never stale."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cbor2
import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.replica.types import Freshness
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import DocumentStatus, Person, PersonName, TravelDocument
from sync.agent.lookouts import NoSuchLookOut, ReasonMissing
from tests.simulators.bureau import PASSWORD, BureauSimulator, HeldClock, make_desk
from ui.cli.desk import app

KHAMLA = Person(RecordKey("new"), (PersonName("PHOMMACHANH Khamla"),), births=(PartialDate(1961, 4, 2),))
PAPER = TravelDocument("UTO", "P", "LK5512345", DocumentStatus.INVALID)


@pytest.fixture
def bureau() -> BureauSimulator:
    bureau = BureauSimulator()
    bureau.publish(add=["XK7703915"])
    return bureau


def test_a_look_out_is_found_at_once_told_to_the_bureau_and_taken_back(bureau: BureauSimulator, tmp_path: Path) -> None:
    clock = HeldClock()
    with make_desk(bureau, tmp_path / "desk", clock) as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        assert desk.screen("P UTO LK5512345").word is VerdictWord.NO_MATCH
        paper = desk.look_out(PAPER, reason="seen at the next post")
        person = desk.look_out(KHAMLA, reason="asked for by the district")
        assert desk.screen("P UTO LK5512345").word is VerdictWord.MATCH
        assert desk.screen("Khamla Phommachanh 1961-04-02").word is VerdictWord.LOOK_AGAIN
        assert [late.match.document_number for late in desk.late_matches()] == ["LK5512345"]
        assert {each.key for each in desk.look_outs()} == {paper.key, person.key}

        desk.withdraw_look_out(paper.key, reason="found")
        assert desk.screen("P UTO LK5512345").word is VerdictWord.NO_MATCH
        assert [each.key for each in desk.look_outs()] == [person.key]
        desk.exchange()
        bodies = [cbor2.loads(body) for body, _ in bureau.stored.values() if b"officer" in body and b"reason" in body]
        assert sorted((body["act"], body["reason"]) for body in bodies) == [
            ("add", "asked for by the district"),
            ("add", "seen at the next post"),
            ("withdraw", "found"),
        ]
        entries = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "look-out"]
        assert len(entries) == 3


def test_a_look_out_twice_is_one_and_is_never_stale(bureau: BureauSimulator, tmp_path: Path) -> None:
    clock = HeldClock()
    with make_desk(bureau, tmp_path / "desk", clock) as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        desk.look_out(PAPER, reason="seen at the next post")
        desk.look_out(PAPER, reason="seen again")
        assert len(desk.look_outs()) == 1
        clock.ticks += timedelta(days=30).total_seconds()
        desk.sign_in("noy", PASSWORD)
        ages = {held.name: held.freshness for held in desk.status().lists}
        assert ages["own:documents"] is Freshness.GREEN
        verdict = desk.screen("P UTO LK5512345")
        assert verdict.word is VerdictWord.MATCH
        assert verdict.as_of == min(held.published_at for held in verdict.lists if held.name == "sltd")


def test_it_needs_a_reason_and_to_be_there(bureau: BureauSimulator, tmp_path: Path) -> None:
    with make_desk(bureau, tmp_path / "desk", HeldClock()) as desk:
        desk.sign_in("noy", PASSWORD)
        with pytest.raises(ReasonMissing):
            desk.look_out(PAPER, reason=" ")
        with pytest.raises(NoSuchLookOut):
            desk.withdraw_look_out(RecordKey("UTO/P/LK5512345"), reason="found")
        assert desk.look_outs() == ()


def test_the_commands(bureau: BureauSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_desk(bureau, tmp_path / "desk", HeldClock()):
        pass
    monkeypatch.setenv("BORDERDESK_DIR", str(tmp_path / "desk"))
    monkeypatch.setenv("BORDERDESK_ACCOUNT", "noy")
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)

    def typed(*arguments: str) -> str:
        answer = CliRunner().invoke(app, ["look-out", *arguments])
        return answer.output + str(answer.exception or "")

    assert "In force: UTO/P/LK5512345" in typed("document", "lk 551-2345", "--state", "uto", "--reason", "seen")
    assert "In force" in typed("person", "Khamla Phommachanh", "--born", "1961", "--reason", "asked for")
    assert "Khamla" in typed("list")
    assert "needs a reason" in typed("document", "LK1", "--state", "UTO", "--reason", "")
    assert "--born" in typed("person", "Khamla", "--born", "yesterday", "--reason", "asked for")
    assert "No look-out" in typed("withdraw", "nobody", "--reason", "found")
    assert "no longer in force" in typed("withdraw", "UTO/P/LK5512345", "--reason", "found")
