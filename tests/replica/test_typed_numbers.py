"""A number typed at the desk is looked for in every way it may be read, in a real replica."""

from __future__ import annotations

import pytest

from borderdesk.ids import ListName, RecordKey, ScreeningId
from borderdesk.matching import PersonIndex
from borderdesk.policy import DEFAULT
from borderdesk.replica import Replica
from borderdesk.screening import Verdict, VerdictWord, records_of, screen, understand
from borderdesk.watchlist import ListKind, Plate, ThingStatus, Vehicle, Watchlist

from .conftest import AT, SLTD, Bureau, document

CAR = Vehicle(RecordKey("smv-1"), ThingStatus.STOLEN, plates=(Plate("KAZ", "123 ABC 02"),))


def answer(replica: Replica, typed: str) -> Verdict:
    return screen(
        understand(typed, today=AT.trusted.date()),
        documents=replica,
        people=PersonIndex(),
        held=replica.held(AT.trusted, DEFAULT),
        policy=DEFAULT,
        at=AT,
        screening=ScreeningId("s"),
    )


@pytest.fixture
def held(replica: Replica) -> Replica:
    replica.apply(Bureau(SLTD, [document("FRA/P/MAR1234567"), document("MAR/P/7654321")]).snapshot(), at=AT)
    vehicles = Watchlist(ListName("smv"), ListKind.VEHICLES, "Stolen vehicles", "General Secretariat")
    replica.apply(Bureau(vehicles, [CAR]).snapshot(), at=AT)
    return replica


@pytest.mark.parametrize(
    "typed",
    [
        "MAR1234567",
        "MAR 1234567",
        "mar-1234567",
        "MAR 7654321",
        "P MAR 7654321",
        "MA 7654321",
        "ERIKSSON Anna; MAR 1234567",
        "ERIKSSON Anna; P MAR 7654321",
    ],
)
def test_a_listed_document_is_found_however_its_number_is_typed(held: Replica, typed: str) -> None:
    assert answer(held, typed).word is VerdictWord.MATCH


@pytest.mark.parametrize("typed", ["KAZ 123ABC02", "kaz 123 abc 02", "KZ 123ABC02", "123 ABC 02", "123ABC02"])
def test_a_stolen_cars_plate_is_found_with_its_country_before_it(held: Replica, typed: str) -> None:
    assert answer(held, typed).word is VerdictWord.MATCH


@pytest.mark.parametrize("typed", ["UZB 123ABC02", "P KAZ 123ABC02", "MAR 7654399", "FR 7654321"])
def test_what_is_another_countrys_or_another_documents_is_not(held: Replica, typed: str) -> None:
    assert answer(held, typed).word is not VerdictWord.MATCH


def test_a_neighbour_of_a_number_read_in_the_less_likely_way_stops_nobody(held: Replica) -> None:
    assert answer(held, "MA 7654322").word is VerdictWord.NO_MATCH
    assert answer(held, "MAR 7654322").word is VerdictWord.LOOK_AGAIN


def test_the_document_of_a_match_is_the_one_the_record_has(held: Replica) -> None:
    for typed, listed in (("MAR 1234567", ("", "MAR1234567")), ("MA 7654321", ("MAR", "7654321"))):
        found = answer(held, typed)
        assert found.question.document_on(records_of(found)[0]) == listed
