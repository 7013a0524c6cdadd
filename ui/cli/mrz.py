"""`borderdesk mrz`: read machine readable zones, compare printed names with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.documents import DocumentReading, UnreadableMrz, compare_names, read_mrz
from borderdesk.documents.names.usual import learn_usual, written
from ui.cli.lines import day_of, objects, plain_finding, problem, read_text

app = typer.Typer(help="Machine readable zones of travel documents.", no_args_is_help=True)

DEFAULT_NAME_FIELD = 39
"""Positions of the name field of a passport (TD3)."""

Today = Annotated[str, typer.Option(help="Read as of this day (YYYY-MM-DD); default is the computer's date.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per document, nothing else.")]


@app.command("read")
def read(file: Annotated[Path, typer.Argument(help="A file, or - for standard input.")], as_json: AsJson = False,
         today: Today = "") -> None:  # fmt: skip
    """Read documents: one as plain text, or one per line as JSON {"id", "lines"}."""
    day = day_of(today)
    for wanted, text in documents(read_text(file)):
        if as_json:
            print(json.dumps(answer(wanted, text, day), ensure_ascii=False))
            continue
        try:
            reading = read_mrz(text or "", today=day)
        except UnreadableMrz as error:
            print(error.happened)
            continue
        for name in ("document_code", "issuing_state", "surname", "given", "number", "nationality", "sex"):
            print(f"{name:15} {getattr(reading, name)}")
        print(f"{'birth_date':15} {reading.birth_date.iso if reading.birth_date else '-'}")
        print(f"{'expiry_date':15} {reading.expiry_date.iso if reading.expiry_date else '-'}")
        for finding in reading.findings:
            print(f"{finding.severity.value}  {finding.sentence}")
        for repair in reading.repairs:
            print("?  " + " / ".join(repair.lines))


@app.command("names")
def names(file: Annotated[Path, typer.Argument(help="JSON lines; - for standard input.")] = Path("-"),
          as_json: AsJson = False) -> None:  # fmt: skip
    """Compare printed names with the zone: {"id", "viz_surname", "viz_given", "mrz_name", "field_len"} per line."""
    for given in objects(read_text(file)):
        found = compare(given)
        if as_json:
            print(json.dumps(found, ensure_ascii=False))
        else:
            print(f"{found['id']}  {'same' if found['match'] else 'DIFFERENT'}  {found['why']}")


def compare(given: dict[str, Any] | None) -> dict[str, Any]:
    """What `mrz names --json` prints for one pair."""
    fields = given or {}
    surname, first, zone = (fields.get(name) or "" for name in ("viz_surname", "viz_given", "mrz_name"))
    length = _length(fields.get("field_len"))
    if given is None or not all(isinstance(v, str) for v in (surname, first, zone)) or length is None:
        return {"id": fields.get("id"), "match": False, "why": "The line holds no pair of names."}
    found = compare_names(surname, first, zone, length)
    return {"id": fields.get("id"), "match": found.match, "why": str(found.why)}


def _length(given: Any) -> int | None:
    """The positions of a name field; a whole number however JSON spells it."""
    if given in (None, "", 0):
        return DEFAULT_NAME_FIELD
    try:
        return int(given) if int(given) == float(given) else None
    except (TypeError, ValueError, OverflowError):
        return None


def documents(text: str) -> Iterator[tuple[Any, str | None]]:
    """The documents of an input with their ids; None for the text of a line that names none."""
    rows = [line for line in text.split("\n") if line.strip()]
    if not any(row.lstrip().startswith("{") for row in rows):
        yield from ((None, part) for part in _plain(text))
        return
    for given in objects(text):
        if given is None:
            yield None, None
            continue
        lines = given.get("lines", given.get("text"))
        if isinstance(lines, str):
            lines = [lines]
        if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
            yield given.get("id"), "\n".join(lines)
        else:
            yield given.get("id"), None


def _plain(text: str) -> Iterator[str]:
    """Plain text holds one document, or several parted by blank lines."""
    if "\x02" in text or "\r" in text.replace("\r\n", "\n"):
        yield text
        return
    parts = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    # Blank lines part documents where each part is one; else they only stand between the lines of one.
    yield from parts if all(_readable(part) for part in parts) else [text]


def _readable(text: str) -> bool:
    try:
        read_mrz(text, today=date.min)
    except UnreadableMrz:
        return False
    return True


def answer(wanted: Any, text: str | None, today: date) -> dict[str, Any]:
    """What `mrz read --json` prints for one document."""
    if text is None:
        return {"id": wanted, "format": None, "valid": False, "findings": [problem("input.line")], **_EMPTY}
    try:
        return {"id": wanted, **plain_reading(read_mrz(text, today=today))}
    except UnreadableMrz as error:
        return {"id": wanted, "format": None, "valid": False, "findings": [problem("mrz.unreadable", error)], **_EMPTY}


_EMPTY: dict[str, Any] = {
    "document_code": "", "surname": "", "given": "", "name_truncated": False, "number": "", "issuing_state": "",
    "nationality": "", "birth_date": None, "birth_date_raw": "", "sex": "", "expiry_date": None,
    "expiry_date_raw": "", "optional": [], "failed_checks": [], "repairs": [], "lines": [],
}  # fmt: skip


def plain_reading(reading: DocumentReading) -> dict[str, Any]:
    """A reading as JSON carries it."""
    return {
        "format": reading.format.value,
        "valid": reading.valid,
        "document_code": reading.document_code,
        "surname": reading.surname,
        "given": reading.given,
        "name_truncated": reading.name_truncated,
        "number": reading.number,
        "issuing_state": reading.issuing_state,
        "nationality": reading.nationality,
        "birth_date": reading.birth_date.iso if reading.birth_date else None,
        "birth_date_raw": reading.birth_date_raw,
        "sex": reading.sex,
        "expiry_date": reading.expiry_date.iso if reading.expiry_date else None,
        "expiry_date_raw": reading.expiry_date_raw,
        "optional": list(reading.optional),
        "failed_checks": list(reading.failed_checks),
        "findings": [plain_finding(finding) for finding in reading.findings],
        "repairs": [
            {
                "lines": list(repair.lines),
                "changes": [
                    {"line": c.line, "column": c.column, "field": c.field, "from": c.scanned, "to": c.suggested}
                    for c in repair.changes
                ],
            }
            for repair in reading.repairs
        ],
        "lines": list(reading.lines),
    }


@app.command("learn")
def learn(folder: Annotated[Path, typer.Argument(help="One text file per language, a printed name per line.")],
          out: Annotated[Path, typer.Argument(help="Folder for runs.txt and parts.txt.")],
          source: Annotated[str, typer.Option(help="Where they come from; written into both files.")],
          ) -> None:  # fmt: skip
    """Learn which letters are usual in names, for doubts about misread ones."""
    languages = [path.read_text(encoding="utf-8").splitlines() for path in sorted(folder.glob("*.txt"))]
    if not languages:
        raise typer.BadParameter("The folder holds no .txt file.", param_hint="FOLDER")
    table = learn_usual(languages)
    if not out.is_dir():
        raise typer.BadParameter("This is no folder.", param_hint="OUT")
    for name, text in written(table, source).items():
        (out / name).write_text(text, encoding="ascii")
    print(f"{len(languages)} languages, {len(table.parts)} parts")
