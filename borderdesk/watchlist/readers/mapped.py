"""Travel documents from any table, by a mapping of its columns: SLTD extracts and national lists.

The mapping is data that a bureau keeps beside its source, so that the same file is read the same way every day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import repeat
from typing import Any, Final

import numpy as np

from borderdesk.codes import find_state, folded, state
from borderdesk.watchlist.columns import DocumentColumns
from borderdesk.watchlist.digest import STATUS_CODES
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.report import Loss, Read, Refusal, UnreadableList, refuse
from borderdesk.watchlist.readers.spreadsheets import ALTERED, AS_A_NUMBER, is_altered, why_no_day
from borderdesk.watchlist.readers.table import TableBlock, TableParts, TableRow
from borderdesk.watchlist.records import DocumentStatus, TravelDocument
from borderdesk.words import Sentence, say

FORMAT: Final = "table of travel documents"

_NOT_IN_NUMBERS: Final = re.compile(r"[^A-Z0-9]")
_LONGEST_NUMBER: Final = 24
_AT_ONCE: Final = 512
"""Rows looked at together: more of them at hand cost Python's collector of garbage more than they save."""
_FEW: Final = 16
"""Rows not worth to be looked at together."""
_EMPTY: Final = frozenset({"", "-", "0", "na", "n/a", "null", "none"})
_UNREADABLE: Final = date.min
_UNREADABLE_DAY: Final = _UNREADABLE.toordinal()
_LOST_LATER: Final = say("It was lost after it was reported. Are the two columns in each other's place?")
# What sources call a status, beside our own words.
_STATUSES: Final = {status.value: status for status in DocumentStatus} | {
    "stolen blank": DocumentStatus.STOLEN_BLANK,
    "blank stolen": DocumentStatus.STOLEN_BLANK,
    "stolen-blank": DocumentStatus.STOLEN_BLANK,
    "lost by bearer": DocumentStatus.LOST,
    "stolen from bearer": DocumentStatus.STOLEN,
    "cancelled": DocumentStatus.INVALID,
}
_TYPES: Final = {"passport": "P", "identity card": "I", "id card": "I", "visa": "V", "residence permit": "A"}


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which column holds what, by its header. Empty: the table has no such column, and the default stands in.

    `statuses` maps the source's words (lower case) to ours, over the usual ones.
    """

    state: str = "state"
    type: str = "type"
    number: str = "number"
    status: str = "status"
    lost_on: str = "lost"
    reported_on: str = "reported"
    default_state: str = ""
    default_type: str = "P"
    default_status: DocumentStatus = DocumentStatus.STOLEN
    statuses: Mapping[str, DocumentStatus] = field(default_factory=dict)


def read_documents(rows: TableParts, columns: ColumnNames) -> Iterator[Read]:
    """Read a table whose first row names its columns. Raises UnreadableList where a mapped column is missing.

    Ordinary rows come together, as `DocumentColumns`; rows that need a closer look one by one; all in their order.
    """
    table = None
    for block in _in_blocks(rows):
        if table is None:
            header, block = next(iter(block)), block[1:]
            table = _Table(header, columns)
        yield from table.read(block)
    if table is None:
        raise UnreadableList(FORMAT, 1, say("it is empty."))


def _in_blocks(rows: TableParts) -> Iterator[TableBlock | list[TableRow]]:
    """The same rows, many at a time, never none."""
    alone: list[TableRow] = []
    for part in rows:
        if isinstance(part, TableRow):
            alone.append(part)
        if alone and (len(alone) == _AT_ONCE or isinstance(part, TableBlock)):
            yield alone
            alone = []
        if isinstance(part, TableBlock):
            yield part
    if alone:
        yield alone


class _Table:
    """One table: where its columns stand, and what its texts were found to mean."""

    def __init__(self, header: TableRow, columns: ColumnNames) -> None:
        self._header, self._columns = header, columns
        places = _places(header, columns)
        at_state, at_type, self._at_number, at_status, self._at_lost, self._at_reported = places
        # A row may end before its days, which are no part of what it is found by.
        self._needed = 1 + max(places[:4])
        # Each learns a value's meaning once; a national list has few states and days, and many rows.
        states, types, days = _Learned("state", _state), _Learned("type", _type), _Days()
        statuses = _Learned("status", (_STATUSES | dict(columns.statuses)).get)
        self._state = _Field(at_state, states, states[columns.default_state] if at_state < 0 else "")
        self._type = _Field(at_type, types, types[columns.default_type] if at_type < 0 else "")
        self._status = _Field(at_status, statuses, columns.default_status)
        self._lost, self._reported = _Field(self._at_lost, days, None), _Field(self._at_reported, days, None)
        # The same meanings as `DocumentColumns` has them.
        self._kinds = _Kinds(self._state, self._type)
        codes = _Learned("status", lambda text: STATUS_CODES[statuses[text]])
        ordinals = _Learned("day", lambda text: day.toordinal() if (day := days[text]) else 0)
        self._code = _Field(at_status, codes, STATUS_CODES[columns.default_status])
        self._lost_day, self._reported_day = (_Field(at, ordinals, 0) for at in (self._at_lost, self._at_reported))

    def read(self, rows: TableBlock | list[TableRow]) -> Iterator[Read]:
        """Together where there is nothing to say of any of them; else in halves, until few are left."""
        block = self._together(rows) if len(rows) > _FEW else None
        if block is not None:
            yield block
        elif len(rows) > _FEW:
            half = len(rows) // 2
            yield from self.read(rows[:half])
            yield from self.read(rows[half:])
        else:
            for row in rows:
                yield from self._one(row)

    def _together(self, rows: TableBlock | list[TableRow]) -> DocumentColumns | None:
        """The documents that `_one` makes of these rows; None where it may have something to say of one of them."""
        block = rows if isinstance(rows, TableBlock) else _block(rows)
        if block is None or len(block.columns) != len(self._header.cells):
            return None
        columns, count = block.columns, len(block)
        numbers = columns[self._at_number]
        if not (_is_normal("".join(numbers)) and all(numbers) and max(map(len, numbers)) <= _LONGEST_NUMBER):
            return None
        try:
            pairs = zip(self._state.texts(columns, count), self._type.texts(columns, count), strict=True)
            kind = np.fromiter(map(self._kinds.__getitem__, pairs), np.uint16, count)
            status = np.fromiter(self._code.of_all(columns, count), np.uint8, count)
        except _Refused:
            return None
        lost = np.fromiter(self._lost_day.of_all(columns, count), np.uint32, count)
        reported = np.fromiter(self._reported_day.of_all(columns, count), np.uint32, count)
        later = (lost > reported) & (reported > 0)
        if later.any() or (lost == _UNREADABLE_DAY).any() or (reported == _UNREADABLE_DAY).any():
            return None
        return DocumentColumns(self._kinds.found, kind, np.array(numbers, np.bytes_), status, lost, reported)

    def _one(self, row: TableRow) -> Iterator[Read]:
        """One row, and what there is to say of it."""
        cells, number, width = row.cells, self._at_number, len(self._header.cells)
        if len(cells) != width:
            fits = self._needed <= len(cells) and not any(cells[width:])
            if not fits or len(cells) < width:
                yield _other_width(row, number, Loss.VALUE if fits else Loss.RECORD)
            if not fits:
                return
            cells = [*cells, *[""] * width]
        try:
            document = TravelDocument(
                self._state.of(cells),
                self._type.of(cells),
                _number(cells[number]),
                self._status.of(cells),
                self._lost.of(cells),
                self._reported.of(cells),
            )
        except _Refused as problem:
            why = problem.why or say("A {field} cannot be read from this.", field=problem.field)
            yield refuse(row.line, cells[number], problem.field, problem.value, why, Loss.RECORD)
            return
        if document.lost_on is _UNREADABLE or document.reported_on is _UNREADABLE:
            # The document is stolen whatever day it was: it must not be missing from the list for that.
            for at, day in ((self._at_lost, document.lost_on), (self._at_reported, document.reported_on)):
                if day is _UNREADABLE:
                    yield refuse(row.line, cells[number], self._header.cells[at], cells[at], why_no_day(cells[at]))
            document = replace(document, lost_on=_known(document.lost_on), reported_on=_known(document.reported_on))
        if row.numbers and number in row.numbers:
            if is_altered(cells[number], from_number=True):
                yield refuse(row.line, cells[number], "number", cells[number], ALTERED, Loss.RECORD)
                return
            yield refuse(row.line, cells[number], "number", cells[number], AS_A_NUMBER, Loss.DOUBT)
        if document.lost_on and document.reported_on and document.lost_on > document.reported_on:
            told = f"{document.lost_on} > {document.reported_on}"
            yield refuse(row.line, cells[number], self._columns.lost_on, told, _LOST_LATER, Loss.DOUBT)
        yield document


def _other_width(row: TableRow, at_number: int, loss: Loss) -> Refusal:
    number = row.cells[at_number] if at_number < len(row.cells) else ""
    why = say("The row has not as many cells as the first one has columns.")
    return refuse(row.line, number, "row", ", ".join(row.cells), why, loss)


class _Refused(Exception):
    def __init__(self, field_: str, value: str, why: Sentence | None = None) -> None:
        super().__init__(field_)
        self.field = field_
        self.value = value
        self.why = why


class _Learned(dict[str, Any]):
    """Text to meaning, each worked out once. Raises _Refused for a text without meaning."""

    def __init__(self, field_: str, read: Callable[[str], object]) -> None:
        super().__init__()
        self._field = field_
        self._read = read

    def __missing__(self, text: str) -> Any:
        value = self._read(text.strip().lower())
        if value is None:
            raise _Refused(self._field, text)
        self[text] = value
        return value


class _Kinds(dict[tuple[str, str], int]):
    """What two texts mean as state and type: the place in `found`, which grows as they come. Raises _Refused."""

    def __init__(self, state_: _Field, type_: _Field) -> None:
        super().__init__()
        self.found: tuple[tuple[str, str], ...] = ()
        self._fields = state_, type_

    def __missing__(self, texts: tuple[str, str]) -> int:
        state_, type_ = (
            field_.meanings[text] if field_.at >= 0 else field_.default
            for field_, text in zip(self._fields, texts, strict=True)
        )
        if (state_, type_) not in self.found:
            self.found = (*self.found, (state_, type_))
        self[texts] = place = self.found.index((state_, type_))
        return place


class _Days(dict[str, date | None]):
    """Text to day: None where it says nothing, `_UNREADABLE` where it says what is no day."""

    def __missing__(self, text: str) -> date | None:
        self[text] = day = _day(text.strip().lower())
        return day


@dataclass(frozen=True, slots=True)
class _Field:
    """Where a field's column stands, what its texts mean, and what stands in where there is no such column."""

    at: int
    meanings: Mapping[str, Any]
    default: Any

    def of(self, cells: list[str]) -> Any:
        return self.meanings[cells[self.at]] if self.at >= 0 else self.default

    def of_all(self, columns: Sequence[Sequence[str]], count: int) -> Iterable[Any]:
        return map(self.meanings.__getitem__, columns[self.at]) if self.at >= 0 else repeat(self.default, count)

    def texts(self, columns: Sequence[Sequence[str]], count: int) -> Iterable[str]:
        return columns[self.at] if self.at >= 0 else repeat("", count)


def _block(rows: list[TableRow]) -> TableBlock | None:
    lines, cells, as_numbers = zip(*rows, strict=True)
    return None if any(as_numbers) else TableBlock.of(lines, cells)


def _is_normal(number: str) -> bool:
    """Whether these are capitals and digits of ASCII, and at least one."""
    return number.isascii() and number.isalnum() and number == number.upper()


def _number(text: str) -> str:
    """The normal form (`borderdesk.documents.normal_number`, which this room may not ask)."""
    if not _is_normal(text):
        if is_altered(text.strip()):
            raise _Refused("number", text, ALTERED)
        text, given = _NOT_IN_NUMBERS.sub("", folded(text)), text
        if not text:
            raise _Refused("number", given)
    if not 0 < len(text) <= _LONGEST_NUMBER:
        raise _Refused("number", text)
    return text


def _places(header: TableRow, columns: ColumnNames) -> list[int]:
    """Where each mapped column stands; -1 where the table need not have it."""
    names = {name.strip().lower(): at for at, name in enumerate(header.cells)}
    wanted = (columns.state, columns.type, columns.number, columns.status, columns.lost_on, columns.reported_on)
    for name in filter(None, wanted):
        if name.lower() not in names:
            raise UnreadableList(
                FORMAT,
                header.line,
                say("it has no column {name}; its columns are {found}.", name=name, found=", ".join(header.cells)),
            )
    return [names[name.lower()] if name else -1 for name in wanted]


def _state(text: str) -> str | None:
    code = text.upper()
    found = state(code) or find_state(code) or find_state(text)
    return found.code if found else None


def _type(text: str) -> str | None:
    if text in _TYPES:
        return _TYPES[text]
    letter = text.upper()
    return letter[0] if 0 < len(letter) <= 2 and letter.isascii() and letter[0].isalpha() else None


def _day(text: str) -> date | None:
    if text in _EMPTY:
        return None
    read = read_days(text)
    if read is None or len(read.days) != 1 or not read.days[0].is_whole:
        return _UNREADABLE
    day = read.days[0]
    return date(day.year, day.month, day.day)


def _known(day: date | None) -> date | None:
    return None if day is _UNREADABLE else day
