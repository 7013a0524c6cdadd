"""Rows of CSV and XLSX files, bounded, with the line each stands on."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import IO, Final, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from borderdesk.watchlist.readers.report import UnreadableList
from borderdesk.words import say

MAX_CELL: Final = 1 << 20
csv.field_size_limit(MAX_CELL)
MAX_LINE: Final = 4 << 20
_TOGETHER: Final = 8192
MAX_UNPACKED: Final = 1 << 30
"""All parts of a workbook together; a million rows of documents take some 100 MB."""
_BROKEN: Final = (BadZipFile, KeyError, IndexError, ValueError, TypeError, OSError, EOFError, zlib.error, ParseError)
"""What a damaged workbook makes its reader raise, part by part."""


class TableRow(NamedTuple):
    """One row: its line, counting from 1, and its cells as text. There are millions of them.

    `numbers` are the places of cells that a workbook holds as numbers, not as text.
    """

    line: int
    cells: list[str]
    numbers: frozenset[int] = frozenset()


def csv_rows(stream: IO[bytes], format_: str, *, delimiter: str = "") -> Iterator[TableRow]:
    """Rows of a CSV file in UTF-8 (with or without mark). The delimiter is guessed from the first line if not given.

    Raises UnreadableList.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = None
    try:
        first = text.readline(MAX_LINE)
        if not delimiter:
            delimiter = max(",;\t|", key=first.count) if first else ","
        reader = csv.reader(chain.from_iterable(_lines(first, text, format_)), delimiter=delimiter, strict=True)
        for cells in reader:
            if cells:
                yield TableRow(reader.line_num, cells)
    except UnicodeDecodeError as error:
        raise UnreadableList(format_, reader.line_num if reader else 1, say("it is not text in UTF-8.")) from error
    except csv.Error as error:
        line = reader.line_num if reader else 1
        raise UnreadableList(format_, line, say("it is not CSV ({what}).", what=str(error))) from error
    finally:
        # Whoever gave the stream may have closed it before this generator was let go of.
        if not stream.closed:
            text.detach()


def _lines(first: str, text: IO[str], format_: str) -> Iterator[Iterable[str]]:
    """The lines, none longer than `MAX_LINE`: what is no table must not be read whole to find that out.

    Some hundred at a time: to hand over each by itself takes as long as to take it apart.
    """
    lines, number = first, 1
    while lines:
        if "\0" in lines or len(lines) >= MAX_LINE:
            for at, line in enumerate(io.StringIO(lines, newline=""), start=number):
                if len(line.removesuffix("\n")) >= MAX_LINE:
                    raise UnreadableList(format_, at, say("it is longer than {limit} bytes.", limit=MAX_LINE))
                if "\0" in line:
                    raise UnreadableList(format_, at, say("it is not text in UTF-8."))
        found = list(io.StringIO(lines, newline=""))
        yield found
        lines, number = text.read(_TOGETHER) + text.readline(MAX_LINE), number + len(found)


def xlsx_rows(stream: IO[bytes], format_: str) -> Iterator[TableRow]:
    """Rows of the first sheet of an XLSX file. Dates become ISO text. Raises UnreadableList."""
    try:
        with ZipFile(stream) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > MAX_UNPACKED:
            raise UnreadableList(format_, 1, say("it is longer than {limit} bytes.", limit=MAX_UNPACKED))
        stream.seek(0)
        book = load_workbook(stream, read_only=True, data_only=True)
    except (*_BROKEN, InvalidFileException) as error:
        raise UnreadableList(format_, 1, say("it is not a workbook.")) from error
    line = 1
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            if any(cell is not None for cell in cells):
                numbers = frozenset(at for at, cell in enumerate(cells) if isinstance(cell, (int, float)))
                yield TableRow(line, [_text(cell) for cell in cells], numbers)
    except _BROKEN as error:
        raise UnreadableList(format_, line, say("it is not a workbook.")) from error
    finally:
        book.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
