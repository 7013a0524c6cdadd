"""`borderdesk-bureau stick`: fill sticks for posts without a link, and take in what they bring back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync.bureau.bureau import ALL
from sync.bureau.sticks import empty, fill
from sync.carriers import Stick
from sync.wire import Scope
from ui.cli.bureau_common import Json, emit, folder_of, opened

app = typer.Typer(help="Carry editions and reports by stick.", no_args_is_help=True)

_Where = Annotated[Path, typer.Argument(help="Where the stick is mounted.", exists=True, file_okay=False)]


@app.command()
def export(
    context: typer.Context,
    stick: _Where,
    scope: Annotated[str, typer.Option(help="For the desks of which scope.")] = ALL,
    as_json: Json = False,
) -> None:
    """Put the newest editions and every desk's key on a stick."""
    with opened(context) as bureau:
        shipped = fill(bureau, Stick(stick, not_on=folder_of(context)), Scope(scope))
    if as_json:
        emit({"written": shipped.written, "already_there": shipped.already_there, "left_out": shipped.left_out})
        return
    typer.echo(f"{shipped.written} files written, {shipped.already_there} were there already.")
    if shipped.left_out:
        typer.echo(f"{len(shipped.left_out)} files did not fit; desks that need them wait for the next stick.")


@app.command("import")
def import_(context: typer.Context, stick: _Where, as_json: Json = False) -> None:
    """Take in the reports on a stick; their receipts go back with it."""
    with opened(context) as bureau:
        taken = empty(bureau, Stick(stick, not_on=folder_of(context)))
    if as_json:
        emit({"kept": taken.kept, "refused": taken.refused})
        return
    typer.echo(f"{taken.kept} reports taken in, {taken.refused} refused and kept apart.")
