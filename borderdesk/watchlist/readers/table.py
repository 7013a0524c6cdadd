"""Rows of CSV and XLSX files, bounded, with the line each stands on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Final
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from borderdesk.watchlist.readers.report import UnreadableList
from borderdesk.words import say

MAX_CELL: Final = 1 << 20
csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line, counting from 1, and its cells as text."""

    line: int
    cells: list[str]


def csv_rows(stream: IO[bytes], format_: str, *, delimiter: str = "") -> Iterator[TableRow]:
    """Rows of a CSV file in UTF-8 (with or without mark). The delimiter is guessed from the first line if not given.

    Raises UnreadableList.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = None
    try:
        if not delimiter:
            first = text.readline()
            delimiter = max(",;\t|", key=first.count) if first else ","
            lines: Iterator[str] = _again(first, text)
        else:
            lines = iter(text)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        for cells in reader:
            if cells:
                yield TableRow(reader.line_num, cells)
    except UnicodeDecodeError as error:
        raise UnreadableList(format_, reader.line_num if reader else 1, say("it is not text in UTF-8.")) from error
    except csv.Error as error:
        line = reader.line_num if reader else 1
        raise UnreadableList(format_, line, say("it is not CSV ({what}).", what=str(error))) from error
    finally:
        text.detach()


def xlsx_rows(stream: IO[bytes], format_: str) -> Iterator[TableRow]:
    """Rows of the first sheet of an XLSX file. Dates become ISO text. Raises UnreadableList."""
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableList(format_, 1, say("it is not a workbook.")) from error
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            if any(cell is not None for cell in cells):
                yield TableRow(line, [_text(cell) for cell in cells])
    finally:
        book.close()


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


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
