"""Travel documents from any table, by a mapping of its columns: SLTD extracts and national lists.

The mapping is data that a bureau keeps beside its source, so that the same file is read the same way every day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from borderdesk.codes import find_state, state
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.report import Loss, Read, Refusal, UnreadableList, refuse
from borderdesk.watchlist.readers.spreadsheets import ALTERED, AS_A_NUMBER, is_altered, why_no_day
from borderdesk.watchlist.readers.table import TableRow
from borderdesk.watchlist.records import DocumentStatus, TravelDocument
from borderdesk.words import Sentence, say

FORMAT: Final = "table of travel documents"

_NOT_IN_NUMBERS: Final = re.compile(r"[^A-Z0-9]")
_LONGEST_NUMBER: Final = 24
_EMPTY: Final = frozenset({"", "-", "0", "na", "n/a", "null", "none"})
_UNREADABLE: Final = date.min
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


def read_documents(rows: Iterable[TableRow], columns: ColumnNames) -> Iterator[Read]:
    """Read a table whose first row names its columns. Raises UnreadableList where a mapped column is missing."""
    rest = iter(rows)
    header = next(rest, None)
    if header is None:
        raise UnreadableList(FORMAT, 1, say("it is empty."))
    at_state, at_type, at_number, at_status, at_lost, at_reported = _places(header, columns)
    # Each learns a value's meaning once; a national list has few states and days, and many rows.
    states = _Learned("state", _state)
    types = _Learned("type", _type)
    statuses = _Learned("status", (_STATUSES | dict(columns.statuses)).get)
    days = _Days()
    # A row may end before its days, which are no part of what it is found by.
    width, needed = len(header.cells), 1 + max(at_state, at_type, at_number, at_status)
    fixed_state = states[columns.default_state] if at_state < 0 else ""
    fixed_type = types[columns.default_type] if at_type < 0 else ""
    for row in rest:
        cells = row.cells
        if len(cells) != width:
            fits = needed <= len(cells) and not any(cells[width:])
            if not fits or len(cells) < width:
                yield _other_width(row, at_number, Loss.VALUE if fits else Loss.RECORD)
            if not fits:
                continue
            cells = [*cells, *[""] * width]
        try:
            document = TravelDocument(
                fixed_state or states[cells[at_state]],
                fixed_type or types[cells[at_type]],
                _number(cells[at_number]),
                columns.default_status if at_status < 0 else statuses[cells[at_status]],
                days[cells[at_lost]] if at_lost >= 0 else None,
                days[cells[at_reported]] if at_reported >= 0 else None,
            )
        except _Refused as problem:
            why = problem.why or say("A {field} cannot be read from this.", field=problem.field)
            yield refuse(row.line, cells[at_number], problem.field, problem.value, why, Loss.RECORD)
            continue
        if document.lost_on is _UNREADABLE or document.reported_on is _UNREADABLE:
            # The document is stolen whatever day it was: it must not be missing from the list for that.
            for at, day in ((at_lost, document.lost_on), (at_reported, document.reported_on)):
                if day is _UNREADABLE:
                    yield refuse(row.line, cells[at_number], header.cells[at], cells[at], why_no_day(cells[at]))
            document = replace(document, lost_on=_known(document.lost_on), reported_on=_known(document.reported_on))
        if row.numbers and at_number in row.numbers:
            if is_altered(cells[at_number], from_number=True):
                yield refuse(row.line, cells[at_number], "number", cells[at_number], ALTERED, Loss.RECORD)
                continue
            yield refuse(row.line, cells[at_number], "number", cells[at_number], AS_A_NUMBER, Loss.DOUBT)
        if document.lost_on and document.reported_on and document.lost_on > document.reported_on:
            told = f"{document.lost_on} > {document.reported_on}"
            yield refuse(row.line, cells[at_number], columns.lost_on, told, _LOST_LATER, Loss.DOUBT)
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


class _Days(dict[str, date | None]):
    """Text to day: None where it says nothing, `_UNREADABLE` where it says what is no day."""

    def __missing__(self, text: str) -> date | None:
        self[text] = day = _day(text.strip().lower())
        return day


def _number(text: str) -> str:
    """The normal form (`borderdesk.documents.normal_number`, which this room may not ask)."""
    if not (text.isascii() and text.isalnum() and text == text.upper()):
        if is_altered(text.strip()):
            raise _Refused("number", text, ALTERED)
        text, given = _NOT_IN_NUMBERS.sub("", text.upper()), text
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
