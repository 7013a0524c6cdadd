"""`borderdesk identifiers`: check numbers of vehicles, vessels, containers and firearms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.documents import check_identifier
from ui.cli.lines import objects, plain_finding, problem, read_text

app = typer.Typer(help="Numbers of vehicles, vessels, containers and firearms.", no_args_is_help=True)


@app.callback()
def topic() -> None:
    """Numbers of vehicles, vessels, containers and firearms."""


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="JSON lines; - for standard input.")] = Path("-"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line, nothing else.")] = False,
) -> None:
    """Check {"id", "kind", "value"} per line; a plate may have a "country", a firearm "make", "model", "calibre"."""
    for given in objects(read_text(file)):
        found = answer(given or {})
        if as_json:
            print(json.dumps(found, ensure_ascii=False))
        else:
            print(f"{found['id']}  {'valid' if found['valid'] else 'NOT VALID'}  {found['normal_form']}")
            for finding in found["findings"]:
                print(f"    {finding['severity']}  {finding['message']}")


_ABOUT = ("country", "make", "model", "calibre")


def answer(given: dict[str, Any]) -> dict[str, Any]:
    """What `identifiers check --json` prints for one line."""
    kind, value = given.get("kind"), given.get("value")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(kind, str) or not isinstance(value, str):
        return {"id": given.get("id"), "kind": kind, "valid": False, "normal_form": "", "check_digit_ok": None,
                "check_mandatory": False, "near_form": "", "key": [], "findings": [problem("input.line")]}  # fmt: skip
    about = {name: text for name in _ABOUT if isinstance(text := given.get(name), str)}
    found = check_identifier(kind, value, **about)
    return {
        "id": given.get("id"),
        "kind": kind,
        "valid": found.valid,
        "normal_form": found.normal_form,
        "check_digit_ok": found.check_digit_ok,
        "check_mandatory": found.check_mandatory,
        "near_form": found.near_form,
        "key": list(found.key),
        "findings": [plain_finding(finding) for finding in found.findings],
    }
