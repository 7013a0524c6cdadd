"""The readers of other real formats: what they take over, and that they lose nothing in silence."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from borderdesk.dates import PartialDate
from borderdesk.documents import normal_number
from borderdesk.ids import RecordKey
from borderdesk.watchlist import (
    Action,
    BlankRange,
    DocumentMention,
    DocumentStatus,
    ListKind,
    NameQuality,
    NoticeDocument,
    Person,
    PersonName,
    Plate,
    Record,
    ThingStatus,
    TravelDocument,
    Vehicle,
    one_by_one,
)
from borderdesk.watchlist.readers import (
    ColumnNames,
    ImportReport,
    Loss,
    Read,
    Tally,
    UnreadableList,
    csv_rows,
    read_documents,
    read_eu_csv,
    read_ftm,
    read_interpol,
    read_ofac_csv,
    read_ofac_xml,
    read_records,
    xlsx_rows,
)
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.numbers import written_number


def gather(source: Iterable[Read]) -> tuple[list[Record], ImportReport]:
    tally = Tally("test")
    records = list(one_by_one(entries for read in source if (entries := tally.add(read))))
    return records, tally.report()


def person(source: Iterable[Read]) -> tuple[Person, ImportReport]:
    records, report = gather(source)
    (found,) = records
    assert isinstance(found, Person)
    return found, report


# Days


@pytest.mark.parametrize(
    ("text", "days", "about"),
    [
        ("10 Dec 1948", ["1948-12-10"], False),
        ("Dec 1948", ["1948-12"], False),
        ("1.2.1970", ["1970-02-01"], False),
        ("7.8. 1978", ["1978-08-07"], False),
        ("1964", ["1964"], False),
        ("1964/05", ["1964-05"], False),
        ("circa 1960", ["1960"], True),
        ("6.7.1993 or 6.7.1991", ["1993-07-06", "1991-07-06"], False),
        ("10.2.1983 (or 10.3.1983)", ["1983-02-10", "1983-03-10"], False),
        ("1961-05-09; 1962", ["1961-05-09", "1962"], False),
        ("1970 to 1973", ["1970", "1971", "1972", "1973"], True),
        ("circa 1965-1966", ["1965", "1966"], True),
    ],
)
def test_days_are_read_as_lists_write_them(text: str, days: list[str], about: bool) -> None:
    read = read_days(text)
    assert read is not None
    assert [day.iso for day in read.days] == days
    assert read.about is about


@pytest.mark.parametrize(
    "text", ["", "unknown", "31.2.1970", "1900 to 1970", "10 October (year unknown)", "5 Foo 1970"]
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_days(text) is None


# OFAC

SDN = (
    '2676,"AL ZAWAHIRI, Dr. Ayman","individual","SDGT] [IFSR","Leader",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 19 Jun 1951; alt. DOB 1953; POB Giza, Egypt; nationality Egypt; Gender Male; Passport 1084010 (Egypt) '
    "expires 2009; alt. Passport 19820215; National ID No. 55-1 (Egypt); a.k.a. 'THE DOCTOR'; Linked To: X.\"\n"
)
ENTITY = '36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
ALT = '2676,1,"aka","SALIM, Ahmad Fuad",-0- \n36,12,"aka","AERO-CARIBBEAN",-0- \n99,3,"aka","NOBODY",-0- \n\x1a'
HEADER = "ID,Name,Type,Country,Title,Col_F,Col_G,Col_H,Col_I,Col_J,Col_K,Details\n"


def ofac(sdn: str, alt: str = "") -> tuple[list[Record], ImportReport]:
    return gather(read_ofac_csv(io.BytesIO(sdn.encode()), io.BytesIO(alt.encode()) if alt else None))


def test_ofacs_remarks_are_taken_apart() -> None:
    found, _ = person(read_ofac_csv(io.BytesIO(SDN.encode()), io.BytesIO(ALT.encode())))
    assert found.names == (
        PersonName("AL ZAWAHIRI, Dr. Ayman", "AL ZAWAHIRI", "Dr. Ayman"),
        PersonName("SALIM, Ahmad Fuad", "SALIM", "Ahmad Fuad", NameQuality.STRONG),
        PersonName("THE DOCTOR", quality=NameQuality.WEAK),
    )
    assert found.births == (PartialDate(1951, 6, 19), PartialDate(1953))
    assert (found.birth_places, found.nationalities, found.sex) == (("Giza, Egypt",), ("EGY",), "M")
    assert found.documents == (
        DocumentMention("1084010", "P", "EGY"),
        DocumentMention("19820215", "P"),
        DocumentMention("551", "I", "EGY"),
    )
    assert found.reference == "OFAC 2676"
    assert "Linked To: X" in found.remarks
    assert "SDGT, IFSR" in found.remarks


def test_ofacs_file_is_read_with_and_without_a_header_line() -> None:
    assert ofac(SDN)[0] == ofac(HEADER + SDN)[0]


def test_what_is_no_individual_is_named_in_the_report() -> None:
    records, report = ofac(SDN + ENTITY, ALT)
    assert len(records) == 1
    lost = [(refusal.line, refusal.record, refusal.loss) for refusal in report.refusals]
    assert lost == [(2, "36", Loss.RECORD), (3, "99", Loss.VALUE)]


def test_a_row_of_ofacs_file_that_is_none_is_reported_with_its_line() -> None:
    _, report = ofac(SDN + "this is no row\n\x1a\n")
    assert [(refusal.line, refusal.field) for refusal in report.refusals] == [(2, "row")]


OFAC_XML = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="http://tempuri.org/sdnList.xsd"><publshInformation><Publish_Date>02/27/2026</Publish_Date>
<Record_Count>2</Record_Count></publshInformation>
<sdnEntry><uid>36</uid><lastName>AEROCARIBBEAN AIRLINES</lastName><sdnType>Entity</sdnType></sdnEntry>
<sdnEntry><uid>2676</uid><firstName>Ayman</firstName><lastName>AL ZAWAHIRI</lastName><title>Leader</title>
<sdnType>Individual</sdnType><programList><program>SDGT</program></programList>
<idList><id><uid>1</uid><idType>Passport</idType><idNumber>1084010</idNumber><idCountry>Egypt</idCountry></id>
<id><uid>2</uid><idType>Gender</idType><idNumber>Male</idNumber></id>
<id><uid>3</uid><idType>Tax ID No.</idType><idNumber>77</idNumber></id></idList>
<akaList><aka><uid>4</uid><type>a.k.a.</type><category>weak</category><lastName>THE DOCTOR</lastName></aka></akaList>
<nationalityList><nationality><uid>5</uid><country>Egypt</country></nationality></nationalityList>
<dateOfBirthList><dateOfBirthItem><uid>6</uid><dateOfBirth>19 Jun 1951</dateOfBirth></dateOfBirthItem></dateOfBirthList>
<placeOfBirthList><placeOfBirthItem><uid>7</uid><placeOfBirth>Giza</placeOfBirth></placeOfBirthItem></placeOfBirthList>
</sdnEntry></sdnList>"""


def test_ofacs_xml_says_the_same() -> None:
    found, report = person(read_ofac_xml(io.BytesIO(OFAC_XML.encode())))
    assert found.names == (
        PersonName("AL ZAWAHIRI, Ayman", "AL ZAWAHIRI", "Ayman"),
        PersonName("THE DOCTOR", quality=NameQuality.WEAK),
    )
    assert (found.births, found.nationalities, found.sex) == ((PartialDate(1951, 6, 19),), ("EGY",), "M")
    assert found.documents == (DocumentMention("1084010", "P", "EGY"),)
    assert "Tax ID No.: 77" in found.remarks
    assert report.generated_at == datetime(2026, 2, 27, tzinfo=UTC)
    assert [refusal.record for refusal in report.refusals] == ["36"]


# European Union

EU_HEADER = (
    "celex,recordId,schema,name,alias,nationality,birthDate,birthPlace,passportNumber,gender,startDate,position\n"
)


def eu(*rows: str) -> tuple[list[Record], ImportReport]:
    return gather(read_eu_csv(io.BytesIO((EU_HEADER + "\n".join(rows)).encode())))


def test_a_person_of_an_eu_annex() -> None:
    row = (
        '32014R0269,221,Person,Sergei SUROVIKIN,"Cергей СУРОВИКИН; S. S. (Sergey SUROVIKIN)","Russian and Ukrainian",'
        '"11.10.1966 or 1967","Novosibirsk, former USSR",Russian passport no. 55 0314316,male,23.2.2022,General'
    )
    (found,), report = eu(row)
    assert isinstance(found, Person)
    assert [name.full for name in found.names] == ["Sergei SUROVIKIN", "Cергей СУРОВИКИН", "S. S."]
    assert found.births == (PartialDate(1966, 10, 11), PartialDate(1967))
    assert found.nationalities == ("RUS", "UKR")
    assert found.documents == (DocumentMention("550314316", "P", "RUS"),)
    assert (found.key, found.sex, found.listed_on) == ("32014R0269/221", "M", date(2022, 2, 23))
    assert "General" in found.remarks
    assert "Sergey SUROVIKIN" in found.remarks
    assert report.refusals == ()


def test_a_birth_with_more_in_it_keeps_what_is_sure_and_is_reported() -> None:
    (found,), report = eu("c,1,Person,A B,,,1964 (possibly: 21 April),,,,,")
    assert isinstance(found, Person)
    assert found.births == (PartialDate(1964),)
    assert "possibly: 21 April" in found.remarks
    assert report.refusals[0].field == "birthDate"


def test_companies_and_numbers_used_twice_are_refused() -> None:
    records, report = eu("c,1,Person,A B,,,,,,,,", "c,1,Person,A B,,,,,,,,", "c,2,Company,C,,,,,,,,", "c,3,Person")
    assert len(records) == 1
    assert [refusal.field for refusal in report.refusals] == ["recordId", "Company", "row"]


def test_another_table_is_refused() -> None:
    with pytest.raises(UnreadableList, match="columns of this format"):
        gather(read_eu_csv(io.BytesIO(b"a;b;c\n1;2;3\n")))


# INTERPOL

RED = {
    "entity_id": "1993/27493",
    "forename": "AYMAN",
    "name": "AL ZAWAHIRI",
    "date_of_birth": "1951/06/19",
    "nationalities": ["EG", "914"],
    "sex_id": "M",
    "height": 0,
    "weight": 80,
    "place_of_birth": "GIZA",
    "country_of_birth_id": "EG",
    "arrest_warrants": [{"issuing_country_id": "EG", "charge": "x", "charge_translation": "murder"}],
    "shoe_size": "43",
    "_links": {"self": {"href": "https://example.org"}},
}


def notices(value: object) -> Iterable[Read]:
    return read_interpol(io.BytesIO(json.dumps(value).encode()), action=Action.ARREST)


def test_a_red_notice_with_a_nationality_that_is_no_state() -> None:
    found, report = person(notices([RED]))
    assert found.names == (PersonName("AYMAN AL ZAWAHIRI", "AL ZAWAHIRI", "AYMAN"),)
    assert (found.births, found.nationalities) == ((PartialDate(1951, 6, 19),), ("EGY",))
    assert (found.reference, found.action) == ("INTERPOL 1993/27493", Action.ARREST)
    assert "Weight: 80 kg" in found.remarks
    assert "Height" not in found.remarks
    assert "EG: murder" in found.remarks
    assert [refusal.field for refusal in report.refusals] == ["nationalities", "shoe_size"]


def test_a_search_answer_and_a_single_notice_are_read_too() -> None:
    assert person(notices(RED))[0] == person(notices({"total": 1, "_embedded": {"notices": [RED]}}))[0]


def test_a_notice_with_a_year_and_a_missing_name() -> None:
    found, _ = person(notices(RED | {"date_of_birth": "1951", "forename": "-", "nationalities": None}))
    assert found.births == (PartialDate(1951),)
    assert found.names == (PersonName("AL ZAWAHIRI"),)
    _, report = gather(notices(RED | {"name": "-", "forename": None}))
    assert report.count(Loss.RECORD) == 1


@pytest.mark.parametrize("text", [b"", b"[1]", b"{", b'"text"'])
def test_what_is_no_json_of_notices_is_refused(text: bytes) -> None:
    with pytest.raises(UnreadableList):
        gather(read_interpol(io.BytesIO(text)))


# FollowTheMoney


def ftm(*entities: dict[str, object]) -> Iterable[Read]:
    return read_ftm(io.BytesIO(b"\n".join(json.dumps(entity).encode() for entity in entities)))


def test_a_passport_finds_its_holder_wherever_it_stands() -> None:
    paper = {
        "id": "p",
        "schema": "Passport",
        "properties": {"holder": ["Q1"], "number": ["AB 123456"], "country": ["eg"]},
    }
    human = {
        "id": "Q1",
        "schema": "Person",
        "first_seen": "2024-05-01T10:00:00",
        "properties": {
            "name": ["Ayman al-Zawahiri"],
            "firstName": ["Ayman"],
            "lastName": ["al-Zawahiri"],
            "weakAlias": ["The Doctor"],
            "birthDate": ["1951-06-19", "1951"],
            "nationality": ["eg"],
            "gender": ["male"],
            "topics": ["sanction"],
        },
    }
    company = {"id": "c", "schema": "Company", "caption": "ACME", "properties": {}}
    found, report = person(ftm(paper, company, human))
    assert found.names[0] == PersonName("Ayman al-Zawahiri")
    assert PersonName("Ayman al-Zawahiri", "al-Zawahiri", "Ayman", NameQuality.STRONG) in found.names
    assert found.births == (PartialDate(1951, 6, 19), PartialDate(1951))
    assert found.documents == (DocumentMention("AB123456", "P", "EGY"),)
    assert (found.nationalities, found.listed_on) == (("EGY",), date(2024, 5, 1))
    assert [refusal.record for refusal in report.refusals] == ["c"]


# Tables of documents

TABLE = "state,type,number,status,lost,reported\nFRA,P,12AB34567,stolen,2026-01-02,5.1.2026\nD,,C01X0006H,lost,,\n"


def table(text: str, columns: ColumnNames | None = None) -> tuple[list[Record], ImportReport]:
    return gather(read_documents(csv_rows(io.BytesIO(text.encode()), "test"), columns or ColumnNames()))


def test_a_table_of_documents_by_its_usual_columns() -> None:
    records, report = table(TABLE.replace("D,,", "D,P,"))
    assert records == [
        TravelDocument("FRA", "P", "12AB34567", DocumentStatus.STOLEN, date(2026, 1, 2), date(2026, 1, 5)),
        TravelDocument("D", "P", "C01X0006H", DocumentStatus.LOST),
    ]
    assert report.refusals == ()


def test_a_table_with_its_own_columns_words_and_delimiter() -> None:
    columns = ColumnNames("Pays", "", "No du document", "Motif", "", "", statuses={"volé": DocumentStatus.STOLEN})
    records, _ = table("\ufeffNo du document;Pays;Motif\n12 ab-345;France;Volé\n", columns)
    assert records == [TravelDocument("FRA", "P", "12AB345", DocumentStatus.STOLEN)]


@pytest.mark.parametrize("written", ["АВ 1234567", "АВ ໑໒໓໔໕໖໗", "ab-1234567", "ＡＢ１２３４５６７"])
def test_a_number_in_letters_of_another_script_is_kept_as_it_is_asked_for(written: str) -> None:
    (document,), report = table(f"state,type,number,status,lost,reported\nKAZ,P,{written},stolen,,\n")
    assert isinstance(document, TravelDocument)
    assert document.number == normal_number(written) == "AB1234567"
    assert report.refusals == ()
    assert written_number(f"passport {written}").bare == "AB1234567"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("QQQ,P,1,lost,,", "state"),
        ("FRA,7,1,lost,,", "type"),
        ("FRA,P,---,lost,,", "number"),
        ("FRA,P,1,borrowed,,", "status"),
        ("FRA,P,1.23457E+11,lost,,", "number"),
        ('FRA,P,"1,23457E+11",lost,,', "number"),
        ("FRA,P,12345678.0,lost,,", "number"),
        ("FRA,P", "row"),
        ("FRA,P,Smith, John,1,lost,,", "status"),
        ("FRA,P,1,lost,2026-01-02,,and more", "row"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line_and_field(row: str, field: str) -> None:
    records, report = table(TABLE.replace("D,,", "D,P,") + row + "\n")
    assert len(records) == 2
    (refusal,) = report.refusals
    assert (refusal.line, refusal.field, refusal.loss) == (4, field, Loss.RECORD)


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("FRA,P,1,lost,31.2.2026,", "lost", "It is no date."),
        ("FRA,P,1,lost,,00/00/1970", "reported", "It is no date."),
        ("FRA,P,1,lost,,45123", "reported", "spreadsheets count them: 2023-07-16"),
        ("FRA,P,1,lost,2026-01-0", "row", "not as many cells"),
    ],
)
def test_a_document_is_not_missed_for_a_day_that_cannot_be_read(row: str, field: str, said: str) -> None:
    records, report = table(TABLE.replace("D,,", "D,P,") + row + "\n")
    assert [record.key for record in records] == ["FRA/P/12AB34567", "D/P/C01X0006H", "FRA/P/1"]
    assert all(refusal.loss is Loss.VALUE for refusal in report.refusals)
    assert (report.refusals[0].line, report.refusals[0].field) == (4, field)
    assert said in str(report.refusals[0].reason)


def test_columns_in_each_others_place_are_pointed_out() -> None:
    records, report = table(TABLE.replace("lost,reported", "reported,lost").replace("D,,", "D,P,"))
    assert len(records) == 2
    (refusal,) = report.refusals
    assert (refusal.loss, refusal.line, refusal.value) == (Loss.DOUBT, 2, "2026-01-05 > 2026-01-02")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnreadableList, match="no column reported"):
        table(TABLE.replace("reported", "told"))


def test_a_workbook_says_the_same_as_a_csv() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["state", "type", "number", "status", "lost", "reported"])
    sheet.append(["FRA", "P", 123456789, "stolen", date(2026, 1, 2), None])
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    records, report = gather(read_documents(xlsx_rows(data, "test"), ColumnNames()))
    assert records == [TravelDocument("FRA", "P", "123456789", DocumentStatus.STOLEN, date(2026, 1, 2))]
    # A number that begins with a nought cannot have survived in a cell of numbers: somebody is to look at the file.
    (refusal,) = report.refusals
    assert (refusal.loss, refusal.field, refusal.value) == (Loss.DOUBT, "number", "123456789")


def test_a_workbook_keeps_fifteen_digits_of_a_number_and_the_rest_is_not_made_up() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["key", "status", "serial"])
    sheet.append(["1", "stolen", 1.23456789012345e20])
    sheet.append(["2", "stolen", "00123456789012345678"])
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    records, report = gather(read_records(xlsx_rows(data, "test"), ListKind.FIREARMS))
    assert [record.key for record in records] == ["2"]
    assert [(refusal.line, refusal.field, refusal.loss) for refusal in report.refusals] == [(2, "serial", Loss.RECORD)]


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(UnreadableList, match="UTF-8"):
        table_bytes(b"state\xff\n")
    with pytest.raises(UnreadableList, match="empty"):
        table_bytes(b"")
    with pytest.raises(UnreadableList, match="workbook"):
        list(xlsx_rows(io.BytesIO(b"PK no zip"), "test"))


def table_bytes(data: bytes) -> None:
    gather(read_documents(csv_rows(io.BytesIO(data), "test"), ColumnNames()))


# Tables of everything else


def things(text: str, kind: ListKind, columns: dict[str, str] | None = None) -> tuple[list[Record], ImportReport]:
    return gather(read_records(csv_rows(io.BytesIO(text.encode()), "test"), kind, columns))


def test_vehicles_come_from_a_table_by_the_names_of_their_fields() -> None:
    text = (
        "key;status;VIN;plates;make;Farbe;taken on;country\n1;stolen;WVWZZZ1JZ3W386752;NER 8A1234;VW;rot;3.2.2026;NER\n"
    )
    (found,), report = things(text.replace(";", ","), ListKind.VEHICLES, {"Farbe": "colour"})
    assert found == Vehicle(
        RecordKey("1"),
        ThingStatus.STOLEN,
        vin="WVWZZZ1JZ3W386752",
        plates=(Plate("NER", "8A1234"),),
        make="VW",
        colour="rot",
        country="NER",
        taken_on=date(2026, 2, 3),
    )
    assert report.refusals == ()


def test_several_values_share_a_cell_and_unknown_columns_become_remarks() -> None:
    text = "key,status,plates,horsepower,year\n1,stolen,NER 8A1234; FRA AB-123-CD,90,old\n"
    (found,), report = things(text, ListKind.VEHICLES)
    assert isinstance(found, Vehicle)
    assert [plate.country for plate in found.plates] == ["NER", "FRA"]
    assert "horsepower: 90" in found.remarks
    assert "year: old" in found.remarks
    assert [(refusal.field, refusal.loss) for refusal in report.refusals] == [("year", Loss.MOVED)]


def test_ranges_of_blanks_that_are_none_are_refused() -> None:
    text = "state,type,first,last,stolen_on\nFRA,P,12AB100,12AB199,2026-01-02\nFRA,P,12AB200,12AB199,\nQQQ,P,1,2,\n"
    records, report = things(text, ListKind.BLANK_RANGES)
    assert records == [BlankRange("FRA", "P", "12AB100", "12AB199", date(2026, 1, 2))]
    assert [(refusal.line, refusal.field, refusal.loss) for refusal in report.refusals] == [
        (3, "row", Loss.RECORD),
        (4, "state", Loss.RECORD),
    ]


def test_a_column_that_a_firearm_cannot_do_without_is_named() -> None:
    with pytest.raises(UnreadableList, match="serial"):
        things("key,status\n1,lost\n", ListKind.FIREARMS)


def test_papers_of_persons_sought_bring_every_birth_they_name() -> None:
    text = "state,type,number,notice,births\nFRA,P,12AB34567,2026/7,1961-05-09; 1962\nFRA,P,12AB34568,2026/8,soon\n"
    records, report = things(text, ListKind.NOTICE_DOCUMENTS)
    assert [record.births for record in records if isinstance(record, NoticeDocument)] == [
        (PartialDate(1961, 5, 9), PartialDate(1962)),
        (),
    ]
    assert [(refusal.line, refusal.field) for refusal in report.refusals] == [(3, "births"), (3, "row")]


# Tables of persons

PEOPLE = """Nr;Nom;Prénom;Né le;Nationality;Sex;Passport;document state;action;Remarks;aliases;height
W-1;DUPONT;Jean Paul;circa 1965;French;M;12AB34567;FRA;arrest;armed;Le Grand, Jean"""


def people(*rows: str) -> tuple[list[Record], ImportReport]:
    columns = {"Nr": "key", "Nom": "surname", "Prénom": "given", "Né le": "born"}
    return things("\n".join((PEOPLE, *rows)), ListKind.PERSONS, columns)


def test_a_ministrys_table_of_persons_by_its_own_columns() -> None:
    (found,), report = people(";;;;;")
    assert isinstance(found, Person)
    assert [(name.full, name.surname, name.given, name.quality) for name in found.names] == [
        ("Jean Paul DUPONT", "DUPONT", "Jean Paul", NameQuality.PRIMARY),
        ("Le Grand, Jean", "Le Grand", "Jean", NameQuality.STRONG),
    ]
    assert (found.key, found.births, found.nationalities, found.sex) == ("W-1", (PartialDate(1965),), ("FRA",), "M")
    assert (found.documents, found.action) == ((DocumentMention("12AB34567", "P", "FRA"),), Action.ARREST)
    assert "armed" in found.remarks
    assert "circa 1965" in found.remarks
    assert report.refusals == ()


def test_a_person_is_not_missed_for_a_value_that_cannot_be_read() -> None:
    records, report = people(
        "W-2;MARTIN;Zoé;00/00/1970;Atlantis;F;1.23E+11;FRA;kill;;;tall", "W-2;MARTIN;Zoé", ";DURAND;Luc", "W-3"
    )
    assert [record.key for record in records] == ["W-1", "W-2"]
    assert isinstance(records[1], Person)
    assert (records[1].births, records[1].documents, records[1].action) == ((PartialDate(1970),), (), Action.REFER)
    for said in ("Atlantis", "1.23E+11", "kill", "height: tall"):
        assert said in records[1].remarks
    assert [(each.line, each.field, each.loss) for each in report.refusals] == [
        (3, "nationality", Loss.MOVED),
        (3, "passport", Loss.MOVED),
        (3, "action", Loss.MOVED),
        (4, "key", Loss.RECORD),
        (5, "key", Loss.RECORD),
        (6, "name", Loss.RECORD),
    ]


def test_a_table_of_persons_without_names_is_refused() -> None:
    with pytest.raises(UnreadableList, match="name / surname"):
        things("key,born\n1,1970\n", ListKind.PERSONS)
