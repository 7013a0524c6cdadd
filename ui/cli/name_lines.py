"""What the `names` commands read and write: pairs, persons and answers as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import typer

from borderdesk.ids import RecordKey
from borderdesk.matching.plain import person_from_plain
from borderdesk.watchlist import Person
from ui.cli.lines import objects, read_text

AGAIN: Final = "\t"
"""Stands in the key of a person whose id was used before, behind that id."""

ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


def lines(path: Path, *, tell: bool = False) -> Iterator[Mapping[str, Any]]:
    """The objects of a file, an empty one for a line that holds none; `tell` says so on standard error."""
    for number, line in enumerate(objects(read_text(path)), 1):
        if line is None and tell:
            typer.echo(f"{path}, line {number} (blank ones not counted): no JSON object; answered as empty.", err=True)
        yield {} if line is None else line


def part(line: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under this name; an empty one where there is none."""
    found = line.get(name)
    return found if isinstance(found, Mapping) else {}


def persons_of(path: Path, *, tell: bool = False) -> dict[str, Person]:
    """The persons of a file by their id; one used again is told apart, and a line without an id gets its number."""
    found: dict[str, Person] = {}
    for number, line in enumerate(lines(path, tell=tell)):
        person = person_from_plain(line)
        if not person.key:
            person = replace(person, key=RecordKey(f"line {number + 1}"))
        if person.key in found:
            person = replace(person, key=RecordKey(f"{person.key}{AGAIN}{number}"))
        found[person.key] = person
    return found


def clusters_of(path: Path | None) -> dict[str, str]:
    """Which entries of a list are one person: its `cluster`, by id."""
    if path is None:
        return {}
    return {str(line["id"]): str(line.get("cluster") or line["id"]) for line in lines(path) if line.get("id")}


def as_line(answer: Mapping[str, Any]) -> str:
    """An answer as JSON; half a character in somebody's id is written as an escape."""
    line = ENCODE(answer)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return line


def show(answer: Mapping[str, Any]) -> None:
    """One line of JSON on standard output."""
    typer.echo(as_line(answer))
