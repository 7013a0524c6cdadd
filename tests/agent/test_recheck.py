"""Travellers of the last days are compared with what an edition brings, and post and bureau hear of it."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from borderdesk import journal
from borderdesk.dates import PartialDate
from borderdesk.hits import HitAct
from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex
from borderdesk.matching.keeper import NameIndexKeeper
from borderdesk.screening import LATE_KIND, VerdictWord, read_late_body
from borderdesk.store import Store
from borderdesk.watchlist import (
    DocumentStatus,
    ListKind,
    Person,
    PersonName,
    ThingStatus,
    TravelDocument,
    Vehicle,
    Watchlist,
)
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST
from sync.agent import Desk
from sync.agent.state import ExchangeReport
from sync.agent.unwritten import Entry, Unwritten
from sync.bureau import tables
from tests.agent.conftest import PASSWORD, MovableClock, Place

WANTED = Watchlist(ListName("wanted"), ListKind.PERSONS, "Wanted persons", "NCB Test")
KHAMLA = Person(RecordKey("W1"), (PersonName("PHOMMACHANH Khamla"),), births=(PartialDate(1961, 4, 2),))
ANOTHER = Person(RecordKey("W2"), (PersonName("ERIKSSON Anna Maria"),), births=(PartialDate(1974, 8, 12),))
OTHERS = [Person(RecordKey(f"O{number}"), (PersonName(f"NOBODY Number{number}"),)) for number in range(200)]

VEHICLES = Watchlist(ListName("vehicles"), ListKind.VEHICLES, "Stolen vehicles", "NCB Test")
STOLEN_CAR = Vehicle(RecordKey("V1"), ThingStatus.STOLEN, vin="1HGCM82633A004352")
OTHER_CARS = [
    Vehicle(RecordKey(f"O{number}"), ThingStatus.STOLEN, vin=f"WVWZZZ1JZXW{number:06d}") for number in range(200)
]
"""So many that a change is smaller than the list, and comes as one."""


def stolen(number: str) -> TravelDocument:
    return TravelDocument("UTO", "P", number, DocumentStatus.STOLEN, date(2026, 1, 1))


def news(desk: Desk) -> ExchangeReport:
    """Wait until the server has noticed what was published beside it, and take it in."""
    report = desk.exchange(wait=60)
    assert report.applied or desk.status().signed_in is None, "nothing came, so nothing was compared with it"
    return report


def kinds(desk: Desk) -> list[str]:
    return [entry.kind for entry in journal.entries(desk.unlocked_store().reader)]


def test_a_passport_reported_a_day_later_would_have_matched(place: Place, desk: Desk, clock: MovableClock) -> None:
    passed = desk.screen("P UTO XK7703915")
    desk.screen("P UTO ZZ1122334")
    assert passed.word is VerdictWord.NO_MATCH
    clock.pass_(timedelta(days=1))
    desk.touch()  # somebody works there: otherwise it would lock itself
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    report = news(desk)
    assert any("before this was known here" in str(line) and "XK7703915" in str(line) for line in report.lines)
    (late,) = desk.late_matches()
    assert late.match.screening == passed.screening
    assert late.match.asked_at == passed.asked_at.trusted
    assert late.verdict.word is VerdictWord.MATCH
    assert desk.status().late_matches == 1
    assert kinds(desk).count("late-match") == 1

    desk.exchange()
    with place.bureau.database.reading() as db:
        uploads = db.execute(sa.select(tables.uploads.c.body).where(tables.uploads.c.kind == LATE_KIND)).all()
    (body,) = [row.body for row in uploads]
    assert read_late_body(body) == late.match


def test_it_is_told_once_and_put_away_when_somebody_looked(place: Place, desk: Desk) -> None:
    desk.screen("P UTO XK7703915")
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915"), stolen("QQ5566778")])
    news(desk)
    (late,) = desk.late_matches()
    desk.note_late_seen(late)
    desk.note_late_seen(late)
    assert desk.status().late_matches == 0
    assert [each.seen_by for each in desk.late_matches()] == ["noy"]
    assert kinds(desk).count("late-match") == kinds(desk).count("late-match-seen") == 1


def test_a_hit_can_be_taken_up_on_a_late_match(place: Place, desk: Desk) -> None:
    desk.screen("P UTO XK7703915")
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    (late,) = desk.late_matches()
    hit = desk.take_up(late.verdict, record=late.match.record, act=HitAct.REFER)
    assert hit.screening == late.match.screening


def test_a_person_listed_later_is_found_among_the_travellers(place: Place, desk: Desk, clock: MovableClock) -> None:
    place.bureau.import_list(WANTED, [ANOTHER, *OTHERS])
    place.bureau.publish()
    news(desk)
    clock.pass_(timedelta(minutes=1))
    desk.screen("Khamla Phommachanh 1961-04-02")
    desk.screen("Somsak Vongsa 1980-01-01")
    place.bureau.flash(WANTED.name, [KHAMLA])
    news(desk)
    (late,) = desk.late_matches()
    assert late.match.traveller == "Khamla Phommachanh"
    assert late.match.record.key == KHAMLA.key


def test_a_slow_look_at_the_names_brings_no_older_ones_back(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large list comes into use in a thread of its own; an edition of persons comes while it looks at the names."""
    place.bureau.import_list(WANTED, [ANOTHER])
    place.bureau.publish()
    news(desk)
    refresh, unlocked = NameIndexKeeper.refresh, desk._unlocked
    assert unlocked is not None
    courier = threading.Thread(target=lambda: (place.bureau.flash(WANTED.name, [KHAMLA]), news(desk)))

    def slow(keeper: NameIndexKeeper, store: Store) -> PersonIndex:
        index = refresh(keeper, store)
        if threading.current_thread() is threading.main_thread():
            courier.start()
            courier.join(5)  # it may have to wait for this look
        return index

    monkeypatch.setattr(NameIndexKeeper, "refresh", slow)
    unlocked.follow_changes()
    courier.join()
    assert desk.screen("Khamla Phommachanh 1961-04-02").candidates


def test_what_was_said_at_the_counter_is_not_said_again(place: Place, desk: Desk) -> None:
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    assert desk.screen("P UTO XK7703915").word is VerdictWord.MATCH
    place.bureau.flash(
        SYNTHETIC_LIST.name, [TravelDocument("UTO", "P", "XK7703915", DocumentStatus.LOST, date(2026, 1, 2))]
    )
    news(desk)
    assert desk.late_matches() == ()


def test_what_was_typed_is_compared_in_every_way_it_may_be_read(place: Place, desk: Desk, clock: MovableClock) -> None:
    # Everybody would be asked about again if a list came whole later, or if no time went by after the last edition.
    place.bureau.import_list(VEHICLES, OTHER_CARS)
    place.bureau.publish()
    news(desk)
    clock.pass_(timedelta(minutes=1))
    desk.screen("MAR 1234567")
    desk.screen("1HGCM82633A004352")
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("MAR1234567")])
    news(desk)
    assert [each.match.record.key for each in desk.late_matches()] == [stolen("MAR1234567").key]
    place.bureau.flash(VEHICLES.name, [STOLEN_CAR])
    news(desk)
    assert {each.match.record.key for each in desk.late_matches()} == {STOLEN_CAR.key, stolen("MAR1234567").key}


def test_a_neighbours_number_makes_no_late_match(place: Place, desk: Desk) -> None:
    desk.screen("P UTO XK7703915")
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703916"), stolen("XK77O3915")])
    news(desk)
    assert desk.late_matches() == ()


def test_travellers_older_than_the_policy_are_left_alone(place: Place, desk: Desk, clock: MovableClock) -> None:
    desk.screen("P UTO XK7703915")
    clock.pass_(timedelta(days=8))
    desk.touch()  # somebody works there: otherwise it would lock itself
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    assert desk.late_matches() == ()


def test_an_answer_that_is_written_down_after_an_edition_is_compared_with_it(place: Place, desk: Desk) -> None:
    passed = desk.answer("P UTO XK7703915")
    assert passed.word is VerdictWord.NO_MATCH
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    desk.record(passed)
    desk.exchange()
    (late,) = desk.late_matches()
    assert late.match.screening == passed.screening
    compared = kinds(desk).count("recheck")
    desk.exchange()
    assert kinds(desk).count("recheck") == compared, "once is enough"


def test_an_answer_that_waited_for_room_on_the_disk_is_compared_too(place: Place, desk: Desk) -> None:
    with desk.unlocked_store().transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1")
    passed = [desk.screen("P UTO XK7703915")]
    while not desk.status().unwritten:
        passed.append(desk.screen("P UTO XK7703915"))
    with desk.unlocked_store().transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1073741823")
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    desk.exchange()
    assert {late.match.screening for late in desk.late_matches()} == {one.screening for one in passed}


def test_people_of_a_list_are_compared_with_an_edition_that_came_between_answer_and_entry(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers of twenty-five people are written down together; the courier works meanwhile."""

    class InBetween(Unwritten):
        came = False

        def write(self, store: Store, *entries: Entry) -> None:
            if entries[0].kind == "screening" and not self.came:
                self.came = True
                place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
                news(desk)
            super().write(store, *entries)

    monkeypatch.setattr(desk, "_unwritten", InBetween())
    bus = "Surname,Given names,Document number,Issuing state,Document type\nDOE,JOHN,XK7703915,UTO,P\n"
    screened = desk.screen_list(bus.encode(), source="bus.csv")
    assert [line.verdict.word for line in screened.lines] == [VerdictWord.NO_MATCH]
    desk.exchange()
    (late,) = desk.late_matches()
    assert late.match.screening == screened.lines[0].verdict.screening


def test_what_came_while_the_desk_was_locked_is_compared_at_the_next_sign_in(place: Place, desk: Desk) -> None:
    desk.screen("P UTO XK7703915")
    desk.sign_out()
    place.bureau.flash(SYNTHETIC_LIST.name, [stolen("XK7703915")])
    news(desk)
    desk.sign_in("noy", PASSWORD)
    assert desk.status().late_matches == 1
    assert desk.status().waiting == 1, "the bureau is told at the next exchange"


def test_a_list_that_comes_whole_is_compared_with_everybody(place: Place, desk: Desk) -> None:
    desk.screen("P UTO XK7703915")
    other = Watchlist(ListName("regional"), ListKind.DOCUMENTS, "Regional list", "NCB Test")
    place.bureau.import_list(other, [stolen("XK7703915")])
    place.bureau.publish()
    news(desk)
    assert [late.match.record.list for late in desk.late_matches()] == ["regional"]
