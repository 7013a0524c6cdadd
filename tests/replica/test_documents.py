"""Looking up document numbers: hits before near, each saying which it is."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.documents import is_one_edit_away, look_alike_class, overflow_variants
from borderdesk.replica import MIGRATIONS, MatchClass, Replica
from borderdesk.store import Store, open_store
from borderdesk.watchlist import DocumentStatus, TravelDocument

from .conftest import AT, KEY, SLTD, Bureau, document


def filled(replica: Replica, keys: Iterable[str]) -> Bureau:
    bureau = Bureau(SLTD, [document(key) for key in keys])
    replica.apply(bureau.snapshot(), at=AT)
    return bureau


def answers(replica: Replica, number: str, **asked: str) -> list[tuple[str, MatchClass]]:
    return [(found.document.key, found.match) for found in replica.find_documents(number, **asked)]


def test_a_listed_number_is_found_with_its_record(replica: Replica) -> None:
    filled(replica, ["UTO/P/L898902C3", "UTO/P/L111111C3"])
    (found,) = replica.find_documents("L898902C3", state="UTO", type="P")
    assert found.match is MatchClass.EXACT and found.match.is_hit
    assert found.document == document("UTO/P/L898902C3")
    assert (found.record.list, found.record.key, found.record.edition) == ("sltd", "UTO/P/L898902C3", 1)
    assert found.withdrawn is None


def test_an_unlisted_number_finds_nothing(replica: Replica) -> None:
    filled(replica, ["UTO/P/L898902C3"])
    assert answers(replica, "X123456Y7", state="UTO") == []
    assert answers(replica, "<<<") == []


def test_an_empty_desk_finds_nothing(replica: Replica) -> None:
    assert answers(replica, "L898902C3") == []


def test_writing_does_not_matter(replica: Replica) -> None:
    filled(replica, ["UTO/P/L898902C3"])
    assert answers(replica, " l-898 902c3<") == [("UTO/P/L898902C3", MatchClass.EXACT)]


def test_the_same_number_of_another_state_is_another_document(replica: Replica) -> None:
    filled(replica, ["UTO/P/L898902C3", "FRA/P/L898902C3"])
    assert answers(replica, "L898902C3", state="FRA") == [("FRA/P/L898902C3", MatchClass.EXACT)]
    assert len(answers(replica, "L898902C3")) == 2


def test_the_same_number_of_another_type_is_another_document(replica: Replica) -> None:
    filled(replica, ["UTO/P/L898902C3", "UTO/V/L898902C3", "UTO/I/L898902C3"])
    assert answers(replica, "L898902C3", type="P") == [("UTO/P/L898902C3", MatchClass.EXACT)]
    assert answers(replica, "L898902C3", type="AC") == [("UTO/I/L898902C3", MatchClass.EXACT)]


def test_the_same_state_under_another_code_is_a_hit(replica: Replica) -> None:
    filled(replica, ["D/P/C01X00T47", "GBR/P/123456789"])
    assert answers(replica, "C01X00T47", state="DEU") == [("D/P/C01X00T47", MatchClass.STATE_ALIAS)]
    assert answers(replica, "C01X00T47", state="D<<") == [("D/P/C01X00T47", MatchClass.EXACT)]


def test_look_alikes_are_near_and_come_after_hits(replica: Replica) -> None:
    filled(replica, ["UTO/P/AB0123456", "UTO/P/ABO123456", "UTO/P/A8OI23456", "UTO/P/AB0123457"])
    found = answers(replica, "AB0123456")
    assert found == [
        ("UTO/P/AB0123456", MatchClass.EXACT),
        ("UTO/P/A8OI23456", MatchClass.LOOK_ALIKE),
        ("UTO/P/ABO123456", MatchClass.LOOK_ALIKE),
        ("UTO/P/AB0123457", MatchClass.ONE_EDIT),
    ]
    assert [match.is_hit for _, match in found] == [True, False, False, False]


@pytest.mark.parametrize("listed", ["L89890C3", "L898902C33", "8L98902C3", "L898902X3", "XL898902C3", "L8989023C"])
def test_one_edit_is_near(replica: Replica, listed: str) -> None:
    filled(replica, [f"UTO/P/{listed}"])
    assert answers(replica, "L898902C3") == [(f"UTO/P/{listed}", MatchClass.ONE_EDIT)]


def test_a_long_number_is_found_under_its_overflow_forms(replica: Replica) -> None:
    filled(replica, ["UTO/I/D23145890734", "UTO/I/D23145890"])
    assert answers(replica, "D23145890734") == [
        ("UTO/I/D23145890734", MatchClass.EXACT),
        ("UTO/I/D23145890", MatchClass.OVERFLOW),
    ]


def test_long_numbers_that_share_their_first_nine_are_told_apart(replica: Replica) -> None:
    filled(replica, [f"FRA/I/880692310{n:03d}" for n in range(0, 1000, 37)])
    found = dict(answers(replica, "880692310185"))
    assert found["FRA/I/880692310185"] is MatchClass.EXACT
    assert set(found.values()) == {MatchClass.EXACT}


numbers = st.text("01OI8BZ2X", min_size=6, max_size=12)


@settings(max_examples=25, deadline=None)
@given(listed=st.lists(numbers, min_size=1, max_size=30, unique=True), data=st.data())
def test_the_desk_finds_what_comparing_with_every_record_finds(
    tmp_path_factory: pytest.TempPathFactory, listed: list[str], data: st.DataObject
) -> None:
    """The equivalence rule (Regulation (EU) 2018/1862): as many correct answers as the whole list gives."""
    asked = data.draw(st.sampled_from(listed) | numbers)
    with open_store(tmp_path_factory.mktemp("desk") / "desk.db", KEY, [MIGRATIONS]) as store:
        replica = Replica(store)
        filled(replica, [f"UTO/P/{number}" for number in listed])
        found = {key.rpartition("/")[2]: match for key, match in answers(replica, asked, state="UTO", type="P")}
    assert found == {number: match for number in listed if (match := plainly(asked, number)) is not None}


@settings(max_examples=25, deadline=None)
@given(
    listed=st.lists(numbers, min_size=1, max_size=20, unique=True),
    days=st.lists(
        st.tuples(st.lists(numbers, max_size=6, unique=True), st.lists(numbers, max_size=6, unique=True)),
        min_size=1,
        max_size=3,
    ),
    data=st.data(),
)
def test_after_any_days_the_desk_finds_what_comparing_with_every_record_finds(
    tmp_path_factory: pytest.TempPathFactory,
    listed: list[str],
    days: list[tuple[list[str], list[str]]],
    data: st.DataObject,
) -> None:
    """Whatever deltas withdrew, brought, changed and brought again."""
    bureau = Bureau(SLTD, [document(f"UTO/P/{number}") for number in listed])
    asked = data.draw(st.sampled_from([*listed, *(number for day in days for part in day for number in part)]))
    with open_store(tmp_path_factory.mktemp("desk") / "desk.db", KEY, [MIGRATIONS]) as store:
        replica = Replica(store)
        replica.apply(bureau.snapshot(), at=AT)
        for n, (gone, put) in enumerate(days):
            status = (DocumentStatus.LOST, DocumentStatus.REVOKED, DocumentStatus.STOLEN)[n]
            here = [f"UTO/P/{number}" for number in gone if f"UTO/P/{number}" in bureau.records]
            replica.apply(bureau.delta(*(document(f"UTO/P/{each}", status) for each in put), withdraw=here), at=AT)
        verified = replica.verify(SLTD.name)
        assert verified is not None and verified.is_whole
        found = {
            each.document: each.match
            for each in replica.find_documents(asked, state="UTO", type="P")
            if each.withdrawn is None
        }
    assert found == {
        record: match
        for record in bureau.records.values()
        if isinstance(record, TravelDocument) and (match := plainly(asked, record.number)) is not None
    }


def plainly(asked: str, listed: str) -> MatchClass | None:
    """How one number answers another, said without any index."""
    if listed == asked:
        return MatchClass.EXACT
    if listed in overflow_variants(asked):
        return MatchClass.OVERFLOW
    if look_alike_class(listed) == look_alike_class(asked):
        return MatchClass.LOOK_ALIKE
    return MatchClass.ONE_EDIT if is_one_edit_away(asked, listed) else None


def test_a_list_that_has_no_filters_answers_all_the_same(replica: Replica, store: Store) -> None:
    """As an older program left it: what memory cannot rule out is looked for."""
    filled(replica, ["UTO/P/L898902C3"])
    with store.transaction() as db:
        db.conn.execute("DELETE FROM word_filters")
    assert answers(Replica(store), "L898902X3") == [("UTO/P/L898902C3", MatchClass.ONE_EDIT)]


@pytest.mark.parametrize("ahead", [True, False])
def test_after_reading_ahead_no_question_waits_for_a_filter(store: Store, ahead: bool) -> None:
    filled(Replica(store), ["UTO/P/L898902C3", "UTO/P/111111111", "UTO/P/ZZZZZZZZZ"])
    replica, read = Replica(store), list[str]()
    replica.read_ahead(lambda: ahead)
    store.reader.conn.set_trace_callback(lambda statement: read.append(statement) if "words" in statement else None)
    assert answers(replica, "L898902X3") == [("UTO/P/L898902C3", MatchClass.ONE_EDIT)]
    assert answers(replica, "111111121") == [("UTO/P/111111111", MatchClass.ONE_EDIT)]
    store.reader.conn.set_trace_callback(None)
    assert bool(read) is not ahead
