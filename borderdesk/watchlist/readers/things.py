"""Vehicles, vessels, firearms and every other kind of record from any table, by the names of the record's fields.

A column belongs to the field it is mapped to, or else to the field of its own name. Several values in one cell are
parted by `;`; a plate is its country's letters, a blank, and the number. What has no field goes into the remarks where
the record has some, and is reported where it has none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final, get_args, get_origin, get_type_hints

from borderdesk.codes import find_state, state
from borderdesk.watchlist.digest import record_bytes
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.report import NO_KEY, Loss, Read, Refusal, UnreadableList, is_key, refuse
from borderdesk.watchlist.readers.table import TableRow
from borderdesk.watchlist.records import RECORD_TYPES, ListKind, Record
from borderdesk.watchlist.things import Plate
from borderdesk.words import say

FORMAT: Final = "table of records"
_STATES: Final = frozenset({"state", "country", "flag", "issued_by"})
_DAYS: Final = (date, date | None)


class _NoValue(Exception):
    """The text is no value of the field."""


@dataclass(slots=True)
class _Row:
    line: int
    key: str
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_records(rows: Iterable[TableRow], kind: ListKind, columns: Mapping[str, str] | None = None) -> Iterator[Read]:
    """Read a table whose first row names its columns into records of `kind`. `columns` maps header to field.

    Raises UnreadableList where a column that the record cannot do without is missing.
    """
    rest = iter(rows)
    header = next(rest, None)
    if header is None:
        raise UnreadableList(FORMAT, 1, say("it is empty."))
    type_ = RECORD_TYPES[kind]
    hints = get_type_hints(type_)
    renamed = {name.lower(): to for name, to in (columns or {}).items()}
    names = [renamed.get(cell.strip().lower(), cell.strip().lower().replace(" ", "_")) for cell in header.cells]
    for needed in dataclasses.fields(type_):
        if needed.name not in names and needed.default is dataclasses.MISSING:
            why = say("it has no column for {field}.", field=needed.name)
            raise UnreadableList(FORMAT, header.line, why)
    for row in rest:
        yield from _record(row, type_, names, hints)


def _record(row: TableRow, type_: type[Record], names: list[str], hints: dict[str, Any]) -> Iterator[Read]:
    if len(row.cells) > len(names):
        why = say("It has more cells than the first row has columns.")
        yield refuse(row.line, row.cells[0], "row", ", ".join(row.cells), why, Loss.RECORD)
        return
    values: dict[str, Any] = {}
    seen = _Row(row.line, row.cells[0])
    fields = {each.name for each in dataclasses.fields(type_)}
    for name, cell in zip(names, row.cells, strict=False):
        text = cell.strip()
        if not text:
            continue
        if name not in fields:
            seen.remarks.append(f"{name}: {text}")
            continue
        try:
            values[name] = _value(hints[name], name, text)
        except (_NoValue, ValueError):
            why = say("It is no value of this field.")
            needed = any(
                each.name == name and each.default is dataclasses.MISSING for each in dataclasses.fields(type_)
            )
            loss = Loss.RECORD if needed else Loss.MOVED if "remarks" in fields else Loss.VALUE
            seen.refusals.append(refuse(row.line, row.cells[0], name, text, why, loss))
            seen.remarks.append(f"{name}: {text}")
    yield from seen.refusals
    if any(refusal.loss is Loss.RECORD for refusal in seen.refusals):
        return
    if seen.remarks and "remarks" in fields:
        values["remarks"] = "\n".join(filter(None, (values.get("remarks", ""), *seen.remarks)))
    elif seen.remarks:
        why = say("The record has no field for it.")
        yield refuse(row.line, row.cells[0], "row", "; ".join(seen.remarks), why)
    try:
        record = type_(**values)
        record_bytes(record)
        if not is_key(record.key):
            yield refuse(row.line, row.cells[0], "key", record.key, NO_KEY, Loss.RECORD)
            return
    except (TypeError, ValueError):
        why = say("Its values make no such record.")
        yield refuse(row.line, row.cells[0], "row", ", ".join(row.cells), why, Loss.RECORD)
        return
    yield record


def _value(hint: Any, name: str, text: str) -> Any:
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) is tuple:
        (inner, _) = get_args(hint)
        return tuple(_value(inner, name, part.strip()) for part in text.split(";") if part.strip())
    if hint in _DAYS:
        return _day(text)
    if hint is Plate:
        country, _, number = text.partition(" ")
        if not number:
            raise _NoValue
        return Plate(_state(country), number.strip())
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(text.lower())
    if hint is int:
        return int(text)
    if hint is str:
        return _state(text) if name in _STATES else text
    raise _NoValue


def _state(text: str) -> str:
    found = state(text.upper()) if len(text) <= 3 else find_state(text)
    if found is None:
        found = find_state(text)
    if found is None:
        raise _NoValue
    return found.code


def _day(text: str) -> date:
    read = read_days(text)
    if read is None or len(read.days) != 1 or not read.days[0].is_whole:
        raise _NoValue
    return date.fromisoformat(read.days[0].iso)
