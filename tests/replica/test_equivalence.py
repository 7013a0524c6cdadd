"""The desk finds at least what the bureau's own copy finds for the same question (Regulation (EU) 2018/1862, art. 5).

A whole list is asked about, with every kind of slip a reader, a finger or another state's habits make; the answer is
compared with reading every record of the list.
"""

from __future__ import annotations

from random import Random

import pytest

from borderdesk.documents import (
    ALPHABET,
    LOOK_ALIKES,
    is_one_edit_away,
    look_alike_class,
    overflow_variants,
    state_aliases,
)
from borderdesk.ids import ListName, RecordKey
from borderdesk.replica import Replica
from borderdesk.replica.marks import AskedMark, normal_mark, normal_scope
from borderdesk.replica.search import same_type
from borderdesk.watchlist import (
    Firearm,
    ListKind,
    Mark,
    NoticeDocument,
    Part,
    Plate,
    Thing,
    Thinglike,
    ThingStatus,
    TravelDocument,
    Vehicle,
    Vessel,
    Watchlist,
)
from borderdesk.watchlist.synthetic import stolen_documents

from .conftest import AT, SLTD, Bureau

LISTED = list(stolen_documents(3000, 11))


@pytest.fixture
def desk(replica: Replica) -> Replica:
    """Half of the list came as a snapshot, half in three deltas, and some of it changed on the way."""
    bureau = Bureau(SLTD, LISTED[:1500])
    replica.apply(bureau.snapshot(), at=AT)
    for start in (1500, 2000, 2500):
        replica.apply(bureau.delta(*LISTED[start : start + 500]), at=AT)
    gone = [each.key for each in LISTED[:300]]
    replica.apply(bureau.delta(withdraw=gone), at=AT)
    replica.apply(bureau.delta(*LISTED[:300]), at=AT)
    return replica


def plainly(number: str, state: str, type_: str, *, one_edit: bool = True) -> set[str]:
    """What reading the whole list finds."""
    forms, looks = {number, *overflow_variants(number)}, look_alike_class(number)
    states = {state, *state_aliases(state)} if state else None
    return {
        each.key
        for each in LISTED
        if (states is None or each.state in states)
        and same_type(type_, each.type)
        and (
            each.number in forms
            or look_alike_class(each.number) == looks
            or (one_edit and is_one_edit_away(number, each.number))
        )
    }


def slip(number: str, rng: Random) -> str:
    """The number as somebody else would read or type it."""
    at, how = rng.randrange(len(number)), rng.randrange(7)
    group = next((group for group in LOOK_ALIKES if number[at] in group), number[at])
    return [
        number,
        number[:at] + rng.choice(group) + number[at + 1 :],
        look_alike_class(number),
        number[:at] + rng.choice(ALPHABET) + number[at + 1 :],
        number[:at] + number[at + 1 :],
        number[:at] + rng.choice(ALPHABET) + number[at:],
        (overflow_variants(number) or (number,))[0],
    ][how]


def test_every_question_is_answered_as_by_reading_the_whole_list(desk: Replica) -> None:
    rng = Random(5)
    near = 0
    for _ in range(250):
        listed: TravelDocument = rng.choice(LISTED)
        number = slip(listed.number, rng)
        state = rng.choice([listed.state, "", "UTO", (state_aliases(listed.state) or (listed.state,))[0]])
        type_ = rng.choice([listed.type, ""])
        found = {each.record.key for each in desk.find_documents(number, state=state, type=type_)}
        assert found == plainly(number, state, type_), (number, state, type_)
        sure = {each.record.key for each in desk.find_documents(number, state=state, type=type_, one_edit=False)}
        assert sure == plainly(number, state, type_, one_edit=False), (number, state, type_)
        near += len(found) > 0
    assert near > 150, "most questions have an answer, so that the comparison means something"


def _things(rng: Random) -> dict[ListKind, list[Thinglike]]:
    """Invented lists of every kind of thing that has marks."""

    def text(shape: str) -> str:
        letters = {"@": ALPHABET[10:], "#": ALPHABET[:10], "*": ALPHABET}
        return "".join(rng.choice(letters[c]) if c in letters else c for c in shape)

    def key(n: int) -> RecordKey:
        return RecordKey(f"r{n}")

    stolen = ThingStatus.STOLEN
    return {
        ListKind.VEHICLES: [
            Vehicle(
                key(n),
                stolen,
                vin=text("*****************"),
                engines=(text("@##@###"),),
                plates=(Plate(rng.choice(["D", "RUS", "FRA"]), text("@@-@ ###")),),
            )
            for n in range(60)
        ],
        ListKind.PARTS: [
            Part(key(n), stolen, "gearbox", serial=text("*#####"), make=rng.choice(["", "Bosch"])) for n in range(60)
        ],
        ListKind.VESSELS: [
            Vessel(key(n), stolen, imo=text("9######"), mmsi=text("211######"), hull=text("FR-@@@#####@###"))
            for n in range(60)
        ],
        ListKind.FIREARMS: [
            Firearm(key(n), stolen, serial=text("00@#####"), make=rng.choice(["Colt", "Glock", ""])) for n in range(60)
        ],
        ListKind.THINGS: [
            Thing(key(n), stolen, category="container", container=text("@@@U#######")) for n in range(60)
        ],
        ListKind.NOTICE_DOCUMENTS: [
            NoticeDocument(rng.choice(["FRA", "UTO"]), "P", text("*#######"), f"2026/{n}") for n in range(60)
        ],
    }


@pytest.mark.parametrize("kind", list(_things(Random(1))))
def test_a_list_of_things_is_answered_as_by_reading_every_record(replica: Replica, kind: ListKind) -> None:
    rng = Random(9)
    records = _things(rng)[kind]
    bureau = Bureau(Watchlist(ListName("things"), kind, "Things", "Bureau"), records[:40])
    replica.apply(bureau.snapshot(), at=AT)
    replica.apply(bureau.delta(*records[40:]), at=AT)
    met = 0
    for record in records:
        for mark in record.marks:
            number = slip(normal_mark(mark), rng)
            asked = AskedMark(Mark(mark.scheme, number, mark.scope), near=True)
            plain = {
                each.key
                for each in records
                for other in each.marks
                if other.scheme is mark.scheme
                and asked.classify(normal_mark(other), normal_scope(other)) is not None
                and normal_mark(other)
            }
            found = {each.record.key for each in replica.find_things(mark.scheme, number, scope=mark.scope)}
            assert found == plain, (mark, number)
            met += record.key in found
    assert met > 30, "most slips still find their record, so that the comparison means something"
