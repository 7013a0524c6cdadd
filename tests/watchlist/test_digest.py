"""The state digest: order-free, incremental, combinable, and different for different lists."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.watchlist import (
    Action,
    DocumentMention,
    DocumentStatus,
    NameQuality,
    Person,
    PersonName,
    Record,
    TravelDocument,
)
from borderdesk.watchlist.digest import StateDigest, digest_of, record_bytes
from borderdesk.watchlist.plain import from_plain, to_plain

dates = st.none() | st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
documents = st.builds(
    TravelDocument,
    state=st.text("ABCDFRU", min_size=1, max_size=3),
    type=st.text("PIV", min_size=1, max_size=2),
    number=st.text("01BIO8", min_size=1, max_size=4),
    status=st.sampled_from(DocumentStatus),
    lost_on=dates,
    reported_on=dates,
)
words = st.text(max_size=8)
partial = st.builds(PartialDate, year=st.integers(1900, 2020), month=st.just(0) | st.integers(1, 12))
names = st.builds(PersonName, full=words, surname=words, given=words, quality=st.sampled_from(NameQuality))
persons = st.builds(
    Person,
    key=words.map(RecordKey),
    names=st.lists(names, max_size=2).map(tuple),
    births=st.lists(partial, max_size=2).map(tuple),
    documents=st.lists(st.builds(DocumentMention, number=words, type=words, state=words), max_size=2).map(tuple),
    action=st.sampled_from(Action),
    warnings=st.lists(words, max_size=2).map(tuple),
    listed_on=dates,
    remarks=words,
)
records: st.SearchStrategy[Record] = documents | persons


@settings(max_examples=60)
@given(held=st.lists(records, max_size=8), data=st.data())
def test_the_order_of_records_does_not_matter(held: list[Record], data: st.DataObject) -> None:
    assert digest_of(data.draw(st.permutations(held))) == digest_of(held)


@settings(max_examples=60)
@given(kept=st.lists(records, max_size=5), passing=st.lists(records, max_size=5))
def test_records_added_and_removed_again_leave_no_trace(kept: list[Record], passing: list[Record]) -> None:
    digest = StateDigest()
    digest.add_all([*passing, *kept])
    for record in passing:
        digest.remove(record)
    assert digest.value() == digest_of(kept)


@settings(max_examples=60)
@given(first=records, second=records)
def test_two_records_have_the_same_bytes_exactly_where_they_are_equal(first: Record, second: Record) -> None:
    assert (record_bytes(first) == record_bytes(second)) == (first == second)


@settings(max_examples=60)
@given(record=records)
def test_a_record_survives_its_plain_form(record: Record) -> None:
    assert from_plain(type(record), to_plain(record)) == record


@settings(max_examples=30)
@given(one=st.lists(records, max_size=5), other=st.lists(records, max_size=5))
def test_parts_hashed_apart_make_the_whole(one: list[Record], other: list[Record]) -> None:
    part, rest = StateDigest(), StateDigest()
    part.add_all(one)
    rest.add_all(other)
    part.combine(rest)
    assert part.value() == digest_of(one + other)


def some_document(number: str) -> TravelDocument:
    return TravelDocument("UTO", "P", number, DocumentStatus.STOLEN, date(2026, 1, 2), None)


def test_a_stored_state_goes_on_where_it_stopped() -> None:
    many = [some_document(f"{n:09d}") for n in range(2500)]
    first = StateDigest()
    first.add_all(many[:1700])
    later = StateDigest(first.state)
    later.add_all(many[1700:])
    assert later.value() == digest_of(many)


def test_rows_in_bulk_count_as_records_one_by_one() -> None:
    many = [some_document(f"{n:09d}") for n in range(2500)]
    bulk = StateDigest()
    bulk.add_bytes([record_bytes(document) for document in many])
    assert bulk.value() == digest_of(many)
    bulk.remove_bytes([record_bytes(document) for document in many])
    assert bulk.value() == StateDigest().value()


def test_every_field_of_a_document_counts() -> None:
    base = some_document("L898902C3")
    others = [
        TravelDocument("UT", "P", "L898902C3", base.status, base.lost_on),
        TravelDocument("UTO", "I", "L898902C3", base.status, base.lost_on),
        TravelDocument("UTO", "P", "L898902C4", base.status, base.lost_on),
        TravelDocument("UTO", "P", "L898902C3", DocumentStatus.LOST, base.lost_on),
        TravelDocument("UTO", "P", "L898902C3", base.status, date(2026, 1, 3)),
        TravelDocument("UTO", "P", "L898902C3", base.status, base.lost_on, date(2026, 1, 2)),
    ]
    assert len({digest_of([document]) for document in [base, *others]}) == 7


def test_the_same_record_twice_is_another_list() -> None:
    record = some_document("L898902C3")
    assert digest_of([record, record]) not in (digest_of([record]), digest_of([]))


def test_the_digest_is_what_its_description_says() -> None:
    """Computed here a second time, block by block with whole numbers, so that a faster version cannot drift."""
    held = [some_document("L898902C3"), some_document("L898902C4")]
    key = hashlib.sha256(b"BorderDesk state digest 1").digest()
    words = [0] * 64
    for record in held:
        hashed = hashlib.sha256(record_bytes(record)).digest()
        stretched = b""
        for block in range(32):
            half = hashed[:16] if block < 16 else hashed[16:]
            low, high = half[:8], int.from_bytes(half[8:], "little") ^ block
            stretch = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
            stretched += stretch.update(low + high.to_bytes(8, "little"))
        for n in range(64):
            words[n] = (words[n] + int.from_bytes(stretched[8 * n : 8 * n + 8], "little")) % 2**64
    state = b"".join(word.to_bytes(8, "little") for word in words)
    assert digest_of(held) == hashlib.sha256(b"BorderDesk state digest 1" + state).digest()


@pytest.mark.parametrize(
    ("state", "type_", "number"),
    [("UTOX", "P", "1"), ("UTO", "PPP", "1"), ("UTO", "P", ""), ("UTO", "P", "l89"), ("D<<", "P", "1")],
)
def test_what_no_list_can_hold_is_refused(state: str, type_: str, number: str) -> None:
    with pytest.raises(ValueError, match="not a document a list can hold"):
        record_bytes(TravelDocument(state, type_, number, DocumentStatus.LOST))


def test_a_stored_state_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="512 bytes"):
        StateDigest(b"short")
