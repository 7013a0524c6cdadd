"""Every person of a passenger list is kept, however the list was sent."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from borderdesk.dates import PartialDate
from borderdesk.documents import PassengerList, UnreadableList, read_passenger_list

TODAY = date(2026, 11, 22)
HEAD = "UNB+UNOA:4+CARRIER+BORDER+261120:1015+1'UNG+PAXLST+CARRIER+BORDER+261120:1015+1+UN+D:05B'"
MESSAGE = (
    "UNH+1+PAXLST:D:05B:UN:IATA+XY12+01:F'BGM+745'NAD+MS+++CONTROL ROOM'COM+1:TE'TDT+20+XY12+++XY'"
    "LOC+125+VIE'DTM+189:2611221015:201'LOC+87+ZRH'DTM+232:2611221130:201'"
    "NAD+FL+++ERIKSSON:ANNA:MARIA'ATT+2++F'DTM+329:740812'LOC+22+ZRH'LOC+178+VIE'LOC+179+ZRH'LOC+174+SWE'"
    "LOC+180+:::UPPSALA'NAT+2+SWE'RFF+AVF:ABC123'RFF+SEA:12A'DOC+P:110:111+L898902C3'DTM+36:310415'LOC+91+SWE'"
    "DOC+V:110:111+V77'LOC+91+CHE'"
    "NAD+FL+++O?'BRIEN:JOHN'ATT+2++M'DTM+329:19800229'DOC+P+A1'DTM+36:610218'LOC+91+IRL'"
)
TAIL = "CNT+42:2'UNT+33+1'UNE+1+1'UNZ+1+1'"
WHOLE = HEAD + MESSAGE + TAIL


def read(text: str) -> PassengerList:
    return read_passenger_list(text.encode("utf-8"), today=TODAY)


def warnings(listed: PassengerList) -> set[str]:
    return {each.code.removeprefix("manifest.") for each in listed.warnings}


def names(listed: PassengerList) -> list[tuple[str, str]]:
    return [(person.surname, person.given) for person in listed.people]


BOTH = [("ERIKSSON", "ANNA MARIA"), ("O'BRIEN", "JOHN")]


def test_a_sound_list_is_read_whole_and_without_a_warning() -> None:
    listed = read(WHOLE)
    assert names(listed) == BOTH
    assert listed.warnings == ()
    (leg,) = listed.legs
    assert (leg.carrier, leg.number, leg.origin, leg.destination) == ("XY", "XY12", "VIE", "ZRH")
    assert (leg.departs, leg.arrives) == ("2611221015", "2611221130")
    anna, john = listed.people
    assert (anna.sex, anna.nationality, anna.residence, anna.birth_place) == ("F", "SWE", "SWE", "UPPSALA")
    assert anna.birth_date == PartialDate(1974, 8, 12)
    assert [(d.type, d.number, d.state) for d in anna.documents] == [("P", "L898902C3", "SWE"), ("V", "V77", "CHE")]
    assert anna.references == (("AVF", "ABC123"), ("SEA", "12A"))
    assert john.birth_date == PartialDate(1980, 2, 29)
    assert john.documents[0].expiry_date == PartialDate(2061, 2, 18)


@pytest.mark.parametrize("component", "*($-:")
def test_any_service_characters_are_understood(component: str) -> None:
    una = f"UNA{component}^.!*|"
    body = WHOLE.replace("?'", "\x00").replace("'", "|").replace("+", "^").replace(":", component).replace("\x00", "'")
    assert names(read(una + body)) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("'", "'\r\n"),
        "UNA:+.? '\n" + WHOLE.replace("'", "'\n  ").replace("?'\n  ", "?'"),
        "QU VIEXXXX\r\n.ZRHYYYY 221015\r\n\x02" + WHOLE + "\x03",
        "\x01" + WHOLE,
        WHOLE.replace("UNG+", "UNG +"),
        "\r\n".join(WHOLE[at : at + 69] for at in range(0, len(WHOLE), 69)),
    ],
    ids=["line ends", "UNA and blanks", "type B", "SOH", "blank in a tag", "wrapped at 69"],
)
def test_envelopes_and_line_ends_do_not_matter(text: str) -> None:
    listed = read(text)
    assert names(listed) == BOTH
    assert listed.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("CNT+42:2", "CNT+42:9", "people_count"),
        ("UNT+33", "UNT+5", "segment_count"),
        ("UNE+1+", "UNE+4+", "group_count"),
        ("UNZ+1", "UNZ+7", "interchange_count"),
        ("UNT+33+1'UNE+1+1'UNZ+1+1'", "", "unfinished"),
        ("DOC+V:110:111+V77'", "DOC++'", "document_empty"),
        ("DTM+36:310415'", "DTM+36:310415'DTM+36:320415'", "expiry_twice"),
        ("ERIKSSON:ANNA:MARIA", "ERIKSSON", "name_part"),
        (":F'", ":C'", "part_missing"),
        ("DTM+329:740812", "DTM+329:749912", "birth_date"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_lost(old: str, new: str, code: str) -> None:
    listed = read(WHOLE.replace(old, new))
    assert len(listed.people) == 2
    assert code in warnings(listed)


def test_a_wrong_count_in_the_middle_of_parts_is_no_warning() -> None:
    listed = read(HEAD + MESSAGE.replace(":F'", ":C'") + MESSAGE.replace("UNH+1", "UNH+2"))
    assert len(listed.people) == 4
    assert "part_missing" not in warnings(listed)


def test_crew_lists_name_crew() -> None:
    listed = read(WHOLE.replace("BGM+745", "BGM+250").replace("NAD+FL", "NAD+FM").replace("CNT+42", "CNT+41"))
    assert {person.role for person in listed.people} == {"crew"}


def test_an_old_character_set_and_lower_case_keep_the_name() -> None:
    data = WHOLE.replace("ERIKSSON", "Öberg").encode("latin-1")
    assert read_passenger_list(data, today=TODAY).people[0].surname == "Öberg"


ROWS = [
    ["Passenger list, ferry 7"],
    ["Family name", "Given names", "Date of birth", "Nationality", "Passport No.", "Expiry date", "Gender"],
    ["Šimek", "Jan", "00001971", "CZE", "123456", "01.02.2030", "m"],
    ["Novák", "Eva", "00051980", "CZE", "654321", "2031-12-31", "F"],
    ["", "", "", "", "", "", ""],
    ["Dupont", "Zoé", "12 OCT 1980", "FRA", "", "soon", "F"],
]


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_a_table_with_named_columns_is_a_list(delimiter: str) -> None:
    listed = read("\n".join(delimiter.join(row) for row in ROWS))
    assert names(listed) == [("Šimek", "Jan"), ("Novák", "Eva"), ("Dupont", "Zoé")]
    assert [person.birth_date.iso for person in listed.people if person.birth_date] == ["1971", "1980-05", "1980-10-12"]
    assert warnings(listed) == {"no_document", "expiry_date"}


def test_a_workbook_is_a_list() -> None:
    book = Workbook()
    sheet = book.create_sheet("people")
    for row in ROWS:
        sheet.append(row)
    sheet.append(["Meier", "Max", date(1990, 5, 17), "D", 4711, None, "M"])
    data = io.BytesIO()
    book.save(data)
    listed = read_passenger_list(data.getvalue(), today=TODAY)
    assert len(listed.people) == 4
    assert listed.people[-1].birth_date == PartialDate(1990, 5, 17)
    assert listed.people[-1].documents[0].number == "4711"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"hello\nworld", b"\xff\xfeh\x00", b"a,b\n1,2"])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableList):
        read_passenger_list(data, today=TODAY)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, len(WHOLE)), st.text("UNAHD+:'?\n\x02 9", max_size=12))
def test_a_damaged_list_is_read_or_refused(at: int, noise: str) -> None:
    try:
        read(WHOLE[:at] + noise + WHOLE[at + len(noise) :])
    except UnreadableList as error:
        assert len(error.sentences) == 3


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_passenger_list(data, today=TODAY)
    except UnreadableList as error:
        assert len(error.sentences) == 3


REFERENCE = Path(__file__).parent / "reference" / "paxlst"
"""Messages as public projects publish them: how many people, first and last of them, flights, and what is odd."""


@pytest.mark.parametrize(
    ("name", "people", "first", "last", "flights", "codes"),
    [
        ("gtas-crew-test1.edi", 8, "Steur, Andrea Pat", "Zschieschak, Jaclyn Pat", "UA0989", "segment_count"),
        ("gtas-part-test3-cut.edi", 5, "Kuchel, Rachel Pat", "Pittillo, Rebecca Pat", "UA0989",
         "part_missing unfinished"),
        ("gtas-stars-and-dollars.edi", 10, "BETTON, DAVID", "LOWE, DANIEL", "TN506", "people_count segment_count"),
        ("gtas-multiple-legs.edi", 2, "BARRETT, TODD", "LANG, KRISTIN", "QQ877 QQ827 QQ827", ""),
        ("gtas-no-documents.edi", 2, "CLARK, MICHAEL", "CLARK, CHERYL", "AA123 AA124", "no_document"),
        ("gtas-empty-document.edi", 1, "FENNER, JACKI ANJA", "FENNER, JACKI ANJA", "UA988",
         "document_empty segment_count"),
        ("gtas-one-flight-two-legs.edi", 0, "", "", "KE250 KE250", "nobody segment_count"),
        ("gtas-us-edifact.edi", 4, "MANGUS, SIMON P", "O'LEARY, KRIS ANN", "SA812", "segment_count"),
        ("gtas-us-edifact-ports.edi", 1, "JONES, INDIANA", "JONES, INDIANA", "SA812 SA812 SA812",
         "part_missing segment_count"),
        ("gtas-two-documents-each.edi", 2, "STRANGE, HENRIETTA GERALDINE", "INFANTE, ELADIA ALLYSON", "SN471",
         "people_count segment_count"),
        ("django-gtas-ten-people.edi", 10, "ALI YYÉ, ", "TOBIAS, DECKER", "YY123",
         "document_empty expiry_twice name_part no_document segment_count"),
        ("django-gtas-address.edi", 1, "DOE, JOHN WAYNE", "DOE, JOHN WAYNE", "UA123 UA124", ""),
        ("sirena-no-advice-quotes.edi", 1, "REPIN, IVAN", "REPIN, IVAN", "UT103", "segment_count"),
        ("sirena-message-alone.edi", 3, "STRANSKY, JAROSLAV VICTOROVICH", "LESKA, PAVEL", "OK688",
         "no_document unfinished"),
        ("uae-gateway.edi", 1, "WILLIAMS, JOHN DONALD", "WILLIAMS, JOHN DONALD", "EY0256", "segment_count"),
        ("codeco-type-b.edi", 1, "JONES, DAVID", "JONES, DAVID", "SQ6680", "people_count segment_count"),
        ("irish-log-parts.edi", 0, "", "", "TS230", "nobody unfinished"),
        ("ubyport-sample.unl", 6, "ABDALLA, FAZUL", "SCHINDLER, BRUNO", "", ""),
    ],
)  # fmt: skip
def test_published_lists_are_read_to_the_last_person(
    name: str, people: int, first: str, last: str, flights: str, codes: str
) -> None:
    listed = read_passenger_list((REFERENCE / name).read_bytes(), today=TODAY)
    assert len(listed.people) == people
    if people:
        ends = (listed.people[0], listed.people[-1])
        assert [f"{person.surname}, {person.given}" for person in ends] == [first, last]
    assert " ".join(leg.number for leg in listed.legs) == flights
    assert " ".join(sorted(warnings(listed))) == codes


def test_two_documents_and_the_centuries_of_births_and_expiries() -> None:
    both = read_passenger_list((REFERENCE / "gtas-two-documents-each.edi").read_bytes(), today=TODAY).people
    assert [(d.type, d.number, d.state) for d in both[0].documents] == [
        ("P", "720915106", "USA"), ("V", "99685108", "UGA"),
    ]  # fmt: skip
    assert both[1].birth_date == PartialDate(2000, 7, 14)
    old = read_passenger_list((REFERENCE / "gtas-us-edifact.edi").read_bytes(), today=TODAY).people
    assert [person.documents[0].expiry_date for person in old[:2]] == [PartialDate(1999, 9, 9), PartialDate(1997, 9, 2)]
    assert (old[3].birth_date, old[3].sex, old[3].embarks) == (PartialDate(1933, 12, 31), "F", "NZAKL")


def test_guests_whose_day_of_birth_is_unknown_are_kept_with_their_year() -> None:
    listed = read_passenger_list((REFERENCE / "ubyport-sample.unl").read_bytes(), today=TODAY)
    assert [person.birth_date.iso for person in listed.people if person.birth_date][-2:] == ["1950", "2000"]
    assert (listed.people[2].surname, listed.people[2].nationality, listed.sender) == ("AGOVIČ", "SCG", "Hotel Pošta")
    odd = read_passenger_list(b"U|1.1.2026|2.1.2026|SVOBODA|EVA||00051980|||AUT||INPASS||99||\nnoise\n", today=TODAY)
    assert odd.people[0].birth_date == PartialDate(1980, 5)
    assert odd.people[0].documents == ()
    assert warnings(odd) == {"no_document", "row"}


def test_several_interchanges_of_one_file_keep_their_own_service_characters() -> None:
    other = "UNA*^.! |" + WHOLE.replace("?'", "\x00").replace("'", "|").replace("+", "^").replace(":", "*").replace(
        "\x00", "'"
    )
    assert names(read(WHOLE + "\nINFO next message\n" + other)) == BOTH * 2


def test_a_party_of_an_unknown_kind_that_has_papers_is_a_person() -> None:
    assert names(read(WHOLE.replace("NAD+FL+++O", "NAD+XX+++O"))) == BOTH
    assert names(read(WHOLE.replace("TDT+20", "NAD+CA+++XY AIRLINES'TDT+20"))) == BOTH


@pytest.mark.parametrize(
    "headings",
    [
        "Nom de famille;Prénom(s);Date de naissance;Nationalité;N° de passeport",
        "Familienname;Vorname(n);Geburtsdatum;Staatsangehörigkeit;Reisepassnummer",
        "Apellidos;Nombres;Fecha de nacimiento;Nacionalidad;Número de pasaporte",
        "Nazwisko;Imię;Data urodzenia;Obywatelstwo;Numer paszportu",
        "Příjmení;Jméno;Datum narození;Státní občanství;Číslo cestovního dokladu",
        "Фамилия;Имя;Дата рождения;Гражданство;Номер паспорта",
        "Soyadı;Adı;Doğum tarihi;Uyruğu;Pasaport No",
        "Nom / Surname;Prénom / Given names;4. Date of birth (dd/mm/yyyy);Nationality *;Passport No.",
        "5. Family name;6. Given names;8. Date of birth;7. Nationality;Serial number of identity or travel document",
    ],
)
def test_headings_of_many_languages_name_the_same_columns(headings: str) -> None:
    listed = read(headings + "\nNovák;Eva Marie;03.04.1980;CZE;123456\n")
    (person,) = listed.people
    assert (person.surname, person.given, person.nationality) == ("Novák", "Eva Marie", "CZE")
    assert person.birth_date == PartialDate(1980, 4, 3)
    assert person.documents[0].number == "123456"


def test_dates_with_the_month_first_are_seen_from_the_whole_list() -> None:
    head = "Surname,Given names,Date of birth\n"
    american = read(head + "Doe,Jane,03/04/1980\nRoe,John,12/31/1975\n")
    assert [person.birth_date for person in american.people] == [PartialDate(1980, 3, 4), PartialDate(1975, 12, 31)]
    mixed = read(head + "Doe,Jane,03/04/1980\nRoe,John,12/31/1975\nPoe,Ann,31/12/1975\n")
    assert mixed.people[0].birth_date == PartialDate(1980, 4, 3)
    assert "date_order" in warnings(mixed)


@pytest.mark.parametrize(
    ("alphabet", "surname", "given"),
    [
        ("cp1252", "MÜLLER", "Élodie"),
        ("cp1251", "ПЕТРОВ", "Иван"),
        ("cp1256", "المصري", "محمد"),
        ("cp874", "ใจดี", "สมชาย"),
    ],
)
def test_a_table_of_an_old_spreadsheet_keeps_its_names_and_says_that_its_alphabet_was_guessed(
    alphabet: str, surname: str, given: str
) -> None:
    text = f"Surname;Given names;Date of birth;Document number\n{surname};{given};03.04.1979;X1234567\n"
    listed = read_passenger_list(text.encode(alphabet), today=TODAY)
    assert [(one.surname, one.given) for one in listed.people] == [(surname, given)]
    assert [warning.code for warning in listed.warnings] == ["manifest.alphabet"]


def test_headings_in_an_old_russian_alphabet_are_read() -> None:
    text = "Фамилия;Имя;Дата рождения;Номер документа\nPETROV;IVAN;03.04.1979;X1234567\n"
    assert read_passenger_list(text.encode("cp1251"), today=TODAY).people[0].surname == "PETROV"


def test_a_quotation_mark_that_nobody_closed_costs_no_person() -> None:
    text = 'Surname,Given names,Document number\n"PETROV,IVAN,X1\nDOE,JOHN,X2\nROE,"JANE",X3\n'
    listed = read_passenger_list(text.encode(), today=TODAY)
    assert [one.surname for one in listed.people] == ["PETROV", "DOE", "ROE"]
    assert [warning.code for warning in listed.warnings] == ["manifest.quotes"]


def test_a_number_that_a_spreadsheet_shortened_is_said() -> None:
    text = "Surname,Given names,Document number\nPETROV,IVAN,1.23457E+08\n"
    listed = read_passenger_list(text.encode(), today=TODAY)
    assert [warning.code for warning in listed.warnings] == ["manifest.shortened"]


@pytest.mark.parametrize("written", ["03/04/2522", "28948", "03.04.1979"])
def test_a_birth_date_may_count_from_buddha_or_from_a_spreadsheets_first_day(written: str) -> None:
    listed = read_passenger_list(f"Surname,Given names,Date of birth\nPETROV,IVAN,{written}\n".encode(), today=TODAY)
    assert listed.people[0].birth_date == PartialDate(1979, 4, 3)
