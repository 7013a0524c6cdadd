"""What to do about a hit, and how long the bureau may take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from borderdesk.clock import Moment
from borderdesk.hits import HitAct, HitEvent, Urgency, answer_clock, procedure_for
from borderdesk.ids import AccountId, HitId
from borderdesk.policy import DEFAULT
from borderdesk.watchlist import Action, DocumentStatus

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def event(act: HitAct, *, minutes: int = 0) -> HitEvent:
    at = NOON + timedelta(minutes=minutes)
    return HitEvent(HitId("h"), act, AccountId("a"), Moment(at, at))


@pytest.mark.parametrize("subject", [*DocumentStatus, *Action])
def test_every_kind_of_hit_has_steps_for_the_first_line(subject: DocumentStatus | Action) -> None:
    card = procedure_for(subject)
    assert len(card.for_role(second_line=False)) >= 3
    assert set(card.for_role(second_line=False)) <= set(card.for_role(second_line=True))


def test_arrest_and_seizure_are_for_the_second_line() -> None:
    card = procedure_for(Action.ARREST)
    more = set(card.for_role(second_line=True)) - set(card.for_role(second_line=False))
    assert any("national law" in str(step.text) for step in more)


def test_only_a_discreet_check_says_nothing_of_the_second_line_to_the_traveller() -> None:
    assert [action for action in Action if procedure_for(action).discreet] == [Action.DISCREET]
    assert HitAct.REFER not in {step.records for step in procedure_for(Action.DISCREET).steps}


def test_an_urgent_hit_is_due_in_ten_minutes_and_a_routine_one_in_an_hour() -> None:
    acts = [event(HitAct.TAKE_UP)]
    assert answer_clock(acts, Urgency.URGENT, DEFAULT).due_at == NOON + timedelta(minutes=10)
    assert answer_clock(acts, Urgency.ROUTINE, DEFAULT).due_at == NOON + timedelta(hours=1)


def test_asking_again_numbers_the_request_and_starts_the_clock_anew_but_not_the_supervisors() -> None:
    acts = [event(HitAct.TAKE_UP), event(HitAct.REFER, minutes=5), event(HitAct.ASK_AGAIN, minutes=70)]
    clock = answer_clock(acts, Urgency.ROUTINE, DEFAULT)
    assert (clock.request, clock.asked_at) == (2, NOON + timedelta(minutes=70))
    assert clock.supervisor_at == NOON + timedelta(hours=12)
    assert not clock.is_late(NOON + timedelta(minutes=129))
    assert clock.is_late(NOON + timedelta(minutes=130))


def test_a_clock_without_an_act_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="begins with an act"):
        answer_clock([], Urgency.ROUTINE, DEFAULT)
