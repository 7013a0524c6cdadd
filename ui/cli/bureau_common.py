"""What the bureau's commands share: which folder, and printing for a person or for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sync.bureau import Bureau

Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]


@contextmanager
def opened(context: typer.Context) -> Iterator[Bureau]:
    """The bureau in the folder named by --dir."""
    with Bureau.open(folder_of(context)) as bureau:
        yield bureau


def folder_of(context: typer.Context) -> Path:
    """The folder named by --dir."""
    folder: Path = context.find_root().obj
    return folder


def emit(value: object) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def when(moment: datetime | None) -> str:
    """A moment for a person: UTC, to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def iso(moment: datetime | None) -> str | None:
    """A moment for a program."""
    return moment.astimezone(UTC).isoformat() if moment else None
