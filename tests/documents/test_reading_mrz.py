"""A machine readable zone is read as ICAO Doc 9303 says, and every fault is said by name.

Specimens are from the public standard (Utopia, parts 4 to 7) and from published specimen cards.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.dates import PartialDate
from borderdesk.documents import DocumentReading, Format, UnreadableMrz, compose_mrz, read_mrz

TODAY = date(2026, 11, 22)


def read(*lines: str) -> DocumentReading:
    return read_mrz("\n".join(lines), today=TODAY)


def codes(reading: DocumentReading) -> set[str]:
    return {finding.code for finding in reading.findings}


def test_the_passport_of_the_standard_is_read_whole() -> None:
    found = read("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert found.format is Format.TD3
    assert (found.surname, found.given) == ("ERIKSSON", "ANNA MARIA")
    assert (found.document_code, found.issuing_state, found.nationality) == ("P", "UTO", "UTO")
    assert (found.number, found.sex, found.optional) == ("L898902C3", "F", ("ZE184226B",))
    assert found.birth_date == PartialDate(1974, 8, 12)
    assert found.expiry_date == PartialDate(2012, 4, 15)
    assert found.valid
    assert found.failed_checks == ()


def test_an_empty_optional_field_may_have_filler_or_zero_for_its_check_digit() -> None:
    for digit in "<0":
        found = read(
            "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", f"C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<{digit}0"
        )
        assert found.valid
        assert found.issuing_state == "D"
        assert found.optional == ("",)


def test_a_filled_optional_field_needs_its_check_digit() -> None:
    found = read("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<<0")
    assert "optional" in found.failed_checks


def test_a_long_number_is_put_together_both_ways() -> None:
    plain = read("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
    assert (plain.number, plain.optional, plain.failed_checks) == ("D23145890734", ("", ""), ())
    assert "mrz.number.overflow" in codes(plain)
    counted = read("I<UTOD23145890<1240<XYZ<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<8", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    assert (counted.number, counted.optional, counted.failed_checks) == ("D23145890124", ("XYZ", ""), ())
    assert "mrz.number.filler_counted" in codes(counted)


def test_a_passport_has_no_rule_for_long_numbers() -> None:
    found = read("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "D23145890<UTO7408122F12041597349<<<<<<<<<<<0")
    assert "number" in found.failed_checks


@pytest.mark.parametrize("lines", [
    ("IDFRATEST<NAME<<<<<<<<<<<<<<<<0CHE02", "1710GVA123451ROBERTA<<<<<<<9112311F2"),
    ("D1FRA13AA000026181231MARTIN<<9",),
    ("AAA001D<<", "FACHE305142128097<<800126<<<<<", "MARCHAND<<FABIENNE<<<<<<<<<<<<"),
    ("IDCHEA1234567<6<<<<<<<<<<<<<<<", "7510256M2009018CHE<<<<<<<<<<<8", "SMITH<<JOHN<ALBERT<<<<<<<<<<<<"),
])  # fmt: skip
def test_published_national_specimens_are_valid(lines: tuple[str, ...]) -> None:
    assert read(*lines).valid


def test_a_date_with_a_letter_is_wrong_though_its_check_digit_holds() -> None:
    # W counts 32, which is 2 modulo 10.
    lines = compose_mrz(
        Format.TD3, document_code="P", issuing_state="FRA", surname="A", given="B", number="12", nationality="FRA",
        birth_date=PartialDate(1931, 8, 2), sex="M", expiry_date=PartialDate(2030, 1, 1),
    )  # fmt: skip
    found = read(lines[0], lines[1].replace("310802", "31080W"))
    assert found.failed_checks == ()
    assert not found.valid
    assert "mrz.date.character" in codes(found)
    assert found.birth_date is None
    assert found.birth_date_raw == "31080W"


@pytest.mark.parametrize(("raw", "iso"), [("71<<<<", "1971"), ("7105<<", "1971-05"), ("<<<<<<", None)])
def test_unknown_parts_of_a_birth_date_stay_unknown(raw: str, iso: str | None) -> None:
    lines = compose_mrz(
        Format.TD3, document_code="P", issuing_state="IND", surname="", given="AHMADI", number="Z1", nationality="IND",
        birth_date=PartialDate.parse(iso) if iso else None, expiry_date=PartialDate(2030, 1, 1),
    )  # fmt: skip
    found = read(*lines)
    assert found.valid
    assert found.birth_date_raw == raw
    assert (found.birth_date.iso if found.birth_date else None) == iso
    assert (found.surname, found.given) == ("", "AHMADI")
    assert "mrz.date.unknown_parts" in codes(found)


def test_a_date_outside_the_calendar_is_wrong() -> None:
    found = read("P<CZESPECIMEN<<VZOR<<<<<<<<<<<<<<<<<<<<<<<<<", "99009054<4CZE1102299F1506181<<<<<<<<<<<<<<<0")
    assert "mrz.date.calendar" in codes(found)
    assert not found.valid


def test_a_changed_part_with_its_digit_leaves_only_the_composite_wrong() -> None:
    found = read("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO8408129F1204159ZE184226B<<<<<10")
    assert found.failed_checks == ("composite",)
    said = next(f.sentence for f in found.findings if f.code == "mrz.check.composite")
    assert "one part may have been changed" in str(said)


def test_special_codes_are_no_fault() -> None:
    for state in "UNO UNA XOM XPO RKS EUE XXA XXB GBD XXK DEU XCE".split():  # noqa: SIM905
        lines = compose_mrz(
            Format.MRV_A, document_code="V", issuing_state=state, surname="S", given="G", number="1", nationality=state,
            birth_date=PartialDate(1990, 1, 1), expiry_date=PartialDate(2030, 1, 1),
        )  # fmt: skip
        assert read(*lines).valid


def test_x_is_said_and_another_letter_is_wrong_for_the_sex() -> None:
    line = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    assert read(line, "L898902C36UTO7408122X1204159ZE184226B<<<<<10").valid
    assert not read(line, "L898902C36UTO7408122N1204159ZE184226B<<<<<10").valid


@pytest.mark.parametrize("text", ["", "hello", "P<UTO", "P" * 5000, "\n\n\n", "<" * 44])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMrz):
        read_mrz(text, today=TODAY)


NAME = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXY", min_size=2, max_size=6), min_size=1, max_size=2).map(" ".join)
DAY = st.dates(date(1927, 1, 1), TODAY).map(PartialDate.of)
EXPIRY = st.dates(date(2027, 1, 1), date(2060, 1, 1)).map(PartialDate.of)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([Format.TD1, Format.TD2, Format.TD3, Format.MRV_A, Format.MRV_B]),
    NAME, NAME, st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=9),
    st.sampled_from(["D", "FRA", "UNO", "RKS"]), DAY, st.sampled_from("MF<"), EXPIRY, st.text("0123456789", max_size=7),
)  # fmt: skip
def test_reading_is_the_inverse_of_composing(
    format: Format, surname: str, given: str, number: str, state: str, born: PartialDate, sex: str,
    expiry: PartialDate, optional: str,
) -> None:  # fmt: skip
    code = {Format.TD1: "I", Format.TD2: "I", Format.TD3: "PP"}.get(format, "V")
    lines = compose_mrz(
        format, document_code=code, issuing_state=state, surname=surname, given=given, number=number,
        nationality=state, birth_date=born, sex=sex, expiry_date=expiry, optional=(optional,),
    )  # fmt: skip
    found = read(*lines)
    assert found.valid
    assert (found.format, found.document_code, found.lines) == (format, code, lines)
    assert (found.surname, found.given, found.number) == (surname, given, number)
    assert (found.issuing_state, found.nationality, found.sex) == (state, state, sex)
    assert (found.birth_date, found.expiry_date) == (born, expiry)
    assert found.optional[0] == optional


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([Format.TD1, Format.TD2]),
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=10, max_size=14), st.booleans(),
)  # fmt: skip
def test_long_numbers_come_back_whole(format: Format, number: str, counted: bool) -> None:
    lines = compose_mrz(
        format, document_code="I", issuing_state="BEL", surname="A", given="B", number=number, nationality="BEL",
        birth_date=PartialDate(1990, 1, 1), expiry_date=PartialDate(2030, 1, 1), filler_counted=counted,
    )  # fmt: skip
    found = read(*lines)
    assert found.number == number
    assert found.valid
