"""One search line that understands a scan, a number, and a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderdesk.dates import PartialDate
from borderdesk.matching import PersonQuery
from borderdesk.policy import DEFAULT
from borderdesk.screening import NothingToScreen, NotThen, typed_later, understand
from borderdesk.screening.marks import WORDS, read_marks, write_marks
from borderdesk.screening.verdict import OtherReading
from borderdesk.watchlist import Mark, Scheme

TODAY = date(2026, 3, 1)
SPECIMEN = (  # ICAO Doc 9303-4, 8th edition, appendix B
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
)


def test_a_scanned_passport_gives_document_and_person() -> None:
    asked = understand(SPECIMEN, today=TODAY)
    assert asked.reading is not None
    question = asked.question
    assert (question.document_state, question.document_type, question.document_number) == ("UTO", "P", "L898902C3")
    assert question.person is not None
    assert (question.person.surname, question.person.given) == ("ERIKSSON", "ANNA MARIA")
    assert question.person.birth == PartialDate(1974, 8, 12)


@pytest.mark.parametrize(
    ("typed", "state", "type_", "number"),
    [
        ("l898902c3", "", "", "L898902C3"),
        ("UTO L898902C3", "UTO", "", "L898902C3"),
        ("P UTO L898902C3", "UTO", "P", "L898902C3"),
        ("12345678", "", "", "12345678"),
        ("75 1234567", "", "", "751234567"),
        ("45 06 123456", "", "", "4506123456"),
        ("PA 1234567", "", "", "PA1234567"),
        ("B 1234567", "", "", "B1234567"),
        ("AB-123456", "", "", "AB123456"),
        ("12/345678", "", "", "12345678"),
        ("№ 12345678", "", "", "12345678"),
        ("No. L898902C3", "", "", "L898902C3"),
        ("UTO/P/L898902C3", "UTO", "P", "L898902C3"),
        ("P D HP888781", "D", "P", "HP888781"),
        ("D/I/LTWN2FMV8", "D", "I", "LTWN2FMV8"),
        ("МР1234567", "", "", "MP1234567"),
        ("PA໑໒໓໔໕໖໗", "", "", "PA1234567"),
        ("٣٤٥٦٧٨٩٠", "", "", "34567890"),
        ("30A-123.45", "", "", "30A12345"),
        ("WVWZZZ 1JZXW 000001", "", "", "WVWZZZ1JZXW000001"),
        ("MSCU 663987 1", "", "", "MSCU6639871"),
    ],
)
def test_a_number_alone_is_a_document(typed: str, state: str, type_: str, number: str) -> None:
    question = understand(typed, today=TODAY).question
    assert (question.document_state, question.document_type, question.document_number) == (state, type_, number)
    assert question.person is None


@pytest.mark.parametrize(
    ("typed", "name", "birth"),
    [
        ("Phommachanh Khamla", "Phommachanh Khamla", None),
        ("ERIKSSON Anna Maria 1974-08-12", "ERIKSSON Anna Maria", PartialDate(1974, 8, 12)),
        ("Кони Иосиф 1961", "Кони Иосиф", PartialDate(1961)),
        ("Nguyễn Văn An 1990-02-31", "Nguyễn Văn An", None),
        ("Eriksson Anna 12.08.1974", "Eriksson Anna", PartialDate(1974, 8, 12)),
        ("ERIKSSON ANNA 12/08/1974", "ERIKSSON ANNA", PartialDate(1974, 8, 12)),
        ("ERIKSSON ANNA 08/31/1974", "ERIKSSON ANNA", PartialDate(1974, 8, 31)),
        ("ERIKSSON ANNA 12-08-1974", "ERIKSSON ANNA", PartialDate(1974, 8, 12)),
        ("ERIKSSON ANNA 12 Aug 1974", "ERIKSSON ANNA", PartialDate(1974, 8, 12)),
        ("ERIKSSON ANNA 1974/08/12", "ERIKSSON ANNA", PartialDate(1974, 8, 12)),
        ("ທ້າວ ຄຳ ໑໙໘໐", "ທ້າວ ຄຳ", PartialDate(1980)),
        ("محمد المصري ١٢/٠٨/١٩٧٤", "محمد المصري", PartialDate(1974, 8, 12)),
        ("สมชาย ใจดี 2523", "สมชาย ใจดี", PartialDate(1980)),
        ("Li Na 1980-01-01", "Li Na", PartialDate(1980, 1, 1)),
    ],
)
def test_anything_else_is_a_name_with_or_without_a_birth_date(typed: str, name: str, birth: PartialDate | None) -> None:
    person = understand(typed, today=TODAY).question.person
    assert person is not None
    assert (person.full, person.birth) == (name, birth)


@pytest.mark.parametrize(
    ("typed", "words"), [("passport PA1234567", "passport"), ("GLOCK PA1234567", "GLOCK"), ("PA1234567 Noy", "Noy")]
)
def test_a_number_among_words_is_asked_beside_the_name_that_they_may_be(typed: str, words: str) -> None:
    asked = understand(typed, today=TODAY)
    assert (asked.question.document_number, asked.question.of_anything) == ("PA1234567", True)
    assert asked.question.person is not None and asked.question.person.full == words


@pytest.mark.parametrize(
    ("typed", "number", "other", "words"),
    [
        ("passport PA 1234567", "1234567", "PA1234567", "passport PA"),
        ("passport 12 345 678", "12345678", "", "passport"),
        ("passport no 1234567", "1234567", "", "passport no"),
        ("passport MAR 1234567", "1234567", "MAR1234567", "passport MAR"),
        ("75 12 34567 AB", "751234567", "751234567AB", "AB"),
        ("Noy Somsak 1234 5678", "12345678", "", "Noy Somsak"),
    ],
)
def test_what_stands_beside_a_number_among_words_may_belong_to_it(
    typed: str, number: str, other: str, words: str
) -> None:
    question = understand(typed, today=TODAY).question
    assert (question.document_number, question.other.number if question.other else "") == (number, other)
    assert question.person is not None and question.person.full == words


@pytest.mark.parametrize(
    ("typed", "number", "plate"),
    [
        ("AB 1980", "AB1980", ""),
        ("AA 1980 BB", "AA1980BB", ""),
        ("LAO 2001", "LAO2001", ""),
        ("ກຂ 1980", "", "ກຂ 1980"),
        ("ກຂ ໒໕໒໓", "", "ກຂ ໒໕໒໓"),
    ],
)
def test_a_plate_whose_digits_may_be_a_year_is_asked_beside_the_name(typed: str, number: str, plate: str) -> None:
    question = understand(typed, today=TODAY).question
    assert (
        question.person is not None and question.person.birth is not None and question.person.birth.year in (1980, 2001)
    )
    assert question.document_number == number and question.of_anything is bool(number)
    assert question.marks == ((Mark(Scheme.PLATE, plate),) if plate else ())


@pytest.mark.parametrize(
    "typed", ["Khamla Phom 1980", "LI, NA 1980", "LI NA 1980-01-01", "ທ້າວ ຄຳ ໑໙໘໐", "Ли Иван 1980"]
)
def test_a_name_with_a_year_is_no_plate(typed: str) -> None:
    question = understand(typed, today=TODAY).question
    assert question.person is not None and not question.marks and not question.document_number


@pytest.mark.parametrize(
    ("typed", "number", "other"),
    [
        ("MAR 12345", "12345", OtherReading("MAR12345")),
        ("UTO-L898902C3", "L898902C3", OtherReading("UTOL898902C3")),
        ("MAR 1234", "MAR1234", None),
        ("P UTO L898902C3", "L898902C3", None),
        ("UTO/P/L898902C3", "L898902C3", None),
        ("PA 1234567", "PA1234567", OtherReading("1234567", "PAN")),
        ("fr 12AB34567", "FR12AB34567", OtherReading("12AB34567", "FRA")),
        ("DE C01X00T47", "DEC01X00T47", OtherReading("C01X00T47", "D")),
        ("QQ 1234567", "QQ1234567", None),
        ("FR 1234", "FR1234", None),
    ],
)
def test_letters_before_a_number_may_be_its_state_or_its_beginning(
    typed: str, number: str, other: OtherReading | None
) -> None:
    question = understand(typed, today=TODAY).question
    assert (question.document_number, question.other) == (number, other)


@pytest.mark.parametrize("typed", ["ກຂ 1234", "ب ت 1234", "กข 1234", "Б123Ж 45"])
def test_letters_of_another_script_with_digits_are_a_plate(typed: str) -> None:
    assert understand(typed, today=TODAY).question.marks == (Mark(Scheme.PLATE, typed),)


@pytest.mark.parametrize("text", ["", " \r\n\t", "<" * 601], ids=["nothing", "blanks", "far too long"])
def test_nothing_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NothingToScreen, match="nothing to screen"):
        understand(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("vin WVWZZZ1JZXW000001", (Mark(Scheme.VIN, "WVWZZZ1JZXW000001"),)),
        ("plate LAO AB 1234", (Mark(Scheme.PLATE, "AB 1234", "LAO"),)),
        ("VIN: WVWZZZ1JZXW000001", (Mark(Scheme.VIN, "WVWZZZ1JZXW000001"),)),
        ("IMO9074729", (Mark(Scheme.IMO, "9074729"),)),
        ("plate rus а123вс77", (Mark(Scheme.PLATE, "а123вс77", "RUS"),)),
        ("plate la ກຂ 1234", (Mark(Scheme.PLATE, "la ກຂ 1234"),)),
        ("PLATE AB-1234", (Mark(Scheme.PLATE, "AB-1234"),)),
        ("gun A 12345 GLOCK", (Mark(Scheme.SERIAL, "A 12345 GLOCK"),)),
        ("gun A12345 GLOCK", (Mark(Scheme.SERIAL, "A12345", "GLOCK"),)),
        ("imo 9074729; mmsi 211234560", (Mark(Scheme.IMO, "9074729"), Mark(Scheme.MMSI, "211234560"))),
        ("Vin Diesel", ()),
        ("vin WVWZZZ1JZXW000001; ERIKSSON", ()),
    ],
)
def test_a_word_and_a_number_ask_for_a_thing(text: str, marks: tuple[Mark, ...]) -> None:
    assert understand(text, today=TODAY).question.marks == marks


@given(
    st.lists(
        st.builds(
            Mark,
            st.sampled_from(sorted(WORDS.values())),
            st.from_regex(r"[A-Z]{0,3}[0-9]{3,8}", fullmatch=True),
            st.just(""),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_what_a_form_writes_is_understood_as_it_was_meant(marks: list[Mark]) -> None:
    assert read_marks(write_marks(tuple(marks))) == tuple(marks)


def test_a_typed_person_may_have_a_nationality_and_a_sex_after_the_birth_date() -> None:
    person = understand("ERIKSSON, Anna Maria 1974-08-12 SWE F", today=TODAY).question.person
    assert person == PersonQuery(
        surname="ERIKSSON", given="Anna Maria", birth=PartialDate(1974, 8, 12), nationality="SWE", sex="F"
    )
    alone = understand("LEE, May F 1974", today=TODAY).question.person
    assert alone == PersonQuery(surname="LEE", given="May F", birth=PartialDate(1974))


def licence(**changes: str) -> str:
    values = {
        "DAQ": "D1234567", "DCS": "SAMPLE", "DAC": "JANE", "DAD": "ANN", "DBB": "05171990", "DBC": "2",
        "DBA": "05172028", "DCG": "USA",
    } | changes  # fmt: skip
    body = "DL" + "\n".join(name + value for name, value in values.items()) + "\r"
    header = "@\n\x1e\rANSI 636000100001"
    return f"{header}DL{len(header) + 10:04d}{len(body):04d}{body}"


def test_the_barcode_of_a_driving_licence_asks_for_number_and_holder() -> None:
    asked = understand(licence(), today=TODAY)
    assert asked.question.document_number == "D1234567"
    assert asked.question.person == PersonQuery(
        surname="SAMPLE", given="JANE ANN", birth=PartialDate(1990, 5, 17), sex="F", document_numbers=("D1234567",)
    )
    assert asked.doubts == ()
    odd = understand(licence(DBA="05172020", DBB="13451990", DAD="NONE"), today=TODAY)
    assert {finding.code for finding in odd.doubts} == {"authenticity.aamva.expired", "authenticity.aamva.date"}
    assert odd.question.person is not None
    assert (odd.question.person.birth, odd.question.person.given) == (None, "JANE")
    canadian = understand(licence(DCG="CAN", DBB="19900517", DBA="20280517"), today=TODAY)
    assert canadian.question.person is not None
    assert canadian.question.person.birth == PartialDate(1990, 5, 17)


def test_a_person_and_the_number_of_their_document_are_asked_together() -> None:
    question = understand("ERIKSSON, Anna 1974-08-12; P SWE L898902C3", today=TODAY).question
    assert (question.document_type, question.document_state, question.document_number) == ("P", "SWE", "L898902C3")
    assert question.person is not None
    assert (question.person.surname, question.person.document_numbers) == ("ERIKSSON", ("L898902C3",))


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_entry_from_paper_keeps_its_real_time_and_none_that_cannot_be() -> None:
    asked = understand("ERIKSSON, Anna 1974-08-12", today=TODAY)
    passed = NOW - timedelta(hours=9)
    assert typed_later(asked, passed, now=NOW, policy=DEFAULT).question.passed_at == passed
    for impossible in (NOW + timedelta(minutes=1), NOW - timedelta(days=DEFAULT.recheck_days, minutes=1)):
        with pytest.raises(NotThen):
            typed_later(asked, impossible, now=NOW, policy=DEFAULT)
