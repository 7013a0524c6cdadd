"""What a desk finds without a laboratory, with the right weight, and without condemning genuine papers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from borderdesk.dates import PartialDate
from borderdesk.documents import (
    DocumentReading,
    Format,
    PrintedFields,
    check_authenticity,
    compose_mrz,
    read_mrz,
    sense_checks,
)
from borderdesk.documents.authenticity import read_barcode
from borderdesk.findings import Severity

TODAY = date(2026, 11, 22)


def passport(**changes: object) -> DocumentReading:
    fields: dict[str, object] = {
        "document_code": "P", "issuing_state": "FRA", "nationality": "FRA", "surname": "MARTIN", "given": "LEA",
        "number": "12AB34567", "birth_date": PartialDate(1990, 5, 17), "sex": "F",
        "expiry_date": PartialDate(2031, 1, 1),
    }  # fmt: skip
    return read_mrz("\n".join(compose_mrz(Format.TD3, **(fields | changes))), today=TODAY)  # type: ignore[arg-type]


def codes(reading: DocumentReading, **more: object) -> dict[str, Severity]:
    found = check_authenticity(reading, today=TODAY, **more)  # type: ignore[arg-type]
    return {finding.code.removeprefix("authenticity."): finding.severity for finding in found}


def test_an_ordinary_passport_has_no_finding() -> None:
    assert codes(passport()) == {}


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"issuing_state": "UTO"}, "specimen.state", Severity.STOP),
        ({"issuing_state": "WSA"}, "fantasy", Severity.STOP),
        ({"issuing_state": "SUN"}, "former", Severity.LOOK),
        ({"number": "L898902C3"}, "specimen.number", Severity.STOP),
        ({"surname": "MUSTERMANN"}, "specimen.name", Severity.STOP),
        ({"given": "SPECIMEN"}, "specimen.name", Severity.STOP),
        ({"surname": "SAMPLE"}, "specimen.name", Severity.LOOK),
        ({"number": "C01X00T47", "issuing_state": "D", "nationality": "D"}, "specimen.number", Severity.STOP),
        ({"expiry_date": PartialDate(2026, 11, 21)}, "expired", Severity.LOOK),
        ({"expiry_date": PartialDate(2027, 1, 1)}, "validity.short", Severity.INFO),
        ({"expiry_date": PartialDate(2041, 1, 1)}, "validity.long", Severity.LOOK),
        ({"nationality": "XXB"}, "nationality", Severity.INFO),
        ({"issuing_state": "D", "nationality": "D", "number": "AEIOU1234"}, "number.shape", Severity.INFO),
    ],
)
def test_a_fault_is_found_with_its_weight(changes: dict[str, object], code: str, severity: Severity) -> None:
    assert codes(passport(**changes))[code] is severity


def test_a_document_valid_until_today_has_not_expired() -> None:
    assert "expired" not in codes(passport(expiry_date=PartialDate(2026, 11, 22)))


def test_rules_of_stay_and_issue_need_what_is_only_printed() -> None:
    assert codes(passport(), leaves=date(2030, 12, 1))["validity.short"] is Severity.LOOK
    assert "validity.short" not in codes(passport(), leaves=date(2030, 9, 1))
    assert codes(passport(), issued=date(2015, 1, 1))["issue.old"] is Severity.LOOK
    assert codes(passport(), issued=date(2027, 1, 1))["issue.future"] is Severity.LOOK


def test_a_national_number_gives_away_a_changed_birth_and_sex() -> None:
    # 44051401359: a man born 14 May 1944 (the Polish ministry's own example).
    own = {"issuing_state": "POL", "nationality": "POL", "optional": ("44051401359",)}
    true = passport(**own, birth_date=PartialDate(1944, 5, 14), sex="M")
    assert codes(true) == {}
    changed = passport(**own, birth_date=PartialDate(1964, 5, 14), sex="F")
    assert codes(changed) == {"national.birth": Severity.LOOK, "national.sex": Severity.LOOK}
    broken = passport(**own | {"optional": ("44051401358",)}, birth_date=PartialDate(1944, 5, 14), sex="M")
    assert codes(broken) == {"national.check": Severity.LOOK}


@pytest.mark.parametrize(
    ("state", "number", "born", "sex"),
    [
        ("BEL", "85073003328", PartialDate(1985, 7, 30), "M"),
        ("BGR", "7523169263", PartialDate(1875, 3, 16), "M"),
        ("CHN", "360426199101010071", PartialDate(1991, 1, 1), "M"),
        ("CZE", "7103192745", PartialDate(1971, 3, 19), "M"),
        ("DNK", "2110625629", PartialDate(1962, 10, 21), "M"),
        ("ESP", "54362315K", None, ""),
        ("EST", "36805280109", PartialDate(1968, 5, 28), "M"),
        ("LTU", "33309240064", PartialDate(1933, 9, 24), "M"),
        ("LVA", "16117519997", PartialDate(1975, 11, 16), ""),
        ("MYS", "770305021234", PartialDate(1977, 3, 5), "F"),
        ("NLD", "111222333", None, ""),
        ("NOR", "15108695088", PartialDate(1986, 10, 15), "F"),
        ("POL", "44051401359", PartialDate(1944, 5, 14), "M"),
        ("ROU", "1630615123457", PartialDate(1963, 6, 15), "M"),
        ("SRB", "1912975804642", PartialDate(1975, 12, 19), "M"),
        ("SVN", "0101006500006", PartialDate(2006, 1, 1), "M"),
        ("SWE", "8803200016", PartialDate(1988, 3, 20), "M"),
        ("TUR", "17291716060", None, ""),
        ("ZAF", "7503305044089", PartialDate(1975, 3, 30), "M"),
    ],
)
def test_every_issuers_number_is_held_against_birth_and_sex(
    state: str, number: str, born: PartialDate | None, sex: str
) -> None:
    """The examples of python-stdnum's own documentation."""
    own: dict[str, object] = {"issuing_state": state, "nationality": state, "number": "XK0000001"}
    fits = {"birth_date": born or PartialDate(1990, 5, 17), "sex": sex or "F"}
    zone = codes(written(number, **own | fits))
    assert not {"national.birth", "national.sex", "national.check"} & zone.keys()
    if born is not None:
        assert zone_says(number, own | fits | {"birth_date": PartialDate(1999, 2, 3)}) == {"national.birth"}
    if sex:
        assert zone_says(number, own | fits | {"sex": "F" if sex == "M" else "M"}) == {"national.sex"}


def zone_says(personal: str, fields: dict[str, object]) -> set[str]:
    return {code for code in codes(written(personal, **fields)) if code.startswith("national.")}


def written(personal: str, **fields: object) -> DocumentReading:
    """A card with the personal number in its optional data."""
    card: dict[str, object] = {"document_code": "I", "surname": "MARTIN", "given": "LEA"} | fields
    card |= {"expiry_date": PartialDate(2031, 1, 1), "optional": (personal[:15],)}
    reading = read_mrz("\n".join(compose_mrz(Format.TD1, **card)), today=TODAY)  # type: ignore[arg-type]
    # China's number has more places than the optional data of a card.
    return reading if len(personal) < 16 else replace(reading, optional=(personal,))


def test_a_number_that_may_be_another_one_is_not_held_against_its_holder() -> None:
    assert zone_says("7503305044080", {"issuing_state": "ZAF", "nationality": "ZAF", "number": "XK0000001",
                                       "birth_date": PartialDate(1990, 1, 1), "sex": "F"}) == set()  # fmt: skip


def test_the_visual_zone_must_say_the_same() -> None:
    printed = PrintedFields("Martin", "Léa", "12 AB 34567", PartialDate(1990, 5, 17), PartialDate(2031, 1, 1))
    assert codes(passport(), printed=printed) == {}
    other = PrintedFields("Martine", "Léa", "12AB34568", PartialDate(1990, 5, 18))
    assert codes(passport(), printed=other) == dict.fromkeys(
        ("printed.name", "printed.number", "printed.birth_date"), Severity.STOP
    )


def french_card(number: str, born: PartialDate) -> DocumentReading:
    lines = compose_mrz(
        Format.FRA_ID, document_code="ID", issuing_state="FRA", surname="MARTIN", given="LEA", number=number,
        birth_date=born, sex="F",
    )  # fmt: skip
    return read_mrz("\n".join(lines), today=TODAY)


def test_a_french_card_is_dated_by_its_number() -> None:
    adult = PartialDate(1980, 1, 1)
    assert codes(french_card("170675123456", adult)) == {}
    assert "expired" in codes(french_card("120675123456", adult))
    assert "expired" in codes(french_card("150675123456", PartialDate(2005, 1, 1)))
    assert "fra.issue_future" in codes(french_card("270175123456", adult))
    assert "fra.issue" in codes(french_card("171375123456", adult))
    assert "fra.issue_before_birth" in codes(french_card("170675123456", PartialDate(2018, 1, 1)))


def test_the_officer_is_asked_for_what_no_program_sees() -> None:
    assert "same person" in str(sense_checks()[0])


def licence(**fields: str) -> str:
    values = {"DAQ": "D1234567", "DCS": "SAMPLE", "DBB": "05171990", "DBD": "01022022", "DBA": "05172028"} | fields
    body = "DL" + "\n".join(name + value for name, value in values.items()) + "\r"
    header = "@\n\x1e\rANSI 636000100001"
    return f"{header}DL{len(header) + 10:04d}{len(body):04d}{body}"


def barcode_codes(text: str) -> set[str]:
    return {finding.code.removeprefix("authenticity.aamva.") for finding in read_barcode(text, TODAY).findings}


def test_a_sound_licence_barcode_has_no_finding() -> None:
    found = read_barcode(licence(), TODAY)
    assert found.findings == ()
    assert found.issuer == "636000"
    assert dict(found.fields)["DAQ"] == "D1234567"


def test_a_barcode_that_does_not_hold_together_is_said_so() -> None:
    assert barcode_codes("DAQ123\nDCSSMITH") == {"header"}
    assert barcode_codes(licence().replace("DAQD1234567", "DAQD123456")) == {"offset"}
    assert barcode_codes(licence(DCS="")) == {"field"}
    assert barcode_codes(licence(DBD="05172029")) == {"order", "issue_future"}
    assert barcode_codes(licence(DBB="13451990")) == {"date"}
    assert barcode_codes(licence(DBA="05172024")) == {"expired"}
    canadian = licence(DCG="CAN", DBB="19900517", DBD="20220102", DBA="20280517")
    assert barcode_codes(canadian) == set()


LICENCES = json.loads((Path(__file__).parent / "reference" / "licences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "number", "born", "said"),
    [
        ("standard", "T64235789", date(1986, 6, 6), set()),
        ("ohio", "SS430403", date(1986, 9, 14), set()),
        ("maryland", "K-134-123-145-103", date(1991, 2, 9), {"authenticity.aamva.expired"}),
    ],
)
def test_published_barcodes_of_three_versions_hold_together(name: str, number: str, born: date, said: set[str]) -> None:
    found = read_barcode(LICENCES[name], date(2019, 7, 1))
    assert (dict(found.fields)["DAQ"], found.born) == (number, born)
    assert {finding.code for finding in found.findings} - {"authenticity.aamva.offset"} == said
