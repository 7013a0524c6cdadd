"""The hand-over of a shift: what it says is open, and who confirms it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from borderdesk.hits import AnswerKind, BureauAnswer, HitAct, HitEvent, HitState
from borderdesk.ids import AccountId
from borderdesk.operations import handover
from borderdesk.operations.handover import Handover, NoteTooLong, NothingToConfirm
from borderdesk.store import open_store
from borderdesk.words import say
from tests.hits.samples import hit as sample_hit

NOW = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
NOY, BUA = AccountId("noy"), AccountId("bua")
NOTHING = {"waiting": 0, "unacted": 0, "unseen": 0, "unwritten": 0, "down_since": None, "too_old": ()}


def test_what_is_open_comes_first_and_what_is_closed_not_at_all() -> None:
    hit = sample_hit()
    asked_again = HitEvent(hit.id, HitAct.ASK_AGAIN, NOY, replace(hit.taken_up_at, trusted=NOW))
    points = handover.points_of(
        [hit, replace(hit, state=HitState.CLOSED)],
        {hit.id: (asked_again,)},
        waiting=2,
        unacted=4,
        unseen=1,
        unwritten=3,
        down_since=NOW,
        too_old=["UN Security Council"],
    )
    said = [str(point) for point in points]
    assert "nobody has acted: 4" in said.pop(0)
    assert said[0].startswith("Open hit:") and hit.document_number in said[0] and "18:00" in said[0]
    assert [said.index(line) for line in said if "link" in line] == [3]
    assert len(said) == 6 and "UN Security Council" in said[4] and said[5].endswith("receipt: 2.")


def test_the_note_never_says_what_a_list_says_of_a_person() -> None:
    hit = replace(sample_hit(), summary=say("Wanted for arrest"))
    assert "arrest" not in str(handover.points_of([hit], {}, **NOTHING)[0])


def test_what_the_bureau_asks_and_confirms_stands_in_its_own_words() -> None:
    hit = sample_hit()
    asks = BureauAnswer(hit.id, 1, AnswerKind.MORE_NEEDED, "Which route?", "Khamla", NOW)
    more = replace(hit, state=HitState.MORE_NEEDED, answer=asks)
    points = handover.points_of([more, replace(hit, state=HitState.CONFIRMED)], {}, **NOTHING)
    assert "Which route?" in str(points[0]) and "not closed yet" in str(points[1])


def test_a_quiet_shift_says_so() -> None:
    assert [str(point) for point in handover.points_of([], {}, **NOTHING)] == ["Nothing is open."]


def test_it_is_confirmed_once_and_never_by_who_wrote_it(tmp_path) -> None:
    made = Handover("h1", NOY, NOW, (say("Open: {count}", count=2),), "The printer is out of paper.")
    with open_store(tmp_path / "desk.db", bytes(32), (handover.MIGRATIONS,)) as store:
        with store.transaction() as db:
            handover.write(db, made)
        assert handover.newest(store.reader) == made and made.is_for(BUA) and not made.is_for(NOY)
        with store.transaction() as db:
            with pytest.raises(NothingToConfirm):
                handover.confirm(db, "h1", NOY, NOW)
            handover.confirm(db, "h1", BUA, NOW)
            with pytest.raises(NothingToConfirm):
                handover.confirm(db, "h1", AccountId("kham"), NOW)
        read = handover.newest(store.reader)
        assert read == replace(made, read_by=BUA, read_at=NOW)


def test_a_note_nobody_would_read_is_refused(tmp_path) -> None:
    with open_store(tmp_path / "desk.db", bytes(32), (handover.MIGRATIONS,)) as store:
        with store.transaction() as db, pytest.raises(NoteTooLong):
            handover.write(db, Handover("h1", NOY, NOW, (), "x" * 4001))
        assert handover.newest(store.reader) is None
