"""The EU's consolidated list in the older layout, which many countries still fetch: the same persons come of it.

The file is invented; its columns, the repeated `Entity_logical_id` and the misspelt `Birt_plcae` are the format's own.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

from borderdesk.dates import PartialDate
from borderdesk.watchlist import Person
from borderdesk.watchlist.readers import ImportReport, Loss, Tally, read_eu_consolidated
from borderdesk.watchlist.records import DocumentMention, NameQuality

BLOCK = "{0}_logical_id;{0}_leba_numtitle;{0}_leba_publication_date;{0}_leba_url"
HEADER = ";".join(
    (
        "Date_file;Entity_logical_id;Subject_type;Leba_numtitle;Leba_publication_date;Leba_url;Programme;Entity_remark",
        BLOCK.format("Naal"),
        "Naal_lastname;Naal_firstname;Naal_middlename;Naal_wholename;Naal_gender;Naal_title;Naal_function",
        "Naal_programme;Entity_logical_id",
        BLOCK.format("Addr"),
        "Addr_street;Addr_number;Addr_zipcode;Addr_city;Addr_country;Addr_other;Addr_programme;Entity_logical_id",
        BLOCK.format("Birt"),
        "Birt_date;Birt_plcae;Birt_country;Birt_programme;Entity_logical_id",
        BLOCK.format("Iden"),
        "Iden_number;Iden_country;Iden_programme;Entity_logical_id",
        BLOCK.format("Citi"),
        "Citi_country;Citi_programme;EU_ref_num",
    )
)
COLUMNS = HEADER.split(";")


def row(number: int, subject: str = "P", **cells: str) -> str:
    fixed = {"Date_file": "17/11/2026", "Subject_type": subject, "EU_ref_num": f"EU.{number}.1", "Programme": "UKR"}
    filled = [(fixed | cells).get(name, "") for name in COLUMNS]
    filled[COLUMNS.index("Entity_logical_id")] = str(number)  # the first of five; the others stay empty
    assert cells.keys() <= set(COLUMNS)
    return ";".join(filled)


def read(*lines: str) -> tuple[dict[str, Person], ImportReport]:
    tally = Tally("test")
    text = "\r\n".join((HEADER, *lines, "")).encode("utf-8-sig")
    found = [record for each in read_eu_consolidated(io.BytesIO(text)) if (record := tally.add(each))]
    return {each.key: each for each in found if isinstance(each, Person)}, tally.report()


def test_one_person_stands_in_several_rows_of_the_older_layout() -> None:
    found, report = read(
        row(13, Naal_lastname="Petrov", Naal_firstname="Anton", Naal_wholename="Anton Petrov", Naal_gender="M"),
        row(13, Naal_wholename="Антон Петров"),
        row(13, Birt_date="1961-05-09", Birt_plcae="Tver", Birt_country="RUS"),
        row(13, Birt_date="1962"),
        row(13, Iden_number="55 0314316 (passport-National passport) (known to be expired)", Iden_country="RUS"),
        row(13, Citi_country="RUS"),
        row(13, Addr_street="Sovetskaya", Addr_number="7", Addr_city="Tver", Addr_country="RUS"),
        row(20, "E", Naal_wholename="Volga Trading"),
    )
    person = found["13"]
    assert [(name.full, name.quality) for name in person.names] == [
        ("Anton Petrov", NameQuality.PRIMARY),
        ("Антон Петров", NameQuality.STRONG),
    ]
    assert person.births == (PartialDate(1961, 5, 9), PartialDate(1962))
    assert person.birth_places[0] == "Tver, RUS"
    assert person.nationalities == ("RUS",)
    assert person.documents == (DocumentMention("550314316", "P", "RUS"),)
    assert (person.sex, person.reference) == ("M", "EU.13.1")
    for said in ("Sovetskaya, 7, Tver", "known to be expired", "UKR"):
        assert said in person.remarks
    assert set(found) == {"13"}
    assert report.generated_at == datetime(2026, 11, 17, tzinfo=UTC)


def test_what_is_refused_is_named_as_the_file_names_it() -> None:
    found, report = read(
        row(23, Naal_wholename="C D", Citi_country="ATLANTIS"),
        row(23, Birt_date="in the spring"),
        "17/11/2026;24;too;short",
    )
    assert set(found) == {"23"}
    assert {(each.line, each.record, each.field, each.loss) for each in report.refusals} == {
        (2, "23", "Citi_country", Loss.MOVED),
        (3, "23", "Birt_date", Loss.MOVED),
        (4, "", "row", Loss.RECORD),
    }
