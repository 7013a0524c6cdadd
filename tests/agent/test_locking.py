"""The desk locks itself in the very moment somebody scans: nothing meets a store that is closed."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from borderdesk.hits import HitAct
from borderdesk.hits.types import Hit
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk, NobodySignedIn, casework
from sync.agent import checking as checking_module
from sync.agent.unlocked import Unlocked
from sync.agent.unwritten import Unwritten
from sync.agent.whole_lists import WholeLists
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place


@pytest.mark.parametrize("step", ["understand", "write"], ids=["while it is answered", "while it is written"])
def test_a_scan_is_answered_and_written_down_whole_where_the_desk_locks_in_between(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Somebody else locks the desk once the scan has found it open, and before it has read or written anything."""
    locked, stopping = threading.Event(), WholeLists.stop
    before = len(desk.recent())
    locker = threading.Thread(target=desk.sign_out, args=("nobody worked here",))

    def stop(lists: WholeLists) -> None:
        stopping(lists)
        locked.set()  # the desk counts as locked, and its store is closed next

    of: Any = checking_module if step == "understand" else Unwritten
    go_on = getattr(of, step)

    def locked_meanwhile(*given: Any, **named: Any) -> Any:
        if not locked.is_set():
            locker.start()
            assert locked.wait(20)
            locker.join(0.5)  # where nothing holds it up the store is closed now
        return go_on(*given, **named)

    verdict = desk.answer("P UTO XK7703915")
    monkeypatch.setattr(WholeLists, "stop", stop)
    monkeypatch.setattr(of, step, locked_meanwhile)
    if step == "understand":
        assert desk.answer("P UTO XK7703915").word is verdict.word
        locker.join(20)
        with pytest.raises(NobodySignedIn):
            desk.record(verdict)
    else:
        desk.record(verdict)
        locker.join(20)
        monkeypatch.undo()
        desk.sign_in("noy", PASSWORD)
        assert len(desk.recent()) == before + 1
    assert not locker.is_alive()


def test_an_act_on_a_match_is_recorded_whole_where_the_desk_locks_in_between(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.exchange()
    verdict = desk.screen(next(iter(stolen_documents(DOCUMENTS, SEED))).number)
    record = next(finding.record for finding in verdict.findings if finding.record)
    closing, go_on = threading.Event(), casework.unsent_notes
    locker = threading.Thread(target=desk.sign_out, args=("nobody worked here",))
    end_work = Unlocked.end_work

    def end(unlocked: Unlocked) -> None:
        closing.set()  # the desk counts as locked, and its store is closed as soon as nobody works with it
        end_work(unlocked)

    def locked_meanwhile(unlocked: Unlocked, hit: Hit) -> tuple[str, ...]:
        locker.start()
        assert closing.wait(20)
        locker.join(0.5)  # where nothing holds it up the store is closed now
        return go_on(unlocked, hit)

    monkeypatch.setattr(Unlocked, "end_work", end)
    monkeypatch.setattr(casework, "unsent_notes", locked_meanwhile)
    hit = desk.take_up(verdict, record=record, act=HitAct.REFER)
    locker.join(20)
    assert not locker.is_alive()
    monkeypatch.undo()
    desk.sign_in("noy", PASSWORD)
    assert [each.id for each in desk.hits()] == [hit.id]
