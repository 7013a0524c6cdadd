"""Persons of an EU sanctions regulation's annex, as CSV with a header line.

The columns are those of the annexes as they are published in tabular form (`celex`, `recordId`, `schema`, `name`,
`alias` …). Companies and other bodies are reported as no persons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Final

from borderdesk.ids import ListName
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.report import Loss, Read, UnreadableList, refuse
from borderdesk.watchlist.readers.table import csv_rows
from borderdesk.watchlist.records import ListKind, NameQuality, Watchlist
from borderdesk.words import say

FORMAT: Final = "EU sanctions (CSV)"
EU_LIST: Final = Watchlist(ListName("eu-sanctions"), ListKind.PERSONS, "EU consolidated sanctions", "European Union")

_NEEDED: Final = frozenset({"recordId", "schema", "name"})
_READ_APART: Final = frozenset(
    {"celex", "recordId", "schema", "name", "alias", "weakAlias", "previousName", "nationality", "birthDate"}
    | {"birthPlace", "passportNumber", "idNumber", "gender", "startDate"}
)


def read_eu_csv(stream: IO[bytes]) -> Iterator[Read]:
    """Read persons; a number that comes twice is refused the second time. Raises UnreadableList."""
    rows = csv_rows(stream, FORMAT)
    header = next(rows, None)
    if header is None or not set(header.cells) >= _NEEDED:
        raise UnreadableList(FORMAT, 1, say("its first line does not name the columns of this format."))
    seen: set[str] = set()
    for row in rows:
        if len(row.cells) != len(header.cells):
            why = say("It has {count} cells instead of {columns}.", count=len(row.cells), columns=len(header.cells))
            yield refuse(row.line, row.cells[0], "row", ", ".join(row.cells), why, Loss.RECORD)
            continue
        cells = {name: text.strip() for name, text in zip(header.cells, row.cells, strict=True)}
        record = f"{cells.get('celex', '')}/{cells['recordId']}".strip("/")
        if cells["schema"] != "Person":
            why = say("It is no natural person; only persons are imported from this list.")
            yield refuse(row.line, record, cells["schema"], cells["name"], why, Loss.RECORD)
            continue
        if record in seen:
            why = say("Its number was used before in this file.")
            yield refuse(row.line, record, "recordId", cells["name"], why, Loss.RECORD)
            continue
        seen.add(record)
        draft = _person(row.line, record, cells)
        person = draft.person(reference=f"EU {record}")
        yield from draft.refusals
        if person:
            yield person


def _person(line: int, record: str, cells: dict[str, str]) -> PersonDraft:
    draft = PersonDraft(line, record)
    draft.name(cells["name"])
    draft.name(cells.get("alias", ""), NameQuality.STRONG)
    draft.name(cells.get("previousName", ""), NameQuality.STRONG)
    draft.name(cells.get("weakAlias", ""), NameQuality.WEAK)
    draft.born("birthDate", cells.get("birthDate", ""))
    draft.born_at(cells.get("birthPlace", ""))
    draft.citizen("nationality", cells.get("nationality", ""))
    draft.gender("gender", cells.get("gender", ""))
    for column, kind in (("passportNumber", "Passport"), ("idNumber", "Identity document")):
        for written in filter(None, (part.strip() for part in cells.get(column, "").split(";"))):
            draft.document(column, "" if "passport" in written.lower() else kind, written)
    started = read_days(cells.get("startDate", ""))
    if started and started.days[0].is_whole:
        draft.listed_on = date.fromisoformat(started.days[0].iso)
    for column, text in cells.items():
        if column not in _READ_APART:
            draft.remark(column.capitalize(), text)
    return draft
