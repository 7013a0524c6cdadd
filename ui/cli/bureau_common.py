"""What the bureau's commands share: which folder, and printing for a person or for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from sync.bureau import Bureau

Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]


_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d"]
Until = Annotated[datetime, typer.Option(formats=_FORMATS, help="When it ends, in UTC.")]
From = Annotated[datetime | None, typer.Option("--from", formats=_FORMATS, help="When it begins; now.")]


def between(bureau: Bureau, begin: datetime | None, until: datetime) -> tuple[datetime, datetime]:
    """The beginning, now where none was given, and the end, as somebody typed them in UTC."""
    return begin.replace(tzinfo=UTC) if begin else bureau.clock.wall(), until.replace(tzinfo=UTC)


def end_of(day: datetime | None) -> datetime | None:
    """The last moment of a day in UTC, as it is meant by `until` that day."""
    return datetime.combine(day.date(), time.max, UTC) if day else None


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
