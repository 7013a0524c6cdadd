"""Lists with one person per row and a heading over each column: CSV and XLSX.

Headings are recognised in the words of FAL forms 5 and 6 (IMO FAL.2/Circ.131) and of carriers' own exports, in some
twenty languages (`headings.tsv`), also two languages in one cell; case, accents and punctuation do not matter.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal
from zipfile import BadZipFile, ZipFile

from borderdesk.documents.passengers.dates import Order, listed_date
from borderdesk.documents.passengers.types import (
    Leg,
    ListedDocument,
    ListedPerson,
    PassengerList,
    UnreadableList,
    warning,
)
from borderdesk.findings import Finding
from borderdesk.words import say

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_UNPACKED = 256 * 1024 * 1024
"""A hundred thousand rows are some 60 MB as XML; a file that unpacks to more was made to fill the memory."""

_DAMAGE: tuple[type[Exception], ...] = (
    BadZipFile, zlib.error, EOFError, struct.error, LookupError, ValueError, TypeError, AttributeError, OSError,
    SyntaxError, RuntimeError, ArithmeticError,
)  # fmt: skip
"""What the libraries under a workbook raise for a damaged or encrypted one, depending on where the damage is: the XML
parser's own error is a SyntaxError, and a packed part that needs a password a RuntimeError."""

_HEADING_WITHIN = 30
"""Headings stand in the first so many rows; above them may be a title."""

_SHORTENED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_OLD_ALPHABETS = {
    "cp1252": say("Latin"),
    "cp1251": say("Cyrillic"),
    "cp1256": say("Arabic"),
    "cp1258": say("Latin"),  # Vietnamese
    "cp874": say("Thai"),
    "cp1250": say("Latin"),  # of central Europe
    "cp1253": say("Greek"),
    "cp1254": say("Latin"),  # Turkish
}

_STRANGE = re.compile(r"(?:[^\W\d_\x00-\x7f]|[\u0300-\u036f])+")
_ENOUGH = 100_000
"""Characters by which an alphabet is known."""

_PARTS = re.compile(r"[/|\n(\[]")
_DATES = ("birth", "expiry")
_CREW = ("crew", "master", "captain", "mate", "engineer", "driver", "posádka", "officer", "steward", "able")


def read_csv(text: str, today: date) -> PassengerList:
    """Rows of text parted by comma, semicolon, tab or bar. Raises UnreadableList without recognised headings."""
    delimiter = _delimiter(text)
    rows, odd = _rows(text, delimiter), []
    if any("\n" in cell and cell.count(delimiter) > 1 for row in rows for cell in row):
        # A quotation mark that nobody closed swallows every row up to the next one: people would be missing.
        rows = [[cell.strip('"') for cell in row] for row in _rows(text, delimiter, quoting=csv.QUOTE_NONE)]
        odd.append(warning("quotes", say("A quotation mark in the list is not closed; every line was read as a row.")))
    return _read("CSV", rows, today, odd)


def read_old_csv(data: bytes, today: date) -> PassengerList:
    """A table in one byte per letter, which does not say in which alphabet: read in the one that gives most headings,
    else most letters and not signs; a warning says so. Raises UnreadableList."""
    best = max(_OLD_ALPHABETS, key=lambda name: _sense_of(data.decode(name, "replace")))
    listed = read_csv(data.decode(best, "replace"), today)
    told = say(
        "The list does not say in which alphabet it is written; it was read as {alphabet}. Look at the names.",
        alphabet=_OLD_ALPHABETS[best],
    )
    return replace(listed, warnings=(warning("alphabet", told), *listed.warnings))


def _sense_of(text: str) -> tuple[int, int]:
    """How many headings are known in this reading, and how much more of its strange letters makes sense than not.

    Accented letters of the Latin alphabet stand alone among plain ones; those of other alphabets make whole words.
    """
    rows = [line.split(_delimiter(text)) for line in text.splitlines()[:_HEADING_WITHIN]]
    known = max((sum(_field(cell) is not None for cell in row) for row in rows), default=0)
    sense = 0
    for run in _STRANGE.finditer(text[:_ENOUGH]):
        scripts = {unicodedata.name(c, "?").split()[0] for c in run[0]}
        among_plain = text[run.start() - 1 : run.start()].isascii() and (
            text[run.start() - 1 : run.start()].isalpha() or text[run.end() : run.end() + 1].isalpha()
        )
        latin = scripts <= {"LATIN", "COMBINING"}
        cased = run[0] in (run[0].upper(), run[0].lower(), run[0].title())
        sound = len(run[0]) < 3 if latin else len(scripts) == 1 and cased and not among_plain
        sense += len(run[0]) if sound else -len(run[0])
    return known, sense


def _delimiter(text: str) -> str:
    sample = "\n".join(text.splitlines()[:_HEADING_WITHIN])
    return max(",;\t|", key=sample.count)


def _rows(text: str, delimiter: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> list[list[str]]:
    try:
        return list(_limited(csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting)))
    except csv.Error as error:
        raise UnreadableList(say("The table could not be read ({reason}).", reason=str(error))) from error


def read_xlsx(data: bytes, today: date) -> PassengerList:
    """The first sheet with recognised headings. Raises UnreadableList where there is none."""
    # Only who opens a workbook pays for the library: it takes longer to load than the desk to answer.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    damage: tuple[type[Exception], ...] = (*_DAMAGE, InvalidFileException)
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableList(say("The workbook is larger than any passenger list when unpacked."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [list(_limited(sheet.iter_rows(values_only=True))) for sheet in book.worksheets[:8]]
    except damage as error:
        raise UnreadableList(say("The workbook is damaged ({reason}).", reason=type(error).__name__)) from error
    book.close()
    for rows in sheets:
        if _heading(rows) is not None:
            return _read("XLSX", rows, today)
    raise UnreadableList(say("No sheet of the workbook has headings that name people."))


def _limited(rows: Iterable[Iterable[object]]) -> Iterator[list[str]]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise UnreadableList(say("The table has more than {count} rows.", count=MOST_ROWS))
        yield [_text(cell) for _, cell in zip(range(MOST_COLUMNS), row, strict=False)]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _heading(rows: list[list[str]]) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(rows[:_HEADING_WITHIN]):
        fields: dict[str, int] = {}
        for column, cell in enumerate(row):
            field = _field(cell)
            if field and field not in fields:
                fields[field] = column
        if len(fields) >= 2 and ({"surname", "full", "number"} & fields.keys()):
            return at, fields
    return None


def _field(cell: str) -> str | None:
    """The field a heading names: whole, or one of its parts (`Nom / Surname`, `4. Date of birth (dd/mm/yyyy)`)."""
    if len(cell) > 120:
        return None
    known = _headings()
    return next((known[plain] for part in (cell, *_PARTS.split(cell)) if (plain := _plain(part)) in known), None)


@cache
def _headings() -> dict[str, str]:
    text = files("borderdesk.documents.passengers").joinpath("headings.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {_plain(heading): field for field, _, headings in rows for heading in headings.split("|")}


def _plain(cell: str) -> str:
    """Letters alone, without case, accents and the numbers that forms print before their headings."""
    bare = unicodedata.normalize("NFKD", cell.casefold().replace("ł", "l").replace("ı", "i").replace("đ", "d"))
    return "".join(c for c in bare if c.isalpha())


def _read(format: str, rows: list[list[str]], today: date, odd: Iterable[Finding] = ()) -> PassengerList:
    heading = _heading(rows)
    if heading is None:
        raise UnreadableList(say("No row of the table has headings that name people."))
    start, fields = heading
    people: list[ListedPerson] = []
    warnings: list[Finding] = list(odd)
    dates = [row[at] for row in rows[start + 1 :] for name, at in fields.items() if name in _DATES and at < len(row)]
    order = Order.of(dates)
    if order is Order.MIXED:
        warnings.append(warning("date_order", say("Some dates have the day first and others the month.")))
    for count, row in enumerate(rows[start + 1 :], start + 2):
        cells = {field: row[at] if at < len(row) else "" for field, at in fields.items()}
        if not any(cells.get(field) for field in ("surname", "given", "full", "number")):
            if any(row):
                warnings.append(warning("row", say("Row {row} names nobody.", row=count)))
            continue
        people.append(_person(cells, today, order, count, warnings))
    return PassengerList(format, "", _legs(people), tuple(people), tuple(warnings))


def _person(cells: dict[str, str], today: date, order: Order, row: int, warnings: list[Finding]) -> ListedPerson:
    surname, given = cells.get("surname", ""), cells.get("given", "")
    if not surname and not given:
        surname, _, given = (part.strip() for part in cells.get("full", "").replace("/", ",", 1).partition(","))
    born_raw, ends_raw = cells.get("birth", ""), cells.get("expiry", "")
    born = listed_date(born_raw, today, order=order)
    ends = listed_date(ends_raw, today, expiry=True, order=order)
    for raw, read, code in ((born_raw, born, "birth_date"), (ends_raw, ends, "expiry_date")):
        if raw and read is None:
            warnings.append(warning(code, say("Row {row}: {raw} is no date.", row=row, raw=raw)))
    documents: tuple[ListedDocument, ...] = ()
    if _SHORTENED.fullmatch(cells.get("number", "")):
        # Most of its digits are gone: looked for as it stands, it would be found nowhere.
        told = say("Row {row}: a spreadsheet has shortened the number {raw}. Ask for it.", row=row, raw=cells["number"])
        warnings.append(warning("shortened", told))
    if cells.get("number"):
        kind = cells.get("type", "")
        documents += (ListedDocument(kind, cells["number"], cells.get("state", ""), ends, ends_raw),)
    if cells.get("visa"):
        documents += (ListedDocument("V", cells["visa"]),)
    if not documents:
        warnings.append(warning("no_document", say("Row {row} names a person without a document.", row=row)))
    return ListedPerson(
        role=_role(cells.get("role", "").casefold(), cells.get("transit", "").casefold()),
        surname=surname,
        given=" ".join(filter(None, (given, cells.get("middle", "")))),
        sex=cells.get("sex", "").upper()[:1],
        birth_date=born,
        birth_date_raw=born_raw,
        birth_place=cells.get("birth_place", ""),
        nationality=cells.get("nationality", ""),
        residence=cells.get("residence", ""),
        embarks=cells.get("embarks", ""),
        disembarks=cells.get("disembarks", ""),
        documents=documents,
    )


def _role(role: str, transit: str) -> str:
    if any(word in role for word in _CREW):
        return "crew"
    return "transit" if "transit" in role or transit[:1] in ("y", "o", "j", "s", "t", "д") else "passenger"


def _legs(people: list[ListedPerson]) -> tuple[Leg, ...]:
    ways = dict.fromkeys(
        (person.embarks, person.disembarks) for person in people if person.embarks or person.disembarks
    )
    return tuple(Leg("", "", origin, destination) for origin, destination in ways)
