"""The EU's consolidated list: several rows make one person, and what is refused says line, field and reason.

The file is invented; its columns are those of the published format, version 1.1.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest

from borderdesk.dates import PartialDate
from borderdesk.watchlist import Person
from borderdesk.watchlist.readers import (
    ImportReport,
    Loss,
    Tally,
    UnreadableList,
    read_eu_consolidated,
)
from borderdesk.watchlist.records import DocumentMention, NameQuality

OF_REGULATIONS = "Type OrganisationType PublicationDate EntryIntoForceDate NumberTitle Programme PublicationUrl"
REGULATION = [f"Regulation_{name}" for name in OF_REGULATIONS.split()]
OF_PARTS = {
    "NameAlias": "LastName FirstName MiddleName WholeName NameLanguage Gender Title Function",
    "Address": "City Street PoBox ZipCode Region Place AsAtListingTime ContactInfo CountryIso2Code CountryDescription",
    "BirthDate": "BirthDate Day Month Year YearRangeFrom YearRangeTo Circa CalendarType ZipCode Region Place City "
    "CountryIso2Code CountryDescription",
    "Identification": "Number Diplomatic KnownExpired KnownFalse ReportedLost RevokedByIssuer IssuedBy IssuedDate "
    "ValidFrom ValidTo LatinNumber NameOnDocument TypeCode TypeDescription Region CountryIso2Code CountryDescription",
    "Citizenship": "Region CountryIso2Code CountryDescription",
}
COLUMNS = [
    "fileGenerationDate",
    "Entity_LogicalId",
    "Entity_EU_ReferenceNumber",
    "Entity_UnitedNationId",
    "Entity_DesignationDate",
    "Entity_DesignationDetails",
    "Entity_Remark",
    "Entity_SubjectType",
    "Entity_SubjectType_ClassificationCode",
    *(f"Entity_{name}" for name in REGULATION),
    *(
        f"{part}_{name}"
        for part, names in OF_PARTS.items()
        for name in (
            *names.split(),
            "LogicalId",
            "RegulationLanguage",
            "Remark",
            *(f"Regulation_{n}" for n in REGULATION),
        )
    ),
]
"""All 118, in the order of the published file."""


def row(number: int, kind: str = "person", **cells: str) -> str:
    """One line; `NameAlias_WholeName` may be given as `name`."""
    fixed = {
        "fileGenerationDate": "17/11/2026",
        "Entity_LogicalId": str(number),
        "Entity_EU_ReferenceNumber": f"EU.{number}.1",
        "Entity_SubjectType": kind[:1].upper(),
        "Entity_SubjectType_ClassificationCode": kind,
    }
    given = {"NameAlias_WholeName" if name == "name" else name: text for name, text in cells.items()}
    assert given.keys() <= set(COLUMNS)
    texts = ((fixed | given).get(name, "") for name in COLUMNS)
    return ";".join(f'"{text}"' if ";" in text else text for text in texts)


def read(*lines: str) -> tuple[dict[str, Person], ImportReport]:
    text = "\r\n".join((";".join(COLUMNS), *lines, ""))
    tally = Tally("test")
    found = [
        record for each in read_eu_consolidated(io.BytesIO(text.encode("utf-8-sig"))) if (record := tally.add(each))
    ]
    return {each.key: each for each in found if isinstance(each, Person)}, tally.report()


def test_several_rows_make_one_person() -> None:
    found, report = read(
        row(
            13,
            Entity_DesignationDate="2014-03-17",
            Entity_Regulation_Programme="UKR",
            Entity_Remark="Invented for a test",
            NameAlias_LastName="Petrov",
            NameAlias_FirstName="Anton",
            NameAlias_MiddleName="Ilyich",
            name="Anton Ilyich Petrov",
            NameAlias_Gender="M",
        ),
        row(14, name="Somebody Else"),
        row(13, name="Антон Петров"),
        row(13, name="Tosha", NameAlias_Remark="Low quality alias"),
        row(13, Address_City="Tver", Address_CountryDescription="RUSSIAN FEDERATION"),
        row(13, BirthDate_BirthDate="1961-05-09", BirthDate_City="Tver", BirthDate_CountryDescription="UNKNOWN"),
        row(
            13,
            Identification_Number="55 0314316",
            Identification_TypeDescription="National passport",
            Identification_CountryIso2Code="RU",
            Identification_ReportedLost="true",
        ),
        row(13, Citizenship_CountryIso2Code="RU", Citizenship_CountryDescription="RUSSIAN FEDERATION"),
    )
    person = found["13"]
    assert [(name.full, name.quality) for name in person.names] == [
        ("Anton Ilyich Petrov", NameQuality.PRIMARY),
        ("Антон Петров", NameQuality.STRONG),
        ("Tosha", NameQuality.WEAK),
    ]
    assert (person.names[0].surname, person.names[0].given) == ("Petrov", "Anton Ilyich")
    assert (person.births, person.birth_places) == ((PartialDate(1961, 5, 9),), ("Tver",))
    assert (person.nationalities, person.sex, person.listed_on) == (("RUS",), "M", date(2014, 3, 17))
    assert person.documents == (DocumentMention("550314316", "P", "RUS"),)
    assert person.reference == "EU.13.1"
    for said in ("Invented for a test", "UKR", "Tver, RUSSIAN FEDERATION", "is reported lost"):
        assert said in person.remarks
    assert set(found) == {"13", "14"}
    assert report.refusals == ()
    assert report.generated_at == datetime(2026, 11, 17, tzinfo=UTC)


def test_what_a_document_is_looked_for_by_is_its_number_in_latin_letters() -> None:
    passport = {"Identification_TypeDescription": "National passport", "Identification_CountryIso2Code": "RU"}
    found, report = read(
        row(
            13,
            name="Anton Petrov",
            Identification_Number="АБ 123456",
            Identification_LatinNumber="AB 123456",
            Identification_Diplomatic="true",
            Identification_IssuedBy="OVD; Tver",
            Identification_ValidTo="2020-03-04",
            **passport,
        ),
        row(14, name="Ivan Petrov", Identification_Number="АБ 123456", **passport),
        row(
            15, name="Oleg Petrov", Identification_Number="7712345", Identification_TypeDescription="Tax Identification"
        ),
    )
    assert found["13"].documents == (DocumentMention("AB123456", "P", "RUS"),)
    for said in ("written АБ 123456", "is diplomatic", "issued by OVD; Tver", "valid until 2020-03-04"):
        assert said in found["13"].remarks
    # Without its letters it would be another number, and somebody else's; a tax number is no document at all.
    assert (found["14"].documents, found["15"].documents) == ((), ())
    assert "АБ 123456" in found["14"].remarks
    assert "7712345" in found["15"].remarks
    assert [(each.record, each.loss) for each in report.refusals] == [("14", Loss.MOVED)]


def test_a_list_that_says_male_and_female_of_one_person_counts_neither() -> None:
    found, report = read(
        row(13, name="Anton Petrov", NameAlias_Gender="M"),
        row(13, name="Antonia Petrova", NameAlias_Gender="F"),
        row(13, name="Tony Petrov", NameAlias_Gender="M"),
    )
    assert found["13"].sex == ""
    assert {str(each.reason) for each in report.refusals} == {"The list says male and female of one person."}


def test_births_in_parts_ranges_and_about() -> None:
    found, report = read(
        row(1, name="A B", BirthDate_Year="1960", BirthDate_Month="7", BirthDate_Day="0"),
        row(1, BirthDate_YearRangeFrom="1970", BirthDate_YearRangeTo="1971"),
        row(1, BirthDate_BirthDate="1980-01-02", BirthDate_Circa="TRUE"),
    )
    years = (PartialDate(1960, 7), PartialDate(1970), PartialDate(1971), PartialDate(1980, 1, 2))
    assert found["1"].births == years
    assert "approximate: circa 1980-01-02" in found["1"].remarks
    assert report.refusals == ()


def test_a_range_of_years_beside_its_first_year_is_read_whole() -> None:
    found, _ = read(
        row(13, name="A", BirthDate_Year="1963", BirthDate_YearRangeFrom="1963", BirthDate_YearRangeTo="1965")
    )
    assert found["13"].births == tuple(map(PartialDate, (1963, 1964, 1965)))


def test_a_date_of_another_calendar_is_no_date_of_ours() -> None:
    found, report = read(row(1, name="A B"), row(1, BirthDate_Year="1339", BirthDate_CalendarType="ISLAMIC"))
    assert found["1"].births == ()
    (refusal,) = report.refusals
    assert (refusal.line, refusal.record, refusal.field, refusal.value) == (3, "1", "BirthDate_Year", "1339")
    assert (refusal.loss, str(refusal.reason)) == (Loss.MOVED, "It is a date of another calendar (ISLAMIC).")
    assert "1339 (ISLAMIC)" in found["1"].remarks


def test_a_number_that_is_no_travel_document_stays_a_remark() -> None:
    found, _ = read(row(1, name="A B", Identification_Number="7707", Identification_TypeDescription="Tax number"))
    assert found["1"].documents == ()
    assert "Tax number: 7707" in found["1"].remarks


def test_what_is_no_person_or_no_whole_row_is_refused_with_its_line() -> None:
    found, report = read(
        row(20, "enterprise", name="Volga Trading"),
        row(20, "enterprise", name="Volga Trade"),
        "17/11/2026;21;too;short",
        row(22, Citizenship_CountryIso2Code="RU"),
        row(23, name="C D", Citizenship_CountryDescription="ATLANTIS"),
    )
    assert set(found) == {"23"}
    assert [(each.line, each.record, each.field, each.loss) for each in report.refusals] == [
        (2, "20", "E", Loss.RECORD),
        (4, "", "row", Loss.RECORD),
        (5, "22", "name", Loss.RECORD),
        (6, "23", "Citizenship_CountryDescription", Loss.MOVED),
    ]
    assert "ATLANTIS" in found["23"].remarks


def test_another_file_is_refused_whole() -> None:
    with pytest.raises(UnreadableList):
        list(read_eu_consolidated(io.BytesIO(b"celex,recordId,schema,name\n1,2,Person,A B\n")))
