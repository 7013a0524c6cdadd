"""Whatever the desk does beside waits for a traveller, but not for ever."""

from __future__ import annotations

import threading
from datetime import timedelta

from sync.agent.precedence import Precedence

NOW, LONG = timedelta(0), timedelta(minutes=5)


def test_a_step_waits_until_the_traveller_is_answered() -> None:
    precedence = Precedence(painted=NOW, longest=LONG, turn=NOW)
    begun, done = threading.Event(), threading.Event()

    def step() -> None:
        begun.set()
        precedence.give_way()
        done.set()

    beside = threading.Thread(target=step)
    with precedence.traveller():
        beside.start()
        assert begun.wait(10)
        assert not done.wait(0.05), "it went on beside the traveller"
    assert done.wait(10)
    beside.join()


def test_nothing_waits_where_nobody_is_asked_about() -> None:
    precedence = Precedence(painted=NOW, longest=LONG, turn=NOW)
    precedence.give_way()
    with precedence.traveller(), precedence.traveller():
        pass
    precedence.give_way()


def test_a_question_that_never_ends_keeps_nothing_for_ever() -> None:
    precedence = Precedence(painted=NOW, longest=timedelta(milliseconds=1), turn=LONG)
    with precedence.traveller():
        precedence.give_way()


def test_whoever_has_waited_has_a_turn_though_travellers_come_without_a_break() -> None:
    precedence = Precedence(painted=LONG, longest=timedelta(milliseconds=1), turn=LONG)
    with precedence.traveller():
        precedence.give_way()
    slow = Precedence(painted=LONG, longest=LONG, turn=LONG)
    slow._turn_until = precedence._turn_until
    with slow.traveller():
        slow.give_way()
