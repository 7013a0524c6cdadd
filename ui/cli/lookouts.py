"""`borderdesk look-out`: what the post itself is looking out for, in force here at once and told to the bureau."""

from __future__ import annotations

from typing import Annotated

import typer

from borderdesk.dates import PartialDate
from borderdesk.documents import normal_number
from borderdesk.ids import RecordKey
from borderdesk.watchlist import DocumentStatus, Person, PersonName, TravelDocument
from sync.agent.lookouts import LookOut
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, signed_in

app = typer.Typer(help="Look out for a person or a document at this desk.", no_args_is_help=True)

_Reason = Annotated[str, typer.Option(help="Who asked for it and why.")]


@app.command()
def person(
    name: Annotated[str, typer.Argument(help="The full name.")],
    account: Account,
    reason: _Reason,
    born: Annotated[str, typer.Option(help="YYYY, YYYY-MM or YYYY-MM-DD.")] = "",
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Look out for a person from now on."""
    try:
        births = (PartialDate.parse(born),) if born else ()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--born") from error
    with signed_in(folder, account) as desk:
        made = desk.look_out(Person(RecordKey("new"), (PersonName(name),), births=births), reason=reason)
    typer.echo(f"In force: {made.key}")


@app.command()
def document(
    number: Annotated[str, typer.Argument(help="Its number.")],
    account: Account,
    reason: _Reason,
    state: Annotated[str, typer.Option(help="The issuing state in ICAO letters.")],
    type_: Annotated[str, typer.Option("--type", help="The first letter of the document code.")] = "P",
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Look out for a document from now on."""
    plain = normal_number(number)
    if not plain:
        raise typer.BadParameter("a number has letters or digits", param_hint="number")
    record = TravelDocument(state.upper(), type_[:1].upper(), plain, DocumentStatus.INVALID)
    with signed_in(folder, account) as desk:
        made = desk.look_out(record, reason=reason)
    typer.echo(f"In force: {made.key}")


@app.command()
def withdraw(
    key: Annotated[str, typer.Argument(help="As the list shows it.")],
    account: Account,
    reason: _Reason,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Look out no longer."""
    with signed_in(folder, account) as desk:
        desk.withdraw_look_out(RecordKey(key), reason=reason)
    typer.echo("It is no longer in force.")


@app.command("list")
def list_(account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """The look-outs in force at this desk."""
    with signed_in(folder, account) as desk:
        found = desk.look_outs()
    if as_json:
        print_json([{"key": each.key, "about": _about(each)} for each in found])
        return
    for each in found:
        typer.echo(f"{each.key}  {_about(each)}")
    if not found:
        typer.echo("This desk looks out for nobody of its own.")


def _about(look_out: LookOut) -> str:
    record = look_out.record
    return record.number if isinstance(record, TravelDocument) else record.names[0].full
