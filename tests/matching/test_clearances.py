"""Cleared once is not stopped again, until record or document changes or the clearance expires."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk.ids import AccountId, ListName
from borderdesk.matching import PersonIndex, PersonQuery
from borderdesk.matching.clearances import MIGRATIONS, clear, forget_expired, remember, remembered, sift
from borderdesk.matching.types import Candidate
from borderdesk.store import open_store
from borderdesk.watchlist import PersonName
from tests.matching.people import listed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=180)
KONY = listed("JOSEPH KONY", key="kony")
TRAVELLER = PersonQuery(full="Josef Kony", document_numbers=("P123",))


def candidate(person: object = KONY) -> Candidate:
    index = PersonIndex()
    index.put(ListName("un-sc"), 1, person)  # type: ignore[arg-type]
    return index.search(TRAVELLER, limit=1, at_least=0)[0]


def cleared() -> object:
    return clear(TRAVELLER, candidate(), reason="another man", by=AccountId("amina"), at=NOW, until=UNTIL)


def test_a_cleared_traveller_is_not_stopped_by_the_same_record() -> None:
    sifted = sift(TRAVELLER, [candidate()], [cleared()], NOW)  # type: ignore[list-item]
    assert sifted.open == ()
    ((who, why),) = sifted.cleared
    assert who.record.key == "kony"
    assert (why.reason, why.cleared_by) == ("another man", "amina")


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
def test_a_clearance_is_void(traveller: PersonQuery, person: object, when: datetime) -> None:
    found = candidate(person)
    assert sift(traveller, [found], [cleared()], when).open == (found,)  # type: ignore[list-item]


def test_a_clearance_needs_reason_document_and_future() -> None:
    found = candidate()
    for query, reason, until in (
        (TRAVELLER, " ", UNTIL),
        (PersonQuery("Josef Kony"), "x", UNTIL),
        (TRAVELLER, "x", NOW),
    ):
        with pytest.raises(ValueError, match="clearance"):
            clear(query, found, reason=reason, by=AccountId("amina"), at=NOW, until=until)


def test_clearances_are_kept_in_the_encrypted_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "desk.db", bytes(32), [MIGRATIONS]) as store:
        with store.transaction() as db:
            remember(db, cleared())  # type: ignore[arg-type]
        assert remembered(store.reader, TRAVELLER) == (cleared(),)
        assert remembered(store.reader, PersonQuery("Somebody Else")) == ()
        with store.transaction() as db:
            assert forget_expired(db, UNTIL) == 1
        assert remembered(store.reader, TRAVELLER) == ()
