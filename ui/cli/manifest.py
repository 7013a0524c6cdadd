"""`borderdesk manifest`: read passenger lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.documents import ListedDocument, ListedPerson, PassengerList, read_passenger_list
from ui.cli.lines import day_of, plain_finding, read_bytes

app = typer.Typer(help="Passenger and crew lists.", no_args_is_help=True)


@app.callback()
def topic() -> None:
    """Passenger and crew lists."""


@app.command("read")
def read(
    file: Annotated[Path, typer.Argument(help="PAXLST, CSV or XLSX; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
    today: Annotated[str, typer.Option(help="Read as of this day (YYYY-MM-DD).")] = "",
) -> None:
    """Read a list: legs, people, documents, warnings."""
    day = day_of(today)
    listed = read_passenger_list(read_bytes(file), today=day)
    if as_json:
        print(json.dumps(plain_list(listed), ensure_ascii=False))
        return
    for leg in listed.legs:
        print(f"{leg.number}  {leg.origin} - {leg.destination}  {leg.departs}")
    for person in listed.people:
        numbers = ", ".join(document.number for document in person.documents)
        print(f"{person.role:10} {person.surname}, {person.given}  {person.birth_date_raw}  {numbers}")
    for warning in listed.warnings:
        print(f"!  {warning.sentence}")


def plain_list(listed: PassengerList) -> dict[str, Any]:
    """What `manifest read --json` prints."""
    return {
        "format": listed.format,
        "sender": listed.sender,
        "legs": [
            {"carrier": leg.carrier, "number": leg.number, "origin": leg.origin, "destination": leg.destination,
             "departs": leg.departs, "arrives": leg.arrives}
            for leg in listed.legs
        ],
        "people": [_person(person) for person in listed.people],
        "documents": [
            {"person": at, **_document(document)}
            for at, person in enumerate(listed.people)
            for document in person.documents
        ],
        "warnings": [plain_finding(warning) for warning in listed.warnings],
    }  # fmt: skip


def _person(person: ListedPerson) -> dict[str, Any]:
    return {
        "role": person.role,
        "surname": person.surname,
        "given": person.given,
        "sex": person.sex,
        "birth_date": person.birth_date.iso if person.birth_date else None,
        "birth_date_raw": person.birth_date_raw,
        "birth_place": person.birth_place,
        "nationality": person.nationality,
        "residence": person.residence,
        "embarks": person.embarks,
        "disembarks": person.disembarks,
        "references": [{"type": kind, "value": value} for kind, value in person.references],
        "documents": [_document(document) for document in person.documents],
    }


def _document(document: ListedDocument) -> dict[str, Any]:
    return {
        "type": document.type,
        "number": document.number,
        "issuing_state": document.state,
        "expiry_date": document.expiry_date.iso if document.expiry_date else None,
        "expiry_date_raw": document.expiry_date_raw,
    }
