"""A closer look is kept at the desk, journalled, shown again, and forgotten no sooner than the screening or its hit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from borderdesk import journal
from borderdesk.dates import PartialDate
from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import HitAct, interview_for
from borderdesk.screening import Answered, CloserLook, Interview, Referral, Seen, Settled, Verdict, VerdictWord
from borderdesk.screening.closer import MAX_NOTE
from borderdesk.watchlist import Action
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.casework import told_by
from sync.agent.closer import NothingNoted
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place

CLEAN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
STOLEN = next(iter(stolen_documents(DOCUMENTS, SEED)))
LATER = timedelta(days=10)


def kinds(desk: Desk) -> list[str]:
    return [entry.kind for entry in journal.entries(desk.unlocked_store().reader)]


def test_a_forged_print_is_found_kept_and_there_after_the_next_sign_in(desk: Desk) -> None:
    verdict = desk.screen(CLEAN)
    printed = PrintedFields("ERIKSSON", "ANNA MARIA", "L898902C9", PartialDate(1974, 8, 12), PartialDate(2012, 4, 15))
    looked = desk.inspect(verdict, printed, {})
    assert "authenticity.printed.number" in [finding.code for finding in looked.findings]
    desk.inspect(verdict, PrintedFields(), {Sense.PERSON: Seen.DOUBTFUL})
    desk.sign_out()
    desk.sign_in("noy", PASSWORD)
    again = next(one for one in desk.recent() if one.screening == verdict.screening)
    assert {"authenticity.printed.number", "authenticity.sense.person"} <= {one.code for one in again.findings}
    assert again.word is VerdictWord.LOOK_AGAIN
    assert kinds(desk).count("inspection") == 2


def test_answers_stay_in_the_words_in_which_they_were_asked(desk: Desk) -> None:
    verdict = desk.screen(CLEAN)
    asked = interview_for(Action.PROTECT, age=15)[1]
    desk.interview(verdict, (Answered(asked.key, asked.text, "fifteen"),), language="lo")
    (kept,) = desk.closer_looks(verdict.screening)
    assert isinstance(kept, Interview)
    assert (kept.language, kept.answers[0].asked, kept.answers[0].note) == ("lo", asked.text, "fifteen")


def test_a_traveller_whom_no_list_names_waits_for_the_supervisor_until_it_is_settled(desk: Desk) -> None:
    verdict = desk.screen(CLEAN)
    desk.refer(verdict, note="photo glued")
    (waiting,) = desk.second_line().referred
    assert (waiting.referral.note, waiting.verdict) == ("photo glued", verdict)
    with pytest.raises(NothingNoted):
        desk.settle(verdict.screening, note="  ")
    desk.settle(verdict.screening, note="sent to the laboratory")
    assert desk.second_line().referred == ()
    assert [type(look) for look in desk.closer_looks(verdict.screening)] == [Referral, Settled]
    assert [kind for kind in kinds(desk) if kind in ("referral", "settled")] == ["referral", "settled"]


def test_nothing_is_kept_where_nothing_was_noted_or_far_too_much(desk: Desk) -> None:
    verdict = desk.screen(CLEAN)
    asked = interview_for(None)[0]
    for attempt in (
        lambda: desk.inspect(verdict, PrintedFields(), {}),
        lambda: desk.interview(verdict, (), language="en"),
        lambda: desk.interview(verdict, (Answered(asked.key, asked.text, "x" * (MAX_NOTE + 1)),), language="en"),
        lambda: desk.refer(verdict, note="x" * (MAX_NOTE + 1)),
    ):
        with pytest.raises(NothingNoted):
            attempt()
    assert desk.closer_looks(verdict.screening) == ()


def test_a_hit_waits_for_the_supervisor_with_its_clock_and_the_late_one_comes_first(desk: Desk, place: Place) -> None:
    first = desk.screen(f"{STOLEN.state} {STOLEN.number}")
    record = next(finding.record for finding in first.findings if finding.record is not None)
    desk.take_up(first, record=record, act=HitAct.REFER, note="")
    (case,) = desk.second_line().cases
    assert case.clock is not None
    assert not case.clock.is_late(desk.now().trusted)
    place.clock.pass_(timedelta(hours=2))
    (case,) = desk.second_line().cases
    assert case.clock is not None
    assert case.clock.is_late(desk.now().trusted)
    assert case.verdict is not None


def test_a_closer_look_is_forgotten_with_the_screening_but_never_that_of_a_hit(desk: Desk, place: Place) -> None:
    clean, found = desk.screen(CLEAN), desk.screen(f"{STOLEN.state} {STOLEN.number}")
    for verdict in (clean, found):
        desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.DOUBTFUL})
    record = next(finding.record for finding in found.findings if finding.record is not None)
    desk.take_up(found, record=record, act=HitAct.TAKE_UP, note="")
    desk.sign_out()
    place.clock.pass_(LATER)
    desk.sign_in("noy", PASSWORD)
    assert desk.closer_looks(clean.screening) == ()
    assert len(desk.closer_looks(found.screening)) == 1


def test_a_print_that_was_mistyped_is_taken_back_once_it_agrees_and_told_again_where_it_differs_again(
    desk: Desk,
) -> None:
    verdict = desk.screen(CLEAN)
    for number in ("L898902C9", "L898902C9", "L898902C3", "L898902C9"):
        desk.inspect(verdict, PrintedFields(number=number), {})
        desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.FINE})
    told = [(each.question, str(each.asked).startswith("Taken back")) for each in told_by(looks(desk, verdict))]
    number, agrees = "found.authenticity.printed.number", "found.authenticity.print-agrees"
    assert told == [(number, False), (number, True), (agrees, False), (number, False)]


def looks(desk: Desk, verdict: Verdict) -> tuple[CloserLook, ...]:
    return desk.closer_looks(verdict.screening)
