"""Persons of the EU's consolidated financial sanctions list, as published in CSV with semicolons (1.0 and 1.1).

One entity stands in several rows: each repeats the columns `Entity_…` and fills those of one name, address, birth,
document or citizenship (`NameAlias_…`, `Address_…`, `BirthDate_…`, `Identification_…`, `Citizenship_…`). The columns
are found by name, in any order; `eu_columns` tells version 1.0 as 1.1. Source: Financial Sanctions Files,
csvFullSanctionsList and csvFullSanctionsList_1_1, https://webgate.ec.europa.eu/fsd/fsf

Only persons become records; of everything else it is reported that it is none. What is said of the regulation behind
each name or address, and the numbers of the parts themselves, is not read: the entity's own regulation is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import IO, Final

from borderdesk.ids import ListName
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.eu_columns import Layout, layout_of
from borderdesk.watchlist.readers.numbers import document_letter
from borderdesk.watchlist.readers.report import Loss, Read, Refusal, SourceStamp, UnreadableList, refuse
from borderdesk.watchlist.readers.table import TableRow, csv_rows
from borderdesk.watchlist.records import ListKind, NameQuality, Watchlist
from borderdesk.words import say

FORMAT: Final = "EU consolidated list (CSV)"
EU_CONSOLIDATED: Final = Watchlist(
    ListName("eu-consolidated"), ListKind.PERSONS, "EU consolidated financial sanctions", "European Union"
)

_NEEDED: Final = frozenset({"Entity_LogicalId", "Entity_SubjectType", "NameAlias_WholeName"})
_PERSON: Final = frozenset({"p", "person"})
_YES: Final = frozenset({"true", "1", "yes"})
_UNKNOWN: Final = frozenset({"", "00", "unknown"})
_GREGORIAN: Final = frozenset({"", "gregorian"})
_STATED: Final = {
    "Diplomatic": "diplomatic",
    "KnownExpired": "expired",
    "KnownFalse": "false",
    "ReportedLost": "reported lost",
    "RevokedByIssuer": "revoked by its issuer",
}

Cells = Mapping[str, str]


def read_eu_consolidated(stream: IO[bytes]) -> Iterator[Read]:
    """Read persons, in the order in which their first rows stand. Raises UnreadableList.

    The rows of one entity need not stand together, so the persons are kept in memory until the file ends.
    """
    rows = csv_rows(stream, FORMAT, delimiter=";")
    header = next(rows, None)
    layout = layout_of(header.cells if header else ())
    if not set(layout.names) >= _NEEDED:
        raise UnreadableList(FORMAT, 1, say("its first line does not name the columns of this format."))
    for each in _read(rows, layout):
        yield replace(each, field=layout.as_written(each.field)) if isinstance(each, Refusal) else each


def _read(rows: Iterator[TableRow], layout: Layout) -> Iterator[Read]:
    drafts: dict[str, PersonDraft] = {}
    references: dict[str, str] = {}
    others: set[str] = set()
    stamped = False
    for row in rows:
        if len(row.cells) != len(layout.names):
            why = say("It has {count} cells instead of {columns}.", count=len(row.cells), columns=len(layout.names))
            yield refuse(row.line, "", "row", "; ".join(row.cells), why, Loss.RECORD)
            continue
        cells = layout.cells(row.cells)
        if not any(cells.values()):
            continue
        if not stamped:
            stamped = True
            generated = _day(cells.get("fileGenerationDate", ""))
            yield SourceStamp(
                datetime(generated.year, generated.month, generated.day, tzinfo=UTC) if generated else None
            )
        record = cells["Entity_LogicalId"]
        if not record:
            why = say("It does not say to which entity it belongs.")
            yield refuse(row.line, "", "Entity_LogicalId", "; ".join(filter(None, row.cells)), why, Loss.RECORD)
            continue
        if not _is_person(cells):
            if record not in others:
                others.add(record)
                why = say("It is no natural person; only persons are imported from this list.")
                kind = cells["Entity_SubjectType"] or "Entity_SubjectType"
                yield refuse(row.line, record, kind, cells["NameAlias_WholeName"], why, Loss.RECORD)
            continue
        if record not in drafts:
            drafts[record] = _person(row.line, record, cells)
            references[record] = cells.get("Entity_EU_ReferenceNumber", "") or f"EU {record}"
        draft = drafts[record]
        draft.line = row.line
        _name(draft, cells)
        _birth(draft, cells)
        _document(draft, cells)
        _citizenship(draft, cells)
        _address(draft, cells)
    for record, draft in drafts.items():
        person = draft.person(reference=references[record])
        yield from draft.refusals
        if person:
            yield person


def _is_person(cells: Cells) -> bool:
    said = (cells["Entity_SubjectType"], cells.get("Entity_SubjectType_ClassificationCode", ""))
    return any(text.lower() in _PERSON for text in said)


def _person(line: int, record: str, cells: Cells) -> PersonDraft:
    draft = PersonDraft(line, record)
    draft.listed_on = _day(cells.get("Entity_DesignationDate", "")) or _day(
        cells.get("Entity_Regulation_PublicationDate", "")
    )
    draft.remark("Programme", cells.get("Entity_Regulation_Programme", ""))
    draft.remark("Regulation", cells.get("Entity_Regulation_NumberTitle", ""))
    draft.remark("UN number", cells.get("Entity_UnitedNationId", ""))
    draft.remark("Designation", cells.get("Entity_DesignationDetails", ""))
    draft.remark("", cells.get("Entity_Remark", ""))
    return draft


def _name(draft: PersonDraft, cells: Cells) -> None:
    surname = cells.get("NameAlias_LastName", "")
    given = _joined(cells, " ", "NameAlias_FirstName", "NameAlias_MiddleName")
    remark = cells.get("NameAlias_Remark", "")
    weak = "low quality" in remark.lower() or "weak" in remark.lower()
    quality = NameQuality.WEAK if weak else NameQuality.STRONG if draft.names else NameQuality.PRIMARY
    draft.name(cells["NameAlias_WholeName"] or f"{given} {surname}".strip(), quality, surname=surname, given=given)
    draft.gender("NameAlias_Gender", cells.get("NameAlias_Gender", ""))
    draft.remark("Title", cells.get("NameAlias_Title", ""))
    draft.remark("Function", cells.get("NameAlias_Function", ""))
    draft.remark("Name", remark)


def _birth(draft: PersonDraft, cells: Cells) -> None:
    column, text = "BirthDate_BirthDate", cells.get("BirthDate_BirthDate", "")
    year = _number(cells, "BirthDate_Year")
    first, last = _number(cells, "BirthDate_YearRangeFrom"), _number(cells, "BirthDate_YearRangeTo")
    if not text and year and not (first or last):
        month, day = _number(cells, "BirthDate_Month"), _number(cells, "BirthDate_Day")
        # A day without its month says nothing that could be compared.
        column, text = "BirthDate_Year", "-".join(filter(None, (year, month, day if month else "")))
    elif not text and (first or last):
        column, text = "BirthDate_YearRangeFrom", f"{first} to {last}" if first and last else first or last
    calendar = cells.get("BirthDate_CalendarType", "")
    if text and calendar.lower() not in _GREGORIAN:
        why = say("It is a date of another calendar ({calendar}).", calendar=calendar)
        draft.moved(column, f"Date of birth: {text} ({calendar})", text, why)
    elif text:
        about = cells.get("BirthDate_Circa", "").lower() in _YES
        draft.born(column, f"circa {text}" if about else text)
    draft.born_at(
        _joined(cells, ", ", "BirthDate_Place", "BirthDate_City", "BirthDate_Region", "BirthDate_CountryDescription")
    )
    draft.remark("Birth", cells.get("BirthDate_Remark", ""))


def _document(draft: PersonDraft, cells: Cells) -> None:
    written = cells.get("Identification_Number", "")
    # What is compared is Latin; the number in its own script stays for the officer.
    number = cells.get("Identification_LatinNumber", "") or written
    if not number:
        draft.remark("Document", cells.get("Identification_Remark", ""))
        return
    kind = cells.get("Identification_TypeDescription", "") or cells.get("Identification_TypeCode", "")
    country = _known(cells, "Identification_CountryIso2Code") or _known(cells, "Identification_CountryDescription")
    if document_letter(kind) or "travel document" in kind.lower():
        draft.document("Identification_Number", kind, number, country)
    else:
        draft.remark(kind or "Number", f"{number} ({country})" if country else number)
    for column, word in _STATED.items():
        if cells.get(f"Identification_{column}", "").lower() in _YES:
            draft.remark("Document", f"{number} is {word}")
    if written != number:
        draft.remark("Document", f"{number} is written {written}")
    said = (
        ("", "NameOnDocument"), ("issued by", "IssuedBy"), ("issued on", "IssuedDate"), ("valid from", "ValidFrom"),
        ("valid until", "ValidTo"), ("", "Region"), ("", "Remark"),
    )  # fmt: skip
    told = (f"{word} {_known(cells, f'Identification_{column}')}".strip() for word, column in said)
    draft.remark("Document", "; ".join(text for text, (word, _) in zip(told, said, strict=True) if text != word))


def _citizenship(draft: PersonDraft, cells: Cells) -> None:
    column = "Citizenship_CountryIso2Code"
    if not _known(cells, column):
        column = "Citizenship_CountryDescription"
    draft.citizen(column, _known(cells, column))
    draft.remark("Citizenship", _joined(cells, "; ", "Citizenship_Region", "Citizenship_Remark"))


def _address(draft: PersonDraft, cells: Cells) -> None:
    parts = (
        "Street",
        "Number",
        "PoBox",
        "ZipCode",
        "City",
        "Place",
        "Region",
        "CountryDescription",
        "ContactInfo",
        "Remark",
    )
    draft.remark("Address", _joined(cells, ", ", *(f"Address_{part}" for part in parts)))


def _known(cells: Cells, column: str) -> str:
    """A cell's text, empty where the list writes that it does not know."""
    text = cells.get(column, "")
    return "" if text.lower() in _UNKNOWN else text


def _number(cells: Cells, column: str) -> str:
    """A number, empty where it is nought."""
    text = cells.get(column, "")
    return "" if text.strip("0") == "" else text


def _joined(cells: Cells, between: str, *columns: str) -> str:
    return between.join(filter(None, (_known(cells, column) for column in columns)))


def _day(text: str) -> date | None:
    """A whole day, as `2014-03-17` or `17/03/2014`; None where it is none."""
    read = read_days(text)
    return date.fromisoformat(read.days[0].iso) if read and read.days[0].is_whole else None
