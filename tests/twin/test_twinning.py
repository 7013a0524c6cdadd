"""A document entered in Hanoi is a match at a desk of Vientiane, and Hanoi's answer about it reaches that desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from borderdesk.hits import AnswerKind, HitAct, HitState
from borderdesk.ids import ListName
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import ListKind, Watchlist
from sync.bureau.agreements import AgreementState
from sync.twin import PartnerLink, Twins
from tests.bureau.common import HeldClock, both_databases, passport
from tests.twin.common import OTHERS, STOLEN, TAKEN, two_bureaus


def kinds(bureau: object) -> list[str]:
    return [line.kind for line in bureau.journal_newest()]  # type: ignore[attr-defined]


@both_databases
def test_a_passport_stolen_in_hanoi_is_a_match_at_a_desk_of_vientiane_and_the_answer_comes_back(
    tmp_path: Path, database: str
) -> None:
    with two_bureaus(tmp_path, database=database) as pair:
        pair.agree()
        with pair.desk() as desk:
            assert desk.screen("B1234567").word is VerdictWord.MATCH
            assert desk.screen("K9999999").word is VerdictWord.NO_MATCH

            pair.hanoi.put_records(STOLEN.name, [passport("K9999999", "VNM")], by="lan")
            pair.hanoi.publish()
            pair.fetch(news=True)
            desk.exchange(wait=60)
            verdict = desk.screen("K9999999")
            assert verdict.word is VerdictWord.MATCH
            (record,) = {finding.record for finding in verdict.findings if finding.record}
            assert record.list == TAKEN

            hit = desk.take_up(verdict, record=record, act=HitAct.REFER, note="bearer is nervous")
            desk.exchange()
            pair.fetch()
            (at_hanoi,) = pair.hanoi.hits()
            assert (at_hanoi.hit.id, at_hanoi.hit.record.list, at_hanoi.hit.record.key) == (
                hit.id,
                STOLEN.name,
                "VNM/P/K9999999",
            )
            assert at_hanoi.hit.document_number == "K9999999"
            assert "noy" not in str(at_hanoi), "no officer's name leaves the country"
            assert at_hanoi.events[0].note == "nong-haet: bearer is nervous"
            (asked,) = pair.vientiane.forwards(hit.id)
            assert (asked.number, asked.to, asked.partner) == (1, "NCB Hanoi", "hanoi")
            assert asked.clock is not None
            assert pair.vientiane.partner_outbox("hanoi") == (), "its signed receipt is here"

            pair.hanoi.answer(hit.id, AnswerKind.MORE_NEEDED, "Is it a woman of forty?", by="lan")
            pair.fetch(news=True)
            desk.exchange(wait=60)
            (open_,) = desk.hits()
            assert open_.state is HitState.MORE_NEEDED
            assert open_.answer is not None and open_.answer.by == "NCB Hanoi: lan"

            desk.take_up(verdict, record=record, act=HitAct.REPLY, note="Yes.")
            desk.exchange()
            pair.fetch()
            assert pair.hanoi.hit(hit.id).events[-1].note == "Yes."
            assert pair.hanoi.hit(hit.id).clock is not None, "it is Hanoi's turn again"

            pair.hanoi.answer(hit.id, AnswerKind.CONFIRMED, "Seize it, and tell us.", by="lan")
            pair.fetch(news=True)
            desk.exchange(wait=60)
            assert desk.hits()[0].state is HitState.CONFIRMED

            pair.hanoi.close_hit(hit.id, "Returned to its bearer's embassy.", true_hit=True, by="lan")
            pair.fetch(news=True)
            assert pair.vientiane.hit(hit.id).closed_at is None, "our own case closes with our own outcome"
            pair.vientiane.close_hit(hit.id, "Seized.", true_hit=True, by="khamla")
            pair.fetch()
            assert pair.hanoi.hit(hit.id).events[-1].note == "True hit. Seized."
        for bureau in (pair.hanoi, pair.vientiane):
            assert bureau.verify_journal().is_whole
        assert "partner-answer" in kinds(pair.vientiane) and "agreement-accepted" in kinds(pair.hanoi)


@both_databases
def test_what_hanoi_withdraws_is_withdrawn_at_the_desk_with_hanois_reason(tmp_path: Path, database: str) -> None:
    with two_bureaus(tmp_path, database=database) as pair:
        pair.agree()
        with pair.desk() as desk:
            pair.hanoi.withdraw(STOLEN.name, passport("B1234567", "VNM").key, "found in a drawer", by="lan")
            pair.hanoi.publish()
            pair.fetch(news=True)
            desk.exchange(wait=60)
            verdict = desk.screen("B1234567")
            assert verdict.word is not VerdictWord.MATCH
            assert "found in a drawer" in " ".join(str(finding.sentence) for finding in verdict.findings)


@both_databases
def test_the_end_of_the_agreement_withdraws_the_list_on_both_sides(
    tmp_path: Path, database: str, clock: HeldClock
) -> None:
    with two_bureaus(tmp_path, database=database, clock=clock) as pair:
        pair.agree()
        assert [state.rows for state in pair.vientiane.lists()] == [OTHERS + 2]
        clock.forward(days=31)
        assert len(pair.vientiane.end_lapsed()) == 1 and len(pair.hanoi.end_lapsed()) == 1
        pair.vientiane.publish_foreign()
        (list_,) = pair.vientiane.lists()
        assert (list_.rows, list_.waiting.is_empty) == (0, True)
        assert {one.state for one in (*pair.hanoi.agreements(), *pair.vientiane.agreements())} == {AgreementState.ENDED}
        with PartnerLink(pair.vientiane, "hanoi") as link:
            assert not link.exchange(wait=60).reached, "Hanoi answers its former partner no more"
            assert link.is_revoked()


def test_either_side_ends_it_before_its_time_and_the_other_hears_of_it(tmp_path: Path) -> None:
    with two_bureaus(tmp_path) as pair:
        pair.agree()
        pair.vientiane.end_partner("hanoi", why="the treaty was not renewed", by="khamla")
        pair.fetch()
        (given,) = pair.hanoi.agreements()
        assert (given.state, given.why, given.ended_by) == (
            AgreementState.ENDED,
            "the treaty was not renewed",
            "khamla",
        )
        assert [state.rows for state in pair.vientiane.lists()] == [0]


def test_the_owner_ends_it_and_everything_is_withdrawn_at_the_next_exchange(tmp_path: Path) -> None:
    with two_bureaus(tmp_path) as pair:
        pair.agree()
        (given,) = pair.hanoi.agreements()
        pair.hanoi.end_given(given.agreement.id, why="misuse", by="lan")
        with PartnerLink(pair.vientiane, "hanoi") as link:
            link.exchange(wait=60)
        pair.vientiane.publish_foreign()
        assert [state.rows for state in pair.vientiane.lists()] == [0]
        assert pair.vientiane.agreements()[0].state is AgreementState.ENDED


def test_nothing_is_taken_before_the_agreement_is_accepted(tmp_path: Path) -> None:
    from sync.twin import enrol_at

    with two_bureaus(tmp_path) as pair:
        until = pair.hanoi.clock.wall() + timedelta(days=30)
        offered = pair.hanoi.offer_agreement("vientiane", ["stolen"], until=until, by="lan")
        enrol_at(pair.vientiane, "hanoi", url=pair.hanoi_server.url, code=str(offered.code), by="khamla")
        pair.fetch()
        assert pair.vientiane.lists() == ()
        (taken,) = pair.vientiane.agreements()
        assert (taken.state, taken.given) == (AgreementState.OFFERED, False)
        assert taken.agreement == offered.agreed.agreement


def test_while_the_server_runs_it_all_happens_by_itself(tmp_path: Path) -> None:
    with two_bureaus(tmp_path) as pair:
        pair.agree()
        with pair.desk() as desk, Twins(pair.vientiane):
            pair.hanoi.put_records(STOLEN.name, [passport("K9999999", "VNM")], by="lan")
            pair.hanoi.publish()
            desk.exchange(wait=60)
            assert desk.screen("K9999999").word is VerdictWord.MATCH


def test_a_partners_change_that_waits_behind_a_draft_of_ours_is_an_alarm(tmp_path: Path) -> None:
    with two_bureaus(tmp_path) as pair:
        pair.agree()
        ours = Watchlist(ListName("ours"), ListKind.DOCUMENTS, "ours", "NCB Vientiane")
        pair.vientiane.import_list(ours, [passport("X1", "LAO")])
        pair.hanoi.put_records(STOLEN.name, [passport("K9999999", "VNM")], by="lan")
        pair.hanoi.publish()
        pair.fetch(news=True)
        assert any("wait to be published" in str(alarm.sentence) for alarm in pair.vientiane.alarms())
        pair.vientiane.publish(by="khamla")
        assert not any("wait to be published" in str(alarm.sentence) for alarm in pair.vientiane.alarms())
