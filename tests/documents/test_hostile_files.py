"""Files made to hurt: every reader answers or refuses in its own words, in time that grows with the file."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from borderdesk.documents import UnreadableList, read_passenger_list
from borderdesk.documents.authenticity import read_barcode
from borderdesk.documents.chip import (
    IssuerKeys,
    UnreadableChip,
    UnreadableMasterList,
    certificates_in,
    read_master_list,
    verify_chip,
)
from borderdesk.documents.passengers.tables import MOST_UNPACKED
from borderdesk.documents.seals import UnreadableSeal, read_seal
from borderdesk.errors import KnownError

TODAY = date(2026, 11, 22)
REFUSALS = (UnreadableList, UnreadableChip, UnreadableMasterList, UnreadableSeal)
READERS: dict[str, Callable[[bytes], object]] = {
    "list": lambda data: read_passenger_list(data, today=TODAY),
    "master list": read_master_list,
    "chip": lambda data: verify_chip(data, {1: data, 2: data}, IssuerKeys(), today=TODAY, revocations=[data]),
    "seal": read_seal,
    "barcode": lambda data: read_barcode(data.decode("latin-1"), TODAY),
    "certificates": certificates_in,
}
_TEXT = (
    "UNA:+.? '", "UNA*+.? |", "UNB+UNOA:4+A+B'", "UNH+1+PAXLST:D:05B'", "NAD+FL+++A:B'", "NAD+MS+++X'", "DOC+P+1'",
    "DOC++'", "DTM+36:'", "DTM+329:999999'", "LOC+125+VIE'", "TDT+20+X1'", "CNT+42:7'", "UNT+1+1'", "?", "'", "+", "\n",
    "PDT+P/1:990909:US+A:B:C:590429:M'", "A|1|2\n", "U|1|2|A|B||00001950|\n", "surname,given\n", '"', ",", "\x00",
    "MIIB",
    "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN X509 CRL-----\n", "MAA=\n",
    "pkdMasterListContent:: ", "certificateRevocationList;binary:: ", "@\n\x1e\rANSI 636000100001", "DL00410279",
    "DAQ1\n", "DBB05171990\r", "PK\x03\x04",
)  # fmt: skip
_BYTES = (
    b"\xff", b"\x30\x82", b"\x30\x80", b"\x77\x03", b"\x06\x09*\x86H\x86\xf7\r\x01\x07\x02", b"\xa0\x00",
    b"\x61\x05_\x1f\x02", b"\xdc\x03", b"\xdc\x02", b"j\xbc", b"m2\xc8\xa7,\xb1", b"\x0fq4", b"\x5d\x01", b"\x02\x2c",
    b"\xff\x38", b"\xfe",
)  # fmt: skip
PIECES = st.sampled_from([*(text.encode("latin-1") for text in _TEXT), *_BYTES])


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=30).map(b"".join), st.binary(max_size=20))
def test_any_heap_of_pieces_is_read_or_refused_in_the_readers_own_words(heap: bytes, noise: bytes) -> None:
    for read in READERS.values():
        for data in (heap, heap + noise, noise + heap):
            try:
                read(data)
            except REFUSALS as error:
                assert isinstance(error, KnownError)
                assert len(error.sentences) == 3


PEOPLE = st.lists(st.tuples(st.text("ABCÉ '?+:-", min_size=1, max_size=8), st.sampled_from(["", "DOC+P+1", "DTM+36:"])))


@settings(max_examples=150, deadline=None)
@given(PEOPLE, st.sampled_from(["'", "'\r\n", "'\n  "]), st.booleans())
def test_any_list_keeps_as_many_people_as_were_sent(people: list[tuple[str, str]], end: str, advice: bool) -> None:
    segments = ["UNB+UNOA:4+A+B", "UNH+1+PAXLST:D:05B", "BGM+745"]
    for name, more in people:
        segments.append("NAD+FL+++" + "".join("?" + each if each in "?+:'" else each for each in name))
        segments += [more] if more else []
    text = ("UNA:+.? '" if advice else "") + end.join([*segments, "UNT+9+1", ""])
    listed = read_passenger_list(text.encode(), today=TODAY)
    assert len(listed.people) == len(people)


def test_a_sign_that_parts_elements_releases_nothing() -> None:
    """Found by fuzzing: `UNB?A` was taken apart for ever."""
    listed = read_passenger_list(b"UNB?UNOA:4?A?B!UNH?1!NAD?FL???NOVAK:EVA!NAD?FL???KING:ANN!", today=TODAY)
    assert [person.surname for person in listed.people] == ["NOVAK", "KING"]
    nobody = read_passenger_list(b"UNB?A", today=TODAY)
    assert [found.code for found in nobody.warnings] == ["manifest.nobody"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n  "])
def test_people_are_kept_where_every_segment_has_a_line_of_its_own_and_no_other_end(end: str) -> None:
    text = end.join(("UNB+UNOA:4+A+B", "UNH+1+PAXLST:D:05B", "BGM+745", "NAD+FL+++NOVAK:EVA", "NAD+FL+++KING:ANN", ""))
    listed = read_passenger_list(text.encode(), today=TODAY)
    assert [person.surname for person in listed.people] == ["NOVAK", "KING"]


def workbook() -> bytes:
    book = Workbook()
    book.active.append(["Surname", "Given names", "Date of birth"])
    book.active.append(["Novák", "Eva", date(1980, 4, 3)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


BOOK = workbook()


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=120, deadline=None)
@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=4), st.integers(0, 20))
def test_any_damaged_workbook_is_read_or_refused(at: int, put: bytes, gone: int) -> None:
    try:
        read_passenger_list(BOOK[:at] + put + BOOK[at + gone :], today=TODAY)
    except UnreadableList as error:
        assert len(error.sentences) == 3


def test_a_workbook_that_unpacks_to_more_than_any_list_is_refused() -> None:
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as packed, packed.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(MOST_UNPACKED // (1 << 24) + 1):
            part.write(bytes(1 << 24))
    with pytest.raises(UnreadableList, match="unpacked"):
        read_passenger_list(data.getvalue(), today=TODAY)


HUGE = 120_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("reader", "make"),
    [
        ("list", lambda: b"UNB+UNOA'NAD+FL+++A:B'" + b"DOC+P+1'" * HUGE),
        ("list", lambda: b"UNB+UNOA'NAD+FL+++A:B'" + b"RFF+AVF:1'" * HUGE),
        ("list", lambda: b"UNB+UNOA'TDT+20+X1'" + b"".join(b"LOC+92+A%d'" % at for at in range(HUGE))),
        ("list", lambda: b"UNB+UNOA'" + b"1 NAD+1 NAD+" * HUGE),
        ("list", lambda: b"UNB+UNOA'" + b"?" * HUGE),
        ("master list", lambda: b"-----BEGIN CERTIFICATE-----" * HUGE),
        ("certificates", lambda: b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END X-----" * HUGE),
        ("master list", lambda: b"dn: x\ncACertificate:: " + b"A\n " * HUGE),
    ],
)
def test_a_hostile_file_costs_no_more_than_its_length(reader: str, make: Callable[[], bytes]) -> None:
    """Where the time grew with the square of the length, each of these would take from ten minutes to hours."""
    try:
        READERS[reader](make())
    except REFUSALS as error:
        assert len(error.sentences) == 3
