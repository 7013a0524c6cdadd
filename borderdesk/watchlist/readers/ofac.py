"""The list of Specially Designated Nationals of the US Treasury's OFAC, as CSV and as XML.

CSV: `sdn.csv` with twelve columns and no header line (copies with one are accepted), names of other spellings in
`alt.csv`; `-0-` is nothing. What is known of a person stands as text in the last column, parted by semicolons.
XML: `sdn.xml` with one `sdnEntry` each; the advanced file is `ofac_advanced`'s.
https://ofac.treasury.gov/specially-designated-nationals-list-data-formats
Only individuals become persons; everything else is reported. All text of an entry stays in the remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Final
from xml.etree.ElementTree import Element

from borderdesk.ids import ListName
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.numbers import is_travel_paper
from borderdesk.watchlist.readers.ofac_advanced import ROOT as ADVANCED
from borderdesk.watchlist.readers.ofac_advanced import TAGS, read_advanced
from borderdesk.watchlist.readers.report import Loss, Read, SourceStamp, UnreadableList, refuse
from borderdesk.watchlist.readers.table import TableRow, csv_rows
from borderdesk.watchlist.readers.xmlstream import XmlRecord, XmlRoot, clean, text_of, xml_records
from borderdesk.watchlist.records import ListKind, NameQuality, Watchlist
from borderdesk.words import say

CSV_FORMAT: Final = "OFAC SDN (CSV)"
XML_FORMAT: Final = "OFAC SDN (XML)"
OFAC_LIST: Final = Watchlist(
    ListName("ofac-sdn"), ListKind.PERSONS, "OFAC Specially Designated Nationals", "US Treasury"
)

_COLUMNS: Final = 12
_NOTHING: Final = "-0-"
_END_OF_FILE: Final = "\x1a"
_ALT: Final = re.compile(r"^(?:alt\.|Alt\.)\s*")
_FACT: Final = re.compile(
    r"(?P<label>DOB|POB|nationality|citizen|Gender|a\.k\.a\.|f\.k\.a\.|n\.k\.a\.)\s+(?P<value>.+)"
)
_DOCUMENT: Final = re.compile(
    r"(?P<kind>(?:Diplomatic |Stateless Person |Travel Document )?(?:Passport|Number)"
    r"|National ID No\.|Identification Number|Cedula No\.|D\.N\.I\.|Residency Number|Travel Document Number)"
    r"\s+(?P<number>[^()]+?)\s*(?:\((?P<country>[^()]*)\).*)?"
)
_QUALITY: Final = {"strong": NameQuality.STRONG, "weak": NameQuality.WEAK}
_KNOWN: Final = frozenset(
    {"uid", "firstName", "lastName", "title", "sdnType", "remarks", "programList", "idList", "akaList", "addressList"}
    | {"nationalityList", "citizenshipList", "dateOfBirthList", "placeOfBirthList"}
)
_SIMPLE: Final = frozenset({"sdnEntry", "publshInformation"})
_NO_PERSON: Final = say("It is no individual; only persons are imported from this list.")


def read_ofac_csv(sdn: IO[bytes], alt: IO[bytes] | None = None) -> Iterator[Read]:
    """Read `sdn.csv`, with the names of `alt.csv` where that is given. Raises UnreadableList."""
    aliases = _aliases(alt) if alt else {}
    seen: set[str] = set()
    for row in csv_rows(sdn, CSV_FORMAT, delimiter=","):
        cells = [_value(cell) for cell in row.cells]
        if not any(cells) or cells[0] == _END_OF_FILE:
            continue
        if row.line == 1 and not cells[0].isdigit():
            continue  # a copy with a header line
        if len(cells) != _COLUMNS or not cells[0].isdigit():
            why = say("It is no row of {columns} columns that begins with a number.", columns=_COLUMNS)
            yield refuse(row.line, cells[0], "row", ", ".join(cells), why, Loss.RECORD)
            continue
        number = cells[0]
        seen.add(number)
        others = aliases.pop(number, [])
        if cells[2] != "individual":
            yield refuse(row.line, number, cells[2] or "entity", cells[1], _NO_PERSON, Loss.RECORD)
            continue
        draft = _csv_person(row.line, cells, others)
        person = draft.person(reference=f"OFAC {number}")
        yield from draft.refusals
        if person:
            yield person
    for number, rows in aliases.items():
        for row in rows:
            why = say("The other spelling belongs to no entry of the list.")
            yield refuse(row.line, number, "alt_name", row.cells[3], why)


def _aliases(alt: IO[bytes]) -> dict[str, list[TableRow]]:
    found: dict[str, list[TableRow]] = {}
    for row in csv_rows(alt, CSV_FORMAT, delimiter=","):
        if row.cells[0].isdigit() and len(row.cells) >= 4:
            found.setdefault(row.cells[0], []).append(row)
        elif row.cells[0] != _END_OF_FILE and row.line > 1:
            raise UnreadableList(CSV_FORMAT, row.line, say("it is no row of alt.csv."))
    return found


def _csv_person(line: int, cells: list[str], others: list[TableRow]) -> PersonDraft:
    draft = PersonDraft(line, cells[0])
    draft.name(cells[1])
    for row in others:
        draft.name(row.cells[3], NameQuality.STRONG)
    draft.remark("Programme", cells[3].replace("] [", ", "))
    draft.remark("Title", cells[4])
    draft.remark("", cells[11])
    for part in cells[11].rstrip(".").split("; "):
        _fact(draft, _ALT.sub("", part.strip()))
    return draft


def _fact(draft: PersonDraft, text: str) -> None:
    """Read one statement of the remarks; what is none of these is in the remarks already."""
    found = _FACT.fullmatch(text)
    if not found:
        document = _DOCUMENT.fullmatch(text)
        if document:
            draft.document("Remarks", document["kind"], document["number"], document["country"] or "", remark=False)
        return
    label, value = found["label"], found["value"].strip()
    if label == "DOB":
        draft.born("DOB", value)
    elif label == "POB":
        draft.born_at(value)
    elif label in ("nationality", "citizen"):
        draft.citizen(label, value)
    elif label == "Gender":
        draft.gender("Gender", value)
    else:
        # Names in the remarks are what OFAC calls weak aliases.
        draft.name(value.strip("'‘’\""), NameQuality.WEAK)


def _value(cell: str) -> str:
    text = cell.strip()
    return "" if text == _NOTHING else text


def read_ofac_xml(stream: IO[bytes]) -> Iterator[Read]:
    """Read `sdn.xml` or `sdn_advanced.xml`, whichever it is. Raises UnreadableList."""
    read = xml_records(stream, XML_FORMAT, _SIMPLE | TAGS)
    root = next((found for found in read if isinstance(found, XmlRoot)), None)
    rest = (found for found in read if isinstance(found, XmlRecord))
    if root is not None and root.tag == ADVANCED:
        yield from read_advanced(rest, _NO_PERSON)
    elif root is not None and root.tag == "sdnList":
        yield from _read_simple(rest)
    else:
        raise UnreadableList(XML_FORMAT, 1, say("its outermost element is {tag}.", tag=root.tag if root else ""))


def _read_simple(records: Iterable[XmlRecord]) -> Iterator[Read]:
    for found in records:
        element = found.element
        if element.tag == "publshInformation":
            yield SourceStamp(_us_day(text_of(element, "Publish_Date")))
            continue
        number = text_of(element, "uid")
        if text_of(element, "sdnType") != "Individual":
            name = text_of(element, "lastName")
            yield refuse(found.line, number, text_of(element, "sdnType"), name, _NO_PERSON, Loss.RECORD)
            continue
        draft = _xml_person(found.line, number, element)
        person = draft.person(reference=f"OFAC {number}")
        yield from draft.refusals
        if person:
            yield person


def _xml_person(line: int, number: str, element: Element) -> PersonDraft:
    draft = PersonDraft(line, number)
    _xml_name(draft, element, NameQuality.PRIMARY)
    for aka in element.iterfind("akaList/aka"):
        _xml_name(draft, aka, _QUALITY.get(text_of(aka, "category"), NameQuality.WEAK))
    for item in element.iterfind("dateOfBirthList/dateOfBirthItem"):
        draft.born("dateOfBirth", text_of(item, "dateOfBirth"))
    for item in element.iterfind("placeOfBirthList/placeOfBirthItem"):
        draft.born_at(text_of(item, "placeOfBirth"))
    for path in ("nationalityList/nationality", "citizenshipList/citizenship"):
        for item in element.iterfind(path):
            draft.citizen(path.partition("/")[2], text_of(item, "country"))
    for item in element.iterfind("idList/id"):
        kind, written = text_of(item, "idType"), text_of(item, "idNumber")
        if kind == "Gender":
            draft.gender("Gender", written)
        elif is_travel_paper(kind):
            draft.document("idList", kind, written, text_of(item, "idCountry"))
        else:
            draft.remark(kind, " ".join(filter(None, (written, text_of(item, "idCountry")))))
    programmes = [clean(program.text) for program in element.iterfind("programList/program")]
    draft.remark("Programme", ", ".join(programmes))
    draft.remark("Title", text_of(element, "title"))
    draft.remark("", text_of(element, "remarks"))
    for address in element.iterfind("addressList/address"):
        draft.remark(
            "Address", ", ".join(clean(part.text) for part in address if part.tag != "uid" and clean(part.text))
        )
    _note_unknown(draft, element)
    return draft


def _note_unknown(draft: PersonDraft, element: Element) -> None:
    for child in element:
        said = clean(" ".join(child.itertext()))
        if child.tag not in _KNOWN and said:
            draft.moved(child.tag, f"{child.tag}: {said}", said, say("The field is not known."))


def _xml_name(draft: PersonDraft, element: Element, quality: NameQuality) -> None:
    surname, given = text_of(element, "lastName"), text_of(element, "firstName")
    draft.name(f"{surname}, {given}" if given else surname, quality, surname=surname, given=given)


def _us_day(text: str) -> datetime | None:
    """`05/30/2024`, as midnight UTC."""
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)
    except ValueError:
        return None
