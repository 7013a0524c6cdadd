"""Vehicles, vessels, firearms and every other kind of record from any table, by the names of the record's fields.

A column belongs to the field it is mapped to, or else to the field of its own name. Several values in one cell are
parted by `;`; a plate is its country's letters, a blank, and the number. What has no field goes into the remarks where
the record has some, and is reported where it has none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_type_hints

from borderdesk.watchlist.digest import record_bytes
from borderdesk.watchlist.readers.cells import NO_VALUE, NUMBERS, NoValue, value_of
from borderdesk.watchlist.readers.people import read_people
from borderdesk.watchlist.readers.report import NO_KEY, Loss, Read, Refusal, UnreadableList, is_key, refuse
from borderdesk.watchlist.readers.spreadsheets import ALTERED, AS_A_NUMBER, is_altered
from borderdesk.watchlist.readers.table import TableRow
from borderdesk.watchlist.records import RECORD_TYPES, ListKind, Record
from borderdesk.words import say

FORMAT: Final = "table of records"


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
    if kind is ListKind.PERSONS:
        yield from read_people(rows, columns)
        return
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
    for at, (name, cell) in enumerate(zip(names, row.cells, strict=False)):
        text = cell.strip()
        if not text:
            continue
        if at in row.numbers and name in NUMBERS:
            seen.refusals.append(_of_number(row, name, text))
        if name not in fields:
            seen.remarks.append(f"{name}: {text}")
            continue
        try:
            values[name] = value_of(hints[name], name, text)
        except (NoValue, ValueError) as error:
            why = error.why if isinstance(error, NoValue) else NO_VALUE
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


def _of_number(row: TableRow, name: str, text: str) -> Refusal:
    """What is said of a number that the workbook holds as a number."""
    if is_altered(text, from_number=True):
        return refuse(row.line, row.cells[0], name, text, ALTERED, Loss.RECORD)
    return refuse(row.line, row.cells[0], name, text, AS_A_NUMBER, Loss.DOUBT)
