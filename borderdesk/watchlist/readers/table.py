"""Rows of CSV and XLSX files, bounded, with the line each stands on."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import IO, Any, Final, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from borderdesk.watchlist.readers.report import UnreadableList
from borderdesk.words import say

MAX_CELL: Final = 1 << 20
csv.field_size_limit(MAX_CELL)
MAX_LINE: Final = 4 << 20
_TOGETHER: Final = 1 << 16
"""Characters taken apart at once; a row of documents has some forty."""
_MOST_ROWS: Final = 4096
_LINE_END: Final = ord("\n")
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


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Rows that follow each other and have as many cells each, column by column: taken apart together they are cheap.

    `lines` says where each stands. A part of a block is a block; going through one gives its rows. All cells are text.
    """

    lines: Sequence[int]
    columns: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, part: slice) -> TableBlock:
        return TableBlock(self.lines[part], [column[part] for column in self.columns])

    def __iter__(self) -> Iterator[TableRow]:
        return (
            TableRow(line, list(cells)) for line, cells in zip(self.lines, zip(*self.columns, strict=True), strict=True)
        )

    @classmethod
    def of(cls, lines: Sequence[int], rows: Sequence[Sequence[str]]) -> TableBlock | None:
        """Rows as a block; None where they are not all of one width."""
        if len(set(map(len, rows))) != 1:
            return None
        return cls(lines, list(zip(*rows, strict=True)))


TableParts = Iterable[TableRow | TableBlock]
"""A table in the order of its rows, many or one at a time."""


def csv_rows(stream: IO[bytes], format_: str, *, delimiter: str = "") -> Iterator[TableRow]:
    """Rows of a CSV file in UTF-8 (with or without mark). The delimiter is guessed from the first line if not given.

    Raises UnreadableList.
    """
    for part in csv_parts(stream, format_, delimiter=delimiter):
        if isinstance(part, TableBlock):
            yield from part
        else:
            yield part


def csv_parts(stream: IO[bytes], format_: str, *, delimiter: str = "") -> Iterator[TableRow | TableBlock]:
    """The same rows, many at a time where they are alike. Raises UnreadableList."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    csv_file = _CsvFile(text, format_)
    try:
        yield from csv_file.parts(delimiter)
    except UnicodeDecodeError as error:
        raise UnreadableList(format_, max(1, csv_file.line), say("it is not text in UTF-8.")) from error
    except csv.Error as error:
        line = max(1, csv_file.line)
        raise UnreadableList(format_, line, say("it is not CSV ({what}).", what=str(error))) from error
    finally:
        # Whoever gave the stream may have closed it before this generator was let go of.
        if not stream.closed:
            text.detach()


class _CsvFile:
    """A CSV file that is read piece by piece; each ends with a line."""

    def __init__(self, text: IO[str], format_: str) -> None:
        self._text, self._format = text, format_
        self._before = 0
        self._reader: Any = None

    @property
    def line(self) -> int:
        """The last line that was taken apart, counting from 1."""
        return self._before + (self._reader.line_num if self._reader else 0)

    def parts(self, delimiter: str) -> Iterator[TableRow | TableBlock]:
        piece = self._checked(self._text.readline(MAX_LINE))
        if not delimiter:
            delimiter = max(",;\t|", key=piece.count) if piece else ","
        while piece:
            block = _split(piece, delimiter, self._before + 1)
            if block is not None:
                yield block
                self._before += len(block)
            else:
                yield from self._read(piece, delimiter)
            piece = self._more()

    def _read(self, piece: str, delimiter: str) -> Iterator[TableRow | TableBlock]:
        """A piece with quotes or rows of other widths, to the end of its last row, which may stand in the next one."""
        ended = 0

        def lines() -> Iterator[Iterable[str]]:
            more = piece
            while more:
                yield io.StringIO(more, newline="")
                if reader.line_num == ended:
                    return
                more = self._more()

        # The lines of a piece at a time: to hand over each by itself takes as long as to take it apart.
        self._reader = reader = csv.reader(chain.from_iterable(lines()), delimiter=delimiter, strict=True)
        at: list[int] = []
        rows: list[list[str]] = []
        for cells in reader:
            ended = reader.line_num
            if cells:
                at.append(self._before + ended)
                rows.append(cells)
            if len(rows) == _MOST_ROWS:
                yield from _together(at, rows)
                at, rows = [], []
        yield from _together(at, rows)
        self._before, self._reader = self.line, None

    def _more(self) -> str:
        return self._checked(self._text.read(_TOGETHER) + self._text.readline(MAX_LINE))

    def _checked(self, piece: str) -> str:
        """None of its lines is longer than `MAX_LINE`: what is no table must not be read whole to find that out."""
        if "\0" in piece or len(piece) >= MAX_LINE:
            for at, line in enumerate(io.StringIO(piece, newline=""), start=self.line + 1):
                if len(line.removesuffix("\n")) >= MAX_LINE:
                    raise UnreadableList(self._format, at, say("it is longer than {limit} bytes.", limit=MAX_LINE))
                if "\0" in line:
                    raise UnreadableList(self._format, at, say("it is not text in UTF-8."))
        return piece


def _together(lines: list[int], rows: list[list[str]]) -> TableParts:
    return [block] if (block := TableBlock.of(lines, rows)) else list(map(TableRow, lines, rows))


def _split(piece: str, delimiter: str, line: int) -> TableBlock | None:
    """What `csv.reader` reads from these lines, in a fifth of the time; None where it takes that to read them."""
    if '"' in piece or len(piece) > MAX_CELL:
        return None
    if "\r" in piece:
        piece = piece.replace("\r\n", "\n")
    if "\r" in piece or "\n\n" in piece or piece.startswith("\n"):
        return None
    if not piece.endswith("\n"):
        piece += "\n"
    letters = np.frombuffer(piece.encode(), np.uint8)
    marks = letters[(letters == _LINE_END) | (letters == ord(delimiter))]
    count = piece.count("\n")
    width, left = divmod(len(marks), count)
    # As many lines as there are ends of lines, each after as many cells: all have the same width.
    if left or not (marks[width - 1 :: width] == _LINE_END).all():
        return None
    cells = piece.replace("\n", delimiter).split(delimiter)
    return TableBlock(range(line, line + count), [cells[at:-1:width] for at in range(width)])


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
