"""The bureau answers a hit: a real bureau, a real desk, over the link and by stick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.hits import AnswerKind, Hit, HitAct, HitState
from borderdesk.hits.packet import PacketForged
from borderdesk.hits.spoken import NoPacket, WrongGroups
from borderdesk.ids import ListName
from borderdesk.policy import DEFAULT, ScreeningPurpose
from borderdesk.screening import LATE_KIND, LateMatch, late_body
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from borderdesk.words import say
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau import Bureau, BureauServer, serve_in_thread, with_number, with_threshold
from sync.bureau.bureau import ALL
from sync.bureau.cases import CaseClosed, OutcomeNeeded
from sync.bureau.sticks import empty, fill
from sync.carriers import Stick
from tests.bureau.simulator import DeskSimulator
from tests.hits.samples import AT
from tests.hits.samples import hit as sample_hit

PASSWORD = "three lanterns at the bridge"


@contextmanager
def at_work(tmp_path: Path) -> Iterator[tuple[Bureau, BureauServer, Desk, Hit]]:
    """A bureau that serves, and a desk of it that has taken up a hit and reported it."""
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(50, 7))
        bureau.publish()
        with serve_in_thread(bureau) as server:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
            with Desk(tmp_path / "desk") as desk:
                desk.sign_in("noy", PASSWORD)
                desk.exchange()
                yield bureau, server, desk, a_hit(desk)


def a_hit(desk: Desk) -> Hit:
    verdict = desk.screen(next(iter(stolen_documents(50, 7))).number)
    record = next(finding.record for finding in verdict.findings if finding.record)
    return desk.take_up(verdict, record=record, act=HitAct.REFER)


def test_the_bureaus_answer_reaches_the_desk_and_the_reply_reaches_the_bureau(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        desk.exchange()
        (case,) = bureau.hits(only_open=True)
        assert case.clock is not None and case.clock.request == 1

        bureau.answer(hit.id, AnswerKind.MORE_NEEDED, "Please send the bearer's birth date.", by="Khamla")
        assert bureau.hit(hit.id).clock is None, "now it is the desk's turn"
        report = desk.exchange(wait=60)
        assert any("birth date" in str(line) for line in report.lines)
        (asked,) = desk.hits()
        assert asked.state is HitState.MORE_NEEDED
        assert asked.answer is not None and asked.answer.by == "Khamla"

        verdict = desk.remembered(asked.screening)
        assert verdict is not None
        replied = desk.take_up(verdict, record=asked.record, act=HitAct.REPLY, note="Born 12 August 1974.")
        assert replied.id == hit.id
        assert (replied.state, replied.pending) == (HitState.REPORTED, True)
        desk.exchange()
        back = bureau.hit(hit.id)
        assert back.clock is not None and back.events[-1].note == "Born 12 August 1974."

        bureau.answer(hit.id, AnswerKind.CONFIRMED, "It is the stolen one. Seize it.", by="Khamla")
        desk.exchange(wait=60)
        assert desk.hits()[0].state is HitState.CONFIRMED
        bureau.answer(hit.id, AnswerKind.INSTRUCTIONS, "Send the document with the next patrol.", by="Khamla")
        desk.exchange(wait=60)
        assert desk.hits()[0].state is HitState.CONFIRMED
        assert [said.number for said in desk.answers(hit.id)] == [1, 2, 3]
        kinds = [entry.why for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "answer"]
        assert kinds == ["more needed", "confirmed", "instructions"]


def test_a_hit_is_closed_with_its_outcome_only_and_answered_no_more(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        desk.exchange()
        with pytest.raises(OutcomeNeeded):
            bureau.close_hit(hit.id, "  ", true_hit=True, by="Khamla")
        bureau.close_hit(hit.id, "Returned to its owner.", true_hit=False, by="Khamla")
        with pytest.raises(CaseClosed):
            bureau.answer(hit.id, AnswerKind.CONFIRMED, "Too late.", by="Khamla")
        desk.exchange(wait=60)
        assert desk.hits()[0].state is HitState.CLOSED
        assert bureau.hits(only_open=True) == ()
        (rate,) = bureau.false_hits()
        assert (rate.list, rate.false, rate.rate) == (SYNTHETIC_LIST.name, 1, 1.0)


def test_a_post_without_a_link_gets_its_answer_by_stick_and_only_once(tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    stick = Stick(tmp_path / "usb")
    with at_work(tmp_path) as (bureau, _, desk, hit):
        fill(bureau, stick, ALL)
        desk.carry(tmp_path / "usb")
        assert empty(bureau, stick).kept == 1
        assert empty(bureau, stick).kept == 0, "a report that was kept made way for its receipt"
        bureau.answer(hit.id, AnswerKind.NOT_CONFIRMED, "A mistake of the lister.", by="Khamla")
        fill(bureau, stick, ALL)
        desk.carry(tmp_path / "usb")
        assert desk.hits()[0].state is HitState.NOT_CONFIRMED
        desk.carry(tmp_path / "usb")
        desk.exchange()
        assert len(desk.answers(hit.id)) == 1
        desk.exchange()
        told = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind in ("stick", "receipts")]
        assert [entry.kind for entry in told].count("stick") == 3, "who put in a stick is in the journal"
        assert [entry.details["counters"] for entry in told if entry.kind == "receipts"] == [[1]]


def test_an_answer_that_comes_while_the_desk_is_locked_waits_sealed(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        desk.exchange()
        desk.sign_out()
        bureau.answer(hit.id, AnswerKind.CONFIRMED, "Quotable words of the answer.", by="Khamla")
        desk.exchange(wait=60)
        for path in (tmp_path / "desk").iterdir():
            assert b"Quotable words" not in path.read_bytes(), path
        desk.sign_in("noy", PASSWORD)
        assert desk.hits()[0].state is HitState.CONFIRMED


def test_an_answer_ends_the_wait_for_news(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        desk.exchange()
        bureau.answer(hit.id, AnswerKind.CONFIRMED, "It is the one.", by="Khamla")
        desk.exchange(wait=600)  # longer than any test may take
        assert desk.hits()[0].state is HitState.CONFIRMED


def test_what_would_have_matched_arrives(tmp_path: Path) -> None:
    found = LateMatch(
        screening=sample_hit().screening,
        post=sample_hit().post,
        desk=sample_hit().desk,
        record=sample_hit().record,
        summary=say("The document is listed since today."),
        document_state="UTO",
        document_number="L898902C3",
        traveller="ERIKSSON ANNA MARIA",
        asked_at=AT.trusted,
        found_at=AT.trusted,
    )
    with (
        Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau,
        serve_in_thread(bureau) as server,
    ):
        desk = DeskSimulator(server.url, bureau.home.ca)
        desk.enrol(bureau.enrol_code("nong-haet"))
        desk.send(desk.sealed(1, LATE_KIND, late_body(found)).envelope)
        desk.close()
        (received,) = bureau.late_matches()
        assert received.found == found


def test_with_the_link_down_a_hit_and_its_answer_are_read_over_the_radio(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        groups = desk.packet(hit.id)
        packet = bureau.read_packet(" ".join(groups).lower())
        assert (packet.hit, packet.desk, packet.act, packet.record) == (hit.id, hit.desk, HitAct.REFER, hit.record)

        spoken = bureau.answer_packet(packet, AnswerKind.NOT_CONFIRMED, "Found again in May.", by="Khamla")
        misheard = [*spoken]
        misheard[3] = misheard[4]
        with pytest.raises(WrongGroups) as wrong:
            desk.enter_answer(" ".join(misheard))
        assert wrong.value.numbers == (4,)
        assert desk.enter_answer(" ".join(spoken)).state is HitState.NOT_CONFIRMED
        assert desk.enter_answer(" ".join(spoken)).answer is not None, "entering it twice changes nothing"

        desk.exchange()
        (said,) = desk.answers(hit.id)
        assert (said.words, said.by) == ("Found again in May.", "Khamla"), "the letter brings the words"


def test_a_packet_of_a_desk_this_bureau_does_not_know_is_not_believed(tmp_path: Path) -> None:
    with at_work(tmp_path / "one") as (_, _, desk, hit), at_work(tmp_path / "two") as (other, _, other_desk, _):
        groups = " ".join(desk.packet(hit.id))
        with pytest.raises(PacketForged):
            other.read_packet(groups)
        with pytest.raises(NoPacket):
            other_desk.enter_answer(groups)


def test_a_policy_of_the_bureau_reaches_its_desks_with_the_next_publishing(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, _):
        bureau.set_policy(lambda old: with_number(old, "idle_lock_minutes", "3"))
        bureau.set_policy(lambda old: with_threshold(old, "sltd", ScreeningPurpose.CHECK, "0.8"))
        desk.exchange()
        assert desk.policy == DEFAULT
        bureau.publish()
        desk.exchange(wait=60)
        assert desk.policy.idle_lock_minutes == 3
        assert desk.policy.score_for(ListName("sltd"), ScreeningPurpose.CHECK) == 0.8
