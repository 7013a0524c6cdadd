"""Cleared once is not stopped again, until record or document changes or the clearance expires."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk.ids import AccountId, ListName, RecordKey
from borderdesk.matching import PersonIndex, PersonQuery
from borderdesk.matching.clearances import (
    MIGRATIONS,
    CannotClear,
    Clearance,
    UnknownClearance,
    all_remembered,
    clear,
    forget,
    forget_expired,
    one_remembered,
    remember,
    remembered,
    sift,
)
from borderdesk.matching.types import Candidate
from borderdesk.policy import DEFAULT
from borderdesk.store import open_store
from borderdesk.watchlist import Person, PersonName
from tests.matching.people import listed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=180)
KONY = listed("JOSEPH KONY", key="kony")
TRAVELLER = PersonQuery(full="Josef Kony", document_numbers=("P123",))


def candidate(person: Person = KONY) -> Candidate:
    index = PersonIndex()
    index.put(ListName("un-sc"), 1, person)
    return index.search(TRAVELLER, limit=1, at_least=0)[0]


def cleared(*, reviewed: bool = True) -> Clearance:
    return clear(
        TRAVELLER,
        candidate(),
        reason="another man",
        by=AccountId("amina"),
        at=NOW,
        policy=DEFAULT,
        days=180,
        reviewed=reviewed,
    )


def test_a_cleared_traveller_is_not_stopped_by_the_same_record() -> None:
    sifted = sift(TRAVELLER, [candidate()], [cleared()], NOW)
    assert sifted.open == ()
    (found,) = sifted.cleared
    assert found.candidate.record.key == "kony"
    assert (found.clearance.reason, found.clearance.cleared_by) == ("another man", "amina")


@pytest.mark.parametrize(
    ("traveller", "person", "when"),
    [
        (TRAVELLER, replace(KONY, names=(*KONY.names, PersonName("Alias"))), NOW),
        (replace(TRAVELLER, document_numbers=("P124",)), KONY, NOW),
        (TRAVELLER, KONY, UNTIL),
        (TRAVELLER, KONY, NOW - timedelta(days=1)),
    ],
    ids=["the record changed", "another document", "expired", "the clock went back"],
)
def test_a_clearance_is_void(traveller: PersonQuery, person: Person, when: datetime) -> None:
    found = candidate(person)
    assert sift(traveller, [found], [cleared()], when).open == (found,)


def test_an_officers_clearance_holds_a_week_unless_it_is_reviewed() -> None:
    unreviewed = cleared(reviewed=False)
    week = timedelta(days=DEFAULT.clearance_review_days)
    assert unreviewed.holds(NOW + week - timedelta(seconds=1))
    assert not unreviewed.holds(NOW + week)
    assert cleared().holds(NOW + week)


@pytest.mark.parametrize(
    ("query", "reason", "days"),
    [
        (TRAVELLER, " ", 1),
        (PersonQuery("Josef Kony"), "x", 1),
        (TRAVELLER, "x", 0),
        (TRAVELLER, "x", DEFAULT.clearance_days + 1),
    ],
    ids=["no reason", "no document", "no day", "too many days"],
)
def test_a_clearance_that_would_clear_too_much_is_refused(query: PersonQuery, reason: str, days: int) -> None:
    with pytest.raises(CannotClear):
        clear(query, candidate(), reason=reason, by=AccountId("amina"), at=NOW, policy=DEFAULT, days=days)


def test_clearances_are_kept_in_the_encrypted_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", bytes(32), [MIGRATIONS]) as store:
        with store.transaction() as db:
            remember(db, cleared())
        assert remembered(store.reader, TRAVELLER) == (cleared(),)
        assert remembered(store.reader, PersonQuery("Somebody Else")) == ()
        with store.transaction() as db:
            assert forget_expired(db, UNTIL) == 1
        assert remembered(store.reader, TRAVELLER) == ()


def test_what_waits_for_review_is_listed_first_and_a_revoked_one_is_gone(tmp_path: Path) -> None:
    waiting = replace(cleared(reviewed=False), id="waits", key=RecordKey("other"))
    with open_store(tmp_path / "desk.db", bytes(32), [MIGRATIONS]) as store:
        with store.transaction() as db:
            remember(db, cleared())
            remember(db, waiting)
        assert all_remembered(store.reader) == (waiting, cleared())
        assert one_remembered(store.reader, "waits") == waiting
        with store.transaction() as db:
            forget(db, "waits")
            with pytest.raises(UnknownClearance):
                forget(db, "waits")
        assert all_remembered(store.reader) == (cleared(),)
