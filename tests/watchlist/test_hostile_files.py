"""Files that are damaged, or made to do harm: refused with a sentence and a line, or read with a report."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterable

import pytest
from openpyxl import Workbook

from borderdesk.watchlist import ListKind, Person
from borderdesk.watchlist.digest import record_bytes
from borderdesk.watchlist.readers import (
    ColumnNames,
    Loss,
    Read,
    Refusal,
    Tally,
    UnreadableList,
    csv_rows,
    open_shipped_un,
    read_documents,
    read_ftm,
    read_interpol,
    read_ofac_csv,
    read_ofac_xml,
    read_records,
    read_un,
    xlsx_rows,
)
from borderdesk.watchlist.readers import report as reporting
from borderdesk.words import say

OFAC = (
    "<sdnList><publshInformation><Publish_Date>{day}</Publish_Date></publshInformation><sdnEntry><uid>{uid}</uid>"
    "<lastName>AMIN</lastName><firstName>Ali</firstName><sdnType>Individual</sdnType>{more}</sdnEntry></sdnList>"
)
SDN = b'36,"AMIN, Ali","individual","SDGT",-0-,-0-,-0-,-0-,-0-,-0-,-0-,"DOB 11 Oct 1954; Passport X1 (Iran)."\n'
DOCUMENTS = b"state,type,number,status,lost,reported\nFRA,P,12AB,stolen,2020-01-02,\nD,I,99-88,lost,,3 May 2021\n"
VEHICLES = b"key,make,vin,plates,status\nv1,Toyota,JT123,LAO 1234;THA ab 12,stolen\n"


def ofac(day: str = "05/30/2024", uid: str = "36", more: str = "", head: str = "") -> bytes:
    return (head + OFAC.format(day=day, uid=uid, more=more)).encode()


def ftm(**more: object) -> bytes:
    return json.dumps({"id": "a", "schema": "Person", "properties": {"name": ["Ali Bo"]}, **more}).encode()


def notice(**more: object) -> bytes:
    return json.dumps([{"entity_id": "2020/1", "name": "BO", "forename": "ALI", **more}]).encode()


def workbook(**changed: bytes | None) -> bytes:
    """A workbook of two documents, with some of its parts changed, or left out."""
    book, whole = Workbook(), io.BytesIO()
    for line in DOCUMENTS.decode().splitlines():
        book.active.append(line.split(","))
    book.save(whole)
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = changed.get(name.rpartition("/")[2].partition(".")[0], old.read(name))
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


def told(read: Iterable[Read]) -> tuple[list[object], list[Refusal]]:
    """The records, and what was refused."""
    tally = Tally("test")
    records = [record for each in read if (record := tally.add(each)) is not None]
    return list(records), tally.refusals


READERS: dict[str, tuple[bytes, Callable[[io.BytesIO], Iterable[Read]]]] = {
    "OFAC XML": (ofac(), read_ofac_xml),
    "OFAC CSV": (SDN * 3, read_ofac_csv),
    "OFAC aliases": (b'36,1,"aka","AMEEN, Ali",-0-\n', lambda file: read_ofac_csv(io.BytesIO(SDN), file)),
    "FollowTheMoney": (ftm(first_seen="2020-01-02T00:00:00"), read_ftm),
    "INTERPOL": (notice(date_of_birth="1970/01/02", nationalities=["US", "916"]), read_interpol),
    "documents": (DOCUMENTS, lambda file: read_documents(csv_rows(file, "test"), ColumnNames())),
    "workbook": (workbook(), lambda file: read_documents(xlsx_rows(file, "test"), ColumnNames())),
    "vehicles": (VEHICLES, lambda file: read_records(csv_rows(file, "test"), ListKind.VEHICLES)),
}


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_read_with_a_report_or_refused(name: str) -> None:
    whole, read = READERS[name]
    assert told(read(io.BytesIO(whole))) is not None
    odd = (b"\0", b"\xff", b"\xed\xa0\x80", b'\\ud800"', b'"', b"<", b"9" * 300, b"99/99/9999", b"null", b"{}", b"\n")
    chance = random.Random(name)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(damaged) + 1)
            damaged[at : at + chance.randrange(8)] = chance.choice(odd)
        if chance.random() < 0.2:
            damaged = damaged[: chance.randrange(len(damaged) + 1)]
        try:
            records, _ = told(read(io.BytesIO(bytes(damaged))))
        except UnreadableList:
            continue
        for record in records:
            record_bytes(record).decode("ascii", "strict" if isinstance(record, Person) else "ignore")  # type: ignore[arg-type]
            assert reporting.is_key(record.key)  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["utf-7", "nosuch", "idna"])
def test_an_encoding_that_is_none_is_said(encoding: str) -> None:
    with pytest.raises(UnreadableList):
        list(read_ofac_xml(io.BytesIO(ofac(head=f'<?xml version="1.0" encoding="{encoding}"?>'))))


def test_a_day_that_is_none_is_no_reason_to_refuse_a_list() -> None:
    for read, file in ((read_ofac_xml, ofac(day="13/45/2024")), (read_ftm, ftm(first_seen="2020-99-99"))):
        (record,), _ = told(read(io.BytesIO(file)))
        assert isinstance(record, Person)


@pytest.mark.parametrize("key", ["", "a\0b", "\ud800", "x" * 201, "\u202ea"])
def test_a_number_that_no_database_could_hold_is_refused(key: str) -> None:
    records, refused = told(read_ftm(io.BytesIO(ftm(id=key))))
    found = {str(record.key) for record in records}  # type: ignore[attr-defined]
    assert found <= {"a?b", "?"}, "what can be written otherwise is"
    assert records or [each.loss for each in refused] == [Loss.RECORD]


def test_half_a_character_in_a_name_does_not_stop_the_publishing() -> None:
    (person,), _ = told(read_ftm(io.BytesIO(ftm(properties={"name": ["\ud800li Bo"]}))))
    assert isinstance(person, Person) and person.names[0].full.encode() == b"?li Bo"


def test_a_field_that_no_reader_knows_is_kept_as_a_remark() -> None:
    (person,), refused = told(read_ofac_xml(io.BytesIO(ofac(more="<newThing><is>so</is></newThing>"))))
    assert isinstance(person, Person) and "newThing: so" in person.remarks
    assert [(each.field, each.loss) for each in refused] == [("newThing", Loss.MOVED)]
    (person,), _ = told(read_ftm(io.BytesIO(ftm(properties={"name": ["Ali Bo"], "height": ["1.80"]}))))
    assert isinstance(person, Person) and "height: 1.80" in person.remarks
    (person,), refused = told(read_interpol(io.BytesIO(notice(arrest_warrants=5))))
    assert isinstance(person, Person) and "Wanted by: 5" in person.remarks and len(refused) == 1


def test_what_follows_a_day_of_birth_is_not_cut_off() -> None:
    with open_shipped_un() as file:
        text = file.read().decode()
    begin = text.index("<INDIVIDUAL>")
    one = text[begin : text.index("</INDIVIDUAL>", begin)] + "</INDIVIDUAL>"
    birth = "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    for written, kept in (("1970-01-02-05:00", False), ("1970-01-02Z", False), ("1970-01-02 or later", True)):
        entry = one.replace("</INDIVIDUAL>", birth.format(written) + "</INDIVIDUAL>")
        (person,), _ = told(read_un(io.BytesIO(f"<CONSOLIDATED_LIST>{entry}</CONSOLIDATED_LIST>".encode())))
        assert isinstance(person, Person)
        assert ("1970-01-02" in {birth.iso for birth in person.births}) is not kept
        assert (f"Date of birth: {written}" in person.remarks) is kept


@pytest.mark.parametrize("part", [b"<worksheet><sheetData><row", b"", None])
def test_a_workbook_with_a_broken_sheet_is_refused(part: bytes | None) -> None:
    with pytest.raises(UnreadableList):
        list(xlsx_rows(io.BytesIO(workbook(sheet1=part)), "test"))


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("borderdesk.watchlist.readers.table.MAX_UNPACKED", 1 << 20)
    with pytest.raises(UnreadableList, match="longer"):
        list(xlsx_rows(io.BytesIO(workbook(styles=b"<styleSheet>" + b" " * (2 << 20) + b"</styleSheet>")), "test"))


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            buffer[:] = b"a" * len(buffer)
            self.taken += len(buffer)
            assert self.taken < 64 << 20
            return len(buffer)

    with pytest.raises(UnreadableList, match="longer"):
        list(csv_rows(io.BufferedReader(Endless()), "test"))


def test_of_a_million_refusals_all_are_counted_and_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "MOST_KEPT", 10)
    tally = Tally("test")
    for line in range(1000):
        tally.add(Refusal(line, "x", "number", "?", say("It is no date."), Loss.RECORD))
    report = tally.report()
    assert (len(report.refusals), report.left_out, report.count(Loss.RECORD)) == (10, 990, 1000)
