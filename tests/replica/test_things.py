"""Every other kind of list: found by the marks people read off a thing."""

from __future__ import annotations

from datetime import date

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.replica import EditionRefused, MatchClass, Replica
from borderdesk.store import Store
from borderdesk.watchlist import (
    BlankRange,
    Circular,
    Firearm,
    ListKind,
    NoticeDocument,
    Part,
    Plate,
    Record,
    Scheme,
    Thing,
    ThingStatus,
    Vehicle,
    Vessel,
    Watchlist,
)

from .conftest import AT, SLTD, Bureau, document

STOLEN = ThingStatus.STOLEN
CAR = Vehicle(
    RecordKey("smv-1"),
    STOLEN,
    vin="1M8GDM9AXKP042788",
    engines=("N47D20C-B1234",),
    plates=(Plate("D", "B-MW 1234"),),
    make="BMW",
)
BUS = Vehicle(RecordKey("smv-2"), STOLEN, vin="1M8GDM9AXKP042789", plates=(Plate("RUS", "А123ВС77"),))
BOAT = Vessel(RecordKey("v-1"), STOLEN, name="Calypso", imo="9074729", mmsi="211234560", hull="FR-ABC12345D404")
PISTOL = Firearm(RecordKey("f-1"), STOLEN, serial="00-123450", make="Colt", model="1903", calibre=".32")


def holding(replica: Replica, kind: ListKind, *records: Record) -> Bureau:
    bureau = Bureau(Watchlist(ListName(kind.value), kind, kind.value.title(), "Bureau"), records)
    replica.apply(bureau.snapshot(), at=AT)
    return bureau


def answers(replica: Replica, scheme: Scheme, number: str, scope: str = "") -> list[tuple[str, MatchClass]]:
    return [(found.record.key, found.match) for found in replica.find_things(scheme, number, scope=scope)]


def test_a_vin_is_a_hit_and_its_neighbour_is_near(replica: Replica) -> None:
    holding(replica, ListKind.VEHICLES, CAR, BUS)
    found = answers(replica, Scheme.VIN, "1M8GDM9AXKP042788")
    assert found == [("smv-1", MatchClass.EXACT), ("smv-2", MatchClass.ONE_EDIT)]
    assert answers(replica, Scheme.VIN, "IM8GDM9AXKPO42788")[0] == ("smv-1", MatchClass.LOOK_ALIKE)
    (hit, _) = replica.find_things(Scheme.VIN, "1m8gdm9axkp042788")
    assert (hit.entry, hit.match.is_hit) == (CAR, True)


def test_an_engine_number_alone_is_near(replica: Replica) -> None:
    holding(replica, ListKind.VEHICLES, CAR)
    assert answers(replica, Scheme.ENGINE, "N47D20CB1234") == [("smv-1", MatchClass.NUMBER_ONLY)]


def test_a_plate_belongs_to_its_country(replica: Replica) -> None:
    holding(replica, ListKind.VEHICLES, CAR, BUS)
    assert answers(replica, Scheme.PLATE, "b mw-1234", "D") == [("smv-1", MatchClass.EXACT)]
    assert answers(replica, Scheme.PLATE, "BMW1234", "DEU") == [("smv-1", MatchClass.STATE_ALIAS)]
    assert answers(replica, Scheme.PLATE, "BMW1234", "FRA") == []
    assert answers(replica, Scheme.PLATE, "BMW1234") == [("smv-1", MatchClass.EXACT)]
    assert answers(replica, Scheme.PLATE, "8MW1Z34", "D") == [("smv-1", MatchClass.LOOK_ALIKE)]
    assert answers(replica, Scheme.PLATE, "A123BC77", "RUS") == [("smv-2", MatchClass.EXACT)]


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ("B-MW 1234", MatchClass.EXACT),
        ("BMW1234", MatchClass.EXACT),  # without its gap nobody can tell
        ("BMW 1234", MatchClass.EXACT),
        ("BM-W 1234", MatchClass.LOOK_ALIKE),
        ("bm w1234", MatchClass.LOOK_ALIKE),
    ],
)
def test_the_gap_of_a_german_plate_tells_two_plates_apart(replica: Replica, asked: str, match: MatchClass) -> None:
    holding(replica, ListKind.VEHICLES, CAR)
    assert answers(replica, Scheme.PLATE, asked, "D") == [("smv-1", match)]
    exactly = replica.find_things(Scheme.PLATE, asked, scope="D", near=False)
    assert len(exactly) == (match is MatchClass.EXACT)


def test_an_umlaut_is_found_from_a_keyboard_without_one(replica: Replica) -> None:
    holding(replica, ListKind.VEHICLES, Vehicle(RecordKey("smv-3"), STOLEN, plates=(Plate("D", "FÜ-AB 12"),)))
    assert answers(replica, Scheme.PLATE, "FU AB 12", "D") == [("smv-3", MatchClass.EXACT)]
    assert answers(replica, Scheme.PLATE, "fü-ab12", "D") == [("smv-3", MatchClass.EXACT)]


@pytest.mark.parametrize(
    ("scheme", "number"),
    [(Scheme.IMO, "IMO 9074729"), (Scheme.MMSI, "211 234 560"), (Scheme.HULL, "frabc12345d404")],
)
def test_a_vessel_is_found_by_each_of_its_numbers(replica: Replica, scheme: Scheme, number: str) -> None:
    holding(replica, ListKind.VESSELS, BOAT)
    assert answers(replica, scheme, number) == [("v-1", MatchClass.EXACT)]


def test_marks_of_different_kinds_are_never_compared(replica: Replica) -> None:
    holding(replica, ListKind.VESSELS, BOAT)
    assert answers(replica, Scheme.MMSI, "9074729") == []


def test_a_firearm_is_a_hit_only_with_its_make(replica: Replica) -> None:
    holding(replica, ListKind.FIREARMS, PISTOL)
    assert answers(replica, Scheme.SERIAL, "00123450", "colt") == [("f-1", MatchClass.EXACT)]
    assert answers(replica, Scheme.SERIAL, "00123450") == [("f-1", MatchClass.NUMBER_ONLY)]
    assert answers(replica, Scheme.SERIAL, "00123450", "Luger") == [("f-1", MatchClass.NUMBER_ONLY)]
    assert answers(replica, Scheme.SERIAL, "12345O", "Colt") == [("f-1", MatchClass.LOOK_ALIKE)]


@pytest.mark.parametrize("serial", ["NONE", "N.S.N.", "-", "unknown"])
def test_a_serial_that_says_there_is_none_matches_nothing(replica: Replica, serial: str) -> None:
    holding(replica, ListKind.FIREARMS, Firearm(RecordKey("f-2"), STOLEN, serial=serial, make="Colt"))
    assert answers(replica, Scheme.SERIAL, serial, "Colt") == []


def test_parts_and_engines_of_vessels_are_found(replica: Replica) -> None:
    gearbox = Part(RecordKey("p-1"), STOLEN, "gearbox", "GB 778-1", "ZF")
    engine = Part(RecordKey("p-2"), STOLEN, "outboard engine", "6G5-1020304", "Yamaha")
    holding(replica, ListKind.PARTS, gearbox, engine)
    assert answers(replica, Scheme.PART, "GB7781", "ZF") == [("p-1", MatchClass.EXACT)]
    assert answers(replica, Scheme.ENGINE, "6G51020304", "Yamaha") == [("p-2", MatchClass.EXACT)]


def test_other_things_are_found_by_container_or_serial(replica: Replica) -> None:
    box = Thing(RecordKey("t-1"), ThingStatus.WANTED, "container", container="CSQU 305438-3")
    holding(replica, ListKind.THINGS, box)
    assert answers(replica, Scheme.CONTAINER, "CSQU3054383") == [("t-1", MatchClass.EXACT)]
    assert replica.thing(ListName("things"), RecordKey("t-1")) == box


def test_a_withdrawn_vehicle_says_since_when(replica: Replica) -> None:
    bureau = holding(replica, ListKind.VEHICLES, CAR, BUS)
    replica.apply(bureau.delta(withdraw=["smv-1"], reason="returned to its owner"), at=AT)
    first, last = replica.find_things(Scheme.VIN, "1M8GDM9AXKP042788")
    assert (first.record.key, first.match) == ("smv-2", MatchClass.ONE_EDIT)
    assert last.entry is None
    assert last.withdrawn is not None
    assert (last.withdrawn.reason, last.withdrawn.withdrawn_on) == ("returned to its owner", date(2026, 8, 31))
    replica.apply(bureau.delta(CAR), at=AT)
    assert [each.withdrawn for each in replica.find_things(Scheme.VIN, "1M8GDM9AXKP042788")] == [None, None]


def test_changed_marks_replace_the_old_ones(replica: Replica) -> None:
    bureau = holding(replica, ListKind.VEHICLES, BUS)
    replica.apply(bureau.delta(Vehicle(BUS.key, STOLEN, vin="WVWZZZ1JZ3W386752")), at=AT)
    assert answers(replica, Scheme.PLATE, "A123BC77") == []
    assert answers(replica, Scheme.VIN, "WVWZZZ1JZ3W386752") == [("smv-2", MatchClass.EXACT)]
    bureau.records = {CAR.key: CAR}
    replica.apply(bureau.snapshot(), at=AT)
    assert answers(replica, Scheme.VIN, "WVWZZZ1JZ3W386752") == []
    assert answers(replica, Scheme.VIN, CAR.vin) == [("smv-1", MatchClass.EXACT)]


BLANKS = BlankRange("UTO", "P", "AB0001000", "AB0001999", stolen_on=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("number", "inside"),
    [
        ("AB0001000", True),
        ("AB0001500", True),
        ("AB0001999", True),
        ("AB0000999", False),
        ("AB0002000", False),
        ("AC0001500", False),
        ("AB001500", False),
        ("1500", False),
        ("ABCDEFGHI", False),
    ],
)
def test_a_number_inside_a_range_of_stolen_blanks_is_a_hit(replica: Replica, number: str, inside: bool) -> None:
    holding(replica, ListKind.BLANK_RANGES, BLANKS)
    found = replica.find_documents(number, state="UTO", type="P")
    assert [each.match for each in found] == ([MatchClass.RANGE] if inside else [])
    if inside:
        assert (found[0].record.key, found[0].match.is_hit) == ("UTO/P/AB0001000-AB0001999", True)
        assert (found[0].document.number, found[0].document.lost_on) == (number, date(2026, 5, 1))


def test_a_range_of_another_state_or_type_is_none(replica: Replica) -> None:
    holding(replica, ListKind.BLANK_RANGES, BLANKS)
    assert replica.find_documents("AB0001500", state="FRA") == ()
    assert replica.find_documents("AB0001500", type="V") == ()


def test_ranges_that_overlap_are_all_found_and_a_withdrawn_one_is_not(replica: Replica) -> None:
    inner = BlankRange("UTO", "P", "AB0001400", "AB0001600")
    bureau = holding(replica, ListKind.BLANK_RANGES, BLANKS, inner)
    assert len(replica.find_documents("AB0001500")) == 2
    replica.apply(bureau.delta(withdraw=[BLANKS.key]), at=AT)
    assert [each.record.key for each in replica.find_documents("AB0001500")] == [inner.key]
    assert replica.withdrawal(ListName("blank ranges"), BLANKS.key) is not None


@pytest.mark.parametrize(("first", "last"), [("AB10", "AC20"), ("AB10", "AB9"), ("AB20", "AB10"), ("ABC", "ABD")])
def test_what_is_no_range_is_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"range|digits"):
        BlankRange("UTO", "P", first, last)


def test_a_document_of_a_notice_is_never_a_stolen_document(replica: Replica) -> None:
    genuine = NoticeDocument("UTO", "P", "L898902C3", "2026/1234", colour="red", holder="ERIKSSON", action="locate")
    holding(replica, ListKind.NOTICE_DOCUMENTS, genuine)
    assert replica.find_documents("L898902C3") == ()
    (found,) = replica.find_notice_documents("L898902C3", state="UTO", type="P")
    assert (found.document, found.match) == (genuine, MatchClass.EXACT)
    assert replica.find_notice_documents("L898902C3", state="FRA") == ()
    assert replica.find_notice_documents("L898902C3", type="V") == ()
    assert [each.match for each in replica.find_notice_documents("L8989O2C3")] == [MatchClass.LOOK_ALIKE]
    assert replica.find_notice_documents("L8989O2C3", near=False) == ()


def test_notices_without_a_name_are_read_and_searched(replica: Replica) -> None:
    body = Circular(RecordKey("black-7"), "black", "Unknown man found at sea", "Tattoo of an anchor", issued_by="UTO")
    trick = Circular(RecordKey("purple-2"), "purple", "Hidden floor in buses")
    holding(replica, ListKind.CIRCULARS, body, trick)
    assert [each.key for _, each in replica.circulars()] == ["black-7", "purple-2"]
    assert [each.key for _, each in replica.circulars("ANCHOR sea")] == ["black-7"]
    assert replica.circulars("elephant") == ()


def test_marks_that_an_older_program_filed_are_found_by_the_rules_of_today(replica: Replica, store: Store) -> None:
    holding(replica, ListKind.VEHICLES, CAR, Vehicle(RecordKey("smv-3"), STOLEN, plates=(Plate("LAO", "ກຂ 1234"),)))
    with store.transaction() as db:
        # Letters of other scripts were dropped once.
        db.conn.execute("UPDATE marks SET number = '1234', look = '1234' WHERE key = 'smv-3'")
        db.conn.execute("UPDATE marks_filed SET by_rules = 1")
    assert answers(replica, Scheme.PLATE, "ກຂ 1234", "LAO") == []
    replica.follow_rules()
    assert answers(replica, Scheme.PLATE, "ກຂ 1234", "LAO") == [("smv-3", MatchClass.EXACT)]
    assert answers(replica, Scheme.PLATE, "B-MW 1234", "D") == [("smv-1", MatchClass.EXACT)]


def test_things_that_do_not_fit_the_edition_are_refused(replica: Replica) -> None:
    bureau = holding(replica, ListKind.VEHICLES, CAR)
    with pytest.raises(EditionRefused, match="another kind"):
        replica.apply(bureau.delta(BOAT), at=AT)
    assert answers(replica, Scheme.IMO, "9074729") == []


def test_lists_of_documents_and_ranges_answer_together(replica: Replica) -> None:
    replica.apply(Bureau(SLTD, [document("UTO/P/AB0001500")]).snapshot(), at=AT)
    holding(replica, ListKind.BLANK_RANGES, BLANKS)
    assert [each.match for each in replica.find_documents("AB0001500", state="UTO")] == [
        MatchClass.EXACT,
        MatchClass.RANGE,
    ]
