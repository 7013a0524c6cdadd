"""FollowTheMoney entities, one JSON object per line, as OpenSanctions publishes them (`entities.ftm.json`).

A `Person` becomes a person; `Passport` and `Identification` entities become documents of the one they name as holder,
wherever in the file they stand. https://followthemoney.tech/explorer/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Any, Final

from borderdesk.ids import ListName
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.jsonlines import json_lines, text, texts
from borderdesk.watchlist.readers.report import Loss, Read, refuse
from borderdesk.watchlist.records import ListKind, NameQuality, Watchlist
from borderdesk.words import say

FORMAT: Final = "FollowTheMoney entities (JSON lines)"
FTM_LIST: Final = Watchlist(ListName("opensanctions"), ListKind.PERSONS, "OpenSanctions", "OpenSanctions")

_NAMES: Final = (
    ("name", NameQuality.PRIMARY),
    ("alias", NameQuality.STRONG),
    ("previousName", NameQuality.STRONG),
    ("weakAlias", NameQuality.WEAK),
)
_DOCUMENTS: Final = (("passportNumber", "Passport"), ("idNumber", "Identity document"))
_REMARKS: Final = ("position", "title", "topics", "notes", "program", "address", "summary", "education", "religion")
_NOT_CARRIED: Final = frozenset({"sourceUrl", "createdAt", "modifiedAt", "retrievedAt", "publisher", "publisherUrl"})
"""Where the entry was found, which is the same for every entry of a source, and long."""
_KNOWN: Final = (
    frozenset({"lastName", "firstName", "birthDate", "birthPlace", "nationality", "citizenship", "gender"})
    | {field for field, _ in (*_NAMES, *_DOCUMENTS)}
    | {*_REMARKS, *_NOT_CARRIED}
)
_OF_PAPERS: Final = _NOT_CARRIED | {"holder", "type", "number", "country"}
_HOLDERS: Final = frozenset({"Passport", "Identification"})


def read_ftm(stream: IO[bytes]) -> Iterator[Read]:
    """Read persons. The stream is read twice, so it must be one that can go back. Raises UnreadableList."""
    papers: dict[str, list[dict[str, Any]]] = {}
    persons: set[str] = set()
    for entry in json_lines(stream, FORMAT):
        schema, properties = text(entry.value.get("schema")), _properties(entry.value)
        if schema in _HOLDERS:
            for holder in texts(properties.get("holder")):
                papers.setdefault(holder, []).append(properties)
        elif schema == "Person":
            persons.add(text(entry.value.get("id")))
    stream.seek(0)
    seen: set[str] = set()
    for entry in json_lines(stream, FORMAT):
        entity = entry.value
        number, schema = text(entity.get("id")), text(entity.get("schema"))
        if schema in _HOLDERS:
            if not persons.intersection(texts(_properties(entity).get("holder"))):
                why = say("It belongs to no person of this file.")
                yield refuse(entry.line, number, schema, text(_properties(entity).get("number")), why, Loss.RECORD)
            continue
        if schema != "Person" or not number or number in seen:
            why = say("It is no person, has no id, or came before.")
            yield refuse(entry.line, number, schema, text(entity.get("caption")), why, Loss.RECORD)
            continue
        seen.add(number)
        draft = _person(entry.line, number, entity, papers.get(number, []))
        person = draft.person()
        yield from draft.refusals
        if person:
            yield person


def _properties(entity: dict[str, Any]) -> dict[str, Any]:
    found = entity.get("properties")
    return found if isinstance(found, dict) else {}


def _person(line: int, number: str, entity: dict[str, Any], papers: list[dict[str, Any]]) -> PersonDraft:
    draft = PersonDraft(line, number)
    properties = _properties(entity)
    surname, given = texts(properties.get("lastName")), texts(properties.get("firstName"))
    if len(surname) == len(given) == 1:
        draft.name(f"{given[0]} {surname[0]}", NameQuality.STRONG, surname=surname[0], given=given[0])
    for field, quality in _NAMES:
        for name in texts(properties.get(field)):
            draft.name(name, quality)
    draft.names.sort(key=lambda name: name.quality is not NameQuality.PRIMARY)
    for born in texts(properties.get("birthDate")):
        draft.born("birthDate", born)
    for place in texts(properties.get("birthPlace")):
        draft.born_at(place)
    for field in ("nationality", "citizenship"):
        for code in texts(properties.get(field)):
            draft.citizen(field, code.upper() if len(code) == 2 else code)
    draft.gender("gender", text(properties.get("gender")))
    for field, kind in _DOCUMENTS:
        for written in texts(properties.get(field)):
            draft.document(field, kind, written)
    for paper in papers:
        country = text(paper.get("country")).upper()
        draft.document("Identification", text(paper.get("type")) or "Passport", text(paper.get("number")), country)
        for field in sorted(paper.keys() - _OF_PAPERS):
            draft.remark(f"Document {field}", "; ".join(texts(paper[field])))
    for field in _REMARKS:
        draft.remark(field.capitalize(), "; ".join(texts(properties.get(field))))
    for field in sorted(properties.keys() - _KNOWN):
        draft.remark(field, "; ".join(texts(properties[field])))
    listed = text(entity.get("first_seen"))
    read = read_days(listed[:10])
    if read is not None and len(read.days) == 1 and read.days[0].is_whole:
        draft.listed_on = date.fromisoformat(read.days[0].iso)
    elif listed:
        draft.moved("first_seen", f"First seen: {listed}", listed, say("It is no date."))
    return draft
