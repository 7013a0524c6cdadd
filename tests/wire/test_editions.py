"""Edition files: what goes in comes out, and nothing else does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.dates import PartialDate
from borderdesk.errors import TamperingError
from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import (
    Action,
    Delta,
    DocumentColumns,
    DocumentMention,
    DocumentStatus,
    Edition,
    ListKind,
    NameQuality,
    Person,
    PersonName,
    Snapshot,
    TravelDocument,
    Watchlist,
    Withdrawal,
)
from borderdesk.watchlist.records import THING_TYPES, Record
from borderdesk.watchlist.things import (
    BlankRange,
    Circular,
    Firearm,
    NoticeDocument,
    Plate,
    ThingStatus,
    Vehicle,
    Vessel,
)
from sync.wire import decode_edition, decrypt, encode_delta, encode_snapshot, encrypt
from sync.wire.refusals import AlteredChunk, Malformed

SLTD = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Stolen and lost travel documents", "Bureau")
PERSONS = Watchlist(ListName("un-sc"), ListKind.PERSONS, "United Nations", "Security Council")
VEHICLES = Watchlist(ListName("smv"), ListKind.VEHICLES, "Stolen vehicles", "Bureau")
AT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
KEY, FILE_ID = bytes(range(32)), bytes(16)

days = st.none() | st.dates(date(1950, 1, 1), date(2027, 1, 1))
numbers = st.from_regex(r"[A-Z0-9]{1,9}", fullmatch=True) | st.from_regex(r"[A-ZÄ0-9/ -]{1,20}", fullmatch=True)
documents = st.lists(
    st.builds(
        TravelDocument,
        state=st.sampled_from(["D", "FRA", "UTO", "XXA"]),
        type=st.sampled_from(["P", "I", "V", "", "p"]),
        number=numbers,
        status=st.sampled_from(list(DocumentStatus)),
        lost_on=days,
        reported_on=days,
    ),
    max_size=30,
    unique_by=lambda document: document.key,
)


def edition(watchlist: Watchlist, rows: int, number: int = 7) -> Edition:
    return Edition(watchlist, number, rows, bytes(32), AT)


def by_key(records: object) -> list[object]:
    return sorted(records, key=lambda record: record.key)  # type: ignore[call-overload,no-any-return]


@settings(max_examples=80, deadline=None)
@given(documents)
def test_columns_are_packed_to_the_very_bytes_of_the_documents(records: list[TravelDocument]) -> None:
    kept = [each for each in records if re.fullmatch("[A-Z0-9]+", each.number) and each.type.isupper()]
    head = edition(SLTD, len(kept))
    columns = [DocumentColumns.of(part) for part in (kept[::2], kept[1::2]) if part]
    assert encode_snapshot(Snapshot(head, (), columns)) == encode_snapshot(Snapshot(head, kept))


def test_a_document_twice_in_columns_is_refused() -> None:
    twice = [TravelDocument("FRA", "P", "A1", DocumentStatus.LOST)] * 2
    with pytest.raises(ValueError, match="twice"):
        encode_snapshot(Snapshot(edition(SLTD, 2), (), [DocumentColumns.of(twice)]))


@settings(max_examples=80, deadline=None)
@given(documents)
def test_a_snapshot_of_documents_comes_back(records: list[TravelDocument]) -> None:
    snapshot = decode_edition(encode_snapshot(Snapshot(edition(SLTD, len(records)), records)))
    assert isinstance(snapshot, Snapshot)
    assert snapshot.edition == edition(SLTD, len(records))
    for _ in ("once", "more than once"):
        columns = [document for block in snapshot.columns for document in block.documents()]
        assert by_key([*snapshot.records, *columns]) == by_key(records)


@settings(max_examples=80, deadline=None)
@given(documents, st.sets(st.integers(0, 29)))
def test_a_delta_of_documents_comes_back(changed: list[TravelDocument], gone: set[int]) -> None:
    withdrawals = tuple(
        Withdrawal(document.key, date(2026, 11, place % 9 + 1), ("found", "", "expired")[place % 3])
        for place, document in enumerate(changed)
        if place in gone
    )
    records = tuple(document for place, document in enumerate(changed) if place not in gone)
    delta = decode_edition(encode_delta(Delta(3, edition(SLTD, 99), withdrawals, records)))
    assert isinstance(delta, Delta)
    assert (delta.base, delta.edition) == (3, edition(SLTD, 99))
    assert by_key(delta.records) == by_key(records)
    assert by_key(delta.withdrawals) == by_key(withdrawals)


WANTED = Person(
    key=RecordKey("QDi.001"),
    names=(PersonName("Иванов Иван", "Иванов", "Иван"), PersonName("Ivan", quality=NameQuality.WEAK)),
    births=(PartialDate(1971), PartialDate(1971, 5, 2)),
    birth_places=("Utopia City",),
    nationalities=("UTO",),
    sex="M",
    documents=(DocumentMention("X123", "P", "UTO"), DocumentMention("9")),
    action=Action.ARREST,
    warnings=("armed",),
    reference="QDi.001",
    listed_on=date(2001, 10, 8),
    remarks="Review pursuant to a resolution.",
)


def test_persons_come_back_whole() -> None:
    other = Person(RecordKey("A"), (PersonName("Nobody"),))
    snapshot = decode_edition(encode_snapshot(Snapshot(edition(PERSONS, 2), [WANTED, other])))
    assert list(snapshot.records) == [other, WANTED]
    gone = Withdrawal(RecordKey("Z"), date(2026, 1, 2), "delisted")
    delta = decode_edition(encode_delta(Delta(1, edition(PERSONS, 2), (gone,), (WANTED,))))
    assert isinstance(delta, Delta)
    assert (delta.withdrawals, delta.records) == ((gone,), (WANTED,))


def test_an_empty_delta_is_a_heartbeat() -> None:
    for watchlist in (SLTD, PERSONS):
        delta = decode_edition(encode_delta(Delta(6, edition(watchlist, 5), (), ())))
        assert delta == Delta(6, edition(watchlist, 5), (), ())


def test_a_bureau_cannot_publish_nonsense() -> None:
    document = TravelDocument("D", "P", "C01X00T47", DocumentStatus.LOST)
    gone = Withdrawal(document.key, date(2026, 1, 1), "found")
    for attempt in (
        lambda: encode_snapshot(Snapshot(edition(SLTD, 2), [document])),
        lambda: encode_snapshot(Snapshot(edition(SLTD, 2), [document, document])),
        lambda: encode_snapshot(Snapshot(edition(PERSONS, 1), [document])),
        lambda: encode_delta(Delta(1, edition(SLTD, 1), (gone,), (document,))),
        lambda: encode_delta(Delta(1, edition(SLTD, 1), (), (document, document))),
    ):
        with pytest.raises(ValueError, match=r"rows|TravelDocument|twice"):
            attempt()


def _whole(data: bytes) -> object:
    found = decode_edition(data)
    columns = [] if isinstance(found, Delta) else [list(block.documents()) for block in found.columns]
    return (found.edition, list(found.records), columns, found.withdrawals if isinstance(found, Delta) else ())


@pytest.mark.parametrize(
    ("watchlist", "record"),
    [
        (SLTD, TravelDocument("D", "P", "C01X00T47", DocumentStatus.LOST, AT.date())),
        (PERSONS, WANTED),
        (VEHICLES, Vehicle(RecordKey("v1"), ThingStatus.STOLEN, plates=(Plate("D", "B-AB 12"),), taken_on=AT.date())),
    ],
)
def test_no_altered_byte_makes_another_kind_of_error(watchlist: Watchlist, record: Record) -> None:
    for data in (
        encode_delta(Delta(1, edition(watchlist, 1), (), (record,))),
        encode_snapshot(Snapshot(edition(watchlist, 1), [record])),
    ):
        for place in range(len(data)):
            for change in (1, 0x80):
                altered = data[:place] + bytes([data[place] ^ change]) + data[place + 1 :]
                try:
                    _whole(altered)
                except TamperingError:
                    continue
        for end in range(len(data)):
            with pytest.raises(Malformed):
                _whole(data[:end])


def test_a_text_beyond_all_bounds_is_stopped_at_the_bureau() -> None:
    with pytest.raises(Malformed):
        encode_snapshot(Snapshot(edition(PERSONS, 1), [replace(WANTED, remarks="x" * 30_000)]))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_edition(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode_edition(b"BDW1" + data)
    with pytest.raises(TamperingError):
        decrypt(b"BDE1" + data, KEY)


@pytest.mark.parametrize("size", [0, 1, 16383, 16384, 16385, 50_000])
def test_an_encrypted_file_opens_whole_or_not_at_all(size: int) -> None:
    plain = bytes(range(256)) * 200
    sealed = encrypt(plain[:size], KEY, FILE_ID)
    assert decrypt(sealed, KEY) == plain[:size]
    step = 16384 + 16
    spoiled = [
        sealed[:-1],
        sealed + b"\0",
        sealed[:30] + bytes([sealed[30] ^ 1]) + sealed[31:],
        sealed[:5] + b"x" + sealed[6:],
    ]
    if size > 32768:
        first, second = sealed[20 : 20 + step], sealed[20 + step : 20 + 2 * step]
        spoiled += [
            sealed[: 20 + 2 * step],  # cut off between two chunks
            sealed[:20] + second + first + sealed[20 + 2 * step :],  # swapped
            sealed[:20] + first + first + sealed[20 + 2 * step :],  # repeated
        ]
    for data in spoiled:
        with pytest.raises((AlteredChunk, Malformed)):
            decrypt(data, KEY)
    with pytest.raises(AlteredChunk):
        decrypt(sealed, bytes(32))


def test_the_size_of_one_day_stays_near_what_was_measured() -> None:
    document = TravelDocument("FRA", "P", "08AB00000", DocumentStatus.STOLEN_BLANK, AT.date(), AT.date())
    blanks = [replace(document, number=f"08AB{number:05d}") for number in range(5000)]
    assert len(encode_delta(Delta(1, edition(SLTD, 5000), (), tuple(blanks)))) < 500, "a range of blanks costs nothing"


THINGS = [
    BlankRange("D", "P", "C01X0100", "C01X0199", date(2026, 1, 2)),
    NoticeDocument("FRA", "P", "08AB12345", "2026/1", "red", births=(PartialDate(1980, 5),), warnings=("armed",)),
    Circular(RecordKey("2026/2"), "purple", "False bottoms", "Look under the seat."),
    Vehicle(RecordKey("v1"), ThingStatus.STOLEN, vin="WVWZZZ1JZXW000001", plates=(Plate("D", "B-AB 12"),), year=1999),
    Vessel(RecordKey("s1"), ThingStatus.WANTED, imo="9074729", length_cm=1200, engines=("E1", "E2")),
    Firearm(RecordKey("f1"), ThingStatus.TRAFFICKED, "K123", make="Zastava"),
]


@pytest.mark.parametrize("record", THINGS, ids=lambda record: type(record).__name__)
def test_every_other_kind_comes_back(record: Record) -> None:
    (kind,) = (kind for kind, type_ in THING_TYPES.items() if type_ is type(record))
    watchlist = Watchlist(ListName("other"), kind, "Others", "Bureau")
    snapshot = decode_edition(encode_snapshot(Snapshot(edition(watchlist, 1), [record])))
    assert list(snapshot.records) == [record]
    gone = Withdrawal(RecordKey("old"), date(2026, 1, 2), "found")
    delta = decode_edition(encode_delta(Delta(1, edition(watchlist, 1), (gone,), (record,))))
    assert isinstance(delta, Delta)
    assert (delta.withdrawals, delta.records) == ((gone,), (record,))
    with pytest.raises(ValueError, match="in a list of"):
        encode_snapshot(Snapshot(edition(watchlist, 1), [WANTED]))
