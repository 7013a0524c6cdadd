"""The owner of a record that is no partner is asked by a message that somebody carries; the clock runs meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau
from sync.bureau.cases import CaseClosed, OutcomeNeeded
from sync.bureau.forwarding import NothingAsked, WordsTooLong
from sync.bureau.messages import MessageNotSigned, check
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator

A1 = RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1)


@pytest.fixture
def hit(bureau: Bureau, clock: HeldClock, new_desk: Callable[[str], DeskSimulator]) -> str:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    desk = new_desk("torodi")
    desk.send(desk.hit(A1, clock.moment).envelope)
    return bureau.hits()[0].hit.id


@both_databases
def test_requests_are_numbered_their_clock_runs_and_the_third_is_the_supervisors(
    bureau: Bureau, clock: HeldClock, hit: str
) -> None:
    assert bureau.forward_hit(hit, "NCB Paris", "Is it still stolen?", by="khamla") == 1
    (first,) = bureau.forwards(hit)
    assert first.clock is not None and not first.clock.is_late(clock.wall())
    clock.forward(hours=2)
    assert first.clock.is_late(clock.wall())
    assert bureau.forward_hit(hit, "NCB Paris", "Please answer.", by="khamla") == 2
    first, second = bureau.forwards(hit)
    assert first.clock is None, "the clock is the last request's"
    assert second.clock is not None and not second.clock.is_supervisors(clock.wall())
    assert bureau.forward_hit(hit, "NCB Paris", by="khamla") == 3
    last = bureau.forwards(hit)[-1]
    assert last.clock is not None and last.clock.is_supervisors(clock.wall())
    assert bureau.note_owner_answer(hit, "Stolen on 2 January.", by="khamla") == 3
    assert [one.clock for one in bureau.forwards(hit)] == [None, None, None]
    with pytest.raises(NothingAsked):
        bureau.note_owner_answer(hit, "again", by="khamla")
    with pytest.raises(OutcomeNeeded):
        bureau.close_hit(hit, "", true_hit=True, by="khamla")
    bureau.close_hit(hit, "Seized.", true_hit=True, by="khamla")
    with pytest.raises(CaseClosed):
        bureau.forward_hit(hit, "NCB Paris", by="khamla")
    assert [line.kind for line in bureau.journal_newest()].count("forward") == 3


def test_the_message_says_what_the_owner_needs_names_no_officer_and_can_be_checked(bureau: Bureau, hit: str) -> None:
    with pytest.raises(NothingAsked):
        bureau.owner_message(hit)
    bureau.forward_hit(hit, "NCB Paris", "Is it still stolen?", by="khamla")
    made = bureau.owner_message(hit)
    text = "\n".join(str(line) for line in made.sentences())
    for said in ("NCB Paris", "NCB Utopia (UTO)", "Request 1", "FRA/P/A1", "Is it still stolen?", "Please answer by"):
        assert said in text
    signed = bureau.signed_message(made)
    found = check(signed)
    assert (found.message["request"], found.message["record"]["key"]) == (1, "FRA/P/A1")
    officer = bureau.hit(hit).hit.taken_up_by
    assert officer and officer not in signed.decode() + text
    whole = json.loads(signed)
    whole["message"]["words"] = "Let him go."
    for spoiled in (json.dumps(whole).encode(), signed[:-40], b"[]", b"{}", b"\xff", b"[" * 100_000):
        with pytest.raises(MessageNotSigned):
            check(spoiled)


def test_a_question_to_an_owner_is_short(bureau: Bureau, hit: str) -> None:
    with pytest.raises(WordsTooLong):
        bureau.forward_hit(hit, "NCB Paris", "x" * 501, by="khamla")
    assert bureau.forwards(hit) == ()
