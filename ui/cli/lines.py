"""JSON lines in, JSON lines out: one answer per line, whatever the line holds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typer

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.findings import Finding
from borderdesk.words import say

LINE_LIMIT = 1 << 20
"""Characters of one input line; a longer one is answered as unreadable."""


INPUT_LIMIT = 1 << 28
"""Bytes of one input; more is refused before it is held in memory."""


class UnreadableFile(KnownError):
    """The file is not there, may not be read, or is no text."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The file {path} could not be read ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Check the name of the file and try again."),
        )


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises UnreadableFile."""
    try:
        if str(path) == "-":
            held = sys.stdin.buffer.read(INPUT_LIMIT + 1)
        else:
            with path.open("rb") as file:
                held = file.read(INPUT_LIMIT + 1)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or type(error).__name__) from error
    if len(held) > INPUT_LIMIT:
        raise UnreadableFile(path, f"more than {INPUT_LIMIT >> 20} MiB")
    return held


def read_text(path: Path) -> str:
    """The same as text; bytes that are no UTF-8 become replacement characters. Raises UnreadableFile."""
    return read_bytes(path).decode("utf-8-sig", "replace")


def day_of(text: str) -> date:
    """The day of an option `--today`; the computer's date where it was left out."""
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError as error:
        raise typer.BadParameter("The day is written as 2026-11-22.", param_hint="--today") from error


def objects(text: str) -> Iterator[dict[str, Any] | None]:
    """One object per line that is not blank; None for a line that holds none."""
    for row in text.split("\n"):
        if not row.strip():
            continue
        try:
            given = json.loads(row) if len(row) <= LINE_LIMIT else None
        except (ValueError, RecursionError):
            given = None
        yield given if isinstance(given, dict) else None


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as JSON carries it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "outcome": finding.outcome.value,
        "field": finding.field,
        "message": str(finding.sentence),
        "fits": list(finding.fits),
    }


def problem(code: str, error: KnownError | None = None) -> dict[str, Any]:
    """A finding for an input that could not be read at all."""
    message = str(error.happened) if error else "The line holds no object with the fields asked for."
    return {"code": code, "severity": "B", "outcome": "wrong", "field": None, "message": message, "fits": []}
