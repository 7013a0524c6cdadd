"""Persons from any table: national lists as ministries keep them, one row for each person.

The columns are `key`, `name` (or `surname` and `given`), `aliases`, `weak_aliases`, `born`, `born_at`, `nationality`,
`sex`, `passport`, `identity_card`, `document_state`, and every other field of a person by its own name; a column called
otherwise is mapped. Several values in one cell are parted by `;`. What has no field goes into the remarks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, get_type_hints

from borderdesk.watchlist.readers.cells import NO_VALUE, NoValue, value_of
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.report import Loss, Read, UnreadableList, refuse
from borderdesk.watchlist.readers.spreadsheets import ALTERED, AS_A_NUMBER, is_altered
from borderdesk.watchlist.readers.table import TableRow
from borderdesk.watchlist.records import NameQuality, Person
from borderdesk.words import say

FORMAT: Final = "table of persons"

_PAPERS: Final = {"passport": "Passport", "identity_card": "Identity card"}
_IDENTITY: Final = (
    *("key", "name", "surname", "given", "aliases", "weak_aliases", "born", "born_at", "nationality", "sex"),
    *(*_PAPERS, "document_state", "reference"),
)
_OWN: Final = (
    *("action", "warnings", "listed_on", "colour", "kind", "issued_by", "marks", "height_cm", "languages", "offences"),
    "photos",
)
"""Fields of a person that a table gives as they are."""
PERSON_FIELDS: Final = (*_IDENTITY, *_OWN, "remarks")
"""What a table can say of a person."""
_HINTS: Final = get_type_hints(Person)


def read_people(rows: Iterable[TableRow], columns: Mapping[str, str] | None = None) -> Iterator[Read]:
    """Read a table whose first row names its columns. `columns` maps header to field.

    Raises UnreadableList where there is no column of the key, or none of the name.
    """
    rest = iter(rows)
    header = next(rest, None)
    if header is None:
        raise UnreadableList(FORMAT, 1, say("it is empty."))
    renamed = {name.lower(): to for name, to in (columns or {}).items()}
    names = [renamed.get(cell.strip().lower(), cell.strip().lower().replace(" ", "_")) for cell in header.cells]
    for needed in (("key",), ("name", "surname")):
        if not set(names).intersection(needed):
            raise UnreadableList(FORMAT, header.line, say("it has no column for {field}.", field=" / ".join(needed)))
    seen: set[str] = set()
    for row in rest:
        if any(row.cells[len(names) :]):
            why = say("It has more cells than the first row has columns.")
            yield refuse(row.line, row.cells[0], "row", ", ".join(row.cells), why, Loss.RECORD)
            continue
        cells = {name: " ".join(cell.split()) for name, cell in zip(names, row.cells, strict=False)}
        if not any(cells.values()):
            continue
        key = cells.get("key", "")
        if not key or key in seen:
            why = say("Its number is missing, or was used before in this file.")
            yield refuse(row.line, key, "key", cells.get("name", "") or cells.get("surname", ""), why, Loss.RECORD)
            continue
        seen.add(key)
        draft = PersonDraft(row.line, key)
        _identity(draft, cells)
        for column in _PAPERS:
            for number in _several(cells, column):
                _paper(draft, column, number, cells, is_number=column in {names[at] for at in row.numbers})
        own = _fields(draft, {name: text for name, text in cells.items() if text and name not in _IDENTITY})
        person = draft.person(reference=cells.get("reference", ""))
        yield from draft.refusals
        if person is not None:
            yield dataclasses.replace(person, **own)


def _identity(draft: PersonDraft, cells: Mapping[str, str]) -> None:
    surname, given = cells.get("surname", ""), cells.get("given", "")
    written = cells.get("name", "") or " ".join(filter(None, (given, surname)))
    if written:
        draft.name(written, surname=surname, given=given)
    for column, quality in (("aliases", NameQuality.STRONG), ("weak_aliases", NameQuality.WEAK)):
        for alias in _several(cells, column):
            draft.name(alias, quality)
    draft.born("born", cells.get("born", ""))
    for place in _several(cells, "born_at"):
        draft.born_at(place)
    draft.citizen("nationality", cells.get("nationality", ""))
    draft.gender("sex", cells.get("sex", ""))


def _paper(draft: PersonDraft, column: str, number: str, cells: Mapping[str, str], *, is_number: bool) -> None:
    kind = _PAPERS[column]
    if is_altered(number, from_number=is_number):
        draft.moved(column, f"{kind}: {number}", number, ALTERED)
        return
    if is_number:
        draft.refusals.append(refuse(draft.line, draft.record, column, number, AS_A_NUMBER, Loss.DOUBT))
    draft.document(column, kind, number, cells.get("document_state", ""), remark=False)


def _fields(draft: PersonDraft, cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields that a person has beside its identity; what is none of them becomes a remark."""
    found: dict[str, Any] = {}
    for name, text in cells.items():
        if name not in _OWN:
            draft.remark("" if name == "remarks" else name, text)
            continue
        try:
            found[name] = value_of(_HINTS[name], name, text)
        except (NoValue, ValueError) as error:
            draft.moved(name, f"{name}: {text}", text, error.why if isinstance(error, NoValue) else NO_VALUE)
    return found


def _several(cells: Mapping[str, str], column: str) -> list[str]:
    return [part for each in cells.get(column, "").split(";") if (part := each.strip())]
